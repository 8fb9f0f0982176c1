/* window - see window.h */
#include "gateway/core/window.h"

bool window_overlaps(struct window a, struct window b)
{
	return a.from_ms < b.until_ms && b.from_ms < a.until_ms;
}

struct window window_taken(struct window booking, uint32_t before_min, uint32_t after_min)
{
	return (struct window){ booking.from_ms - (int64_t)before_min * WINDOW_MINUTE_MS,
		booking.until_ms + (int64_t)after_min * WINDOW_MINUTE_MS };
}

int64_t window_offline_until(struct window grant, int64_t snapshot_ms)
{
	int64_t end_ms = snapshot_ms + WINDOW_STANDING_MS;

	if (grant.until_ms - grant.from_ms <= WINDOW_OFFLINE_MS)
		return grant.until_ms;
	return end_ms < grant.until_ms ? end_ms : grant.until_ms;
}

/* 0 Monday … 6 Sunday of the local day that local_ms lies in; 1 January 1970 was a Thursday. */
static int weekday(int64_t local_ms)
{
	return (int)((local_ms / WINDOW_DAY_MS + 3) % 7);
}

static bool is_holiday(int64_t at_ms, int64_t zone_ms, const struct window *holidays, size_t count)
{
	int64_t midnight_ms = (at_ms + zone_ms) / WINDOW_DAY_MS * WINDOW_DAY_MS - zone_ms;
	struct window day = { midnight_ms, midnight_ms + WINDOW_DAY_MS };

	for (size_t i = 0; i < count; i++) {
		if (window_overlaps(day, holidays[i]))
			return true;
	}
	return false;
}

int64_t window_working_days(
	int64_t now_ms, unsigned days, int zone_min, const struct window *holidays, size_t holiday_count)
{
	int64_t zone_ms = (int64_t)zone_min * WINDOW_MINUTE_MS;
	int64_t at_ms = now_ms;

	/* Holidays are finite, so that a working day always comes. */
	while (days > 0) {
		at_ms += WINDOW_DAY_MS;
		if (weekday(at_ms + zone_ms) < 5 && !is_holiday(at_ms, zone_ms, holidays, holiday_count))
			days--;
	}
	return at_ms;
}
