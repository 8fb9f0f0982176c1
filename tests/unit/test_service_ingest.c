/* What boards say of themselves: states, alarms, snapshots they have, answers to actions; and what is
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "schemas/wire/seal.h"
#include "tests/unit/service_world.h"

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
	assert_int_equal(world_alarm_count(&world, "forced", true), 1);
	list = world_alarms_of(&world);
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
	assert_int_equal(world_alarm_count(&world, "forced", true), 1); /* seen to is not over */
	said = (struct wire_state){ .door = WIRE_DOOR_LOCKED };
	world.now_ms += 1000;
	board_state(&world, &world.door, &said);
	assert_int_equal(world_alarm_count(&world, "forced", true), 0);
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
	assert_true(world_door_flag(&world, "is_contact_open"));
	world.door.boot++; /* of an earlier start, brought back by the broker */
	locked.at_ms = world.now_ms - 1;
	locked.n = 100;
	board_state(&world, &world.door, &locked);
	assert_true(world_door_flag(&world, "is_contact_open"));
	locked.at_ms = world.now_ms + 1; /* of a later start */
	locked.n = 1;
	board_state(&world, &world.door, &locked);
	assert_false(world_door_flag(&world, "is_contact_open"));
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
	assert_false(world_door_flag(&world, "is_online"));
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
	assert_true(world_door_flag(&world, "is_online"));
	told = world.told[1];
	world.now_ms += 91000;
	assert_false(world_door_flag(&world, "is_online"));
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
	assert_false(world_door_flag(&world, "is_online"));
	world.now_ms += HOUR_MS;
	link.is_online = true;
	len = wire_link_encode(msg, sizeof(msg), &link);
	assert_int_equal(
		service_ingest(world.service, world.now_ms, "rumah/rumah/door/link", msg, (size_t)len, false),
		0);
	world_commit(&world);
	assert_false(world_door_flag(&world, "is_online")); /* nothing sealed was heard for an hour */
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
	assert_int_equal(world_alarm_count(&world, "restored", true), 1);
	world_approved(&world, "r1", 2, 3, 1);
	assert_int_equal(service_publish_all(world.service), 0);
	assert_int_equal(world_count(&world, "door", WIRE_SNAPSHOT), snapshots);
	assert_int_equal(world_count(&world, "door", WIRE_HEAD), heads);
	assert_false(world_door_flag(&world, "is_ready"));
	world_close(&world);
}

static void two_truths_under_one_rev_are_an_alarm(void **state)
{
	const uint8_t other[WIRE_DIGEST_BYTES] = { 9 };
	struct world world;

	(void)state;
	world_open(&world, 30);
	board_hello(&world, &world.door, 1, 1, other);
	assert_int_equal(world_alarm_count(&world, "equivocation", true), 1);
	assert_int_equal(world_door_number(&world, "confirmed_rev"), 0);
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
	assert_int_equal(world_door_number(&world, "confirmed_rev"), 1);
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
	assert_true(world_door_flag(&world, "is_ready"));
	world.now_ms += 1000;
	board_state(&world, &world.door, &said); /* epoch 0, rev 0 */
	assert_false(world_door_flag(&world, "is_ready"));
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
	assert_false(world_door_flag(&world, "is_online"));
	assert_false(world_door_flag(&world, "is_contact_open"));
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
	door = world_door_of(&world, "door");
	assert_true(json_is_true(json_object_get(json_object_get(door, "action"), "is_done")));
	json_decref(door);
	world.now_ms += 2 * MINUTE_MS;
	assert_int_equal(service_action(world.service, &world.guard, world.now_ms, "door", WIRE_ACTION_UNLOCK,
				 WIRE_WHY_OTHER, NULL, id, &world.problem),
		SERVICE_STALE);
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
