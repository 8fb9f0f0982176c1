/* store_events - logs and events; see store.h */
#include <errno.h>
#include <string.h>

#include "gateway/store/sql.h"

int store_log_read(struct store *store, const char *board, uint64_t log, struct store_log *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT id, upto, hash FROM logs WHERE board = ?1 AND log = ?2", "ti",
		board, log);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	out->id = sql_i(st, 0);
	out->log = log;
	out->upto = (uint64_t)sql_i(st, 1);
	sql_blob(out->hash, sizeof(out->hash), st, 2);
	sql_rest(st);
	return 0;
}

int store_log_add(struct store *store, const char *board, struct store_log *log, int64_t at_ms)
{
	int r = sql_run(store,
		"INSERT INTO logs (board, log, upto, hash, began_ms) VALUES (?1, ?2, ?3, ?4, ?5)", "tiibi",
		board, log->log, log->upto, log->hash, sizeof(log->hash), at_ms);

	if (r == 0)
		log->id = sqlite3_last_insert_rowid(store->db);
	return r;
}

int store_log_write(struct store *store, const struct store_log *log)
{
	return sql_change(store, "UPDATE logs SET upto = ?2, hash = ?3 WHERE id = ?1", "iib", log->id,
		log->upto, log->hash, sizeof(log->hash));
}

int store_log_count(struct store *store, const char *board, unsigned *count)
{
	int64_t value;
	int r = sql_integer(store, &value, "SELECT count(*) FROM logs WHERE board = ?1", "t", board);

	if (r == 0)
		*count = (unsigned)value;
	return r;
}

int store_log_gap_add(struct store *store, int64_t log, uint64_t from_seq, uint64_t until_seq, int64_t at_ms)
{
	return sql_run(store,
		"INSERT INTO log_gaps (log, from_seq, until_seq, at_ms) VALUES (?1, ?2, ?3, ?4)", "iiii", log,
		from_seq, until_seq, at_ms);
}

int store_event_add(
	struct store *store, int64_t log, const struct wire_event *event, int64_t received_ms, int64_t *id)
{
	int r = sql_run(store,
		"INSERT INTO events (log, seq, received_ms, boot, mono_ms, wall_ms, bound_ms, trust, type,"
		" reason, n, grant_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
		"iiiiiiidddit", log, event->seq, received_ms, event->boot, event->mono_ms, event->wall_ms,
		(int64_t)event->bound_ms, event->trust, event->type, event->reason, event->n,
		*event->grant ? event->grant : NULL);

	if (r == 0)
		*id = sqlite3_last_insert_rowid(store->db);
	return r;
}

#define EVENT_COLUMNS                                                                                        \
	"e.seq, e.boot, e.mono_ms, e.wall_ms, e.bound_ms, e.trust, e.type, e.reason, e.n, e.grant_id"

static void event_from_row(sqlite3_stmt *st, int at, struct wire_event *out)
{
	out->seq = (uint64_t)sql_i(st, at);
	out->boot = (uint64_t)sql_i(st, at + 1);
	out->mono_ms = (uint64_t)sql_i(st, at + 2);
	out->wall_ms = sql_i(st, at + 3);
	out->bound_ms = (uint32_t)sql_i(st, at + 4);
	out->trust = (enum wire_trust)sql_d(st, at + 5);
	out->type = (enum wire_event_type)sql_d(st, at + 6);
	out->reason = (enum wire_reason)sql_d(st, at + 7);
	out->n = sql_i(st, at + 8);
	memset(out->grant, 0, sizeof(out->grant));
	sql_text(out->grant, sizeof(out->grant), st, at + 9);
}

int store_event_read(struct store *store, int64_t log, uint64_t seq, struct wire_event *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT " EVENT_COLUMNS " FROM events AS e WHERE log = ?1 AND seq = ?2",
		"ii", log, seq);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	event_from_row(st, 0, out);
	sql_rest(st);
	return 0;
}

#define EVENT_VIEW                                                                                           \
	"SELECT e.id, e.received_ms, logs.board, logs.log, requests.number, " EVENT_COLUMNS                  \
	" FROM events AS e JOIN logs ON logs.id = e.log LEFT JOIN grants ON grants.id = e.grant_id"          \
	" LEFT JOIN occupants ON occupants.id = grants.occupant"                                             \
	" LEFT JOIN requests ON requests.id = occupants.request"

static int each_event(struct store *store, sqlite3_stmt *st, int r,
	int (*row)(void *ctx, const struct store_event *event), void *ctx, unsigned *left)
{
	struct store_event event;

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		event.id = sql_i(st, 0);
		event.received_ms = sql_i(st, 1);
		event.board = sql_t(st, 2);
		event.log = (uint64_t)sql_i(st, 3);
		event.number = sql_t(st, 4);
		event_from_row(st, 5, &event.event);
		(*left)--;
		r = row(ctx, &event);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

/* Where to go on: the log and seq of an event, or past the end of the board's newest log. */
static int place_of(struct store *store, const char *board, int64_t before_id, int64_t *log, int64_t *seq)
{
	sqlite3_stmt *st;
	int r;

	*seq = INT64_MAX;
	if (before_id <= 0)
		return sql_integer(store, log, "SELECT max(id) FROM logs WHERE board = ?1", "t", board);
	r = sql_query(store, &st, "SELECT log, seq FROM events WHERE id = ?1", "i", before_id);
	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	*log = sql_i(st, 0);
	*seq = sql_i(st, 1);
	sql_rest(st);
	return 0;
}

/* A board's events stand in the index (log, seq), and a later log has a higher id: no index by board is kept
 * up for each event, and a page costs its own rows and no others. */
static int each_event_of(struct store *store, const char *board, int64_t before_id, unsigned limit,
	int (*row)(void *ctx, const struct store_event *event), void *ctx)
{
	int64_t log = 0, seq = 0;
	sqlite3_stmt *st;
	int r = place_of(store, board, before_id, &log, &seq);

	while (r == 0 && limit > 0) {
		r = sql_query(store, &st,
			EVENT_VIEW " WHERE e.log = ?1 AND e.seq < ?2 AND logs.board = ?4"
				   " ORDER BY e.seq DESC LIMIT ?3",
			"iidt", log, seq, limit, board);
		r = each_event(store, st, r, row, ctx, &limit);
		if (r != 0)
			return r;
		seq = INT64_MAX;
		r = sql_integer(store, &log, "SELECT max(id) FROM logs WHERE board = ?1 AND id < ?2", "ti",
			board, log);
	}
	return r == STORE_NONE ? 0 : r;
}

int store_event_each(struct store *store, const char *board, int64_t before_id, unsigned limit,
	int (*row)(void *ctx, const struct store_event *event), void *ctx)
{
	sqlite3_stmt *st;
	int r;

	if (board)
		return each_event_of(store, board, before_id, limit, row, ctx);
	r = sql_query(store, &st, EVENT_VIEW " WHERE e.id < ?1 ORDER BY e.id DESC LIMIT ?2", "id",
		before_id > 0 ? before_id : INT64_MAX, limit);
	return each_event(store, st, r, row, ctx, &limit);
}
