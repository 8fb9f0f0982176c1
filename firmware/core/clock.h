/* clock - what the board knows of true time, and how well.
 *
 *              head to our own challenge
 *   FLOOR ──────────────────────────────> TRUSTED ──15 min without──> HOLDOVER
 *     └── RTC somebody vouches for ──────────────────────────────────────^ │ head
 *                                             ^────────────────────────────┘
 *
 * FLOOR     booted with no clock: true time is at least the floor plus the time since boot, nothing more is
 * known. TRUSTED   a signed head answered our own challenge within CLOCK_RTT_MAX_MS: true time is within ±
 * bound. HOLDOVER  the same, growing by the oscillator's drift. The floor is the newest trusted lower edge
 * ever stored; it never goes back, nor does the time read here. Runs on the monotonic clock given by the
 * caller. Pure. */
#ifndef RUMAH_CORE_CLOCK_H
#define RUMAH_CORE_CLOCK_H

#include <stdint.h>

#include "schemas/wire/event.h"

#define CLOCK_RTT_MAX_MS 2000            /* a slower answer says too little about the time */
#define CLOCK_TRUST_MS (15 * 60 * 1000)  /* heads come every minute: fifteen missed ones are an outage */
#define CLOCK_FLOOR_EVERY_MS (60 * 1000) /* how far the stored floor may lag */

struct clock {
	enum wire_trust trust;
	uint64_t at_mono_ms; /* of the last sample */
	int64_t at_wall_ms;
	uint32_t at_bound_ms;
	uint32_t drift_ppm;
	int64_t floor_ms, stored_floor_ms;
};

struct clock_reading {
	int64_t wall_ms;
	uint32_t bound_ms; /* UINT32_MAX at the floor */
	enum wire_trust trust;
};

enum clock_answer { CLOCK_TOO_SLOW = 1, CLOCK_BEHIND_FLOOR = 2 };

void clock_init(struct clock *clock, uint64_t now_mono_ms, int64_t floor_ms, uint32_t drift_ppm);
struct clock_reading clock_read(const struct clock *clock, uint64_t now_mono_ms);
/* A signed time that answered a question sent at sent_mono_ms. 0, or why it was not taken. *step_ms: how far
 * the estimate moved. */
int clock_answer(
	struct clock *clock, uint64_t sent_mono_ms, uint64_t now_mono_ms, int64_t time_ms, int64_t *step_ms);
/* An RTC or NTP time somebody vouches for; never better than HOLDOVER. 0 or CLOCK_BEHIND_FLOOR. */
int clock_vouch(struct clock *clock, uint64_t now_mono_ms, int64_t wall_ms, uint32_t bound_ms);
/* The floor to store now, or 0: it advanced by CLOCK_FLOOR_EVERY_MS or more since the last one stored. */
int64_t clock_floor_due(struct clock *clock, uint64_t now_mono_ms);

#endif
