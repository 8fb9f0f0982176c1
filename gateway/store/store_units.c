/* store_units - see units.h */
#include "gateway/store/units.h"

#include <string.h>

#include "gateway/store/sql.h"

int store_unit_write(struct store *store, const struct store_unit *unit)
{
	return sql_change(store,
		"UPDATE units SET name = ?2, description = nullif(?3, ''), capacity = ?4, before_min = ?5,"
		" after_min = ?6, keeps_hours = ?7 WHERE id = ?1",
		"tttdddd", unit->id, unit->name, unit->description, unit->capacity, unit->before_min,
		unit->after_min, unit->keeps_hours);
}

int store_unit_remove(struct store *store, const char *id, int64_t at_ms)
{
	return sql_change(store, "UPDATE units SET removed_ms = ?2 WHERE id = ?1 AND removed_ms IS NULL",
		"ti", id, at_ms);
}

int store_unit_hours_read(struct store *store, const char *unit, struct hours_week *out)
{
	sqlite3_stmt *st;
	/* How far up a unit is: how many contain it. The nearest is the deepest. */
	int r = sql_query(store, &st,
		"SELECT days, from_min, to_min FROM unit_hours WHERE unit = ("
		" SELECT ancestor FROM unit_paths AS up WHERE descendant = ?1"
		" AND EXISTS (SELECT 1 FROM unit_hours AS has WHERE has.unit = ancestor)"
		" ORDER BY (SELECT count(*) FROM unit_paths AS deep WHERE deep.descendant = up.ancestor) "
		"DESC LIMIT 1)"
		" ORDER BY n LIMIT ?2",
		"td", unit, HOURS_MAX);

	out->count = 0;
	while (r == 0 && (r = sql_next(store, st)) == 0)
		out->list[out->count++] = (struct hours){ (uint8_t)sql_d(st, 0), (uint16_t)sql_d(st, 1),
			(uint16_t)sql_d(st, 2) };
	return r == STORE_NONE ? 0 : r;
}

int store_unit_hours_write(struct store *store, const char *unit, const struct hours *list, size_t count)
{
	int r = sql_run(store, "DELETE FROM unit_hours WHERE unit = ?1", "t", unit);

	for (size_t i = 0; r == 0 && i < count; i++)
		r = sql_run(store,
			"INSERT INTO unit_hours (unit, n, days, from_min, to_min) VALUES (?1, ?2, ?3, ?4, "
			"?5)",
			"tdddd", unit, (int)i, list[i].days, list[i].from_min, list[i].to_min);
	return r;
}

/* ---- closures */

int store_closure_add(struct store *store, struct store_closure *closure)
{
	int r = sql_run(store,
		"INSERT INTO unit_closures (unit, from_ms, until_ms, reason) VALUES (?1, ?2, ?3, ?4)", "tiit",
		closure->unit, closure->window.from_ms, closure->window.until_ms, closure->reason);

	if (r == 0)
		closure->id = sqlite3_last_insert_rowid(store->db);
	return r;
}

int store_closure_end(struct store *store, int64_t id, int64_t at_ms)
{
	return sql_change(store,
		"UPDATE unit_closures SET ended_ms = ?2 WHERE id = ?1 AND ended_ms IS NULL AND until_ms > ?2",
		"ii", id, at_ms);
}

static int each_closure(struct store *store, sqlite3_stmt *st, int r,
	int (*row)(void *ctx, const struct store_closure *closure), void *ctx)
{
	struct store_closure closure;

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		closure.id = sql_i(st, 0);
		sql_text(closure.unit, sizeof(closure.unit), st, 1);
		closure.window = (struct window){ sql_i(st, 2), sql_i(st, 3) };
		sql_text(closure.reason, sizeof(closure.reason), st, 4);
		r = row(ctx, &closure);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

#define CLOSURE_COLUMNS "id, unit, from_ms, coalesce(ended_ms, until_ms) AS over_ms, reason"

int store_closure_each(struct store *store, int64_t after_ms,
	int (*row)(void *ctx, const struct store_closure *closure), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT " CLOSURE_COLUMNS " FROM unit_closures WHERE until_ms > ?1 AND over_ms > ?1"
		" AND over_ms > from_ms ORDER BY from_ms, id",
		"i", after_ms);

	return each_closure(store, st, r, row, ctx);
}

int store_closure_near(struct store *store, const char *unit, struct window span,
	int (*row)(void *ctx, const struct store_closure *closure), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT " CLOSURE_COLUMNS " FROM " SQL_NEAR " CROSS JOIN unit_closures ON unit = near"
		" WHERE until_ms > ?2 AND over_ms > ?2 AND from_ms < ?3 AND over_ms > from_ms ORDER BY "
		"from_ms, id",
		"tii", unit, span.from_ms, span.until_ms);

	return each_closure(store, st, r, row, ctx);
}

struct busy_walk {
	int (*row)(void *ctx, const struct busy *busy);
	void *ctx;
};

static int busy_closure(void *ctx, const struct store_closure *closure)
{
	const struct busy_walk *walk = ctx;
	struct busy busy = { BUSY_CLOSED, closure->window };

	return walk->row(walk->ctx, &busy);
}

int store_busy_each(struct store *store, const char *unit, struct window span,
	int (*row)(void *ctx, const struct busy *busy), void *ctx)
{
	struct busy_walk walk = { row, ctx };
	struct busy busy;
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT from_ms - before_min * 60000, until_ms + after_min * 60000,"
		" state IN ('disetujui', 'berlangsung') FROM " SQL_NEAR " CROSS JOIN requests ON unit = near"
		" WHERE state IN ('diajukan', 'perlu_dilengkapi', 'disetujui', 'berlangsung')"
		" AND until_ms > ?2 - 2 * 86400000 AND until_ms + after_min * 60000 > ?2"
		" AND from_ms - before_min * 60000 < ?3 ORDER BY from_ms, id",
		"tii", unit, span.from_ms, span.until_ms);

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		busy.window = (struct window){ sql_i(st, 0), sql_i(st, 1) };
		busy.kind = sql_d(st, 2) ? BUSY_TAKEN : BUSY_WAITING;
		r = row(ctx, &busy);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? store_closure_near(store, unit, span, busy_closure, &walk) : r;
}

/* ---- holidays */

int store_holiday_each(
	struct store *store, int (*row)(void *ctx, struct window day, const char *name), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT from_ms, until_ms, name FROM holidays ORDER BY from_ms", "");

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		r = row(ctx, (struct window){ sql_i(st, 0), sql_i(st, 1) }, sql_t(st, 2));
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_holiday_remove(struct store *store, int64_t from_ms)
{
	return sql_change(store, "DELETE FROM holidays WHERE from_ms = ?1", "i", from_ms);
}

/* ---- a board that moves */

int store_board_rename(struct store *store, const char *board, const char *name)
{
	return sql_change(store, "UPDATE boards SET name = ?2 WHERE id = ?1", "tt", board, name);
}

int store_unit_door_clear(struct store *store, const char *board)
{
	return sql_run(store, "DELETE FROM unit_doors WHERE board = ?1", "t", board);
}

/* Whether a unit of the board's is that of the request, contains it, or is in it. */
#define BELONGS                                                                                              \
	"EXISTS (SELECT 1 FROM unit_doors JOIN unit_paths ON (ancestor = unit_doors.unit AND descendant ="   \
	" requests.unit) OR (descendant = unit_doors.unit AND ancestor = requests.unit)"                     \
	" WHERE unit_doors.board = ?1)"
#define LIVE                                                                                                 \
	" FROM grants JOIN occupants ON occupants.id = occupant JOIN requests ON requests.id = request"      \
	" WHERE grants.revoked_ms IS NULL AND grants.until_ms > ?2"

int store_grant_astray_each(struct store *store, const char *board, bool is_missing, int64_t now_ms,
	int (*row)(void *ctx, const char *grant), void *ctx)
{
	sqlite3_stmt *st;
	int r;

	if (is_missing)
		r = sql_query(store, &st,
			"SELECT grants.id" LIVE " AND " BELONGS " AND NOT EXISTS (SELECT 1 FROM grant_doors "
			"WHERE board = ?1 AND grant_id = grants.id)"
			" ORDER BY grants.id",
			"ti", board, now_ms);
	else
		r = sql_query(store, &st,
			"SELECT grants.id" LIVE " AND NOT " BELONGS
			" AND EXISTS (SELECT 1 FROM grant_doors WHERE board = ?1 AND grant_id = grants.id)"
			" ORDER BY grants.id",
			"ti", board, now_ms);
	while (r == 0 && (r = sql_next(store, st)) == 0) {
		r = row(ctx, sql_t(st, 0));
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_grant_door_remove(struct store *store, const char *grant, const char *board)
{
	return sql_change(
		store, "DELETE FROM grant_doors WHERE board = ?1 AND grant_id = ?2", "tt", board, grant);
}

int store_tag_restore(
	struct store *store, const char *board, const uint8_t tag[WIRE_TAG_BYTES], const char *grant)
{
	int r = sql_change(store,
		"INSERT INTO tags (board, tag, grant_id) VALUES (?1, ?2, ?3)"
		" ON CONFLICT (board, tag) DO UPDATE SET grant_id = ?3 WHERE grant_id = ?3",
		"tbt", board, tag, (size_t)WIRE_TAG_BYTES, grant);

	return r == STORE_NONE ? STORE_TWIN : r;
}
