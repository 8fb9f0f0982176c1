/* confirm - waits for doors to say that they hold what was decided. The page never claims more than that. */
#ifndef RUMAH_CONFIRM_H
#define RUMAH_CONFIRM_H

#include <jansson.h>

#include "tools/rumah/call.h"

/* Ends a decision that took effect: waits (5 s, or --wait) until each door of `doors` (objects with "board")
 * has confirmed the newest snapshot made for it, then says `text` and how each door stands:
 * `ready` of one that confirmed. CALL_DONE;
 * CALL_REFUSED when
 * --wait was asked for and a door is not ready; or why the gateway could not be asked. `doors` is borrowed.
 */
int confirm_end(struct call *call, const json_t *doors, const char *text, const char *ready);

/* The doors a request opens: *out is the caller's array, empty when it opens none. */
int confirm_doors_of(struct call *call, const char *number, json_t **out);

#endif
