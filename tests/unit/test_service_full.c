/* A door's bound is an error at approval, and not at the door. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <string.h>

#include "tests/unit/service_world.h"

/* Grants up to `count` at "door", far ahead, through a connection of our own. */
static void fill_door(struct world *world, unsigned count)
{
	sqlite3_stmt *st;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(world->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				 "INSERT INTO standing (id, name, is_always, opens_on_holidays, from_ms, "
				 "until_ms, link_id,"
				 " link_public, made_ms) VALUES (1, 'x', 0, 0, 0, 253402300799000, "
				 "randomblob(16), randomblob(32), 0)",
				 NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db,
			"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)"
			" INSERT INTO grants (id, standing, from_ms, until_ms, made_ms, stretched, "
			"long_stretched,"
			" edge_stretched, sealed) SELECT printf('%016d', i), 1, 0, 253402300799000, 0, x'', "
			"x'', x'', x''"
			" FROM n",
			-1, &st, NULL),
		SQLITE_OK);
	sqlite3_bind_int(st, 1, (int)count);
	assert_int_equal(sqlite3_step(st), SQLITE_DONE);
	sqlite3_finalize(st);
	assert_int_equal(sqlite3_exec(db,
				 "INSERT INTO grant_doors (board, grant_id, tag, long_tag, rev)"
				 " SELECT 'door', id, randomblob(16), randomblob(16), 1 FROM grants; COMMIT",
				 NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
}

static void the_last_grant_fits_and_the_next_is_refused(void **state)
{
	struct service_receipt last, next;
	static struct world world;
	const struct sent *sent;

	(void)state;
	world_open(&world, 90);
	last = world_submit(&world, "r1", 2, 4, 1);
	next = world_submit(&world, "r1", 6, 8, 1);
	fill_door(&world, WIRE_GRANTS_MAX - 1);
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, last.number, &world.problem),
		0);
	sent = world_last(&world, "door", WIRE_SNAPSHOT);
	assert_true(sent->len > 3000000 && sent->len <= WIRE_SNAPSHOT_MAX);
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, next.number, &world.problem),
		SERVICE_TOO_MANY);
	assert_string_equal(world.problem.code, "door_full");
	assert_string_equal(
		world_state_of(&world, next.number), "diajukan"); /* as if it had not been tried */
	assert_int_equal(service_request_act(world.service, &world.desk, world.now_ms, last.number,
				 REQUEST_ACT_CANCEL, "x", &world.problem),
		0);
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, next.number, &world.problem),
		0);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_last_grant_fits_and_the_next_is_refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
