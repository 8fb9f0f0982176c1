/* Opening hours: what lies within them, and how long they are. WIB, UTC+7, where nothing else is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/core/hours.h"

#define MONDAY (20458LL * WINDOW_DAY_MS) /* 5 January 2026, 00.00 UTC */
#define WIB (7 * 60)
#define WORKDAYS 0x1f
#define EVERY_DAY 0x7f

/* Local days and minutes after that Monday's local midnight. */
static int64_t at(int day, int minute)
{
	return MONDAY + (int64_t)day * WINDOW_DAY_MS + (int64_t)(minute - WIB) * WINDOW_MINUTE_MS;
}

static const struct hours office[] = { { WORKDAYS, 8 * 60, 16 * 60 } };
static const struct hours lunch[] = { { WORKDAYS, 8 * 60, 12 * 60 }, { WORKDAYS, 13 * 60, 16 * 60 } };
static const struct hours joined[] = { { WORKDAYS, 8 * 60, 12 * 60 }, { WORKDAYS, 12 * 60, 16 * 60 } };
static const struct hours nested[] = { { WORKDAYS, 8 * 60, 16 * 60 }, { WORKDAYS, 9 * 60, 10 * 60 } };
static const struct hours night[] = { { 1 << 4, 22 * 60, 5 * 60 } }; /* Friday into Saturday */
static const struct hours whole[] = { { EVERY_DAY, 0, 1440 } };

/* clang-format off */
static const struct {
	const char *what;
	const struct hours *list; size_t count;
	int from_day, from_min, until_day, until_min;
	bool is_covered; int open_min;
} rows[] = {
	{ "no hours: always open",            NULL,   0, 0, 0,       0, 60,      true,  60 },
	{ "the whole office day",             office, 1, 0, 8 * 60,  0, 16 * 60, true,  480 },
	{ "a minute too early",               office, 1, 0, 479,     0, 16 * 60, false, 480 },
	{ "a minute too late",                office, 1, 0, 8 * 60,  0, 961,     false, 480 },
	{ "Friday",                           office, 1, 4, 9 * 60,  4, 10 * 60, true,  60 },
	{ "Saturday",                         office, 1, 5, 9 * 60,  5, 10 * 60, false, 0 },
	{ "over night between two days",      office, 1, 0, 15 * 60, 1, 9 * 60,  false, 120 },
	{ "over lunch",                       lunch,  2, 0, 11 * 60, 0, 14 * 60, false, 120 },
	{ "stretches that touch are one",     joined, 2, 0, 11 * 60, 0, 14 * 60, true,  180 },
	{ "a stretch in a stretch counts once", nested, 2, 0, 8 * 60, 0, 16 * 60, true, 480 },
	{ "past midnight",                    night,  1, 4, 23 * 60, 5, 4 * 60,  true,  300 },
	{ "past midnight, only that night",   night,  1, 5, 23 * 60, 6, 4 * 60,  false, 0 },
	{ "past its end",                     night,  1, 5, 4 * 60,  5, 6 * 60,  false, 60 },
	{ "a week without a gap",             whole,  1, 0, 0,       7, 0,       true,  7 * 1440 },
};
/* clang-format on */

static void bookings_lie_within_them_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hours_week week = { .count = rows[i].count, .zone_min = WIB };
		struct window booking = { at(rows[i].from_day, rows[i].from_min),
			at(rows[i].until_day, rows[i].until_min) };

		for (size_t n = 0; n < rows[i].count; n++)
			week.list[n] = rows[i].list[n];
		if (hours_cover(&week, booking) != rows[i].is_covered ||
			hours_open_ms(&week, booking) != rows[i].open_min * WINDOW_MINUTE_MS)
			fail_msg("%s", rows[i].what);
	}
}

static void holidays_are_closed(void **state)
{
	const struct window holidays[] = { { at(2, 0), at(3, 0) }, { at(20, 0), at(21, 0) } };
	struct hours_week week = {
		.count = 1, .list = { whole[0] }, .zone_min = WIB, .holidays = holidays, .holiday_count = 2
	};

	(void)state;
	assert_true(hours_cover(&week, (struct window){ at(0, 0), at(2, 0) })); /* up to it */
	assert_false(hours_cover(&week, (struct window){ at(1, 0), at(2, 1) }));
	assert_false(hours_cover(&week, (struct window){ at(2, 60), at(2, 120) }));
	assert_true(hours_cover(&week, (struct window){ at(3, 0), at(4, 0) })); /* and from its end */
	assert_int_equal(hours_open_ms(&week, (struct window){ at(0, 0), at(7, 0) }), 6 * WINDOW_DAY_MS);
	week.count = 0;
	assert_true(hours_cover(&week, (struct window){ at(2, 60), at(2, 120) })); /* always is always */
}

static void a_night_ends_where_a_holiday_begins(void **state)
{
	const struct window saturday = { at(5, 0), at(6, 0) };
	struct hours_week week = {
		.count = 1, .list = { night[0] }, .zone_min = WIB, .holidays = &saturday, .holiday_count = 1
	};

	(void)state;
	assert_true(hours_cover(&week, (struct window){ at(4, 23 * 60), at(5, 0) }));
	assert_false(hours_cover(&week, (struct window){ at(4, 23 * 60), at(5, 60) }));
	assert_int_equal(hours_open_ms(&week, (struct window){ at(4, 0), at(6, 0) }), 120 * WINDOW_MINUTE_MS);
}

static void hours_that_cannot_be_are_not_sound(void **state)
{
	/* clang-format off */
	static const struct { struct hours hours; bool is_sound; } sound[] = {
		{ { 1, 0, 1 }, true }, { { 127, 1439, 1440 }, true }, { { 64, 1439, 1 }, true },
		{ { 0, 0, 1 }, false }, { { 128, 0, 1 }, false }, { { 1, 1440, 1 }, false }, { { 1, 0, 0 }, false },
		{ { 1, 0, 1441 }, false },
	};
	/* clang-format on */
	(void)state;
	for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++)
		assert_int_equal(hours_is_sound(&sound[i].hours), sound[i].is_sound);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bookings_lie_within_them_or_not),
		cmocka_unit_test(holidays_are_closed),
		cmocka_unit_test(a_night_ends_where_a_holiday_begins),
		cmocka_unit_test(hours_that_cannot_be_are_not_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
