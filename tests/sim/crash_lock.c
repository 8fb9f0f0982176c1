#include "tests/sim/crash_lock.h"

#include <stdlib.h>

int crash_lock(struct crash_locks *locks, struct crash_holder *holder, int level)
{
	if (holder->level >= level)
		return SQLITE_OK;

	if (level == SQLITE_LOCK_SHARED) {
		if (locks->writer && locks->writer->level >= SQLITE_LOCK_PENDING)
			return SQLITE_BUSY;
		locks->n_shared++;
		holder->level = level;
		return SQLITE_OK;
	}

	if (locks->writer && locks->writer != holder)
		return SQLITE_BUSY;
	locks->writer = holder;
	if (level == SQLITE_LOCK_EXCLUSIVE && locks->n_shared > 1) {
		holder->level = SQLITE_LOCK_PENDING; /* keeps new readers out until the last old one leaves */
		return SQLITE_BUSY;
	}
	holder->level = level;
	return SQLITE_OK;
}

void crash_unlock(struct crash_locks *locks, struct crash_holder *holder, int level)
{
	if (holder->level <= level)
		return;
	if (locks->writer == holder)
		locks->writer = NULL;
	if (level == SQLITE_LOCK_NONE)
		locks->n_shared--;
	holder->level = level;
}

int crash_shm_map(struct crash_locks *locks, struct crash_holder *holder, int region, int bytes, bool extend,
	void volatile **out)
{
	*out = NULL;
	if (!holder->is_mapped) {
		holder->is_mapped = true;
		locks->n_mapped++;
	}
	while (extend && locks->n_regions <= region) {
		void **regions = realloc(locks->regions, (size_t)(locks->n_regions + 1) * sizeof(*regions));

		if (!regions)
			return SQLITE_IOERR_NOMEM;
		locks->regions = regions;
		regions[locks->n_regions] = calloc(1, (size_t)bytes);
		if (!regions[locks->n_regions])
			return SQLITE_IOERR_NOMEM;
		locks->n_regions++;
	}
	if (region < locks->n_regions)
		*out = locks->regions[region];
	return SQLITE_OK;
}

static void shm_release(struct crash_locks *locks, struct crash_holder *holder, unsigned slots)
{
	for (int i = 0; i < SQLITE_SHM_NLOCK; i++)
		if (holder->shm_shared & slots & (1u << i))
			locks->shm_shared[i]--;
	locks->shm_exclusive &= ~(holder->shm_exclusive & slots);
	holder->shm_shared &= ~slots;
	holder->shm_exclusive &= ~slots;
}

static bool shm_is_shared_by_others(
	const struct crash_locks *locks, const struct crash_holder *holder, int slot)
{
	return locks->shm_shared[slot] > (holder->shm_shared >> slot & 1u);
}

int crash_shm_lock(struct crash_locks *locks, struct crash_holder *holder, int first, int n, int flags)
{
	unsigned slots = ((1u << n) - 1u) << first;

	if (flags & SQLITE_SHM_UNLOCK) {
		shm_release(locks, holder, slots);
		return SQLITE_OK;
	}

	if (locks->shm_exclusive & ~holder->shm_exclusive & slots)
		return SQLITE_BUSY;
	if (flags & SQLITE_SHM_SHARED) {
		if (!(holder->shm_shared & slots))
			locks->shm_shared[first]++; /* SQLite shares one slot at a time */
		holder->shm_shared |= slots;
		return SQLITE_OK;
	}

	for (int i = first; i < first + n; i++)
		if (shm_is_shared_by_others(locks, holder, i))
			return SQLITE_BUSY;
	locks->shm_exclusive |= slots;
	holder->shm_exclusive |= slots;
	return SQLITE_OK;
}

void crash_shm_unmap(struct crash_locks *locks, struct crash_holder *holder)
{
	if (!holder->is_mapped)
		return;
	shm_release(locks, holder, ~0u);
	holder->is_mapped = false;
	if (--locks->n_mapped > 0)
		return;

	for (int i = 0; i < locks->n_regions; i++)
		free(locks->regions[i]);
	free(locks->regions);
	locks->regions = NULL;
	locks->n_regions = 0;
}
