#include "tests/sim/crash_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

int run_sql(sqlite3 *db, const char *format, ...)
{
	char sql[512];
	va_list args;

	va_start(args, format);
	vsnprintf(sql, sizeof(sql), format, args);
	va_end(args);
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

void world_init(struct world *world, const struct setting *setting, uint64_t seed)
{
	memset(world, 0, sizeof(*world));
	world->setting = setting;
	world->page_bytes = 512;
	assert_int_equal(crash_disk_new(&world->disk, "board", seed), 0);
	crash_disk_seed_sqlite(world->disk);
}

void world_deinit(struct world *world)
{
	assert_int_equal(sqlite3_close(world->db), SQLITE_OK);
	crash_disk_free(world->disk);
}

int world_open(struct world *world)
{
	int r = sqlite3_open_v2("board.db", &world->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
		crash_disk_vfs(world->disk));

	/* Small pages and a small cache: a transaction is many writes, some of them before its commit. */
	if (r == SQLITE_OK)
		r = run_sql(world->db,
			"PRAGMA page_size = %d; PRAGMA cache_size = 4; PRAGMA journal_mode = %s;",
			world->page_bytes, world->setting->journal_mode);
	if (r == SQLITE_OK)
		r = run_sql(world->db, "PRAGMA synchronous = %s; PRAGMA wal_autocheckpoint = 10;",
			world->setting->synchronous);
	if (r == SQLITE_OK && world->checkpoints_at_open)
		r = run_sql(world->db, "PRAGMA wal_checkpoint(TRUNCATE)");
	return r;
}

void world_close(struct world *world)
{
	assert_int_equal(sqlite3_close(world->db), SQLITE_OK);
	world->db = NULL;
}

int world_create_schema(struct world *world)
{
	int r;

	world->schema = IN_DOUBT;
	r = run_sql(world->db, "BEGIN IMMEDIATE;"
			       "CREATE TABLE IF NOT EXISTS event (txn INTEGER, part INTEGER, text TEXT);"
			       "CREATE UNIQUE INDEX IF NOT EXISTS event_once ON event (txn, part);"
			       "COMMIT;");
	if (r == SQLITE_OK)
		world->schema = COMMITTED;
	return r;
}

int world_transact(struct world *world, int txn)
{
	bool commits = txn % 4 != 3;
	int r;

	world->fates[txn] = ROLLED_BACK;
	r = run_sql(world->db,
		"BEGIN IMMEDIATE; INSERT INTO event VALUES (%d, 0, printf('%%.*c', 300, 'x')),"
		"(%d, 1, printf('%%.*c', 600, 'y')), (%d, 2, 'z');",
		txn, txn, txn);
	if (r == SQLITE_OK) {
		if (commits)
			world->fates[txn] = IN_DOUBT;
		r = run_sql(world->db, commits ? "COMMIT" : "ROLLBACK");
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
		run_sql(world->db, "ROLLBACK");
	if (!world->reopens)
		return SQLITE_OK;
	world_close(world);
	return world_open(world);
}

static int live_until(struct world *world, int first, int last)
{
	int r = get_over(world, world_open(world));

	if (r == SQLITE_OK)
		r = get_over(world, world_create_schema(world));
	for (int txn = first; txn < last && r == SQLITE_OK; txn++)
		r = get_over(world, world_transact(world, txn));
	if (r == SQLITE_OK)
		r = get_over(world, run_sql(world->db, "PRAGMA wal_checkpoint(TRUNCATE)"));
	return r;
}

/* Two lives with a clean end between them. */
void world_live(struct world *world)
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

unsigned world_inspect(struct world *world)
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
	while (r == SQLITE_OK && sqlite3_step(rows) == SQLITE_ROW) {
		int txn = sqlite3_column_int(rows, 0);

		if (txn >= 0 && txn < N_TRANSACTIONS)
			n_rows[txn]++;
		else
			found |= PHANTOM;
	}
	if (sqlite3_finalize(rows) != SQLITE_OK)
		found |= CORRUPT;
	for (int txn = 0; txn < N_TRANSACTIONS; txn++)
		found |= judge(world->fates[txn], n_rows[txn]);
	world_close(world);
	return found;
}
