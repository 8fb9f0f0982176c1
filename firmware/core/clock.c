#include "firmware/core/clock.h"

/* By how much our oscillator may have gone wrong in `age_ms`, rounded up. In two parts: the product of a long
 * age and the drift would not fit. */
static uint64_t drift_ms(const struct clock *clock, uint64_t age_ms)
{
	return age_ms / 1000000 * clock->drift_ppm + (age_ms % 1000000 * clock->drift_ppm + 999999) / 1000000;
}

static uint32_t bound_of(uint64_t ms)
{
	return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX - 1; /* UINT32_MAX means the floor */
}

void clock_init(struct clock *clock, uint64_t now_mono_ms, int64_t floor_ms, uint32_t drift_ppm)
{
	*clock = (struct clock){
		.trust = WIRE_TRUST_FLOOR,
		.drift_ppm = drift_ppm,
		.lower_ms = floor_ms,
		.lower_mono_ms = now_mono_ms,
		.stored_ms = floor_ms,
	};
}

int64_t clock_lower(const struct clock *clock, uint64_t now_mono_ms)
{
	uint64_t age_ms = now_mono_ms - clock->lower_mono_ms;

	return clock->lower_ms + (int64_t)(age_ms - drift_ms(clock, age_ms));
}

static void raise_lower(struct clock *clock, uint64_t now_mono_ms, int64_t lower_ms)
{
	int64_t known_ms = clock_lower(clock, now_mono_ms);

	clock->lower_ms = lower_ms > known_ms ? lower_ms : known_ms;
	clock->lower_mono_ms = now_mono_ms;
}

struct clock_reading clock_read(const struct clock *clock, uint64_t now_mono_ms)
{
	uint64_t age_ms = now_mono_ms - clock->at_mono_ms, bound_ms;
	struct clock_reading reading = { .trust = clock->trust };

	if (clock->trust == WIRE_TRUST_FLOOR) {
		reading.wall_ms = clock_lower(clock, now_mono_ms);
		reading.bound_ms = UINT32_MAX;
		return reading;
	}
	if (age_ms > CLOCK_TRUST_MS)
		reading.trust = WIRE_TRUST_HOLDOVER;
	reading.wall_ms = clock->at_wall_ms + (int64_t)age_ms;
	bound_ms = clock->at_bound_ms + drift_ms(clock, age_ms);
	if (reading.wall_ms < clock->high_ms) {
		bound_ms += (uint64_t)(clock->high_ms - reading.wall_ms);
		reading.wall_ms = clock->high_ms;
	}
	reading.bound_ms = bound_of(bound_ms);
	return reading;
}

/* Takes a sample; returns how far the reading moved. */
static int64_t take(
	struct clock *clock, uint64_t now_mono_ms, enum wire_trust trust, int64_t wall_ms, uint32_t bound_ms)
{
	struct clock_reading old = clock_read(clock, now_mono_ms);

	/* An old reading that the sample contradicts was vouched for wrongly (a signed one cannot be ahead:
	 * its lower edge would have refused the sample). It must not hold true time up. */
	clock->high_ms = wall_ms + bound_ms < old.wall_ms - (int64_t)old.bound_ms ? wall_ms : old.wall_ms;
	clock->trust = trust;
	clock->at_mono_ms = now_mono_ms;
	clock->at_wall_ms = wall_ms;
	clock->at_bound_ms = bound_ms;
	return clock_read(clock, now_mono_ms).wall_ms - old.wall_ms;
}

int clock_answer(
	struct clock *clock, uint64_t sent_mono_ms, uint64_t now_mono_ms, int64_t time_ms, int64_t *step_ms)
{
	uint64_t trip_ms = now_mono_ms - sent_mono_ms;
	uint32_t bound_ms;

	if (trip_ms > CLOCK_RTT_MAX_MS)
		return CLOCK_TOO_SLOW;
	/* The gateway read its clock somewhere between our question and its answer's arrival; both clocks
	 * show whole milliseconds, and ours may have been slow over the trip. */
	bound_ms = bound_of((trip_ms + drift_ms(clock, trip_ms)) / 2 + 2);
	if (time_ms + 2 * (int64_t)bound_ms < clock_lower(clock, now_mono_ms))
		return CLOCK_BEHIND_FLOOR;

	*step_ms = take(clock, now_mono_ms, WIRE_TRUST_TRUSTED, time_ms + (int64_t)(trip_ms / 2), bound_ms);
	raise_lower(clock, now_mono_ms, time_ms);
	return 0;
}

int clock_vouch(
	struct clock *clock, uint64_t now_mono_ms, int64_t wall_ms, uint32_t bound_ms, int64_t *step_ms)
{
	struct clock_reading known = clock_read(clock, now_mono_ms);
	int64_t apart_ms = wall_ms > known.wall_ms ? wall_ms - known.wall_ms : known.wall_ms - wall_ms;

	*step_ms = 0;
	if (wall_ms + (int64_t)bound_ms < clock_lower(clock, now_mono_ms))
		return CLOCK_BEHIND_FLOOR;
	if (clock->trust == WIRE_TRUST_TRUSTED) {
		if (apart_ms > (int64_t)known.bound_ms + (int64_t)bound_ms)
			return CLOCK_CONTRADICTED;
		if (known.bound_ms <= bound_ms)
			return 0;
	}
	*step_ms = take(clock, now_mono_ms, WIRE_TRUST_HOLDOVER, wall_ms, bound_of(bound_ms));
	return 0;
}

int64_t clock_floor_due(struct clock *clock, uint64_t now_mono_ms, bool is_storing)
{
	int64_t lower_ms = clock_lower(clock, now_mono_ms);

	if (lower_ms - clock->stored_ms < (is_storing ? CLOCK_FLOOR_SHARED_MS : CLOCK_FLOOR_EVERY_MS))
		return 0;
	clock->stored_ms = lower_ms;
	return lower_ms;
}
