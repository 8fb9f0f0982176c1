/* hours - see hours.h */
#include "gateway/core/hours.h"

bool hours_is_sound(const struct hours *hours)
{
	return hours->days >= 1 && hours->days <= 127 && hours->from_min < 1440 && hours->to_min >= 1 &&
	       hours->to_min <= 1440;
}

/* Until when it stays open from at_ms on, by one stretch that opens on the local day `day`; 0: by that it is
 * not. */
static int64_t open_until(
	const struct hours_week *week, const struct hours *hours, int64_t day, int64_t at_ms)
{
	int64_t midnight_ms = day * WINDOW_DAY_MS - (int64_t)week->zone_min * WINDOW_MINUTE_MS;
	int64_t from_ms = midnight_ms + (int64_t)hours->from_min * WINDOW_MINUTE_MS;
	int64_t until_ms = midnight_ms + (int64_t)hours->to_min * WINDOW_MINUTE_MS;

	if (hours->to_min <= hours->from_min)
		until_ms += WINDOW_DAY_MS;
	/* 1 January 1970 was a Thursday. */
	if (!(hours->days >> ((day + 3) % 7) & 1) || at_ms < from_ms || at_ms >= until_ms)
		return 0;
	return until_ms;
}

/* Until when it stays open from at_ms on; 0: it is closed then. */
static int64_t stretch_from(const struct hours_week *week, int64_t at_ms)
{
	int64_t day = (at_ms + (int64_t)week->zone_min * WINDOW_MINUTE_MS) / WINDOW_DAY_MS;
	int64_t until_ms = 0;

	for (size_t i = 0; i < week->count; i++) {
		for (int64_t before = 0; before < 2; before++) {
			int64_t end_ms = open_until(week, &week->list[i], day - before, at_ms);

			if (end_ms > until_ms)
				until_ms = end_ms;
		}
	}
	for (size_t i = 0; i < week->holiday_count; i++) {
		const struct window *holiday = &week->holidays[i];

		if (at_ms >= holiday->from_ms && at_ms < holiday->until_ms)
			return 0;
		if (holiday->from_ms > at_ms && holiday->from_ms < until_ms)
			until_ms = holiday->from_ms;
	}
	return until_ms;
}

bool hours_cover(const struct hours_week *week, struct window booking)
{
	int64_t at_ms = booking.from_ms;

	if (week->count == 0)
		return true;
	while (at_ms < booking.until_ms) {
		int64_t until_ms = stretch_from(week, at_ms);

		if (until_ms == 0)
			return false;
		at_ms = until_ms; /* later than before: this comes to an end */
	}
	return true;
}

int64_t hours_open_ms(const struct hours_week *week, struct window span)
{
	int64_t open_ms = 0, at_ms = span.from_ms;

	if (week->count == 0)
		return span.until_ms - span.from_ms;
	while (at_ms < span.until_ms) {
		int64_t until_ms = stretch_from(week, at_ms);
		bool is_open = until_ms != 0;

		if (!is_open) /* hours begin at whole minutes */
			until_ms = at_ms / WINDOW_MINUTE_MS * WINDOW_MINUTE_MS + WINDOW_MINUTE_MS;
		if (until_ms > span.until_ms)
			until_ms = span.until_ms;
		open_ms += is_open ? until_ms - at_ms : 0;
		at_ms = until_ms;
	}
	return open_ms;
}
