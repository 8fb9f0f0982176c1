#include "tools/rumah/when.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "tools/rumah/lang.h"

#define MINUTE_MS 60000LL
#define DAY_MS (24 * 60 * MINUTE_MS)
#define LATEST_MS 253402300799000LL /* the end of the year 9999, as in the HTTP interface */
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	int min;
} zones[] = { { "WIB", WHEN_WIB }, { "WITA", 480 }, { "WIT", 540 }, { "UTC", 0 }, { "Z", 0 } };

/* clang-format off */
static const struct { const char *word; int weekday; } weekdays[] = { /* 0 is Sunday */
	{ "minggu", 0 }, { "senin", 1 }, { "selasa", 2 }, { "rabu", 3 }, { "kamis", 4 }, { "jumat", 5 }, { "sabtu", 6 },
	{ "sunday", 0 }, { "monday", 1 }, { "tuesday", 2 }, { "wednesday", 3 }, { "thursday", 4 }, { "friday", 5 },
	{ "saturday", 6 }, { "jum'at", 5 },
};
static const struct { const char *word; int days; } days[] = {
	{ "hari ini", 0 }, { "today", 0 }, { "besok", 1 }, { "tomorrow", 1 }, { "lusa", 2 },
};
static const struct text weekday_names[] = {
	{ "Min", "Sun" }, { "Sen", "Mon" }, { "Sel", "Tue" }, { "Rab", "Wed" }, { "Kam", "Thu" }, { "Jum", "Fri" },
	{ "Sab", "Sat" },
};
static const struct text month_names[] = {
	{ "Jan", "Jan" }, { "Feb", "Feb" }, { "Mar", "Mar" }, { "Apr", "Apr" }, { "Mei", "May" }, { "Jun", "Jun" },
	{ "Jul", "Jul" }, { "Agu", "Aug" }, { "Sep", "Sep" }, { "Okt", "Oct" }, { "Nov", "Nov" }, { "Des", "Dec" },
};
/* clang-format on */

static struct tm local(int64_t at_ms, int zone_min)
{
	time_t seconds = (time_t)((at_ms + zone_min * MINUTE_MS) / 1000);
	struct tm tm = { 0 };

	gmtime_r(&seconds, &tm);
	return tm;
}

/* Local midnight of the day of at_ms. */
static int64_t day_of(int64_t at_ms, int zone_min)
{
	int64_t shifted = at_ms + zone_min * MINUTE_MS;

	return shifted - shifted % DAY_MS - zone_min * MINUTE_MS;
}

/* Up to `digits` digits at *text: 0 with *text behind them, or -EINVAL. */
static int take_number(int *out, const char **text, int digits)
{
	int value = 0, count = 0;

	while (count < digits && isdigit((unsigned char)**text)) {
		value = value * 10 + (*(*text)++ - '0');
		count++;
	}
	*out = value;
	return count > 0 ? 0 : -EINVAL;
}

static bool take_char(const char **text, const char *any)
{
	if (!**text || !strchr(any, **text))
		return false;
	(*text)++;
	return true;
}

static int take_zone(int *zone_min, const char **text)
{
	bool is_west = **text == '-';
	int hours, minutes = 0;

	for (size_t i = 0; i < LENGTH(zones); i++) {
		size_t len = strlen(zones[i].name);

		if (strncasecmp(*text, zones[i].name, len) == 0 && !isalpha((unsigned char)(*text)[len])) {
			*text += len;
			*zone_min = zones[i].min;
			return 0;
		}
	}
	if (!take_char(text, "+-") || take_number(&hours, text, 2) < 0 || hours > 14)
		return -EINVAL;
	take_char(text, ":");
	if (isdigit((unsigned char)**text) && (take_number(&minutes, text, 2) < 0 || minutes > 59))
		return -EINVAL;
	*zone_min = (is_west ? -1 : 1) * (hours * 60 + minutes);
	return 0;
}

int when_zone(int *zone_min, const char *text)
{
	int zone;

	if (take_zone(&zone, &text) < 0 || *text || zone < -720 || zone > 840)
		return -EINVAL;
	*zone_min = zone;
	return 0;
}

/* A word of a table at *text, with a blank or the end behind it. */
static bool take_word(const char **text, const char *word)
{
	size_t len = strlen(word);

	if (strncasecmp(*text, word, len) != 0 || ((*text)[len] && (*text)[len] != ' '))
		return false;
	*text += len;
	return true;
}

/* "2026-11-24" or "24/11/2026" (blanks, T and , may follow): 0 with the local midnight, 1 when *text is no
 * date, -EINVAL. */
static int take_date(int64_t *day_ms, const char **text, int zone_min)
{
	const char *at = *text;
	struct tm tm = { 0 };
	int first, month, last;
	char mark;

	if (take_number(&first, &at, 4) < 0 || (*at != '-' && *at != '/'))
		return 1;
	mark = *at++;
	if (take_number(&month, &at, 2) < 0 || *at++ != mark || take_number(&last, &at, 4) < 0)
		return -EINVAL;
	tm.tm_year = (mark == '-' ? first : last) - 1900;
	tm.tm_mon = month - 1;
	tm.tm_mday = mark == '-' ? last : first;
	first = tm.tm_mday;
	*day_ms = (int64_t)timegm(&tm) * 1000 - zone_min * MINUTE_MS;
	/* timegm() makes 1 March out of 30 February. */
	if (tm.tm_mday != first || tm.tm_mon != month - 1 || tm.tm_year < 70)
		return -EINVAL;
	take_char(&at, "T,");
	*text = at;
	return 0;
}

/* The day a text begins with: as take_date(). */
static int take_day(int64_t *day_ms, const char **text, int64_t now_ms, int zone_min)
{
	int64_t today = day_of(now_ms, zone_min);

	for (size_t i = 0; i < LENGTH(days); i++) {
		if (take_word(text, days[i].word)) {
			*day_ms = today + days[i].days * DAY_MS;
			return 0;
		}
	}
	for (size_t i = 0; i < LENGTH(weekdays); i++) {
		if (take_word(text, weekdays[i].word)) {
			int ahead = (weekdays[i].weekday - local(now_ms, zone_min).tm_wday + 7) % 7;

			*day_ms = today + (ahead ? ahead : 7) * DAY_MS;
			return 0;
		}
	}
	return take_date(day_ms, text, zone_min);
}

/* "14.00", "14:00:30", "9" is none. */
static int take_clock(int64_t *out_ms, const char **text)
{
	int hour, minute, second = 0;

	if (take_number(&hour, text, 2) < 0 || !take_char(text, ".:") || take_number(&minute, text, 2) < 0)
		return -EINVAL;
	if (take_char(text, ".:") && take_number(&second, text, 2) < 0)
		return -EINVAL;
	if (hour > 24 || minute > 59 || second > 59 || (hour == 24 && minute + second > 0))
		return -EINVAL;
	*out_ms = (hour * 60 + minute) * MINUTE_MS + second * 1000;
	return 0;
}

/* "+30m", "+2j", "+2h", "+1d" */
static int read_distance(int64_t *out_ms, const char *text, int64_t base_ms)
{
	static const struct {
		const char *units;
		int64_t ms;
	} scales[] = { { "m", MINUTE_MS }, { "jh", 60 * MINUTE_MS }, { "d", DAY_MS }, { "s", 1000 } };
	int count;

	text++;
	if (take_number(&count, &text, 5) < 0)
		return -EINVAL;
	for (size_t i = 0; i < LENGTH(scales); i++) {
		if (take_char(&text, scales[i].units) && !*text) {
			*out_ms = base_ms + count * scales[i].ms;
			return 0;
		}
	}
	return -EINVAL;
}

int when_read(int64_t *out_ms, const char *text, int64_t base_ms, int64_t now_ms, int zone_min, bool is_end)
{
	int64_t day_ms = 0, clock_ms, at_ms; /* a clock alone names no day */
	int r, zone = zone_min;

	text += strspn(text, " ");
	if (text[0] == '+')
		return read_distance(out_ms, text, base_ms);
	if (strcasecmp(text, "sekarang") == 0 || strcasecmp(text, "now") == 0) {
		*out_ms = now_ms;
		return 0;
	}
	r = take_day(&day_ms, &text, now_ms, zone_min);
	if (r < 0)
		return r;
	text += strspn(text, " ");
	if (take_clock(&clock_ms, &text) < 0)
		return -EINVAL;
	text += strspn(text, " ");
	if (*text && (take_zone(&zone, &text) < 0 || *text))
		return -EINVAL;

	at_ms = (r == 1 ? day_of(base_ms, zone_min) : day_ms) + clock_ms + (zone_min - zone) * MINUTE_MS;
	if (r == 1 && is_end && at_ms <= base_ms)
		at_ms += DAY_MS;
	if (at_ms < 0 || at_ms > LATEST_MS)
		return -EINVAL;
	*out_ms = at_ms;
	return 0;
}

void when_write(char out[static WHEN_MAX], int64_t at_ms, int64_t now_ms, int zone_min)
{
	struct tm tm = local(at_ms, zone_min);
	char year[16] = "";

	if (tm.tm_year != local(now_ms, zone_min).tm_year)
		snprintf(year, sizeof(year), " %d", tm.tm_year + 1900);
	snprintf(out, WHEN_MAX, "%s %d %s%s %02d.%02d", lang_pick(weekday_names[tm.tm_wday % 7]), tm.tm_mday,
		lang_pick(month_names[tm.tm_mon % 12]), year, tm.tm_hour, tm.tm_min);
}

void when_write_span(
	char out[static WHEN_SPAN_MAX], int64_t from_ms, int64_t until_ms, int64_t now_ms, int zone_min)
{
	char from[WHEN_MAX], until[WHEN_MAX];
	struct tm end = local(until_ms, zone_min);

	when_write(from, from_ms, now_ms, zone_min);
	when_write(until, until_ms, now_ms, zone_min);
	if (day_of(from_ms, zone_min) == day_of(until_ms, zone_min))
		snprintf(until, sizeof(until), "%02d.%02d", end.tm_hour, end.tm_min);
	snprintf(out, WHEN_SPAN_MAX, "%s–%s", from, until);
}

void when_write_exact(char out[static WHEN_MAX], int64_t at_ms, int zone_min)
{
	struct tm tm = local(at_ms, zone_min);

	snprintf(out, WHEN_MAX, "%d %s %02d.%02d.%02d", tm.tm_mday, lang_pick(month_names[tm.tm_mon % 12]),
		tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void when_write_zone(char out[static WHEN_MAX], int zone_min)
{
	for (size_t i = 0; i < LENGTH(zones); i++) {
		if (zones[i].min == zone_min) {
			snprintf(out, WHEN_MAX, "%s", zones[i].name);
			return;
		}
	}
	snprintf(out, WHEN_MAX, "UTC%c%02d:%02d", zone_min < 0 ? '-' : '+', abs(zone_min) / 60,
		abs(zone_min) % 60);
}

void when_write_age(char out[static WHEN_MAX], int64_t age_ms)
{
	/* clang-format off */
	static const struct { int64_t below_ms, unit_ms; struct text unit; } units[] = {
		{ 2 * MINUTE_MS,       1000,           { "dtk", "s" } },
		{ 2 * 60 * MINUTE_MS,  MINUTE_MS,      { "mnt", "min" } },
		{ 2 * DAY_MS,          60 * MINUTE_MS, { "jam", "h" } },
		{ INT64_MAX,           DAY_MS,         { "hari", "d" } },
	};
	/* clang-format on */
	size_t i = 0;

	if (age_ms < 0)
		age_ms = 0;
	while (age_ms >= units[i].below_ms)
		i++;
	snprintf(out, WHEN_MAX, "%lld %s", (long long)(age_ms / units[i].unit_ms), lang_pick(units[i].unit));
}
