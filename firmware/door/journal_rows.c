#include "firmware/door/journal_rows.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/wire/db.h"

#define SUM_BYTES 16

/* clang-format off */
static const char *const statement_texts[ROWS_STATEMENTS] = {
	[ROWS_BEGIN] = "BEGIN IMMEDIATE",
	[ROWS_COMMIT] = "COMMIT",
	[ROWS_ROLLBACK] = "ROLLBACK",
	[ROWS_LOAD_MEMORY] =
		"SELECT board, log, head, acked, hash, dropped, floor_ms, failures, is_lockout_open, is_entry_open, sum"
		" FROM memory",
	[ROWS_SAVE_MEMORY] =
		"REPLACE INTO memory (one, board, log, head, acked, hash, dropped, floor_ms, failures, is_lockout_open,"
		" is_entry_open, sum) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
	[ROWS_ADD_EVENT] =
		"INSERT INTO event (seq, boot, mono_ms, wall_ms, bound_ms, trust, type, reason, n, grant_id, hash)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
	[ROWS_READ_EVENTS] =
		"SELECT seq, boot, mono_ms, wall_ms, bound_ms, trust, type, reason, n, grant_id, hash"
		" FROM event WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
	[ROWS_EDGES] = /* two subqueries, since min() and max() in one would read the whole table */
		"SELECT (SELECT min(seq) FROM event), (SELECT max(seq) FROM event)",
	[ROWS_DELETE_EVENTS] = "DELETE FROM event WHERE seq < ?1",
	[ROWS_LOAD_USED] =
		"SELECT grant_id, until_ms, sum FROM used ORDER BY until_ms DESC, grant_id LIMIT ?1",
	[ROWS_SAVE_USED] = "REPLACE INTO used (grant_id, until_ms, sum) VALUES (?1, ?2, ?3)",
	[ROWS_DELETE_USED] = "DELETE FROM used WHERE grant_id = ?1",
	[ROWS_LOAD_SNAPSHOT] = "SELECT sealed FROM snapshot",
	[ROWS_SAVE_SNAPSHOT] = "REPLACE INTO snapshot (one, epoch, rev, sealed) VALUES (1, ?1, ?2, ?3)",
};
/* clang-format on */

int rows_open(struct rows *rows, sqlite3 *db)
{
	*rows = (struct rows){ .db = db };
	for (int i = 0; i < ROWS_STATEMENTS; i++) {
		int r = sqlite3_prepare_v3(
			db, statement_texts[i], -1, SQLITE_PREPARE_PERSISTENT, &rows->statements[i], NULL);
		if (r == SQLITE_ERROR) /* a name is not what it was: no other schema has this number */
			return -EUCLEAN;
		if (r != SQLITE_OK)
			return db_errno(r);
	}
	return 0;
}

void rows_open_damaged(struct rows *rows, sqlite3 *db)
{
	*rows = (struct rows){ .db = db };
	for (int i = 0; i < ROWS_STATEMENTS; i++)
		(void)sqlite3_prepare_v3(
			db, statement_texts[i], -1, SQLITE_PREPARE_PERSISTENT, &rows->statements[i], NULL);
}

void rows_close(struct rows *rows)
{
	for (int i = 0; i < ROWS_STATEMENTS; i++)
		sqlite3_finalize(rows->statements[i]);
	sqlite3_close(rows->db);
	*rows = (struct rows){ 0 };
}

/* Ends a use of `statement` and passes its outcome on: `r` is what the last bind or step said. */
static int finish(sqlite3_stmt *statement, int r)
{
	if (!statement) /* of a damaged database */
		return -EUCLEAN;
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return r == SQLITE_DONE || r == SQLITE_ROW || r == SQLITE_OK ? 0 : db_errno(r);
}

int rows_run(struct rows *rows, enum rows_statement statement)
{
	return finish(rows->statements[statement], sqlite3_step(rows->statements[statement]));
}

static void put_u64(uint8_t out[8], uint64_t value)
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)(value >> (8 * i));
}

static void memory_sum(uint8_t sum[SUM_BYTES], const struct rows_memory *memory)
{
	const uint64_t numbers[] = { memory->log, memory->head, memory->acked, memory->dropped,
		(uint64_t)memory->floor_ms, memory->failures, memory->is_lockout_open,
		memory->is_entry_open };
	enum { COUNT = sizeof(numbers) / sizeof(numbers[0]) };
	uint8_t bytes[COUNT * 8 + WIRE_HASH_BYTES + sizeof(memory->board)] = { 0 };
	uint8_t *at = bytes;

	for (int i = 0; i < COUNT; i++, at += 8)
		put_u64(at, numbers[i]);
	memcpy(at, memory->hash, WIRE_HASH_BYTES);
	memcpy(at + WIRE_HASH_BYTES, memory->board, strlen(memory->board));
	crypto_generichash(sum, SUM_BYTES, bytes, sizeof(bytes), NULL, 0);
}

static bool has_blob(sqlite3_stmt *row, int column, const void *expected, size_t len)
{
	return sqlite3_column_bytes(row, column) == (int)len &&
	       memcmp(sqlite3_column_blob(row, column), expected, len) == 0;
}

/* Copies a text of at most size - 1 bytes without a zero inside. */
static bool take_text(char *out, size_t size, sqlite3_stmt *row, int column)
{
	const unsigned char *text = sqlite3_column_text(row, column);
	size_t len = (size_t)sqlite3_column_bytes(row, column);

	if (!text || len >= size || memchr(text, 0, len))
		return false;
	memcpy(out, text, len);
	memset(out + len, 0, size - len);
	return true;
}

static int take_memory(struct rows_memory *out, sqlite3_stmt *row)
{
	uint8_t sum[SUM_BYTES];

	*out = (struct rows_memory){
		.log = (uint64_t)sqlite3_column_int64(row, 1),
		.head = (uint64_t)sqlite3_column_int64(row, 2),
		.acked = (uint64_t)sqlite3_column_int64(row, 3),
		.dropped = (uint64_t)sqlite3_column_int64(row, 5),
		.floor_ms = sqlite3_column_int64(row, 6),
		.failures = (uint32_t)sqlite3_column_int64(row, 7),
		.is_lockout_open = sqlite3_column_int(row, 8) != 0,
		.is_entry_open = sqlite3_column_int(row, 9) != 0,
	};
	if (!take_text(out->board, sizeof(out->board), row, 0) ||
		sqlite3_column_bytes(row, 4) != WIRE_HASH_BYTES)
		return -EUCLEAN;
	memcpy(out->hash, sqlite3_column_blob(row, 4), WIRE_HASH_BYTES);
	memory_sum(sum, out);
	return has_blob(row, 10, sum, sizeof(sum)) ? 0 : -EUCLEAN;
}

int rows_load_memory(struct rows *rows, struct rows_memory *out)
{
	sqlite3_stmt *row = rows->statements[ROWS_LOAD_MEMORY];
	int r = sqlite3_step(row);
	int taken = -ENOENT;

	if (r == SQLITE_ROW)
		taken = take_memory(out, row);
	r = finish(row, r);
	return r < 0 ? r : taken;
}

int rows_save_memory(struct rows *rows, const struct rows_memory *memory)
{
	sqlite3_stmt *row = rows->statements[ROWS_SAVE_MEMORY];
	uint8_t sum[SUM_BYTES];

	memory_sum(sum, memory);
	sqlite3_bind_text(row, 1, memory->board, -1, SQLITE_STATIC);
	sqlite3_bind_int64(row, 2, (int64_t)memory->log);
	sqlite3_bind_int64(row, 3, (int64_t)memory->head);
	sqlite3_bind_int64(row, 4, (int64_t)memory->acked);
	sqlite3_bind_blob(row, 5, memory->hash, WIRE_HASH_BYTES, SQLITE_STATIC);
	sqlite3_bind_int64(row, 6, (int64_t)memory->dropped);
	sqlite3_bind_int64(row, 7, memory->floor_ms);
	sqlite3_bind_int64(row, 8, memory->failures);
	sqlite3_bind_int(row, 9, memory->is_lockout_open);
	sqlite3_bind_int(row, 10, memory->is_entry_open);
	sqlite3_bind_blob(row, 11, sum, sizeof(sum), SQLITE_STATIC);
	return finish(row, sqlite3_step(row));
}

int rows_add_event(struct rows *rows, const struct wire_event *event, const uint8_t *hash)
{
	sqlite3_stmt *row = rows->statements[ROWS_ADD_EVENT];

	sqlite3_bind_int64(row, 1, (int64_t)event->seq);
	sqlite3_bind_int64(row, 2, (int64_t)event->boot);
	sqlite3_bind_int64(row, 3, (int64_t)event->mono_ms);
	sqlite3_bind_int64(row, 4, event->wall_ms);
	sqlite3_bind_int64(row, 5, event->bound_ms);
	sqlite3_bind_int(row, 6, (int)event->trust);
	sqlite3_bind_int(row, 7, (int)event->type);
	sqlite3_bind_int(row, 8, (int)event->reason);
	sqlite3_bind_int64(row, 9, event->n);
	if (event->grant[0])
		sqlite3_bind_text(row, 10, event->grant, -1, SQLITE_STATIC);
	if (hash)
		sqlite3_bind_blob(row, 11, hash, WIRE_HASH_BYTES, SQLITE_STATIC);
	return finish(row, sqlite3_step(row));
}

static int take_event(struct wire_event *out, sqlite3_stmt *row)
{
	int64_t bound = sqlite3_column_int64(row, 4);
	int trust = sqlite3_column_int(row, 5);
	int type = sqlite3_column_int(row, 6);
	int reason = sqlite3_column_int(row, 7);

	if (bound < 0 || bound > UINT32_MAX || trust < WIRE_TRUST_TRUSTED || trust > WIRE_TRUST_FLOOR ||
		type < 1 || type >= WIRE_EVENT_TYPE_COUNT || reason < 0 || reason >= WIRE_REASON_COUNT)
		return -EUCLEAN;
	*out = (struct wire_event){
		.seq = (uint64_t)sqlite3_column_int64(row, 0),
		.boot = (uint64_t)sqlite3_column_int64(row, 1),
		.mono_ms = (uint64_t)sqlite3_column_int64(row, 2),
		.wall_ms = sqlite3_column_int64(row, 3),
		.bound_ms = (uint32_t)bound,
		.trust = (enum wire_trust)trust,
		.type = (enum wire_event_type)type,
		.reason = (enum wire_reason)reason,
		.n = sqlite3_column_int64(row, 8),
	};
	if (sqlite3_column_type(row, 9) == SQLITE_NULL)
		return 0;
	return take_text(out->grant, sizeof(out->grant), row, 9) ? 0 : -EUCLEAN;
}

int rows_read_events(struct rows *rows, uint64_t first, uint64_t limit,
	int (*each)(void *ctx, const struct wire_event *event, const uint8_t *hash), void *ctx)
{
	sqlite3_stmt *row = rows->statements[ROWS_READ_EVENTS];
	struct wire_event event;
	int answer = 0;
	int r;

	sqlite3_bind_int64(row, 1, (int64_t)first);
	sqlite3_bind_int64(row, 2, (int64_t)limit);
	while ((r = sqlite3_step(row)) == SQLITE_ROW) {
		const uint8_t *hash = sqlite3_column_blob(row, 10);

		answer = take_event(&event, row);
		if (answer == 0 && hash && sqlite3_column_bytes(row, 10) != WIRE_HASH_BYTES)
			answer = -EUCLEAN;
		if (answer == 0)
			answer = each(ctx, &event, hash);
		if (answer != 0)
			break;
	}
	r = finish(row, r);
	return answer ? answer : r;
}

int rows_edges(struct rows *rows, uint64_t *oldest, uint64_t *newest)
{
	sqlite3_stmt *row = rows->statements[ROWS_EDGES];
	int r = sqlite3_step(row);

	if (r == SQLITE_ROW) {
		*oldest = (uint64_t)sqlite3_column_int64(row, 0);
		*newest = (uint64_t)sqlite3_column_int64(row, 1);
	}
	return finish(row, r);
}

int rows_delete_events(struct rows *rows, uint64_t below)
{
	sqlite3_stmt *row = rows->statements[ROWS_DELETE_EVENTS];

	sqlite3_bind_int64(row, 1, (int64_t)below);
	return finish(row, sqlite3_step(row));
}

static void used_sum(uint8_t sum[SUM_BYTES], const struct board_used *used)
{
	uint8_t bytes[8 + sizeof(used->grant)] = { 0 };

	put_u64(bytes, (uint64_t)used->until_ms);
	memcpy(bytes + 8, used->grant, strlen(used->grant));
	crypto_generichash(sum, SUM_BYTES, bytes, sizeof(bytes), NULL, 0);
}

int rows_load_used(struct rows *rows, struct board_used *used, size_t max, size_t *count)
{
	sqlite3_stmt *row = rows->statements[ROWS_LOAD_USED];
	uint8_t sum[SUM_BYTES];
	bool is_damaged = false;
	int r;

	*count = 0;
	sqlite3_bind_int64(row, 1, (int64_t)max);
	while ((r = sqlite3_step(row)) == SQLITE_ROW && *count < max) {
		struct board_used *one = &used[*count];

		one->until_ms = sqlite3_column_int64(row, 1);
		is_damaged = !take_text(one->grant, sizeof(one->grant), row, 0);
		if (is_damaged)
			break;
		used_sum(sum, one);
		is_damaged = !has_blob(row, 2, sum, sizeof(sum));
		if (is_damaged)
			break;
		(*count)++;
	}
	r = finish(row, r);
	if (r < 0)
		return r;
	return is_damaged ? -EUCLEAN : 0;
}

int rows_save_used(struct rows *rows, const struct board_used *used)
{
	sqlite3_stmt *row = rows->statements[ROWS_SAVE_USED];
	uint8_t sum[SUM_BYTES];

	used_sum(sum, used);
	sqlite3_bind_text(row, 1, used->grant, -1, SQLITE_STATIC);
	sqlite3_bind_int64(row, 2, used->until_ms);
	sqlite3_bind_blob(row, 3, sum, sizeof(sum), SQLITE_STATIC);
	return finish(row, sqlite3_step(row));
}

int rows_delete_used(struct rows *rows, const char *grant)
{
	sqlite3_stmt *row = rows->statements[ROWS_DELETE_USED];

	sqlite3_bind_text(row, 1, grant, -1, SQLITE_STATIC);
	return finish(row, sqlite3_step(row));
}

int rows_load_snapshot(struct rows *rows, char **sealed, size_t *len)
{
	sqlite3_stmt *row = rows->statements[ROWS_LOAD_SNAPSHOT];
	int r = sqlite3_step(row);
	const void *blob;

	*sealed = NULL;
	*len = 0;
	if (r != SQLITE_ROW)
		return finish(row, r);
	blob = sqlite3_column_blob(row, 0);
	*len = (size_t)sqlite3_column_bytes(row, 0);
	if (blob && *len > 0) {
		*sealed = malloc(*len);
		if (*sealed)
			memcpy(*sealed, blob, *len);
		else
			r = SQLITE_NOMEM;
	}
	return finish(row, r);
}

int rows_save_snapshot(struct rows *rows, uint32_t epoch, uint64_t rev, const char *sealed, size_t len)
{
	sqlite3_stmt *row = rows->statements[ROWS_SAVE_SNAPSHOT];

	sqlite3_bind_int64(row, 1, epoch);
	sqlite3_bind_int64(row, 2, (int64_t)rev);
	sqlite3_bind_blob64(row, 3, sealed, len, SQLITE_STATIC);
	return finish(row, sqlite3_step(row));
}
