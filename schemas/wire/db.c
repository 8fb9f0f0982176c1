#include "schemas/wire/db.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUSY_MS                                                                                              \
	5000 /* longer than any transaction of ours: past it something hangs, and saying so is better */

#define CHUNK_BYTES (64 * 1024) /* of the WAL in hand at once */

int db_errno(int sqlite_code)
{
	switch (sqlite_code) { /* the few extended codes that say more than their primary one */
	case SQLITE_IOERR_NOMEM:
		return -ENOMEM;
	case SQLITE_CANTOPEN_ISDIR:
		return -EISDIR;
	default:
		break;
	}
	switch (sqlite_code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CONSTRAINT:
		return -EEXIST;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EUCLEAN;
	case SQLITE_CANTOPEN:
		return -ENOENT;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_TOOBIG:
		return -EFBIG;
	case SQLITE_INTERRUPT:
	case SQLITE_ABORT:
		return -EINTR;
	case SQLITE_ERROR:
	case SQLITE_MISUSE:
	case SQLITE_MISMATCH:
	case SQLITE_RANGE:
	case SQLITE_SCHEMA:
		return -EINVAL;
	default:
		return -EIO;
	}
}

int db_exec(sqlite3 *db, const char *sql)
{
	return db_errno(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

/* The integer that the first row of `sql` begins with; 0 when it has no row. */
static int read_int(sqlite3 *db, const char *sql, int64_t *value)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (code != SQLITE_OK)
		return db_errno(code);
	code = sqlite3_step(statement);
	*value = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
	sqlite3_finalize(statement);
	return db_errno(code);
}

static int write_pragma(sqlite3 *db, const char *pragma, int64_t value)
{
	char sql[80];

	snprintf(sql, sizeof(sql), "PRAGMA %s = %lld", pragma, (long long)value);
	return db_exec(db, sql);
}

/* Before anything is written: is this file ours, and not newer than we are? An empty database is ours. */
static int check_owner(sqlite3 *db, const struct db_schema *schema)
{
	int64_t application_id = 0, version = 0, objects = 0;
	int r = read_int(db, "PRAGMA application_id", &application_id);

	if (r == 0)
		r = read_int(db, "PRAGMA user_version", &version);
	if (r == 0)
		r = read_int(db, "SELECT count(*) FROM sqlite_schema", &objects);
	if (r == -EUCLEAN)
		return sqlite3_errcode(db) == SQLITE_NOTADB ? DB_FOREIGN : DB_CORRUPT;
	if (r == -EINVAL) /* the statements are right, so it is a file format that SQLite does not know */
		return application_id == schema->application_id ? DB_CORRUPT : DB_FOREIGN;
	if (r < 0)
		return r;

	if (application_id == 0 && version == 0 && objects == 0)
		return 0;
	if (application_id != schema->application_id)
		return DB_FOREIGN;
	return version < 0 || version > (int64_t)schema->count ? DB_TOO_NEW : 0;
}

/* WAL, so that readers never wait for the writer; FULL, because in WAL mode NORMAL may lose the newest
 * commits when power fails, and what we acknowledged must not be lost. */
static int set_up(sqlite3 *db)
{
	sqlite3_stmt *statement;
	const char *file = sqlite3_db_filename(db, "main");
	const char *wanted = file && *file ? "wal" : "memory";
	const char *mode;
	int code = sqlite3_prepare_v2(db, "PRAGMA journal_mode = WAL", -1, &statement, NULL);
	int r;

	if (code != SQLITE_OK)
		return db_errno(code);
	code = sqlite3_step(statement);
	mode = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
	r = mode && strcmp(mode, wanted) == 0 ? 0 : -EIO;
	/* The row comes before the change of a new database is written: only the end tells whether it was. */
	code = sqlite3_finalize(statement);
	if (code != SQLITE_OK)
		return db_errno(code);
	if (r < 0)
		return r;

	/* A database file is data, not code: what is written in its schema runs with no special rights. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return db_exec(db, "PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;");
}

/* Writes the bytes of the WAL over themselves and syncs them. 0 or an SQLite code. */
static int rewrite_wal(sqlite3 *db)
{
	sqlite3_file *wal = NULL;
	sqlite3_int64 size = 0;
	char *chunk;
	int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);

	if (code != SQLITE_OK || !wal || !wal->pMethods)
		return code;
	code = wal->pMethods->xFileSize(wal, &size);
	if (code != SQLITE_OK || size == 0)
		return code;
	chunk = malloc(CHUNK_BYTES);
	if (!chunk)
		return SQLITE_NOMEM;
	for (sqlite3_int64 at = 0; at < size && code == SQLITE_OK; at += CHUNK_BYTES) {
		int len = size - at < CHUNK_BYTES ? (int)(size - at) : CHUNK_BYTES;

		code = wal->pMethods->xRead(wal, chunk, len, at);
		if (code == SQLITE_OK)
			code = wal->pMethods->xWrite(wal, chunk, len, at);
	}
	free(chunk);
	return code == SQLITE_OK ? wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL) : code;
}

/* Makes durable what recovery found. A commit whose sync failed is not on the medium, but stays in the
 * kernel's cache, marked clean: should its process be killed, the next one's recovery takes it for committed
 * and appends to it, and after a power cut everything behind this hole is lost. Syncing again writes nothing,
 * so the bytes are written again; only then may they be folded into the database, of which a cut half way
 * would else leave a mixture. What cannot be written must not be built upon: that is an error. It needs no
 * room, so a full disk opens; an error that comes once does not hold a start up either.
 *
 * The write lock keeps the WAL as it is meanwhile; who holds it now, opened before us and did the same. For
 * the checkpoint nobody is waited for, and it may fail: the next start will do it. */
static int settle(sqlite3 *db)
{
	int r = db_exec(db, "BEGIN IMMEDIATE");
	int code;

	if (r < 0)
		return r == -EBUSY ? 0 : r;
	code = rewrite_wal(db);
	if (code != SQLITE_OK)
		code = rewrite_wal(db);
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		return db_errno(code);
	sqlite3_busy_timeout(db, 0);
	(void)sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(db, BUSY_MS);
	return 0;
}

/* Runs one migration inside of the transaction that db_open_step() began. */
static int run_migration(sqlite3 *db, const struct db_schema *schema, size_t number)
{
	int64_t orphans = 0;
	int r = db_exec(db, schema->migrations[number - 1]);

	if (r < 0)
		return r;
	if (sqlite3_get_autocommit(db))
		return -EINVAL; /* the migration ended our transaction */
	r = read_int(db, "SELECT count(*) FROM pragma_foreign_key_check", &orphans);
	if (r < 0)
		return r;
	if (orphans > 0)
		return -EINVAL;
	r = write_pragma(db, "application_id", schema->application_id);
	return r < 0 ? r : write_pragma(db, "user_version", (int64_t)number);
}

/* One step from the version the file has now: 0 with *is_newest, or the migration done and more to look at.
 */
static int migrate_step(sqlite3 *db, const struct db_schema *schema, int *is_newest)
{
	int64_t version = 0;
	int r = db_exec(db, "BEGIN IMMEDIATE");

	if (r < 0)
		return r;
	/* Read again under the lock: another process may have been faster. */
	r = check_owner(db, schema);
	if (r == 0)
		r = read_int(db, "PRAGMA user_version", &version);
	if (r == 0) {
		*is_newest = (size_t)version == schema->count;
		if (!*is_newest)
			r = run_migration(db, schema, (size_t)version + 1);
	}
	if (r == 0)
		r = db_exec(db, "COMMIT");
	if (r != 0 && !sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL); /* r already says what is wrong */
	return r;
}

/* Foreign keys are off while tables are rebuilt (a pragma that a transaction would ignore); run_migration()
 * checks them all before its commit. */
static int migrate(sqlite3 *db, const struct db_schema *schema)
{
	int is_newest = 0;
	int r = db_exec(db, "PRAGMA foreign_keys = OFF");

	while (r == 0 && !is_newest)
		r = migrate_step(db, schema, &is_newest);
	return r != 0 ? r : db_exec(db, "PRAGMA foreign_keys = ON");
}

/* SQLite reads a file whose header asks for a newer way of writing than it knows (byte 18: 1 or 2 is known),
 * and only reads it. We never write such a header: that is a flipped bit, not a disk that takes no writes. */
static bool is_header_damaged(sqlite3 *db)
{
	sqlite3_file *file = NULL;
	uint8_t write_version = 0;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
		!file->pMethods)
		return false;
	return file->pMethods->xRead(file, &write_version, 1, 18) == SQLITE_OK && write_version > 2;
}

int db_open(sqlite3 **out, const char *path, const char *vfs, const struct db_schema *schema)
{
	sqlite3 *db = NULL;
	/* One thread at a time uses a database of ours: the library's locks, a tenth of what a row costs,
	 * would guard against nothing. */
	int code = sqlite3_open_v2(path, &db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX,
		vfs);
	int r = db_errno(code);

	if (r < 0) {
		if (code == SQLITE_CANTOPEN && db && sqlite3_system_errno(db) > 0)
			r = -sqlite3_system_errno(db);
		goto fail;
	}
	sqlite3_busy_timeout(db, BUSY_MS);

	r = check_owner(db, schema);
	if (r != 0)
		goto fail;
	if (sqlite3_db_readonly(db, "main") == 1) {
		r = is_header_damaged(db) ? -EUCLEAN : -EROFS;
		goto fail;
	}
	r = set_up(db);
	if (r == 0)
		r = settle(db);
	if (r == 0)
		r = migrate(db, schema);
	if (r != 0)
		goto fail;

	*out = db;
	return 0;
fail:
	sqlite3_close(db);
	return r == -EUCLEAN ? DB_CORRUPT : r;
}

int db_check(sqlite3 *db)
{
	sqlite3_stmt *statement;
	const char *answer;
	int code = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL);
	int r;

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	r = db_errno(code);
	if (r == 0) {
		answer = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
		r = answer && strcmp(answer, "ok") == 0 ? 0 : DB_CORRUPT;
	}
	sqlite3_finalize(statement);
	return r == -EUCLEAN ? DB_CORRUPT : r;
}
