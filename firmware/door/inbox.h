/* inbox - bytes from the untrusted link to inputs of the core: seal, bounds, decoding; nothing is decided
 * here. No clock, sockets or SQL: the simulator links it too. One thread. */
#ifndef RUMAH_DOOR_INBOX_H
#define RUMAH_DOOR_INBOX_H

#include "firmware/core/board.h"
#include "schemas/wire/seal.h"

struct inbox {
	char site[WIRE_NAME_MAX + 1], board[WIRE_NAME_MAX + 1];
	uint8_t gateway_public[WIRE_SIGN_PUBLIC_BYTES]; /* Ed25519 */
	struct wire_snapshot snapshot; /* what INPUT_SNAPSHOT points at: valid until the next inbox_read() */
};

/* Takes room for a snapshot of grants_max grants. 0 or -ENOMEM. deinit copes with a zeroed struct. */
int inbox_init(struct inbox *inbox, const char *site, const char *board, const uint8_t gateway_public[32],
	size_t grants_max);
void inbox_deinit(struct inbox *inbox);

/* Reads one whole message of `kind`, which came on this board's topic of that kind. Always makes an input:
 * the message's own, or INPUT_REFUSED with the reason. -ENOMEM counts as a refusal too (refused.refusal is
 * negative): nothing stops a door. */
void inbox_read(struct inbox *inbox, struct board_input *out, enum wire_kind kind, bool is_retained,
	const char *msg, size_t len);

/* The stored snapshot at start: its seal is checked again. 0 with inbox->snapshot filled, a wire_refusal or
 * -errno. */
int inbox_recall(struct inbox *inbox, const char *sealed, size_t len);

#endif
