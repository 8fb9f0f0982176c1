/* frame - what rumah-door and rumah-link say to each other over a local SOCK_SEQPACKET socket.
 *
 * rumah-door listens, rumah-link connects; one link at a time. One datagram is one frame: a 16-byte header
 * and at most FRAME_PIECE_MAX bytes of a message's piece, since a datagram is bounded by the socket's buffer.
 * Pieces of one message follow each other without another message between them in that direction. rumah-door
 * believes nothing that comes here: a frame out of shape or order drops the message being put together and is
 * counted. Pure; no allocation. */
#ifndef RUMAH_WIRE_FRAME_H
#define RUMAH_WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schemas/wire/topic.h"

#define FRAME_HEADER_BYTES 16
#define FRAME_PIECE_MAX (32u << 10)
#define FRAME_MAX (FRAME_HEADER_BYTES + FRAME_PIECE_MAX)

enum frame_type {
	FRAME_PUBLISH = 1, /* door → link: send this */
	FRAME_DELIVER = 2, /* link → door: this arrived */
	FRAME_ONLINE = 3,  /* link → door: the broker is reached and subscribed to; no payload */
	FRAME_OFFLINE = 4, /* link → door: it is lost; no payload */
	FRAME_CERT = 5,    /* link → door: offset holds the days left of the certificate; no payload */
};

struct frame {
	enum frame_type type;
	enum wire_kind kind;
	bool is_retained;       /* DELIVER: the broker had it retained */
	uint32_t total, offset; /* bytes of the whole message; where this piece belongs */
	const uint8_t *piece;   /* borrowed */
	size_t piece_len;
};

/* Header layout, little-endian: "RG", version 1, type, kind, flags (bit 0 retained), 2 zero bytes, total 4,
 * offset 4. Writes header and piece; buf has FRAME_MAX room. Returns the datagram's length. */
size_t frame_write(uint8_t *buf, const struct frame *frame);

/* Returns 0, WIRE_BAD_FORM or WIRE_TOO_LONG; the piece points into buf. Checks: magic, version, known type
 * and kind, total within the kind's bound, offset + piece within total, piece not empty unless the type has
 * none. */
int frame_read(struct frame *out, const uint8_t *buf, size_t len);

/* Puts pieces together in the caller's buffer of WIRE_SNAPSHOT_MAX bytes. */
struct frame_joiner {
	uint8_t *buf;
	size_t size;
	enum wire_kind kind;
	bool is_retained, is_open;
	uint32_t total, got;
};
enum frame_joined { FRAME_MORE = 100, FRAME_BROKEN = 101 };
void frame_joiner_init(struct frame_joiner *joiner, uint8_t *buf, size_t size);
/* Adds one PUBLISH or DELIVER frame. Returns 0 when a message of joiner->total bytes is whole in joiner->buf;
 * FRAME_MORE; or FRAME_BROKEN when the piece does not continue what was begun (that message is dropped). A
 * piece at offset 0 always begins anew, whatever was open. */
int frame_joiner_add(struct frame_joiner *joiner, const struct frame *frame);

#endif
