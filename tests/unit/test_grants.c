/* grants: the written table of what opens when, cell by cell; and finding one among many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/grants.h"
#include "tests/sim/prng.h"

#define MIN INT64_C(60000)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)
#define MONDAY (INT64_C(1759683600000)) /* Monday 6 October 2025, 00:00 in Jakarta (UTC+7) */
#define FROM (MONDAY + 8 * HOUR)
#define UNTIL (MONDAY + 5 * DAY)
#define OFFLINE (MONDAY + 2 * DAY)

/* --- one row, one cell of the table --- */

enum flag {
	ONCE_USED = 1 << 0,
	AT_FLOOR = 1 << 1,
	ALWAYS = 1 << 2,
	ON_HOLIDAYS = 1 << 3,
	STALE = 1 << 4,
	WEEKLY = 1 << 5,   /* Monday to Friday 08:00-17:00, Friday 22:00-02:00 */
	HOLIDAY = 1 << 6,  /* all of Wednesday is one */
	OLD_BOOT = 1 << 7, /* twelve hours since */
	YOUNG = 1 << 8,    /* one millisecond short of that */
};

struct cell {
	const char *name;
	enum wire_trust trust;
	int64_t wall_ms;
	uint32_t bound_ms;
	enum wire_mode mode;
	unsigned flags;
	enum wire_reason reason;
};

/* clang-format off */
#define T WIRE_TRUST_TRUSTED
#define H WIRE_TRUST_HOLDOVER
#define F WIRE_TRUST_FLOOR
#define OK WIRE_REASON_NONE
#define NO(reason) WIRE_REASON_##reason
#define M(mode) WIRE_MODE_##mode

static const struct cell cells[] = {
	/* the window, when time is known */
	{ "a millisecond early",               T, FROM - 1,        50, M(NORMAL), 0, NO(NOT_YET) },
	{ "at the first millisecond",          T, FROM,            50, M(NORMAL), 0, OK },
	{ "at the last",                       T, UNTIL - 1,       50, M(NORMAL), 0, OK },
	{ "at the end",                        T, UNTIL,           50, M(NORMAL), 0, NO(EXPIRED) },
	{ "holdover, inside",                  H, FROM + HOUR,  60000, M(NORMAL), 0, OK },
	{ "holdover at the edge, bound a minute",   H, FROM,    60000, M(NORMAL), 0, OK },
	{ "holdover at the edge, more than that",   H, FROM,    60001, M(NORMAL), 0, NO(CLOCK_UNSURE) },
	{ "holdover, the bound reaches the start",  H, FROM + HOUR, 3600001, M(NORMAL), 0, NO(CLOCK_UNSURE) },
	{ "holdover, the bound stays inside",       H, FROM + HOUR, 3600000, M(NORMAL), 0, OK },
	{ "holdover, the bound reaches the end",    H, UNTIL - HOUR, 3600000, M(NORMAL), 0, NO(CLOCK_UNSURE) },
	{ "holdover, short of the end",             H, UNTIL - HOUR, 3599999, M(NORMAL), 0, OK },
	{ "unsure does not soften early",           H, FROM - 1, 3600000, M(NORMAL), 0, NO(NOT_YET) },
	{ "unsure does not soften expired",         H, UNTIL,    3600000, M(NORMAL), 0, NO(EXPIRED) },

	/* without the centre */
	{ "stale, before its offline end",     T, OFFLINE - 1,     50, M(NORMAL), STALE, OK },
	{ "stale, at its offline end",         T, OFFLINE,         50, M(NORMAL), STALE, NO(OFFLINE_TOO_LONG) },
	{ "fresh, at its offline end",         T, OFFLINE,         50, M(NORMAL), 0, OK },
	{ "stale, the bound reaches its offline end", H, OFFLINE - HOUR, 3600000, M(NORMAL), STALE, NO(CLOCK_UNSURE) },
	{ "fresh, the same",                   H, OFFLINE - HOUR, 3600000, M(NORMAL), 0, OK },
	{ "stale and expired is expired",      T, UNTIL,           50, M(NORMAL), STALE, NO(EXPIRED) },

	/* the floor (F14) */
	{ "floor before the window",           F, FROM - 1, UINT32_MAX, M(NORMAL), AT_FLOOR, NO(NOT_YET) },
	{ "floor in the window",               F, FROM,     UINT32_MAX, M(NORMAL), AT_FLOOR, OK },
	{ "floor in the window, not meant for it", F, FROM, UINT32_MAX, M(NORMAL), 0, NO(CLOCK_FLOOR) },
	{ "floor at the end",                  F, UNTIL,    UINT32_MAX, M(NORMAL), AT_FLOOR, NO(EXPIRED) },
	{ "floor, not quite twelve hours",     F, FROM,     UINT32_MAX, M(NORMAL), AT_FLOOR | YOUNG, OK },
	{ "floor, after twelve hours",         F, FROM,     UINT32_MAX, M(NORMAL), AT_FLOOR | OLD_BOOT, NO(CLOCK_FLOOR) },
	{ "floor, stale, past its offline end", F, OFFLINE, UINT32_MAX, M(NORMAL), AT_FLOOR | STALE, NO(OFFLINE_TOO_LONG) },
	{ "floor, stale, before it",           F, OFFLINE - 1, UINT32_MAX, M(NORMAL), AT_FLOOR | STALE, OK },
	{ "floor, weekly hours",               F, FROM,     UINT32_MAX, M(NORMAL), AT_FLOOR | WEEKLY, NO(CLOCK_FLOOR) },
	{ "floor, on a holiday",               F, MONDAY + 2 * DAY, UINT32_MAX, M(NORMAL), AT_FLOOR | HOLIDAY, NO(HOLIDAY) },
	{ "floor, a holiday may have begun",   F, FROM,     UINT32_MAX, M(NORMAL), AT_FLOOR | HOLIDAY, NO(CLOCK_FLOOR) },
	{ "floor, the holidays are over",      F, MONDAY + 3 * DAY, UINT32_MAX, M(NORMAL), AT_FLOOR | HOLIDAY, OK },
	{ "floor, opens on holidays",          F, FROM,     UINT32_MAX, M(NORMAL), AT_FLOOR | HOLIDAY | ON_HOLIDAYS, OK },

	/* weekly hours */
	{ "Monday 08:00",                      T, MONDAY + 8 * HOUR,        50, M(NORMAL), WEEKLY, OK },
	{ "Tuesday 07:59:59.999",              T, MONDAY + 32 * HOUR - 1,   50, M(NORMAL), WEEKLY, NO(OUTSIDE_HOURS) },
	{ "Tuesday 16:59:59.999",              T, MONDAY + 41 * HOUR - 1,   50, M(NORMAL), WEEKLY, OK },
	{ "Tuesday 17:00",                     T, MONDAY + 41 * HOUR,       50, M(NORMAL), WEEKLY, NO(OUTSIDE_HOURS) },
	{ "Friday 22:00",                      T, MONDAY + 4 * DAY + 22 * HOUR, 50, M(NORMAL), WEEKLY, OK },
	{ "Tuesday 16:30, bound 40 min",       H, MONDAY + 40 * HOUR + 30 * MIN, 2400000, M(NORMAL), WEEKLY, NO(CLOCK_UNSURE) },
	{ "Tuesday 16:30, bound 20 min",       H, MONDAY + 40 * HOUR + 30 * MIN, 1200000, M(NORMAL), WEEKLY, OK },

	/* holidays */
	{ "Tuesday's last millisecond",        T, MONDAY + 2 * DAY - 1,     50, M(NORMAL), HOLIDAY, OK },
	{ "Wednesday is one",                  T, MONDAY + 2 * DAY,         50, M(NORMAL), HOLIDAY, NO(HOLIDAY) },
	{ "its last millisecond",              T, MONDAY + 3 * DAY - 1,     50, M(NORMAL), HOLIDAY, NO(HOLIDAY) },
	{ "Thursday is none",                  T, MONDAY + 3 * DAY,         50, M(NORMAL), HOLIDAY, OK },
	{ "open on holidays",                  T, MONDAY + 2 * DAY,         50, M(NORMAL), HOLIDAY | ON_HOLIDAYS, OK },
	{ "the bound reaches into the holiday", H, MONDAY + 2 * DAY - HOUR, 3600000, M(NORMAL), HOLIDAY, NO(CLOCK_UNSURE) },
	{ "hours and holidays",                T, MONDAY + 2 * DAY + 9 * HOUR, 50, M(NORMAL), HOLIDAY | WEEKLY, NO(HOLIDAY) },
	{ "out of hours on a holiday",         T, MONDAY + 2 * DAY + 20 * HOUR, 50, M(NORMAL), HOLIDAY | WEEKLY, NO(OUTSIDE_HOURS) },

	/* modes and use, before all else */
	{ "lockdown",                          T, FROM, 50, M(LOCKDOWN),  0, NO(LOCKDOWN) },
	{ "lockdown, marked always",           T, FROM, 50, M(LOCKDOWN),  ALWAYS, NO(LOCKDOWN) },
	{ "lockdown, expired",                 T, UNTIL, 50, M(LOCKDOWN), 0, NO(LOCKDOWN) },
	{ "closed",                            T, FROM, 50, M(CLOSED),    0, NO(CLOSED) },
	{ "closed, marked always",             T, FROM, 50, M(CLOSED),    ALWAYS, OK },
	{ "closed, marked always, expired",    T, UNTIL, 50, M(CLOSED),   ALWAYS, NO(EXPIRED) },
	{ "held open",                         T, FROM, 50, M(HOLD_OPEN), 0, OK },
	{ "used",                              T, FROM, 50, M(NORMAL),    ONCE_USED, NO(ALREADY_USED) },
	{ "used, at the floor",                F, FROM, UINT32_MAX, M(NORMAL), ONCE_USED | AT_FLOOR, NO(ALREADY_USED) },
};
/* clang-format on */

static struct wire_grant grant_of(unsigned flags)
{
	struct wire_grant grant = {
		.from_ms = FROM,
		.until_ms = UNTIL,
		.offline_until_ms = OFFLINE,
		.is_once = flags & ONCE_USED,
		.opens_at_floor = flags & AT_FLOOR,
		.is_always = flags & ALWAYS,
		.opens_on_holidays = flags & ON_HOLIDAYS,
	};

	if (flags & WEEKLY) {
		grant.weekly_count = 2;
		grant.weekly[0] = (struct wire_weekly){ .days = 0x1f, .from_min = 480, .to_min = 1020 };
		grant.weekly[1] = (struct wire_weekly){ .days = 0x10, .from_min = 1320, .to_min = 120 };
	}
	return grant;
}

static void every_cell_of_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		const struct cell *cell = &cells[i];
		struct wire_grant grant = grant_of(cell->flags);
		struct wire_settings settings = { .zone_min = 420 };
		struct grants_moment moment = {
			.time = { cell->wall_ms, cell->bound_ms, cell->trust },
			.since_boot_ms = cell->flags & OLD_BOOT ? GRANTS_FLOOR_MS
					 : cell->flags & YOUNG  ? GRANTS_FLOOR_MS - 1
								: 1000,
			.is_fresh = !(cell->flags & STALE),
			.mode = cell->mode,
			.settings = &settings,
			.is_used = cell->flags & ONCE_USED,
		};
		enum wire_reason reason;

		if (cell->flags & HOLIDAY) {
			settings.holiday_count = 2;
			settings.holidays[0] = (struct wire_span){ MONDAY - 9 * DAY, MONDAY - 8 * DAY };
			settings.holidays[1] = (struct wire_span){ MONDAY + 2 * DAY, MONDAY + 3 * DAY };
		}
		reason = grants_decide(&grant, &moment);
		if (reason != cell->reason)
			fail_msg("%s: %s, expected %s", cell->name, wire_reason_word(reason),
				wire_reason_word(cell->reason));
	}
}

/* --- hours of the week, against a plain count of minutes --- */

struct hours {
	const char *name;
	uint8_t days;
	uint16_t from_min, to_min;
	int32_t zone_min;
	int64_t at_min; /* of the week that begins on MONDAY in Jakarta */
	bool opens;
};

/* clang-format off */
static const struct hours hours[] = {
	{ "all of Sunday, its first minute",        0x40, 0, 1440, 420, 6 * 1440, true },
	{ "all of Sunday, the minute before",       0x40, 0, 1440, 420, 6 * 1440 - 1, false },
	{ "all of Sunday, its last minute",         0x40, 0, 1440, 420, 7 * 1440 - 1, true },
	{ "all of Sunday, Monday again",            0x40, 0, 1440, 420, 7 * 1440, false },
	{ "Sunday 22:00 to Monday 06:00, 23:59",    0x40, 1320, 360, 420, 6 * 1440 + 1439, true },
	{ "Sunday 22:00 to Monday 06:00, past midnight", 0x40, 1320, 360, 420, 7 * 1440, true },
	{ "Sunday 22:00 to Monday 06:00, 05:59",    0x40, 1320, 360, 420, 7 * 1440 + 359, true },
	{ "Sunday 22:00 to Monday 06:00, 06:00",    0x40, 1320, 360, 420, 7 * 1440 + 360, false },
	{ "Sunday 22:00 to Monday 06:00, the Monday before", 0x40, 1320, 360, 420, 359, true },
	{ "Sunday 22:00 to Monday 06:00, Sunday early",      0x40, 1320, 360, 420, 6 * 1440 + 100, false },
	{ "noon to noon is a whole day",            0x01, 720, 720, 420, 720, true },
	{ "noon to noon, the next 11:59",           0x01, 720, 720, 420, 1440 + 719, true },
	{ "noon to noon, the next noon",            0x01, 720, 720, 420, 1440 + 720, false },
	{ "Makassar is an hour ahead: its Monday began at 23:00", 0x01, 0, 60, 480, -60, true },
	{ "Makassar, an hour later",                0x01, 0, 60, 480, 0, false },
	{ "west of Greenwich",                      0x40, 720, 780, -300, 0, true },
};
/* clang-format on */

static enum wire_reason decide_weekly(const struct wire_weekly *weekly, int32_t zone_min, int64_t wall_ms)
{
	struct wire_grant grant = { .from_ms = INT64_MIN / 2, .until_ms = INT64_MAX / 2, .weekly_count = 1 };
	struct wire_settings settings = { .zone_min = zone_min };
	struct grants_moment moment = {
		.time = { wall_ms, 50, WIRE_TRUST_TRUSTED },
		.is_fresh = true,
		.settings = &settings,
	};

	grant.weekly[0] = *weekly;
	return grants_decide(&grant, &moment);
}

static void hours_of_the_week(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hours) / sizeof(hours[0]); i++) {
		struct wire_weekly weekly = { hours[i].days, hours[i].from_min, hours[i].to_min };
		enum wire_reason reason =
			decide_weekly(&weekly, hours[i].zone_min, MONDAY + hours[i].at_min * MIN);

		if (reason != (hours[i].opens ? WIRE_REASON_NONE : WIRE_REASON_OUTSIDE_HOURS))
			fail_msg("%s: %s", hours[i].name, wire_reason_word(reason));
	}
}

static void hours_agree_with_counting_minutes(void **state)
{
	struct prng chance;

	(void)state;
	prng_init(&chance, 7);
	for (unsigned i = 0; i < 300; i++) {
		struct wire_weekly weekly = { (uint8_t)(1 + prng_below(&chance, 127)),
			(uint16_t)prng_below(&chance, 1440), (uint16_t)(1 + prng_below(&chance, 1440)) };
		bool open[7 * 1440] = { false };

		for (unsigned day = 0; day < 7; day++)
			for (unsigned minute = weekly.from_min; weekly.days >> day & 1; minute++) {
				if (minute == weekly.to_min + (weekly.to_min <= weekly.from_min ? 1440u : 0u))
					break;
				open[(day * 1440 + minute) % (7 * 1440)] = true;
			}
		for (unsigned j = 0; j < 300; j++) {
			/* from before 1970 on: a bound may reach there */
			int64_t minute = (int64_t)prng_below(&chance, UINT64_C(2000) * 7 * 1440) - 7 * 1440;
			int64_t local_ms = minute * MIN + (int64_t)prng_below(&chance, 60000);
			unsigned of_week = (unsigned)((minute + 3 * 1440 + 2 * 7 * 1440) % (7 * 1440));
			enum wire_reason reason = decide_weekly(&weekly, 0, local_ms);

			assert_int_equal(reason == WIRE_REASON_NONE, open[of_week]);
		}
	}
}

/* --- finding --- */

#define MANY 3000

static void each_grant_is_found_by_its_own_tags_and_no_other(void **state)
{
	struct wire_grant *given = calloc(MANY, sizeof(*given)), *list = calloc(MANY, sizeof(*list));
	uint32_t *slots = calloc(grants_slots(MANY), sizeof(*slots));
	struct wire_snapshot snapshot = { .grants = given, .grant_count = MANY };
	uint8_t stranger[WIRE_TAG_BYTES] = { 0 };
	struct grants grants;
	struct prng chance;

	(void)state;
	assert_true(given && list && slots);
	prng_init(&chance, 1);
	for (size_t i = 0; i < MANY; i++) {
		prng_fill(&chance, given[i].tag, WIRE_TAG_BYTES);
		prng_fill(&chance, given[i].long_tag, WIRE_TAG_BYTES);
		prng_fill(&chance, given[i].card_tag, WIRE_TAG_BYTES);
		given[i].has_long = i % 3 != 0;
		given[i].has_card = i % 5 == 0;
		given[i].tag[1] = given[i].tag[2] = given[i].tag[3] = 0; /* crowd them into one corner */
	}
	grants_init(&grants, list, MANY, slots);
	assert_null(grants_find(&grants, given[0].tag, GRANTS_CODE));
	grants_fill(&grants, &snapshot);
	assert_int_equal(grants.slot_count & (grants.slot_count - 1), 0);
	assert_true(grants.slot_count >= 4 * MANY);
	for (size_t i = 0; i < MANY; i++) {
		assert_ptr_equal(grants_find(&grants, given[i].tag, GRANTS_CODE), &list[i]);
		assert_null(grants_find(&grants, given[i].tag, GRANTS_LONG_CODE));
		assert_ptr_equal(grants_find(&grants, given[i].long_tag, GRANTS_LONG_CODE),
			given[i].has_long ? &list[i] : NULL);
		assert_null(grants_find(&grants, given[i].long_tag, GRANTS_CODE));
		assert_ptr_equal(grants_find(&grants, given[i].card_tag, GRANTS_CARD),
			given[i].has_card ? &list[i] : NULL);
		assert_null(grants_find(&grants, given[i].card_tag, GRANTS_CODE));
		assert_null(grants_find(&grants, given[i].tag, GRANTS_CARD));
	}
	assert_null(grants_find(&grants, stranger, GRANTS_CODE));

	/* filled anew, nothing of before is left */
	snapshot.grant_count = 1;
	grants_fill(&grants, &snapshot);
	assert_ptr_equal(grants_find(&grants, given[0].tag, GRANTS_CODE), &list[0]);
	assert_null(grants_find(&grants, given[1].tag, GRANTS_CODE));
	assert_true(grants.slot_count < 4 * MANY);
	free(given);
	free(list);
	free(slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_of_the_table),
		cmocka_unit_test(hours_of_the_week),
		cmocka_unit_test(hours_agree_with_counting_minutes),
		cmocka_unit_test(each_grant_is_found_by_its_own_tags_and_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
