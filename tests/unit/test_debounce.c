#include "firmware/core/debounce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define STEPS_MAX 8
#define NEVER UINT64_MAX

struct move { /* '+' high, '-' low, '.' the clock alone, at at_ms; what is answered, and is_high after it */
	char what;
	uint64_t at_ms;
	unsigned answer;
	bool is_high;
};

/* clang-format off */
static const struct {
	const char *name;
	bool is_high; /* at the start, at 1000 ms */
	struct move moves[STEPS_MAX];
	uint64_t next_ms;
} cases[] = {
	{ "the level at the start is the level", true, { { '.', 9000, 0, true } }, NEVER },
	{ "a change counts when it was steady", false,
	  { { '+', 2000, 0, false }, { '.', 2049, 0, false }, { '.', 2050, DEBOUNCE_CHANGED, true } }, NEVER },
	{ "and back again", true,
	  { { '-', 2000, 0, true }, { '.', 2050, DEBOUNCE_CHANGED, false }, { '+', 2100, 0, false },
	    { '.', 2150, DEBOUNCE_CHANGED, true } }, NEVER },
	{ "what is short is nothing", false,
	  { { '+', 2000, 0, false }, { '-', 2049, 0, false }, { '.', 9000, 0, false } }, NEVER },
	{ "each bounce begins the time anew", false,
	  { { '+', 2000, 0, false }, { '-', 2003, 0, false }, { '+', 2006, 0, false }, { '.', 2055, 0, false },
	    { '.', 2056, DEBOUNCE_CHANGED, true } }, NEVER },
	{ "the moment to ask is when it would be steady", false, { { '+', 2000, 0, false } }, 2050 },
	{ "a loop that was late hears of a press that is over", false,
	  { { '+', 2000, 0, false }, { '-', 2300, DEBOUNCE_CHANGED, true }, { '.', 2350, DEBOUNCE_CHANGED, false } },
	  NEVER },
	{ "the same level again is no edge", false,
	  { { '+', 2000, 0, false }, { '+', 2040, 0, false }, { '.', 2050, DEBOUNCE_CHANGED, true } }, NEVER },
	{ "an edge that was lost shows in the level", false,
	  { { '+', 2000, 0, false }, { '+', 2060, DEBOUNCE_CHANGED, true } }, NEVER },
	{ "a time stamp from before the newest edge counts as that", false,
	  { { '+', 2000, 0, false }, { '-', 1990, 0, false }, { '+', 1995, 0, false },
	    { '.', 2050, DEBOUNCE_CHANGED, true } }, NEVER },
	{ "a clock asked about the past says nothing", false,
	  { { '+', 2000, 0, false }, { '.', 1000, 0, false } }, 2050 },
};
/* clang-format on */

static void play(struct debounce *debounce, const struct move *move)
{
	unsigned answer = move->what == '.' ? debounce_tick(debounce, move->at_ms)
					    : debounce_feed(debounce, move->what == '+', move->at_ms);

	assert_int_equal(answer, move->answer);
	assert_int_equal(debounce->is_high, move->is_high);
}

static void test_levels_as_a_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct debounce debounce;

		print_message("  %s\n", cases[i].name);
		debounce_init(&debounce, cases[i].is_high, DEBOUNCE_MS, 1000);
		for (const struct move *move = cases[i].moves; move->what; move++)
			play(&debounce, move);
		assert_int_equal(debounce_next_ms(&debounce), cases[i].next_ms);
	}
}

/* Edges every `every_ms` from 2000 on; when the fault was told, 0 never. */
static uint64_t rattle(struct debounce *debounce, uint64_t every_ms, uint64_t until_ms)
{
	bool is_high = debounce->is_high;

	for (uint64_t at = 2000; at <= until_ms; at += every_ms) {
		is_high = !is_high;
		if (debounce_feed(debounce, is_high, at) & DEBOUNCE_BOUNCING)
			return at;
	}
	return 0;
}

static void test_what_never_keeps_still_is_told_once_and_until_it_does(void **state)
{
	struct debounce debounce;
	uint64_t told, edge;

	(void)state;
	debounce_init(&debounce, false, DEBOUNCE_MS, 0);
	told = rattle(&debounce, 10, 60000);
	assert_int_equal(told, 2000 + DEBOUNCE_BOUNCING_MS);
	assert_true(debounce.is_bouncing);
	assert_false(debounce.is_high); /* never steady: nothing was believed */
	edge = told + 20;
	assert_int_equal(debounce_feed(&debounce, !debounce.is_raw_high, edge), 0);
	assert_int_equal(debounce_feed(&debounce, !debounce.is_raw_high, edge), 0);
	debounce_tick(&debounce, edge + DEBOUNCE_MS);
	assert_int_equal(debounce_next_ms(&debounce), edge + DEBOUNCE_OVER_MS);
	assert_int_equal(debounce_tick(&debounce, edge + DEBOUNCE_OVER_MS - 1), 0);
	assert_int_equal(debounce_tick(&debounce, edge + DEBOUNCE_OVER_MS), DEBOUNCE_CALM);
	assert_int_equal(debounce_next_ms(&debounce), NEVER);
}

static void test_a_leaf_that_swings_is_told_as_bouncing_and_still_as_a_leaf(void **state)
{
	struct debounce debounce;
	unsigned changes = 0;
	bool is_high = false;

	(void)state;
	debounce_init(&debounce, false, DEBOUNCE_MS, 0);
	for (uint64_t at = 2000; at < 20000; at += 400) {
		is_high = !is_high;
		if (debounce_feed(&debounce, is_high, at) & DEBOUNCE_CHANGED)
			changes++;
	}
	assert_true(debounce.is_bouncing);
	assert_int_equal(changes, 44); /* the last of the 45 is not steady yet */
}

static void test_a_busy_door_is_not_a_bouncing_one(void **state)
{
	struct debounce debounce;

	(void)state;
	debounce_init(&debounce, false, DEBOUNCE_MS, 0);
	assert_int_equal(rattle(&debounce, DEBOUNCE_CALM_MS, 600000), 0);
}

/* Leosac's DoorManager flips its idea of the door at each edge: one bounce inverts it for ever. */
static void test_defect_02_one_bounce_does_not_invert_the_door_for_ever(void **state)
{
	struct debounce debounce;

	(void)state;
	debounce_init(&debounce, true, DEBOUNCE_MS, 0); /* started with the door open: the level is read */
	assert_true(debounce.is_high);
	debounce_feed(&debounce, false, 1000);
	debounce_feed(&debounce, true, 1002);
	debounce_feed(&debounce, false, 1004); /* three edges for one closing */
	assert_int_equal(debounce_tick(&debounce, 1100), DEBOUNCE_CHANGED);
	assert_false(debounce.is_high);
	debounce_feed(&debounce, false, 1200); /* an edge whose opposite was lost */
	assert_false(debounce.is_high);
	debounce_feed(&debounce, true, 1300);
	debounce_tick(&debounce, 1400);
	assert_true(debounce.is_high);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels_as_a_table),
		cmocka_unit_test(test_what_never_keeps_still_is_told_once_and_until_it_does),
		cmocka_unit_test(test_a_leaf_that_swings_is_told_as_bouncing_and_still_as_a_leaf),
		cmocka_unit_test(test_a_busy_door_is_not_a_bouncing_one),
		cmocka_unit_test(test_defect_02_one_bounce_does_not_invert_the_door_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
