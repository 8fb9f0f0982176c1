/* SQLite's locks between two handles of one file, and the locks and memory that WAL shares. */
#include "tests/sim/crash_lock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define N_STEPS 5

struct lock_step {
	int who; /* 0 or 1 */
	int level;
	int expected; /* SQLITE_OK, SQLITE_BUSY, or -1 to unlock down to `level` */
};

struct lock_row {
	const char *title;
	struct lock_step steps[N_STEPS]; /* up to one with level 0 that is not an unlocking */
};

#define NONE SQLITE_LOCK_NONE
#define SHARED SQLITE_LOCK_SHARED
#define RESERVED SQLITE_LOCK_RESERVED
#define EXCLUSIVE SQLITE_LOCK_EXCLUSIVE
#define OK SQLITE_OK
#define BUSY SQLITE_BUSY
#define UNLOCK -1

/* clang-format off */
static const struct lock_row lock_rows[] = {
	{ "readers share",                      { { 0, SHARED, OK }, { 1, SHARED, OK } } },
	{ "there is one writer",                { { 0, SHARED, OK }, { 1, SHARED, OK }, { 0, RESERVED, OK }, { 1, RESERVED, BUSY },
	                                          { 1, EXCLUSIVE, BUSY } } },
	{ "a writer to be lets readers in",     { { 0, SHARED, OK }, { 0, RESERVED, OK }, { 1, SHARED, OK } } },
	{ "a writer waits for the readers",     { { 0, SHARED, OK }, { 1, SHARED, OK }, { 0, EXCLUSIVE, BUSY }, { 1, NONE, UNLOCK },
	                                          { 0, EXCLUSIVE, OK } } },
	{ "while it waits no reader comes in",  { { 0, SHARED, OK }, { 1, SHARED, OK }, { 0, EXCLUSIVE, BUSY }, { 1, NONE, UNLOCK },
	                                          { 1, SHARED, BUSY } } },
	{ "a writer keeps readers out",         { { 0, SHARED, OK }, { 0, EXCLUSIVE, OK }, { 1, SHARED, BUSY } } },
	{ "it lets them in when it steps down", { { 0, SHARED, OK }, { 0, EXCLUSIVE, OK }, { 0, SHARED, UNLOCK }, { 1, SHARED, OK },
	                                          { 1, RESERVED, OK } } },
};
/* clang-format on */

static void test_file_locks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lock_rows) / sizeof(lock_rows[0]); i++) {
		struct crash_locks locks = { 0 };
		struct crash_holder holders[2] = { 0 };

		for (int s = 0; s < N_STEPS; s++) {
			struct lock_step step = lock_rows[i].steps[s];

			if (step.expected == UNLOCK)
				crash_unlock(&locks, &holders[step.who], step.level);
			else if (step.level != NONE &&
				 crash_lock(&locks, &holders[step.who], step.level) != step.expected)
				fail_msg("%s: step %d", lock_rows[i].title, s);
		}
		crash_unlock(&locks, &holders[0], NONE);
		crash_unlock(&locks, &holders[1], NONE);
		assert_null(locks.writer);
		assert_int_equal(locks.n_shared, 0);
	}
}

struct shm_row {
	const char *title;
	int held_slot, held_n, held_flags; /* by the one */
	int slot, n, flags;                /* asked for by the other */
	int expected;
};

#define SHM_SHARED (SQLITE_SHM_LOCK | SQLITE_SHM_SHARED)
#define SHM_EXCLUSIVE (SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE)

/* clang-format off */
static const struct shm_row shm_rows[] = {
	{ "readers share a slot",            3, 1, SHM_SHARED,    3, 1, SHM_SHARED,    OK },
	{ "a reader keeps a writer out",     3, 1, SHM_SHARED,    3, 1, SHM_EXCLUSIVE, BUSY },
	{ "also one that wants many slots",  3, 1, SHM_SHARED,    1, 7, SHM_EXCLUSIVE, BUSY },
	{ "a writer keeps a reader out",     3, 1, SHM_EXCLUSIVE, 3, 1, SHM_SHARED,    BUSY },
	{ "a writer keeps a writer out",     0, 8, SHM_EXCLUSIVE, 3, 1, SHM_EXCLUSIVE, BUSY },
	{ "another slot is another matter",  3, 1, SHM_EXCLUSIVE, 4, 4, SHM_EXCLUSIVE, OK },
};
/* clang-format on */

static void test_shared_memory_locks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shm_rows) / sizeof(shm_rows[0]); i++) {
		const struct shm_row *row = &shm_rows[i];
		struct crash_locks locks = { 0 };
		struct crash_holder one = { 0 }, other = { 0 };
		int unlock = SQLITE_SHM_UNLOCK | (row->held_flags & ~SQLITE_SHM_LOCK);

		assert_int_equal(
			crash_shm_lock(&locks, &one, row->held_slot, row->held_n, row->held_flags), OK);
		if (crash_shm_lock(&locks, &other, row->slot, row->n, row->flags) != row->expected)
			fail_msg("%s", row->title);
		crash_shm_lock(&locks, &one, row->held_slot, row->held_n, unlock);
		if (crash_shm_lock(&locks, &other, row->slot, row->n, row->flags) != OK)
			fail_msg("%s: not even afterwards", row->title);
	}
}

static void test_shared_memory_goes_with_its_last_user(void **state)
{
	struct crash_locks locks = { 0 };
	struct crash_holder one = { 0 }, other = { 0 };
	void volatile *mine, *yours;

	(void)state;
	assert_int_equal(crash_shm_map(&locks, &one, 1, 32768, false, &mine), OK);
	assert_null(mine);
	assert_int_equal(crash_shm_map(&locks, &one, 1, 32768, true, &mine), OK);
	assert_int_equal(crash_shm_map(&locks, &other, 1, 32768, false, &yours), OK);
	assert_true(mine == yours);
	((char volatile *)mine)[7] = 'x';

	assert_int_equal(crash_shm_lock(&locks, &one, 0, 1, SHM_EXCLUSIVE), OK);
	crash_shm_unmap(&locks, &one); /* and what it locked is free */
	assert_int_equal(crash_shm_lock(&locks, &other, 0, 1, SHM_EXCLUSIVE), OK);
	assert_int_equal(((char volatile *)yours)[7], 'x');
	crash_shm_unmap(&locks, &other);

	assert_int_equal(crash_shm_map(&locks, &one, 1, 32768, true, &mine), OK);
	assert_int_equal(((char volatile *)mine)[7], 0);
	crash_shm_unmap(&locks, &one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file_locks),
		cmocka_unit_test(test_shared_memory_locks),
		cmocka_unit_test(test_shared_memory_goes_with_its_last_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
