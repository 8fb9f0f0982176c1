/* Who gets onto the real broker, under which name, and how fast and how large messages pass it.
 * tests/system/broker_acl.sh prepares the broker, its certificates and the environment (see
 * test_broker_acl.c), and two folders of certificates that should not pass: FOREIGN_DIR (another site's) and
 * ODD_DIR (this site's, but wrong). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tests/system/lib/peer.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct peer *open_peer(const struct peer_options *options)
{
	struct peer *peer = NULL;

	assert_int_equal(peer_open(&peer, options), 0);
	return peer;
}

static struct peer *open_as(const char *cn)
{
	struct peer_options options = peer_options_for(cn);

	return open_peer(&options);
}

static void say(struct peer *peer, const char *topic, const char *payload)
{
	assert_int_equal(peer_publish(peer, topic, payload, strlen(payload), false), 0);
	assert_int_equal(peer_flush(peer), 0);
}

static size_t heard_count(const struct peer *peer)
{
	size_t count;

	peer_heard(peer, &count);
	return count;
}

static bool has_heard(void *ctx)
{
	return heard_count(ctx) > 0;
}

/* ---- strangers ---- */

/* clang-format off */
static const struct stranger { const char *what, *dir_variable, *cn; } strangers[] = {
	{ "no TLS",                             NULL,          NULL },
	{ "no certificate",                     "SITE_DIR",    NULL },
	{ "a revoked board",                    "SITE_DIR",    "board-r" },
	{ "another site's board of the name",   "FOREIGN_DIR", "board-a" },
	{ "another site's gateway",             "FOREIGN_DIR", "gateway" },
	{ "the broker's own certificate",       "ODD_DIR",     "broker" },
	{ "signed by itself",                   "ODD_DIR",     "self" },
	{ "signed by a board",                  "ODD_DIR",     "child" },
	{ "run out yesterday",                  "ODD_DIR",     "past" },
	{ "valid from tomorrow",                "ODD_DIR",     "future" },
};
/* clang-format on */

static void test_a_stranger_gets_no_connection(void **state)
{
	struct peer *observer = open_as("observer");
	unsigned wrong = 0;

	(void)state;
	assert_int_equal(peer_subscribe(observer, "#", 0), 0);
	for (size_t i = 0; i < COUNT(strangers); i++) {
		struct peer_options options = peer_options_for(strangers[i].cn);
		struct peer *peer = NULL;
		int r;

		options.site_dir = strangers[i].dir_variable ? options.site_dir : NULL;
		options.cert_dir = strangers[i].dir_variable ? getenv(strangers[i].dir_variable) : NULL;
		options.client_id = "board-a";
		options.will_topic = "rumah/home/board-a/link";
		options.will_payload = strangers[i].what;
		r = peer_open(&peer, &options);
		if (r == PEER_REFUSED)
			continue;
		print_error("%s: connected (%d)\n", strangers[i].what, r);
		wrong++;
		if (r == 0)
			peer_drop(peer);
	}
	assert_int_equal(peer_unsubscribe(observer, "#"), 0);
	assert_int_equal(heard_count(observer), 0);
	peer_close(observer);
	assert_int_equal(wrong, 0);
}

/* CVE-2017-7650: a name with a wildcard in it turned its own pattern into everybody's. tools/site-keys signs
 * no such name. */
static void test_a_wildcard_name_says_and_hears_nothing(void **state)
{
	static const char *const odd_names[] = { "+", "#", "board-a/x" };
	static const char *const topics[] = { "rumah/home/board-a/event", "rumah/home/board-a/snapshot" };
	struct peer *observer = open_as("observer");

	(void)state;
	for (size_t i = 0; i < COUNT(odd_names); i++) {
		char file[] = { (char)('0' + i), 0 };
		struct peer_options options = peer_options_for(file);
		struct peer *peer = NULL;

		options.cert_dir = getenv("ODD_DIR");
		options.client_id = odd_names[i];
		if (peer_open(&peer, &options) != 0)
			continue; /* to refuse it altogether would be right as well */
		assert_int_equal(peer_subscribe(observer, "#", 0), 0);
		assert_int_equal(peer_subscribe(peer, "#", 0), 0);
		for (size_t t = 0; t < COUNT(topics); t++)
			say(peer, topics[t], "odd");
		assert_int_equal(peer_unsubscribe(observer, "#"), 0);
		assert_int_equal(heard_count(observer), 0);
		for (size_t t = 0; t < COUNT(topics); t++)
			say(observer, topics[t], "for others");
		assert_int_equal(peer_unsubscribe(peer, "#"), 0);
		assert_int_equal(heard_count(peer), 0);
		peer_close(peer);
	}
	peer_close(observer);
}

/* ---- borrowed names ---- */

static void test_a_borrowed_client_id_does_not_throw_its_owner_off(void **state)
{
	static const char action_a[] = "rumah/home/board-a/action", action_b[] = "rumah/home/board-b/action";
	struct peer *gateway = open_as("gateway");

	(void)state;
	for (int is_durable = 0; is_durable <= 1; is_durable++) {
		struct peer *owner = open_as("board-a"), *thief;
		struct peer_options options = peer_options_for("board-b");

		options.client_id = "board-a";
		options.is_durable = is_durable;
		assert_int_equal(peer_subscribe(owner, action_a, 0), 0);
		thief = open_peer(&options);
		assert_int_equal(peer_subscribe(thief, "#", 0), 0);
		say(gateway, action_a, "for a");
		say(gateway, action_b, "for b");

		assert_int_equal(peer_unsubscribe(owner, action_a), 0);
		assert_true(peer_is_connected(owner));
		assert_int_equal(heard_count(owner), 1);
		/* It is board b, whatever it asked for. */
		assert_int_equal(peer_unsubscribe(thief, "#"), 0);
		assert_int_equal(heard_count(thief), 1);
		assert_string_equal(peer_heard(thief, &(size_t){ 0 })->payload, "for b");
		peer_close(thief);
		peer_close(owner);
	}
	peer_close(gateway);
	peer_close(open_as("board-b")); /* ends the durable session */
}

static void test_a_borrowed_client_id_does_not_inherit_a_session(void **state)
{
	static const char head[] = "rumah/home/board-a/head";
	struct peer_options owners = peer_options_for("board-a"), thiefs = peer_options_for("board-b");
	struct peer *gateway = open_as("gateway"), *owner, *thief;

	(void)state;
	owners.is_durable = thiefs.is_durable = true;
	thiefs.client_id = "board-a";
	owner = open_peer(&owners);
	assert_int_equal(peer_subscribe(owner, head, 1), 0);
	peer_close(owner);

	thief = open_peer(&thiefs);
	say(gateway, head, "kept for a");
	assert_int_equal(peer_subscribe(thief, "#", 0), 0);
	assert_int_equal(peer_unsubscribe(thief, "#"), 0);
	assert_int_equal(heard_count(thief), 0);
	peer_close(thief);

	owner = open_peer(&owners);
	assert_true(peers_run(has_heard, owner, PEER_PATIENCE_MS));
	assert_string_equal(peer_heard(owner, &(size_t){ 0 })->payload, "kept for a");
	peer_close(owner);
	peer_close(open_as("board-a")); /* ends the durable sessions */
	peer_close(open_as("board-b"));
	peer_close(gateway);
}

static void test_boards_in_a_shared_group_take_nothing_from_the_gateway(void **state)
{
	static const char shared[] = "$share/gateways/rumah/home/+/event", events[] = "rumah/home/+/event";
	struct peer *gateway = open_as("gateway"), *a = open_as("board-a"), *b = open_as("board-b");

	(void)state;
	assert_int_equal(peer_subscribe(b, shared, 0), 0);
	assert_int_equal(peer_subscribe(a, shared, 0), 0);
	assert_int_equal(peer_subscribe(gateway, events, 0), 0);
	for (int i = 0; i < 20; i++)
		say(a, "rumah/home/board-a/event", "one of twenty");
	assert_int_equal(peer_unsubscribe(gateway, events), 0);
	assert_int_equal(peer_unsubscribe(b, shared), 0);
	assert_int_equal(peer_unsubscribe(a, shared), 0);

	assert_int_equal(heard_count(gateway), 20);
	assert_int_equal(heard_count(a) + heard_count(b), 0);
	peer_close(gateway);
	peer_close(a);
	peer_close(b);
}

/* ---- size and speed ---- */

static void test_the_largest_snapshot_passes_and_a_larger_packet_does_not(void **state)
{
	static const char topic[] = "rumah/home/board-a/snapshot";
	const size_t largest = 4u << 20, too_large = largest + 1024;
	struct peer *gateway = open_as("gateway"), *board = open_as("board-a");
	char *bytes = calloc(1, too_large);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 's', too_large);
	assert_int_equal(peer_subscribe(board, topic, 1), 0);
	assert_int_equal(peer_publish(gateway, topic, bytes, largest, false), 0);
	assert_int_equal(peer_flush(gateway), 0);
	assert_true(peers_run(has_heard, board, PEER_PATIENCE_MS));
	assert_int_equal(peer_heard(board, &(size_t){ 0 })->payload_bytes, largest);

	peer_forget(board);
	/* The broker hangs up in the middle of it, which either call may be the first to see. */
	assert_true(peer_publish(gateway, topic, bytes, too_large, false) < 0 || peer_flush(gateway) < 0);
	assert_int_equal(peer_unsubscribe(board, topic), 0);
	assert_int_equal(heard_count(board), 0);
	free(bytes);
	peer_close(gateway);
	peer_close(board);
}

static void echo(struct peer *peer, const struct peer_heard *heard, void *ctx)
{
	(void)heard;
	(void)ctx;
	peer_publish(peer, "rumah/home/board-a/hello", "pong", 4, false);
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* Without TCP_NODELAY an echo takes 44 ms whatever the machine; with it, 0.2 ms on a quiet one. The median
 * does not mind a busy one. */
static void test_an_echo_does_not_wait_for_delayed_acknowledgements(void **state)
{
	struct peer *gateway = open_as("gateway"), *board;
	struct peer_options options = peer_options_for("board-a");
	int64_t took_us[101];

	(void)state;
	options.on_heard = echo;
	board = open_peer(&options);
	assert_int_equal(peer_subscribe(board, "rumah/home/board-a/head", 1), 0);
	assert_int_equal(peer_subscribe(gateway, "rumah/home/board-a/hello", 1), 0);
	for (size_t i = 0; i < COUNT(took_us); i++) {
		int64_t start_us = now_us();

		assert_int_equal(peer_publish(gateway, "rumah/home/board-a/head", "ping", 4, false), 0);
		assert_true(peers_run(has_heard, gateway, PEER_PATIENCE_MS));
		took_us[i] = now_us() - start_us;
		peer_forget(gateway);
	}
	qsort(took_us, COUNT(took_us), sizeof(took_us[0]), by_value);
	print_message(
		"QoS 1 echo: p50 %lld us, p90 %lld us\n", (long long)took_us[50], (long long)took_us[90]);
	assert_true(took_us[50] < 10000);
	peer_close(board);
	peer_close(gateway);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_stranger_gets_no_connection),
		cmocka_unit_test(test_a_wildcard_name_says_and_hears_nothing),
		cmocka_unit_test(test_a_borrowed_client_id_does_not_throw_its_owner_off),
		cmocka_unit_test(test_a_borrowed_client_id_does_not_inherit_a_session),
		cmocka_unit_test(test_boards_in_a_shared_group_take_nothing_from_the_gateway),
		cmocka_unit_test(test_the_largest_snapshot_passes_and_a_larger_packet_does_not),
		cmocka_unit_test(test_an_echo_does_not_wait_for_delayed_acknowledgements),
	};

	return cmocka_run_group_tests_name("broker_sessions", tests, NULL, NULL);
}
