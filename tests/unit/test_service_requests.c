/* Requests from the form to the end, and what each step does to the doors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/service_world.h"

#define ACT(world, who, number, act, reason)                                                                 \
	service_request_act((world).service, &(world).who, (world).now_ms, number, REQUEST_ACT_##act,        \
		reason, &(world).problem)

static struct service_occupant sari = { "Sari Dewi", "0812 3456 7890" };

static struct service_request good(struct world *world)
{
	return (struct service_request){ .unit = "r1",
		.activity = "Rapat",
		.kind = "rapat",
		.from_ms = world->now_ms + HOUR_MS,
		.until_ms = world->now_ms + 2 * HOUR_MS,
		.heads = 1,
		.occupants = &sari,
		.occupant_count = 1 };
}

static int submit(struct world *world, const struct service_request *request)
{
	struct service_receipt receipt;

	return service_request_submit(world->service, world->now_ms, request, &receipt, &world->problem);
}

static void a_form_that_is_wrong_says_where(void **state)
{
	struct service_occupant nameless = { " ", "081234567890" }, silent = { "Sari", NULL },
				odd = { "Sari", "12" };
	char longest[SERVICE_TEXT_MAX + 2];
	struct world world;

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	world_open(&world, 40);
#define WRONG(field_name, change)                                                                            \
	do {                                                                                                 \
		struct service_request request = good(&world);                                               \
		change;                                                                                      \
		assert_int_equal(submit(&world, &request), SERVICE_BAD_INPUT);                               \
		assert_string_equal(world.problem.field, field_name);                                        \
		assert_true(world.problem.text[0] != '\0');                                                  \
	} while (0)
	WRONG("unit", request.unit = "r9");
	WRONG("unit", request.unit = NULL);
	WRONG("activity", request.activity = NULL);
	WRONG("activity", request.activity = longest);
	WRONG("organisation", request.organisation = "");
	WRONG("kind", request.kind = NULL);
	WRONG("letter", request.letter = longest);
	WRONG("email", request.email = "sari");
	WRONG("until_ms", request.until_ms = request.from_ms);
	WRONG("until_ms", request.from_ms = -1);
	WRONG("until_ms", (request.from_ms = 0, request.until_ms = world.now_ms));
	WRONG("until_ms", request.until_ms = request.from_ms + 401 * DAY_MS);
	WRONG("until_ms", request.until_ms = INT64_MAX);
	WRONG("heads", request.heads = 0);
	WRONG("heads", request.heads = 21);
	WRONG("occupants", request.occupant_count = 0);
	WRONG("occupants", request.occupant_count = 2); /* more names than people */
	WRONG("occupants", request.occupants = &nameless);
	WRONG("occupants", request.occupants = &silent);
	WRONG("occupants", request.occupants = &odd);
#undef WRONG
	{
		struct service_request request = good(&world);

		assert_int_equal(submit(&world, &request), 0);
	}
	world_close(&world);
}

static void rivals_may_wait_and_one_of_them_is_approved(void **state)
{
	struct service_receipt first, second;
	json_t *json, *rivals;
	struct world world;

	(void)state;
	world_open(&world, 41);
	first = world_submit(&world, "r1", 2, 4, 1);
	second = world_submit(&world, "r1", 3, 5, 1);
	json = world_request(&world, second.number);
	assert_int_equal(json_integer_value(json_object_get(json, "rival_count")), 1);
	json_decref(json);
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, first.number, &world.problem),
		0);
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, second.number, &world.problem),
		SERVICE_CONFLICT);
	assert_string_equal(world.problem.code, "unit_taken");
	assert_non_null(strstr(world.problem.text, first.number));
	assert_non_null(strstr(world.problem.text, "5 Jan 09.00")); /* 02.00 UTC in the site's zone */
	assert_string_equal(world_state_of(&world, second.number), "diajukan");
	json = world_request(&world, second.number);
	rivals = json_object_get(json, "rivals");
	assert_int_equal(json_array_size(rivals), 1);
	assert_string_equal(
		json_string_value(json_object_get(json_array_get(rivals, 0), "state")), "disetujui");
	json_decref(json);

	/* The winner withdraws: the other may have it. */
	assert_int_equal(ACT(world, desk, first.number, CANCEL, "batal"), 0);
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, second.number, &world.problem),
		0);
	world_close(&world);
}

static void a_bed_and_its_dormitory_exclude_each_other_and_buffers_count(void **state)
{
	struct service_receipt other;
	struct world world;

	(void)state;
	world_open(&world, 42);
	world_approved(&world, "dorm-1", 2, 10, 1);
	world_approved(&world, "dorm-2", 2, 10, 1); /* another bed */
	other = world_submit(&world, "dorm", 5, 6, 4);
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, other.number, &world.problem),
		SERVICE_CONFLICT);
	other = world_submit(&world, "dorm", 10, 12, 4); /* begins as they end: half open */
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, other.number, &world.problem),
		0);

	world_approved(&world, "r1", 2, 4, 1); /* buffers of 15 minutes on both sides */
	other = world_submit(&world, "r1", 4, 5, 1);
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, other.number, &world.problem),
		SERVICE_CONFLICT);
	world_close(&world);
}

static void the_desk_asks_for_more_and_the_teacher_completes(void **state)
{
	struct service_receipt receipt;
	struct world world;
	json_t *view;

	(void)state;
	world_open(&world, 43);
	receipt = world_submit(&world, "r1", 100, 102, 1);
	assert_int_equal(ACT(world, desk, receipt.number, NEEDS, NULL), SERVICE_BAD_INPUT);
	assert_string_equal(world.problem.field, "reason");
	assert_int_equal(ACT(world, desk, receipt.number, NEEDS, "Surat belum ditandatangani"), 0);
	assert_int_equal(
		service_link_view(world.service, world.now_ms, receipt.link, &view, &world.problem), 0);
	assert_string_equal(json_string_value(json_object_get(view, "reason")), "Surat belum ditandatangani");
	assert_int_equal(json_array_size(json_object_get(view, "may")), 2); /* cancel, complete */
	json_decref(view);
	assert_int_equal(service_link_act(world.service, world.now_ms, receipt.link, REQUEST_ACT_COMPLETE, 0,
				 NULL, &world.problem),
		0);
	assert_string_equal(world_state_of(&world, receipt.number), "diajukan");
	assert_int_equal(ACT(world, desk, receipt.number, REFUSE, "Ruang direnovasi"), 0);
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, receipt.number, &world.problem),
		SERVICE_BAD_STATE);
	assert_int_equal(service_link_act(world.service, world.now_ms, receipt.link, REQUEST_ACT_CANCEL, 0,
				 NULL, &world.problem),
		SERVICE_BAD_STATE);
	world_close(&world);
}

static void a_teacher_may_not_approve(void **state)
{
	struct service_receipt receipt;
	struct world world;

	(void)state;
	world_open(&world, 44);
	receipt = world_submit(&world, "r1", 2, 4, 1);
	assert_int_equal(service_link_act(world.service, world.now_ms, receipt.link, REQUEST_ACT_APPROVE, 0,
				 NULL, &world.problem),
		SERVICE_FORBIDDEN);
	assert_int_equal(service_link_act(world.service, world.now_ms, "0000000000000000000000000A",
				 REQUEST_ACT_CANCEL, 0, NULL, &world.problem),
		SERVICE_NOT_FOUND);
	assert_int_equal(service_link_act(world.service, world.now_ms, "x", REQUEST_ACT_CANCEL, 0, NULL,
				 &world.problem),
		SERVICE_NOT_FOUND);
	world_close(&world);
}

static void an_extension_keeps_grant_and_code(void **state)
{
	char before[11], after[11], rest[13];
	struct wire_snapshot snapshot;
	struct service_receipt receipt, next;
	struct wire_grant grants[64], then[64];
	struct world world;

	(void)state;
	world_open(&world, 45);
	receipt = world_approved(&world, "r1", 2, 4, 1);
	world_code(&world, receipt.link, before, rest);
	world_snapshot(&world, "door", &snapshot, grants);
	assert_int_equal(service_link_act(world.service, world.now_ms, receipt.link, REQUEST_ACT_EXTEND,
				 world.now_ms + 5 * HOUR_MS, NULL, &world.problem),
		0);
	world_snapshot(&world, "door", &snapshot, then);
	assert_int_equal(snapshot.rev, 3);
	assert_string_equal(then[0].id, grants[0].id);
	assert_memory_equal(then[0].tag, grants[0].tag, WIRE_TAG_BYTES);
	assert_int_equal(then[0].until_ms, world.now_ms + 5 * HOUR_MS + 15 * MINUTE_MS);
	world_code(&world, receipt.link, after, rest);
	assert_string_equal(after, before);

	next = world_approved(&world, "r1", 6, 7, 1);
	(void)next;
	assert_int_equal(service_request_extend(world.service, &world.desk, world.now_ms, receipt.number,
				 world.now_ms + 6 * HOUR_MS, &world.problem),
		SERVICE_CONFLICT);
	assert_int_equal(service_request_extend(world.service, &world.desk, world.now_ms, receipt.number,
				 world.now_ms, &world.problem),
		SERVICE_BAD_INPUT);
	world_close(&world);
}

static void people_come_go_and_get_other_codes_one_by_one(void **state)
{
	char first[11], second[11], rest[13];
	struct service_occupant late = { "Joko Susilo", NULL };
	struct wire_snapshot snapshot;
	struct service_receipt receipt;
	struct wire_grant before[64], grants[64];
	struct world world;

	(void)state;
	world_open(&world, 46);
	receipt = world_approved(&world, "dorm-1", 2, 40, 1);
	world_snapshot(&world, "entrance", &snapshot, before);
	assert_int_equal(service_occupant_add(world.service, &world.desk, world.now_ms, receipt.number, &late,
				 &world.problem),
		0);
	world_snapshot(&world, "entrance", &snapshot, grants);
	assert_int_equal(snapshot.grant_count, 2);

	assert_int_equal(service_occupant_revoke(world.service, &world.desk, world.now_ms, receipt.number, 2,
				 NULL, &world.problem),
		SERVICE_BAD_INPUT);
	assert_int_equal(service_occupant_revoke(world.service, &world.desk, world.now_ms, receipt.number, 2,
				 "pulang", &world.problem),
		0);
	assert_int_equal(service_occupant_revoke(world.service, &world.desk, world.now_ms, receipt.number, 2,
				 "pulang", &world.problem),
		SERVICE_NOT_FOUND);
	assert_int_equal(service_occupant_revoke(world.service, &world.desk, world.now_ms, receipt.number, 9,
				 "pulang", &world.problem),
		SERVICE_NOT_FOUND);
	world_snapshot(&world, "entrance", &snapshot, grants);
	assert_int_equal(snapshot.grant_count, 1);
	assert_string_equal(grants[0].id, before[0].id);

	world_code(&world, receipt.link, first, rest);
	assert_int_equal(service_occupant_recode(
				 world.service, &world.desk, world.now_ms, receipt.number, 1, &world.problem),
		0);
	world_code(&world, receipt.link, second, rest);
	assert_string_not_equal(first, second);
	world_snapshot(&world, "entrance", &snapshot, grants);
	assert_string_equal(grants[0].id, before[0].id);
	assert_memory_not_equal(grants[0].tag, before[0].tag, WIRE_TAG_BYTES);
	assert_int_equal(service_occupant_recode(
				 world.service, &world.desk, world.now_ms, receipt.number, 2, &world.problem),
		SERVICE_NOT_FOUND);
	world_close(&world);
}

static void a_code_is_shown_from_a_day_before_to_a_day_after(void **state)
{
	static const struct {
		int64_t at_h;
		size_t codes;
	} rows[] = { { 0, 0 }, { 75, 0 }, { 76, 1 }, { 101, 1 }, { 125, 1 }, { 127, 0 } };
	struct service_receipt receipt;
	struct world world;

	(void)state;
	world_open(&world, 47);
	receipt = world_approved(&world, "r1", 100, 102, 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *view;

		assert_int_equal(service_link_view(world.service, START_MS + rows[i].at_h * HOUR_MS,
					 receipt.link, &view, &world.problem),
			0);
		assert_int_equal(json_array_size(json_object_get(view, "codes")), rows[i].codes);
		assert_int_equal(json_is_true(json_object_get(view, "is_over")), rows[i].at_h > 102);
		json_decref(view);
	}
	world_close(&world);
}

static void a_cancelled_link_shows_no_code(void **state)
{
	struct service_receipt receipt;
	struct world world;
	json_t *view;

	(void)state;
	world_open(&world, 48);
	receipt = world_approved(&world, "r1", 2, 4, 1);
	assert_int_equal(service_link_act(world.service, world.now_ms, receipt.link, REQUEST_ACT_CANCEL, 0,
				 "sakit", &world.problem),
		0);
	assert_int_equal(
		service_link_view(world.service, world.now_ms, receipt.link, &view, &world.problem), 0);
	assert_int_equal(json_array_size(json_object_get(view, "codes")), 0);
	assert_true(json_is_true(json_object_get(view, "is_over")));
	json_decref(view);
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_form_that_is_wrong_says_where),
		T(rivals_may_wait_and_one_of_them_is_approved),
		T(a_bed_and_its_dormitory_exclude_each_other_and_buffers_count),
		T(the_desk_asks_for_more_and_the_teacher_completes),
		T(a_teacher_may_not_approve),
		T(an_extension_keeps_grant_and_code),
		T(people_come_go_and_get_other_codes_one_by_one),
		T(a_code_is_shown_from_a_day_before_to_a_day_after),
		T(a_cancelled_link_shows_no_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
