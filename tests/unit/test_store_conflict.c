/* No unit is held twice: the database against a naive model, over random trees and times, through raw SQL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "schemas/wire/db.h"
#include "tests/sim/prng.h"

#define MINUTE 60000
#define ADD_UNIT "INSERT INTO units (id, parent, name, kind, capacity, before_min, after_min) VALUES "
#define UNITS_MAX 12
#define ROWS_MAX 24
#define WORLDS 520
#define STEPS 250 /* 100,000 cases in all */

struct row {
	bool is_there, holds;
	unsigned unit;
	int64_t from, until;
	int before, after;
};
struct model {
	int parent[UNITS_MAX]; /* -1: none */
	unsigned unit_count;
	struct row rows[ROWS_MAX];
};

static bool contains(const struct model *model, int ancestor, int unit)
{
	for (; unit >= 0; unit = model->parent[unit]) {
		if (unit == ancestor)
			return true;
	}
	return false;
}

static bool is_taken(const struct model *model, unsigned skip, const struct row *row)
{
	if (!row->holds)
		return false;
	for (unsigned i = 0; i < ROWS_MAX; i++) {
		const struct row *other = &model->rows[i];

		if (i == skip || !other->is_there || !other->holds)
			continue;
		if (!contains(model, (int)other->unit, (int)row->unit) &&
			!contains(model, (int)row->unit, (int)other->unit))
			continue;
		if (other->from - other->before * MINUTE < row->until + row->after * MINUTE &&
			row->from - row->before * MINUTE < other->until + other->after * MINUTE)
			return true;
	}
	return false;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	return st;
}

static void run(sqlite3 *db, const char *sql)
{
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static void make_units(sqlite3 *db, struct prng *prng, struct model *model)
{
	char sql[160];

	model->unit_count = 1 + (unsigned)prng_below(prng, UNITS_MAX);
	for (unsigned i = 0; i < model->unit_count; i++) {
		model->parent[i] = (int)prng_below(prng, i + 2) - 2;
		if (model->parent[i] < 0)
			snprintf(sql, sizeof(sql), ADD_UNIT "('u%u', NULL, 'x', 'bed', 1, 0, 0)", i);
		else
			snprintf(sql, sizeof(sql), ADD_UNIT "('u%u', 'u%d', 'x', 'bed', 1, 0, 0)", i,
				model->parent[i]);
		if (model->parent[i] < 0)
			model->parent[i] = -1;
		run(db, sql);
	}
}

static void draw_row(struct prng *prng, const struct model *model, struct row *row)
{
	static const int buffers[] = { 0, 0, 15, 60, 1440 };

	row->is_there = true;
	row->holds = !prng_one_in(prng, 4);
	row->unit = (unsigned)prng_below(prng, model->unit_count);
	row->from = (int64_t)(1000 + prng_below(prng, 200)) * 15 * MINUTE;
	row->until = row->from + (int64_t)(1 + prng_below(prng, 12)) * 15 * MINUTE;
	row->before = buffers[prng_below(prng, 5)];
	row->after = buffers[prng_below(prng, 5)];
}

/* Binds and runs; whether the database took it. Anything but "unit_taken" fails the test. */
static bool write_row(sqlite3 *db, sqlite3_stmt *st, unsigned id, const struct row *row)
{
	static const char *const held[] = { "disetujui", "berlangsung" };
	char unit[8], number[8];
	int code;

	snprintf(unit, sizeof(unit), "u%u", row->unit);
	snprintf(number, sizeof(number), "n%u", id);
	sqlite3_bind_int(st, 1, (int)id + 1);
	sqlite3_bind_text(st, 2, number, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 3, row->holds ? held[id % 2] : "diajukan", -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 4, unit, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 5, row->from);
	sqlite3_bind_int64(st, 6, row->until);
	sqlite3_bind_int(st, 7, row->before);
	sqlite3_bind_int(st, 8, row->after);
	code = sqlite3_step(st);
	if (code != SQLITE_DONE)
		assert_string_equal(sqlite3_errmsg(db), "unit_taken");
	sqlite3_reset(st);
	return code == SQLITE_DONE;
}

static unsigned play(sqlite3 *db, struct prng *prng, unsigned *taken)
{
	struct model model = { 0 };
	sqlite3_stmt *insert, *update, *replace, *remove;
	unsigned cases = 0;

	make_units(db, prng, &model);
	insert = prepare(db,
		"INSERT INTO requests (id, number, state, unit, from_ms, until_ms, before_min, after_min,"
		" activity, kind, heads, at_ms, deadline_ms)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'x', 'x', 1, 0, 0)");
	replace = prepare(db,
		"INSERT OR REPLACE INTO requests (id, number, state, unit, from_ms, until_ms, before_min,"
		" after_min, activity, kind, heads, at_ms, deadline_ms)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'x', 'x', 1, 0, 0)");
	update = prepare(db,
		"UPDATE requests SET number = ?2, state = ?3, unit = ?4, from_ms = ?5, until_ms = ?6,"
		" before_min = ?7, after_min = ?8 WHERE id = ?1");
	remove = prepare(db, "DELETE FROM requests WHERE id = ?1");
	for (unsigned step = 0; step < STEPS; step++) {
		unsigned id = (unsigned)prng_below(prng, ROWS_MAX);
		struct row row = model.rows[id];
		bool is_ok;

		if (row.is_there && prng_one_in(prng, 3)) {
			sqlite3_bind_int(remove, 1, (int)id + 1);
			assert_int_equal(sqlite3_step(remove), SQLITE_DONE);
			sqlite3_reset(remove);
			model.rows[id].is_there = false;
			continue;
		}
		draw_row(prng, &model, &row);
		is_ok = write_row(db,
			model.rows[id].is_there ? (prng_one_in(prng, 2) ? update : replace) : insert, id,
			&row);
		assert_int_equal(is_ok, !is_taken(&model, id, &row));
		*taken += !is_ok;
		if (is_ok)
			model.rows[id] = row;
		cases++;
	}
	sqlite3_finalize(insert);
	sqlite3_finalize(update);
	sqlite3_finalize(replace);
	sqlite3_finalize(remove);
	return cases;
}

static void the_database_agrees_with_a_naive_model(void **state)
{
	unsigned cases = 0, taken = 0;
	struct prng prng;
	sqlite3 *db;

	(void)state;
	prng_init(&prng, 20260105);
	assert_int_equal(db_open(&db, ":memory:", NULL, &db_schema_gateway), 0);
	for (unsigned i = 0; i < WORLDS; i++) {
		run(db, "BEGIN");
		cases += play(db, &prng, &taken);
		run(db, "ROLLBACK");
	}
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	print_message("%u cases, %u refused\n", cases, taken);
	assert_true(cases > 100000 && taken > 10000 && cases - taken > 10000);
}

static void the_tree_cannot_be_moved_under_bookings(void **state)
{
	/* clang-format off */
	static const struct { const char *sql, *why; } rows[] = {
		{ "UPDATE units SET parent = NULL WHERE id = 'bed'", "unit_moved" },
		{ "UPDATE units SET id = 'other' WHERE id = 'bed'", "unit_moved" },
		{ "DELETE FROM units WHERE id = 'bed'", "unit_deleted" },
		{ "REPLACE INTO units (id, parent, name, kind, capacity, before_min, after_min)"
			" VALUES ('bed', NULL, 'x', 'bed', 1, 0, 0)", "unit_exists" },
		{ ADD_UNIT "('lost', 'later', 'x', 'bed', 1, 0, 0)", "unit_without_parent" },
		{ "DELETE FROM unit_paths", "unit_moved" },
		{ "UPDATE unit_paths SET ancestor = 'x'", "unit_moved" },
		{ "UPDATE boards SET rev = 6", "rev_back" },
		{ "UPDATE boards SET epoch = 1, rev = 100", "rev_back" },
		{ "UPDATE transitions SET who = 'nobody'", "append_only" },
		{ "DELETE FROM transitions", "append_only" },
		{ "INSERT OR REPLACE INTO transitions VALUES (1, 1, 1, 'x', NULL, 'x', 'x', NULL)", "append_only" },
		{ "UPDATE audit SET who = 'nobody'", "append_only" },
		{ "DELETE FROM audit", "append_only" },
		{ "INSERT OR REPLACE INTO audit VALUES (1, 1, 'x', 'x', 'x', 'x', 'x', zeroblob(32))", "append_only" },
	};
	/* clang-format on */
	sqlite3 *db;

	(void)state;
	assert_int_equal(db_open(&db, ":memory:", NULL, &db_schema_gateway), 0);
	run(db, ADD_UNIT
		"('dorm', NULL, 'x', 'dorm', 1, 0, 0), ('bed', 'dorm', 'x', 'bed', 1, 0, 0);"
		"INSERT INTO boards VALUES ('d', 'x', zeroblob(32), zeroblob(32), 0, 'normal', 0, 2, 7, 0);"
		"INSERT INTO requests (id, number, state, unit, from_ms, until_ms, before_min, after_min, "
		"activity, kind,"
		" heads, at_ms, deadline_ms) VALUES (1, 'n', 'diajukan', 'bed', 0, 1, 0, 0, 'x', 'x', 1, 0, "
		"0);"
		"INSERT INTO transitions VALUES (1, 1, 1, 'submit', NULL, 'diajukan', 'teacher', NULL);"
		"INSERT INTO audit VALUES (1, 1, 'x', 'x', 'x', 'x', 'x', zeroblob(32));");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(sqlite3_exec(db, rows[i].sql, NULL, NULL, NULL) & 0xff, SQLITE_CONSTRAINT);
		assert_string_equal(sqlite3_errmsg(db), rows[i].why);
	}
	sqlite3_close(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_database_agrees_with_a_naive_model),
		cmocka_unit_test(the_tree_cannot_be_moved_under_bookings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
