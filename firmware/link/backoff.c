#include "firmware/link/backoff.h"

uint64_t backoff_next_ms(struct backoff *backoff, uint32_t chance)
{
	uint64_t bound = BACKOFF_FIRST_MS;

	for (uint32_t i = 0; i < backoff->failures && bound < BACKOFF_LONGEST_MS; i++)
		bound *= 2;
	if (bound > BACKOFF_LONGEST_MS)
		bound = BACKOFF_LONGEST_MS;
	if (backoff->failures < 32)
		backoff->failures++;
	return BACKOFF_LEAST_MS + (bound - BACKOFF_LEAST_MS) * chance / UINT32_MAX;
}

void backoff_reset(struct backoff *backoff)
{
	backoff->failures = 0;
}
