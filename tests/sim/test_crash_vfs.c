/* SQLite on disks that lose power, fill up and fail: what was committed is there afterwards, and nothing
 * else. Where SQLite is told not to care (synchronous=OFF and its like) the same sweep must find the loss. */
#include "tests/sim/crash_vfs.h"
#include "tests/sim/crash_world.h"

#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* clang-format off */
static const struct setting settings[] = {
	{ "WAL and FULL keep every commit",               "WAL",    "FULL",   0,    0, 1 },
	{ "a rollback journal and EXTRA do too",          "DELETE", "EXTRA",  0,    0, 1 },
	{ "with FULL a deleted journal may come back",    "DELETE", "FULL",   LOST, 0, 5 },
	{ "WAL and NORMAL may lose the newest commits",   "WAL",    "NORMAL", LOST, 0, 5 },
	{ "WAL and OFF keep no promise",                  "WAL",    "OFF",    LOST, HALF | PHANTOM | CORRUPT, 5 },
};
/* clang-format on */

static const char *const mode_names[CRASH_MODES] = { "lose unsynced", "keep subset", "tear one", "keep all" };

static void expect(const struct world *world, unsigned found, const char *what, uint64_t n)
{
	unsigned excused = world->setting->expected | world->setting->excused;

	if (found & ~excused)
		fail_msg("%s: findings %#x: %s, n=%llu", world->setting->title, found, what,
			(unsigned long long)n);
}

/* Cuts the power in the n-th operation of the scenario and looks. Returns false when it ended before. */
static bool cut_and_look(const struct setting *setting, enum crash_mode mode, uint64_t n, unsigned *found)
{
	struct world world;
	bool was_cut;

	world_init(&world, setting, n * CRASH_MODES + mode);
	crash_disk_cut_at(world.disk, n, mode);
	world_live(&world);
	was_cut = crash_disk_is_off(world.disk);
	assert_int_equal(crash_disk_power_on(world.disk), 0);
	crash_disk_cut_at(world.disk, 0, mode);

	*found = world_inspect(&world);
	expect(&world, *found, mode_names[mode], n);
	world_deinit(&world);
	return was_cut;
}

static void test_power_cut_at_every_operation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		unsigned all_found = 0;
		uint64_t n = 1;

		for (enum crash_mode mode = 0; mode < CRASH_MODES; mode++) {
			unsigned found;

			for (n = 1; cut_and_look(&settings[i], mode, n, &found); n += settings[i].stride)
				all_found |= found;
		}
		print_message("%s: %llu operations x %d modes\n", settings[i].title,
			(unsigned long long)n - 1, CRASH_MODES);
		assert_int_equal(all_found & settings[i].expected, settings[i].expected);
	}
}

/* Opens, which recovers, and works on as far as the power lasts. */
static void recover(struct world *world)
{
	if (world_open(world) == SQLITE_OK)
		run_sql(world->db,
			"CREATE TABLE IF NOT EXISTS boot (at INTEGER); INSERT INTO boot VALUES (1);");
	world_close(world);
}

static bool cut_twice_and_look(
	const struct setting *setting, enum crash_mode mode, uint64_t n, uint64_t second, bool *first_came)
{
	struct world world;
	bool second_came;

	world_init(&world, setting, n * 1000 + second * CRASH_MODES + mode);
	crash_disk_cut_at(world.disk, n, mode);
	world_live(&world);
	*first_came = crash_disk_is_off(world.disk);
	assert_int_equal(crash_disk_power_on(world.disk), 0);

	crash_disk_cut_at(world.disk, second, (mode + second) % CRASH_MODES);
	recover(&world);
	second_came = crash_disk_is_off(world.disk);
	assert_int_equal(crash_disk_power_on(world.disk), 0);
	crash_disk_cut_at(world.disk, 0, mode);

	expect(&world, world_inspect(&world), "a second cut while recovering", n * 1000 + second);
	world_deinit(&world);
	return second_came;
}

static void test_power_cut_while_recovering(void **state)
{
	uint64_t n_pairs = 0;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		bool first_came = true;

		/* A stride that shares no factor with the pattern of a transaction meets all its parts. */
		for (uint64_t n = 1; first_came; n += 11) {
			uint64_t second = 1;

			while (cut_twice_and_look(&settings[i], n % CRASH_MODES, n, second, &first_came))
				second++;
			n_pairs += second - 1;
		}
	}
	print_message("%llu pairs of cuts\n", (unsigned long long)n_pairs);
}

/* After the fault: everything acknowledged must outlive a power cut too. */
static void heal_and_look(struct world *world, const char *what, uint64_t n)
{
	crash_disk_set_capacity(world->disk, UINT64_MAX);
	for (enum crash_fault fault = 0; fault < CRASH_FAULTS; fault++)
		crash_disk_fail_at(world->disk, fault, 0, false);
	crash_disk_cut(world->disk, CRASH_LOSE_UNSYNCED);
	assert_int_equal(crash_disk_power_on(world->disk), 0);
	expect(world, world_inspect(world), what, n);
}

static void test_disk_full_at_every_size(void **state)
{
	bool was_full = true;

	(void)state;
	for (uint64_t bytes = 0; was_full; bytes += 256) {
		struct world world;

		world_init(&world, &settings[0], bytes);
		world.goes_on = true;
		crash_disk_set_capacity(world.disk, bytes);
		world_live(&world);
		assert_true(crash_disk_used_bytes(world.disk) <= bytes);
		was_full = crash_disk_faults(world.disk) > 0;
		heal_and_look(&world, "disk full", bytes);
		assert_int_equal(world_open(&world), SQLITE_OK);
		assert_int_equal(world_create_schema(&world), SQLITE_OK);
		world_deinit(&world);
	}
}

struct io_row {
	const char *what;
	enum crash_fault fault;
	bool forever;
};

/* clang-format off */
static const struct io_row io_rows[] = {
	{ "one write fails",                CRASH_FAIL_WRITE, false },
	{ "writes fail from one on",        CRASH_FAIL_WRITE, true },
	{ "one sync fails",                 CRASH_FAIL_SYNC,  false },
	{ "syncs fail from one on",         CRASH_FAIL_SYNC,  true },
};
/* clang-format on */

static void test_io_error_at_every_write_and_sync(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(io_rows) / sizeof(io_rows[0]); i++) {
		bool came = true;

		for (uint64_t n = 1; came; n++) {
			struct world world;

			world_init(&world, &settings[0], n);
			world.goes_on = true;
			world.reopens = true; /* what a failed sync left in the cache is not to be trusted */
			crash_disk_fail_at(world.disk, io_rows[i].fault, n, io_rows[i].forever);
			world_live(&world);
			came = crash_disk_faults(world.disk) > 0;
			heal_and_look(&world, io_rows[i].what, n);
			world_deinit(&world);
		}
	}
}

/* A commit whose sync fails is in the WAL as readers see it, but not on the medium. A process that lives on
 * writes over it. One that is killed leaves it to the next, whose recovery takes it for committed and appends
 * to it: after a power cut there is a hole in the WAL, and what was committed behind it is lost. A cut in
 * that checkpoint itself is another matter: test_crash_db.c. */
static unsigned fail_sync_then_die_then_cut(bool checkpoints_at_open, uint64_t n, bool *came)
{
	struct world world;
	unsigned found;
	int txn = 0;

	world_init(&world, &settings[0], n);
	world.checkpoints_at_open = checkpoints_at_open;
	world.page_bytes = 4096;
	assert_int_equal(world_open(&world), SQLITE_OK);
	assert_int_equal(world_create_schema(&world), SQLITE_OK);
	crash_disk_fail_at(world.disk, CRASH_FAIL_SYNC, n, false);
	while (txn < N_TRANSACTIONS - 2 && world_transact(&world, txn) == SQLITE_OK)
		txn++;
	*came = crash_disk_faults(world.disk) > 0;
	crash_disk_fail_at(world.disk, CRASH_FAIL_SYNC, 0, false);

	crash_disk_cut(world.disk, CRASH_KEEP_ALL);
	world_close(&world);
	assert_int_equal(crash_disk_power_on(world.disk), 0);
	assert_int_equal(world_open(&world), SQLITE_OK);
	while (world.fates[txn] != COMMITTED)
		assert_int_equal(world_transact(&world, ++txn), SQLITE_OK);

	crash_disk_cut(world.disk, CRASH_LOSE_UNSYNCED);
	world_close(&world);
	assert_int_equal(crash_disk_power_on(world.disk), 0);
	world.checkpoints_at_open = false;
	found = world_inspect(&world);
	world_deinit(&world);
	return found;
}

static void test_failed_sync_and_a_kill_need_a_checkpoint_at_open(void **state)
{
	unsigned found = 0;
	bool came = true;

	(void)state;
	for (uint64_t n = 1; came; n++)
		found |= fail_sync_then_die_then_cut(false, n, &came);
	assert_int_equal(found, LOST);

	came = true;
	for (uint64_t n = 1; came; n++)
		assert_int_equal(fail_sync_then_die_then_cut(true, n, &came), 0);
}

static uint64_t hash_after(uint64_t seed, uint64_t n)
{
	struct world world;
	uint64_t hash;

	world_init(&world, &settings[0], seed);
	crash_disk_cut_at(world.disk, n, CRASH_KEEP_SUBSET);
	world_live(&world);
	hash = crash_disk_hash(world.disk);
	world_deinit(&world);
	return hash;
}

static void test_same_seed_same_bytes(void **state)
{
	(void)state;
	for (uint64_t n = 20; n < 200; n += 20) {
		assert_true(hash_after(n, n) == hash_after(n, n));
		assert_true(hash_after(n, n) != hash_after(n + 1, n));
	}
}

static void test_bit_rot_is_met_without_a_crash(void **state)
{
	struct world world;
	int n_detected = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++) {
		uint64_t hash;

		world_init(&world, &settings[0], seed);
		world_live(&world);
		hash = crash_disk_hash(world.disk);
		assert_true(crash_disk_rot(world.disk, "board.db") >= 0);
		assert_true(crash_disk_hash(world.disk) != hash);
		n_detected += world_inspect(&world) != 0;
		world_deinit(&world);
	}
	print_message("%d of 100 flipped bits were noticed\n", n_detected);
	assert_true(n_detected > 0);
}

static sqlite3 *open_database(const char *vfs)
{
	sqlite3 *db;

	assert_int_equal(
		sqlite3_open_v2("d.db", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL), SQLITE_OK);
	return db;
}

static int64_t ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;
	int64_t answer;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	answer = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return answer;
}

static void test_connections_share_a_database_and_disks_do_not(void **state)
{
	struct crash_disk *disk, *other;
	sqlite3 *writer, *reader, *stranger;

	(void)state;
	assert_int_equal(crash_disk_new(&disk, "disk", 1), 0);
	assert_int_equal(crash_disk_new(&other, "disk", 2), -EEXIST);
	assert_int_equal(crash_disk_new(&other, "other", 2), 0);
	writer = open_database("disk");
	reader = open_database("disk");
	stranger = open_database("other");
	sqlite3_exec(
		writer, "CREATE TABLE t (x); BEGIN IMMEDIATE; INSERT INTO t VALUES (1);", NULL, NULL, NULL);
	assert_int_equal(ask(reader, "SELECT count(*) FROM t"), 0);
	assert_int_equal(sqlite3_exec(reader, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_BUSY);
	sqlite3_exec(writer, "COMMIT", NULL, NULL, NULL);
	assert_int_equal(ask(reader, "SELECT count(*) FROM t"), 1);
	assert_int_equal(ask(stranger, "SELECT count(*) FROM sqlite_schema"), 0);
	sqlite3_close(writer);
	sqlite3_close(reader);
	sqlite3_close(stranger);
	crash_disk_free(other);
	crash_disk_free(disk);
}

static void test_time_stands_until_it_is_set(void **state)
{
	struct crash_disk *disk;
	sqlite3 *db;

	(void)state;
	assert_int_equal(crash_disk_new(&disk, "disk", 1), 0);
	db = open_database("disk");
	crash_disk_set_time(disk, 1700000000123);
	assert_int_equal(ask(db, "SELECT unixepoch('now')"), 1700000000);
	assert_int_equal(ask(db, "SELECT CAST(strftime('%f', 'now') * 1000 AS INTEGER) % 1000"), 123);
	sqlite3_close(db);
	crash_disk_free(disk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_cut_at_every_operation),
		cmocka_unit_test(test_power_cut_while_recovering),
		cmocka_unit_test(test_disk_full_at_every_size),
		cmocka_unit_test(test_io_error_at_every_write_and_sync),
		cmocka_unit_test(test_failed_sync_and_a_kill_need_a_checkpoint_at_open),
		cmocka_unit_test(test_same_seed_same_bytes),
		cmocka_unit_test(test_bit_rot_is_met_without_a_crash),
		cmocka_unit_test(test_connections_share_a_database_and_disks_do_not),
		cmocka_unit_test(test_time_stands_until_it_is_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
