/* store - the journal off the loop: steps are collected at once, and made durable by a thread while the loop
 * goes on. What arrives during one commit goes into the next (natural group commit). While storage fails it
 * is tried again each second. One thread: the loop's. */
#ifndef RUMAH_DOOR_STORE_H
#define RUMAH_DOOR_STORE_H

#include "firmware/door/journal.h"

struct uv_loop_s;
struct store; /* opaque: store_open() makes it, store_close() frees it */

struct store_events {
	/* INPUT_STORED for the newest token that is durable (error 0) or failed; it stands for all before it.
	 * Also again with error 0 for a token that failed, once a retry succeeds. */
	void (*on_stored)(void *ctx, const struct board_input *input);
	void (*on_events)(void *ctx, const struct wire_events *events); /* of store_read(); borrowed */
	void *ctx;
};

/* Takes the journal over, also when it fails. standing_error: -errno when this journal is not durable (a
 * board without a disk keeps it in memory); it is told with every token. 0 or -ENOMEM. */
int store_open(struct store **out, struct uv_loop_s *loop, struct journal *journal, int standing_error,
	const struct store_events *events);
/* Collects one step; never waits. */
void store_put(struct store *store, const struct board_orders *orders, const char *sealed, size_t sealed_len);
/* Asks for stored events (ORDER_SEND_EVENTS). Past STORE_READS_MAX waiting ones the oldest is dropped: the
 * core asks again. */
#define STORE_READS_MAX 8
void store_read(struct store *store, uint64_t first, uint32_t count);
uint64_t store_bytes(struct store *store); /* of the database, for health */
/* Starts what is left to do. Returns whether something still runs: turn the loop until not. */
bool store_finish(struct store *store);
void store_close(struct store *store); /* not while store_finish() says true (asserted); takes NULL */

#endif
