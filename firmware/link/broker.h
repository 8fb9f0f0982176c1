/* broker - the MQTT side of rumah-link: one TLS connection to the site's broker, kept up.
 *
 * libmosquitto is driven by our own loop, since its own would reconnect without jitter and needs a thread.
 * Every connection is a new client: nothing that a lost one had queued comes back later, and a renewed
 * certificate is read. Its session is clean: snapshots are retained and come again at each subscription,
 * heads, acks and actions that were missed are worthless or sent again, and a queue at the broker would only
 * deliver yesterday's. One thread: the loop's. */
#ifndef RUMAH_LINK_BROKER_H
#define RUMAH_LINK_BROKER_H

#include <stddef.h>

#include "firmware/link/config.h"

struct uv_loop_s;
struct broker; /* opaque: broker_open() makes it, broker_close() frees it */

#define BROKER_KEEPALIVE_S 30
#define BROKER_PATIENCE_MS 20000 /* from the first packet to being subscribed */

struct broker_events {
	/* true: connected, subscribed, and `link` says online; also again after broker_ask_again(). */
	void (*on_online)(void *ctx, bool is_online);
	void (*on_message)(void *ctx, enum wire_kind kind, bool is_retained, const char *msg, size_t len);
	void *ctx;
};

/* Starts connecting. config is borrowed. 0, -ENOSYS when the library is older than what we rely on, or
 * -errno. */
int broker_open(struct broker **out, struct uv_loop_s *loop, const struct config *config,
	const struct broker_events *events);
/* Sends it, or drops and counts it: not online, or past the bounds of unsent.h. Of state and health the
 * newest is kept and sent when there is room. */
void broker_publish(struct broker *broker, enum wire_kind kind, const char *msg, size_t len);
/* Subscribes again, so that retained messages come again: a door that was restarted has missed them. */
void broker_ask_again(struct broker *broker);
/* Says offline and goodbye; freed when the loop has closed its handles. Takes NULL. */
void broker_close(struct broker *broker);

#endif
