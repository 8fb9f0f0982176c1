/* clock - what the board knows of true time, and how well.
 *
 *              head to our own challenge
 *   FLOOR ──────────────────────────────> TRUSTED ──15 min without──> HOLDOVER
 *     └── RTC somebody vouches for ──────────────────────────────────────^ │ head
 *                                             ^────────────────────────────┘
 *
 * FLOOR     booted with no clock: true time is at least the floor plus the time since boot, nothing more is
 *           known.
 * TRUSTED   a signed head answered our own challenge within CLOCK_RTT_MAX_MS: true time is within ± bound.
 * HOLDOVER  the same, growing by the oscillator's drift.
 *
 * True time was never before the lower edge, and the lower edge never goes back: it runs on from the floor
 * and rises with every signed head, and what is stored of it is the next boot's floor. A vouched time does
 * not raise it: a dead battery that reads 2099 would close the door for ever. A signed time a year ahead
 * does, and only a new database cures that.
 *
 * Nor does the time read here go back: when a better sample says we were ahead, the reading waits, and its
 * bound covers the difference. One exception: a signed time overrules a vouched one that it contradicts. Runs
 * on the monotonic clock given by the caller. Pure. */
#ifndef RUMAH_CORE_CLOCK_H
#define RUMAH_CORE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "schemas/wire/event.h"

#define CLOCK_RTT_MAX_MS 2000           /* a slower answer says too little about the time */
#define CLOCK_TRUST_MS (15 * 60 * 1000) /* heads come every minute: fifteen missed ones are an outage */
/* How far the stored floor may lag: a power cut without a network then sets the door back by as much. Each
 * store of it wears the card, and on an idle door nothing else does; with something else to store it costs
 * nothing. */
#define CLOCK_FLOOR_EVERY_MS (5 * 60 * 1000)
#define CLOCK_FLOOR_SHARED_MS (60 * 1000)

struct clock {
	enum wire_trust
		trust;       /* of the last sample: FLOOR none yet, TRUSTED a head, HOLDOVER a vouched one */
	uint64_t at_mono_ms; /* of the last sample */
	int64_t at_wall_ms;
	uint32_t at_bound_ms;
	uint32_t drift_ppm;
	int64_t high_ms;        /* readings do not go below this */
	int64_t lower_ms;       /* true time was not before this ... */
	uint64_t lower_mono_ms; /* ... at this moment */
	int64_t stored_ms;      /* the floor as last given for storing */
};

struct clock_reading {
	int64_t wall_ms;
	uint32_t bound_ms; /* UINT32_MAX at the floor */
	enum wire_trust trust;
};

enum clock_answer {
	CLOCK_TOO_SLOW = 1,
	CLOCK_BEHIND_FLOOR = 2, /* true time cannot be that early */
	CLOCK_CONTRADICTED = 3, /* by a signed time we still know better */
};

void clock_init(struct clock *clock, uint64_t now_mono_ms, int64_t floor_ms, uint32_t drift_ppm);
struct clock_reading clock_read(const struct clock *clock, uint64_t now_mono_ms);
/* True time is not before this; the FLOOR reading, and what is worth storing. */
int64_t clock_lower(const struct clock *clock, uint64_t now_mono_ms);
/* A signed time that answered a question sent at sent_mono_ms. 0 with *step_ms, how far the estimate moved;
 * or why it was not taken. */
int clock_answer(
	struct clock *clock, uint64_t sent_mono_ms, uint64_t now_mono_ms, int64_t time_ms, int64_t *step_ms);
/* An RTC or NTP time somebody vouches for; never better than HOLDOVER. It is left aside, with 0, while a
 * signed time is known as well or better. 0 with *step_ms, or why it was not taken. */
int clock_vouch(
	struct clock *clock, uint64_t now_mono_ms, int64_t wall_ms, uint32_t bound_ms, int64_t *step_ms);
/* The floor to store now, or 0: the lower edge advanced by CLOCK_FLOOR_EVERY_MS or more since the last one,
 * or by CLOCK_FLOOR_SHARED_MS where something is being stored anyway. */
int64_t clock_floor_due(struct clock *clock, uint64_t now_mono_ms, bool is_storing);

#endif
