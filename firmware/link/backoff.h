/* backoff - how long to wait before the next try: full jitter, a random part of a bound that doubles from 1 s
 * to 60 s. A thousand boards that lost the same broker at the same moment come back spread out, not in step.
 * Pure. */
#ifndef RUMAH_LINK_BACKOFF_H
#define RUMAH_LINK_BACKOFF_H

#include <stdint.h>

#define BACKOFF_FIRST_MS 1000
#define BACKOFF_LONGEST_MS 60000
#define BACKOFF_LEAST_MS 50 /* not a busy loop, however the dice fall */

struct backoff { /* {0} has not failed yet */
	uint32_t failures;
};

/* One more failure: the wait before the next try. `chance` is any random number. */
uint64_t backoff_next_ms(struct backoff *backoff, uint32_t chance);
/* It went well. */
void backoff_reset(struct backoff *backoff);

#endif
