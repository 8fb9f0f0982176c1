/* F07, F38: bits that flip on the medium, and a board whose power comes and goes for hours. */
#include "tests/sim/journal_life.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/prng.h"

#define BOOT_OPERATIONS_MAX 50 /* a card must outlive a night of a loose plug */

#ifndef ROUNDS
#define ROUNDS 10000 /* flips, and boots */
#endif

/* --- rot --- */

enum finding { AT_OPEN, AT_RECALL, BY_THE_SEAL, BY_CHECK, HARMLESS, FINDINGS };

static const char *const finding_names[FINDINGS] = { "at open", "at recall", "by the seal", "by the check",
	"harmless" };

/* What opened and can be recalled must be what was stored, to the last bit; but for the snapshot's bytes,
 * whose seal is checked at each start. */
static enum finding recall(struct life *life)
{
	struct board_memory memory;
	const char *given;
	char *sealed = NULL;
	size_t len, given_len, page, small;
	bool is_same;

	if (journal_recall(life->journal, &memory, &sealed, &len) != 0)
		return AT_RECALL;
	given = book_snapshot(&life->book, life->book.pages[0].rev, &given_len);
	is_same = sealed && len == given_len && memcmp(sealed, given, len) == 0;
	free(sealed);
	if (!book_find(&life->book, &memory, given, given_len, &page, &small) || page != small)
		fail_msg("flip %ju: recalled what was never stored", (uintmax_t)life->n);
	return is_same ? HARMLESS : BY_THE_SEAL;
}

static enum finding look(struct life *life)
{
	enum finding finding;
	int r = life_open(life);

	if (r != 0) {
		if (r != JOURNAL_CORRUPT && r != JOURNAL_FOREIGN && r != JOURNAL_TOO_NEW)
			fail_msg("flip %ju: opening answers %d", (uintmax_t)life->n, r);
		return AT_OPEN;
	}
	finding = recall(life);
	r = journal_check(life->journal);
	if (r != 0)
		assert_int_equal(r, JOURNAL_CORRUPT);
	if (finding == HARMLESS && r != 0)
		finding = BY_CHECK;
	if (finding == HARMLESS)
		life_check_events(life);
	life_close(life);
	return finding;
}

static void test_flipped_bits_are_found_or_harmless(void **state)
{
	unsigned found[FINDINGS] = { 0 };
	struct life life;
	size_t len;
	void *bytes;

	(void)state;
	life_init(&life, "rot", 0, 1, 3000);
	assert_int_equal(life_open(&life), 0);
	for (int i = 0; i < 24; i++)
		assert_int_equal(life_step(&life), 0);
	for (int i = 0; i < 8; i++) {
		struct board_orders orders = { 0 };

		book_add_events(&life.book, BOARD_EVENTS_MAX, &orders);
		assert_int_equal(life_commit(&life, &orders, NULL, 0), 0);
	}
	life_close(&life);
	bytes = life_save_file(&life, "journal.db", &len);

	for (life.n = 1; life.n <= ROUNDS; life.n++) {
		life_load_file(&life, "journal.db", bytes, len);
		assert_true(crash_disk_rot(life.disk, "journal.db") >= 0);
		found[look(&life)]++;
	}
	for (int i = 0; i < FINDINGS; i++)
		print_message("%s: %u\n", finding_names[i], found[i]);
	assert_true(found[AT_OPEN] > 0 && found[BY_CHECK] > 0);
	free(bytes);
	life_deinit(&life);
}

/* --- rot in the write-ahead log --- */

/* Its frames are chained by sums, so a flipped bit ends it early: whole commits are taken back, and none is
 * changed. Nobody can see that from inside. The next start folds the log into the database, so it holds what
 * came since the last start alone, and at most 1 MiB. */
static void test_flipped_bits_in_the_log_take_back_whole_commits(void **state)
{
	enum { COMMITS = 40, FLIPS = ROUNDS / 20 };
	static struct book_page pages[COMMITS + 1];
	unsigned taken_back = 0;

	(void)state;
	for (uint64_t n = 1; n <= FLIPS; n++) {
		struct life life;

		life_init(&life, "rot in the log", n, n, 3000);
		assert_int_equal(life_open(&life), 0);
		pages[0] = life.book.next;
		for (int i = 1; i <= COMMITS; i++) {
			assert_int_equal(life_step(&life), 0);
			pages[i] = life.book.next;
		}
		crash_disk_cut(life.disk, CRASH_LOSE_UNSYNCED);
		life_close(&life);
		assert_int_equal(crash_disk_power_on(life.disk), 0);
		assert_true(crash_disk_rot(life.disk, "journal.db-wal") >= 0);

		memcpy(life.book.pages, pages, sizeof(pages));
		life.book.page_count = COMMITS + 1;
		life_check(&life, true);
		taken_back += life.book.next.head < pages[COMMITS].head;
		life_deinit(&life);
	}
	print_message("%u of %u took commits back\n", taken_back, (unsigned)FLIPS);
	assert_true(taken_back > 0);
}

/* --- flaps --- */

static void recall_and_go_on(struct life *life)
{
	struct board_memory memory;
	char *sealed = NULL;
	size_t len, page, small;

	assert_int_equal(journal_recall(life->journal, &memory, &sealed, &len), 0);
	if (!book_find(&life->book, &memory, sealed, len, &page, &small))
		fail_msg("boot %ju: something is lost", (uintmax_t)life->n);
	book_go_on(&life->book, page, small);
	free(sealed);
}

/* A start, its boot event, and an end: cut at some operation, after them all, or clean. */
static void flap(struct life *life, struct prng *prng)
{
	struct board_orders orders = { 0 };
	bool is_clean = prng_one_in(prng, 20);

	if (!is_clean && prng_one_in(prng, 2)) {
		enum crash_mode mode = (enum crash_mode)prng_below(prng, CRASH_MODES);

		crash_disk_cut_at(life->disk, 1 + prng_below(prng, 30), mode);
	}
	if (life_open(life) == 0) {
		recall_and_go_on(life);
		book_add_events(&life->book, 1, &orders);
		(void)life_commit(life, &orders, NULL, 0);
		if (is_clean)
			life_close(life);
	}
	assert_true(life->journal || is_clean || crash_disk_is_off(life->disk));
}

static void test_power_that_comes_and_goes_wears_nothing_out(void **state)
{
	uint64_t most = 0, all = 0;
	struct life life;
	struct prng prng;

	(void)state;
	prng_init(&prng, 38);
	life_init(&life, "flaps", 0, 38, 3000);
	assert_int_equal(life_open(&life), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(life_step(&life), 0);
	life_close(&life);

	for (life.n = 1; life.n <= ROUNDS; life.n++) {
		uint64_t before = crash_disk_operations(life.disk), operations;

		flap(&life, &prng);
		operations = crash_disk_operations(life.disk) - before;
		most = operations > most ? operations : most;
		all += operations;
		life_power(&life, (enum crash_mode)prng_below(&prng, CRASH_MODES));
	}
	print_message("%u boots: %ju operations at most, %ju on average\n", (unsigned)ROUNDS, (uintmax_t)most,
		(uintmax_t)(all / ROUNDS));
	assert_true(most <= BOOT_OPERATIONS_MAX);
	life_check(&life, true);
	assert_true(life.book.next.head > ROUNDS / 4);
	life_deinit(&life);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flipped_bits_are_found_or_harmless),
		cmocka_unit_test(test_flipped_bits_in_the_log_take_back_whole_commits),
		cmocka_unit_test(test_power_that_comes_and_goes_wears_nothing_out),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
