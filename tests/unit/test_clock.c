/* clock: true time is always inside the bound, and neither the reading nor the floor goes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/core/clock.h"
#include "tests/sim/prng.h"

#define NOON INT64_C(1760011200000)
#define HOUR (60 * 60 * 1000)
#define DAY (24 * INT64_C(3600000))

static void assert_reading(
	const struct clock *clock, uint64_t now, int64_t wall, uint32_t bound, enum wire_trust trust)
{
	struct clock_reading reading = clock_read(clock, now);

	assert_int_equal(reading.wall_ms, wall);
	assert_int_equal(reading.bound_ms, bound);
	assert_int_equal(reading.trust, trust);
}

static void at_the_floor_only_the_lower_edge_is_known(void **state)
{
	struct clock clock;

	(void)state;
	clock_init(&clock, 5000, NOON, 100);
	assert_reading(&clock, 5000, NOON, UINT32_MAX, WIRE_TRUST_FLOOR);
	/* the oscillator may have run fast: 100 ppm of 1000 s are 100 ms */
	assert_reading(&clock, 5000 + 1000000, NOON + 1000000 - 100, UINT32_MAX, WIRE_TRUST_FLOOR);
}

static void an_answer_makes_trust_and_age_takes_it(void **state)
{
	struct clock clock;
	int64_t step;

	(void)state;
	clock_init(&clock, 0, 0, 100);
	assert_int_equal(clock_answer(&clock, 1000, 1100, NOON, &step), 0);
	assert_int_equal(step, NOON + 50 - 1099); /* from the floor's 1970 */
	assert_reading(&clock, 1100, NOON + 50, 52, WIRE_TRUST_TRUSTED);
	assert_reading(
		&clock, 1100 + CLOCK_TRUST_MS, NOON + 50 + CLOCK_TRUST_MS, 52 + 90, WIRE_TRUST_TRUSTED);
	assert_reading(
		&clock, 1101 + CLOCK_TRUST_MS, NOON + 51 + CLOCK_TRUST_MS, 52 + 91, WIRE_TRUST_HOLDOVER);
	/* a bound that no longer fits stays below what means the floor */
	assert_reading(&clock, 1100 + (UINT64_C(1) << 52), NOON + 50 + (INT64_C(1) << 52), UINT32_MAX - 1,
		WIRE_TRUST_HOLDOVER);
}

static void what_is_not_taken(void **state)
{
	struct clock clock;
	int64_t step;

	(void)state;
	clock_init(&clock, 0, NOON, 0);
	assert_int_equal(clock_answer(&clock, 0, CLOCK_RTT_MAX_MS + 1, NOON + HOUR, &step), CLOCK_TOO_SLOW);
	assert_int_equal(clock_answer(&clock, 0, CLOCK_RTT_MAX_MS, NOON, &step), 0);

	clock_init(&clock, 0, NOON, 0);
	assert_int_equal(clock_answer(&clock, 1000, 1000, NOON + 1000 - 5, &step), CLOCK_BEHIND_FLOOR);
	assert_int_equal(clock_answer(&clock, 1000, 1000, NOON + 1000 - 4, &step), 0);

	clock_init(&clock, 0, NOON, 0);
	assert_int_equal(clock_vouch(&clock, 0, NOON - 501, 500, &step), CLOCK_BEHIND_FLOOR);
	assert_int_equal(clock_vouch(&clock, 0, NOON - 500, 500, &step), 0);
}

static void a_vouched_time_is_holdover_at_best(void **state)
{
	struct clock clock;
	int64_t step;

	(void)state;
	clock_init(&clock, 0, NOON, 0);
	assert_int_equal(clock_vouch(&clock, 0, NOON + HOUR, 500, &step), 0);
	assert_int_equal(step, HOUR);
	assert_reading(&clock, 0, NOON + HOUR, 500, WIRE_TRUST_HOLDOVER);
	/* it does not raise the floor: batteries die reading 2099 */
	assert_int_equal(clock_lower(&clock, 0), NOON);
	/* the bound given may be the largest there is */
	assert_int_equal(clock_vouch(&clock, 0, NOON + HOUR, UINT32_MAX, &step), 0);
	assert_reading(&clock, 0, NOON + HOUR, UINT32_MAX - 1, WIRE_TRUST_HOLDOVER);
}

static void a_signed_time_is_not_given_up_for_a_vouched_one(void **state)
{
	struct clock clock;
	int64_t step = 1;

	(void)state;
	clock_init(&clock, 0, 0, 100);
	assert_int_equal(clock_answer(&clock, 0, 0, NOON, &step), 0); /* ± 2 ms */
	assert_int_equal(clock_vouch(&clock, 0, NOON + 503, 500, &step), CLOCK_CONTRADICTED);
	assert_int_equal(clock_vouch(&clock, 0, NOON - 503, 500, &step), CLOCK_BEHIND_FLOOR);
	assert_int_equal(clock_vouch(&clock, 0, NOON + 100, 500, &step), 0);
	assert_int_equal(step, 0);
	assert_reading(&clock, 0, NOON, 2, WIRE_TRUST_TRUSTED);
	/* ten days later our own bound is 86 s, and a vouched second says more */
	assert_int_equal(clock_vouch(&clock, 10 * DAY, NOON + 10 * DAY + 80000, 1000, &step), 0);
	assert_int_equal(step, 80000);
	assert_reading(&clock, 10 * DAY, NOON + 10 * DAY + 80000, 1000, WIRE_TRUST_HOLDOVER);
}

static void the_reading_waits_rather_than_going_back(void **state)
{
	struct clock clock;
	int64_t step;

	(void)state;
	clock_init(&clock, 0, 0, 0);
	assert_int_equal(clock_answer(&clock, 0, 2000, NOON, &step), 0); /* NOON + 1000 ± 1002 */
	assert_int_equal(clock_answer(&clock, 3000, 3000, NOON + 1200, &step), 0);
	assert_int_equal(step, 0);
	assert_reading(&clock, 3000, NOON + 2000, 802, WIRE_TRUST_TRUSTED);
	assert_reading(&clock, 3500, NOON + 2000, 302, WIRE_TRUST_TRUSTED);
	assert_reading(&clock, 4000, NOON + 2200, 2, WIRE_TRUST_TRUSTED);
}

static void a_signed_time_overrules_a_vouched_one_that_was_wrong(void **state)
{
	struct clock clock;
	int64_t step;

	(void)state;
	clock_init(&clock, 0, 0, 0);
	assert_int_equal(clock_vouch(&clock, 0, NOON + 365 * DAY, 1000, &step), 0);
	assert_int_equal(clock_answer(&clock, 0, 0, NOON, &step), 0);
	assert_int_equal(step, -365 * DAY);
	assert_reading(&clock, 0, NOON, 2, WIRE_TRUST_TRUSTED);
}

static void the_floor_is_stored_now_and_then_and_sooner_in_company(void **state)
{
	const uint64_t alone = CLOCK_FLOOR_EVERY_MS, shared = CLOCK_FLOOR_SHARED_MS;
	struct clock clock;
	int64_t step;

	(void)state;
	clock_init(&clock, 0, NOON, 0);
	assert_int_equal(clock_floor_due(&clock, shared - 1, true), 0);
	assert_int_equal(clock_floor_due(&clock, alone - 1, false), 0);
	assert_int_equal(clock_floor_due(&clock, alone, false), NOON + CLOCK_FLOOR_EVERY_MS);
	assert_int_equal(clock_floor_due(&clock, alone, false), 0);
	assert_int_equal(clock_floor_due(&clock, alone + shared, true), NOON + (int64_t)(alone + shared));
	assert_int_equal(clock_floor_due(&clock, alone + shared, true), 0);
	/* a head moves it at once, and an older lower edge does not bring it back */
	assert_int_equal(clock_answer(&clock, alone + shared, alone + shared, NOON + HOUR, &step), 0);
	assert_int_equal(clock_floor_due(&clock, alone + shared, false), NOON + HOUR);
	assert_int_equal(clock_answer(&clock, alone + shared, alone + shared, NOON + HOUR - 3, &step), 0);
	assert_int_equal(clock_lower(&clock, alone + shared), NOON + HOUR);
}

/* One board's life of thirty days with an oscillator that is wrong by at most what the clock was told, heads
 * that come through a network of any delay, vouched times that are true within what they say, and reboots. */
static void live(uint64_t seed, uint32_t drift_ppm)
{
	struct prng chance;
	struct clock clock;
	int64_t true_ms = NOON, floor_ms = NOON - (int64_t)DAY, last_ms = 0, step;
	uint64_t mono_ms = 1000;
	double fraction = 0, rate;

	prng_init(&chance, seed);
	rate = 1 + (double)((int64_t)prng_below(&chance, 2 * drift_ppm + 1) - (int64_t)drift_ppm) * 1e-6;
	clock_init(&clock, mono_ms, floor_ms, drift_ppm);
	while (true_ms < NOON + 30 * DAY) {
		struct clock_reading reading;
		uint64_t pass_ms = prng_below(&chance, prng_one_in(&chance, 50) ? 2 * DAY : 120000);
		int64_t due;

		/* true time passes by `rate` for each of our milliseconds */
		mono_ms += pass_ms;
		fraction += (double)pass_ms * rate;
		true_ms += (int64_t)fraction;
		fraction -= (double)(int64_t)fraction;

		switch (prng_below(&chance, 8)) {
		case 0: { /* vouched */
			uint32_t bound = 2 + (uint32_t)prng_below(&chance, 5000);
			int64_t off = (int64_t)prng_below(&chance, 2 * bound - 3) - (int64_t)bound + 2;
			int r = clock_vouch(&clock, mono_ms, true_ms + off, bound, &step);

			assert_int_equal(r, 0);
			break;
		}
		case 1: /* reboot: the floor is what was stored */
			if (prng_one_in(&chance, 5)) {
				mono_ms = 1000;
				clock_init(&clock, mono_ms, floor_ms, drift_ppm);
				last_ms = floor_ms;
			}
			break;
		default: { /* a head: asked, read somewhere on the way, received now */
			uint64_t trip_ms = prng_below(&chance, mono_ms < 2500 ? mono_ms : 2500);
			int64_t ago = (int64_t)prng_below(&chance, trip_ms + 1);
			int r = clock_answer(&clock, mono_ms - trip_ms, mono_ms, true_ms - ago, &step);

			assert_int_equal(r, trip_ms > CLOCK_RTT_MAX_MS ? CLOCK_TOO_SLOW : 0);
		}
		}
		reading = clock_read(&clock, mono_ms);
		assert_true(reading.wall_ms >= last_ms);
		last_ms = reading.wall_ms;
		assert_true(clock_lower(&clock, mono_ms) <= true_ms + 1);
		if (reading.trust != WIRE_TRUST_FLOOR) {
			assert_true(true_ms <= reading.wall_ms + (int64_t)reading.bound_ms + 1);
			assert_true(true_ms + 1 >= reading.wall_ms - (int64_t)reading.bound_ms);
		}
		due = clock_floor_due(&clock, mono_ms, mono_ms % 2);
		if (due != 0) {
			assert_true(due > floor_ms);
			floor_ms = due;
		}
	}
}

static void true_time_is_inside_the_bound_whatever_the_drift(void **state)
{
	(void)state;
	for (uint32_t drift_ppm = 0; drift_ppm <= 200; drift_ppm += 20)
		for (uint64_t seed = 0; seed < 20; seed++)
			live(seed * 1000 + drift_ppm, drift_ppm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_the_floor_only_the_lower_edge_is_known),
		cmocka_unit_test(an_answer_makes_trust_and_age_takes_it),
		cmocka_unit_test(what_is_not_taken),
		cmocka_unit_test(a_vouched_time_is_holdover_at_best),
		cmocka_unit_test(a_signed_time_is_not_given_up_for_a_vouched_one),
		cmocka_unit_test(the_reading_waits_rather_than_going_back),
		cmocka_unit_test(a_signed_time_overrules_a_vouched_one_that_was_wrong),
		cmocka_unit_test(the_floor_is_stored_now_and_then_and_sooner_in_company),
		cmocka_unit_test(true_time_is_inside_the_bound_whatever_the_drift),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
