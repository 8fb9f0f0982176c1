/* store_alarms - alarms: active and acknowledged are two things; see store.h */
#include "gateway/store/sql.h"

int store_alarm_add(struct store *store, const char *board, const char *alarm, int64_t began_ms,
	int64_t ended_ms, int64_t *id)
{
	int r = sql_run(store,
		"INSERT INTO alarms (board, alarm, began_ms, ended_ms) VALUES (?1, ?2, ?3, nullif(?4, 0))",
		"ttii", board, alarm, began_ms, ended_ms);

	if (r == 0)
		*id = sqlite3_last_insert_rowid(store->db);
	return r;
}

int store_alarm_end(struct store *store, const char *board, const char *alarm, int64_t at_ms, int64_t *id)
{
	int r = sql_integer(store, id,
		"SELECT id FROM alarms WHERE board = ?1 AND alarm = ?2 AND ended_ms IS NULL", "tt", board,
		alarm);

	if (r == 0)
		r = sql_run(store, "UPDATE alarms SET ended_ms = max(?2, began_ms) WHERE id = ?1", "ii", *id,
			at_ms);
	return r;
}

int store_alarm_ack(struct store *store, int64_t id, int64_t at_ms, const char *by, const char *note)
{
	return sql_change(store,
		"UPDATE alarms SET acked_ms = ?2, acked_by = ?3, note = ?4 WHERE id = ?1 AND acked_ms IS "
		"NULL",
		"iitt", id, at_ms, by, note);
}

int store_alarm_each(struct store *store, int64_t id, int64_t since_ms,
	int (*row)(void *ctx, const struct store_alarm *alarm), void *ctx)
{
	sqlite3_stmt *st;
	int r;

	if (id)
		r = sql_query(store, &st,
			"SELECT id, board, alarm, began_ms, ended_ms, acked_ms, acked_by, note FROM alarms"
			" WHERE id = ?1",
			"i", id);
	else
		r = sql_query(store, &st,
			"SELECT id, board, alarm, began_ms, ended_ms, acked_ms, acked_by, note FROM alarms"
			" WHERE ended_ms IS NULL OR acked_ms IS NULL OR id IN"
			" (SELECT id FROM alarms WHERE ended_ms > ?1 ORDER BY ended_ms DESC LIMIT 200)"
			" ORDER BY id DESC",
			"i", since_ms);
	while (r == 0 && (r = sql_next(store, st)) == 0) {
		struct store_alarm alarm = { sql_i(st, 0), sql_t(st, 1), sql_t(st, 2), sql_i(st, 3),
			sql_i(st, 4), sql_i(st, 5), sql_t(st, 6), sql_t(st, 7) };

		r = row(ctx, &alarm);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}
