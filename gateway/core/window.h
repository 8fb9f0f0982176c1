/* window - stretches of time: what a booking takes, what its grants open, and until when a request may wait.
 * All half open, [from, until), in milliseconds since 1970 UTC. Pure. */
#ifndef RUMAH_GATEWAY_WINDOW_H
#define RUMAH_GATEWAY_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WINDOW_MINUTE_MS 60000
#define WINDOW_DAY_MS (24LL * 60 * WINDOW_MINUTE_MS)
/* A booking this long or shorter is good to its end without a network: its grant does not lean on fresh
 * heads. */
#define WINDOW_OFFLINE_MS (14 * WINDOW_DAY_MS)
/* Longer grants go on for so long after the newest snapshot; a daily job makes a new one. */
#define WINDOW_STANDING_MS (8 * WINDOW_DAY_MS)

struct window {
	int64_t from_ms, until_ms;
};

bool window_overlaps(struct window a, struct window b);
/* A booking with its buffers: what it keeps others out of, and what its grants open. */
struct window window_taken(struct window booking, uint32_t before_min, uint32_t after_min);
/* Until when a grant opens at a door that has had no fresh head: see WINDOW_OFFLINE_MS. */
int64_t window_offline_until(struct window grant, int64_t snapshot_ms);
/* The end of the `days`-th working day from now (the same time of day), skipping Saturdays, Sundays and the
 * days on which a holiday begins or goes on, in local time (zone_min from UTC). */
int64_t window_working_days(
	int64_t now_ms, unsigned days, int zone_min, const struct window *holidays, size_t holiday_count);

#endif
