/* The site: units, boards, modes, holidays, weekly access, and who may what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/service_world.h"

static void standing_access_has_hours_and_a_link(void **state)
{
	static const struct wire_weekly weekly[] = { { 0x1f, 360, 480 } };
	static const char *const boards[] = { "door", "entrance" };
	struct service_standing standing = { .name = "Pak Ujang",
		.boards = boards,
		.board_count = 2,
		.from_ms = START_MS,
		.until_ms = START_MS + 200 * DAY_MS,
		.weekly = weekly,
		.weekly_count = 1,
		.is_always = true };
	char id[WIRE_GRANT_ID_CHARS + 1], link[SERVICE_LINK_CHARS + 1], digits[11], rest[13];
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	struct world world;
	int64_t next_ms;

	(void)state;
	world_open(&world, 49);
	assert_int_equal(service_standing_add(world.service, &world.desk, world.now_ms, &standing, id, link,
				 &world.problem),
		SERVICE_FORBIDDEN);
	assert_int_equal(service_standing_add(world.service, &world.manager, world.now_ms, &standing, id,
				 link, &world.problem),
		0);
	world_code(&world, link, digits, rest);
	world_snapshot(&world, "entrance", &snapshot, grants);
	assert_int_equal(snapshot.grant_count, 1);
	assert_string_equal(grants[0].id, id);
	assert_int_equal(grants[0].weekly_count, 1);
	assert_int_equal(grants[0].weekly[0].days, 0x1f);
	assert_true(grants[0].is_always);
	assert_false(grants[0].opens_at_floor);
	assert_int_equal(grants[0].offline_until_ms, START_MS + 8 * DAY_MS);

	/* The daily job moves the end on, also after a week in which nobody called it. */
	world.now_ms += 7 * DAY_MS;
	assert_int_equal(service_tick(world.service, world.now_ms, &next_ms), 0);
	world_snapshot(&world, "entrance", &snapshot, grants);
	assert_int_equal(grants[0].offline_until_ms, world.now_ms + 8 * DAY_MS);
	assert_int_equal(snapshot.rev, 3);
	assert_int_equal(service_tick(world.service, world.now_ms, &next_ms), 0); /* done is done */
	world_snapshot(&world, "entrance", &snapshot, grants);
	assert_int_equal(snapshot.rev, 3);

	assert_int_equal(service_standing_revoke(
				 world.service, &world.manager, world.now_ms, id, "pensiun", &world.problem),
		0);
	assert_int_equal(service_standing_revoke(
				 world.service, &world.manager, world.now_ms, id, "pensiun", &world.problem),
		SERVICE_NOT_FOUND);
	world_snapshot(&world, "door", &snapshot, grants);
	assert_int_equal(snapshot.grant_count, 0);
	world_close(&world);
}

static void a_mode_reaches_the_door_and_ends(void **state)
{
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	struct world world;

	(void)state;
	world_open(&world, 50);
	assert_int_equal(service_mode_set(world.service, &world.guard, world.now_ms, "door",
				 WIRE_MODE_HOLD_OPEN, 0, "pindah kursi", &world.problem),
		SERVICE_BAD_INPUT);
	assert_int_equal(service_mode_set(world.service, &world.guard, world.now_ms, "door",
				 WIRE_MODE_HOLD_OPEN, world.now_ms, "pindah kursi", &world.problem),
		SERVICE_BAD_INPUT);
	assert_int_equal(service_mode_set(world.service, &world.guard, world.now_ms, "nowhere",
				 WIRE_MODE_LOCKDOWN, 0, "x", &world.problem),
		SERVICE_NOT_FOUND);
	assert_int_equal(service_mode_set(world.service, &world.guard, world.now_ms, "door",
				 WIRE_MODE_HOLD_OPEN, world.now_ms + HOUR_MS, "pindah kursi", &world.problem),
		0);
	world_snapshot(&world, "door", &snapshot, grants);
	assert_int_equal(snapshot.mode, WIRE_MODE_HOLD_OPEN);
	assert_int_equal(snapshot.mode_until_ms, world.now_ms + HOUR_MS);
	world_restart(&world);
	world.now_ms += 2 * HOUR_MS;
	world_approved(&world, "r1", 2, 3, 1);
	world_snapshot(&world, "door", &snapshot, grants);
	assert_int_equal(snapshot.mode, WIRE_MODE_NORMAL);
	world_close(&world);
}

static void a_holiday_is_told_to_every_door(void **state)
{
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	struct service_receipt receipt;
	struct world world;
	json_t *view;

	(void)state;
	world_open(&world, 54);
	assert_int_equal(service_holiday_add(world.service, &world.manager, world.now_ms,
				 START_MS + DAY_MS - 7 * HOUR_MS, START_MS + 2 * DAY_MS - 7 * HOUR_MS,
				 "Libur", &world.problem),
		0);
	assert_int_equal(
		service_holiday_add(world.service, &world.manager, world.now_ms,
			START_MS + DAY_MS - 7 * HOUR_MS, START_MS + 2 * DAY_MS, "Libur", &world.problem),
		SERVICE_BAD_INPUT);
	assert_int_equal(service_holiday_add(
				 world.service, &world.manager, world.now_ms, 5, 5, "Libur", &world.problem),
		SERVICE_BAD_INPUT);
	assert_int_equal(
		service_holiday_add(world.service, &world.manager, world.now_ms, 5, 6, "", &world.problem),
		SERVICE_BAD_INPUT);
	assert_int_equal(
		service_holiday_add(world.service, &world.desk, world.now_ms, 5, 6, "Libur", &world.problem),
		SERVICE_FORBIDDEN);
	world_snapshot(&world, "entrance", &snapshot, grants);
	assert_int_equal(snapshot.settings.holiday_count, 1);
	receipt = world_submit(
		&world, "r1", 400, 402, 1); /* Monday: Tuesday is off, Thursday is the second working day */
	assert_int_equal(
		service_link_view(world.service, world.now_ms, receipt.link, &view, &world.problem), 0);
	assert_int_equal(json_integer_value(json_object_get(view, "deadline_ms")), START_MS + 3 * DAY_MS);
	json_decref(view);
	world_close(&world);
}

static void what_a_role_may_not_is_refused_before_anything_changes(void **state)
{
	struct service_occupant who = { "Joko", NULL };
	struct service_unit unit = { "r2", NULL, "Ruang 2", "room", 5, 0, 0 };
	struct service_receipt receipt;
	struct world world;
	char id[WIRE_ID_CHARS + 1];
	size_t sent;

	(void)state;
	world_open(&world, 51);
	receipt = world_submit(&world, "r1", 2, 4, 1);
	sent = world.sent_count;
	{
		struct service_actor *guard = &world.guard, auditor = { 9, "tuti", "auditor" },
				     nobody = { 0, "", "" };
		struct service_problem *p = &world.problem;
		struct service *s = world.service;
		int64_t now = world.now_ms;

		assert_int_equal(
			service_request_approve(s, guard, now, receipt.number, p), SERVICE_FORBIDDEN);
		assert_int_equal(
			service_request_approve(s, &nobody, now, receipt.number, p), SERVICE_FORBIDDEN);
		assert_int_equal(
			service_request_act(s, guard, now, receipt.number, REQUEST_ACT_REFUSE, "x", p),
			SERVICE_FORBIDDEN);
		assert_int_equal(service_request_extend(s, guard, now, receipt.number, now + DAY_MS, p),
			SERVICE_FORBIDDEN);
		assert_int_equal(
			service_occupant_add(s, guard, now, receipt.number, &who, p), SERVICE_FORBIDDEN);
		assert_int_equal(
			service_occupant_revoke(s, guard, now, receipt.number, 1, "x", p), SERVICE_FORBIDDEN);
		assert_int_equal(
			service_occupant_recode(s, guard, now, receipt.number, 1, p), SERVICE_FORBIDDEN);
		assert_int_equal(service_unit_add(s, &world.desk, now, &unit, p), SERVICE_FORBIDDEN);
		assert_int_equal(service_mode_set(s, &auditor, now, "door", WIRE_MODE_LOCKDOWN, 0, "x", p),
			SERVICE_FORBIDDEN);
		assert_int_equal(service_action(s, &auditor, now, "door", WIRE_ACTION_UNLOCK, WIRE_WHY_TEST,
					 NULL, id, p),
			SERVICE_FORBIDDEN);
		assert_int_equal(service_alarm_ack(s, &auditor, now, 1, NULL, p), SERVICE_FORBIDDEN);
		assert_int_equal(service_staff_put(s, &world.desk, now, "eve", "manager", "$argon2id$", p),
			SERVICE_FORBIDDEN);
		assert_int_equal(service_note_read(s, guard, now, receipt.number), SERVICE_FORBIDDEN);
	}
	assert_int_equal(world.sent_count, sent);
	assert_string_equal(world_state_of(&world, receipt.number), "diajukan");
	world_close(&world);
}

static void a_unit_or_board_that_is_wrong_says_where(void **state)
{
	const char *r1 = "r1", *unknown = "r9", *twice[] = { "r1", "r1" };
	struct service_board board = { .id = "new", .name = "Pintu", .units = &r1, .unit_count = 1 };
	struct world world;

	(void)state;
	world_open(&world, 52);
	/* clang-format off */
	const struct { struct service_unit unit; const char *field; } rows[] = {
		{ { "R1", NULL, "x", "room", 1, 0, 0 }, "id" },
		{ { NULL, NULL, "x", "room", 1, 0, 0 }, "id" },
		{ { "gateway", NULL, "x", "room", 1, 0, 0 }, "id" },
		{ { "r1", NULL, "x", "room", 1, 0, 0 }, "id" },
		{ { "r2", NULL, "", "room", 1, 0, 0 }, "name" },
		{ { "r2", NULL, "x", "hall", 1, 0, 0 }, "kind" },
		{ { "r2", NULL, "x", NULL, 1, 0, 0 }, "kind" },
		{ { "r2", "r9", "x", "room", 1, 0, 0 }, "parent" },
		{ { "r2", "!", "x", "room", 1, 0, 0 }, "parent" },
		{ { "r2", NULL, "x", "room", 0, 0, 0 }, "capacity" },
		{ { "r2", NULL, "x", "room", 1, 1441, 0 }, "before_min" },
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(service_unit_add(world.service, &world.manager, world.now_ms, &rows[i].unit,
					 &world.problem),
			SERVICE_BAD_INPUT);
		assert_string_equal(world.problem.field, rows[i].field);
	}
	assert_int_equal(
		service_board_add(world.service, &world.manager, world.now_ms, &board, &world.problem),
		SERVICE_BAD_INPUT);
	assert_string_equal(world.problem.field, "agree"); /* all zeros is no key */
	memcpy(board.agree_public, world.spare.identity.agree_public, 32);
	memcpy(board.sign_public, world.spare.identity.sign_public, 32);
	board.units = &unknown;
	assert_int_equal(
		service_board_add(world.service, &world.manager, world.now_ms, &board, &world.problem),
		SERVICE_BAD_INPUT);
	board.units = twice;
	board.unit_count = 2;
	assert_int_equal(
		service_board_add(world.service, &world.manager, world.now_ms, &board, &world.problem),
		SERVICE_BAD_INPUT);
	board.units = &r1;
	board.unit_count = 1;
	board.id = "door";
	assert_int_equal(
		service_board_add(world.service, &world.manager, world.now_ms, &board, &world.problem),
		SERVICE_BAD_INPUT);
	board.id = "new"; /* nothing of the failed ones is left */
	assert_int_equal(
		service_board_add(world.service, &world.manager, world.now_ms, &board, &world.problem), 0);
	world_close(&world);
}

static void staff_see_lists_and_the_live_picture(void **state)
{
	struct service_receipt receipt;
	struct world world;
	json_t *json;

	(void)state;
	world_open(&world, 53);
	receipt = world_submit(&world, "r1", 2, 4, 2);
	assert_int_equal(service_view_units(world.service, world.now_ms, &json), 0);
	assert_int_equal(json_array_size(json_object_get(json, "units")), 4);
	json_decref(json);
	assert_int_equal(service_view_requests(world.service, world.now_ms, NULL, &json), 0);
	assert_int_equal(json_array_size(json_object_get(json, "requests")), 1);
	json_decref(json);
	assert_int_equal(service_view_requests(world.service, world.now_ms, "disetujui", &json), 0);
	assert_int_equal(json_array_size(json_object_get(json, "requests")), 0);
	json_decref(json);
	assert_int_equal(
		service_view_requests(world.service, world.now_ms, "approved", &json), SERVICE_BAD_INPUT);
	assert_int_equal(service_view_live(world.service, world.now_ms, &json), 0);
	assert_int_equal(json_array_size(json_object_get(json, "doors")), 2);
	assert_int_equal(json_array_size(json_object_get(json, "requests")), 1);
	assert_int_equal(json_integer_value(json_object_get(json, "seq")), (json_int_t)world.told_seq);
	json_decref(json);
	json = world_request(&world, receipt.number);
	assert_int_equal(json_array_size(json_object_get(json, "occupants")), 2);
	assert_int_equal(json_array_size(json_object_get(json, "transitions")), 1);
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(json_object_get(json, "occupants"), 0), "phone")),
		"+6281234567890");
	json_decref(json);
	assert_int_equal(service_note_read(world.service, &world.desk, world.now_ms, receipt.number), 0);
	assert_int_equal(
		service_view_request(world.service, world.now_ms, "RG-0000-01", &json), SERVICE_NOT_FOUND);
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(standing_access_has_hours_and_a_link),
		T(a_mode_reaches_the_door_and_ends),
		T(a_holiday_is_told_to_every_door),
		T(what_a_role_may_not_is_refused_before_anything_changes),
		T(a_unit_or_board_that_is_wrong_says_where),
		T(staff_see_lists_and_the_live_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
