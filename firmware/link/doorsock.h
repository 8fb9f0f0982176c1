/* doorsock - rumah-link's end of the local socket to rumah-door: connects, and connects again when the door
 * was restarted. Bounded both ways; what does not fit is dropped and counted, see firmware/edge/outqueue.h.
 * One thread: the loop's. */
#ifndef RUMAH_LINK_DOORSOCK_H
#define RUMAH_LINK_DOORSOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schemas/wire/frame.h"

#define DOORSOCK_RETRY_MS 500
#define DOORSOCK_FRAMES_PER_TURN 32

struct uv_loop_s;
struct doorsock; /* opaque: doorsock_open() makes it, doorsock_close() frees it */

struct doorsock_events {
	void (*on_connected)(void *ctx);
	void (*on_publish)(void *ctx, enum wire_kind kind, const char *msg, size_t len);
	void *ctx;
};

/* Starts connecting to `path`, which is borrowed. 0 or -errno. */
int doorsock_open(struct doorsock **out, struct uv_loop_s *loop, const char *path,
	const struct doorsock_events *events);
/* Without a door these do nothing: it asks for all when it is back. Never call back from inside. */
void doorsock_deliver(
	struct doorsock *door, enum wire_kind kind, bool is_retained, const char *msg, size_t len);
void doorsock_say(struct doorsock *door, enum frame_type type, uint32_t value); /* ONLINE, OFFLINE, CERT */
void doorsock_close(struct doorsock *door); /* freed when the loop has closed its handles; takes NULL */

#endif
