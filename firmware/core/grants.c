#include "firmware/core/grants.h"

#include <assert.h>
#include <string.h>

#define MINUTE_MS INT64_C(60000)
#define DAY_MS (24 * 60 * MINUTE_MS)

size_t grants_slots(size_t max)
{
	size_t slots = 16;

	while (slots < 4 * max)
		slots *= 2;
	return slots;
}

void grants_init(struct grants *grants, struct wire_grant *list, size_t max, uint32_t *slots)
{
	*grants = (struct grants){ .list = list, .max = max, .slots = slots, .slot_count = grants_slots(0) };
	memset(slots, 0, grants->slot_count * sizeof(*slots));
}

/* A tag is a keyed hash, so its first bytes are as good an index as any; whoever lacks the key cannot choose
 * them, and learns nothing from how long a look-up takes. */
static size_t home_of(const struct grants *grants, const uint8_t tag[WIRE_TAG_BYTES])
{
	size_t home = (size_t)tag[0] | (size_t)tag[1] << 8 | (size_t)tag[2] << 16 | (size_t)tag[3] << 24;

	return home & (grants->slot_count - 1);
}

static void put(struct grants *grants, const uint8_t tag[WIRE_TAG_BYTES], uint32_t entry)
{
	size_t at = home_of(grants, tag);

	while (grants->slots[at] != 0)
		at = (at + 1) & (grants->slot_count - 1);
	grants->slots[at] = entry;
}

static uint32_t entry_of(size_t index, enum grants_credential credential)
{
	return (uint32_t)(1 + GRANTS_CREDENTIAL_COUNT * index + credential);
}

static const uint8_t *tag_of(const struct wire_grant *grant, enum grants_credential credential)
{
	const uint8_t *const tags[] = {
		[GRANTS_CODE] = grant->tag,
		[GRANTS_LONG_CODE] = grant->long_tag,
		[GRANTS_CARD] = grant->card_tag,
	};

	return tags[credential];
}

void grants_fill(struct grants *grants, const struct wire_snapshot *snapshot)
{
	assert(snapshot->grant_count <= grants->max);

	grants->count = snapshot->grant_count;
	grants->slot_count = grants_slots(grants->count);
	memset(grants->slots, 0, grants->slot_count * sizeof(*grants->slots));
	for (size_t i = 0; i < grants->count; i++) {
		grants->list[i] = snapshot->grants[i];
		put(grants, grants->list[i].tag, entry_of(i, GRANTS_CODE));
		if (grants->list[i].has_long)
			put(grants, grants->list[i].long_tag, entry_of(i, GRANTS_LONG_CODE));
		if (grants->list[i].has_card)
			put(grants, grants->list[i].card_tag, entry_of(i, GRANTS_CARD));
	}
}

const struct wire_grant *grants_find(
	const struct grants *grants, const uint8_t tag[WIRE_TAG_BYTES], enum grants_credential credential)
{
	for (size_t at = home_of(grants, tag); grants->slots[at] != 0;
		at = (at + 1) & (grants->slot_count - 1)) {
		uint32_t entry = grants->slots[at] - 1;
		const struct wire_grant *grant = &grants->list[entry / GRANTS_CREDENTIAL_COUNT];

		if (entry % GRANTS_CREDENTIAL_COUNT == credential &&
			memcmp(tag_of(grant, credential), tag, WIRE_TAG_BYTES) == 0)
			return grant;
	}
	return NULL;
}

/* The decision is one question asked of a stretch of time [first, last]: the reading itself, or all that true
 * time may be. */
struct stretch {
	int64_t first_ms, last_ms;
};

static int64_t day_of(int64_t local_ms)
{
	return local_ms >= 0 ? local_ms / DAY_MS : -((-local_ms + DAY_MS - 1) / DAY_MS);
}

/* Whether the hours of `weekly` that begin on local day `day` hold the whole stretch (local time). */
static bool holds_on_day(const struct wire_weekly *weekly, int64_t day, struct stretch local)
{
	unsigned weekday =
		(unsigned)(((day + 3) % 7 + 7) % 7); /* 1970 began on a Thursday; bit 0 is Monday */
	int64_t from_ms = day * DAY_MS + weekly->from_min * MINUTE_MS;
	int64_t to_ms = day * DAY_MS + weekly->to_min * MINUTE_MS;

	if (weekly->to_min <= weekly->from_min)
		to_ms += DAY_MS; /* past midnight, belonging to the day it began on */
	return (weekly->days >> weekday & 1) && from_ms <= local.first_ms && local.last_ms < to_ms;
}

static bool is_in_hours(const struct wire_grant *grant, int32_t zone_min, struct stretch when)
{
	struct stretch local = { when.first_ms + zone_min * MINUTE_MS, when.last_ms + zone_min * MINUTE_MS };
	int64_t day = day_of(local.first_ms);

	if (grant->weekly_count == 0)
		return true;
	for (unsigned i = 0; i < grant->weekly_count; i++)
		if (holds_on_day(&grant->weekly[i], day, local) ||
			holds_on_day(&grant->weekly[i], day - 1, local))
			return true;
	return false;
}

/* Whether any holiday that this grant does not open on touches the stretch. */
static bool is_touching_holiday(
	const struct wire_grant *grant, const struct wire_settings *settings, struct stretch when)
{
	if (grant->opens_on_holidays)
		return false;
	for (uint32_t i = 0; i < settings->holiday_count; i++)
		if (settings->holidays[i].from_ms <= when.last_ms &&
			when.first_ms < settings->holidays[i].until_ms)
			return true;
	return false;
}

static enum wire_reason decide_window(
	const struct wire_grant *grant, const struct grants_moment *moment, struct stretch when)
{
	if (when.first_ms < grant->from_ms)
		return WIRE_REASON_NOT_YET;
	if (when.last_ms >= grant->until_ms)
		return WIRE_REASON_EXPIRED;
	if (!moment->is_fresh && when.last_ms >= grant->offline_until_ms)
		return WIRE_REASON_OFFLINE_TOO_LONG;
	return WIRE_REASON_NONE;
}

static enum wire_reason decide_times(
	const struct wire_grant *grant, const struct grants_moment *moment, struct stretch when)
{
	enum wire_reason reason = decide_window(grant, moment, when);

	if (reason != WIRE_REASON_NONE)
		return reason;
	if (!is_in_hours(grant, moment->settings->zone_min, when))
		return WIRE_REASON_OUTSIDE_HOURS;
	if (is_touching_holiday(grant, moment->settings, when))
		return WIRE_REASON_HOLIDAY;
	return WIRE_REASON_NONE;
}

/* Booted without a clock: now is at the reading or any time after it. */
static enum wire_reason decide_at_floor(const struct wire_grant *grant, const struct grants_moment *moment)
{
	struct stretch floor = { moment->time.wall_ms, moment->time.wall_ms };
	struct stretch rest = { moment->time.wall_ms, grant->until_ms };
	enum wire_reason reason = decide_window(grant, moment, floor);

	if (reason != WIRE_REASON_NONE)
		return reason;
	if (is_touching_holiday(grant, moment->settings, floor))
		return WIRE_REASON_HOLIDAY;
	if (!grant->opens_at_floor || moment->since_boot_ms >= GRANTS_FLOOR_MS || grant->weekly_count > 0 ||
		is_touching_holiday(grant, moment->settings, rest))
		return WIRE_REASON_CLOCK_FLOOR;
	return WIRE_REASON_NONE;
}

enum wire_reason grants_decide(const struct wire_grant *grant, const struct grants_moment *moment)
{
	const struct clock_reading *time = &moment->time;
	struct stretch reading = { time->wall_ms, time->wall_ms };
	struct stretch all = { time->wall_ms - (int64_t)time->bound_ms,
		time->wall_ms + (int64_t)time->bound_ms };
	enum wire_reason reason;

	if (moment->mode == WIRE_MODE_LOCKDOWN)
		return WIRE_REASON_LOCKDOWN;
	if (moment->mode == WIRE_MODE_CLOSED && !grant->is_always)
		return WIRE_REASON_CLOSED;
	if (moment->is_used)
		return WIRE_REASON_ALREADY_USED;
	if (time->trust == WIRE_TRUST_FLOOR)
		return decide_at_floor(grant, moment);

	reason = decide_times(grant, moment, reading);
	if (reason != WIRE_REASON_NONE)
		return reason;
	/* Close to an edge the guest has the benefit of a minute; of more than that, nobody. */
	if (time->bound_ms > GRANTS_EDGE_MS && decide_times(grant, moment, all) != WIRE_REASON_NONE)
		return WIRE_REASON_CLOCK_UNSURE;
	return WIRE_REASON_NONE;
}
