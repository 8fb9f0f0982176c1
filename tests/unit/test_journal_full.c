/* journal, full: of itself, or on a disk that takes no more. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/unit/journal_fixture.h"

static void a_full_journal_leaves_noise_out_and_says_how_much(void **state)
{
	struct fixture *f = *state;
	uint64_t gaps;

	journal_limit(f->journal, 10);
	add_events(f, 1, 12, NOISE); /* 10 fit */
	assert_int_equal(commit(f), 0);
	assert_true(f->head == 10);
	reopen(f); /* the count of what was left out survives */
	journal_limit(f->journal, 10);
	add_events(f, 13, 1, NOISE);
	add_events(f, 14, 2, ACCESS);
	assert_int_equal(commit(f), 0);
	assert_true(f->head == 13);
	assert_int_equal(count_events(f, ACCESS, &gaps), 2);
	assert_int_equal(gaps, 3);

	acknowledge(f);
	add_events(f, 16, 5, NOISE);
	assert_int_equal(commit(f), 0);
	assert_int_equal(count_events(f, NOISE, &gaps), 15);
	assert_int_equal(gaps, 3);
}

/* No file of this process grows past `bytes`: a full disk, for those who have no disk to fill. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_failed_commit_gives_nothing_and_loses_nothing(void **state)
{
	struct fixture *f = *state;
	uint8_t hash[WIRE_HASH_BYTES];
	uint64_t gaps;

	add_events(f, 1, 5, ACCESS);
	assert_int_equal(commit(f), 0);
	memcpy(hash, f->hash, sizeof(hash));

	limit_files(4096);
	for (int i = 0; i < 3; i++) {
		add_events(f, 6 + (uint64_t)i, 1, ACCESS);
		add_guess(f, 4 + (uint32_t)i, false);
		assert_true(commit(f) < 0);
		assert_true(f->head == 5);
		assert_memory_equal(hash, f->hash, sizeof(hash));
	}
	limit_files(RLIM_INFINITY);

	assert_int_equal(commit(f), 0);
	assert_true(f->head == 8);
	assert_int_equal(count_events(f, ACCESS, &gaps), 8);
	assert_int_equal(gaps, 0);
	recall(f);
	assert_int_equal(f->memory.failures, 6);
	reopen(f);
	assert_int_equal(journal_check(f->journal), 0);
}

static void a_lockout_is_kept_where_its_events_find_no_room(void **state)
{
	struct fixture *f = *state;
	struct stat wal;
	char path[128];

	/* A log long enough that its newest page is not rewritten, then a write-ahead log that begins anew.
	 */
	add_events(f, 1, 60, ACCESS);
	assert_int_equal(commit(f), 0);
	snprintf(path, sizeof(path), "%s-wal", f->path);
	assert_int_equal(stat(path, &wal), 0);
	/* One frame of 4120 bytes more: room for the memory row, not for the events. */
	limit_files((rlim_t)wal.st_size + 4120);
	add_events(f, 61, 500, ACCESS);
	add_guess(f, 7, true);
	assert_true(commit(f) < 0);
	limit_files(RLIM_INFINITY);
	assert_true(f->head == 60);
	reopen(f);
	recall(f);
	assert_int_equal(f->memory.failures, 7);
	assert_true(f->memory.is_lockout_open);
	assert_true(f->memory.head == 60);
}

static void past_the_backlog_noise_goes_first_and_a_gap_tells(void **state)
{
	struct fixture *f = *state;
	uint64_t gaps;

	limit_files(4096);
	add_events(f, 1, 3500, NOISE); /* 3072 have room */
	assert_true(commit(f) < 0);
	add_events(f, 3501, 1100, ACCESS); /* 1024 have room */
	assert_true(commit(f) < 0);
	limit_files(RLIM_INFINITY);

	assert_int_equal(commit(f), 0);
	assert_int_equal(count_events(f, ACCESS, &gaps), 1024);
	assert_int_equal(gaps, 3500 - 3072 + 1100 - 1024);
	assert_int_equal(count_events(f, NOISE, &gaps), 3072);
	assert_int_equal(journal_check(f->journal), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(a_full_journal_leaves_noise_out_and_says_how_much),
		TEST(a_failed_commit_gives_nothing_and_loses_nothing),
		TEST(a_lockout_is_kept_where_its_events_find_no_room),
		TEST(past_the_backlog_noise_goes_first_and_a_gap_tells),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
