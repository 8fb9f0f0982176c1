/* Reports of teachers, refusals by a list, slots offered instead, and who looked at whose data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "gateway/service/reports.h"
#include "gateway/service/units.h"
#include "tests/unit/service_world.h"

static int report(struct world *world, const char *link, const char *kind, const char *text)
{
	return reports_add(world->service, world->now_ms, link, kind, text, &world->problem);
}

static size_t count_of(json_t *view, const char *list)
{
	size_t count = json_array_size(json_object_get(view, list));

	json_decref(view);
	return count;
}

static size_t problems(struct world *world)
{
	json_t *view;

	assert_int_equal(reports_view(world->service, world->now_ms, &view), 0);
	return count_of(view, "problems");
}

static void a_teacher_reports_while_it_matters(void **state)
{
	struct service_receipt receipt, waiting;
	struct world world;

	(void)state;
	world_open(&world, 120);
	waiting = world_submit(&world, "r1", 8, 9, 1);
	receipt = world_approved(&world, "r1", 2, 4, 1);
	assert_int_equal(report(&world, waiting.link, "ac", "panas"), SERVICE_BAD_STATE);
	assert_int_equal(report(&world, receipt.link, "ac", "panas"), 0);
	assert_int_equal(report(&world, receipt.link, "meteor", "jatuh"), SERVICE_BAD_INPUT);
	assert_int_equal(report(&world, receipt.link, "ac", ""), SERVICE_BAD_INPUT);
	assert_int_equal(report(&world, receipt.link, "ac", "NIK 3174051203900002"), SERVICE_BAD_INPUT);
	assert_int_equal(report(&world, "nobody", "ac", "panas"), SERVICE_NOT_FOUND);
	for (int i = 1; i < REPORTS_PER_REQUEST; i++)
		assert_int_equal(report(&world, receipt.link, "lampu", "mati"), 0);
	assert_int_equal(report(&world, receipt.link, "lampu", "mati"), SERVICE_TOO_MANY);
	assert_int_equal(problems(&world), REPORTS_PER_REQUEST);
	assert_int_equal(
		reports_close(world.service, &world.guard, world.now_ms, 1, "diganti", &world.problem), 0);
	assert_int_equal(
		reports_close(world.service, &world.guard, world.now_ms, 1, "diganti", &world.problem),
		SERVICE_NOT_FOUND);
	assert_int_equal(reports_close(world.service, &world.guard, world.now_ms, 2, "", &world.problem),
		SERVICE_BAD_INPUT);
	world.now_ms += 31 * DAY_MS; /* what was closed leaves the list, what is open does not */
	assert_int_equal(problems(&world), REPORTS_PER_REQUEST - 1);
	world_close(&world);
}

static size_t slots(struct world *world, const char *number, json_t **view)
{
	assert_int_equal(reports_suggest(world->service, world->now_ms, number, view, &world->problem), 0);
	return json_array_size(json_object_get(*view, "slots"));
}

static void what_is_offered_can_be_had(void **state)
{
	struct service_receipt rival, bed;
	struct world world;
	json_t *view, *slot;
	size_t i;

	(void)state;
	world_open(&world, 121);
	world_approved(&world, "r1", 24, 26, 1);
	rival = world_submit(&world, "r1", 24, 26, 1);
	assert_int_equal(slots(&world, rival.number, &view), 3);
	json_array_foreach(json_object_get(view, "slots"), i, slot)
	{
		int64_t from_ms = json_integer_value(json_object_get(slot, "from_ms"));
		int64_t until_ms = json_integer_value(json_object_get(slot, "until_ms"));

		assert_int_equal(until_ms - from_ms, 2 * HOUR_MS);
		/* Half an hour of buffers either way, of theirs and of ours. */
		assert_true(until_ms + 30 * MINUTE_MS <= world.now_ms + 24 * HOUR_MS ||
			    from_ms >= world.now_ms + 26 * HOUR_MS + 30 * MINUTE_MS);
	}
	json_decref(view);
	bed = world_submit(&world, "dorm-1", 24, 26, 1); /* the other bed is offered, too */
	assert_int_equal(slots(&world, bed.number, &view), 4);
	slot = json_array_get(json_object_get(view, "slots"), 3);
	assert_string_equal(json_string_value(json_object_get(slot, "unit")), "dorm-2");
	json_decref(view);
	assert_int_equal(reports_suggest(world.service, world.now_ms, "RG-0000-00", &view, &world.problem),
		SERVICE_NOT_FOUND);
	world_close(&world);
}

static void a_refusal_is_one_of_the_list(void **state)
{
	struct service_receipt receipt;
	struct world world;

	(void)state;
	world_open(&world, 122);
	receipt = world_submit(&world, "r1", 2, 4, 1);
	assert_int_equal(service_request_refuse(world.service, &world.desk, world.now_ms, receipt.number,
				 "sulap", "penuh", &world.problem),
		SERVICE_BAD_INPUT);
	assert_string_equal(world_state_of(&world, receipt.number), "diajukan");
	assert_int_equal(service_request_refuse(world.service, &world.desk, world.now_ms, receipt.number,
				 "unit_terisi", "", &world.problem),
		SERVICE_BAD_INPUT); /* the teacher gets words all the same */
	assert_int_equal(service_request_refuse(world.service, &world.desk, world.now_ms, receipt.number,
				 "unit_terisi", "penuh", &world.problem),
		0);
	assert_string_equal(world_state_of(&world, receipt.number), "ditolak");
	world_close(&world);
}

static void who_looked_is_known_to_those_it_concerns(void **state)
{
	struct reports_search search = { .limit = 10 };
	struct service_receipt receipt;
	struct world world;
	json_t *view, *first;

	(void)state;
	world_open(&world, 123);
	receipt = world_submit(&world, "r1", 2, 4, 1);
	assert_int_equal(service_note_read(world.service, &world.desk, world.now_ms, receipt.number), 0);
	assert_int_equal(reports_views_of(world.service, receipt.number, &view, &world.problem), 0);
	first = json_array_get(json_object_get(view, "views"), 0);
	assert_string_equal(json_string_value(json_object_get(first, "who")), world.desk.name);
	json_decref(view);
	assert_int_equal(reports_views_by_link(world.service, receipt.link, &view, &world.problem), 0);
	first = json_array_get(json_object_get(view, "views"), 0);
	assert_string_equal(json_string_value(json_object_get(first, "role")), "desk");
	assert_null(json_object_get(first, "who"));
	json_decref(view);

	search.subject = receipt.number;
	assert_int_equal(reports_audit(world.service, &search, &view), 0);
	assert_int_equal(count_of(view, "audit"), 1);
	search.who = "nobody";
	assert_int_equal(reports_audit(world.service, &search, &view), 0);
	assert_int_equal(count_of(view, "audit"), 0);
	search = (struct reports_search){ .limit = 3 };
	assert_int_equal(reports_audit(world.service, &search, &view), 0);
	assert_int_equal(count_of(view, "audit"), 3);
	search = (struct reports_search){ .limit = 10, .from_ms = world.now_ms + 1 };
	assert_int_equal(reports_audit(world.service, &search, &view), 0);
	assert_int_equal(count_of(view, "audit"), 0);
	world_close(&world);
}

static int64_t figure(json_t *view, const char *key)
{
	return json_integer_value(json_object_get(view, key));
}

static void a_span_amounts_to_what_happened_in_it(void **state)
{
	static const struct hours office = { 0x7f, 8 * 60, 16 * 60 };
	struct service_receipt receipt;
	struct world world;
	json_t *view, *unit;
	int64_t start_ms;

	(void)state;
	world_open(&world, 124);
	start_ms = world.now_ms;
	assert_int_equal(units_set_hours(world.service, &world.manager, world.now_ms, "r1", &office, 1,
				 &world.problem),
		0);
	world_approved(&world, "r1", 2, 4, 1);
	world_approved(&world, "r1", 22, 26, 1); /* half of it within the day */
	receipt = world_submit(&world, "dorm-1", 2, 4, 1);
	world.now_ms += HOUR_MS;
	assert_int_equal(service_request_refuse(world.service, &world.desk, world.now_ms, receipt.number,
				 "unit_terisi", "penuh", &world.problem),
		0);
	assert_int_equal(
		reports_figures(world.service, start_ms, start_ms + DAY_MS, &view, &world.problem), 0);
	assert_int_equal(figure(view, "requests"), 3);
	assert_int_equal(figure(view, "answered"), 3);
	assert_int_equal(figure(view, "answer_longest_ms"), HOUR_MS);
	assert_int_equal(figure(view, "answer_mean_ms"), HOUR_MS / 3);
	assert_int_equal(json_array_size(json_object_get(view, "units")), 1); /* refused is not used */
	unit = json_array_get(json_object_get(view, "units"), 0);
	assert_int_equal(figure(unit, "bookings"), 2);
	assert_int_equal(figure(unit, "held_ms"), 4 * HOUR_MS);
	assert_int_equal(figure(unit, "open_ms"), 8 * HOUR_MS);
	assert_int_equal(figure(json_array_get(json_object_get(view, "refusals"), 0), "count"), 1);
	json_decref(view);
	assert_int_equal(reports_figures(world.service, 5, 5, &view, &world.problem), SERVICE_BAD_INPUT);
	assert_int_equal(
		reports_figures(world.service, 0, 401 * DAY_MS, &view, &world.problem), SERVICE_BAD_INPUT);
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_teacher_reports_while_it_matters),
		T(what_is_offered_can_be_had),
		T(a_refusal_is_one_of_the_list),
		T(who_looked_is_known_to_those_it_concerns),
		T(a_span_amounts_to_what_happened_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
