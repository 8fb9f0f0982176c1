/* store_boards - boards, which units they serve, and their snapshots; see store.h */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/store/sql.h"

#define REVISIONS_KEPT 1000 /* a board that names an older snapshot gets the newest anyway */

int store_board_add(struct store *store, const struct store_board *board)
{
	return sql_run(store,
		"INSERT INTO boards (id, name, sign_public, agree_public, added_ms, mode, mode_until_ms, "
		"epoch,"
		" rev, confirmed_rev) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
		"ttbbitidii", board->id, board->name, board->sign_public, sizeof(board->sign_public),
		board->agree_public, sizeof(board->agree_public), board->added_ms,
		wire_mode_word(board->mode), board->mode_until_ms, board->epoch, board->rev,
		board->confirmed_rev);
}

static int board_from_row(sqlite3_stmt *st, struct store_board *out)
{
	const char *mode = sql_t(st, 5);

	sql_text(out->id, sizeof(out->id), st, 0);
	sql_text(out->name, sizeof(out->name), st, 1);
	sql_blob(out->sign_public, sizeof(out->sign_public), st, 2);
	sql_blob(out->agree_public, sizeof(out->agree_public), st, 3);
	out->added_ms = sql_i(st, 4);
	out->mode_until_ms = sql_i(st, 6);
	out->epoch = (uint32_t)sql_i(st, 7);
	out->rev = (uint64_t)sql_i(st, 8);
	out->confirmed_rev = (uint64_t)sql_i(st, 9);
	sql_blob(out->digest, sizeof(out->digest), st, 10);
	return mode && wire_mode_read(&out->mode, mode) == 0 ? 0 : -EUCLEAN;
}

int store_board_each(struct store *store, int (*row)(void *ctx, const struct store_board *board), void *ctx)
{
	struct store_board board;
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT id, name, sign_public, agree_public, added_ms, mode, mode_until_ms, boards.epoch,"
		" boards.rev, confirmed_rev, digest FROM boards LEFT JOIN snapshots ON board = id ORDER BY "
		"id",
		"");

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		r = board_from_row(st, &board);
		if (r == 0)
			r = row(ctx, &board);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_board_set_mode(struct store *store, const char *board, enum wire_mode mode, int64_t until_ms)
{
	return sql_change(store, "UPDATE boards SET mode = ?2, mode_until_ms = ?3 WHERE id = ?1", "tti",
		board, wire_mode_word(mode), until_ms);
}

int store_board_confirm(struct store *store, const char *board, uint64_t rev)
{
	return sql_change(store, "UPDATE boards SET confirmed_rev = ?2 WHERE id = ?1", "ti", board, rev);
}

int store_unit_door_add(struct store *store, const char *unit, const char *board)
{
	return sql_run(store, "INSERT INTO unit_doors (unit, board) VALUES (?1, ?2)", "tt", unit, board);
}

/* Hands the first column of each row to `row`. */
static int each_text(
	struct store *store, sqlite3_stmt *st, int r, int (*row)(void *ctx, const char *text), void *ctx)
{
	while (r == 0 && (r = sql_next(store, st)) == 0) {
		r = row(ctx, sql_t(st, 0));
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_unit_door_each(
	struct store *store, const char *unit, int (*row)(void *ctx, const char *board), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT DISTINCT board FROM " SQL_NEAR " CROSS JOIN unit_doors ON unit = near ORDER BY board",
		"t", unit);

	return each_text(store, st, r, row, ctx);
}

int store_board_unit_each(
	struct store *store, const char *board, int (*row)(void *ctx, const char *unit), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(
		store, &st, "SELECT unit FROM unit_doors WHERE board = ?1 ORDER BY unit", "t", board);

	return each_text(store, st, r, row, ctx);
}

int store_snapshot_write(struct store *store, const char *board, uint32_t epoch, uint64_t rev, int64_t at_ms,
	const uint8_t digest[WIRE_DIGEST_BYTES], const char *msg, size_t len)
{
	int r = sql_change(
		store, "UPDATE boards SET epoch = ?2, rev = ?3 WHERE id = ?1", "tdi", board, epoch, rev);

	if (r == 0)
		r = sql_run(store,
			"INSERT INTO snapshots (board, epoch, rev, at_ms, digest, message)"
			" VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (board) DO UPDATE"
			" SET epoch = ?2, rev = ?3, at_ms = ?4, digest = ?5, message = ?6",
			"tdiibb", board, epoch, rev, at_ms, digest, (size_t)WIRE_DIGEST_BYTES, msg, len);
	if (r == 0)
		r = sql_run(store,
			"INSERT INTO revisions (board, epoch, rev, digest) VALUES (?1, ?2, ?3, ?4)", "tdib",
			board, epoch, rev, digest, (size_t)WIRE_DIGEST_BYTES);
	if (r == 0)
		r = sql_run(store,
			"DELETE FROM revisions WHERE board = ?1 AND (epoch < ?2 OR (epoch = ?2 AND rev <= "
			"?3))",
			"tdi", board, epoch, (int64_t)rev - REVISIONS_KEPT);
	return r;
}

int store_snapshot_read(struct store *store, const char *board, char **msg, size_t *len)
{
	sqlite3_stmt *st;
	const void *bytes;
	int r = sql_query(store, &st, "SELECT message FROM snapshots WHERE board = ?1", "t", board);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	bytes = sqlite3_column_blob(st, 0);
	*len = (size_t)sqlite3_column_bytes(st, 0);
	*msg = malloc(*len + 1);
	if (!*msg || !bytes) {
		free(*msg);
		sql_rest(st);
		return -ENOMEM;
	}
	memcpy(*msg, bytes, *len);
	(*msg)[*len] = '\0';
	sql_rest(st);
	return 0;
}

int store_snapshot_at(struct store *store, const char *board, int64_t *at_ms)
{
	return sql_integer(store, at_ms, "SELECT at_ms FROM snapshots WHERE board = ?1", "t", board);
}

int store_revision_digest(struct store *store, const char *board, uint32_t epoch, uint64_t rev,
	uint8_t digest[WIRE_DIGEST_BYTES])
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT digest FROM revisions WHERE board = ?1 AND epoch = ?2 AND rev = ?3", "tdi", board,
		epoch, rev);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	sql_blob(digest, WIRE_DIGEST_BYTES, st, 0);
	sql_rest(st);
	return 0;
}
