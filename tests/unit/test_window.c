/* Overlaps, buffers, offline ends and working days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/core/window.h"

#define DAY WINDOW_DAY_MS
#define HOUR (DAY / 24)

static void windows_are_half_open(void **state)
{
	/* clang-format off */
	static const struct { struct window a, b; bool overlaps; } rows[] = {
		{ { 10, 20 }, { 20, 30 }, false }, /* one ends as the other begins */
		{ { 10, 20 }, { 19, 30 }, true },
		{ { 10, 20 }, { 0, 10 },  false },
		{ { 10, 20 }, { 0, 11 },  true },
		{ { 10, 20 }, { 12, 13 }, true },
		{ { 10, 20 }, { 0, 100 }, true },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(window_overlaps(rows[i].a, rows[i].b), rows[i].overlaps);
		assert_int_equal(window_overlaps(rows[i].b, rows[i].a), rows[i].overlaps);
	}
}

static void buffers_widen_a_booking(void **state)
{
	struct window taken = window_taken((struct window){ 100 * HOUR, 102 * HOUR }, 15, 30);

	(void)state;
	assert_int_equal(taken.from_ms, 100 * HOUR - 15 * WINDOW_MINUTE_MS);
	assert_int_equal(taken.until_ms, 102 * HOUR + 30 * WINDOW_MINUTE_MS);
}

static void only_long_grants_lean_on_fresh_heads(void **state)
{
	(void)state;
	assert_int_equal(window_offline_until((struct window){ 0, 14 * DAY }, 0), 14 * DAY);
	assert_int_equal(window_offline_until((struct window){ 0, 14 * DAY + 1 }, 0), 8 * DAY);
	assert_int_equal(window_offline_until((struct window){ 0, 365 * DAY }, 100 * DAY), 108 * DAY);
	assert_int_equal(window_offline_until((struct window){ 0, 365 * DAY }, 360 * DAY), 365 * DAY);
}

static void working_days_skip_weekends_and_holidays(void **state)
{
	/* 1 January 1970 was a Thursday; times are given in the zone. */
	const int64_t zone = 7 * HOUR;
	const struct window christmas[] = { { 5 * DAY - zone, 6 * DAY - zone } }; /* Tuesday the 6th */
	/* clang-format off */
	const struct { int64_t at; unsigned days; size_t holidays; int64_t then; } rows[] = {
		{ 0 * DAY + 9 * HOUR,  1, 0, 1 * DAY + 9 * HOUR },  /* Thursday to Friday */
		{ 1 * DAY + 9 * HOUR,  1, 0, 4 * DAY + 9 * HOUR },  /* Friday to Monday */
		{ 2 * DAY + 9 * HOUR,  2, 0, 5 * DAY + 9 * HOUR },  /* Saturday to Tuesday */
		{ 4 * DAY + 9 * HOUR,  1, 1, 6 * DAY + 9 * HOUR },  /* Monday over a holiday to Wednesday */
		{ 4 * DAY + 23 * HOUR, 1, 1, 6 * DAY + 23 * HOUR }, /* the local day counts, not the day in London */
		{ 0 * DAY + 9 * HOUR,  0, 0, 0 * DAY + 9 * HOUR },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(window_working_days(rows[i].at - zone + 7 * DAY, rows[i].days, 420,
					 (struct window[]){ { christmas[0].from_ms + 7 * DAY,
						 christmas[0].until_ms + 7 * DAY } },
					 rows[i].holidays),
			rows[i].then - zone + 7 * DAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_are_half_open),
		cmocka_unit_test(buffers_widen_a_booking),
		cmocka_unit_test(only_long_grants_lean_on_fresh_heads),
		cmocka_unit_test(working_days_skip_weekends_and_holidays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
