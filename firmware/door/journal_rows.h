/* journal_rows - the journal's tables as structs; private to journal*.c. What is read from disk is checked
 * like any other input: a value out of its bounds is -EUCLEAN. Statements are prepared once. */
#ifndef RUMAH_DOOR_JOURNAL_ROWS_H
#define RUMAH_DOOR_JOURNAL_ROWS_H

#include <sqlite3.h>

#include "firmware/door/batch.h"

#define ROWS_ANCHOR_EVERY 64 /* events between two stored chain hashes */

enum rows_statement {
	ROWS_BEGIN,
	ROWS_COMMIT,
	ROWS_ROLLBACK,
	ROWS_LOAD_MEMORY,
	ROWS_SAVE_MEMORY,
	ROWS_ADD_EVENT,
	ROWS_READ_EVENTS,
	ROWS_EDGES,
	ROWS_DELETE_EVENTS,
	ROWS_LOAD_USED,
	ROWS_SAVE_USED,
	ROWS_DELETE_USED,
	ROWS_LOAD_SNAPSHOT,
	ROWS_SAVE_SNAPSHOT,
	ROWS_STATEMENTS
};

struct rows {
	sqlite3 *db; /* owned */
	sqlite3_stmt *statements[ROWS_STATEMENTS];
};

struct rows_memory { /* the row of table memory */
	char board[WIRE_NAME_MAX + 1];
	uint64_t log, head, acked, dropped;
	uint8_t hash[WIRE_HASH_BYTES];
	int64_t floor_ms;
	uint32_t failures;
	bool is_lockout_open, is_entry_open;
};

int rows_open(struct rows *rows, sqlite3 *db); /* takes db also when it fails. 0 or -errno */
/* The same of a damaged database: statements that cannot be had fail when they are used. */
void rows_open_damaged(struct rows *rows, sqlite3 *db);
void rows_close(struct rows *rows); /* copes with a zeroed struct */

int rows_run(struct rows *rows, enum rows_statement statement); /* one that takes and returns nothing */

int rows_load_memory(struct rows *rows, struct rows_memory *out); /* 0, -ENOENT, -EUCLEAN, other -errno */
int rows_save_memory(struct rows *rows, const struct rows_memory *memory);

/* hash: the chain's at this event, or NULL where it is not kept. */
int rows_add_event(struct rows *rows, const struct wire_event *event, const uint8_t *hash);
/* Calls `each` for the events from `first`, at most `limit`; hash is NULL where it is not kept. Stops at the
 * first answer of `each` that is not 0 and returns it. 0 or -errno. */
int rows_read_events(struct rows *rows, uint64_t first, uint64_t limit,
	int (*each)(void *ctx, const struct wire_event *event, const uint8_t *hash), void *ctx);
/* Oldest and newest event kept, 0 and 0 when there is none. */
int rows_edges(struct rows *rows, uint64_t *oldest, uint64_t *newest);
int rows_delete_events(struct rows *rows, uint64_t below);

int rows_load_used(struct rows *rows, struct board_used *used, size_t max, size_t *count);
int rows_save_used(struct rows *rows, const struct board_used *used);
int rows_delete_used(struct rows *rows, const char *grant);

/* *sealed is the caller's to free; NULL when there is none. */
int rows_load_snapshot(struct rows *rows, char **sealed, size_t *len);
int rows_save_snapshot(struct rows *rows, uint32_t epoch, uint64_t rev, const char *sealed, size_t len);

#endif
