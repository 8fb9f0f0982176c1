/* busy - when a unit is not free, as anybody may know it: times without names; and what could be offered
 * instead. Pure. */
#ifndef RUMAH_GATEWAY_BUSY_H
#define RUMAH_GATEWAY_BUSY_H

#include "gateway/core/hours.h"

/* In the order of weight: where two overlap, both are told. */
#define BUSY_KINDS(X)                                                                                        \
	X(WAITING, "waiting") /* somebody asked for it; others may ask, too */                               \
	X(TAKEN, "taken")                                                                                    \
	X(CLOSED, "closed") /* for maintenance */
enum busy_kind {
#define X(name, word) BUSY_##name,
	BUSY_KINDS(X)
#undef X
		BUSY_KIND_COUNT
};
const char *busy_word(enum busy_kind kind);

struct busy {
	enum busy_kind kind;
	struct window window;
};

/* Sorts by kind and time, and makes one of those of a kind that overlap or touch. Returns how many are left.
 */
size_t busy_merge(struct busy *list, size_t count);

/* Up to `max` slots as long as `wanted`, nearest to it in time, not before not_before_ms nor further than
 * `reach_ms` away, that touch nothing in `list` but what waits and lie within `week`. Slots begin as `wanted`
 * does, moved by whole `step_ms` (at least a minute), and do not overlap each other. Nearest first, the
 * earlier of two as near. */
size_t busy_suggest(struct window *out, size_t max, struct window wanted, const struct busy *list,
	size_t count, const struct hours_week *week, int64_t not_before_ms, int64_t reach_ms,
	int64_t step_ms);

#endif
