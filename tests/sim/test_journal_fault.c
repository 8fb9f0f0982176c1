/* F06, F08, F09: the journal on a disk that is full or fails, at each step. It goes on; what it promised
 * holds whatever happens next, and when the disk is well again everything is there, or a GAP says how much is
 * not. */
#include "tests/sim/journal_life.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/prng.h"

#define STEPS 14

/* --- what becomes of it --- */

static void heal(struct life *life)
{
	crash_disk_set_capacity(life->disk, UINT64_MAX);
	for (enum crash_fault fault = 0; fault < CRASH_FAULTS; fault++)
		crash_disk_fail_at(life->disk, fault, 0, false);
}

static void end_well(struct life *life) /* the disk recovers, and everything that waited is stored */
{
	const struct board_orders nothing = { 0 };

	heal(life);
	if (!life->journal)
		assert_int_equal(life_open(life), 0);
	assert_int_equal(life_commit(life, &nothing, NULL, 0), 0);
	life_power(life, CRASH_LOSE_UNSYNCED);
	life_check(life, true);
}

static void end_in_a_cut(struct life *life)
{
	life_power(life, CRASH_LOSE_UNSYNCED);
	life_check(life, false);
}

static void end_in_a_kill(struct life *life) /* what the kernel has seen, the next process sees; see db.c */
{
	life_power(life, CRASH_KEEP_ALL);
	life_check(life, false);
}

static void (*const ends[])(struct life *life) = { end_well, end_in_a_cut, end_in_a_kill };
#define ENDS (sizeof(ends) / sizeof(ends[0]))

/* As a board lives: a journal that does not open is tried again, a commit that fails as well. */
static void live_with_faults(struct life *life)
{
	for (int i = 0; i < STEPS; i++)
		if (life->journal || life_open(life) == 0)
			(void)life_step(life);
}

static void end(struct life *life, uint64_t n)
{
	ends[n % ENDS](life);
	assert_int_equal(life_step(life), 0);
	life_power(life, CRASH_LOSE_UNSYNCED);
	life_check(life, true);
	life_deinit(life);
}

/* --- sweeps --- */

static void test_disk_full_at_every_size(void **state)
{
	bool was_full = true;

	(void)state;
	/* A page and its header in the log are 4120 bytes: with this stride every part of them is met. */
	for (uint64_t bytes = 0, i = 0; was_full; bytes += 1511, i++) {
		struct life life;

		life_init(&life, "disk full", bytes, i, 6000);
		crash_disk_set_capacity(life.disk, bytes);
		live_with_faults(&life);
		assert_true(crash_disk_used_bytes(life.disk) <= bytes);
		was_full = crash_disk_faults(life.disk) > 0;
		end(&life, i);
	}
}

static void sweep_faults(const char *title, enum crash_fault fault, bool is_forever)
{
	/* Syncs are few: each meets every end. */
	uint64_t ends_each = fault == CRASH_FAIL_SYNC ? ENDS : 1;
	uint64_t n = 1, i = 0;
	bool came = true;

	for (; came; n += ++i % ends_each == 0) {
		struct life life;

		life_init(&life, title, n, n, 6000);
		crash_disk_fail_at(life.disk, fault, n, is_forever);
		live_with_faults(&life);
		came = crash_disk_faults(life.disk) > 0;
		end(&life, is_forever ? i : i + 1);
	}
	print_message("%s: %ju places\n", title, (uintmax_t)n - 1);
}

static void test_io_error_at_every_write_and_sync(void **state)
{
	(void)state;
	sweep_faults("one write fails", CRASH_FAIL_WRITE, false);
	sweep_faults("writes fail from one on", CRASH_FAIL_WRITE, true);
	sweep_faults("one sync fails", CRASH_FAIL_SYNC, false);
	sweep_faults("syncs fail from one on", CRASH_FAIL_SYNC, true);
}

/* --- gaps --- */

struct tally {
	struct prng prng;
	uint64_t given; /* events are numbered from 1 by their mono_ms */
};

static void give(struct life *life, struct tally *tally, uint64_t count)
{
	for (; count > 0; count--) {
		struct board_orders orders = { .event_count = 1 };

		book_event(&orders.events[0], ++tally->given);
		orders.events[0].mono_ms = tally->given;
		orders.events[0].seq = 0; /* the journal gives it */
		orders.events[0].type =
			prng_one_in(&tally->prng, 3) ? WIRE_EVENT_ACCESS_GRANTED : WIRE_EVENT_DOOR_OPENED;
		assert_int_equal(journal_add(life->journal, &orders, NULL, 0), 0);
	}
}

static int commit(struct life *life)
{
	return journal_commit(life->journal, &life->head, life->hash, &life->acked);
}

/* Some of the time the disk is full, or full soon, and for long enough that more comes than there is room to
 * wait in. */
static void live_through_shortages(struct life *life, struct tally *tally)
{
	for (int i = 0; i < 14; i++) {
		uint64_t room = crash_disk_used_bytes(life->disk) + prng_below(&tally->prng, 30000);
		bool is_short = !prng_one_in(&tally->prng, 5);

		crash_disk_set_capacity(life->disk, is_short ? room : UINT64_MAX);
		journal_limit(life->journal, prng_one_in(&tally->prng, 2) ? 500 : JOURNAL_MAX);
		give(life, tally, prng_below(&tally->prng, 1500));
		assert_true(commit(life) == 0 || is_short);
	}
}

/* Between two events of the log as many are missing as the GAPs between them say. */
static void check_gaps(struct life *life, const struct tally *tally)
{
	static struct wire_events page;
	uint64_t seen = 0, missing = 0, seq = 1;
	int n;

	while ((n = journal_read(life->journal, seq, WIRE_EVENTS_MAX, &page)) > 0) {
		for (int i = 0; i < n; i++, seq++) {
			const struct wire_event *event = &page.events[i];

			assert_true(event->seq == seq);
			if (event->type == WIRE_EVENT_GAP) {
				assert_true(event->n > 0);
				missing += (uint64_t)event->n;
				continue;
			}
			if (event->mono_ms != seen + missing + 1)
				fail_msg("seed %ju: event %ju follows %ju and %ju missing",
					(uintmax_t)life->n, (uintmax_t)event->mono_ms, (uintmax_t)seen,
					(uintmax_t)missing);
			seen = event->mono_ms;
			missing = 0;
		}
	}
	assert_int_equal(n, 0);
	assert_true(seen + missing == tally->given);
	assert_int_equal(journal_check(life->journal), 0);
}

static void test_gaps_say_exactly_what_is_missing(void **state)
{
	uint64_t given = 0, stored = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		struct tally tally = { .given = 0 };
		struct life life;

		life_init(&life, "shortages", seed, seed, 100);
		prng_init(&tally.prng, seed);
		assert_int_equal(life_open(&life), 0);
		live_through_shortages(&life, &tally);

		heal(&life);
		journal_limit(life.journal, JOURNAL_MAX);
		give(&life, &tally, 1); /* tells of those before it that were left out */
		assert_int_equal(commit(&life), 0);
		life_power(&life, CRASH_LOSE_UNSYNCED);
		assert_int_equal(life_open(&life), 0);
		check_gaps(&life, &tally);
		given += tally.given;
		stored += life.head;
		life_deinit(&life);
	}
	print_message("%ju events given, %ju stored\n", (uintmax_t)given, (uintmax_t)stored);
	assert_true(stored < given);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_disk_full_at_every_size),

		cmocka_unit_test(test_io_error_at_every_write_and_sync),
		cmocka_unit_test(test_gaps_say_exactly_what_is_missing),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
