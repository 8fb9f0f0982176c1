/* What boards say, as a bus brings it: twice, out of order, days late, forged, or against what we know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "schemas/wire/seal.h"
#include "tests/unit/service_world.h"

static struct wire_ack last_ack(struct world *world)
{
	const struct sent *sent = world_last(world, "door", WIRE_ACK);
	struct wire_ack ack;

	assert_non_null(sent);
	assert_int_equal(wire_ack_decode(&ack, sent->msg, sent->len), 0);
	return ack;
}

static json_t *alarms_of(struct world *world)
{
	json_t *json, *list;

	assert_int_equal(service_view_alarms(world->service, &json), 0);
	list = json_incref(json_object_get(json, "alarms"));
	json_decref(json);
	return list;
}

/* How many alarms of that word are listed; is_active: of those only the active. */
static unsigned alarm_count(struct world *world, const char *word, bool is_active)
{
	json_t *list = alarms_of(world), *alarm;
	unsigned count = 0;
	size_t i;

	json_array_foreach(list, i, alarm) count +=
		strcmp(json_string_value(json_object_get(alarm, "alarm")), word) == 0 &&
		(!is_active || !json_object_get(alarm, "ended_ms"));
	json_decref(list);
	return count;
}

static size_t event_count(struct world *world)
{
	json_t *json;
	size_t count;

	assert_int_equal(service_view_events(world->service, "door", 0, 500, &json), 0);
	count = json_array_size(json_object_get(json, "events"));
	json_decref(json);
	return count;
}

static json_t *door_of(struct world *world, const char *id)
{
	json_t *json, *door, *found = NULL;
	size_t i;

	assert_int_equal(service_view_doors(world->service, world->now_ms, &json), 0);
	json_array_foreach(json_object_get(json, "doors"), i, door)
	{
		if (strcmp(json_string_value(json_object_get(door, "board")), id) == 0)
			found = json_incref(door);
	}
	json_decref(json);
	assert_non_null(found);
	return found;
}

static bool door_flag(struct world *world, const char *key)
{
	json_t *door = door_of(world, "door");
	bool flag = json_is_true(json_object_get(door, key));

	json_decref(door);
	return flag;
}

static int64_t door_number(struct world *world, const char *key)
{
	json_t *door = door_of(world, "door");
	int64_t number = json_integer_value(json_object_get(door, key));

	json_decref(door);
	return number;
}

/* F16, F17: fifty messages of one to five events, each up to five times, in any order: all of them once. */
static void duplicates_and_reordering_store_each_event_once(void **state)
{
	struct wire_events events[50];
	struct world world;
	unsigned total = 0;

	(void)state;
	world_open(&world, 16);
	for (int i = 0; i < 50; i++) {
		unsigned count = 1 + (unsigned)prng_below(&world.prng, 5);

		board_make_events(&world, &world.door, count, WIRE_EVENT_DOOR_OPENED, NULL, &events[i]);
		total += count;
	}
	/* What is not acknowledged is sent again, as a board does: until all is. */
	for (int round = 0; round < 2000; round++) {
		board_send_events(&world, &world.door, &events[prng_below(&world.prng, 50)]);
		if (prng_one_in(&world.prng, 3))
			world_commit(&world);
	}
	for (int i = 0; i < 50; i++)
		board_send_events(&world, &world.door, &events[i]);
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, total);
	assert_memory_equal(last_ack(&world).hash, world.door.hash, WIRE_HASH_BYTES);
	assert_int_equal(event_count(&world), total);
	assert_int_equal(alarm_count(&world, "equivocation", false), 0);
	world_close(&world);
}

static void messages_that_overlap_are_taken_from_where_we_are(void **state)
{
	struct wire_events all, part;
	struct world world;

	(void)state;
	world_open(&world, 17);
	board_make_events(&world, &world.door, 60, WIRE_EVENT_DOOR_OPENED, NULL, &all);
	part = all;
	part.count = 40;
	board_send_events(&world, &world.door, &part);
	board_send_events(&world, &world.door, &all); /* 1 to 60: 41 to 60 are new */
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 60);
	assert_int_equal(event_count(&world), 60);
	world_close(&world);
}

static void a_hole_is_not_taken_and_the_board_is_told_where_we_are(void **state)
{
	struct wire_events first, lost, third;
	struct world world;

	(void)state;
	world_open(&world, 18);
	board_make_events(&world, &world.door, 3, WIRE_EVENT_DOOR_OPENED, NULL, &first);
	board_make_events(&world, &world.door, 3, WIRE_EVENT_DOOR_OPENED, NULL, &lost);
	board_make_events(&world, &world.door, 3, WIRE_EVENT_DOOR_OPENED, NULL, &third);
	board_send_events(&world, &world.door, &first);
	board_send_events(&world, &world.door, &third);
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 3);
	assert_int_equal(event_count(&world), 3);
	board_send_events(&world, &world.door, &lost);
	board_send_events(&world, &world.door, &third);
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 9);
	world_close(&world);
}

static void another_story_under_one_number_is_an_alarm(void **state)
{
	struct wire_events told, other;
	struct test_board twin;
	struct world world;

	(void)state;
	world_open(&world, 19);
	twin = world.door;
	board_make_events(&world, &world.door, 5, WIRE_EVENT_DOOR_OPENED, NULL, &told);
	board_make_events(&world, &twin, 5, WIRE_EVENT_REX, NULL, &other);
	board_send_events(&world, &world.door, &told);
	world_commit(&world);
	board_send_events(&world, &world.door, &other); /* up to our head: the hash says so */
	world_commit(&world);
	assert_int_equal(alarm_count(&world, "equivocation", true), 1);
	assert_int_equal(event_count(&world), 5);
	board_make_events(&world, &world.door, 5, WIRE_EVENT_DOOR_OPENED, NULL, &told);
	board_send_events(&world, &world.door, &told);
	other.count = 2;
	board_send_events(&world, &world.door, &other); /* before our head: the rows say so */
	board_make_events(&world, &twin, 10, WIRE_EVENT_REX, NULL, &other);
	board_send_events(&world, &world.door, &other); /* across it */
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 10);
	assert_int_equal(event_count(&world), 10);
	world_close(&world);
}

static void a_swapped_board_begins_another_log(void **state)
{
	struct wire_events events;
	struct world world;

	(void)state;
	world_open(&world, 20);
	board_make_events(&world, &world.door, 4, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	world.door.log = 77;
	world.door.seq = 0;
	wire_chain_start(world.door.hash, "door", 77);
	board_make_events(&world, &world.door, 2, WIRE_EVENT_BOOT, NULL, &events);
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_int_equal(world_count(&world, "door", WIRE_ACK), 2);
	assert_int_equal(last_ack(&world).log, 77);
	assert_int_equal(event_count(&world), 6);
	world_close(&world);
}

/* A gateway set back to an older database: the board has forgotten what it had our word for. */
static void events_forgotten_on_our_word_are_a_gap_and_not_a_stop(void **state)
{
	struct wire_hello hello = { 0 };
	struct wire_events events;
	struct world world;
	char msg[2048];

	(void)state;
	world_open(&world, 21);
	board_make_events(&world, &world.door, 3, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	board_make_events(&world, &world.door, 7, WIRE_EVENT_DOOR_OPENED, NULL,
		&events); /* acknowledged by whom we no longer are */
	board_make_events(&world, &world.door, 2, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 3);

	hello = (struct wire_hello){
		.boot = 1, .log = world.door.log, .head = 12, .acked = 10, .clock = { WIRE_TRUST_TRUSTED, 1 }
	};
	memcpy(hello.hash, world.door.hash, sizeof(hello.hash));
	world_say(&world, &world.door, WIRE_HELLO, msg, wire_hello_encode(msg, sizeof(msg), &hello),
		sizeof(msg));
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 12);
	assert_int_equal(event_count(&world), 5);
	assert_int_equal(alarm_count(&world, "log_gap", true), 1);
	world_close(&world);
}

static void old_events_are_history_and_not_alarms(void **state)
{
	struct wire_events events;
	struct world world;

	(void)state;
	world_open(&world, 22);
	board_make_events(&world, &world.door, 1, WIRE_EVENT_DOOR_FORCED, NULL, &events);
	world.now_ms += 3 * DAY_MS; /* F18 */
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_int_equal(alarm_count(&world, "forced", true), 0);
	assert_int_equal(alarm_count(&world, "forced", false), 1); /* L7: shown, and to be acknowledged */
	board_make_events(&world, &world.door, 1, WIRE_EVENT_DOOR_FORCED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_int_equal(alarm_count(&world, "forced", true), 1);
	world_close(&world);
}

static void an_alarm_is_raised_once_cleared_by_the_board_and_acknowledged_by_a_person(void **state)
{
	struct wire_state said = {
		.door = WIRE_DOOR_FORCED, .is_contact_open = true, .alarms = WIRE_ALARM_BIT(FORCED)
	};
	json_t *list;
	int64_t id;
	struct world world;

	(void)state;
	world_open(&world, 23);
	board_state(&world, &world.door, &said);
	board_state(&world, &world.door, &said);
	assert_int_equal(alarm_count(&world, "forced", true), 1);
	list = alarms_of(&world);
	id = json_integer_value(json_object_get(json_array_get(list, 0), "id"));
	json_decref(list);
	assert_int_equal(service_alarm_ack(world.service, &world.guard, world.now_ms, id, "sudah dicek",
				 &world.problem),
		0);
	assert_int_equal(
		service_alarm_ack(world.service, &world.guard, world.now_ms, id, NULL, &world.problem), 0);
	assert_int_equal(
		service_alarm_ack(world.service, &world.guard, world.now_ms, 999, NULL, &world.problem),
		SERVICE_NOT_FOUND);
	assert_int_equal(alarm_count(&world, "forced", true), 1); /* seen to is not over */
	said = (struct wire_state){ .door = WIRE_DOOR_LOCKED };
	world.now_ms += 1000;
	board_state(&world, &world.door, &said);
	assert_int_equal(alarm_count(&world, "forced", true), 0);
	world_close(&world);
}

static void an_old_state_does_not_replace_a_newer_one(void **state)
{
	struct wire_state open = { .door = WIRE_DOOR_OPEN, .is_contact_open = true, .n = 5 };
	struct wire_state locked = { .door = WIRE_DOOR_LOCKED, .n = 4 };
	struct world world;

	(void)state;
	world_open(&world, 24);
	board_state(&world, &world.door, &open);
	board_state(&world, &world.door, &locked);
	assert_true(door_flag(&world, "is_contact_open"));
	world.door.boot++; /* of an earlier start, brought back by the broker */
	locked.at_ms = world.now_ms - 1;
	locked.n = 100;
	board_state(&world, &world.door, &locked);
	assert_true(door_flag(&world, "is_contact_open"));
	locked.at_ms = world.now_ms + 1; /* of a later start */
	locked.n = 1;
	board_state(&world, &world.door, &locked);
	assert_false(door_flag(&world, "is_contact_open"));
	world_close(&world);
}

static void a_retained_state_does_not_make_a_door_look_alive(void **state)
{
	struct wire_state said = { .boot = 1,
		.n = 1,
		.at_ms = START_MS - DAY_MS,
		.door = WIRE_DOOR_LOCKED,
		.clock = { WIRE_TRUST_TRUSTED, 1 } };
	char topic[WIRE_TOPIC_SIZE], msg[4096];
	struct world world;
	long len;

	(void)state;
	world_open(&world, 25);
	wire_topic_make(topic, "rumah", "door", WIRE_STATE);
	len = wire_state_encode(msg, sizeof(msg), &said);
	len = wire_seal(msg, (size_t)len, sizeof(msg), topic, world.door.identity.sign_secret);
	assert_int_equal(service_ingest(world.service, world.now_ms, topic, msg, (size_t)len, true), 0);
	world_commit(&world);
	assert_false(door_flag(&world, "is_online"));
	world_close(&world);
}

static void silence_is_noticed_and_told(void **state)
{
	struct wire_state said = { .door = WIRE_DOOR_LOCKED };
	struct world world;
	int64_t next_ms;
	unsigned told;

	(void)state;
	world_open(&world, 26);
	board_state(&world, &world.door, &said);
	assert_true(door_flag(&world, "is_online"));
	told = world.told[1];
	world.now_ms += 91000;
	assert_false(door_flag(&world, "is_online"));
	assert_int_equal(service_tick(world.service, world.now_ms, &next_ms), 0);
	assert_int_equal(world.told[1], told + 1);
	assert_true(next_ms <= world.now_ms + MINUTE_MS);
	world_close(&world);
}

static void a_last_will_takes_a_door_off_line_and_cannot_bring_it_on(void **state)
{
	struct wire_state said = { .door = WIRE_DOOR_LOCKED };
	struct wire_link link = { false };
	struct world world;
	char msg[128];
	long len;

	(void)state;
	world_open(&world, 27);
	board_state(&world, &world.door, &said);
	len = wire_link_encode(msg, sizeof(msg), &link);
	assert_int_equal(
		service_ingest(world.service, world.now_ms, "rumah/rumah/door/link", msg, (size_t)len, false),
		0);
	world_commit(&world);
	assert_false(door_flag(&world, "is_online"));
	world.now_ms += HOUR_MS;
	link.is_online = true;
	len = wire_link_encode(msg, sizeof(msg), &link);
	assert_int_equal(
		service_ingest(world.service, world.now_ms, "rumah/rumah/door/link", msg, (size_t)len, false),
		0);
	world_commit(&world);
	assert_false(door_flag(&world, "is_online")); /* nothing sealed was heard for an hour */
	world_close(&world);
}

/* F29: a board that knows more than we do is told nothing, and people are told. */
static void a_board_ahead_of_us_is_not_set_back(void **state)
{
	const uint8_t unknown[WIRE_DIGEST_BYTES] = { 9 };
	size_t snapshots, heads;
	struct world world;

	(void)state;
	world_open(&world, 29);
	snapshots = world_count(&world, "door", WIRE_SNAPSHOT);
	heads = world_count(&world, "door", WIRE_HEAD);
	board_hello(&world, &world.door, 1, 40, unknown);
	assert_int_equal(alarm_count(&world, "restored", true), 1);
	world_approved(&world, "r1", 2, 3, 1);
	assert_int_equal(service_publish_all(world.service), 0);
	assert_int_equal(world_count(&world, "door", WIRE_SNAPSHOT), snapshots);
	assert_int_equal(world_count(&world, "door", WIRE_HEAD), heads);
	assert_false(door_flag(&world, "is_ready"));
	world_close(&world);
}

static void two_truths_under_one_rev_are_an_alarm(void **state)
{
	const uint8_t other[WIRE_DIGEST_BYTES] = { 9 };
	struct world world;

	(void)state;
	world_open(&world, 30);
	board_hello(&world, &world.door, 1, 1, other);
	assert_int_equal(alarm_count(&world, "equivocation", true), 1);
	assert_int_equal(door_number(&world, "confirmed_rev"), 0);
	world_close(&world);
}

static void a_board_behind_us_gets_its_snapshot_again(void **state)
{
	const uint8_t none[WIRE_DIGEST_BYTES] = { 0 };
	size_t before;
	struct world world;

	(void)state;
	world_open(&world, 31);
	before = world_count(&world, "door", WIRE_SNAPSHOT);
	board_hello(&world, &world.door, 0, 0, none);
	assert_int_equal(world_count(&world, "door", WIRE_SNAPSHOT), before + 1);
	board_hello_newest(&world, &world.door);
	assert_int_equal(world_count(&world, "door", WIRE_SNAPSHOT), before + 1);
	assert_int_equal(door_number(&world, "confirmed_rev"), 1);
	world_close(&world);
}

/* S20: what a board lost, it is no longer said to have. */
static void a_board_that_lost_its_memory_is_not_ready(void **state)
{
	struct wire_state said = { .door = WIRE_DOOR_LOCKED };
	struct world world;

	(void)state;
	world_open(&world, 32);
	board_hello_newest(&world, &world.door);
	assert_true(door_flag(&world, "is_ready"));
	world.now_ms += 1000;
	board_state(&world, &world.door, &said); /* epoch 0, rev 0 */
	assert_false(door_flag(&world, "is_ready"));
	world_close(&world);
}

static void refusals_are_counted_and_change_nothing(void **state)
{
	struct wire_state said = { .door = WIRE_DOOR_OPEN,
		.is_contact_open = true,
		.boot = 1,
		.n = 1,
		.at_ms = START_MS,
		.clock = { WIRE_TRUST_TRUSTED, 1 } };
	char topic[WIRE_TOPIC_SIZE], msg[4096];
	struct world world;
	int64_t next_ms;
	long len, plain;

	(void)state;
	world_open(&world, 33);
	wire_topic_make(topic, "rumah", "door", WIRE_STATE);
	plain = wire_state_encode(msg, sizeof(msg), &said);
	len = wire_seal(msg, (size_t)plain, sizeof(msg), topic, world.spare.identity.sign_secret);
	/* clang-format off */
	const struct { const char *topic; size_t len; } rows[] = {
		{ topic, (size_t)len },                        /* another board's signature */
		{ topic, (size_t)len - 5 },                    /* cut */
		{ topic, 0 },
		{ "rumah/rumah/spare/state", (size_t)len },    /* a board nobody added */
		{ "rumah/other/door/state", (size_t)len },     /* another site */
		{ "rumah/rumah/door/snapshot", (size_t)len },  /* what only we say */
		{ "rumah/rumah/door/nonsense", (size_t)len },
		{ "", 0 },
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
			service_ingest(world.service, world.now_ms, rows[i].topic, msg, rows[i].len, false),
			0);
	world_commit(&world);
	assert_false(door_flag(&world, "is_online"));
	assert_false(door_flag(&world, "is_contact_open"));
	assert_int_equal(service_tick(world.service, world.now_ms, &next_ms), 0);
	assert_int_equal(service_refusals(world.service, "door", "bad_signature") +
				 service_refusals(world.service, "door", "bad_seal") +
				 service_refusals(world.service, "door", "too_short"),
		4);
	assert_int_equal(service_refusals(world.service, "", NULL), 4);
	world_close(&world);
}

static void an_action_goes_to_a_door_on_line_and_its_answer_counts_once(void **state)
{
	struct wire_action action;
	struct wire_did did = { .is_done = true };
	char id[WIRE_ID_CHARS + 1], msg[512];
	const struct sent *sent;
	struct world world;
	json_t *door;

	(void)state;
	world_open(&world, 34);
	assert_int_equal(service_action(world.service, &world.guard, world.now_ms, "door", WIRE_ACTION_UNLOCK,
				 WIRE_WHY_GUEST_WAITING, NULL, id, &world.problem),
		SERVICE_STALE);
	assert_string_equal(world.problem.code, "board_offline");
	board_hello_newest(&world, &world.door);
	assert_int_equal(service_action(world.service, &world.guard, world.now_ms, "door", WIRE_ACTION_UNLOCK,
				 WIRE_WHY_GUEST_WAITING, "tamu lupa kode", id, &world.problem),
		0);
	sent = world_last(&world, "door", WIRE_ACTION);
	assert_non_null(sent);
	assert_int_equal(wire_action_decode(&action, sent->msg, sent->len), 0);
	assert_string_equal(action.id, id);
	assert_int_equal(action.expires_ms, world.now_ms + 10000);
	assert_string_equal(action.who, "staff-3"); /* T17: never a name */
	assert_null(strstr(sent->msg, "tamu"));
	snprintf(did.id, sizeof(did.id), "%s", id);
	for (int i = 0; i < 2; i++)
		world_say(&world, &world.door, WIRE_DID, msg, wire_did_encode(msg, sizeof(msg), &did),
			sizeof(msg));
	world_commit(&world);
	door = door_of(&world, "door");
	assert_true(json_is_true(json_object_get(json_object_get(door, "action"), "is_done")));
	json_decref(door);
	world.now_ms += 2 * MINUTE_MS;
	assert_int_equal(service_action(world.service, &world.guard, world.now_ms, "door", WIRE_ACTION_UNLOCK,
				 WIRE_WHY_OTHER, NULL, id, &world.problem),
		SERVICE_STALE);
	world_close(&world);
}

static void what_was_ingested_survives_a_failed_act(void **state)
{
	struct wire_events events;
	struct world world;

	(void)state;
	world_open(&world, 35);
	board_make_events(&world, &world.door, 5, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, "RG-0000-00", &world.problem),
		SERVICE_NOT_FOUND);
	assert_int_equal(last_ack(&world).upto, 5);
	assert_int_equal(event_count(&world), 5);
	world_close(&world);
}

static void acknowledgements_go_on_after_a_restart(void **state)
{
	struct wire_events events;
	struct world world;

	(void)state;
	world_open(&world, 36);
	board_make_events(&world, &world.door, 5, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	world_restart(&world); /* before the commit: nothing was acknowledged, and nothing is there */
	assert_null(world_last(&world, "door", WIRE_ACK));
	assert_int_equal(event_count(&world), 0);
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	world_restart(&world);
	board_make_events(&world, &world.door, 5, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 10);
	assert_int_equal(event_count(&world), 10);
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(duplicates_and_reordering_store_each_event_once),
		T(messages_that_overlap_are_taken_from_where_we_are),
		T(a_hole_is_not_taken_and_the_board_is_told_where_we_are),
		T(another_story_under_one_number_is_an_alarm),
		T(a_swapped_board_begins_another_log),
		T(events_forgotten_on_our_word_are_a_gap_and_not_a_stop),
		T(old_events_are_history_and_not_alarms),
		T(an_alarm_is_raised_once_cleared_by_the_board_and_acknowledged_by_a_person),
		T(an_old_state_does_not_replace_a_newer_one),
		T(a_retained_state_does_not_make_a_door_look_alive),
		T(silence_is_noticed_and_told),
		T(a_last_will_takes_a_door_off_line_and_cannot_bring_it_on),
		T(a_board_ahead_of_us_is_not_set_back),
		T(two_truths_under_one_rev_are_an_alarm),
		T(a_board_behind_us_gets_its_snapshot_again),
		T(a_board_that_lost_its_memory_is_not_ready),
		T(refusals_are_counted_and_change_nothing),
		T(an_action_goes_to_a_door_on_line_and_its_answer_counts_once),
		T(what_was_ingested_survives_a_failed_act),
		T(acknowledgements_go_on_after_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
