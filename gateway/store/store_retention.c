/* store_retention - see retention.h */
#include "gateway/store/retention.h"

#include "gateway/store/sql.h"

int store_retention_set(struct store *store, const char *kind, int64_t days)
{
	return sql_change(store, "UPDATE retention SET days = ?2 WHERE kind = ?1", "ti", kind, days);
}

int store_retention_each(
	struct store *store, int (*row)(void *ctx, const char *kind, int64_t days), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT kind, days FROM retention ORDER BY kind", "");

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		r = row(ctx, sql_t(st, 0), sql_i(st, 1));
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_deletion_add(struct store *store, const struct store_deletion *deletion)
{
	return sql_run(store, "INSERT INTO deletions (at_ms, kind, days, count) VALUES (?1, ?2, ?3, ?4)",
		"itii", deletion->at_ms, deletion->kind, deletion->days, deletion->count);
}

int store_deletion_each(
	struct store *store, int (*row)(void *ctx, const struct store_deletion *deletion), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT id, at_ms, kind, days, count FROM deletions ORDER BY id DESC LIMIT 200", "");

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		struct store_deletion deletion = { sql_i(st, 0), sql_i(st, 1), sql_t(st, 2), sql_i(st, 3),
			sql_i(st, 4) };

		r = row(ctx, &deletion);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

#define OVER                                                                                                 \
	"(SELECT id FROM requests WHERE until_ms < ?1 AND state IN"                                          \
	" ('selesai', 'ditolak', 'dibatalkan', 'kedaluwarsa', 'tidak_hadir'))"

/* What a change amounted to. */
static int counted(struct store *store, int r, int64_t *count)
{
	*count = r == 0 ? sqlite3_changes(store->db) : 0;
	return r == STORE_NONE ? 0 : r;
}

int store_erase_codes(struct store *store, int64_t before_ms, int64_t *count)
{
	int r = sql_change(store,
		"UPDATE grants SET sealed = x'', stretched = x'', long_stretched = x'', edge_stretched = x''"
		" WHERE length(sealed) > 0 AND min(until_ms, coalesce(revoked_ms, until_ms)) < ?1",
		"i", before_ms);

	return counted(store, r, count);
}

int store_erase_people(struct store *store, int64_t before_ms, int64_t *count)
{
	int r = sql_change(store,
		"UPDATE occupants SET name = ?2, phone = NULL, link_sealed = NULL WHERE name <> ?2 AND "
		"request IN " OVER,
		"it", before_ms, STORE_ERASED);

	return counted(store, r, count);
}

int store_erase_requests(struct store *store, int64_t before_ms, int64_t *count)
{
	int r = sql_run(store,
		"UPDATE transitions SET reason = NULL WHERE reason IS NOT NULL AND request IN " OVER, "i",
		before_ms);

	if (r == 0)
		r = sql_run(store, "DELETE FROM request_forms WHERE request IN " OVER, "i", before_ms);
	if (r != 0)
		return r;
	r = sql_change(store,
		"UPDATE requests SET organisation = NULL, activity = ?2, email = NULL, letter = NULL, reason "
		"= NULL,"
		" erased_ms = until_ms WHERE erased_ms IS NULL AND id IN " OVER,
		"it", before_ms, STORE_ERASED);
	return counted(store, r, count);
}

int store_erase_letters(struct store *store, int64_t before_ms, int64_t *count)
{
	return counted(store, sql_change(store, "DELETE FROM letters WHERE request IN " OVER, "i", before_ms),
		count);
}

int store_erase_reports(struct store *store, int64_t before_ms, int64_t *count)
{
	int r = sql_change(store,
		"UPDATE problem_reports SET text = ?2, note = NULL WHERE text <> ?2 AND request IN " OVER,
		"it", before_ms, STORE_ERASED);

	return counted(store, r, count);
}
