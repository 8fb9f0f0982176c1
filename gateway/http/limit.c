#include "gateway/http/limit.h"

#include <stdio.h>
#include <string.h>

void limit_init(struct limit *limit, unsigned burst, int64_t refill_ms)
{
	memset(limit, 0, sizeof(*limit));
	limit->burst = burst;
	limit->refill_ms = refill_ms;
}

static unsigned bucket_of(struct limit *limit, const char *address)
{
	unsigned fullest = 0;

	for (unsigned i = 0; i < LIMIT_ADDRESSES; i++) {
		if (strcmp(limit->buckets[i].address, address) == 0)
			return i;
		if (limit->buckets[i].full_at_ms < limit->buckets[fullest].full_at_ms)
			fullest = i;
	}
	snprintf(limit->buckets[fullest].address, sizeof(limit->buckets[0].address), "%s", address);
	limit->buckets[fullest].full_at_ms = 0;
	return fullest;
}

uint32_t limit_take(struct limit *limit, const char *address, int64_t now_ms)
{
	int64_t *full_at_ms = &limit->buckets[bucket_of(limit, address)].full_at_ms;
	int64_t from = *full_at_ms > now_ms ? *full_at_ms : now_ms;
	int64_t ahead = from + limit->refill_ms - now_ms - (int64_t)limit->burst * limit->refill_ms;

	if (ahead > 0)
		return (uint32_t)((ahead + 999) / 1000);
	*full_at_ms = from + limit->refill_ms;
	return 0;
}
