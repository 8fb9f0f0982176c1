/* What time brings about, also when nobody looked for days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/unit/service_world.h"

static void tick(struct world *world)
{
	int64_t next_ms;

	assert_int_equal(service_tick(world->service, world->now_ms, &next_ms), 0);
	assert_true(next_ms >= world->now_ms);
}

static void a_request_nobody_decided_lapses_after_two_working_days(void **state)
{
	struct service_receipt receipt;
	struct world world;

	(void)state;
	world_open(&world, 60); /* a Monday */
	receipt = world_submit(&world, "r1", 400, 402, 1);
	world.now_ms = START_MS + 2 * DAY_MS - 1;
	tick(&world);
	assert_string_equal(world_state_of(&world, receipt.number), "diajukan");
	world.now_ms++;
	tick(&world);
	assert_string_equal(world_state_of(&world, receipt.number), "kedaluwarsa");
	world_close(&world);
}

static void a_hold_never_outlives_its_booking(void **state)
{
	struct service_receipt receipt;
	struct world world;

	(void)state;
	world_open(&world, 61);
	receipt = world_submit(&world, "r1", 1, 2, 1);
	world.now_ms += 2 * HOUR_MS;
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, receipt.number, &world.problem),
		SERVICE_BAD_STATE);
	tick(&world);
	assert_string_equal(world_state_of(&world, receipt.number), "kedaluwarsa");
	world_close(&world);
}

static void use_a_grant(struct world *world)
{
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	struct wire_events events;

	world_snapshot(world, "door", &snapshot, grants);
	board_make_events(world, &world->door, 1, WIRE_EVENT_ACCESS_GRANTED, grants[0].id, &events);
	board_send_events(world, &world->door, &events);
	world_commit(world);
}

static void a_visit_is_over_when_its_last_code_is(void **state)
{
	struct service_receipt receipt;
	size_t snapshots;
	struct world world;

	(void)state;
	world_open(&world, 62);
	receipt = world_approved(&world, "r1", 1, 2, 1);
	world.now_ms += HOUR_MS;
	use_a_grant(&world);
	world.now_ms = START_MS + 2 * HOUR_MS + 15 * MINUTE_MS - 1;
	tick(&world);
	assert_string_equal(world_state_of(&world, receipt.number), "berlangsung");
	snapshots = world_count(&world, "door", WIRE_SNAPSHOT);
	world.now_ms += 3 * DAY_MS; /* the gateway slept */
	tick(&world);
	assert_string_equal(world_state_of(&world, receipt.number), "selesai");
	assert_int_equal(
		world_count(&world, "door", WIRE_SNAPSHOT), snapshots); /* the grant had ended by itself */
	world_close(&world);
}

static void absent_is_said_when_the_door_has_told_all(void **state)
{
	struct service_receipt receipt;
	struct world world;

	(void)state;
	world_open(&world, 63);
	receipt = world_approved(&world, "r1", 1, 2, 1);
	world.now_ms += 3 * HOUR_MS;
	tick(&world);
	assert_string_equal(world_state_of(&world, receipt.number), "disetujui"); /* the door was not heard */
	board_hello_newest(&world, &world.door);
	tick(&world);
	assert_string_equal(world_state_of(&world, receipt.number), "tidak_hadir");
	world_close(&world);
}

static void a_late_report_of_use_corrects_an_absence(void **state)
{
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	struct service_receipt receipt;
	struct wire_events events;
	struct world world;

	(void)state;
	world_open(&world, 64);
	receipt = world_approved(&world, "r1", 1, 2, 1);
	world_snapshot(&world, "door", &snapshot, grants);
	world.now_ms += HOUR_MS;
	board_make_events(&world, &world.door, 1, WIRE_EVENT_ACCESS_GRANTED, grants[0].id, &events);
	world.now_ms += 2 * DAY_MS; /* the door was cut off all the while */
	tick(&world);
	assert_string_equal(world_state_of(&world, receipt.number), "tidak_hadir");
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_string_equal(world_state_of(&world, receipt.number), "selesai");
	world_close(&world);
}

static void jobs_done_twice_change_nothing(void **state)
{
	struct service_receipt receipt;
	struct world world;
	json_t *json;
	size_t steps;

	(void)state;
	world_open(&world, 65);
	receipt = world_submit(&world, "r1", 400, 402, 1);
	world.now_ms += 5 * DAY_MS;
	tick(&world);
	json = world_request(&world, receipt.number);
	steps = json_array_size(json_object_get(json, "transitions"));
	json_decref(json);
	tick(&world);
	world_restart(&world);
	tick(&world);
	json = world_request(&world, receipt.number);
	assert_int_equal(json_array_size(json_object_get(json, "transitions")), steps);
	json_decref(json);
	world_close(&world);
}

static void more_than_one_turns_work_is_done_in_turns(void **state)
{
	struct world world;
	int64_t next_ms;
	json_t *json;

	(void)state;
	world_open(&world, 66);
	for (int i = 0; i < 130; i++)
		world_submit(&world, "r1", 400, 402, 1);
	world.now_ms += 5 * DAY_MS;
	assert_int_equal(service_tick(world.service, world.now_ms, &next_ms), 0);
	assert_int_equal(next_ms, world.now_ms); /* there is more */
	tick(&world);
	assert_int_equal(service_view_requests(world.service, world.now_ms, "diajukan", &json), 0);
	assert_int_equal(json_array_size(json_object_get(json, "requests")), 0);
	json_decref(json);
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_request_nobody_decided_lapses_after_two_working_days),
		T(a_hold_never_outlives_its_booking),
		T(a_visit_is_over_when_its_last_code_is),
		T(absent_is_said_when_the_door_has_told_all),
		T(a_late_report_of_use_corrects_an_absence),
		T(jobs_done_twice_change_nothing),
		T(more_than_one_turns_work_is_done_in_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
