/* F01, F03: power is cut while opening and migrating our real databases, and once more while
 * the next start recovers. The start after that finds a sound database at the newest schema. */
#include "schemas/wire/db.h"
#include "tests/sim/crash_vfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* Opens and closes on a disk whose power may go. Returns whether it did. */
static bool start_and_stop(struct crash_disk *disk, const struct db_schema *schema)
{
	sqlite3 *db = NULL;
	int r = db_open(&db, "data.db", crash_disk_vfs(disk), schema);
	bool was_cut;

	if (r == 0)
		sqlite3_close(db);
	was_cut = crash_disk_is_off(disk);
	if (r != 0 && !was_cut)
		fail_msg("%s: db_open() answers %d with the power on", schema->name, r);
	assert_int_equal(crash_disk_power_on(disk), 0);
	crash_disk_cut_at(disk, 0, CRASH_KEEP_ALL);
	return was_cut;
}

static bool survives_two_cuts(const struct db_schema *schema, uint64_t n, enum crash_mode mode)
{
	struct crash_disk *disk;
	sqlite3 *db = NULL;
	bool was_cut;

	assert_int_equal(crash_disk_new(&disk, "machine", n * CRASH_MODES + mode), 0);
	crash_disk_seed_sqlite(disk);
	crash_disk_cut_at(disk, n, mode);
	was_cut = start_and_stop(disk, schema);
	crash_disk_cut_at(disk, 1 + n % 17, (mode + 1) % CRASH_MODES);
	start_and_stop(disk, schema);

	assert_int_equal(db_open(&db, "data.db", crash_disk_vfs(disk), schema), 0);
	assert_int_equal(db_check(db), 0);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	crash_disk_free(disk);
	return was_cut;
}

static void sweep(const struct db_schema *schema, uint64_t stride)
{
	uint64_t n = 1;

	for (uint64_t i = 0; survives_two_cuts(schema, n, i % CRASH_MODES); i++)
		n += i % CRASH_MODES == CRASH_MODES - 1 ? stride : 0;
	print_message("%s: %llu operations to its schema\n", schema->name, (unsigned long long)n);
}

static void test_board_is_made_in_spite_of_power_cuts(void **state)
{
	(void)state;
	sweep(&db_schema_board, 1);
}

static void test_gateway_is_made_in_spite_of_power_cuts(void **state)
{
	(void)state;
	/* Its migrations are many and slow to make: a stride of 11 meets each of them in other places. */
	sweep(&db_schema_gateway, 11);
}

/* Commits the numbers from *next up to `last` as long as that works. Returns how many there were. */
static int64_t commit_numbers(sqlite3 *db, int64_t next, int64_t last)
{
	int64_t n_committed = 0;
	char sql[200];

	/* Two tables, so that one commit is several pages. */
	for (; next <= last; next++, n_committed++) {
		snprintf(sql, sizeof(sql),
			"BEGIN IMMEDIATE; INSERT INTO used VALUES ('%03lld', 0, zeroblob(16));"
			"REPLACE INTO snapshot VALUES (1, 1, %lld, zeroblob(9000)); COMMIT;",
			(long long)next, (long long)next);
		if (db_exec(db, sql) != 0)
			break;
	}
	return n_committed;
}

static int64_t count(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;
	int64_t answer;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	answer = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return answer;
}

static sqlite3 *open_board(struct crash_disk *disk)
{
	sqlite3 *db = NULL;

	crash_disk_power_on(disk);
	if (db_open(&db, "data.db", crash_disk_vfs(disk), &db_schema_board) != 0)
		return NULL;
	return db;
}

/* The n-th sync fails, the process is killed, and the next one starts, whose `cut`-th operation is its last.
 * Then another start, more commits, a power cut. Returns false when there was no n-th sync; *was_cut tells
 * of the cut. */
static bool survives_a_failed_sync(uint64_t n, uint64_t cut, enum crash_mode mode, bool *was_cut)
{
	struct crash_disk *disk;
	int64_t committed;
	bool came;
	sqlite3 *db;

	assert_int_equal(crash_disk_new(&disk, "machine", n * 1000 + cut), 0);
	crash_disk_seed_sqlite(disk);
	db = open_board(disk);
	assert_non_null(db);
	crash_disk_fail_at(disk, CRASH_FAIL_SYNC, n, false);
	committed = commit_numbers(db, 1, 6);
	came = crash_disk_faults(disk) > 0;
	crash_disk_fail_at(disk, CRASH_FAIL_SYNC, 0, false);
	crash_disk_cut(disk, CRASH_KEEP_ALL);
	sqlite3_close(db);

	assert_int_equal(crash_disk_power_on(disk), 0);
	crash_disk_cut_at(disk, cut, mode);
	db = open_board(disk);
	*was_cut = crash_disk_is_off(disk);
	if (db && !*was_cut)
		committed += commit_numbers(db, 11, 13);
	crash_disk_cut(disk, CRASH_LOSE_UNSYNCED);
	sqlite3_close(db);

	db = open_board(disk);
	if (!db || db_check(db) != 0)
		fail_msg("damaged: sync %llu, then cut %llu", (unsigned long long)n, (unsigned long long)cut);
	/* The one whose sync failed may be there or not. */
	if (count(db, "SELECT count(*) FROM used") < committed)
		fail_msg("lost: sync %llu, then cut %llu", (unsigned long long)n, (unsigned long long)cut);
	sqlite3_close(db);
	crash_disk_free(disk);
	return came;
}

/* F09. Without the checkpoint in db_open() the commits of the second life are lost: they follow a hole. */
static void test_commits_after_a_failed_sync_and_a_kill_are_kept(void **state)
{
	bool was_cut;

	(void)state;
	for (uint64_t n = 1; survives_a_failed_sync(n, 0, CRASH_KEEP_ALL, &was_cut); n++)
		;
}

static void test_power_cut_after_a_failed_sync_and_a_kill(void **state)
{
	bool came = true, was_cut;

	(void)state;
	for (uint64_t n = 1; came; n++) {
		was_cut = true;
		for (uint64_t cut = 1; was_cut; cut++)
			for (enum crash_mode mode = 0; mode < CRASH_MODES; mode++)
				came = survives_a_failed_sync(n, cut, mode, &was_cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_board_is_made_in_spite_of_power_cuts),
		cmocka_unit_test(test_gateway_is_made_in_spite_of_power_cuts),
		cmocka_unit_test(test_commits_after_a_failed_sync_and_a_kill_are_kept),
		cmocka_unit_test(test_power_cut_after_a_failed_sync_and_a_kill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
