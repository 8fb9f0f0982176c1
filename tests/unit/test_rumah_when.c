/* Times as people at a site write and read them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tools/rumah/lang.h"
#include "tools/rumah/weekly.h"
#include "tools/rumah/when.h"

#define H 3600000LL
#define D (24 * H)
#define MIDNIGHT 1795453200000LL /* Tuesday 24 November 2026, 00.00 WIB */
#define NOW (MIDNIGHT + 10 * H)
#define WRONG INT64_MIN

/* clang-format off */
static const struct { const char *text; int64_t base_ms; bool is_end; int64_t want; } reads[] = {
	{ "14.00",                     NOW,                false, MIDNIGHT + 14 * H },
	{ "14:00",                     NOW,                false, MIDNIGHT + 14 * H },
	{ "9.05",                      NOW,                false, MIDNIGHT + 9 * H + 300000 },
	{ "24.00",                     NOW,                false, MIDNIGHT + D },
	{ "24.01",                     NOW,                false, WRONG },
	{ "14.60",                     NOW,                false, WRONG },
	{ "14",                        NOW,                false, WRONG },
	{ "",                          NOW,                false, WRONG },
	{ "14.00 WIT",                 NOW,                false, MIDNIGHT + 12 * H },
	{ "14.00 x",                   NOW,                false, WRONG },
	{ "12.00",                     MIDNIGHT + D + 9 * H, true, MIDNIGHT + D + 12 * H },  /* on the day it began */
	{ "02.00",                     MIDNIGHT + 22 * H,  true,  MIDNIGHT + D + 2 * H },    /* past midnight */
	{ "02.00",                     NOW,                false, MIDNIGHT + 2 * H },
	{ "hari ini 14.00",            NOW,                false, MIDNIGHT + 14 * H },
	{ "besok 09.00",               NOW,                false, MIDNIGHT + D + 9 * H },
	{ "Besok, 09.00",              NOW,                false, WRONG },
	{ "tomorrow 09:00",            NOW,                false, MIDNIGHT + D + 9 * H },
	{ "lusa 8.30",                 NOW,                false, MIDNIGHT + 2 * D + 8 * H + H / 2 },
	{ "rabu 09.00",                NOW,                false, MIDNIGHT + D + 9 * H },
	{ "selasa 09.00",              NOW,                false, MIDNIGHT + 7 * D + 9 * H }, /* the next one, not today */
	{ "Monday 09.00",              NOW,                false, MIDNIGHT + 6 * D + 9 * H },
	{ "besok",                     NOW,                false, WRONG },
	{ "2026-11-24 09.00",          NOW,                false, MIDNIGHT + 9 * H },
	{ "24/11/2026 09.00",          NOW,                false, MIDNIGHT + 9 * H },
	{ "2026-11-24T02:00Z",         NOW,                false, MIDNIGHT + 9 * H },
	{ "2026-11-24T09:00:30+07:00", NOW,                false, MIDNIGHT + 9 * H + 30000 },
	{ "2026-11-24T09:00+0700",     NOW,                false, MIDNIGHT + 9 * H },
	{ "2026-11-23T21:00-05",       NOW,                false, MIDNIGHT + 9 * H },
	{ "2026-02-30 09.00",          NOW,                false, WRONG },
	{ "2026-13-01 09.00",          NOW,                false, WRONG },
	{ "2026-11-24",                NOW,                false, WRONG },
	{ "1969-01-01 09.00",          NOW,                false, WRONG },
	{ "sekarang",                  0,                  false, NOW },
	{ "now",                       0,                  false, NOW },
	{ "+30m",                      NOW,                false, NOW + H / 2 },
	{ "+2j",                       NOW,                true,  NOW + 2 * H },
	{ "+2h",                       NOW,                true,  NOW + 2 * H },
	{ "+1d",                       NOW,                true,  NOW + D },
	{ "+2",                        NOW,                true,  WRONG },
	{ "+2jam",                     NOW,                true,  WRONG },
	{ "-2h",                       NOW,                true,  WRONG },
	{ "nanti",                     NOW,                false, WRONG },
};

static const struct { const char *text; int want; } zones[] = {
	{ "WIB", 420 }, { "wita", 480 }, { "WIT", 540 }, { "UTC", 0 }, { "Z", 0 }, { "+07:00", 420 }, { "+0530", 330 },
	{ "-3", -180 }, { "+15:00", -1 }, { "+07:60", -1 }, { "-13:00", -1 }, { "WIBU", -1 }, { "", -1 }, { "7", -1 },
};

static const struct { int64_t ms; const char *want; } ages[] = {
	{ -5, "0 s" }, { 999, "0 s" }, { 3000, "3 s" }, { 119999, "119 s" }, { 120000, "2 min" }, { 2 * H, "2 h" },
	{ 47 * H, "47 h" }, { 48 * H, "2 d" },
};

static const struct { const char *text; unsigned days, from, to; } weeks[] = {
	{ "senin-jumat 06.00-09.00",    0x1f, 360, 540 },
	{ "mon,wed 07:30-8:00",         0x05, 450, 480 },
	{ "sabtu-senin 22.00-05.00",    0x61, 1320, 300 }, /* round the week, past midnight */
	{ "minggu 00.00-24.00",         0x40, 0, 1440 },
	{ "sun-sun 1.00-2.00",          0x40, 60, 120 },
	{ "senin",                      0, 0, 0 },
	{ "se 06.00-09.00",             0, 0, 0 },         /* senin or selasa? */
	{ "seninn 06.00-09.00",         0, 0, 0 },
	{ "senin 06.00",                0, 0, 0 },
	{ "senin 24.00-06.00",          0, 0, 0 },
	{ "senin 06.00-00.00",          0, 0, 0 },
	{ "senin 06.60-07.00",          0, 0, 0 },
	{ "senin 06.00-09.00 x",        0, 0, 0 },
	{ "senin- 06.00-09.00",         0, 0, 0 },
};
/* clang-format on */

static void test_reads(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		int64_t at = WRONG;
		int r = when_read(&at, reads[i].text, reads[i].base_ms, NOW, WHEN_WIB, reads[i].is_end);

		if (at != reads[i].want || r != (reads[i].want == WRONG ? -EINVAL : 0))
			fail_msg("\"%s\": %d, %+lld ms", reads[i].text, r, (long long)(at - reads[i].want));
	}
}

static void test_zones(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		int zone = -1, r = when_zone(&zone, zones[i].text);

		if (zone != zones[i].want || r != (zones[i].want == -1 ? -EINVAL : 0))
			fail_msg("\"%s\": %d %d", zones[i].text, r, zone);
	}
}

static void test_writes(void **state)
{
	char text[WHEN_MAX], span[WHEN_SPAN_MAX];

	(void)state;
	lang_is_english = false;
	when_write(text, NOW + 5 * 60000, NOW, WHEN_WIB);
	assert_string_equal(text, "Sel 24 Nov 10.05");
	when_write(text, MIDNIGHT - 1, NOW, WHEN_WIB);
	assert_string_equal(text, "Sen 23 Nov 23.59");
	when_write(text, MIDNIGHT + 60 * D, NOW, WHEN_WIB);
	assert_string_equal(text, "Sab 23 Jan 2027 00.00");
	when_write_span(span, NOW, NOW + 2 * H, NOW, WHEN_WIB);
	assert_string_equal(span, "Sel 24 Nov 10.00–12.00");
	when_write_span(span, NOW, NOW + D, NOW, WHEN_WIB);
	assert_string_equal(span, "Sel 24 Nov 10.00–Rab 25 Nov 10.00");
	when_write_exact(text, NOW + 31000, WHEN_WIB);
	assert_string_equal(text, "24 Nov 10.00.31");
	when_write_zone(text, 480);
	assert_string_equal(text, "WITA");
	when_write_zone(text, -330);
	assert_string_equal(text, "UTC-05:30");
	lang_is_english = true;
	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		when_write_age(text, ages[i].ms);
		assert_string_equal(text, ages[i].want);
	}
}

static void test_weeks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(weeks) / sizeof(weeks[0]); i++) {
		struct weekly weekly = { 0 };
		int r = weekly_read(&weekly, weeks[i].text);

		if (r != (weeks[i].days ? 0 : -EINVAL) || weekly.days != weeks[i].days ||
			weekly.from_min != weeks[i].from || weekly.to_min != weeks[i].to)
			fail_msg("\"%s\": %d %x %u %u", weeks[i].text, r, weekly.days, weekly.from_min,
				weekly.to_min);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_writes),
		cmocka_unit_test(test_weeks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
