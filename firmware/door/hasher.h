/* hasher - Argon2id over typed digits, off the loop: one pass at a time, since each takes the board's memory
 * and a core. What it was given is wiped after use. One thread: the loop's. */
#ifndef RUMAH_DOOR_HASHER_H
#define RUMAH_DOOR_HASHER_H

#include "firmware/core/board.h"

struct uv_loop_s;
struct hasher; /* opaque: hasher_open() makes it, hasher_close() frees it */

struct hasher_events {
	/* s is wiped after the call; error is 0 or -errno. */
	void (*on_stretched)(void *ctx, uint32_t entry, int error, const uint8_t s[WIRE_STRETCHED_BYTES]);
	void *ctx;
};

/* 0 or -ENOMEM. */
int hasher_open(struct hasher **out, struct uv_loop_s *loop, const struct hasher_events *events);
/* Carries out ORDER_STRETCH and wipes its digits. While one pass runs, the newest order waits; an older one
 * that waited is forgotten without an answer, since the core gave it up when it gave the newer. Never answers
 * from inside this call. */
void hasher_start(struct hasher *hasher, struct board_order *order);
bool hasher_is_busy(const struct hasher *hasher);
void hasher_close(struct hasher *hasher); /* not while busy (asserted); wipes; takes NULL */

#endif
