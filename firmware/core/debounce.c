#include "firmware/core/debounce.h"

void debounce_init(struct debounce *debounce, bool is_high, uint32_t steady_ms, uint64_t now_ms)
{
	*debounce = (struct debounce){
		.is_high = is_high,
		.is_raw_high = is_high,
		.steady_ms = steady_ms,
		.raw_since_ms = now_ms,
		.restless_since_ms = now_ms,
	};
}

uint64_t debounce_next_ms(const struct debounce *debounce)
{
	if (debounce->is_raw_high != debounce->is_high)
		return debounce->raw_since_ms + debounce->steady_ms;
	return debounce->is_bouncing ? debounce->raw_since_ms + DEBOUNCE_OVER_MS : UINT64_MAX;
}

unsigned debounce_tick(struct debounce *debounce, uint64_t now_ms)
{
	uint64_t quiet_ms = now_ms > debounce->raw_since_ms ? now_ms - debounce->raw_since_ms : 0;
	unsigned answer = 0;

	if (debounce->is_raw_high != debounce->is_high && quiet_ms >= debounce->steady_ms) {
		debounce->is_high = debounce->is_raw_high;
		answer |= DEBOUNCE_CHANGED;
	}
	if (debounce->is_bouncing && quiet_ms >= DEBOUNCE_OVER_MS) {
		debounce->is_bouncing = false;
		answer |= DEBOUNCE_CALM;
	}
	return answer;
}

unsigned debounce_feed(struct debounce *debounce, bool is_high, uint64_t at_ms)
{
	unsigned answer = debounce_tick(debounce, at_ms);
	uint64_t edge_ms = at_ms > debounce->raw_since_ms ? at_ms : debounce->raw_since_ms;

	if (is_high == debounce->is_raw_high)
		return answer;
	if (edge_ms - debounce->raw_since_ms >= DEBOUNCE_CALM_MS)
		debounce->restless_since_ms = edge_ms;
	debounce->is_raw_high = is_high;
	debounce->raw_since_ms = edge_ms;
	if (!debounce->is_bouncing && edge_ms - debounce->restless_since_ms >= DEBOUNCE_BOUNCING_MS) {
		debounce->is_bouncing = true;
		answer |= DEBOUNCE_BOUNCING;
	}
	return answer;
}
