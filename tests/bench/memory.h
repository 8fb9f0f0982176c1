/* memory - a board's journal as a life before has left it: a snapshot, and any number of events nobody
 * acknowledged. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "tests/bench/world.h"

struct wire_snapshot;

/* Keys of the gateway and of the board in `door`, and the board's tag key. */
struct parties {
	struct identity gateway, board;
	uint8_t tag_key[32];
};
/* Makes the gateway's keys in the folder "gateway-keys" (once), the door's folder `name`, and the board's
 * keys in it. */
void parties_meet(struct parties *parties, struct door *door, const char *name);
/* Writes DIR/journal.db. The floor is now, so that grants which open at the floor open. */
void memory_write(const struct door *door, const struct parties *parties, const struct wire_snapshot *plan,
	size_t event_count);
