/* store_standing - weekly access; see store.h */
#include <string.h>

#include "gateway/store/sql.h"

int store_standing_add(struct store *store, struct store_standing *standing)
{
	int r = sql_run(store,
		"INSERT INTO standing (name, is_always, opens_on_holidays, from_ms, until_ms, link_id,"
		" link_public, made_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		"tddiibbi", standing->name, standing->is_always, standing->opens_on_holidays,
		standing->window.from_ms, standing->window.until_ms, standing->link_id,
		sizeof(standing->link_id), standing->link_public, sizeof(standing->link_public),
		standing->made_ms);

	if (r == 0)
		standing->id = sqlite3_last_insert_rowid(store->db);
	for (unsigned i = 0; r == 0 && i < standing->weekly_count; i++) {
		const struct wire_weekly *hours = &standing->weekly[i];

		r = sql_run(store,
			"INSERT INTO standing_hours (standing, n, days, from_min, to_min)"
			" VALUES (?1, ?2, ?3, ?4, ?5)",
			"idddd", standing->id, i, hours->days, hours->from_min, hours->to_min);
	}
	return r;
}

static int read_hours(struct store *store, struct store_standing *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT days, from_min, to_min FROM standing_hours WHERE standing = ?1 ORDER BY n LIMIT ?2",
		"id", out->id, WIRE_WEEKLY_MAX);

	out->weekly_count = 0;
	while (r == 0 && (r = sql_next(store, st)) == 0)
		out->weekly[out->weekly_count++] = (struct wire_weekly){ (uint8_t)sql_d(st, 0),
			(uint16_t)sql_d(st, 1), (uint16_t)sql_d(st, 2) };
	return r == STORE_NONE ? 0 : r;
}

#define STANDING_COLUMNS                                                                                     \
	"id, name, is_always, opens_on_holidays, from_ms, until_ms, link_id, link_public, made_ms, "         \
	"revoked_ms"

static int only_standing(struct store *store, sqlite3_stmt *st, int r, struct store_standing *out)
{
	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	out->id = sql_i(st, 0);
	sql_text(out->name, sizeof(out->name), st, 1);
	out->is_always = sql_d(st, 2);
	out->opens_on_holidays = sql_d(st, 3);
	out->window = (struct window){ sql_i(st, 4), sql_i(st, 5) };
	sql_blob(out->link_id, sizeof(out->link_id), st, 6);
	sql_blob(out->link_public, sizeof(out->link_public), st, 7);
	out->made_ms = sql_i(st, 8);
	out->revoked_ms = sql_i(st, 9);
	sql_rest(st);
	return read_hours(store, out);
}

int store_standing_read(struct store *store, int64_t id, struct store_standing *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT " STANDING_COLUMNS " FROM standing WHERE id = ?1", "i", id);

	return only_standing(store, st, r, out);
}

int store_standing_find(struct store *store, const uint8_t link_id[LINK_ID_BYTES], struct store_standing *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT " STANDING_COLUMNS " FROM standing WHERE link_id = ?1", "b",
		link_id, (size_t)LINK_ID_BYTES);

	return only_standing(store, st, r, out);
}

int store_standing_set_link(struct store *store, const struct store_standing *standing)
{
	return sql_change(store, "UPDATE standing SET link_id = ?2, link_public = ?3 WHERE id = ?1", "ibb",
		standing->id, standing->link_id, sizeof(standing->link_id), standing->link_public,
		sizeof(standing->link_public));
}

int store_standing_revoke(struct store *store, int64_t id, int64_t at_ms)
{
	return sql_change(store, "UPDATE standing SET revoked_ms = ?2 WHERE id = ?1 AND revoked_ms IS NULL",
		"ii", id, at_ms);
}

int store_standing_count(struct store *store, const char *board, int64_t now_ms, size_t *count)
{
	int64_t value;
	int r = sql_integer(store, &value,
		"SELECT count(*) FROM grant_doors JOIN grants ON grants.id = grant_id"
		" WHERE board = ?1 AND revoked_ms IS NULL AND until_ms > ?2 AND until_ms - from_ms > ?3",
		"tii", board, now_ms, (int64_t)WINDOW_OFFLINE_MS);

	if (r == 0)
		*count = (size_t)value;
	return r;
}
