/* Units after they were added: closed, with hours, taken out of use; boards that move; free and busy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "gateway/service/units.h"
#include "tests/unit/service_world.h"

static int close_unit(struct world *world, const char *unit, int64_t from_h, int64_t until_h, int64_t *id)
{
	return units_close(world->service, &world->manager, world->now_ms, unit,
		world->now_ms + from_h * HOUR_MS, world->now_ms + until_h * HOUR_MS, "pengecatan", id,
		&world->problem);
}

static int submit(struct world *world, const char *unit, int64_t from_h, int64_t until_h)
{
	static const struct service_occupant sari = { "Sari", "081234567890" };
	struct service_request request = { .unit = unit,
		.activity = "Rapat",
		.kind = "rapat",
		.heads = 1,
		.from_ms = world->now_ms + from_h * HOUR_MS,
		.until_ms = world->now_ms + until_h * HOUR_MS,
		.occupants = &sari,
		.occupant_count = 1 };
	struct service_receipt receipt;

	return service_request_submit(world->service, world->now_ms, &request, &receipt, &world->problem);
}

static int approve(struct world *world, const char *number)
{
	return service_request_approve(world->service, &world->desk, world->now_ms, number, &world->problem);
}

static void a_closed_unit_is_not_booked_and_a_booked_one_not_closed(void **state)
{
	struct service_receipt waiting;
	struct world world;
	int64_t id;

	(void)state;
	world_open(&world, 100);
	waiting = world_submit(&world, "dorm-1", 10, 12, 1);
	world_approved(&world, "r1", 2, 4, 1);
	assert_int_equal(close_unit(&world, "r1", 3, 5, &id), SERVICE_CONFLICT);
	assert_string_equal(world.problem.code, "unit_taken");
	assert_non_null(strstr(world.problem.text, "RG-"));
	assert_int_equal(close_unit(&world, "r1", 4, 6, &id), 0); /* from the end on */
	assert_int_equal(submit(&world, "r1", 5, 7), SERVICE_CONFLICT);
	assert_string_equal(world.problem.code, "unit_closed");
	assert_int_equal(submit(&world, "r1", 6, 7), 0);

	/* A closed house is closed with its beds, also for those who asked before. */
	assert_int_equal(close_unit(&world, "dorm", 11, 20, &id), 0);
	assert_int_equal(approve(&world, waiting.number), SERVICE_CONFLICT);
	assert_string_equal(world.problem.code, "unit_closed");
	assert_int_equal(submit(&world, "dorm-2", 12, 13), SERVICE_CONFLICT);
	assert_int_equal(
		units_reopen(world.service, &world.manager, world.now_ms, id, "batal", &world.problem), 0);
	assert_int_equal(
		units_reopen(world.service, &world.manager, world.now_ms, id, "batal", &world.problem),
		SERVICE_NOT_FOUND);
	assert_int_equal(approve(&world, waiting.number), 0);
	assert_int_equal(close_unit(&world, "dorm-2", 11, 12, &id), 0); /* a neighbour's bed */
	assert_int_equal(close_unit(&world, "dorm", 11, 12, &id), SERVICE_CONFLICT);

	assert_int_equal(close_unit(&world, "nirwana", 1, 2, &id), SERVICE_NOT_FOUND);
	assert_int_equal(close_unit(&world, "r1", 9, 9, &id), SERVICE_BAD_INPUT);
	assert_int_equal(close_unit(&world, "r1", -9, -8, &id), SERVICE_BAD_INPUT);
	world_close(&world);
}

static void an_extension_does_not_run_into_a_closure(void **state)
{
	struct service_receipt receipt;
	struct world world;
	int64_t id;

	(void)state;
	world_open(&world, 101);
	receipt = world_approved(&world, "r1", 2, 4, 1);
	assert_int_equal(close_unit(&world, "r1", 5, 6, &id), 0);
	assert_int_equal(service_request_extend(world.service, &world.desk, world.now_ms, receipt.number,
				 world.now_ms + 5 * HOUR_MS, &world.problem),
		0);
	assert_int_equal(service_request_extend(world.service, &world.desk, world.now_ms, receipt.number,
				 world.now_ms + 5 * HOUR_MS + MINUTE_MS, &world.problem),
		SERVICE_CONFLICT);
	assert_string_equal(world.problem.code, "unit_closed");
	world_close(&world);
}

/* The world begins on Monday, 07.00 WIB. */
static void a_unit_that_keeps_hours_refuses_what_is_outside_of_them(void **state)
{
	static const struct hours office[] = { { 0x1f, 8 * 60, 16 * 60 } }, none[] = { { 0, 0, 0 } };
	const struct units_edit keep = {
		.capacity = -1, .before_min = -1, .after_min = -1, .keeps_hours = 1
	};
	struct world world;

	(void)state;
	world_open(&world, 102);
	assert_int_equal(units_set_hours(world.service, &world.manager, world.now_ms, "dorm", office, 1,
				 &world.problem),
		0);
	assert_int_equal(submit(&world, "dorm-1", 0, 2), 0); /* it does not keep them */
	assert_int_equal(
		units_edit(world.service, &world.manager, world.now_ms, "dorm-1", &keep, &world.problem), 0);
	assert_int_equal(
		submit(&world, "dorm-1", 0, 2), SERVICE_BAD_INPUT); /* the house's hours are the bed's */
	assert_string_equal(world.problem.code, "outside_hours");
	assert_int_equal(submit(&world, "dorm-1", 1, 9), 0);
	assert_int_equal(submit(&world, "dorm-1", 1, 10), SERVICE_BAD_INPUT);
	assert_int_equal(
		service_holiday_add(world.service, &world.manager, world.now_ms, world.now_ms + 20 * HOUR_MS,
			world.now_ms + 44 * HOUR_MS, "Libur", &world.problem),
		0);
	assert_int_equal(submit(&world, "dorm-1", 25, 26), SERVICE_BAD_INPUT);
	assert_int_equal(units_remove_holiday(world.service, &world.manager, world.now_ms,
				 world.now_ms + 20 * HOUR_MS, &world.problem),
		0);
	assert_int_equal(submit(&world, "dorm-1", 25, 26), 0);
	assert_int_equal(
		units_set_hours(world.service, &world.manager, world.now_ms, "dorm", none, 1, &world.problem),
		SERVICE_BAD_INPUT);
	assert_int_equal(
		units_set_hours(world.service, &world.manager, world.now_ms, "dorm", NULL, 0, &world.problem),
		0);
	assert_int_equal(submit(&world, "dorm-1", 0, 2), 0); /* no hours: always open */
	world_close(&world);
}

static int remove_unit(struct world *world, const char *unit)
{
	return units_remove(
		world->service, &world->manager, world->now_ms, unit, "dibongkar", &world->problem);
}

static void a_unit_goes_when_nothing_is_booked_in_it(void **state)
{
	struct service_receipt receipt;
	struct world world;
	json_t *view;

	(void)state;
	world_open(&world, 103);
	receipt = world_submit(&world, "dorm-1", 2, 4, 1);
	assert_int_equal(remove_unit(&world, "dorm-1"), SERVICE_CONFLICT);
	assert_int_equal(remove_unit(&world, "dorm"), SERVICE_CONFLICT); /* it has parts */
	assert_int_equal(remove_unit(&world, "dorm-2"), 0);
	assert_int_equal(remove_unit(&world, "dorm-2"), SERVICE_NOT_FOUND);
	assert_int_equal(submit(&world, "dorm-2", 2, 4), SERVICE_BAD_INPUT);
	assert_int_equal(service_request_act(world.service, &world.desk, world.now_ms, receipt.number,
				 REQUEST_ACT_REFUSE, "penuh", &world.problem),
		0);
	assert_int_equal(remove_unit(&world, "dorm-1"), 0);
	assert_int_equal(remove_unit(&world, "dorm"), 0);
	json_decref(world_request(&world, receipt.number)); /* what happened in it is still there */
	assert_int_equal(service_view_units(world.service, world.now_ms, &view), 0);
	assert_int_equal(json_array_size(json_object_get(view, "units")), 1);
	json_decref(view);
	world_close(&world);
}

static size_t grants_at(struct world *world, const char *board, struct wire_grant *first)
{
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];

	world_snapshot(world, board, &snapshot, grants);
	if (first)
		*first = grants[0];
	return snapshot.grant_count;
}

static int move(struct world *world, const char *unit)
{
	const char *const units[] = { unit };

	return units_move_board(world->service, &world->manager, world->now_ms, "door", NULL, units, 1,
		"pintu dipindah", &world->problem);
}

static void a_board_that_moves_takes_the_people_of_its_new_unit(void **state)
{
	char before[11], after[11], long_digits[13];
	struct wire_grant at_door, at_entrance, again;
	struct service_receipt bed;
	struct world world;

	(void)state;
	world_open(&world, 104);
	world_approved(&world, "r1", 2, 4, 1);
	bed = world_approved(&world, "dorm-1", 2, 4, 1);
	world_code(&world, bed.link, before, long_digits);
	assert_int_equal(grants_at(&world, "entrance", &at_entrance), 1);
	assert_int_equal(move(&world, "dorm"), 0);
	assert_int_equal(grants_at(&world, "door", &at_door), 1); /* not r1's any more, but the bed's */
	assert_memory_equal(at_door.id, at_entrance.id, WIRE_GRANT_ID_CHARS);
	assert_memory_not_equal(at_door.tag, at_entrance.tag, WIRE_TAG_BYTES); /* each door has its own key */
	world_code(&world, bed.link, after, long_digits);
	assert_string_equal(after, before);

	assert_int_equal(move(&world, "r1"), 0); /* and back: the tags are as they were */
	assert_int_equal(grants_at(&world, "door", NULL), 1);
	assert_int_equal(move(&world, "dorm"), 0);
	assert_int_equal(grants_at(&world, "door", &again), 1);
	assert_memory_equal(again.tag, at_door.tag, WIRE_TAG_BYTES);

	assert_int_equal(move(&world, "nirwana"), SERVICE_BAD_INPUT);
	assert_int_equal(units_move_board(world.service, &world.manager, world.now_ms, "nowhere", NULL, NULL,
				 0, "x", &world.problem),
		SERVICE_NOT_FOUND);
	assert_int_equal(units_move_board(world.service, &world.manager, world.now_ms, "door", "Pintu baru",
				 NULL, 0, "ganti nama", &world.problem),
		0);
	assert_int_equal(grants_at(&world, "door", NULL), 1);
	world_close(&world);
}

static int64_t number_of(json_t *list, size_t i, const char *key)
{
	return json_integer_value(json_object_get(json_array_get(list, i), key));
}

static void anybody_sees_when_a_unit_is_not_free(void **state)
{
	struct world world;
	json_t *view, *list;
	char *text;
	int64_t id;

	(void)state;
	world_open(&world, 105);
	world_approved(&world, "r1", 2, 4, 1); /* buffers 15/15 of its own, and 15/15 of whoever asks */
	world_submit(&world, "r1", 3, 5, 1);
	assert_int_equal(close_unit(&world, "r1", 8, 9, &id), 0);
	assert_int_equal(units_view_busy(world.service, "r1", world.now_ms, world.now_ms + DAY_MS, &view,
				 &world.problem),
		0);
	list = json_object_get(view, "busy");
	assert_int_equal(json_array_size(list), 3);
	assert_int_equal(number_of(list, 1, "from_ms"), world.now_ms + 2 * HOUR_MS - 30 * MINUTE_MS);
	assert_int_equal(number_of(list, 1, "until_ms"), world.now_ms + 4 * HOUR_MS + 30 * MINUTE_MS);
	assert_int_equal(number_of(list, 2, "from_ms"), world.now_ms + 8 * HOUR_MS);
	text = json_dumps(view, 0);
	assert_null(strstr(text, "RG-")); /* no number, no name */
	free(text);
	json_decref(view);

	/* A bed is taken by who has the house. */
	world_approved(&world, "dorm", 2, 4, 1);
	assert_int_equal(units_view_busy(world.service, "dorm-1", world.now_ms, world.now_ms + DAY_MS, &view,
				 &world.problem),
		0);
	assert_int_equal(json_array_size(json_object_get(view, "busy")), 1);
	json_decref(view);
	assert_int_equal(units_view_busy(world.service, "dorm-1", world.now_ms + 5 * HOUR_MS,
				 world.now_ms + DAY_MS, &view, &world.problem),
		0);
	assert_int_equal(json_array_size(json_object_get(view, "busy")), 0);
	json_decref(view);
	assert_int_equal(
		units_view_busy(world.service, "nirwana", 0, 5, &view, &world.problem), SERVICE_NOT_FOUND);
	assert_int_equal(units_view_busy(world.service, "r1", 0, UNITS_SPAN_MS + 1, &view, &world.problem),
		SERVICE_BAD_INPUT);
	assert_int_equal(
		units_view_busy(world.service, "r1", 5, 5, &view, &world.problem), SERVICE_BAD_INPUT);
	world_close(&world);
}

static void those_who_may_not_do_nothing(void **state)
{
	const struct units_edit edit = {
		.name = "X", .capacity = -1, .before_min = -1, .after_min = -1, .keeps_hours = -1
	};
	const struct units_edit big = {
		.capacity = 10000, .before_min = -1, .after_min = -1, .keeps_hours = -1
	};
	const struct units_edit buffer = {
		.capacity = -1, .before_min = 1441, .after_min = -1, .keeps_hours = -1
	};
	struct world world;
	int64_t id;

	(void)state;
	world_open(&world, 106);
	assert_int_equal(units_edit(world.service, &world.desk, world.now_ms, "r1", &edit, &world.problem),
		SERVICE_FORBIDDEN);
	assert_int_equal(units_edit(world.service, &world.manager, world.now_ms, "r1", &big, &world.problem),
		SERVICE_BAD_INPUT);
	assert_int_equal(
		units_edit(world.service, &world.manager, world.now_ms, "r1", &buffer, &world.problem),
		SERVICE_BAD_INPUT);
	assert_int_equal(units_edit(world.service, &world.manager, world.now_ms, "r9", &edit, &world.problem),
		SERVICE_NOT_FOUND);
	assert_int_equal(
		units_edit(world.service, &world.manager, world.now_ms, "r1", &edit, &world.problem), 0);
	assert_int_equal(
		units_close(world.service, &world.desk, world.now_ms, "r1", 1, 2, "x", &id, &world.problem),
		SERVICE_FORBIDDEN);
	assert_int_equal(units_remove(world.service, &world.guard, world.now_ms, "r1", "x", &world.problem),
		SERVICE_FORBIDDEN);
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_closed_unit_is_not_booked_and_a_booked_one_not_closed),
		T(an_extension_does_not_run_into_a_closure),
		T(a_unit_that_keeps_hours_refuses_what_is_outside_of_them),
		T(a_unit_goes_when_nothing_is_booked_in_it),
		T(a_board_that_moves_takes_the_people_of_its_new_unit),
		T(anybody_sees_when_a_unit_is_not_free),
		T(those_who_may_not_do_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
