/* store_people - what happened to a request, and who it is for; see store.h */
#include <string.h>

#include "gateway/store/sql.h"

int store_transition_add(struct store *store, int64_t request, const struct store_transition *transition)
{
	return sql_run(store,
		"INSERT INTO transitions (request, at_ms, act, from_state, to_state, who, reason)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		"iittttt", request, transition->at_ms, transition->act, transition->from, transition->to,
		transition->who, transition->reason);
}

int store_transition_each(struct store *store, int64_t request,
	int (*row)(void *ctx, const struct store_transition *transition), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT at_ms, act, from_state, to_state, who, reason FROM transitions WHERE request = ?1"
		" ORDER BY id",
		"i", request);

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		struct store_transition transition = { sql_i(st, 0), sql_t(st, 1), sql_t(st, 2), sql_t(st, 3),
			sql_t(st, 4), sql_t(st, 5) };

		r = row(ctx, &transition);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

#define OCCUPANT_COLUMNS "id, request, n, name, phone, link_id, link_public, link_sealed, revoked_ms"

int store_occupant_add(struct store *store, struct store_occupant *occupant)
{
	int r = sql_run(store,
		"INSERT INTO occupants (request, n, name, phone, link_id, link_public, link_sealed)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		"idttbbb", occupant->request, occupant->n, occupant->name,
		*occupant->phone ? occupant->phone : NULL, occupant->link_id, sizeof(occupant->link_id),
		occupant->link_public, sizeof(occupant->link_public),
		occupant->has_link_sealed ? occupant->link_sealed : NULL, sizeof(occupant->link_sealed));

	if (r == 0)
		occupant->id = sqlite3_last_insert_rowid(store->db);
	return r;
}

static void occupant_from_row(sqlite3_stmt *st, struct store_occupant *out)
{
	out->id = sql_i(st, 0);
	out->request = sql_i(st, 1);
	out->n = (unsigned)sql_d(st, 2);
	sql_text(out->name, sizeof(out->name), st, 3);
	sql_text(out->phone, sizeof(out->phone), st, 4);
	sql_blob(out->link_id, sizeof(out->link_id), st, 5);
	sql_blob(out->link_public, sizeof(out->link_public), st, 6);
	out->has_link_sealed = sqlite3_column_type(st, 7) != SQLITE_NULL;
	sql_blob(out->link_sealed, sizeof(out->link_sealed), st, 7);
	out->revoked_ms = sql_i(st, 8);
}

static int only_occupant(struct store *store, sqlite3_stmt *st, int r, struct store_occupant *out)
{
	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	occupant_from_row(st, out);
	sql_rest(st);
	return 0;
}

int store_occupant_read(struct store *store, int64_t request, unsigned n, struct store_occupant *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT " OCCUPANT_COLUMNS " FROM occupants WHERE request = ?1 AND n = ?2", "id", request, n);

	return only_occupant(store, st, r, out);
}

int store_occupant_read_id(struct store *store, int64_t id, struct store_occupant *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT " OCCUPANT_COLUMNS " FROM occupants WHERE id = ?1", "i", id);

	return only_occupant(store, st, r, out);
}

int store_occupant_find(struct store *store, const uint8_t link_id[LINK_ID_BYTES], struct store_occupant *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT " OCCUPANT_COLUMNS " FROM occupants WHERE link_id = ?1", "b",
		link_id, (size_t)LINK_ID_BYTES);

	return only_occupant(store, st, r, out);
}

int store_occupant_each(struct store *store, int64_t request,
	int (*row)(void *ctx, const struct store_occupant *occupant), void *ctx)
{
	struct store_occupant occupant;
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT " OCCUPANT_COLUMNS " FROM occupants WHERE request = ?1 ORDER BY n", "i", request);

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		occupant_from_row(st, &occupant);
		r = row(ctx, &occupant);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_occupant_set_link(struct store *store, const struct store_occupant *occupant)
{
	return sql_change(store,
		"UPDATE occupants SET link_id = ?2, link_public = ?3, link_sealed = ?4 WHERE id = ?1", "ibbb",
		occupant->id, occupant->link_id, sizeof(occupant->link_id), occupant->link_public,
		sizeof(occupant->link_public), occupant->has_link_sealed ? occupant->link_sealed : NULL,
		sizeof(occupant->link_sealed));
}

int store_occupant_revoke(struct store *store, int64_t id, int64_t at_ms)
{
	return sql_change(store, "UPDATE occupants SET revoked_ms = ?2 WHERE id = ?1 AND revoked_ms IS NULL",
		"ii", id, at_ms);
}
