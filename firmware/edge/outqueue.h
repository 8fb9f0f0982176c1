/* outqueue - messages on their way to the other program, cut into datagrams (schemas/wire/frame.h). Bounded:
 * past OUTQUEUE_MAX messages or OUTQUEUE_BYTES_MAX bytes the newcomer is dropped and counted, since
 * everything that matters is said again until it is answered. Kinds that tell how things are (snapshot,
 * hello, state, health) wait at most once: a newer one takes the older one's place, unless a piece of that
 * has gone. No descriptors, no clock. */
#ifndef RUMAH_EDGE_OUTQUEUE_H
#define RUMAH_EDGE_OUTQUEUE_H

#include "schemas/wire/frame.h"

#define OUTQUEUE_MAX 64
#define OUTQUEUE_BYTES_MAX                                                                                   \
	(2 * WIRE_SNAPSHOT_MAX + (1u << 20)) /* one leaving, one waiting, and what comes with them */

struct out_message {
	enum frame_type type;
	enum wire_kind kind;
	bool is_retained;
	uint32_t value; /* of frames without a message */
	char *msg;      /* owned; NULL without a message */
	size_t len, sent;
};

struct outqueue { /* {0} is an empty one */
	struct out_message messages[OUTQUEUE_MAX];
	size_t head, count, bytes;
	uint64_t dropped;
};

/* Takes a copy. Returns whether there was room. */
bool outqueue_put_message(struct outqueue *queue, enum frame_type type, enum wire_kind kind, bool is_retained,
	const char *msg, size_t len);
/* A frame without a message: FRAME_ONLINE, FRAME_OFFLINE, or FRAME_CERT with its days. */
bool outqueue_put_word(struct outqueue *queue, enum frame_type type, uint32_t value);
/* Writes the next datagram into buf (FRAME_MAX). Returns its length; 0 when nothing waits. */
size_t outqueue_peek(const struct outqueue *queue, uint8_t *buf);
/* The datagram that was peeked at has gone. */
void outqueue_sent(struct outqueue *queue);
void outqueue_clear(struct outqueue *queue);

#endif
