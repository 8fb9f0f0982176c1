/* grants - the table of grants of one door, found by tag in constant time, and the rule by which one opens.
 * Room is the caller's, taken once; filling it anew never allocates. Pure. */
#ifndef RUMAH_CORE_GRANTS_H
#define RUMAH_CORE_GRANTS_H

#include "firmware/core/clock.h"
#include "schemas/wire/snapshot.h"

#define GRANTS_EDGE_MS 60000                  /* the clock may be this unsure at a window's edge */
#define GRANTS_FLOOR_MS (12 * 60 * 60 * 1000) /* opens_at_floor: no longer than this after boot */

enum grants_credential { GRANTS_CODE, GRANTS_LONG_CODE, GRANTS_CARD, GRANTS_CREDENTIAL_COUNT };

struct grants {
	struct wire_grant *list;
	size_t count, max;
	uint32_t *slots;   /* open addressing by tag: 0 free, else 1 + 3 · index + grants_credential */
	size_t slot_count; /* in use: a power of two, at least 4 · count, so that few grants touch few pages
			    */
};

/* `list` has max entries, `slots` grants_slots(max): a power of two, at least 4 · max. */
size_t grants_slots(size_t max);
void grants_init(struct grants *grants, struct wire_grant *list, size_t max, uint32_t *slots);
/* Copies a snapshot's grants; it fits (checked by the caller) and its tags are unique (checked by the
 * decoder). */
void grants_fill(struct grants *grants, const struct wire_snapshot *snapshot);
/* The grant with that tag, or NULL. One kind never matches another: digits are no card, whatever they say. */
const struct wire_grant *grants_find(
	const struct grants *grants, const uint8_t tag[WIRE_TAG_BYTES], enum grants_credential credential);

struct grants_moment { /* everything a decision depends on */
	struct clock_reading time;
	uint64_t since_boot_ms;
	bool is_fresh; /* a head was accepted within the last five minutes */
	enum wire_mode mode;
	const struct wire_settings *settings;
	bool is_used; /* this one-time grant was used before */
};
/* clang-format off */
/*                        TRUSTED, HOLDOVER                          FLOOR (now >= floor is all we know)
 *   before from          NOT_YET                                    NOT_YET when from > floor
 *   in [from, until)     opens; CLOCK_UNSURE when the bound is      opens up to 12 h after boot when opens_at_floor,
 *                        past GRANTS_EDGE_MS and reaches an edge    else CLOCK_FLOOR
 *   after until          EXPIRED                                    EXPIRED when until <= floor
 *   not fresh, and after
 *   offline_until        OFFLINE_TOO_LONG                           OFFLINE_TOO_LONG when it is <= floor
 *   weekly hours         OUTSIDE_HOURS, read in local time          CLOCK_FLOOR
 *   holidays             HOLIDAY                                    HOLIDAY in one; CLOCK_FLOOR with one still to come
 *
 * Mode lockdown: LOCKDOWN, before all else; closed: CLOSED unless is_always. A used one: ALREADY_USED. Returns
 * WIRE_REASON_NONE when it opens, else the reason it does not. */
/* clang-format on */
enum wire_reason grants_decide(const struct wire_grant *grant, const struct grants_moment *moment);

#endif
