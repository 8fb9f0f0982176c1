/* store_cards - the card of standing access; see store.h */
#include "gateway/store/sql.h"

int store_card_add(
	struct store *store, const char *grant, const uint8_t locked[STORE_CARD_BYTES], int64_t made_ms)
{
	return sql_run(store, "INSERT INTO cards (grant_id, locked, made_ms) VALUES (?1, ?2, ?3)", "tbi",
		grant, locked, (size_t)STORE_CARD_BYTES, made_ms);
}

int store_card_read(struct store *store, const char *grant, uint8_t locked[STORE_CARD_BYTES])
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st, "SELECT locked FROM cards WHERE grant_id = ?1", "t", grant);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	sql_blob(locked, STORE_CARD_BYTES, st, 0);
	sql_rest(st);
	return 0;
}

int store_card_remove(struct store *store, const char *grant)
{
	int r = sql_change(store, "DELETE FROM cards WHERE grant_id = ?1", "t", grant);

	if (r == 0)
		r = sql_run(store,
			"DELETE FROM tags WHERE grant_id = ?1 AND EXISTS (SELECT 1 FROM grant_doors AS door"
			" WHERE door.grant_id = ?1 AND door.board = tags.board AND card_tag = tags.tag)",
			"t", grant);
	if (r == 0)
		r = sql_run(store, "UPDATE grant_doors SET card_tag = NULL WHERE grant_id = ?1", "t", grant);
	return r;
}

int store_grant_door_card(struct store *store, const char *grant, const char *board,
	const uint8_t tag[WIRE_TAG_BYTES], uint64_t rev)
{
	return sql_change(store,
		"UPDATE grant_doors SET card_tag = ?3, rev = ?4 WHERE board = ?1 AND grant_id = ?2", "ttbi",
		board, grant, tag, (size_t)WIRE_TAG_BYTES, rev);
}
