/* batch - what waits for the journal's next commit: events in order, and the newest of everything else.
 *
 * While storage fails, events gather here up to JOURNAL_BACKLOG. The last quarter of that room is kept for
 * access and tamper: noise is turned away first. What is turned away is counted, and becomes a gap event at
 * its place in the order. No clock, no SQL. Not for two threads at once. */
#ifndef RUMAH_DOOR_BATCH_H
#define RUMAH_DOOR_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/core/board.h"

struct batch_event {
	struct wire_event event;
	uint64_t lost_before; /* events turned away between the one before and this */
};

struct batch_used {
	struct board_used grant;
	char forgets[WIRE_GRANT_ID_CHARS + 1]; /* whose place it takes; "": nobody's */
};

struct batch_forget {
	uint64_t upto;
	uint8_t hash[WIRE_HASH_BYTES];
};

#define BATCH_FORGETS_MAX 16 /* acknowledgements that may come during one commit; older ones go */

struct batch {
	size_t count;
	struct batch_event *events; /* JOURNAL_BACKLOG */
	uint64_t lost;              /* turned away after the last event */
	struct wire_event last_lost;

	bool has_guess, has_floor, has_snapshot;
	uint32_t failures;
	bool is_lockout_open, is_entry_open;
	int64_t floor_ms;
	size_t forget_count;
	struct batch_forget forgets[BATCH_FORGETS_MAX]; /* which of them are true only the journal can tell */
	size_t used_count;
	struct batch_used used[BOARD_USED_MAX];
	uint32_t epoch;
	uint64_t rev;
	char *sealed; /* owned */
	size_t sealed_len;
};

int batch_init(struct batch *batch); /* 0 or -ENOMEM; deinit copes with a zeroed struct */
void batch_deinit(struct batch *batch);

bool batch_is_empty(const struct batch *batch);
/* Takes one step's events and STORE_ and FORGET orders. `taken`: how many events wait elsewhere already, they
 * count against the same room. 0, or -ENOMEM when there was none for a snapshot's copy: all the rest is
 * taken. */
int batch_add(struct batch *batch, size_t taken, const struct board_orders *orders, const char *sealed,
	size_t sealed_len);
/* Appends `from` to `to` and empties `from`; there is room, see `taken`. */
void batch_move(struct batch *to, struct batch *from);
/* After a commit. */
void batch_clear(struct batch *batch);

#endif
