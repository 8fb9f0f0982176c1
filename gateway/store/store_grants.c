/* store_grants - grants, their tags at each door, and what a snapshot is made of; see store.h */
#include <errno.h>
#include <string.h>

#include "gateway/store/sql.h"

int store_grant_add(struct store *store, const struct store_grant *grant)
{
	return sql_run(store,
		"INSERT INTO grants (id, occupant, standing, from_ms, until_ms, made_ms, stretched,"
		" long_stretched, edge_stretched, sealed)"
		" VALUES (?1, nullif(?2, 0), nullif(?3, 0), ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
		"tiiiiibbbb", grant->id, grant->occupant, grant->standing, grant->window.from_ms,
		grant->window.until_ms, grant->made_ms, grant->stretched, sizeof(grant->stretched),
		grant->long_stretched, sizeof(grant->long_stretched), grant->edge_stretched,
		sizeof(grant->edge_stretched), grant->sealed, grant->sealed_len);
}

#define GRANT_COLUMNS                                                                                        \
	"id, occupant, standing, from_ms, until_ms, made_ms, revoked_ms, used_ms, stretched, "               \
	"long_stretched,"                                                                                    \
	" edge_stretched, sealed"

static int only_grant(struct store *store, sqlite3_stmt *st, int r, struct store_grant *out)
{
	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	memset(out, 0, sizeof(*out));
	sql_text(out->id, sizeof(out->id), st, 0);
	out->occupant = sql_i(st, 1);
	out->standing = sql_i(st, 2);
	out->window = (struct window){ sql_i(st, 3), sql_i(st, 4) };
	out->made_ms = sql_i(st, 5);
	out->revoked_ms = sql_i(st, 6);
	out->used_ms = sql_i(st, 7);
	sql_blob(out->stretched, sizeof(out->stretched), st, 8);
	sql_blob(out->long_stretched, sizeof(out->long_stretched), st, 9);
	sql_blob(out->edge_stretched, sizeof(out->edge_stretched), st, 10);
	out->sealed_len = (size_t)sqlite3_column_bytes(st, 11);
	if (out->sealed_len > sizeof(out->sealed))
		r = -EUCLEAN;
	else
		sql_blob(out->sealed, out->sealed_len, st, 11);
	sql_rest(st);
	return r;
}

int store_grant_read(struct store *store, const char *id, struct store_grant *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT " GRANT_COLUMNS " FROM grants WHERE id = ?1", "t", id);

	return only_grant(store, st, r, out);
}

int store_grant_find(struct store *store, int64_t occupant, int64_t standing, struct store_grant *out)
{
	sqlite3_stmt *st;
	int r;

	if (occupant)
		r = sql_query(store, &st, "SELECT " GRANT_COLUMNS " FROM grants WHERE occupant = ?1", "i",
			occupant);
	else
		r = sql_query(store, &st, "SELECT " GRANT_COLUMNS " FROM grants WHERE standing = ?1", "i",
			standing);
	return only_grant(store, st, r, out);
}

int store_grant_set_code(struct store *store, const struct store_grant *grant)
{
	return sql_change(store,
		"UPDATE grants SET stretched = ?2, long_stretched = ?3, edge_stretched = ?4, sealed = ?5"
		" WHERE id = ?1",
		"tbbbb", grant->id, grant->stretched, sizeof(grant->stretched), grant->long_stretched,
		sizeof(grant->long_stretched), grant->edge_stretched, sizeof(grant->edge_stretched),
		grant->sealed, grant->sealed_len);
}

int store_grant_set_end(struct store *store, const char *id, int64_t until_ms)
{
	return sql_change(store, "UPDATE grants SET until_ms = ?2 WHERE id = ?1", "ti", id, until_ms);
}

int store_grant_revoke(struct store *store, const char *id, int64_t at_ms)
{
	return sql_change(store, "UPDATE grants SET revoked_ms = ?2 WHERE id = ?1 AND revoked_ms IS NULL",
		"ti", id, at_ms);
}

int store_grant_use(struct store *store, const char *id, int64_t at_ms)
{
	return sql_change(
		store, "UPDATE grants SET used_ms = ?2 WHERE id = ?1 AND used_ms IS NULL", "ti", id, at_ms);
}

int store_grant_door_put(struct store *store, const char *grant, const struct store_grant_door *door)
{
	return sql_run(store,
		"INSERT INTO grant_doors (board, grant_id, tag, long_tag, rev) VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT (board, grant_id) DO UPDATE SET tag = ?3, long_tag = ?4, rev = ?5",
		"ttbbi", door->board, grant, door->tag, sizeof(door->tag), door->long_tag,
		sizeof(door->long_tag), door->rev);
}

int store_grant_door_each(struct store *store, const char *grant,
	int (*row)(void *ctx, const struct store_grant_door *door), void *ctx)
{
	struct store_grant_door door;
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT board, tag, long_tag, rev FROM grant_doors WHERE grant_id = ?1 ORDER BY board", "t",
		grant);

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		door.board = sql_t(st, 0);
		sql_blob(door.tag, sizeof(door.tag), st, 1);
		sql_blob(door.long_tag, sizeof(door.long_tag), st, 2);
		door.rev = (uint64_t)sql_i(st, 3);
		r = row(ctx, &door);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_grant_door_requests(struct store *store, const char *board, uint64_t above_rev, uint64_t upto_rev,
	int (*row)(void *ctx, int64_t request), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT DISTINCT o.request FROM grant_doors d JOIN grants g ON g.id = d.grant_id"
		" JOIN occupants o ON o.id = g.occupant WHERE d.board = ?1 AND d.rev > ?2 AND d.rev <= ?3",
		"tii", board, above_rev, upto_rev);

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		r = row(ctx, sql_i(st, 0));
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_grant_door_touch(struct store *store, const char *grant, const char *board, uint64_t rev)
{
	return sql_change(store, "UPDATE grant_doors SET rev = ?3 WHERE board = ?1 AND grant_id = ?2", "tti",
		board, grant, rev);
}

int store_tag_add(
	struct store *store, const char *board, const uint8_t tag[WIRE_TAG_BYTES], const char *grant)
{
	return sql_run(store, "INSERT INTO tags (board, tag, grant_id) VALUES (?1, ?2, ?3)", "tbt", board,
		tag, (size_t)WIRE_TAG_BYTES, grant);
}

int store_tag_purge(struct store *store, int64_t before_ms)
{
	/* Walks the tags, of which there are those of a month, and not the grants, of which there are all. */
	int r = sql_run(store,
		"DELETE FROM tags WHERE EXISTS (SELECT 1 FROM grants WHERE id = grant_id"
		" AND min(until_ms, coalesce(revoked_ms, until_ms)) < ?1)",
		"i", before_ms);

	if (r != 0)
		return r;
	r = sql_run(store,
		"DELETE FROM grant_doors WHERE EXISTS (SELECT 1 FROM grants WHERE id = grant_id"
		" AND min(until_ms, coalesce(revoked_ms, until_ms)) < ?1)",
		"i", before_ms);
	if (r != 0)
		return r;
	return sql_run(store,
		"DELETE FROM cards WHERE EXISTS (SELECT 1 FROM grants WHERE id = grant_id"
		" AND min(until_ms, coalesce(revoked_ms, until_ms)) < ?1)",
		"i", before_ms);
}

static int read_hours(struct store *store, int64_t standing, struct wire_weekly *weekly, unsigned *count)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT days, from_min, to_min FROM standing_hours WHERE standing = ?1 ORDER BY n", "i",
		standing);

	*count = 0;
	while (r == 0 && (r = sql_next(store, st)) == 0 && *count < WIRE_WEEKLY_MAX)
		weekly[(*count)++] = (struct wire_weekly){ (uint8_t)sql_d(st, 0), (uint16_t)sql_d(st, 1),
			(uint16_t)sql_d(st, 2) };
	if (r == 0)
		sql_rest(st);
	return r == STORE_NONE ? 0 : r;
}

static int snapshot_grant(struct store *store, sqlite3_stmt *st, struct wire_grant *out)
{
	int64_t standing = sql_i(st, 5);
	unsigned count = 0;
	int r = 0;

	memset(out, 0, sizeof(*out));
	sql_text(out->id, sizeof(out->id), st, 0);
	out->from_ms = sql_i(st, 1);
	out->until_ms = sql_i(st, 2);
	sql_blob(out->tag, sizeof(out->tag), st, 3);
	sql_blob(out->long_tag, sizeof(out->long_tag), st, 4);
	out->has_long = true;
	out->has_card = sqlite3_column_type(st, 8) != SQLITE_NULL;
	if (out->has_card)
		sql_blob(out->card_tag, sizeof(out->card_tag), st, 8);
	if (standing == 0)
		return 0;
	out->is_always = sql_d(st, 6);
	out->opens_on_holidays = sql_d(st, 7);
	r = read_hours(store, standing, out->weekly, &count);
	out->weekly_count = (uint8_t)count;
	return r;
}

int store_snapshot_grant_each(struct store *store, const char *board, int64_t now_ms,
	int (*row)(void *ctx, const struct wire_grant *grant), void *ctx)
{
	struct wire_grant grant;
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT grant_id, grants.from_ms, grants.until_ms, tag, long_tag, standing, is_always,"
		" opens_on_holidays, card_tag FROM grant_doors JOIN grants ON grants.id = grant_id"
		" LEFT JOIN standing ON standing.id = grants.standing"
		" WHERE board = ?1 AND grants.revoked_ms IS NULL AND grants.until_ms > ?2 ORDER BY grant_id",
		"ti", board, now_ms);

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		r = snapshot_grant(store, st, &grant);
		if (r == 0)
			r = row(ctx, &grant);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}
