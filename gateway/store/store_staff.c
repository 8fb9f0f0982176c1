/* store_staff - staff, sessions, wrong guesses, and the audit; see store.h */
#include <string.h>

#include "gateway/core/audit.h"
#include "gateway/store/sql.h"

#define STAFF_COLUMNS "id, name, role, password, disabled_ms, once_until_ms"

static void staff_from_row(sqlite3_stmt *st, struct store_staff *out)
{
	out->id = sql_i(st, 0);
	sql_text(out->name, sizeof(out->name), st, 1);
	sql_text(out->role, sizeof(out->role), st, 2);
	sql_text(out->password, sizeof(out->password), st, 3);
	out->disabled_ms = sql_i(st, 4);
	out->once_until_ms = sql_i(st, 5);
}

int store_staff_read(struct store *store, const char *name, struct store_staff *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT " STAFF_COLUMNS " FROM staff WHERE name = ?1", "t", name);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	staff_from_row(st, out);
	sql_rest(st);
	return 0;
}

int store_staff_each(struct store *store, int (*row)(void *ctx, const struct store_staff *staff), void *ctx)
{
	struct store_staff staff;
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT id, name, role, '', disabled_ms, once_until_ms FROM staff ORDER BY name", "");

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		staff_from_row(st, &staff);
		r = row(ctx, &staff);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_staff_put(struct store *store, struct store_staff *staff, int64_t at_ms)
{
	int r = sql_run(store,
		"INSERT INTO staff (name, role, password, changed_ms) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (name) DO UPDATE SET role = ?2, password = ?3, changed_ms = ?4,"
		" once_until_ms = NULL",
		"ttti", staff->name, staff->role, staff->password, at_ms);

	if (r == 0)
		r = sql_integer(store, &staff->id, "SELECT id FROM staff WHERE name = ?1", "t", staff->name);
	return r == 0 ? store_session_end_all(store, staff->id, NULL) : r;
}

int store_staff_set_password(
	struct store *store, int64_t id, const char *password, int64_t once_until_ms, int64_t at_ms)
{
	return sql_change(store,
		"UPDATE staff SET password = ?2, once_until_ms = nullif(?3, 0), changed_ms = ?4 WHERE id = "
		"?1",
		"itii", id, password, once_until_ms, at_ms);
}

int store_staff_set_disabled(struct store *store, int64_t id, int64_t at_ms)
{
	int r = sql_change(
		store, "UPDATE staff SET disabled_ms = nullif(?2, 0) WHERE id = ?1", "ii", id, at_ms);

	return r == 0 && at_ms != 0 ? store_session_end_all(store, id, NULL) : r;
}

int store_staff_count(struct store *store, const char *role, int64_t but_id, unsigned *count)
{
	int64_t value;
	int r = sql_integer(store, &value,
		"SELECT count(*) FROM staff WHERE role = ?1 AND disabled_ms IS NULL AND id <> ?2", "ti", role,
		but_id);

	if (r == 0)
		*count = (unsigned)value;
	return r;
}

int store_session_add(struct store *store, const uint8_t token_hash[32], int64_t staff, int64_t at_ms)
{
	return sql_run(store,
		"INSERT INTO sessions (token_hash, staff, began_ms, seen_ms) VALUES (?1, ?2, ?3, ?3)", "bii",
		token_hash, (size_t)32, staff, at_ms);
}

int store_session_read(struct store *store, const uint8_t token_hash[32], struct store_session *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT staff.id, name, role, began_ms, seen_ms, once_until_ms FROM sessions"
		" JOIN staff ON staff.id = staff WHERE token_hash = ?1 AND disabled_ms IS NULL",
		"b", token_hash, (size_t)32);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	memset(out, 0, sizeof(*out));
	out->staff.id = sql_i(st, 0);
	sql_text(out->staff.name, sizeof(out->staff.name), st, 1);
	sql_text(out->staff.role, sizeof(out->staff.role), st, 2);
	out->began_ms = sql_i(st, 3);
	out->seen_ms = sql_i(st, 4);
	out->staff.once_until_ms = sql_i(st, 5);
	sql_rest(st);
	return 0;
}

int store_session_seen(struct store *store, const uint8_t token_hash[32], int64_t at_ms)
{
	return sql_change(store, "UPDATE sessions SET seen_ms = ?2 WHERE token_hash = ?1", "bi", token_hash,
		(size_t)32, at_ms);
}

int store_session_end(struct store *store, const uint8_t token_hash[32])
{
	return sql_change(store, "DELETE FROM sessions WHERE token_hash = ?1", "b", token_hash, (size_t)32);
}

int store_session_end_all(struct store *store, int64_t staff, const uint8_t *but_hash)
{
	return sql_run(store, "DELETE FROM sessions WHERE staff = ?1 AND token_hash IS NOT ?2", "ib", staff,
		but_hash, but_hash ? (size_t)32 : (size_t)0);
}

int store_session_purge(struct store *store, int64_t began_before_ms, int64_t seen_before_ms)
{
	return sql_run(store, "DELETE FROM sessions WHERE began_ms < ?1 OR seen_ms < ?2", "ii",
		began_before_ms, seen_before_ms);
}

int store_failures_read(struct store *store, const char *account, unsigned *count, int64_t *until_ms)
{
	sqlite3_stmt *st;
	int r = sql_query(
		store, &st, "SELECT count, until_ms FROM login_failures WHERE account = ?1", "t", account);

	*count = 0;
	*until_ms = 0;
	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r == STORE_NONE ? 0 : r;
	*count = (unsigned)sql_d(st, 0);
	*until_ms = sql_i(st, 1);
	sql_rest(st);
	return 0;
}

int store_failures_write(struct store *store, const char *account, unsigned count, int64_t until_ms)
{
	if (count == 0)
		return sql_run(store, "DELETE FROM login_failures WHERE account = ?1", "t", account);
	return sql_run(store, "REPLACE INTO login_failures (account, count, until_ms) VALUES (?1, ?2, ?3)",
		"tdi", account, count, until_ms);
}

int store_audit_add(struct store *store, int64_t at_ms, const char *who, const char *role, const char *what,
	const char *subject, const char *detail)
{
	struct audit_row row = { 1, at_ms, who, role, what, subject, detail };
	uint8_t hash[AUDIT_HASH_BYTES];
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1", "");

	audit_start(hash);
	if (r == 0)
		r = sql_next(store, st);
	if (r == 0) {
		row.id = sql_i(st, 0) + 1;
		sql_blob(hash, sizeof(hash), st, 1);
		sql_rest(st);
	}
	if (r < 0)
		return r;
	audit_next(hash, &row);
	return sql_run(store,
		"INSERT INTO audit (id, at_ms, who, role, what, subject, detail, hash)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		"iitttttb", row.id, at_ms, who, role, what, subject, detail, hash, sizeof(hash));
}

int store_audit_verify(struct store *store, uint64_t expected, int64_t *bad)
{
	uint8_t hash[AUDIT_HASH_BYTES], stored[AUDIT_HASH_BYTES];
	int64_t count = 0;
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT id, at_ms, who, role, what, subject, detail, hash FROM audit ORDER BY id", "");

	audit_start(hash);
	while (r == 0 && (r = sql_next(store, st)) == 0) {
		struct audit_row row = { ++count, sql_i(st, 1), sql_t(st, 2), sql_t(st, 3), sql_t(st, 4),
			sql_t(st, 5), sql_t(st, 6) };

		audit_next(hash, &row);
		sql_blob(stored, sizeof(stored), st, 7);
		if (sql_i(st, 0) != count || memcmp(hash, stored, sizeof(hash)) != 0) {
			*bad = count;
			sql_rest(st);
			return STORE_NONE;
		}
	}
	if (r == STORE_NONE && (uint64_t)count < expected) {
		*bad = count + 1;
		return STORE_NONE;
	}
	return r == STORE_NONE ? 0 : r;
}
