/* limit - how often one address may do what costs us something and needs no log-in. Pure; time comes in.
 *
 * A fixed table of buckets: an address gets `burst` at once and one more each `refill_ms`. When the table is
 * full, the fullest bucket (who has waited longest) gives its place away: remembering it would change
 * nothing. */
#ifndef RUMAH_GATEWAY_LIMIT_H
#define RUMAH_GATEWAY_LIMIT_H

#include <stdint.h>

#define LIMIT_ADDRESSES 256

struct limit {
	unsigned burst;
	int64_t refill_ms;
	struct {
		char address[46];
		int64_t full_at_ms; /* when the bucket will be (or was) full again */
	} buckets[LIMIT_ADDRESSES];
};

void limit_init(struct limit *limit, unsigned burst, int64_t refill_ms);
/* Takes one. Returns 0, or the seconds after which one will be there. now_ms is monotonic. */
uint32_t limit_take(struct limit *limit, const char *address, int64_t now_ms);

#endif
