/* guess - the guess budget of one keypad: five wrong codes are free, then 30 s doubling to 30 min.
 *
 * Level f is the number of wrong codes, less one per hour without a wrong one. A wrong code at level f >= 5
 * starts a lockout of min(30 min, 30 s · 2^(f-5)). Only time lowers f: a right code never does (faults T01b),
 * nor a reboot. The lockout is stored before its reject tone, served on the monotonic clock, and served anew
 * in full after a reboot. At most 60 guesses a day, whatever the guesser waits for (tests/unit/test_guess.c
 * plays the optimal one).
 *
 * A power cut must not make an attempt free: at the first digit "an entry is open" is stored; found open at
 * start, it counts as wrong. By the time a hand has typed six digits the store is long done. On a card so
 * slow that it is not, the code is weighed when it is, or after three seconds, or at once while storage is
 * known to fail: else somebody with the plug in his hand guesses for nothing, as soon as a flush takes as
 * long as he needs to type (tests/sim/test_journal_attack.c does). Pure. */
#ifndef RUMAH_CORE_GUESS_H
#define RUMAH_CORE_GUESS_H

#include <stdbool.h>
#include <stdint.h>

#define GUESS_FREE 5
#define GUESS_MOST 1000 /* the level is not counted past this: a month and more of quiet */
#define GUESS_FIRST_MS (30 * 1000)
#define GUESS_LONGEST_MS (30 * 60 * 1000)
#define GUESS_FORGIVE_MS (60 * 60 * 1000)

struct guess {
	uint32_t failures;
	uint64_t quiet_since_mono_ms;  /* the hour without a wrong code runs from here */
	uint64_t locked_until_mono_ms; /* 0: not locked out */
};

/* After a start: what was stored. */
void guess_init(struct guess *guess, uint64_t now_mono_ms, uint32_t failures, bool was_locked_out);
/* One wrong code. Returns the lockout it starts in ms, 0 when none. */
uint64_t guess_wrong(struct guess *guess, uint64_t now_mono_ms);
/* Lets time pass. Returns true when failures or the lockout changed: store them. */
bool guess_tick(struct guess *guess, uint64_t now_mono_ms);
bool guess_is_locked(const struct guess *guess, uint64_t now_mono_ms);
/* Staff clear it. */
void guess_clear(struct guess *guess, uint64_t now_mono_ms);
/* When guess_tick() will next change something; UINT64_MAX: never. */
uint64_t guess_next_mono_ms(const struct guess *guess);

#endif
