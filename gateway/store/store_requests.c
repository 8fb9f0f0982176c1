/* store_requests - requests, their rivals and what is due; see store.h */
#include <errno.h>
#include <string.h>

#include "gateway/store/sql.h"

#define REQUEST_COLUMNS                                                                                      \
	"id, number, state, unit, from_ms, until_ms, before_min, after_min, organisation, activity, kind,"   \
	" email, letter, heads, at_ms, deadline_ms, reason"

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

int store_request_add(struct store *store, struct store_request *request)
{
	int r = sql_run(store,
		"INSERT INTO requests (number, state, unit, from_ms, until_ms, before_min, after_min,"
		" organisation, activity, kind, email, letter, heads, at_ms, deadline_ms, reason)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
		"tttiiddtttttdiit", request->number, request_state_word(request->state), request->unit,
		request->from_ms, request->until_ms, request->before_min, request->after_min,
		or_null(request->organisation), request->activity, request->kind, or_null(request->email),
		or_null(request->letter), request->heads, request->at_ms, request->deadline_ms,
		or_null(request->reason));

	if (r == 0)
		request->id = sqlite3_last_insert_rowid(store->db);
	return r;
}

static int request_from_row(sqlite3_stmt *st, struct store_request *out)
{
	const char *state = sql_t(st, 2);

	out->id = sql_i(st, 0);
	sql_text(out->number, sizeof(out->number), st, 1);
	sql_text(out->unit, sizeof(out->unit), st, 3);
	out->from_ms = sql_i(st, 4);
	out->until_ms = sql_i(st, 5);
	out->before_min = (uint32_t)sql_d(st, 6);
	out->after_min = (uint32_t)sql_d(st, 7);
	sql_text(out->organisation, sizeof(out->organisation), st, 8);
	sql_text(out->activity, sizeof(out->activity), st, 9);
	sql_text(out->kind, sizeof(out->kind), st, 10);
	sql_text(out->email, sizeof(out->email), st, 11);
	sql_text(out->letter, sizeof(out->letter), st, 12);
	out->heads = (unsigned)sql_d(st, 13);
	out->at_ms = sql_i(st, 14);
	out->deadline_ms = sql_i(st, 15);
	sql_text(out->reason, sizeof(out->reason), st, 16);
	return state && request_state_read(&out->state, state) == 0 ? 0 : -EUCLEAN;
}

/* The one row of a query. */
static int only_request(struct store *store, sqlite3_stmt *st, int r, struct store_request *out)
{
	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	r = request_from_row(st, out);
	sql_rest(st);
	return r;
}

static int each_request(struct store *store, sqlite3_stmt *st, int r,
	int (*row)(void *ctx, const struct store_request *request), void *ctx)
{
	struct store_request request;

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		r = request_from_row(st, &request);
		if (r == 0)
			r = row(ctx, &request);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_request_read(struct store *store, const char *number, struct store_request *out)
{
	sqlite3_stmt *st;
	int r = sql_query(
		store, &st, "SELECT " REQUEST_COLUMNS " FROM requests WHERE number = ?1", "t", number);

	return only_request(store, st, r, out);
}

int store_request_read_id(struct store *store, int64_t id, struct store_request *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT " REQUEST_COLUMNS " FROM requests WHERE id = ?1", "i", id);

	return only_request(store, st, r, out);
}

int store_request_set_state(struct store *store, int64_t id, enum request_state state, const char *reason)
{
	return sql_change(store,
		"UPDATE requests SET state = ?2, reason = coalesce(?3, reason) WHERE id = ?1", "itt", id,
		request_state_word(state), reason);
}

int store_request_set_end(struct store *store, int64_t id, int64_t until_ms)
{
	return sql_change(store, "UPDATE requests SET until_ms = ?2 WHERE id = ?1", "ii", id, until_ms);
}

int store_request_set_deadline(struct store *store, int64_t id, int64_t deadline_ms)
{
	return sql_change(store, "UPDATE requests SET deadline_ms = ?2 WHERE id = ?1", "ii", id, deadline_ms);
}

int store_request_each(struct store *store, enum request_state state, int64_t since_ms,
	int (*row)(void *ctx, const struct store_request *request), void *ctx)
{
	sqlite3_stmt *st;
	int r;

	if (state == REQUEST_STATE_COUNT)
		r = sql_query(store, &st,
			"SELECT " REQUEST_COLUMNS
			" FROM requests WHERE state IN ('diajukan', 'perlu_dilengkapi',"
			" 'disetujui', 'berlangsung') OR (state IN ('selesai', 'ditolak', 'dibatalkan',"
			" 'kedaluwarsa', 'tidak_hadir') AND at_ms > ?1 - 90 * 86400000 AND until_ms > ?1)"
			" ORDER BY at_ms, id",
			"i", since_ms);
	else
		r = sql_query(store, &st,
			"SELECT " REQUEST_COLUMNS " FROM requests WHERE state = ?1 ORDER BY at_ms, id", "t",
			request_state_word(state));
	return each_request(store, st, r, row, ctx);
}

#define TOUCHES                                                                                              \
	" AND until_ms > ?2 - 2 * 86400000 AND until_ms + after_min * 60000 > ?2"                            \
	" AND from_ms - before_min * 60000 < ?3 AND id <> ?4"
#define WAITS " AND state IN ('diajukan', 'perlu_dilengkapi')"
#define HOLDS " AND state IN ('disetujui', 'berlangsung')"

int store_rival_each(struct store *store, const struct store_request *request, bool is_held,
	int (*row)(void *ctx, const struct store_request *rival), void *ctx)
{
	struct window taken = window_taken((struct window){ request->from_ms, request->until_ms },
		request->before_min, request->after_min);
	sqlite3_stmt *st;
	int r;

	if (is_held)
		r = sql_query(store, &st,
			"SELECT " REQUEST_COLUMNS " FROM " SQL_NEAR
			" CROSS JOIN requests ON unit = near WHERE true" HOLDS TOUCHES
			" ORDER BY from_ms, id",
			"tiii", request->unit, taken.from_ms, taken.until_ms, request->id);
	else
		r = sql_query(store, &st,
			"SELECT " REQUEST_COLUMNS " FROM " SQL_NEAR
			" CROSS JOIN requests ON unit = near WHERE true" WAITS TOUCHES " ORDER BY at_ms, id",
			"tiii", request->unit, taken.from_ms, taken.until_ms, request->id);
	return each_request(store, st, r, row, ctx);
}

int store_rival_count(struct store *store, const struct store_request *request, unsigned *count)
{
	struct window taken = window_taken((struct window){ request->from_ms, request->until_ms },
		request->before_min, request->after_min);
	int64_t value;
	int r = sql_integer(store, &value,
		"SELECT count(*) FROM " SQL_NEAR
		" CROSS JOIN requests ON unit = near WHERE true" WAITS TOUCHES,
		"tiii", request->unit, taken.from_ms, taken.until_ms, request->id);

	if (r == 0)
		*count = (unsigned)value;
	return r;
}

int store_request_due(struct store *store, enum request_state state, bool is_deadline, int64_t now_ms,
	struct store_request *out, int64_t *next_ms)
{
	sqlite3_stmt *st;
	int64_t due_ms;
	int r;

	*next_ms = INT64_MAX;
	if (is_deadline)
		r = sql_query(store, &st,
			"SELECT " REQUEST_COLUMNS
			" FROM requests WHERE state = ?1 ORDER BY deadline_ms, id LIMIT 1",
			"t", request_state_word(state));
	else
		r = sql_query(store, &st,
			"SELECT " REQUEST_COLUMNS
			" FROM requests WHERE state = ?1 ORDER BY until_ms + after_min * 60000, id LIMIT 1",
			"t", request_state_word(state));
	r = only_request(store, st, r, out);
	if (r != 0)
		return r;
	due_ms = is_deadline ? out->deadline_ms : out->until_ms + (int64_t)out->after_min * WINDOW_MINUTE_MS;
	if (due_ms <= now_ms)
		return 0;
	*next_ms = due_ms;
	return STORE_NONE;
}

int store_unconfirmed_before(
	struct store *store, const char *board, int64_t now_ms, int64_t before_ms, bool *is_there)
{
	int64_t one;
	int r = sql_integer(store, &one,
		"SELECT 1 FROM grant_doors JOIN boards ON boards.id = board JOIN grants ON grants.id = "
		"grant_id"
		" WHERE board = ?1 AND grant_doors.rev > confirmed_rev AND revoked_ms IS NULL"
		" AND until_ms > ?2 AND from_ms < ?3 LIMIT 1",
		"tii", board, now_ms, before_ms);

	if (r < 0)
		return r;
	*is_there = r == 0;
	return 0;
}
