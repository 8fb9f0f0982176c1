/* crash_lock - SQLite's locks and the shared memory of WAL, between the handles of one process.
 * Answers are SQLite's own: SQLITE_OK, SQLITE_BUSY, SQLITE_IOERR_NOMEM. */
#ifndef TESTS_SIM_CRASH_LOCK_H
#define TESTS_SIM_CRASH_LOCK_H

#include <sqlite3.h>
#include <stdbool.h>

/* One per file. All zero is a file that nobody holds. */
struct crash_locks {
	const struct crash_holder *writer; /* who holds RESERVED, PENDING or EXCLUSIVE: one at a time */
	unsigned n_shared;                 /* holders at SHARED or above */

	void **regions; /* as SQLite mapped them, zeroed when new */
	int n_regions;
	unsigned n_mapped; /* handles that use them; with the last one they go */
	unsigned shm_shared[SQLITE_SHM_NLOCK];
	unsigned shm_exclusive; /* a bit for each slot */
};

/* One per handle. All zero holds nothing. */
struct crash_holder {
	int level; /* SQLITE_LOCK_NONE to SQLITE_LOCK_EXCLUSIVE */
	bool is_mapped;
	unsigned shm_shared; /* a bit for each slot */
	unsigned shm_exclusive;
};

int crash_lock(struct crash_locks *locks, struct crash_holder *holder, int level);
void crash_unlock(struct crash_locks *locks, struct crash_holder *holder, int level);

/* Sets *out to the region, or to NULL when it does not exist and `extend` is false. */
int crash_shm_map(struct crash_locks *locks, struct crash_holder *holder, int region, int bytes, bool extend,
	void volatile **out);
/* `flags` are those of xShmLock. */
int crash_shm_lock(struct crash_locks *locks, struct crash_holder *holder, int first, int n, int flags);
void crash_shm_unmap(struct crash_locks *locks, struct crash_holder *holder);

#endif
