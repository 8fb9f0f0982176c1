/* bus - the gateway's side of the MQTT bus.
 *
 * libmosquitto runs in a thread of its own. What it receives waits in a bounded queue; the loop takes
 * everything that waits, hands each message over, and then says once that this was all: one commit for all
 * that came during the last one (natural group commit). A full queue holds the thread up, so the broker's
 * socket fills and not our memory; what the broker then drops, boards send again, because nothing was
 * acknowledged.
 *
 * Connecting is tried for ever, after pauses of full jitter: random between 0 and a bound that doubles from
 * half a second to half a minute, so that a broker that comes back is not met by everybody at once. */
#ifndef RUMAH_GATEWAY_BUS_H
#define RUMAH_GATEWAY_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "schemas/wire/topic.h"

#define BUS_QUEUE_MESSAGES 1024
#define BUS_QUEUE_BYTES (8u << 20)
/* Published but not yet with the broker. More is dropped and made good later: boards ask again, and every
 * snapshot is published anew once the line is free. */
#define BUS_OUT_MAX 2048

struct bus; /* opaque: bus_open() makes it; bus_stop(), the loop's end, bus_close() */

struct bus_config {
	uv_loop_t *loop; /* borrowed for life, as are all the strings */
	const char *site;
	const char *host;
	uint16_t port;
	const char *ca, *cert, *key; /* files; ca NULL: plain TCP, for a loopback broker only */
	/* On the loop's thread. A message as it came; the bytes are borrowed. */
	void (*message)(void *ctx, const char *topic, const char *bytes, size_t len, bool is_retained);
	/* All that waited was handed over. */
	void (*drained)(void *ctx);
	/* Connected, or a snapshot was dropped and the line is free again: publish everything. */
	void (*connected)(void *ctx);
	void *ctx;
};

/* Starts the thread; does not wait for the broker. Returns 0; -EINVAL when the TLS files cannot be used; or
 * -errno. */
int bus_open(struct bus **out, const struct bus_config *config);
/* Ends the thread and closes the handle on the loop. */
void bus_stop(struct bus *bus);
void bus_close(struct bus *bus); /* after the loop has ended; takes NULL */

/* Sends a message to a board, QoS 1, retained when its kind is. Returns at once. What cannot be sent now is
 * dropped: see above. */
void bus_publish(struct bus *bus, const char *board, enum wire_kind kind, const char *bytes, size_t len);
bool bus_is_connected(const struct bus *bus);

#endif
