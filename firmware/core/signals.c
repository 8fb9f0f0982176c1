#include "firmware/core/signals.h"

#define NEVER UINT64_MAX

bool signals_set(struct signals *signals, uint64_t now_mono_ms, unsigned name, bool is_active)
{
	bool was_standing = signals->list[name].is_standing;

	if (is_active == signals->list[name].is_active)
		return false;
	signals->list[name].is_active = is_active;
	signals->list[name].is_standing = true;
	signals->list[name].over_mono_ms = now_mono_ms + SIGNAL_QUIET_MS;
	return !was_standing;
}

static uint64_t over_mono_ms(const struct signals *signals, unsigned name)
{
	bool is_going = signals->list[name].is_standing && !signals->list[name].is_active;

	return is_going ? signals->list[name].over_mono_ms : NEVER;
}

int signals_over(struct signals *signals, uint64_t now_mono_ms)
{
	for (unsigned name = 0; name < SIGNAL_COUNT; name++) {
		if (now_mono_ms < over_mono_ms(signals, name))
			continue;
		signals->list[name].is_standing = false;
		return (int)name;
	}
	return -1;
}

bool signals_stands(const struct signals *signals, unsigned name)
{
	return signals->list[name].is_standing;
}

bool signals_is_active(const struct signals *signals, unsigned name)
{
	return signals->list[name].is_active;
}

uint64_t signals_next_mono_ms(const struct signals *signals)
{
	uint64_t next = NEVER;

	for (unsigned name = 0; name < SIGNAL_COUNT; name++) {
		uint64_t over = over_mono_ms(signals, name);

		next = over < next ? over : next;
	}
	return next;
}
