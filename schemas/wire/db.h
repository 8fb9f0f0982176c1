/* db - opening and migrating an SQLite database, the same way on board and gateway.
 * WAL, synchronous=FULL, foreign keys on, a busy timeout, user_version as the schema's number. Migrations are
 * the numbered files of schemas/sql/{board,gateway}/, embedded at build time, each run in one transaction
 * with its user_version. */
#ifndef RUMAH_WIRE_DB_H
#define RUMAH_WIRE_DB_H

#include <sqlite3.h>
#include <stddef.h>

struct db_schema {
	const char *name;              /* "board", "gateway" */
	int application_id;            /* PRAGMA application_id: another program's database is refused */
	size_t count;                  /* newest number; migrations[0] is 001 */
	const char *const *migrations; /* SQL text */
};
extern const struct db_schema db_schema_board, db_schema_gateway;

enum db_answer {
	DB_TOO_NEW = 1, /* made by a newer program: refused, never guessed */
	DB_FOREIGN = 2, /* not a database of ours, or not of this schema */
	DB_CORRUPT = 3, /* quick_check found damage */
};

/* One thread at a time uses the database, which need not always be the same one.
 *
 * Opens (creating) `path` on `vfs` (NULL: the default), and brings it up to `schema`. The caller owns *out
 * and closes it with sqlite3_close(). Returns 0, a db_answer, or -errno (-EIO, -ENOSPC, -EROFS, -ENOMEM …)
 * with *out untouched. Does not run quick_check: db_check() does, for callers that can afford it.
 *
 * What is in the write-ahead log is written to the medium once more and folded into the database before
 * anything else: a commit that failed in the life before may be seen and yet not be durable, and must not be
 * built upon. That needs no room: a full disk opens. It costs reading and writing that log
 * and its pages, as any checkpoint does: it has at most the checkpoint's limit (4 MiB, the journal's 1 MiB)
 * or one transaction, and takes 7 ms a MiB on a solid-state disk, up to a second on a slow card. */
int db_open(sqlite3 **out, const char *path, const char *vfs, const struct db_schema *schema);

/* 0, DB_CORRUPT, or -errno. Reads the whole database. */
int db_check(sqlite3 *db);

/* Runs statements that return nothing. 0 or -errno. */
int db_exec(sqlite3 *db, const char *sql);

/* The errno that an SQLite result code amounts to, negative: SQLITE_FULL → -ENOSPC, SQLITE_CONSTRAINT →
 * -EEXIST … */
int db_errno(int sqlite_code);

#endif
