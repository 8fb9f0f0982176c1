/* F01: power is cut in any operation of the journal's disk, and again while the next
 * start recovers. What journal_commit() promised is there, the guess budget, the floor and the snapshot are
 * never older than promised, and nothing is there by half. */
#include "tests/sim/journal_life.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* --- beginnings --- */

static struct {
	void *bytes;
	size_t len;
	struct book_page page;
} old; /* a journal with a history that is about to be trimmed */

static void begin_new(struct life *life)
{
	(void)life; /* the journal is born during the scenario */
}

static void begin_old(struct life *life)
{
	life_load_file(life, "journal.db", old.bytes, old.len);
	life->book.next = life->book.pages[0] = old.page;
}

static void make_old(void)
{
	struct life life;

	life_init(&life, "an old journal", 0, 1, 100);
	assert_int_equal(life_open(&life), 0);
	while (life.book.next.head < JOURNAL_HISTORY + 200) {
		struct board_orders orders = { 0 };

		book_add_events(&life.book, BOARD_EVENTS_MAX, &orders);
		if (life.book.next.head > JOURNAL_HISTORY)
			book_add_forget(&life.book, life.book.next.head, &orders);
		assert_int_equal(life_commit(&life, &orders, NULL, 0), 0);
	}
	life_close(&life);
	old.page = life.book.next;
	old.bytes = life_save_file(&life, "journal.db", &old.len);
	life_deinit(&life);
}

/* --- lives --- */

/* Two lives with a clean end between them. */
static int live_by_turns(struct life *life)
{
	int r = life_open(life);

	for (int i = 0; i < 8 && r == 0; i++)
		r = life_step(life);
	life_close(life);
	if (r == 0)
		r = life_open(life);
	for (int i = 0; i < 4 && r == 0; i++)
		r = life_step(life);
	life_close(life);
	return r;
}

/* Snapshots so large that the log is folded into the database in the middle of it. */
static int live_largely(struct life *life)
{
	int r = life_open(life);

	for (int i = 0; i < 16 && r == 0; i++)
		r = life_step(life);
	life_close(life);
	return r;
}

static int live_through_a_trim(struct life *life)
{
	int r = life_open(life);

	for (int i = 0; i < 6 && r == 0; i++) {
		struct board_orders orders = { 0 };

		book_add_events(&life->book, BOARD_EVENTS_MAX, &orders);
		book_add_forget(&life->book, life->book.next.head, &orders);
		r = life_commit(life, &orders, NULL, 0);
	}
	if (r == 0) {
		static struct wire_events page;

		assert_int_equal(journal_read(life->journal, 1, 1, &page), 0); /* it is trimmed */
	}
	life_close(life);
	return r;
}

struct scenario {
	const char *title;
	void (*begin)(struct life *life);
	int (*live)(struct life *life);
	size_t snapshot_bytes;
	uint64_t stride;        /* cuts in every operation, or in every so many-th */
	unsigned modes;         /* at each of them, going round */
	uint64_t second_stride; /* of the first cuts that a second one follows; a prime to what a commit takes
				 */
};

/* clang-format off */
static const struct scenario scenarios[] = {
	{ "everything by turns",        begin_new, live_by_turns,       6000, 1, CRASH_MODES, 37 },
	{ "large snapshots",            begin_new, live_largely,       90000, 5, 1,         113 },
	{ "acknowledged history goes",  begin_old, live_through_a_trim,  100, 1, 1,          37 },
};
/* clang-format on */

static const struct scenario *const scenarios_end = scenarios + sizeof(scenarios) / sizeof(scenarios[0]);

/* --- sweeps --- */

/* Returns whether the power was cut. */
static bool live_and_be_cut(
	struct life *life, const struct scenario *scenario, uint64_t n, enum crash_mode mode)
{
	bool was_cut;
	int r;

	life_init(life, scenario->title, n, n * CRASH_MODES + mode, scenario->snapshot_bytes);
	scenario->begin(life);
	crash_disk_cut_at(life->disk, n, mode);
	r = scenario->live(life);
	was_cut = crash_disk_is_off(life->disk);
	if (!was_cut)
		assert_int_equal(r, 0);
	crash_disk_cut_at(life->disk, 0, mode);
	life_power(life, CRASH_KEEP_ALL);
	return was_cut;
}

/* What is promised after the recovery holds as well; to see that in some of the lives will do. */
static void check_and_live_on(struct life *life, bool lives_on)
{
	life_check(life, true);
	if (!lives_on) {
		life_deinit(life);
		return;
	}
	assert_int_equal(life_step(life), 0);
	life_power(life, CRASH_LOSE_UNSYNCED);
	life_check(life, true);
	life_deinit(life);
}

static void test_power_cut_at_every_operation(void **state)
{
	(void)state;
	for (const struct scenario *scenario = scenarios; scenario < scenarios_end; scenario++) {
		uint64_t n = 1, i = 0;
		bool was_cut = true;

		for (; was_cut; n += ++i % scenario->modes == 0 ? scenario->stride : 0) {
			struct life life;

			was_cut = live_and_be_cut(&life, scenario, n, i % CRASH_MODES);
			check_and_live_on(&life, i % 5 == 0);
		}
		print_message("%s: %ju operations, %ju lives\n", scenario->title, (uintmax_t)n, (uintmax_t)i);
	}
}

/* Opens, recalls, takes one step, closes, as far as the power lasts. Returns whether it did not. */
static bool recover_and_be_cut(struct life *life, uint64_t n, enum crash_mode mode)
{
	struct board_memory memory;
	char *sealed = NULL;
	bool was_cut;
	size_t len;

	crash_disk_cut_at(life->disk, n, mode);
	if (life_open(life) == 0) {
		size_t page, small;

		if (journal_recall(life->journal, &memory, &sealed, &len) == 0 &&
			book_find(&life->book, &memory, sealed, len, &page, &small)) {
			book_go_on(&life->book, page, small);
			(void)life_step(life);
		}
		free(sealed);
	}
	life_close(life);
	was_cut = crash_disk_is_off(life->disk);
	crash_disk_cut_at(life->disk, 0, mode);
	life_power(life, CRASH_KEEP_ALL);
	return was_cut;
}

static void test_power_cut_while_recovering(void **state)
{
	uint64_t n_pairs = 0;

	(void)state;
	for (const struct scenario *scenario = scenarios; scenario < scenarios_end; scenario++) {
		bool first_came = true, second_came;

		for (uint64_t n = 1; first_came; n += scenario->second_stride) {
			uint64_t second = 1;

			do {
				struct life life;

				first_came = live_and_be_cut(&life, scenario, n, n % CRASH_MODES);
				second_came = recover_and_be_cut(&life, second, (n + second) % CRASH_MODES);
				check_and_live_on(&life, second % 5 == 1);
				n_pairs++;
				second += second < 30 ? 1 : 13; /* a large log: page by page */
			} while (second_came);
		}
	}
	print_message("%ju pairs of cuts\n", (uintmax_t)n_pairs);
}

static int set_up(void **state)
{
	(void)state;
	make_old();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(old.bytes);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_cut_at_every_operation),
		cmocka_unit_test(test_power_cut_while_recovering),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
