/* rumah-link on a real broker: bytes pass unchanged both ways, and both neighbours may come and go.
 * Run by link_broker.sh, which names the broker, the site's keys, and the program in the environment. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/system/lib/peer.h"
#include "tests/system/lib/process.h"
#include "tests/system/lib/seqpacket.h"

#define BOARD "board-a"
#define TOPIC(kind) "rumah/home/" BOARD "/" kind
#define LIMIT_MS 10000
#define SNAPSHOT_BYTES 300000

static char dir[] = "/tmp/rumah-link-XXXXXX";
static char config[64], socket_path[64], log_path[64];
static char snapshot[SNAPSHOT_BYTES];
static struct peer *gateway;
static struct seqpacket door;
static pid_t link_pid;

static const char *need(const char *name)
{
	const char *value = getenv(name);

	if (!value)
		fail_msg("%s is not set", name);
	return value;
}

static void start_link(void)
{
	link_pid = process_start(need("RUMAH_LINK"), config, log_path);
}

static void accept_link(void)
{
	assert_int_equal(seqpacket_accept(&door, LIMIT_MS), 0);
}

/* Hears until a frame of `type` (and kind, where it has one) comes. */
static struct heard hear(enum frame_type type, enum wire_kind kind)
{
	struct heard heard;

	do {
		int r = seqpacket_hear(&door, &heard, LIMIT_MS);

		if (r < 0)
			fail_msg("waiting for frame %d: %s", type, strerror(-r));
	} while (heard.type != type || (type == FRAME_DELIVER && heard.kind != kind));
	return heard;
}

struct wanted {
	const char *topic, *payload;
	size_t len;
};

static bool is_heard(void *ctx)
{
	const struct wanted *wanted = ctx;
	size_t count;
	const struct peer_heard *heard = peer_heard(gateway, &count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(heard[i].topic, wanted->topic) == 0 && heard[i].payload_bytes == wanted->len &&
			memcmp(heard[i].payload, wanted->payload, wanted->len) == 0)
			return true;
	}
	return false;
}

static void gateway_hears(const char *topic, const char *payload)
{
	struct wanted wanted = { topic, payload, strlen(payload) };

	if (!peers_run(is_heard, &wanted, LIMIT_MS))
		fail_msg("the gateway did not hear %s", payload);
	peer_forget(gateway);
}

static int set_up(void **state)
{
	struct peer_options options = peer_options_for("gateway");
	const char *site = need("SITE_DIR");

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(config, sizeof(config), "%s/link.ini", dir);
	snprintf(socket_path, sizeof(socket_path), "%s/door.sock", dir);
	snprintf(log_path, sizeof(log_path), "%s/link.log", dir);
	file_write(config,
		"[link]\nsite = home\nboard = " BOARD "\n"
		"[broker]\nhost = localhost\nport = %s\nca = %s/ca.crt\ncert = %s/client/" BOARD
		".crt\nkey = %s/client/" BOARD ".key\n[door]\nsocket = %s\n",
		need("BROKER_PORT"), site, site, site, socket_path);
	for (size_t i = 0; i < sizeof(snapshot); i++)
		snapshot[i] = (char)(i * 31 + i / 251);

	assert_int_equal(peer_open(&gateway, &options), 0);
	assert_int_equal(peer_subscribe(gateway, TOPIC("link"), 1), 0);
	assert_int_equal(peer_subscribe(gateway, TOPIC("event"), 1), 0);
	assert_int_equal(peer_subscribe(gateway, TOPIC("state"), 1), 0);
	assert_int_equal(peer_publish(gateway, TOPIC("snapshot"), snapshot, sizeof(snapshot), true), 0);
	assert_int_equal(peer_flush(gateway), 0);
	seqpacket_init(&door);
	assert_int_equal(seqpacket_listen(&door, socket_path), 0);
	start_link();
	accept_link();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	process_end(link_pid, SIGKILL);
	seqpacket_close(&door);
	peer_close(gateway);
	unlink(config);
	unlink(socket_path);
	unlink(log_path);
	return rmdir(dir);
}

static void it_comes_online_and_brings_the_retained_snapshot(void **state)
{
	struct heard heard;

	(void)state;
	heard = hear(FRAME_CERT, 0);
	assert_in_range(heard.value, 1, 10000);
	heard = hear(FRAME_DELIVER, WIRE_SNAPSHOT);
	assert_true(heard.is_retained);
	assert_int_equal(heard.len, sizeof(snapshot));
	assert_memory_equal(heard.msg, snapshot, sizeof(snapshot));
	gateway_hears(TOPIC("link"), "{\"v\":1,\"online\":true}");
}

static void what_the_gateway_says_arrives(void **state)
{
	struct heard heard;

	(void)state;
	assert_int_equal(peer_publish(gateway, TOPIC("action"), "\0anything\xff", 10, false), 0);
	heard = hear(FRAME_DELIVER, WIRE_ACTION);
	assert_false(heard.is_retained);
	assert_int_equal(heard.len, 10);
	assert_memory_equal(heard.msg, "\0anything\xff", 10);
}

static void what_the_door_says_arrives(void **state)
{
	(void)state;
	assert_int_equal(seqpacket_say(&door, FRAME_PUBLISH, WIRE_EVENT, false, "an event", 8), 0);
	gateway_hears(TOPIC("event"), "an event");
	assert_int_equal(seqpacket_say(&door, FRAME_PUBLISH, WIRE_STATE, true, "a state", 7), 0);
	gateway_hears(TOPIC("state"), "a state");
}

static void what_a_door_may_not_say_stays_here(void **state)
{
	(void)state;
	assert_int_equal(seqpacket_send(&door, "garbage", 7), 0);
	assert_int_equal(seqpacket_say(&door, FRAME_PUBLISH, WIRE_LINK, true, "forged", 6), 0);
	assert_int_equal(seqpacket_say(&door, FRAME_DELIVER, WIRE_EVENT, false, "wrong way", 9), 0);
	assert_int_equal(seqpacket_say(&door, FRAME_PUBLISH, WIRE_SNAPSHOT, true, "mine", 4), 0);
	assert_int_equal(seqpacket_say(&door, FRAME_PUBLISH, WIRE_EVENT, false, "after", 5), 0);
	gateway_hears(TOPIC("event"), "after");
	assert_true(process_is_alive(link_pid));
}

static void a_door_that_comes_back_gets_the_snapshot_again(void **state)
{
	(void)state;
	seqpacket_close(&door);
	seqpacket_init(&door);
	assert_int_equal(seqpacket_listen(&door, socket_path), 0);
	accept_link();
	(void)hear(FRAME_ONLINE, 0);
	assert_int_equal(hear(FRAME_DELIVER, WIRE_SNAPSHOT).len, sizeof(snapshot));
}

static void a_link_that_is_killed_is_known_to_be_gone(void **state)
{
	(void)state;
	peer_forget(gateway);
	assert_true(WIFSIGNALED(process_end(link_pid, SIGKILL)));
	gateway_hears(TOPIC("link"), "{\"v\":1,\"online\":false}");
	start_link();
	accept_link();
	gateway_hears(TOPIC("link"), "{\"v\":1,\"online\":true}");
	(void)hear(FRAME_ONLINE, 0);
}

static void a_link_that_is_told_to_stop_says_goodbye(void **state)
{
	int status;

	(void)state;
	peer_forget(gateway);
	status = process_end(link_pid, SIGTERM);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	gateway_hears(TOPIC("link"), "{\"v\":1,\"online\":false}");
	start_link();
	accept_link();
	(void)hear(FRAME_ONLINE, 0);
}

static void a_flood_past_its_bounds_leaves_it_working(void **state)
{
	char event[8000];

	(void)state;
	memset(event, 'x', sizeof(event));
	for (int i = 0; i < 5000; i++)
		assert_int_equal(
			seqpacket_say(&door, FRAME_PUBLISH, WIRE_EVENT, false, event, sizeof(event)), 0);
	/* Some of those were dropped; one said later arrives. */
	for (int i = 0; i < 50; i++) {
		struct wanted wanted = { TOPIC("event"), "later", 5 };

		assert_int_equal(seqpacket_say(&door, FRAME_PUBLISH, WIRE_EVENT, false, "later", 5), 0);
		if (peers_run(is_heard, &wanted, 200))
			break;
		assert_true(i < 49);
	}
	assert_true(process_is_alive(link_pid));
	peer_forget(gateway);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_comes_online_and_brings_the_retained_snapshot),
		cmocka_unit_test(what_the_gateway_says_arrives),
		cmocka_unit_test(what_the_door_says_arrives),
		cmocka_unit_test(what_a_door_may_not_say_stays_here),
		cmocka_unit_test(a_door_that_comes_back_gets_the_snapshot_again),
		cmocka_unit_test(a_link_that_is_killed_is_known_to_be_gone),
		cmocka_unit_test(a_link_that_is_told_to_stop_says_goodbye),
		cmocka_unit_test(a_flood_past_its_bounds_leaves_it_working),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
