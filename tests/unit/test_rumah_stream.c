/* What comes to rumah over sockets and from files: event streams, the simulated door, the session. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/rumah/gateway.h"
#include "tools/rumah/places.h"
#include "tools/rumah/session.h"
#include "tools/rumah/sse.h"

/* ---- server-sent events */
static char heard[256];

static bool on_event(void *ctx, const char *name, const char *data)
{
	int *left = ctx;

	snprintf(heard + strlen(heard), sizeof(heard) - strlen(heard), "<%s %s>", name, data);
	return --*left > 0;
}

static const struct {
	const char *what, *bytes, *want;
} streams[] = {
	{ "an event", "event: door\ndata: {}\n\n", "<door {}>" },
	{ "its name last", "data: {}\nevent: door\n\n", "<door {}>" },
	{ "without a name", "data: 1\n\n", "<message 1>" },
	{ "lines of data are joined", "data: a\ndata: b\n\n", "<message a\nb>" },
	{ "without the blank", "event:door\ndata:1\n\n", "<door 1>" },
	{ "comments and ids are passed over", ": hello\nid: 7\ndata: 1\n\n", "<message 1>" },
	{ "no data is no event", "event: door\n\ndata: 1\n\n", "<message 1>" },
	{ "carriage returns", "event: door\r\ndata: 1\r\n\r\ndata: 2\r\r", "<door 1><message 2>" },
	{ "an event that is not ended", "data: 1\n", "" },
	{ "a name that is too long", "event: 12345678901234567890123456789012\ndata: 1\n\n", "<message 1>" },
};

static void test_streams(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		/* However the bytes come in pieces. */
		for (size_t piece = 1; piece <= strlen(streams[i].bytes); piece++) {
			int left = 100;
			struct sse sse = { .on_event = on_event, .ctx = &left };
			const char *at = streams[i].bytes;

			heard[0] = 0;
			while (*at) {
				size_t len = strlen(at) < piece ? strlen(at) : piece;

				assert_int_equal(sse_feed(&sse, at, len), 0);
				at += len;
			}
			if (strcmp(heard, streams[i].want) != 0)
				fail_msg("%s, in pieces of %zu: %s", streams[i].what, piece, heard);
			sse_deinit(&sse);
		}
	}
}

static void test_stream_stops(void **state)
{
	int left = 1;
	struct sse sse = { .on_event = on_event, .ctx = &left };

	(void)state;
	heard[0] = 0;
	assert_int_equal(sse_feed(&sse, "data: 1\n\ndata: 2\n\n", 18), 1);
	assert_string_equal(heard, "<message 1>");
	sse_deinit(&sse);
}

static void test_stream_is_bounded(void **state)
{
	static char block[1 << 16];
	int left = 1, r = 0;
	struct sse sse = { .on_event = on_event, .ctx = &left };

	(void)state;
	memset(block, 'x', sizeof(block));
	for (int i = 0; i < 200 && r == 0; i++)
		r = sse_feed(&sse, block, sizeof(block));
	assert_int_equal(r, -EFBIG);
	sse_deinit(&sse);
}

/* ---- a door that another made */
struct fake {
	int listener;
	const char *answer; /* sent to whoever connects, after a line of theirs; NULL: nothing, and closes */
	char got[256];
};

static void *serve(void *ctx)
{
	struct fake *fake = ctx;
	int fd = accept(fake->listener, NULL, NULL);
	size_t len = 0;
	ssize_t count = fd < 0 ? 0 : 1;

	while (count > 0 && len + 1 < sizeof(fake->got) && !strchr(fake->got, '\n')) {
		count = read(fd, fake->got + len, sizeof(fake->got) - 1 - len);
		len += count > 0 ? (size_t)count : 0;
	}
	if (fd >= 0 && fake->answer && write(fd, fake->answer, strlen(fake->answer)) < 0)
		fake->got[0] = 0;
	if (fd >= 0)
		close(fd);
	return NULL;
}

static void listen_at(struct fake *fake, const char *folder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int before = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	/* From inside: the folder's own name may be longer than an address. */
	assert_true(before >= 0);
	assert_int_equal(chdir(folder), 0);
	memcpy(address.sun_path, "ruang-1.sock", 13);
	fake->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fake->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fake->listener, 1), 0);
	assert_int_equal(fchdir(before), 0);
	close(before);
}

static const struct {
	const char *what, *answer;
	int want;
} answers[] = {
	{ "one line", "{\"ok\":true}\n", 0 },
	{ "not JSON", "hello\n", -EBADMSG },
	{ "a member twice", "{\"ok\":true,\"ok\":false}\n", -EBADMSG },
	{ "leaves in the middle", "{\"ok\":", -EPIPE },
	{ "leaves", NULL, -EPIPE },
};

static void test_sim(void **state)
{
	char folder[300] = "/tmp/rumah-test-XXXXXX", path[400];
	size_t root;

	(void)state;
	assert_non_null(mkdtemp(folder));
	root = strlen(folder);
	/* A path that no socket's address has room for. */
	memset(folder + root, 'd', 120);
	folder[root] = '/';
	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(path, sizeof(path), "%s/ruang-1.sock", folder);
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct fake fake = { .answer = answers[i].answer };
		struct doorsock *sim = NULL;
		json_t *answer = NULL;
		pthread_t thread;
		int r;

		listen_at(&fake, folder);
		assert_int_equal(pthread_create(&thread, NULL, serve, &fake), 0);
		assert_int_equal(doorsock_open(&sim, path), 0);
		assert_int_equal(doorsock_send(sim, json_pack("{s:s}", "do", "show")), 0);
		r = doorsock_next(sim, &answer, 20000);
		if (r != answers[i].want)
			fail_msg("%s: %d", answers[i].what, r);
		pthread_join(thread, NULL);
		assert_string_equal(fake.got, "{\"do\":\"show\"}\n");
		json_decref(answer);
		doorsock_close(sim);
		close(fake.listener);
		unlink(path);
	}
	rmdir(folder);
	folder[root] = 0;
	rmdir(folder);
}

static void test_sim_that_is_silent(void **state)
{
	char folder[] = "/tmp/rumah-test-XXXXXX", path[64];
	struct fake fake = { 0 };
	struct doorsock *sim = NULL;
	json_t *answer, *boards;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/ruang-1.sock", folder);
	assert_int_equal(doorsock_open(&sim, path), -ENOENT);
	listen_at(&fake, folder);
	assert_int_equal(doorsock_open(&sim, path), 0);
	assert_int_equal(doorsock_next(sim, &answer, 50), -ETIMEDOUT);
	assert_int_equal(setenv("RUMAH_SIM_DIR", folder, 1), 0);
	boards = place_boards(PLACE_SIM);
	assert_int_equal(unsetenv("RUMAH_SIM_DIR"), 0);
	assert_int_equal(json_array_size(boards), 1);
	assert_string_equal(json_string_value(json_array_get(boards, 0)), "ruang-1");
	json_decref(boards);
	doorsock_close(sim);
	close(fake.listener);
	assert_int_equal(doorsock_open(&sim, path), -ECONNREFUSED);
	unlink(path);
	rmdir(folder);
}

/* ---- the session */
static void test_session(void **state)
{
	char root[] = "/tmp/rumah-test-XXXXXX", home[64], path[96];
	struct session session = { .url = "http://127.0.0.1:1",
		.name = "admin",
		.role = "manager",
		.cookie = "rumah=X",
		.csrf = "Y",
		.expires_ms = 5 };
	struct session loaded;
	struct stat info;

	(void)state;
	assert_non_null(mkdtemp(root));
	snprintf(home, sizeof(home), "%s/a/b", root);
	snprintf(path, sizeof(path), "%s/session.json", home);
	assert_int_equal(session_load(&loaded, home), SESSION_NONE);
	assert_int_equal(session_save(&session, home), 0);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(session_load(&loaded, home), 0);
	assert_string_equal(loaded.cookie, "rumah=X");
	assert_int_equal(loaded.expires_ms, 5);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(session_load(&loaded, home), SESSION_TOO_OPEN);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(truncate(path, 10), 0);
	assert_int_equal(session_load(&loaded, home), SESSION_MALFORMED);
	assert_int_equal(session_remove(home), 0);
	assert_int_equal(session_remove(home), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(session_load(&loaded, home), -ELOOP);
	unlink(path);
	rmdir(home);
	snprintf(home, sizeof(home), "%s/a", root);
	rmdir(home);
	rmdir(root);
}

static const struct {
	const char *text, *want;
} links[] = {
	{ "0123456789ABCDEFGHJKMNPQRS", "0123456789ABCDEFGHJKMNPQRS" },
	{ "http://127.0.0.1:8080/t#0123456789abcdefghjkmnpqrs\n", "0123456789ABCDEFGHJKMNPQRS" },
	{ "0123456789ABCDEFGHJKMNPQR", NULL },
	{ "0123456789ABCDEFGHJKMNPQRST", NULL },
	{ "0123456789ABCDEFGHJKMNPQR/", NULL },
	{ "http://127.0.0.1:8080/t", NULL },
	{ "", NULL },
};

static void test_links(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		char link[GATEWAY_LINK_CHARS + 1] = "";
		int r = gateway_link_read(link, links[i].text);

		assert_int_equal(r, links[i].want ? 0 : -EINVAL);
		if (links[i].want)
			assert_string_equal(link, links[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_stream_stops),
		cmocka_unit_test(test_stream_is_bounded),
		cmocka_unit_test(test_sim),
		cmocka_unit_test(test_sim_that_is_silent),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
