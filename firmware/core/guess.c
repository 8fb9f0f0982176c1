#include "firmware/core/guess.h"

#define NEVER UINT64_MAX

/* What a wrong code at `level` costs: 0, 0, 0, 0, 0, 30 s, 1, 2, 4, 8, 16, 30, 30 min ... */
static uint64_t lockout_ms(uint32_t level)
{
	uint64_t ms = GUESS_FIRST_MS;

	if (level < GUESS_FREE)
		return 0;
	for (uint32_t i = GUESS_FREE; i < level && ms < GUESS_LONGEST_MS; i++)
		ms *= 2;
	return ms < GUESS_LONGEST_MS ? ms : GUESS_LONGEST_MS;
}

void guess_init(struct guess *guess, uint64_t now_mono_ms, uint32_t failures, bool was_locked_out)
{
	*guess = (struct guess){ .failures = failures, .quiet_since_mono_ms = now_mono_ms };
	if (was_locked_out && failures > 0)
		guess->locked_until_mono_ms = now_mono_ms + lockout_ms(failures - 1);
}

uint64_t guess_wrong(struct guess *guess, uint64_t now_mono_ms)
{
	uint64_t ms = lockout_ms(guess->failures);

	if (guess->failures < GUESS_MOST)
		guess->failures++;
	guess->quiet_since_mono_ms = now_mono_ms;
	if (ms > 0)
		guess->locked_until_mono_ms = now_mono_ms + ms;
	return ms;
}

bool guess_tick(struct guess *guess, uint64_t now_mono_ms)
{
	bool is_changed = false;

	if (guess->locked_until_mono_ms != 0 && now_mono_ms >= guess->locked_until_mono_ms) {
		guess->locked_until_mono_ms = 0;
		is_changed = true;
	}
	while (guess->failures > 0 && now_mono_ms - guess->quiet_since_mono_ms >= GUESS_FORGIVE_MS) {
		guess->failures--;
		guess->quiet_since_mono_ms += GUESS_FORGIVE_MS;
		is_changed = true;
	}
	return is_changed;
}

bool guess_is_locked(const struct guess *guess, uint64_t now_mono_ms)
{
	return now_mono_ms < guess->locked_until_mono_ms;
}

void guess_clear(struct guess *guess, uint64_t now_mono_ms)
{
	*guess = (struct guess){ .quiet_since_mono_ms = now_mono_ms };
}

uint64_t guess_next_mono_ms(const struct guess *guess)
{
	uint64_t forgiven_mono_ms = guess->quiet_since_mono_ms + GUESS_FORGIVE_MS;

	if (guess->failures == 0)
		return NEVER;
	/* A lockout is always shorter than the quiet hour. */
	return guess->locked_until_mono_ms != 0 ? guess->locked_until_mono_ms : forgiven_mono_ms;
}
