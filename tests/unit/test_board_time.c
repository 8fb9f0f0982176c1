/* What other controllers got wrong about time and cards that wear out, on the whole core. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/clock.h"
#include "tests/unit/board_fixture.h"

#define CODE "12345678#"

static struct fixture f; /* one at a time */
static struct wire_grant grants[1];

static int set_up(void **state)
{
	(void)state;
	grants[0] = fixture_grant("12345678", NOW - HOUR, NOW + DAY);
	fixture_setup(&f);
	fixture_begin(&f, grants, 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_teardown(&f);
	return 0;
}

static void vouch(int64_t wall_ms)
{
	struct board_input clock = { .kind = INPUT_CLOCK, .u.clock = { wall_ms, 100 } };

	fixture_step(&f, &clock);
}

static bool opens(void)
{
	fixture_wait(&f, MIN);
	fixture_press(&f, CODE);
	return f.is_strike_on;
}

/* Defect 10: a cache whose age goes by the wall clock refuses everybody when that jumps on, and lives for
 * ever when it jumps back. */
static void test_defect_10_a_jump_of_the_systems_clock_refuses_nobody_and_revives_nothing(void **state)
{
	static const int64_t jumps[] = { -50 * 365 * DAY, -DAY, DAY, 50 * 365 * DAY };

	(void)state;
	fixture_link(&f, false);
	for (size_t i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
		vouch(NOW + jumps[i]);
		assert_true(opens());
	}
	fixture_wait(&f, DAY); /* on the monotonic clock: now it has ended */
	for (size_t i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
		vouch(NOW + jumps[i]);
		assert_false(opens());
	}
}

/* Defect 10 as well: an unknown code became a row of a table, so that anybody at the keypad could fill it. */
static void test_defect_10_who_types_all_day_fills_nothing(void **state)
{
	unsigned used = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		fixture_wait(&f, 30 * 1000);
		fixture_press(&f, "11223344#");
		used += f.orders[ORDER_STORE_USED];
		fixture_clear(&f);
	}
	assert_true(f.memory.head < 2000); /* an event a minute at most, with how many they were */
	assert_int_equal(used, 0);
}

/* Thread 24: cards wear out. On an idle day the floor alone is stored, and not each minute. */
static void test_thread_24_an_idle_day_wears_the_card_little(void **state)
{
	(void)state;
	fixture_link(&f, false);
	fixture_wait(&f, 10 * MIN);
	fixture_clear(&f);
	fixture_wait(&f, DAY);
	assert_in_range(f.orders[ORDER_STORE_FLOOR], 200, DAY / CLOCK_FLOOR_EVERY_MS);
	assert_int_equal(f.orders[ORDER_STORE_GUESS], 0);
	assert_int_equal(f.orders[ORDER_STORE_SNAPSHOT], 0);
	assert_true(f.event_count < 5); /* the trust of its clock, and that nobody is heard */
}

/* Thread 24 as well: the network is down and nobody enters, and nobody knows why. */
static void test_thread_24_without_a_network_people_enter_and_hear_that_it_is_away(void **state)
{
	(void)state;
	assert_true(opens());
	assert_true(fixture_heard(&f, TONE_ACCEPTED));
	fixture_wait(&f, MIN);
	fixture_link(&f, false);
	fixture_clear(&f);
	assert_true(opens());
	assert_true(fixture_heard(&f, TONE_ACCEPTED_OFFLINE));
}

/* Thread 21: what ended stays ended at a start without a clock, as far as the floor knows: with company it
 * lags by a minute. */
static void test_thread_21_a_code_that_ended_is_not_revived_by_a_start_without_a_clock(void **state)
{
	(void)state;
	fixture_link(&f, false);
	fixture_wait(&f, DAY + HOUR);
	assert_false(opens());
	fixture_cut(&f);
	fixture_start(&f);
	assert_false(opens());
	assert_int_equal(fixture_state(&f).clock.trust, WIRE_TRUST_FLOOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(test_defect_10_a_jump_of_the_systems_clock_refuses_nobody_and_revives_nothing),
		TEST(test_defect_10_who_types_all_day_fills_nothing),
		TEST(test_thread_24_an_idle_day_wears_the_card_little),
		TEST(test_thread_24_without_a_network_people_enter_and_hear_that_it_is_away),
		TEST(test_thread_21_a_code_that_ended_is_not_revived_by_a_start_without_a_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
