/* sql - statements, prepared once and kept; private to the store.
 * The letters of `format` say what follows: i an int64_t or uint64_t, d an int, unsigned or bool, t a text
 * (NULL: none), b a blob as pointer and size_t. SQL is a string literal: its address is the key. */
#ifndef RUMAH_GATEWAY_STORE_SQL_H
#define RUMAH_GATEWAY_STORE_SQL_H

#include <sqlite3.h>

#include "gateway/store/store.h"

/* Units that exclude ?1, itself included. FROM SQL_NEAR CROSS JOIN …: as the outer loop it is walked, and not
 * written into a temporary table first. */
#define SQL_NEAR                                                                                             \
	"(SELECT ancestor AS near FROM unit_paths WHERE descendant = ?1"                                     \
	" UNION ALL SELECT descendant FROM unit_paths WHERE ancestor = ?1 AND descendant <> ?1)"

#define SQL_STATEMENTS 512 /* slots, a power of two; far more than we have statements */

struct store {
	sqlite3 *db;
	bool is_open;
	struct sql_slot {
		const char *sql;
		sqlite3_stmt *statement;
	} slots[SQL_STATEMENTS];
};

/* Runs to the end, rows ignored. 0, STORE_TAKEN, STORE_TWIN, or -errno. */
int sql_run(struct store *store, const char *sql, const char *format, ...);
/* As sql_run(), and STORE_NONE when no row was changed. */
int sql_change(struct store *store, const char *sql, const char *format, ...);
/* Binds; rows come from sql_next(). Bound texts and blobs must live until the walk's end. */
int sql_query(struct store *store, sqlite3_stmt **out, const char *sql, const char *format, ...);
/* 0: a row. STORE_NONE: no more, and the statement is at rest. -errno: at rest, too. */
int sql_next(struct store *store, sqlite3_stmt *statement);
/* Ends a walk early. */
void sql_rest(sqlite3_stmt *statement);
/* The first column of the first row: 0, STORE_NONE (also for NULL), or -errno. */
int sql_integer(struct store *store, int64_t *value, const char *sql, const char *format, ...);

int64_t sql_i(sqlite3_stmt *statement, int column);
int sql_d(sqlite3_stmt *statement, int column);
const char *sql_t(sqlite3_stmt *statement, int column); /* NULL for NULL */
/* Copies, cut to size - 1; "" for NULL. */
void sql_text(char *out, size_t size, sqlite3_stmt *statement, int column);
/* Copies exactly `len` bytes; zeros when the blob has another length. */
void sql_blob(void *out, size_t len, sqlite3_stmt *statement, int column);

#endif
