/* crash_world - one machine with a database, and the life it leads while its disk misbehaves.
 *
 * The life: open, make the schema, half of the transactions, a checkpoint, a clean end; then again for the
 * other half. It ends at the first failure unless it `goes_on`. What was promised is written down in `fates`,
 * and world_inspect() compares. Assertions are cmocka's. */
#ifndef TESTS_SIM_CRASH_WORLD_H
#define TESTS_SIM_CRASH_WORLD_H

#include "tests/sim/crash_vfs.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

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
	uint64_t stride; /* the sweep cuts in every operation, or in every fifth where a few losses will do */
};

struct world {
	const struct setting *setting;
	struct crash_disk *disk;
	sqlite3 *db;
	bool goes_on; /* after a failed transaction: the disk is alive */
	bool reopens; /* ... with a new connection */
	bool checkpoints_at_open;
	int page_bytes;
	enum fate schema;
	enum fate fates[N_TRANSACTIONS];
};

void world_init(struct world *world, const struct setting *setting, uint64_t seed);
void world_deinit(struct world *world);

/* Returns a SQLite result; world->db is there in any case, to be closed. What may be changed between
 * world_init() and this: goes_on, reopens, checkpoints_at_open (false) and page_bytes (512). */
int world_open(struct world *world);
void world_close(struct world *world);
int world_create_schema(struct world *world);
/* Tries one transaction and writes down its fate; every fourth is rolled back. Returns a SQLite result. */
int world_transact(struct world *world, int txn);
void world_live(struct world *world);
/* Looks at the database; the power must be on. Returns the findings and leaves the database closed. */
unsigned world_inspect(struct world *world);

/* Returns a SQLite result. `format` is printf's, and the statement fits 512 bytes. */
int run_sql(sqlite3 *db, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
