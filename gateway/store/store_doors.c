/* store_doors - what boards say of themselves, and what was asked of them; see store.h */
#include <errno.h>
#include <string.h>

#include "gateway/store/sql.h"

int store_state_write(
	struct store *store, const char *board, const struct wire_state *state, int64_t heard_ms)
{
	return sql_run(store,
		"REPLACE INTO door_states (board, boot, n, at_ms, heard_ms, door, is_released, "
		"is_contact_open,"
		" mode, mode_until_ms, alarms, lockout_s, epoch, rev, digest, trust, bound_ms, queue)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
		"tiiiiddddiiiiibdii", board, state->boot, state->n, state->at_ms, heard_ms, state->door,
		state->is_released, state->is_contact_open, state->mode, state->mode_until_ms,
		(int64_t)state->alarms, (int64_t)state->lockout_s, (int64_t)state->epoch, state->rev,
		state->digest, sizeof(state->digest), state->clock.trust, (int64_t)state->clock.bound_ms,
		state->queue);
}

int store_state_read(struct store *store, const char *board, struct wire_state *out, int64_t *heard_ms)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT boot, n, at_ms, heard_ms, door, is_released, is_contact_open, mode, mode_until_ms,"
		" alarms, lockout_s, epoch, rev, digest, trust, bound_ms, queue FROM door_states"
		" WHERE board = ?1",
		"t", board);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	memset(out, 0, sizeof(*out));
	out->boot = (uint64_t)sql_i(st, 0);
	out->n = (uint64_t)sql_i(st, 1);
	out->at_ms = sql_i(st, 2);
	*heard_ms = sql_i(st, 3);
	out->door = (enum wire_door_state)sql_d(st, 4);
	out->is_released = sql_d(st, 5);
	out->is_contact_open = sql_d(st, 6);
	out->mode = (enum wire_mode)sql_d(st, 7);
	out->mode_until_ms = sql_i(st, 8);
	out->alarms = (unsigned)sql_i(st, 9);
	out->lockout_s = (uint32_t)sql_i(st, 10);
	out->epoch = (uint32_t)sql_i(st, 11);
	out->rev = (uint64_t)sql_i(st, 12);
	sql_blob(out->digest, sizeof(out->digest), st, 13);
	out->clock.trust = (enum wire_trust)sql_d(st, 14);
	out->clock.bound_ms = (uint32_t)sql_i(st, 15);
	out->queue = (uint64_t)sql_i(st, 16);
	sql_rest(st);
	return 0;
}

int store_health_write(
	struct store *store, const char *board, const struct wire_health *health, int64_t at_ms)
{
	return sql_run(store,
		"REPLACE INTO door_health (board, at_ms, version, uptime_s, queue, journal_bytes, free_bytes,"
		" temp_mc, cert_days, refused, relay_count)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, nullif(?8, ?10), nullif(?9, ?10), ?11, ?12)",
		"titiiiidddii", board, at_ms, health->version, health->uptime_s, health->queue,
		health->journal_bytes, health->free_bytes, health->temp_mc, health->cert_days, INT32_MIN,
		health->refused, health->relay_count);
}

int store_action_add(struct store *store, const struct store_action *action)
{
	return sql_run(store,
		"INSERT INTO actions (id, board, what, why, text, who, at_ms, expires_ms)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		"ttttttii", action->id, action->board, action->what, action->why,
		*action->text ? action->text : NULL, action->who, action->at_ms, action->expires_ms);
}

int store_action_answer(struct store *store, const char *board, const struct wire_did *did, int64_t at_ms)
{
	return sql_change(store,
		"UPDATE actions SET is_done = ?3, reason = ?4, done_ms = ?5"
		" WHERE id = ?1 AND board = ?2 AND is_done IS NULL",
		"ttdti", did->id, board, did->is_done, wire_reason_word(did->reason), at_ms);
}

int store_action_newest(struct store *store, const char *board, struct store_action *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT id, board, what, why, who, text, at_ms, expires_ms, is_done, reason FROM actions"
		" WHERE board = ?1 ORDER BY at_ms DESC, id DESC LIMIT 1",
		"t", board);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	sql_text(out->id, sizeof(out->id), st, 0);
	sql_text(out->board, sizeof(out->board), st, 1);
	sql_text(out->what, sizeof(out->what), st, 2);
	sql_text(out->why, sizeof(out->why), st, 3);
	sql_text(out->who, sizeof(out->who), st, 4);
	sql_text(out->text, sizeof(out->text), st, 5);
	out->at_ms = sql_i(st, 6);
	out->expires_ms = sql_i(st, 7);
	out->has_answer = sqlite3_column_type(st, 8) != SQLITE_NULL;
	out->is_done = sql_d(st, 8);
	sql_text(out->reason, sizeof(out->reason), st, 9);
	sql_rest(st);
	return 0;
}

int store_refusal_add(
	struct store *store, const char *board, const char *kind, const char *reason, uint32_t count)
{
	return sql_run(store,
		"INSERT INTO refusals (board, kind, reason, count) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (board, kind, reason) DO UPDATE SET count = count + ?4",
		"ttti", board, kind, reason, (int64_t)count);
}

int store_refusal_count(struct store *store, const char *board, const char *reason, uint64_t *count)
{
	int64_t value;
	int r = sql_integer(store, &value,
		"SELECT coalesce(sum(count), 0) FROM refusals WHERE board = ?1 AND (?2 IS NULL OR reason = "
		"?2)",
		"tt", board, reason);

	if (r == 0)
		*count = (uint64_t)value;
	return r;
}
