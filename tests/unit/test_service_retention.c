/* What is kept for how long: before its time it stays, after it it is gone, and that is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/service/retention.h"
#include "tests/unit/service_world.h"

static void tick(struct world *world)
{
	int64_t next_ms;

	assert_int_equal(service_tick(world->service, world->now_ms, &next_ms), 0);
}

static json_t *deletions(struct world *world)
{
	json_t *view, *list;

	assert_int_equal(retention_view(world->service, &view), 0);
	list = json_incref(json_object_get(view, "deletions"));
	json_decref(view);
	return list;
}

static int64_t erased(struct world *world, const char *kind)
{
	json_t *list = deletions(world), *row;
	int64_t count = 0;
	size_t i;

	json_array_foreach(list, i, row)
	{
		if (strcmp(json_string_value(json_object_get(row, "kind")), kind) == 0)
			count += json_integer_value(json_object_get(row, "count"));
	}
	json_decref(list);
	return count;
}

static char *shown(struct world *world, const char *number)
{
	json_t *view = world_request(world, number);
	char *text = json_dumps(view, 0);

	json_decref(view);
	assert_non_null(text);
	return text;
}

static struct service_receipt cancelled(struct world *world)
{
	struct service_receipt receipt = world_approved(world, "r1", 2, 4, 1);

	assert_int_equal(service_request_act(world->service, &world->desk, world->now_ms, receipt.number,
				 REQUEST_ACT_CANCEL, "Bu Sari sakit", &world->problem),
		0);
	return receipt;
}

static void what_is_about_a_person_goes_when_its_time_is_over(void **state)
{
	struct service_receipt receipt;
	struct world world;
	char *text;

	(void)state;
	world_open(&world, 140);
	receipt = cancelled(&world);
	tick(&world);
	world.now_ms += 364 * DAY_MS; /* a day before */
	tick(&world);
	assert_int_equal(erased(&world, "people"), 0);
	assert_int_equal(erased(&world, "code"), 1); /* digits go long before names */
	text = shown(&world, receipt.number);
	assert_non_null(strstr(text, "Bu Sari sakit"));
	free(text);

	world.now_ms += 2 * DAY_MS;
	tick(&world);
	assert_int_equal(erased(&world, "people"), 1);
	assert_int_equal(erased(&world, "request"), 1);
	text = shown(&world, receipt.number);
	assert_null(strstr(text, "Bu Sari sakit"));
	assert_null(strstr(text, "+62"));
	assert_non_null(strstr(text, "dihapus"));
	assert_non_null(strstr(text, "dibatalkan")); /* that it was, and how it ended, stays */
	free(text);

	world.now_ms += 2 * HOUR_MS; /* done is done */
	tick(&world);
	assert_int_equal(erased(&world, "people"), 1);
	assert_int_equal(erased(&world, "request"), 1);
	world_close(&world);
}

static void a_gateway_that_slept_catches_up_and_live_stays_are_left_alone(void **state)
{
	struct service_receipt later;
	struct world world;
	char *text;

	(void)state;
	world_open(&world, 141);
	for (int i = 0; i < 3; i++)
		cancelled(&world);
	later = world_approved(&world, "dorm-1", 800 * 24, 801 * 24, 1);
	world.now_ms += 790 * DAY_MS;
	world_restart(&world);
	tick(&world);
	assert_int_equal(erased(&world, "people"), 3);
	text = shown(&world, later.number);
	assert_null(strstr(text, "dihapus"));
	free(text);
	world_close(&world);
}

static int set(struct world *world, const struct service_actor *actor, const char *kind, int64_t days,
	const char *why)
{
	return retention_set(world->service, actor, world->now_ms, kind, days, why, &world->problem);
}

static void a_manager_sets_the_rules(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 142);
	assert_int_equal(set(&world, &world.desk, "people", 30, "aturan baru"), SERVICE_FORBIDDEN);
	assert_int_equal(set(&world, &world.manager, "people", 30, ""), SERVICE_BAD_INPUT);
	assert_int_equal(set(&world, &world.manager, "people", 0, "x"), SERVICE_BAD_INPUT);
	assert_int_equal(
		set(&world, &world.manager, "people", RETENTION_DAYS_MAX + 1, "x"), SERVICE_BAD_INPUT);
	assert_int_equal(set(&world, &world.manager, "audit", 30, "x"), SERVICE_BAD_INPUT);
	assert_int_equal(set(&world, &world.manager, "people", 30, "aturan baru"), 0);
	cancelled(&world);
	world.now_ms += 32 * DAY_MS;
	tick(&world);
	assert_int_equal(erased(&world, "people"), 1);
	assert_int_equal(erased(&world, "request"), 0);
	world_close(&world);
}

/* The history of a request is written once; the erasing of a reason is all that it lets happen. */
static void a_transition_loses_its_reason_and_nothing_else(void **state)
{
	static const char *const refused[] = { "UPDATE transitions SET reason = 'lain'",
		"UPDATE transitions SET reason = NULL, who = 'x'",
		"UPDATE transitions SET reason = NULL, at_ms = 0",
		"UPDATE transitions SET reason = NULL, act = 'x'",
		"UPDATE transitions SET reason = NULL, to_state = 'x'",
		"UPDATE transitions SET reason = NULL, from_state = 'x'",
		"UPDATE transitions SET reason = NULL, id = 77", "DELETE FROM transitions",
		"DELETE FROM deletions WHERE id = 1", "UPDATE deletions SET count = 9" };
	struct world world;
	sqlite3 *db;

	(void)state;
	world_open(&world, 143);
	cancelled(&world);
	world.now_ms += 400 * DAY_MS;
	tick(&world);
	assert_int_equal(sqlite3_open(world.path, &db), SQLITE_OK);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_int_equal(sqlite3_exec(db, refused[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
	assert_int_equal(
		sqlite3_exec(db, "UPDATE transitions SET reason = NULL", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_about_a_person_goes_when_its_time_is_over),
		T(a_gateway_that_slept_catches_up_and_live_stays_are_left_alone),
		T(a_manager_sets_the_rules),
		T(a_transition_loses_its_reason_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
