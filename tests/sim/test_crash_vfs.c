/* SQLite on disks that lose power, fill up and fail: what was committed is there afterwards, and nothing
 * else. Where SQLite is told not to care (synchronous=OFF and its like) the same sweep must find the loss. */
#include "tests/sim/crash_vfs.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define N_TRANSACTIONS 10
#define N_ROWS 3 /* written by each transaction */

enum fate { UNTRIED, ROLLED_BACK, IN_DOUBT, COMMITTED };

enum finding {       /* what a look at the database after a fault may reveal, as bits */
	LOST = 1,    /* a commit that had been acknowledged is gone */
	HALF = 2,    /* only a part of a transaction is there */
	PHANTOM = 4, /* so is one that was never committed */
	CORRUPT = 8, /* SQLite itself says so */
};

struct setting {
	const char *title;
	const char *journal_mode;
	const char *synchronous;
	unsigned expected; /* findings that the sweep must come upon */
	unsigned excused;  /* findings that it may come upon */
	uint64_t stride; /* the sweep cuts in every operation, or in every third where a few losses will do */
};

struct world {
	const struct setting *setting;
	struct crash_disk *disk;
	sqlite3 *db;
	bool goes_on; /* after a failed transaction: the disk is alive */
	bool reopens; /* ... with a new connection */
	enum fate schema;
	enum fate fates[N_TRANSACTIONS];
};

/* clang-format off */
static const struct setting settings[] = {
	{ "WAL and FULL keep every commit",               "WAL",    "FULL",   0,    0, 1 },
	{ "a rollback journal and EXTRA do too",          "DELETE", "EXTRA",  0,    0, 1 },
	{ "with FULL a deleted journal may come back",    "DELETE", "FULL",   LOST, 0, 3 },
	{ "WAL and NORMAL may lose the newest commits",   "WAL",    "NORMAL", LOST, 0, 3 },
	{ "WAL and OFF keep no promise",                  "WAL",    "OFF",    LOST, HALF | PHANTOM | CORRUPT, 3 },
};
/* clang-format on */

static const char *const mode_names[CRASH_MODES] = { "lose unsynced", "keep subset", "tear one", "keep all" };

static int run(sqlite3 *db, const char *format, ...)
{
	char sql[512];
	va_list args;

	va_start(args, format);
	vsnprintf(sql, sizeof(sql), format, args);
	va_end(args);
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static void world_init(struct world *world, const struct setting *setting, uint64_t seed)
{
	memset(world, 0, sizeof(*world));
	world->setting = setting;
	assert_int_equal(crash_disk_new(&world->disk, "board", seed), 0);
	crash_disk_seed_sqlite(world->disk);
}

static void world_deinit(struct world *world)
{
	assert_int_equal(sqlite3_close(world->db), SQLITE_OK);
	crash_disk_free(world->disk);
}

/* Returns a SQLite result; the connection is there in any case, to be closed. */
static int world_open(struct world *world)
{
	int r = sqlite3_open_v2("board.db", &world->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		crash_disk_vfs(world->disk));

	/* Small pages and a small cache: a transaction is many writes, some of them before its commit. */
	if (r == SQLITE_OK)
		r = run(world->db, "PRAGMA page_size = 512; PRAGMA cache_size = 4; PRAGMA journal_mode = %s;",
			world->setting->journal_mode);
	if (r == SQLITE_OK)
		r = run(world->db, "PRAGMA synchronous = %s; PRAGMA wal_autocheckpoint = 10;",
			world->setting->synchronous);
	return r;
}

static void world_close(struct world *world)
{
	assert_int_equal(sqlite3_close(world->db), SQLITE_OK);
	world->db = NULL;
}

static int create_schema(struct world *world)
{
	int r;

	world->schema = IN_DOUBT;
	r = run(world->db, "BEGIN IMMEDIATE;"
			   "CREATE TABLE IF NOT EXISTS event (txn INTEGER, part INTEGER, text TEXT);"
			   "CREATE UNIQUE INDEX IF NOT EXISTS event_once ON event (txn, part);"
			   "COMMIT;");
	if (r == SQLITE_OK)
		world->schema = COMMITTED;
	return r;
}

/* Every fourth is rolled back after its rows were written. */
static int transact(struct world *world, int txn)
{
	bool commits = txn % 4 != 3;
	int r;

	world->fates[txn] = ROLLED_BACK;
	r = run(world->db,
		"BEGIN IMMEDIATE; INSERT INTO event VALUES (%d, 0, printf('%%.*c', 300, 'x')),"
		"(%d, 1, printf('%%.*c', 600, 'y')), (%d, 2, 'z');",
		txn, txn, txn);
	if (r == SQLITE_OK) {
		if (commits)
			world->fates[txn] = IN_DOUBT;
		r = run(world->db, commits ? "COMMIT" : "ROLLBACK");
	}
	if (r == SQLITE_OK && commits)
		world->fates[txn] = COMMITTED;
	return r;
}

/* Deals with a failure as a program would on a disk that lives on. Returns `r` when that is no use. */
static int get_over(struct world *world, int r)
{
	if (r == SQLITE_OK || !world->goes_on)
		return r;
	if (!sqlite3_get_autocommit(world->db))
		run(world->db, "ROLLBACK");
	if (!world->reopens)
		return SQLITE_OK;
	world_close(world);
	return world_open(world);
}

static int live_until(struct world *world, int first, int last)
{
	int r = get_over(world, world_open(world));

	if (r == SQLITE_OK)
		r = get_over(world, create_schema(world));
	for (int txn = first; txn < last && r == SQLITE_OK; txn++)
		r = get_over(world, transact(world, txn));
	if (r == SQLITE_OK)
		r = get_over(world, run(world->db, "PRAGMA wal_checkpoint(TRUNCATE)"));
	return r;
}

/* Two lives with a clean end between them. */
static void live(struct world *world)
{
	if (live_until(world, 0, N_TRANSACTIONS / 2) == SQLITE_OK) {
		world_close(world);
		live_until(world, N_TRANSACTIONS / 2, N_TRANSACTIONS);
	}
	world_close(world);
}

static unsigned judge(enum fate fate, int n_rows)
{
	unsigned found = 0;

	if (n_rows > 0 && n_rows < N_ROWS)
		found |= HALF;
	if (fate == COMMITTED && n_rows == 0)
		found |= LOST;
	if ((fate == UNTRIED || fate == ROLLED_BACK) && n_rows > 0)
		found |= PHANTOM;
	return found;
}

static bool is_sound(sqlite3 *db)
{
	sqlite3_stmt *check = NULL;
	bool is_ok = sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &check, NULL) == SQLITE_OK &&
		     sqlite3_step(check) == SQLITE_ROW &&
		     strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0;

	sqlite3_finalize(check);
	return is_ok;
}

/* Looks at the database of a world whose disk has power. Returns the findings. */
static unsigned inspect(struct world *world)
{
	int n_rows[N_TRANSACTIONS] = { 0 };
	sqlite3_stmt *rows = NULL;
	unsigned found = 0;
	int r = world_open(world);

	if (r != SQLITE_OK || !is_sound(world->db))
		found |= CORRUPT;
	r = sqlite3_prepare_v2(world->db, "SELECT txn FROM event", -1, &rows, NULL);
	if (r != SQLITE_OK)
		found |= world->schema == COMMITTED ? LOST : 0;
	while (r == SQLITE_OK && (r = sqlite3_step(rows)) == SQLITE_ROW) {
		int txn = sqlite3_column_int(rows, 0);

		r = SQLITE_OK;
		if (txn >= 0 && txn < N_TRANSACTIONS)
			n_rows[txn]++;
		else
			found |= PHANTOM;
	}
	sqlite3_finalize(rows);
	for (int txn = 0; txn < N_TRANSACTIONS; txn++)
		found |= judge(world->fates[txn], n_rows[txn]);
	world_close(world);
	return found;
}

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
	live(&world);
	was_cut = crash_disk_is_off(world.disk);
	assert_int_equal(crash_disk_power_on(world.disk), 0);
	crash_disk_cut_at(world.disk, 0, mode);

	*found = inspect(&world);
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
		run(world->db, "CREATE TABLE IF NOT EXISTS boot (at INTEGER); INSERT INTO boot VALUES (1);");
	world_close(world);
}

static bool cut_twice_and_look(
	const struct setting *setting, enum crash_mode mode, uint64_t n, uint64_t second, bool *first_came)
{
	struct world world;
	bool second_came;

	world_init(&world, setting, n * 1000 + second * CRASH_MODES + mode);
	crash_disk_cut_at(world.disk, n, mode);
	live(&world);
	*first_came = crash_disk_is_off(world.disk);
	assert_int_equal(crash_disk_power_on(world.disk), 0);

	crash_disk_cut_at(world.disk, second, (mode + second) % CRASH_MODES);
	recover(&world);
	second_came = crash_disk_is_off(world.disk);
	assert_int_equal(crash_disk_power_on(world.disk), 0);
	crash_disk_cut_at(world.disk, 0, mode);

	expect(&world, inspect(&world), "a second cut while recovering", n * 1000 + second);
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
		for (uint64_t n = 1; first_came; n += 7) {
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
	expect(world, inspect(world), what, n);
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
		live(&world);
		assert_true(crash_disk_used_bytes(world.disk) <= bytes);
		was_full = crash_disk_faults(world.disk) > 0;
		heal_and_look(&world, "disk full", bytes);
		assert_int_equal(world_open(&world), SQLITE_OK);
		assert_int_equal(create_schema(&world), SQLITE_OK);
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
			live(&world);
			came = crash_disk_faults(world.disk) > 0;
			heal_and_look(&world, io_rows[i].what, n);
			world_deinit(&world);
		}
	}
}

static uint64_t hash_after(uint64_t seed, uint64_t n)
{
	struct world world;
	uint64_t hash;

	world_init(&world, &settings[0], seed);
	crash_disk_cut_at(world.disk, n, CRASH_KEEP_SUBSET);
	live(&world);
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
		live(&world);
		hash = crash_disk_hash(world.disk);
		assert_true(crash_disk_rot(world.disk, "board.db") >= 0);
		assert_true(crash_disk_hash(world.disk) != hash);
		n_detected += inspect(&world) != 0;
		world_deinit(&world);
	}
	print_message("%d of 100 flipped bits were noticed\n", n_detected);
	assert_true(n_detected > 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_cut_at_every_operation),
		cmocka_unit_test(test_power_cut_while_recovering),
		cmocka_unit_test(test_disk_full_at_every_size),
		cmocka_unit_test(test_io_error_at_every_write_and_sync),
		cmocka_unit_test(test_same_seed_same_bytes),
		cmocka_unit_test(test_bit_rot_is_met_without_a_crash),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
