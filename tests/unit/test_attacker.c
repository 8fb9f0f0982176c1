/* The optimal guesser (T01, T01b): free reboots, a valid code of its own, any patience.
 *
 * The first test is a proof by exhaustion over the real guess.c: what the best player makes of a day from
 * every state a day can begin in. All moments worth acting at lie on a grid of 30 s (lockouts and forgiveness
 * are multiples of it), and typing takes the player no time at all. Since every window of 24 hours begins in
 * one of these states, it bounds thirty days as well. The second plays the whole board for a day, as fast as
 * fingers go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/guess.h"
#include "tests/unit/board_fixture.h"

#define GRID_MS 30000
#define DAY_MS (24 * 60 * 60 * 1000)
#define WINDOW (DAY_MS / GRID_MS)
#define QUIET (GUESS_FORGIVE_MS / GRID_MS)
#define LEVELS 80 /* more than a day can reach from the levels that matter: 58 guesses */
#define LIMIT 60

/* best[t][f][q]: guesses still to come before the day's end, at time t, with f failures and q of the quiet
 * hour gone, and no lockout running */
static uint8_t (*best)[LEVELS][QUIET];

struct outcome {
	unsigned failures, quiet, locked;
};

/* A wrong code now, and the lockout served. Reboots only make it longer: see the assertion. */
static struct outcome guess_now(unsigned failures, unsigned quiet)
{
	uint64_t now = (uint64_t)quiet * GRID_MS, rebooted;
	struct guess guess, reborn;
	struct outcome outcome;

	guess_init(&guess, 0, failures, false);
	guess_wrong(&guess, now);
	guess_init(&reborn, now + 1, guess.failures, guess_is_locked(&guess, now));
	rebooted = reborn.locked_until_mono_ms;
	assert_true(rebooted >= guess.locked_until_mono_ms);
	assert_int_equal(reborn.failures, guess.failures);

	outcome.locked =
		guess_is_locked(&guess, now) ? (unsigned)((guess.locked_until_mono_ms - now) / GRID_MS) : 0;
	assert_int_equal(
		outcome.locked * UINT64_C(30000) + now, outcome.locked ? guess.locked_until_mono_ms : now);
	guess_tick(&guess, now + outcome.locked * UINT64_C(30000));
	outcome.failures = guess.failures;
	outcome.quiet =
		(unsigned)((now + outcome.locked * UINT64_C(30000) - guess.quiet_since_mono_ms) / GRID_MS);
	return outcome;
}

static uint8_t value(unsigned t, unsigned failures, unsigned quiet)
{
	return t < WINDOW && failures < LEVELS ? best[t][failures][quiet] : 0;
}

static void no_day_has_more_than_sixty_guesses(void **state)
{
	unsigned most = 0;

	(void)state;
	best = calloc(WINDOW, sizeof(*best));
	assert_non_null(best);
	for (unsigned t = WINDOW; t-- > 0;) {
		/* High levels first within a moment: a free guess leads to the next level at the same time.
		 */
		for (unsigned f = LEVELS; f-- > 0;) {
			for (unsigned q = 0; q < QUIET; q++) {
				struct outcome after = guess_now(f, q);
				unsigned guess = 1 + value(t + after.locked, after.failures, after.quiet);
				unsigned wait = q + 1 < QUIET ? value(t + 1, f, q + 1)
							      : value(t + 1, f > 0 ? f - 1 : 0, 0);
				unsigned reboot = value(t, f, 0); /* the quiet hour begins anew */

				best[t][f][q] = (uint8_t)(guess > wait ? guess : wait);
				assert_true(q == 0 || reboot <= best[t][f][q]);
				if (t == 0 && best[t][f][q] > most)
					most = best[t][f][q];
			}
		}
	}
	free(best);
	print_message("best player: %u guesses in any 24 hours\n", most);
	assert_true(most <= LIMIT);
	assert_true(most >= 50); /* or the player is a fool */
}

/* --- the whole board --- */

static unsigned wrong_codes(const struct fixture *f)
{
	return fixture_events(f, WIRE_EVENT_ACCESS_DENIED, WIRE_REASON_UNKNOWN_CODE) +
	       fixture_events(f, WIRE_EVENT_ACCESS_DENIED, WIRE_REASON_POWER_CUT);
}

static void a_day_at_the_keypad(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct wire_grant own[] = { fixture_grant(
		"11112222", FIXTURE_EPOCH_MS, FIXTURE_EPOCH_MS + INT64_C(9) * DAY_MS) };
	unsigned wrong = 0, right = 0, round = 0;

	(void)state;
	assert_non_null(f);
	fixture_open(f, own, 1);
	while (f->true_ms < FIXTURE_EPOCH_MS + DAY_MS) {
		struct wire_state now;

		round++;
		fixture_clear(f);
		if (round % 3 == 0)
			fixture_press(f, "11112222#"); /* the own code: resets nothing */
		fixture_press(f, "99999999#");
		if (round % 7 == 0) { /* pull the plug over half a code: not even that is free */
			fixture_press(f, "9999");
			fixture_cut(f);
			fixture_start(f);
			fixture_link(f, true);
			fixture_head(f);
		}
		now = fixture_state(f);
		wrong += wrong_codes(f);
		right += fixture_events(f, WIRE_EVENT_ACCESS_GRANTED, WIRE_REASON_CODE);
		/* sit out the lockout */
		while (now.lockout_s > 0) {
			fixture_clear(f);
			fixture_wait(f, now.lockout_s * UINT64_C(1000));
			now = fixture_state(f);
		}
		assert_true(wrong < 100);
	}
	print_message("a day at the keypad: %u wrong codes, %u right ones\n", wrong, right);
	assert_true(wrong <= LIMIT && wrong > 40 && right > 5);
	fixture_teardown(f);
	free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_day_has_more_than_sixty_guesses),
		cmocka_unit_test(a_day_at_the_keypad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
