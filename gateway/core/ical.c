/* ical - see ical.h */
#include "gateway/core/ical.h"

#include <assert.h>
#include <string.h>

#define FOLD_OCTETS 75

static void add(struct ical *ical, const char *bytes, size_t len)
{
	if (ical->is_full || len > ical->size - ical->len) {
		ical->is_full = true;
		return;
	}
	memcpy(ical->out + ical->len, bytes, len);
	ical->len += len;
}

/* One content line being written: how many octets stand in its present physical line. */
struct line {
	struct ical *ical;
	size_t octets;
};

/* Adds what must not be torn apart: a character, or an escape. */
static void add_unit(struct line *line, const char *bytes, size_t len)
{
	if (line->octets + len > FOLD_OCTETS) {
		add(line->ical, "\r\n ", 3);
		line->octets = 1;
	}
	add(line->ical, bytes, len);
	line->octets += len;
}

/* Bytes of the UTF-8 character at `at`; texts were looked at when they came in. */
static size_t character(const char *at)
{
	size_t len = 1;

	while ((at[len] & 0xc0) == 0x80)
		len++;
	return len;
}

static void add_plain(struct line *line, const char *text)
{
	for (size_t len; *text; text += len) {
		len = character(text);
		add_unit(line, text, len);
	}
}

static void add_escaped(struct line *line, const char *text)
{
	for (size_t len; *text; text += len) {
		const char escape[2] = { '\\', *text == '\n' ? 'n' : *text };

		len = character(text);
		if (strchr("\\;,\n", *text))
			add_unit(line, escape, 2);
		else
			add_unit(line, text, len);
	}
}

static void put_line(struct ical *ical, const char *name, const char *value, bool is_text)
{
	struct line line = { ical, 0 };

	if (!value || !*value)
		return;
	add_plain(&line, name);
	if (is_text)
		add_escaped(&line, value);
	else
		add_plain(&line, value);
	add(ical, "\r\n", 2);
}

/* The number's last `count` digits. Returns where they end. */
static char *write_digits(char *out, uint64_t number, unsigned count)
{
	for (unsigned i = count; i-- > 0; number /= 10)
		out[i] = (char)('0' + number % 10);
	return out + count;
}

/* Of days since 1970. Years here begin in March, so that the day a leap year adds is their last; 400 of them
 * have 146,097 days. */
static char *write_date(char *out, uint64_t days)
{
	uint64_t since_0000 = days + 719468, era = since_0000 / 146097, day = since_0000 % 146097;
	uint64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	uint64_t month;

	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	year += 400 * era + month / 10;
	month = (month + 2) % 12 + 1;
	return write_digits(write_digits(write_digits(out, year, 4), month, 2), day + 1, 2);
}

static void put_time(struct ical *ical, const char *name, int64_t at_ms)
{
	uint64_t at_s = (uint64_t)at_ms / 1000, of_day = at_s % 86400;
	char text[sizeof("20261124T073000Z")], *end = write_date(text, at_s / 86400);

	*end++ = 'T';
	end = write_digits(end, of_day / 3600, 2);
	end = write_digits(end, of_day / 60 % 60, 2);
	end = write_digits(end, of_day % 60, 2);
	memcpy(end, "Z", sizeof("Z"));
	put_line(ical, name, text, false);
}

static void put_number(struct ical *ical, const char *name, uint64_t number)
{
	char text[21];
	unsigned count = 1;

	for (uint64_t rest = number; rest >= 10; rest /= 10)
		count++;
	*write_digits(text, number, count) = '\0';
	put_line(ical, name, text, false);
}

void ical_begin(struct ical *ical, char *out, size_t size, const char *name)
{
	*ical = (struct ical){ .out = out, .size = size };
	put_line(ical, "BEGIN:", "VCALENDAR", false);
	put_line(ical, "VERSION:", "2.0", false);
	put_line(ical, "PRODID:", "-//Rumah Guru//rumah-gateway//ID", false);
	put_line(ical, "CALSCALE:", "GREGORIAN", false);
	put_line(ical, "NAME:", name, true);
	put_line(ical, "X-WR-CALNAME:", name, true);
	put_line(ical, "REFRESH-INTERVAL;VALUE=DURATION:", "PT15M", false);
}

void ical_put(struct ical *ical, const struct ical_event *event)
{
	static const char *const statuses[] = {
		[ICAL_TENTATIVE] = "TENTATIVE",
		[ICAL_CONFIRMED] = "CONFIRMED",
		[ICAL_CANCELLED] = "CANCELLED",
	};

	assert(event->status <= ICAL_CANCELLED);
	put_line(ical, "BEGIN:", "VEVENT", false);
	put_line(ical, "UID:", event->uid, false);
	put_number(ical, "SEQUENCE:", event->sequence);
	put_time(ical, "DTSTAMP:", event->stamp_ms);
	put_time(ical, "DTSTART:", event->from_ms);
	put_time(ical, "DTEND:", event->until_ms);
	put_line(ical, "STATUS:", statuses[event->status], false);
	put_line(ical, "SUMMARY:", event->summary, true);
	put_line(ical, "LOCATION:", event->location, true);
	put_line(ical, "DESCRIPTION:", event->description, true);
	put_line(ical, "END:", "VEVENT", false);
}

size_t ical_end(struct ical *ical)
{
	put_line(ical, "END:", "VCALENDAR", false);
	return ical->is_full ? 0 : ical->len;
}
