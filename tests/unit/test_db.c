#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "schemas/wire/db.h"

#define FIRST                                                                                                \
	"CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT; INSERT INTO rooms "  \
	"VALUES (1, 'a');"
#define SECOND                                                                                               \
	"CREATE TABLE doors (id INTEGER PRIMARY KEY, room INTEGER NOT NULL REFERENCES rooms (id)) STRICT;"   \
	"INSERT INTO doors VALUES (1, 1);"

static const char *const one[] = { FIRST };
static const char *const two[] = { FIRST, SECOND };
static const char *const broken[] = { FIRST, SECOND "INSERT INTO nowhere VALUES (1);" };
static const char *const orphan[] = { FIRST, SECOND "INSERT INTO doors VALUES (2, 99);" };
static const char *const commits[] = { FIRST, SECOND "COMMIT;" };

#define SCHEMA(list)                                                                                         \
	{                                                                                                    \
		"test", 0x1234, sizeof(list) / sizeof((list)[0]), list                                       \
	}
static const struct db_schema schema_one = SCHEMA(one), schema_two = SCHEMA(two),
			      schema_broken = SCHEMA(broken), schema_orphan = SCHEMA(orphan),
			      schema_commits = SCHEMA(commits);
static const struct db_schema schema_empty = { "test", 0x1234, 0, NULL },
			      schema_other = { "other", 0x4321, 1, one };

static char folder[64], path[96];

/* SQLite's own allocator, the fail_at-th of whose answers is NULL, and all after it. */
static sqlite3_mem_methods memory;
static unsigned allocations, fail_at;

static bool is_memory_out(void)
{
	return fail_at > 0 && ++allocations >= fail_at;
}

static void *failing_malloc(int size)
{
	return is_memory_out() ? NULL : memory.xMalloc(size);
}

static void *failing_realloc(void *old, int size)
{
	return is_memory_out() ? NULL : memory.xRealloc(old, size);
}

static int use_failing_memory(void)
{
	sqlite3_mem_methods failing;

	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory) != SQLITE_OK)
		return -1;
	failing = memory;
	failing.xMalloc = failing_malloc;
	failing.xRealloc = failing_realloc;
	return sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) == SQLITE_OK ? 0 : -1;
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/rumah-test-db-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/test.db", folder);
	return 0;
}

static int remove_folder(void **state)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };

	(void)state;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char name[128];

		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
	return rmdir(folder);
}

static sqlite3 *open_with(const struct db_schema *schema)
{
	sqlite3 *db = NULL;

	assert_int_equal(db_open(&db, path, NULL, schema), 0);
	assert_non_null(db);
	return db;
}

static void assert_refused(const struct db_schema *schema, int expected)
{
	sqlite3 *db = (sqlite3 *)&path; /* anything: it has to stay */

	assert_int_equal(db_open(&db, path, NULL, schema), expected);
	assert_ptr_equal(db, &path);
}

/* The first column of the first row, as text; "" for none. */
static const char *ask(sqlite3 *db, const char *sql)
{
	static char answer[128];
	sqlite3_stmt *statement;

	answer[0] = '\0';
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	if (sqlite3_step(statement) == SQLITE_ROW)
		snprintf(answer, sizeof(answer), "%s", (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	return answer;
}

static size_t read_file(char *to, size_t size)
{
	FILE *file = fopen(path, "rb");
	size_t len;

	assert_non_null(file);
	len = fread(to, 1, size, file);
	fclose(file);
	return len;
}

static void write_file(const char *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

static void test_what_is_promised_is_set(void **state)
{
	static const struct {
		const char *sql, *answer;
	} rows[] = {
		{ "PRAGMA journal_mode", "wal" },
		{ "PRAGMA synchronous", "2" },
		{ "PRAGMA foreign_keys", "1" },
		{ "PRAGMA trusted_schema", "0" },
		{ "PRAGMA busy_timeout", "5000" },
		{ "PRAGMA user_version", "2" },
		{ "PRAGMA application_id", "4660" },
		{ "SELECT count(*) FROM doors", "1" },
	};
	sqlite3 *db = open_with(&schema_two);

	(void)state;
	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (strcmp(ask(db, rows[i].sql), rows[i].answer) != 0)
				fail_msg("%s: %s", rows[i].sql, ask(db, rows[i].sql));
		assert_int_equal(sqlite3_close(db), SQLITE_OK);
		db = open_with(&schema_two);
	}
	assert_int_equal(db_exec(db, "INSERT INTO doors VALUES (7, 99)"), -EEXIST); /* foreign keys do hold */
	sqlite3_close(db);
}

static void test_an_older_database_is_brought_up_with_its_rows(void **state)
{
	sqlite3 *db = open_with(&schema_empty);

	(void)state;
	sqlite3_close(db);
	db = open_with(&schema_one);
	assert_int_equal(db_exec(db, "INSERT INTO rooms VALUES (2, 'b')"), 0);
	sqlite3_close(db);
	db = open_with(&schema_two);
	assert_string_equal(ask(db, "SELECT count(*) FROM rooms"), "2");
	assert_string_equal(ask(db, "PRAGMA user_version"), "2");
	sqlite3_close(db);
}

static void test_a_newer_database_is_refused_and_left_alone(void **state)
{
	static char before[1 << 16], after[1 << 16];
	size_t len;

	(void)state;
	sqlite3_close(open_with(&schema_two));
	len = read_file(before, sizeof(before));
	assert_refused(&schema_one, DB_TOO_NEW);
	assert_refused(&schema_empty, DB_TOO_NEW);
	assert_int_equal(read_file(after, sizeof(after)), len);
	assert_memory_equal(before, after, len);
	sqlite3_close(open_with(&schema_two));
}

static void test_anothers_database_is_refused_and_left_alone(void **state)
{
	static char before[1 << 16], after[1 << 16];
	sqlite3 *db;
	size_t len;

	(void)state;
	sqlite3_close(open_with(&schema_two));
	assert_refused(&schema_other, DB_FOREIGN);
	unlink(path);

	/* Tables of somebody who set no application_id. */
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(db_exec(db, "CREATE TABLE theirs (x)"), 0);
	sqlite3_close(db);
	len = read_file(before, sizeof(before));
	assert_refused(&schema_two, DB_FOREIGN);
	assert_int_equal(read_file(after, sizeof(after)), len);
	assert_memory_equal(before, after, len);
}

static void test_what_is_no_database_is_refused(void **state)
{
	static char text[4096];

	(void)state;
	memset(text, 'x', sizeof(text));
	write_file(text, sizeof(text));
	assert_refused(&schema_two, DB_FOREIGN);
}

static void test_a_negative_version_is_not_guessed_at(void **state)
{
	sqlite3 *db = open_with(&schema_two);

	(void)state;
	assert_int_equal(db_exec(db, "PRAGMA user_version = -1"), 0);
	sqlite3_close(db);
	assert_refused(&schema_two, DB_TOO_NEW);
}

static void test_a_migration_that_fails_leaves_the_old_version_whole(void **state)
{
	static const struct {
		const char *name;
		const struct db_schema *schema;
	} rows[] = {
		{ "a statement fails halfway", &schema_broken },
		{ "a row refers to nothing", &schema_orphan },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		sqlite3 *db = open_with(&schema_one);

		sqlite3_close(db);
		assert_refused(rows[i].schema, -EINVAL);
		db = open_with(&schema_one);
		assert_string_equal(ask(db, "PRAGMA user_version"), "1");
		assert_string_equal(ask(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'doors'"), "0");
		sqlite3_close(db);
	}
}

static void test_a_migration_may_not_end_the_transaction(void **state)
{
	(void)state;
	assert_refused(&schema_commits, -EINVAL);
}

static void test_paths_that_cannot_be_opened(void **state)
{
	sqlite3 *db = NULL;

	(void)state;
	assert_int_equal(db_open(&db, "/nowhere/at/all.db", NULL, &schema_one), -ENOENT);
	assert_true(db_open(&db, folder, NULL, &schema_one) < 0);
	assert_true(db_open(&db, path, "no such vfs", &schema_one) < 0);
	assert_null(db);
}

static void test_memory_will_do_for_tests(void **state)
{
	sqlite3 *db = NULL;

	(void)state;
	assert_int_equal(db_open(&db, ":memory:", NULL, &schema_two), 0);
	assert_string_equal(ask(db, "SELECT count(*) FROM doors"), "1");
	sqlite3_close(db);
}

static void test_damage_is_found(void **state)
{
	static char bytes[1 << 17];
	sqlite3 *db = open_with(&schema_two);
	size_t len;
	int r;

	(void)state;
	assert_int_equal(
		db_exec(db, "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
			    "INSERT INTO rooms SELECT i, 'room ' || i FROM n"),
		0);
	assert_int_equal(db_check(db), 0);
	sqlite3_close(db);
	len = read_file(bytes, sizeof(bytes));
	assert_true(len > 8 * 4096);
	memset(bytes + 6 * 4096, 0xee, 4096);
	write_file(bytes, len);

	r = db_open(&db, path, NULL, &schema_two);
	assert_int_equal(r, 0); /* opening does not read everything */
	assert_int_equal(db_check(db), DB_CORRUPT);
	sqlite3_close(db);
}

static void test_a_header_from_the_future_is_damage_and_no_readonly_disk(void **state)
{
	static char bytes[1 << 17];
	sqlite3 *db = open_with(&schema_two);
	size_t len;

	(void)state;
	sqlite3_close(db);
	len = read_file(bytes, sizeof(bytes));
	assert_int_equal(bytes[18], 2);
	bytes[18] ^= 0x10;
	write_file(bytes, len);
	assert_int_equal(db_open(&db, path, NULL, &schema_two), DB_CORRUPT);
}

static void test_a_full_disk_is_said(void **state)
{
	sqlite3 *db = open_with(&schema_one);

	(void)state;
	ask(db, "PRAGMA max_page_count = 1");
	assert_int_equal(db_exec(db, "CREATE TABLE large AS SELECT zeroblob(1000000) AS x"), -ENOSPC);
	sqlite3_close(db);
}

/* However far opening gets before memory is gone, it says so, keeps nothing, and harms nothing. */
static void test_every_allocation_that_fails_is_said(void **state)
{
	sqlite3 *db = NULL;
	unsigned step = 1;
	int r = -ENOMEM;

	(void)state;
	for (unsigned n = 1; r != 0; n += step) {
		fail_at = n;
		allocations = 0;
		r = db_open(&db, path, NULL, &schema_two);
		fail_at = 0;
		if (r != 0 && r != -ENOMEM)
			fail_msg("allocation %u: %d", n, r);
		if (n > 100)
			step = 13; /* hundreds of them are much alike */
	}
	assert_string_equal(ask(db, "PRAGMA user_version"), "2");
	assert_int_equal(db_check(db), 0);
	fail_at = 1;
	allocations = 0;
	assert_int_equal(db_check(db), -ENOMEM);
	fail_at = 0;
	sqlite3_close(db);
}

static void test_codes_of_sqlite_as_errno(void **state)
{
	static const struct {
		int code, expected;
	} rows[] = {
		{ SQLITE_OK, 0 },
		{ SQLITE_ROW, 0 },
		{ SQLITE_DONE, 0 },
		{ SQLITE_FULL, -ENOSPC },
		{ SQLITE_NOMEM, -ENOMEM },
		{ SQLITE_IOERR_NOMEM, -ENOMEM },
		{ SQLITE_IOERR_WRITE, -EIO },
		{ SQLITE_IOERR_FSYNC, -EIO },
		{ SQLITE_READONLY_DBMOVED, -EROFS },
		{ SQLITE_BUSY_SNAPSHOT, -EBUSY },
		{ SQLITE_LOCKED, -EBUSY },
		{ SQLITE_CONSTRAINT_UNIQUE, -EEXIST },
		{ SQLITE_CONSTRAINT_TRIGGER, -EEXIST },
		{ SQLITE_CORRUPT_INDEX, -EUCLEAN },
		{ SQLITE_NOTADB, -EUCLEAN },
		{ SQLITE_CANTOPEN, -ENOENT },
		{ SQLITE_CANTOPEN_ISDIR, -EISDIR },
		{ SQLITE_AUTH, -EACCES },
		{ SQLITE_TOOBIG, -EFBIG },
		{ SQLITE_INTERRUPT, -EINTR },
		{ SQLITE_MISUSE, -EINVAL },
		{ SQLITE_PROTOCOL, -EIO },
		{ SQLITE_INTERNAL, -EIO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (db_errno(rows[i].code) != rows[i].expected)
			fail_msg("%s: %d", sqlite3_errstr(rows[i].code), db_errno(rows[i].code));
}

/* The migrations that ship, whatever they are: they run, twice over, and leave a sound database. */
static void test_our_own_migrations_run(void **state)
{
	const struct db_schema *const schemas[] = { &db_schema_board, &db_schema_gateway };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (int again = 0; again < 2; again++) {
			char version[16];
			sqlite3 *db = open_with(schemas[i]);

			snprintf(version, sizeof(version), "%zu", schemas[i]->count);
			assert_string_equal(ask(db, "PRAGMA user_version"), version);
			assert_int_equal(db_check(db), 0);
			sqlite3_close(db);
		}
		if (schemas[i]->count > 0)
			assert_refused(schemas[1 - i], DB_FOREIGN);
		unlink(path);
	}
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(test_what_is_promised_is_set),
		EACH(test_an_older_database_is_brought_up_with_its_rows),
		EACH(test_a_newer_database_is_refused_and_left_alone),
		EACH(test_anothers_database_is_refused_and_left_alone),
		EACH(test_what_is_no_database_is_refused),
		EACH(test_a_negative_version_is_not_guessed_at),
		EACH(test_a_migration_that_fails_leaves_the_old_version_whole),
		EACH(test_a_migration_may_not_end_the_transaction),
		EACH(test_paths_that_cannot_be_opened),
		EACH(test_memory_will_do_for_tests),
		EACH(test_damage_is_found),
		EACH(test_a_header_from_the_future_is_damage_and_no_readonly_disk),
		EACH(test_a_full_disk_is_said),
		EACH(test_our_own_migrations_run),
		EACH(test_every_allocation_that_fails_is_said),
		cmocka_unit_test(test_codes_of_sqlite_as_errno),
	};

	return use_failing_memory() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
