/* ical - see ical.h */
#include "gateway/core/ical.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

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

static void put_time(struct ical *ical, const char *name, int64_t at_ms)
{
	time_t at_s = (time_t)(at_ms / 1000);
	char text[32];
	struct tm tm;

	gmtime_r(&at_s, &tm);
	strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &tm);
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
	char sequence[24];

	assert(event->status <= ICAL_CANCELLED);
	snprintf(sequence, sizeof(sequence), "%llu", (unsigned long long)event->sequence);
	put_line(ical, "BEGIN:", "VEVENT", false);
	put_line(ical, "UID:", event->uid, false);
	put_line(ical, "SEQUENCE:", sequence, false);
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
