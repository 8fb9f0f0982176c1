/* guess: five wrong codes are free, then each costs; only time forgives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/core/guess.h"

#define S UINT64_C(1000)
#define MIN (60 * S)
#define HOUR (60 * MIN)

static void each_wrong_code_costs_more(void **state)
{
	static const uint64_t lockouts[] = { 0, 0, 0, 0, 0, 30 * S, 1 * MIN, 2 * MIN, 4 * MIN, 8 * MIN,
		16 * MIN, 30 * MIN, 30 * MIN, 30 * MIN };
	struct guess guess;
	uint64_t now = 5;

	(void)state;
	guess_init(&guess, now, 0, false);
	for (unsigned i = 0; i < sizeof(lockouts) / sizeof(lockouts[0]); i++) {
		assert_int_equal(guess_wrong(&guess, now), lockouts[i]);
		assert_int_equal(guess.failures, i + 1);
		assert_int_equal(guess_is_locked(&guess, now), lockouts[i] > 0);
		if (lockouts[i] == 0) {
			assert_int_equal(guess_next_mono_ms(&guess), now + HOUR);
			continue;
		}
		assert_int_equal(guess_next_mono_ms(&guess), now + lockouts[i]);
		now += lockouts[i] - 1;
		assert_false(guess_tick(&guess, now));
		assert_true(guess_is_locked(&guess, now));
		now += 1;
		assert_true(guess_tick(&guess, now));
		assert_false(guess_is_locked(&guess, now));
	}
}

static void only_quiet_hours_forgive(void **state)
{
	struct guess guess;

	(void)state;
	guess_init(&guess, 0, 3, false);
	assert_false(guess_tick(&guess, HOUR - 1));
	assert_true(guess_tick(&guess, HOUR));
	assert_int_equal(guess.failures, 2);
	/* a wrong one begins the hour anew */
	guess_wrong(&guess, HOUR + 30 * MIN);
	assert_false(guess_tick(&guess, 2 * HOUR + 29 * MIN));
	assert_true(guess_tick(&guess, 2 * HOUR + 30 * MIN));
	/* a long sleep is several hours */
	assert_true(guess_tick(&guess, 100 * HOUR));
	assert_int_equal(guess.failures, 0);
	assert_int_equal(guess_next_mono_ms(&guess), UINT64_MAX);
	assert_false(guess_tick(&guess, 200 * HOUR));
}

static void a_reboot_serves_the_lockout_anew(void **state)
{
	struct guess guess;

	(void)state;
	guess_init(&guess, 7, 6, true);
	assert_int_equal(guess.locked_until_mono_ms, 7 + 30 * S);
	guess_init(&guess, 7, 12, true);
	assert_int_equal(guess.locked_until_mono_ms, 7 + 30 * MIN);
	guess_init(&guess, 7, 12, false);
	assert_int_equal(guess.locked_until_mono_ms, 0);
	guess_init(&guess, 7, 0, true); /* a record that says both cannot be ours */
	assert_false(guess_is_locked(&guess, 7));
}

static void staff_clear_it(void **state)
{
	struct guess guess;

	(void)state;
	guess_init(&guess, 0, 12, true);
	guess_clear(&guess, 10);
	assert_false(guess_is_locked(&guess, 10));
	assert_int_equal(guess.failures, 0);
	assert_int_equal(guess_wrong(&guess, 10), 0);
}

static void the_level_stops_counting_somewhere(void **state)
{
	struct guess guess;

	(void)state;
	guess_init(&guess, 0, GUESS_MOST, false);
	assert_int_equal(guess_wrong(&guess, 0), 30 * MIN);
	assert_int_equal(guess.failures, GUESS_MOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_wrong_code_costs_more),
		cmocka_unit_test(only_quiet_hours_forgive),
		cmocka_unit_test(a_reboot_serves_the_lockout_anew),
		cmocka_unit_test(staff_clear_it),
		cmocka_unit_test(the_level_stops_counting_somewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
