/* store_calendar - see calendar.h */
#include "gateway/store/calendar.h"

#include <string.h>

#include "gateway/store/sql.h"

#define ENTRY                                                                                                \
	"SELECT requests.id, from_ms, until_ms, number, units.name, organisation, activity, state,"          \
	" (SELECT count(*) FROM transitions WHERE request = requests.id),"                                   \
	" (SELECT max(transitions.at_ms) FROM transitions WHERE request = requests.id)"                      \
	" FROM requests JOIN units ON units.id = unit"
#define HELD " state IN ('disetujui', 'berlangsung', 'selesai')"

static int each_entry(struct store *store, sqlite3_stmt *st, int r,
	int (*row)(void *ctx, const struct store_entry *entry), void *ctx)
{
	while (r == 0 && (r = sql_next(store, st)) == 0) {
		struct store_entry entry = { sql_i(st, 0), sql_i(st, 1), sql_i(st, 2), sql_t(st, 3),
			sql_t(st, 4), sql_t(st, 5), sql_t(st, 6), sql_t(st, 7), (uint64_t)sql_i(st, 8),
			sql_i(st, 9) };

		r = row(ctx, &entry);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r;
}

int store_entry_each(struct store *store, const char *unit, struct window span,
	int (*row)(void *ctx, const struct store_entry *entry), void *ctx)
{
	sqlite3_stmt *st;
	int r;

	if (unit)
		r = sql_query(store, &st,
			ENTRY " JOIN " SQL_NEAR " ON unit = near WHERE" HELD
			      " AND until_ms > ?2 AND from_ms < ?3 ORDER BY from_ms, requests.id",
			"tii", unit, span.from_ms, span.until_ms);
	else
		r = sql_query(store, &st,
			ENTRY " WHERE" HELD
			      " AND until_ms > ?1 AND from_ms < ?2 ORDER BY from_ms, requests.id",
			"ii", span.from_ms, span.until_ms);
	r = each_entry(store, st, r, row, ctx);
	return r == STORE_NONE ? 0 : r;
}

struct only {
	int (*row)(void *ctx, const struct store_entry *entry);
	void *ctx;
	bool is_there;
};

static int only_row(void *ctx, const struct store_entry *entry)
{
	struct only *only = ctx;

	only->is_there = true;
	return only->row(only->ctx, entry);
}

int store_entry_of(struct store *store, int64_t request,
	int (*row)(void *ctx, const struct store_entry *entry), void *ctx)
{
	struct only only = { row, ctx, false };
	sqlite3_stmt *st;
	int r = sql_query(store, &st, ENTRY " WHERE requests.id = ?1", "i", request);

	r = each_entry(store, st, r, only_row, &only);
	return r == STORE_NONE && only.is_there ? 0 : r;
}

int store_feed_put(struct store *store, int64_t staff, const uint8_t token_hash[32], int64_t at_ms)
{
	return sql_run(store, "REPLACE INTO feeds (staff, token_hash, made_ms) VALUES (?1, ?2, ?3)", "ibi",
		staff, token_hash, (size_t)32, at_ms);
}

int store_feed_remove(struct store *store, int64_t staff)
{
	return sql_change(store, "DELETE FROM feeds WHERE staff = ?1", "i", staff);
}

int store_feed_find(struct store *store, const uint8_t token_hash[32], struct store_staff *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT id, name, role FROM feeds JOIN staff ON staff.id = feeds.staff"
		" WHERE token_hash = ?1 AND disabled_ms IS NULL",
		"b", token_hash, (size_t)32);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	memset(out, 0, sizeof(*out));
	out->id = sql_i(st, 0);
	sql_text(out->name, sizeof(out->name), st, 1);
	sql_text(out->role, sizeof(out->role), st, 2);
	sql_rest(st);
	return 0;
}
