/* The gateway's side of the bus on a real broker: what boards say arrives whole and in order, what is for a
 * board reaches it, and a broker that was killed is found again. Run by bus_broker.sh, which names the broker
 * and the site's keys in the environment. With an argument: waits for two connections, for the script to kill
 * the broker in between. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/link/bus.h"
#include "tests/system/lib/peer.h"

#define LIMIT_MS 20000
#define MANY 3000
#define BURST 500

static uv_loop_t loop;
static struct bus *bus;
static struct peer *board;
static char ca[256], cert[256], key[256];

static struct {
	unsigned connections, drains, messages;
	unsigned next; /* of the numbered ones */
	bool is_in_order, was_retained;
	char topic[WIRE_TOPIC_SIZE];
	size_t len;
} seen = { .is_in_order = true };

static void on_message(void *ctx, const char *topic, const char *bytes, size_t len, bool is_retained)
{
	unsigned number;

	(void)ctx;
	seen.messages++;
	seen.was_retained = is_retained;
	seen.len = len;
	snprintf(seen.topic, sizeof(seen.topic), "%s", topic);
	if (len == sizeof(number)) {
		memcpy(&number, bytes, sizeof(number));
		seen.is_in_order &= number == seen.next++;
	}
}

static void on_drained(void *ctx)
{
	(void)ctx;
	seen.drains++;
}

static void on_connected(void *ctx)
{
	(void)ctx;
	seen.connections++;
}

static bool run_once(void)
{
	uv_run(&loop, UV_RUN_NOWAIT);
	return true;
}

static bool has_connections(void *ctx)
{
	return run_once() && seen.connections >= *(unsigned *)ctx;
}

static bool has_messages(void *ctx)
{
	return run_once() && seen.messages >= *(unsigned *)ctx;
}

static bool board_has(void *ctx)
{
	size_t count;

	peer_heard(board, &count);
	return run_once() && count >= *(size_t *)ctx;
}

static int open_bus(void **state)
{
	static struct bus_config config;
	const char *site_dir = getenv("SITE_DIR"), *port = getenv("BROKER_PORT");
	unsigned one = 1;

	(void)state;
	if (!site_dir || !port)
		return -1;
	snprintf(ca, sizeof(ca), "%s/ca.crt", site_dir);
	snprintf(cert, sizeof(cert), "%s/client/gateway.crt", site_dir);
	snprintf(key, sizeof(key), "%s/client/gateway.key", site_dir);
	config = (struct bus_config){ .loop = &loop,
		.site = "home",
		.host = "localhost",
		.port = (uint16_t)atoi(port),
		.ca = ca,
		.cert = cert,
		.key = key,
		.message = on_message,
		.drained = on_drained,
		.connected = on_connected };
	if (uv_loop_init(&loop) < 0 || bus_open(&bus, &config) < 0)
		return -1;
	return peers_run(has_connections, &one, LIMIT_MS) ? 0 : -1;
}

static int close_bus(void **state)
{
	(void)state;
	bus_stop(bus);
	uv_run(&loop, UV_RUN_DEFAULT);
	bus_close(bus);
	return uv_loop_close(&loop);
}

static int open_all(void **state)
{
	const struct peer_options options = peer_options_for("board-a");

	if (open_bus(state) < 0 || peer_open(&board, &options) != 0)
		return -1;
	return peer_subscribe(board, "rumah/home/board-a/#", 1);
}

static int close_all(void **state)
{
	peer_close(board);
	return close_bus(state);
}

static void what_boards_say_arrives_whole_and_in_order(void **state)
{
	(void)state;
	/* In bursts that the broker's own queue holds: past it, boards have to say it again. */
	for (unsigned i = 0; i < MANY; i++) {
		unsigned so_far = i + 1;

		assert_int_equal(peer_publish(board, "rumah/home/board-a/event", &i, sizeof(i), false), 0);
		if (so_far % BURST == 0)
			assert_true(peers_run(has_messages, &so_far, LIMIT_MS));
	}
	assert_int_equal(seen.messages, MANY);
	assert_true(seen.is_in_order);
	assert_string_equal(seen.topic, "rumah/home/board-a/event");
	assert_false(seen.was_retained);
	/* They came in groups: each group is one commit. */
	assert_in_range(seen.drains, 1, MANY - 1);
}

static void every_kind_a_board_sends_is_heard(void **state)
{
	static const char *const kinds[] = { "hello", "state", "event", "did", "health", "link" };
	char topic[64];

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		unsigned wanted = seen.messages + 1;

		snprintf(topic, sizeof(topic), "rumah/home/board-a/%s", kinds[i]);
		assert_int_equal(peer_publish(board, topic, "{}", 2, false), 0);
		assert_true(peers_run(has_messages, &wanted, LIMIT_MS));
		assert_string_equal(seen.topic, topic);
	}
}

static void a_message_of_the_largest_size_passes_and_an_empty_one_too(void **state)
{
	static char large[WIRE_MESSAGE_MAX];
	unsigned wanted = seen.messages + 1;

	(void)state;
	memset(large, 'x', sizeof(large));
	assert_int_equal(peer_publish(board, "rumah/home/board-a/event", large, sizeof(large), false), 0);
	assert_true(peers_run(has_messages, &wanted, LIMIT_MS));
	assert_int_equal(seen.len, sizeof(large));
	wanted++;
	assert_int_equal(peer_publish(board, "rumah/home/board-a/event", "", 0, false), 0);
	assert_true(peers_run(has_messages, &wanted, LIMIT_MS));
	assert_int_equal(seen.len, 0);
}

static void what_is_for_a_board_reaches_it(void **state)
{
	static char snapshot[1 << 20];
	const struct peer_heard *heard;
	size_t wanted = 2, count;

	(void)state;
	peer_forget(board);
	memset(snapshot, 's', sizeof(snapshot));
	bus_publish(bus, "board-a", WIRE_SNAPSHOT, snapshot, sizeof(snapshot));
	bus_publish(bus, "board-a", WIRE_ACTION, "{}", 2);
	assert_true(peers_run(board_has, &wanted, LIMIT_MS));
	heard = peer_heard(board, &count);
	assert_int_equal(count, 2);
	assert_string_equal(heard[0].topic, "rumah/home/board-a/snapshot");
	assert_int_equal(heard[0].payload_bytes, sizeof(snapshot));
	assert_string_equal(heard[1].topic, "rumah/home/board-a/action");

	/* Who comes later finds the snapshot, and never the action. */
	peer_forget(board);
	assert_int_equal(peer_unsubscribe(board, "rumah/home/board-a/#"), 0);
	assert_int_equal(peer_subscribe(board, "rumah/home/board-a/snapshot", 1), 0);
	assert_int_equal(peer_subscribe(board, "rumah/home/board-a/action", 1), 0);
	wanted = 1;
	assert_true(peers_run(board_has, &wanted, LIMIT_MS));
	assert_int_equal(peer_unsubscribe(board, "rumah/home/board-a/action"), 0);
	heard = peer_heard(board, &count);
	assert_int_equal(count, 1);
	assert_true(heard[0].is_retained);
}

/* More than may be on its way at once: what was dropped is made good by publishing everything anew. */
static void more_than_the_line_holds_ends_in_a_fresh_start(void **state)
{
	unsigned wanted = seen.connections + 1;

	(void)state;
	for (unsigned i = 0; i < 4 * BUS_OUT_MAX; i++)
		bus_publish(bus, "board-a", WIRE_ACK, "{}", 2);
	assert_true(peers_run(has_connections, &wanted, LIMIT_MS));
}

static int wait_for_two(void)
{
	unsigned two = 2;

	if (open_bus(NULL) < 0)
		return 1;
	puts("connected");
	fflush(stdout);
	if (!peers_run(has_connections, &two, 60000))
		return 1;
	return close_bus(NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_boards_say_arrives_whole_and_in_order),
		cmocka_unit_test(every_kind_a_board_sends_is_heard),
		cmocka_unit_test(a_message_of_the_largest_size_passes_and_an_empty_one_too),
		cmocka_unit_test(what_is_for_a_board_reaches_it),
		cmocka_unit_test(more_than_the_line_holds_ends_in_a_fresh_start),
	};

	(void)argv;
	if (argc > 1)
		return wait_for_two();
	return cmocka_run_group_tests(tests, open_all, close_all);
}
