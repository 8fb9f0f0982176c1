/* hours - the opening hours of a unit, by weekday: whether a booking lies within them, and how long they are.
 * Holidays are closed. No hours at all means always open, holidays too: there is nobody to be at home. Pure.
 */
#ifndef RUMAH_GATEWAY_HOURS_H
#define RUMAH_GATEWAY_HOURS_H

#include "gateway/core/window.h"

#define HOURS_MAX 14 /* two stretches a day */

struct hours {
	uint8_t days;              /* bit 0 Monday … bit 6 Sunday: the day on which it opens */
	uint16_t from_min, to_min; /* of the local day; to_min not after from_min runs past midnight */
};
struct hours_week {
	size_t count;
	struct hours list[HOURS_MAX];
	int zone_min; /* from UTC */
	const struct window *holidays;
	size_t holiday_count;
};

/* A day at least, a minute within it, and to_min up to 1440. */
bool hours_is_sound(const struct hours *hours);
/* The whole of `booking` is open, stretches that touch counting as one. Bookings from 1970 on. */
bool hours_cover(const struct hours_week *week, struct window booking);
/* Open time within `span`, each moment once. */
int64_t hours_open_ms(const struct hours_week *week, struct window span);

#endif
