/* doors_view - the picture of all doors for a terminal: worst first, with the age of what each row claims. */
#ifndef RUMAH_DOORS_VIEW_H
#define RUMAH_DOORS_VIEW_H

#include <jansson.h>
#include <stdint.h>

#include "tools/rumah/table.h"

/* How much a door (schema Door) needs somebody; higher is worse. */
int doors_view_rank(const json_t *door);
/* `doors` is an array of them, `now_ms` the gateway's clock. NULL: no memory. The caller frees it. */
struct table *doors_view_table(const json_t *doors, int64_t now_ms);
/* Puts `door` (borrowed) in the place of the one with the same board, or adds it. 0 or -ENOMEM. */
int doors_view_put(json_t *doors, json_t *door);

#endif
