/* doorman - the loop's side of one door: brings what happens to the core, and carries its orders out.
 *
 *   port, link, store, hasher, timers ── inputs ──> board_step() ── orders ──> port, store, hasher, link
 *
 * Strike and tones first, in the order given; what is to be stored is handed over last and made durable while
 * the loop goes on. Messages past DOORMAN_BIG_BYTES are checked and decoded by a thread, one at a time, with
 * the link held back meanwhile: 4 MiB of signature and JSON must not delay a key. */
#ifndef RUMAH_DOOR_DOORMAN_H
#define RUMAH_DOOR_DOORMAN_H

#include "firmware/door/config.h"
#include "firmware/door/outbox.h"
#include "firmware/door/recall.h"

#define DOORMAN_BIG_BYTES (16u << 10)
#define DOORMAN_HEALTH_MS (5 * 60 * 1000)

struct uv_loop_s;
struct doorman; /* opaque: doorman_open() makes it, doorman_close() frees it */

struct doorman_parts {
	const struct config *config; /* borrowed */
	struct inbox *inbox;         /* borrowed */
	struct outbox outbox;
	struct board *board;   /* borrowed */
	struct recall *recall; /* its journal is taken over, also when opening fails */
	uint64_t boot;
};

/* Opens port, link socket, store and hasher and gives the core its start. 0 or -errno. */
int doorman_open(struct doorman **out, struct uv_loop_s *loop, const struct doorman_parts *parts);
/* Whether the loop and the strike's guard tick: asked by the watchdog. The store is not asked: a card that
 * hangs would have a restart hang on it too, and a door must go on without it. */
bool doorman_is_alive(struct doorman *doorman);
/* Strike at rest first; then runs the loop until what was to be stored is stored; closes everything. Takes
 * NULL. */
void doorman_close(struct doorman *doorman);

#endif
