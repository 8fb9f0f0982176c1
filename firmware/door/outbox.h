/* outbox - orders of the core to sealed bytes for the link. No clock, sockets or SQL: the simulator links it
 * too. */
#ifndef RUMAH_DOOR_OUTBOX_H
#define RUMAH_DOOR_OUTBOX_H

#include "firmware/core/board.h"

struct outbox {
	char site[WIRE_NAME_MAX + 1], board[WIRE_NAME_MAX + 1];
	const uint8_t *sign_secret; /* WIRE_SIGN_SECRET_BYTES, borrowed */
};

/* Writes the message of ORDER_SEND_HELLO, _STATE or _DID, sealed, into buf (WIRE_MESSAGE_MAX is enough) and
 * its kind. Returns the length or -errno. */
long outbox_write(const struct outbox *outbox, const struct board_order *order, char *buf, size_t size,
	enum wire_kind *kind);
/* The message of ORDER_SEND_EVENTS, from what journal_read() gave. */
long outbox_write_events(
	const struct outbox *outbox, const struct wire_events *events, char *buf, size_t size);
long outbox_write_health(
	const struct outbox *outbox, const struct wire_health *health, char *buf, size_t size);

#endif
