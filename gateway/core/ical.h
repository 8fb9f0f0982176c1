/* ical - writes iCalendar (RFC 5545): lines that end in CRLF and are folded at 75 octets, never within a
 * character; texts escaped; times in UTC. The same input gives the same bytes. Pure. */
#ifndef RUMAH_GATEWAY_ICAL_H
#define RUMAH_GATEWAY_ICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ical_status { ICAL_TENTATIVE, ICAL_CONFIRMED, ICAL_CANCELLED };

struct ical {
	char *out;
	size_t size, len;
	bool is_full; /* something did not fit: nothing of it counts */
};

struct ical_event {
	const char *uid;   /* the same for ever */
	uint64_t sequence; /* rises with each change */
	int64_t stamp_ms;  /* of the newest change */
	int64_t from_ms, until_ms;
	enum ical_status status;
	const char *summary, *location, *description; /* NULL or "": left out */
};

/* `name` is the calendar's. `out` is borrowed until the end. */
void ical_begin(struct ical *ical, char *out, size_t size, const char *name);
void ical_put(struct ical *ical, const struct ical_event *event);
/* Its length, or 0 when it did not fit. Not zero-terminated. */
size_t ical_end(struct ical *ical);

#endif
