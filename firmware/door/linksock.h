/* linksock - the local socket on which rumah-link finds us (SOCK_SEQPACKET, frames of schemas/wire/frame.h).
 *
 * One peer at a time; who connects later takes the place of who was there (a link that was restarted).
 * Nothing that comes is believed: a frame out of shape is counted and told, a message is put together in
 * memory of its own size, and each turn of the loop reads a bounded share, so that no flood delays a key. A
 * peer that does not read what we send is dropped after LINKSOCK_STALL_MS; what it had not read is lost,
 * which the core expects of any link. One thread: the loop's. */
#ifndef RUMAH_DOOR_LINKSOCK_H
#define RUMAH_DOOR_LINKSOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schemas/wire/topic.h"

#define LINKSOCK_MESSAGES_PER_TURN                                                                           \
	2 /* each costs a signature check: under a millisecond on the slowest board */
#define LINKSOCK_FRAMES_PER_TURN 16
#define LINKSOCK_STALL_MS 30000

struct uv_loop_s;
struct linksock; /* opaque: linksock_open() makes it, linksock_close() frees it */

struct linksock_events {
	void (*on_online)(void *ctx, bool is_online); /* the broker's side; false also when the peer goes */
	/* A whole message; the callee owns `msg` (free()). */
	void (*on_message)(void *ctx, enum wire_kind kind, bool is_retained, char *msg, size_t len);
	void (*on_refused)(void *ctx, enum wire_kind kind, int refusal); /* a frame out of shape or order */
	void (*on_cert_days)(void *ctx, uint32_t days);
	void *ctx;
};

/* Listens at `path`, mode 0600; or 0660 for the members of `group` when that is not "". 0 or -errno. */
int linksock_open(struct linksock **out, struct uv_loop_s *loop, const char *path, const char *group,
	const struct linksock_events *events);
/* Sends a copy, or drops it: without a peer, past the queue, without memory. A newer state, health or hello
 * takes the place of one that waits. */
void linksock_send(struct linksock *link, enum wire_kind kind, const char *msg, size_t len);
/* Stops and goes on reading, while something that came is being worked at. */
void linksock_pause(struct linksock *link, bool is_paused);
void linksock_close(struct linksock *link); /* freed when the loop has closed its handles; takes NULL */

#endif
