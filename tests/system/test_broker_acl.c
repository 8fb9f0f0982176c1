/* Who hears what on the real broker: roles x topics x ways of publishing, roles x filters.
 * Rights are judged by what is delivered, never by the broker's answers: it acknowledges what it refuses.
 *
 * tests/system/broker_acl.sh prepares the broker, its certificates and the environment: BROKER_PORT and
 * SITE_DIR. There the ACL has one more user than the golden one: `observer`, who may read and write
 * everything, to see and to inject. */
#include <errno.h>
#include <mosquitto.h>
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

enum role { BOARD_A, BOARD_B, GATEWAY, ROLES, OBSERVER = ROLES, WHO };
static const char *const names[WHO] = { "board-a", "board-b", "gateway", "observer" };

#define A (1u << BOARD_A)
#define B (1u << BOARD_B)
#define G (1u << GATEWAY)

/* clang-format off */
static const struct shape { const char *topic; unsigned writers, readers; } shapes[] = { /* the golden list */
	/* a board speaks as itself, and hears what is addressed to it */
	{ "rumah/home/board-a/hello",     A, G }, { "rumah/home/board-b/hello",     B, G },
	{ "rumah/home/board-a/state",     A, G }, { "rumah/home/board-b/state",     B, G },
	{ "rumah/home/board-a/event",     A, G }, { "rumah/home/board-b/event",     B, G },
	{ "rumah/home/board-a/did",       A, G }, { "rumah/home/board-b/did",       B, G },
	{ "rumah/home/board-a/health",    A, G }, { "rumah/home/board-b/health",    B, G },
	{ "rumah/home/board-a/link",      A, G }, { "rumah/home/board-b/link",      B, G },
	{ "rumah/home/board-a/snapshot",  G, A }, { "rumah/home/board-b/snapshot",  G, B },
	{ "rumah/home/board-a/head",      G, A }, { "rumah/home/board-b/head",      G, B },
	{ "rumah/home/board-a/ack",       G, A }, { "rumah/home/board-b/ack",       G, B },
	{ "rumah/home/board-a/action",    G, A }, { "rumah/home/board-b/action",    G, B },
	/* boards that are neither of the two, and names that are nearly theirs */
	{ "rumah/home/board-c/hello",     0, G }, { "rumah/home/board-c/snapshot",  G, 0 },
	{ "rumah/home/board-aa/event",    0, G }, { "rumah/home/board-/action",     G, 0 },
	{ "rumah/home/BOARD-A/state",     0, G }, { "rumah/home/BOARD-A/head",      G, 0 },
	{ "rumah/home/%u/event",          0, G }, { "rumah/home/%c/event",          0, G },
	{ "rumah/home//event",            0, G }, { "rumah/home//ack",              G, 0 },
	/* the gateway is no board */
	{ "rumah/home/gateway/hello",     0, 0 }, { "rumah/home/gateway/event",     0, 0 },
	{ "rumah/home/gateway/snapshot",  0, 0 }, { "rumah/home/gateway/action",    0, 0 },
	/* other sites */
	{ "rumah/other/board-a/hello",        0, 0 }, { "rumah/other/board-a/state",          0, 0 },
	{ "rumah/other/board-a/event",        0, 0 }, { "rumah/other/board-a/did",            0, 0 },
	{ "rumah/other/board-a/health",       0, 0 }, { "rumah/other/board-a/link",           0, 0 },
	{ "rumah/other/board-a/snapshot",     0, 0 }, { "rumah/other/board-a/head",           0, 0 },
	{ "rumah/other/board-a/ack",          0, 0 }, { "rumah/other/board-a/action",         0, 0 },
	{ "rumah//board-a/event",         0, 0 }, { "rumah/HOME/board-a/event",     0, 0 },
	/* too long, too short, not quite */
	{ "rumah/home/board-a/hello/x",       0, 0 }, { "rumah/home/board-a/state/x",         0, 0 },
	{ "rumah/home/board-a/event/x",       0, 0 }, { "rumah/home/board-a/did/x",           0, 0 },
	{ "rumah/home/board-a/health/x",      0, 0 }, { "rumah/home/board-a/link/x",          0, 0 },
	{ "rumah/home/board-a/snapshot/x",    0, 0 }, { "rumah/home/board-a/head/x",          0, 0 },
	{ "rumah/home/board-a/ack/x",         0, 0 }, { "rumah/home/board-a/action/x",        0, 0 },
	{ "rumah/home/board-a/hello/",    0, 0 }, { "rumah/home/board-a/action/",   0, 0 },
	{ "rumah/home/board-a",           0, 0 }, { "rumah/home/board-a/",          0, 0 },
	{ "rumah/home",                   0, 0 }, { "rumah",                        0, 0 },
	{ "/rumah/home/board-a/hello",    0, 0 }, { "/rumah/home/board-a/action",   0, 0 },
	{ "rumah/home/board-a/HELLO",     0, 0 }, { "rumah/home/board-a/hello ",    0, 0 },
	{ "rumah/home/board-a/cmd",       0, 0 }, { "rumah/home/board-a/unlock",    0, 0 },
	{ "RUMAH/home/board-a/hello",     0, 0 }, { "home/board-a/hello",           0, 0 },
	{ "board-a",                      0, 0 }, { "gateway",                      0, 0 }, { "/", 0, 0 },
	/* what belongs to the broker */
	{ "$SYS/broker/uptime",           0, 0 }, { "$SYS/broker/connection/board-a/state", 0, 0 },
	{ "$SYS/rumah/home/board-a/event", 0, 0 }, { "$CONTROL/dynamic-security/v1",  0, 0 },
	{ "$share/x/rumah/home/board-a/action", 0, 0 }, { "$rumah/home/board-a/action", 0, 0 },
};

static const char *const filters[] = {
	"#", "+/#", "/#", "+", "+/+", "+/+/+/+", "+/+/+/+/+", "rumah/#", "rumah/+/+/+", "rumah/+/#", "rumah/home/#", "rumah/home/+/+",
	"rumah/home/+/#", "rumah/home/+/snapshot", "rumah/home/+/head", "rumah/home/+/ack", "rumah/home/+/action", "rumah/home/+/hello",
	"rumah/home/+/event", "rumah/home/+/state", "rumah/home/board-a/#", "rumah/home/board-a/+", "rumah/home/board-b/#",
	"rumah/home/board-b/+", "rumah/+/board-b/snapshot", "rumah/home/board-a/snapshot", "rumah/home/board-a/action",
	"rumah/home/board-b/snapshot", "rumah/home/board-b/action", "rumah/home/board-b/event", "rumah/home/board-c/#",
	"rumah/home/gateway/#", "rumah/other/#", "rumah/other/board-a/action", "rumah/home/board-a/action/#", "rumah/home/board-a/hello/#",
	"$SYS/#", "$SYS/broker/#", "$SYS/broker/connection/+/state", "$CONTROL/#", "$rumah/#",
	"$share/x/#", "$share/x/rumah/home/+/action", "$share/x/rumah/home/+/event", "$share/x/rumah/home/board-b/snapshot",
};
/* clang-format on */

static struct peer *open_role(enum role role)
{
	struct peer_options options = peer_options_for(names[role]);
	struct peer *peer = NULL;

	assert_int_equal(peer_open(&peer, &options), 0);
	return peer;
}

/* Everything there is, for who may read it. More than one filter, since # does not cover $. */
static const char *const everything[] = { "#", "$SYS/#", "$CONTROL/#", "$rumah/#" };

static void listen_to_everything(struct peer *peer)
{
	for (size_t i = 0; i < COUNT(everything); i++)
		peer_subscribe(peer, everything[i], 0);
}

/* The fence: when it returns, what the broker had taken before is in peer_heard(). */
static void stop_listening(struct peer *peer)
{
	for (size_t i = 0; i < COUNT(everything); i++)
		peer_unsubscribe(peer, everything[i]);
}

static bool heard_is(const struct peer_heard *heard, const char *topic, const char *payload)
{
	return strcmp(heard->topic, topic) == 0 && (!payload || strcmp(heard->payload, payload) == 0);
}

/* How often `peer` heard `payload` (NULL: anything) on `topic` */
static unsigned times_heard(const struct peer *peer, const char *topic, const char *payload)
{
	size_t count;
	const struct peer_heard *heard = peer_heard(peer, &count);
	unsigned times = 0;

	for (size_t i = 0; i < count; i++)
		times += heard_is(&heard[i], topic, payload);
	return times;
}

/* Names each difference before it fails, so that one run shows all that is wrong. */
static unsigned differs(const char *what, const char *by, const char *topic, unsigned wanted, unsigned got)
{
	if (wanted == got)
		return 0;
	print_error("%s: %s on \"%s\": delivered %u times, wanted %u\n", what, by, topic, got, wanted);
	return 1;
}

/* ---- publishing ---- */

static void publish_every_shape(struct peer *peer, const char *payload, bool retain)
{
	for (size_t s = 0; s < COUNT(shapes); s++)
		assert_int_equal(peer_publish(peer, shapes[s].topic, payload, strlen(payload), retain), 0);
	assert_int_equal(peer_flush(peer), 0);
}

static void test_a_publish_reaches_exactly_its_readers(void **state)
{
	struct peer *peers[WHO];
	unsigned wrong = 0;

	(void)state;
	for (int r = 0; r < WHO; r++) {
		peers[r] = open_role(r);
		listen_to_everything(peers[r]);
	}
	for (int r = 0; r < ROLES; r++)
		publish_every_shape(peers[r], names[r], false);
	for (int r = 0; r < WHO; r++)
		stop_listening(peers[r]);

	for (size_t s = 0; s < COUNT(shapes); s++) {
		for (int by = 0; by < ROLES; by++) {
			unsigned is_taken = shapes[s].writers >> by & 1;

			for (int to = 0; to < WHO; to++) {
				unsigned is_reader = to == OBSERVER || (shapes[s].readers >> to & 1);

				wrong += differs(names[to], names[by], shapes[s].topic, is_taken && is_reader,
					times_heard(peers[to], shapes[s].topic, names[by]));
			}
		}
	}
	for (int r = 0; r < WHO; r++)
		peer_close(peers[r]);
	assert_int_equal(wrong, 0);
}

/* What the broker keeps: fills is_kept[shape] for those that hold `payload` */
static void look_at_retained(struct peer *observer, const char *payload, bool is_kept[COUNT(shapes)])
{
	peer_forget(observer);
	listen_to_everything(observer);
	stop_listening(observer);
	for (size_t s = 0; s < COUNT(shapes); s++)
		is_kept[s] = times_heard(observer, shapes[s].topic, payload) == 1;
}

static void test_only_writers_leave_a_retained_message(void **state)
{
	bool is_kept[COUNT(shapes)];
	unsigned wrong = 0;

	(void)state;
	for (int r = 0; r < ROLES; r++) {
		struct peer *peer = open_role(r);
		struct peer *observer = open_role(OBSERVER);

		publish_every_shape(peer, names[r], true);
		look_at_retained(observer, names[r], is_kept);
		for (size_t s = 0; s < COUNT(shapes); s++)
			wrong += differs("retained", names[r], shapes[s].topic, shapes[s].writers >> r & 1,
				is_kept[s]);
		publish_every_shape(observer, "", true); /* leaves nothing for the next */
		peer_close(observer);
		peer_close(peer);
	}
	assert_int_equal(wrong, 0);
}

static void test_only_writers_erase_a_retained_message(void **state)
{
	bool was_kept[COUNT(shapes)], is_kept[COUNT(shapes)];
	unsigned wrong = 0;

	(void)state;
	for (int r = 0; r < ROLES; r++) {
		struct peer *peer = open_role(r);
		struct peer *observer = open_role(OBSERVER);

		publish_every_shape(observer, "kept", true);
		look_at_retained(
			observer, "kept", was_kept); /* not the broker's own topics: it takes none of those */
		publish_every_shape(peer, "", true);
		look_at_retained(observer, "kept", is_kept);
		for (size_t s = 0; s < COUNT(shapes); s++) {
			bool is_writer = shapes[s].writers >> r & 1;

			wrong += differs(
				"erased", names[r], shapes[s].topic, was_kept[s] && !is_writer, is_kept[s]);
		}
		publish_every_shape(observer, "", true);
		peer_close(observer);
		peer_close(peer);
	}
	assert_int_equal(wrong, 0);
}

static void test_only_writers_leave_a_last_will(void **state)
{
	struct peer *observer = open_role(OBSERVER);
	unsigned wrong = 0;

	(void)state;
	listen_to_everything(observer);
	for (int r = 0; r < ROLES; r++) {
		struct peer *peer = NULL;

		for (size_t s = 0; s < COUNT(shapes); s++) {
			struct peer_options options = peer_options_for(names[r]);

			options.will_topic = shapes[s].topic;
			options.will_payload = names[r];
			/* To refuse the connection for its will would be right as well. */
			if (peer_open(&peer, &options) == 0)
				peer_drop(peer);
		}
		peer_close(open_role(r)); /* the same name again: the broker is done with those before */
	}
	stop_listening(observer);
	for (size_t s = 0; s < COUNT(shapes); s++) {
		for (int r = 0; r < ROLES; r++)
			wrong += differs("last will", names[r], shapes[s].topic, shapes[s].writers >> r & 1,
				times_heard(observer, shapes[s].topic, names[r]));
	}
	peer_close(observer);
	assert_int_equal(wrong, 0);
}

/* ---- subscribing ---- */

/* What a filter asks for, without the group of a shared subscription */
static const char *without_group(const char *filter)
{
	static const char group[] = "$share/x/";

	return strncmp(filter, group, strlen(group)) == 0 ? filter + strlen(group) : filter;
}

static bool covers(const char *filter, const char *topic)
{
	bool is_match = false;

	assert_int_equal(
		mosquitto_topic_matches_sub(without_group(filter), topic, &is_match), MOSQ_ERR_SUCCESS);
	return is_match;
}

static unsigned wrongly_heard(const struct peer *peer, int role, const char *filter)
{
	unsigned wrong = 0;

	for (size_t s = 0; s < COUNT(shapes); s++) {
		bool is_wanted = (shapes[s].readers >> role & 1) && covers(filter, shapes[s].topic);

		wrong += differs(filter, names[role], shapes[s].topic, is_wanted,
			times_heard(peer, shapes[s].topic, NULL));
	}
	return wrong;
}

/* Every role with every filter. `observer` publishes every shape under it, or has left it retained before. */
static unsigned try_every_filter(struct peer *observer, bool is_retained)
{
	unsigned wrong = 0;

	for (int r = 0; r < ROLES; r++) {
		struct peer *peer = open_role(r);

		for (size_t f = 0; f < COUNT(filters); f++) {
			peer_forget(peer);
			assert_int_equal(peer_subscribe(peer, filters[f], 0), 0);
			if (!is_retained)
				publish_every_shape(observer, "live", false);
			assert_int_equal(peer_unsubscribe(peer, filters[f]), 0);
			wrong += wrongly_heard(peer, r, filters[f]);
		}
		peer_close(peer);
	}
	return wrong;
}

static void test_a_filter_brings_only_what_its_role_may_read(void **state)
{
	struct peer *observer = open_role(OBSERVER);
	unsigned wrong = try_every_filter(observer, false);

	(void)state;
	peer_close(observer);
	assert_int_equal(wrong, 0);
}

static void test_a_filter_brings_only_what_was_retained_for_its_role(void **state)
{
	struct peer *observer = open_role(OBSERVER);
	unsigned wrong;

	(void)state;
	publish_every_shape(observer, "kept", true);
	wrong = try_every_filter(observer, true);
	publish_every_shape(observer, "", true);
	peer_close(observer);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_publish_reaches_exactly_its_readers),
		cmocka_unit_test(test_only_writers_leave_a_retained_message),
		cmocka_unit_test(test_only_writers_erase_a_retained_message),
		cmocka_unit_test(test_only_writers_leave_a_last_will),
		cmocka_unit_test(test_a_filter_brings_only_what_its_role_may_read),
		cmocka_unit_test(test_a_filter_brings_only_what_was_retained_for_its_role),
	};

	return cmocka_run_group_tests_name("broker_acl", tests, NULL, NULL);
}
