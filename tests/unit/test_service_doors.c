/* From an approval to what a door is told, and from a door's report to its acknowledgement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/unit/service_world.h"

static void stretch_tag(struct world *world, const struct test_board *board,
	const struct wire_settings *settings, const char *digits, uint8_t tag[WIRE_TAG_BYTES])
{
	uint8_t s[WIRE_STRETCHED_BYTES];

	(void)world;
	assert_int_equal(wire_stretch(s, digits, strlen(digits), settings), 0);
	wire_tag(tag, board->keys.tag_key, s);
}

static void a_new_board_has_an_empty_first_snapshot(void **state)
{
	struct wire_grant grants[64];
	struct wire_snapshot snapshot;
	struct world world;

	(void)state;
	world_open(&world, 1);
	world_snapshot(&world, "door", &snapshot, grants);
	assert_int_equal(snapshot.epoch, 1);
	assert_int_equal(snapshot.rev, 1);
	assert_int_equal(snapshot.grant_count, 0);
	assert_int_equal(snapshot.settings.strike_ms, 3000);
	world_close(&world);
}

static void the_code_a_link_shows_is_the_one_its_door_knows(void **state)
{
	char digits[11], long_digits[13];
	uint8_t tag[WIRE_TAG_BYTES];
	struct service_receipt receipt;
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	struct world world;

	(void)state;
	world_open(&world, 2);
	receipt = world_approved(&world, "r1", 2, 4, 1);
	world_code(&world, receipt.link, digits, long_digits);
	assert_int_equal(strlen(digits), SERVICE_CODE_DIGITS);
	assert_int_equal(strlen(long_digits), WIRE_LONG_CODE);

	world_snapshot(&world, "door", &snapshot, grants);
	assert_int_equal(snapshot.rev, 2);
	assert_int_equal(snapshot.grant_count, 1);
	assert_int_equal(grants[0].from_ms, START_MS + 2 * HOUR_MS - 15 * MINUTE_MS);
	assert_int_equal(grants[0].until_ms, START_MS + 4 * HOUR_MS + 15 * MINUTE_MS);
	assert_int_equal(grants[0].offline_until_ms, grants[0].until_ms);
	stretch_tag(&world, &world.door, &snapshot.settings, digits, tag);
	assert_memory_equal(grants[0].tag, tag, sizeof(tag));
	assert_true(grants[0].has_long);
	stretch_tag(&world, &world.door, &snapshot.settings, long_digits, tag);
	assert_memory_equal(grants[0].long_tag, tag, sizeof(tag));
	world_close(&world);
}

static void a_cancelled_request_is_absent_from_the_next_snapshot(void **state)
{
	struct service_receipt kept, gone;
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	struct world world;

	(void)state;
	world_open(&world, 3);
	kept = world_approved(&world, "r1", 2, 4, 1);
	gone = world_approved(&world, "r1", 6, 8, 1);
	assert_int_equal(service_request_act(world.service, &world.desk, world.now_ms, gone.number,
				 REQUEST_ACT_CANCEL, "ruang dipakai dinas", &world.problem),
		0);
	world_snapshot(&world, "door", &snapshot, grants);
	assert_int_equal(snapshot.rev, 4);
	assert_int_equal(snapshot.grant_count, 1);
	assert_int_equal(grants[0].from_ms, START_MS + 2 * HOUR_MS - 15 * MINUTE_MS);
	assert_string_equal(world_state_of(&world, kept.number), "disetujui");
	assert_string_equal(world_state_of(&world, gone.number), "dibatalkan");
	world_close(&world);
}

static void a_bed_opens_its_dormitory_and_each_person_has_a_code(void **state)
{
	struct service_receipt receipt;
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	struct world world;
	json_t *view, *people;

	(void)state;
	world_open(&world, 4);
	receipt = world_approved(&world, "dorm-1", 2, 40, 2);
	world_snapshot(&world, "entrance", &snapshot, grants);
	assert_int_equal(snapshot.grant_count, 2);
	assert_memory_not_equal(grants[0].tag, grants[1].tag, WIRE_TAG_BYTES);
	assert_int_equal(
		world_count(&world, "door", WIRE_SNAPSHOT), 1); /* the room's door has no part in it */

	/* The responsible person hands on the second link, and the second link shows the second code. */
	assert_int_equal(
		service_link_view(world.service, world.now_ms, receipt.link, &view, &world.problem), 0);
	people = json_object_get(view, "people");
	assert_int_equal(json_array_size(people), 2);
	assert_null(json_object_get(json_array_get(people, 0), "link"));
	{
		const char *link = json_string_value(json_object_get(json_array_get(people, 1), "link"));
		char mine[11], other[11], rest[13];

		assert_non_null(link);
		world_code(&world, receipt.link, mine, rest);
		world_code(&world, link, other, rest);
		assert_string_not_equal(mine, other);
	}
	json_decref(view);
	world_close(&world);
}

static void events_are_acknowledged_after_the_commit_with_their_chain(void **state)
{
	struct wire_events events;
	const struct sent *sent;
	struct wire_ack ack;
	struct world world;

	(void)state;
	world_open(&world, 5);
	board_make_events(&world, &world.door, 50, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	assert_null(world_last(&world, "door", WIRE_ACK));
	world_commit(&world);
	sent = world_last(&world, "door", WIRE_ACK);
	assert_non_null(sent);
	assert_int_equal(wire_ack_decode(&ack, sent->msg, sent->len), 0);
	assert_int_equal(ack.log, world.door.log);
	assert_int_equal(ack.upto, 50);
	assert_memory_equal(ack.hash, world.door.hash, sizeof(ack.hash));
	world_close(&world);
}

static void the_first_use_checks_in(void **state)
{
	struct service_receipt receipt;
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	struct wire_events events;
	struct world world;

	(void)state;
	world_open(&world, 6);
	receipt = world_approved(&world, "r1", 2, 4, 1);
	world_snapshot(&world, "door", &snapshot, grants);
	world.now_ms += 2 * HOUR_MS;
	board_make_events(&world, &world.door, 1, WIRE_EVENT_ACCESS_GRANTED, grants[0].id, &events);
	board_send_events(&world, &world.door, &events);
	board_send_events(&world, &world.door, &events); /* F16: twice */
	world_commit(&world);
	assert_string_equal(world_state_of(&world, receipt.number), "berlangsung");
	world_close(&world);
}

static void a_door_is_ready_when_it_has_named_our_digest(void **state)
{
	struct service_receipt receipt;
	const struct sent *head;
	struct wire_head answer;
	uint8_t wrong[WIRE_DIGEST_BYTES] = { 1 };
	struct world world;
	unsigned told;
	json_t *json;

	(void)state;
	world_open(&world, 7);
	receipt = world_approved(&world, "r1", 2, 4, 1);
	json = world_request(&world, receipt.number);
	assert_false(
		json_is_true(json_object_get(json_array_get(json_object_get(json, "doors"), 0), "is_ready")));
	json_decref(json);

	board_hello(&world, &world.door, 1, 1,
		wrong); /* an old one, and not ours: said to be so, and sent again */
	json = world_request(&world, receipt.number);
	assert_false(
		json_is_true(json_object_get(json_array_get(json_object_get(json, "doors"), 0), "is_ready")));
	json_decref(json);

	told = world.told[0];
	board_hello_newest(&world, &world.door);
	assert_int_equal(world.told[0], told + 1); /* the page that shows the request hears of it */
	json = world_request(&world, receipt.number);
	assert_true(
		json_is_true(json_object_get(json_array_get(json_object_get(json, "doors"), 0), "is_ready")));
	json_decref(json);
	head = world_last(&world, "door", WIRE_HEAD);
	assert_non_null(head);
	assert_int_equal(wire_head_decode(&answer, head->msg, head->len), 0);
	assert_int_equal(answer.rev, 2);
	assert_int_equal(answer.time_ms, world.now_ms);
	world_close(&world);
}

static void what_was_approved_is_there_after_a_restart(void **state)
{
	char before[11], after[11], rest[13];
	struct service_receipt receipt;
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	struct world world;

	(void)state;
	world_open(&world, 8);
	receipt = world_approved(&world, "r1", 2, 4, 1);
	world_code(&world, receipt.link, before, rest);
	world_restart(&world);
	assert_int_equal(service_publish_all(world.service), 0);
	world_snapshot(&world, "door", &snapshot, grants);
	assert_int_equal(snapshot.rev, 2);
	assert_int_equal(snapshot.grant_count, 1);
	world_code(&world, receipt.link, after, rest);
	assert_string_equal(before, after);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_board_has_an_empty_first_snapshot),
		cmocka_unit_test(the_code_a_link_shows_is_the_one_its_door_knows),
		cmocka_unit_test(a_cancelled_request_is_absent_from_the_next_snapshot),
		cmocka_unit_test(a_bed_opens_its_dormitory_and_each_person_has_a_code),
		cmocka_unit_test(events_are_acknowledged_after_the_commit_with_their_chain),
		cmocka_unit_test(the_first_use_checks_in),
		cmocka_unit_test(a_door_is_ready_when_it_has_named_our_digest),
		cmocka_unit_test(what_was_approved_is_there_after_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
