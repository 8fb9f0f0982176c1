/* used - the one-time grants that opened already. Bounded: a grant is dropped only when its end is before the
 * lower edge of true time and no snapshot names it any more (it may have been extended); with no room left,
 * one-time grants are refused rather than forgotten. Pure. */
#ifndef RUMAH_CORE_USED_H
#define RUMAH_CORE_USED_H

#include "firmware/core/board.h"
#include "firmware/core/grants.h"

struct used {
	size_t count;
	struct board_used list[BOARD_USED_MAX];
};

bool used_has(const struct used *used, const char *grant);
/* A place for one more: `count`, or that of one which may be dropped; -1 when there is none. */
int used_place(const struct used *used, int64_t lower_ms, const struct grants *grants);
/* Puts the grant there. `forgets` is the id that stood there before, "" when none. */
void used_put(
	struct used *used, int place, const struct wire_grant *grant, char forgets[WIRE_GRANT_ID_CHARS + 1]);

#endif
