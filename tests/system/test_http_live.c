/* The stream of changes: a picture first, then what changes, and nobody waits for somebody slow. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/system/lib/house.h"
#include "tests/system/lib/process.h"

static struct house house;

#define KEPT 4096
#define WAIT_MS 30000 /* for what must come: this ends a test that hangs, and judges no speed */
#define PICTURE "event: picture"
struct stream {
	int fd;
	size_t len;
	unsigned pictures;
	char text[1 << 18];
};

static struct stream *stream_open(const struct session *session)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	char text[256];
	int len;

	assert_non_null(stream);
	stream->fd = gateway_connect(&house.gateway);
	len = snprintf(text, sizeof(text),
		"GET /api/live HTTP/1.1\r\nHost: localhost:%u\r\nCookie: %s\r\n\r\n", house.gateway.port,
		session->cookie);
	assert_int_equal(send(stream->fd, text, (size_t)len, MSG_NOSIGNAL), len);
	return stream;
}

static void stream_close(struct stream *stream)
{
	close(stream->fd);
	free(stream);
}

/* Reads on until `what` was seen; false when it did not come in time or the stream ended. */
static bool stream_wait(struct stream *stream, const char *what, int limit_ms)
{
	long long until = now_ms() + limit_ms;

	while (!strstr(stream->text, what)) {
		struct pollfd fd = { .fd = stream->fd, .events = POLLIN };
		long long left = until - now_ms();
		ssize_t got;

		if (left <= 0 || poll(&fd, 1, (int)left) <= 0)
			return false;
		if (stream->len > sizeof(stream->text) / 2) { /* what was looked through is not kept */
			memmove(stream->text, stream->text + stream->len - KEPT, KEPT);
			stream->len = KEPT;
			memset(stream->text + KEPT, 0, sizeof(stream->text) - KEPT);
		}
		got = recv(stream->fd, stream->text + stream->len, sizeof(stream->text) - 1 - stream->len, 0);
		if (got <= 0)
			return false;
		/* From where one that was cut in two by a packet's end would begin. */
		for (const char *at =
				stream->text +
				(stream->len < sizeof(PICTURE) - 2 ? 0 : stream->len - (sizeof(PICTURE) - 2));
			(at = strstr(at, PICTURE)); at++)
			stream->pictures++;
		stream->len += (size_t)got;
	}
	return true;
}

static void act(const char *number, const char *what, const char *body)
{
	char path[64];

	snprintf(path, sizeof(path), "/api/requests/%s/%s", number, what);
	assert_int_equal(
		gateway_ask(&house.gateway, &house.staff[DESK], "POST", path, body, NULL, NULL), 204);
}

static void a_picture_then_changes(void **state)
{
	struct stream *stream = stream_open(&house.staff[DESK]);
	char number[16], link[32], wanted[64];

	(void)state;
	assert_true(stream_wait(stream, "event: picture", WAIT_MS));
	assert_true(stream_wait(stream, "\"now_ms\"", WAIT_MS));
	assert_true(stream_wait(stream, house.number, WAIT_MS));
	assert_true(stream_wait(stream, "\"pintu-1\"", WAIT_MS));
	assert_null(strstr(stream->text, "event: request"));

	house_request(&house, 1, number, link);
	assert_true(stream_wait(stream, "event: request", WAIT_MS));
	snprintf(wanted, sizeof(wanted), "\"number\":\"%s\"", number);
	assert_true(stream_wait(stream, wanted, WAIT_MS));
	assert_null(strstr(stream->text, link)); /* the secret is the teacher's alone */

	act(number, "approve", "{}");
	assert_true(stream_wait(stream, "\"state\":\"disetujui\"", WAIT_MS));
	stream_close(stream);
}

static void whoever_comes_back_gets_a_full_picture(void **state)
{
	char number[16], link[32];
	struct stream *stream;

	(void)state;
	house_request(&house, 2, number, link);
	stream = stream_open(&house.staff[GUARD]);
	assert_true(stream_wait(stream, "event: picture", WAIT_MS));
	assert_true(stream_wait(stream, number, WAIT_MS));
	stream_close(stream);
}

static void a_technician_sees_doors_and_no_people(void **state)
{
	struct stream *stream = stream_open(&house.staff[TECHNICIAN]);
	char number[16], link[32];

	(void)state;
	assert_true(stream_wait(stream, "\"pintu-1\"", WAIT_MS));
	house_request(&house, 3, number, link);
	assert_false(stream_wait(stream, number, 500));
	assert_null(strstr(stream->text, "\"requests\""));
	stream_close(stream);
}

/* One that takes next to nothing while it does not read: what a system would keep for it is up to the system,
 * and may be megabytes. */
static struct stream *stream_open_narrow(const struct session *session)
{
	struct stream *stream = stream_open(session);
	const int bytes = 4096;

	assert_int_equal(setsockopt(stream->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)), 0);
	return stream;
}

static void whoever_reads_nothing_holds_nobody_up(void **state)
{
	struct stream *slow[20], *quick = stream_open(&house.staff[DESK]);
	char number[16], link[32], header[128];

	(void)state;
	for (int i = 0; i < 20; i++)
		slow[i] = stream_open_narrow(&house.staff[DESK]);
	assert_true(stream_wait(quick, "event: picture", WAIT_MS));
	house_request(&house, 4, number, link);
	snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n", link);
	/* Twice as many changes as the queue of a slow one and its sockets take, 64 and some 50 KiB. */
	for (int i = 0; i < 110; i++) {
		act(number, "needs", "{\"reason\":\"surat belum lengkap\"}");
		assert_int_equal(
			gateway_ask(&house.gateway, NULL, "POST", "/api/link/complete", "{}", header, NULL),
			204);
	}
	house_request(&house, 5, number, link);
	assert_true(stream_wait(quick, number, WAIT_MS));

	/* The slow one wakes up: what it missed is a picture of how things are now. */
	assert_true(stream_wait(slow[0], number, WAIT_MS));
	assert_true(slow[0]->pictures > 1);
	for (int i = 0; i < 20; i++)
		stream_close(slow[i]);
	stream_close(quick);
}

static void a_stream_is_no_way_in(void **state)
{
	const struct session nobody = { .cookie = "rumah=0123456789ABCDEFGHJKMNPQRS" };
	struct stream *stream = stream_open(&nobody);

	(void)state;
	assert_true(stream_wait(stream, "HTTP/1.1 401", WAIT_MS));
	stream_close(stream);
	assert_int_equal(
		gateway_ask(&house.gateway, &house.staff[DESK], "HEAD", "/api/live", NULL, NULL, NULL), 200);
}

static void the_stream_ends_with_its_session(void **state)
{
	struct session session;
	struct stream *stream;

	(void)state;
	gateway_log_in(&house.gateway, "auditor", house.passwords[AUDITOR], &session);
	stream = stream_open(&session);
	assert_true(stream_wait(stream, "event: picture", WAIT_MS));
	assert_int_equal(
		gateway_ask(&house.gateway, &session, "DELETE", "/api/session", NULL, NULL, NULL), 204);
	assert_true(
		stream_wait(stream, "\r\n0\r\n\r\n", 20000)); /* the end of the chunks, with the next beat */
	stream_close(stream);
}

static int make_house(void **state)
{
	(void)state;
	return house_make(&house, PROGRAM);
}

static int remove_house(void **state)
{
	(void)state;
	house_remove(&house);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_then_changes),
		cmocka_unit_test(whoever_comes_back_gets_a_full_picture),
		cmocka_unit_test(a_technician_sees_doors_and_no_people),
		cmocka_unit_test(whoever_reads_nothing_holds_nobody_up),
		cmocka_unit_test(a_stream_is_no_way_in),
		cmocka_unit_test(the_stream_ends_with_its_session),
	};

	return cmocka_run_group_tests(tests, make_house, remove_house);
}
