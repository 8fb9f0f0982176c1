/* code - from digits at a keypad to a tag in a snapshot.
 *
 *   digits ──Argon2id, the site's salt and cost──> s ──keyed BLAKE2b, the board's tag key──> tag
 *
 * One slow pass per entry whatever the number of grants, one look-up after it, and timing that says nothing
 * about digits. The tag key never travels: both ends derive it from X25519(board, gateway). */
#ifndef RUMAH_WIRE_CODE_H
#define RUMAH_WIRE_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "schemas/wire/snapshot.h"

#define WIRE_CODE_MIN 6   /* digits */
#define WIRE_CODE_MAX 10  /* digits of a short code */
#define WIRE_LONG_CODE 12 /* digits of the code that opens during lockout */
#define WIRE_STRETCHED_BYTES 32
#define WIRE_KEY_BYTES 32

struct wire_board_keys { /* secrets shared by one board and its gateway; wipe with sodium_memzero() */
	uint8_t tag_key[WIRE_KEY_BYTES];
	uint8_t wifi_key[WIRE_KEY_BYTES];
};

/* K_board = BLAKE2b-256("rumah board/1" ‖ X25519(secret, peer) ‖ board_public ‖ gateway_public); the two keys
 * come from it by crypto_kdf with context "rumahkey", ids 1 (tags) and 2 (Wi-Fi). `secret` is the caller's
 * X25519 secret, `peer` the other end's public key. Returns 0, or -EINVAL for a low-order peer key. */
int wire_board_keys(struct wire_board_keys *out, const uint8_t secret[WIRE_KEY_BYTES],
	const uint8_t peer[WIRE_KEY_BYTES], const uint8_t board_public[WIRE_KEY_BYTES],
	const uint8_t gateway_public[WIRE_KEY_BYTES]);

/* s = Argon2id(digits). Slow by intent (some 60 ms on a Pi Zero 2 W): never on an event loop. `digits` are
 * ASCII '0'..'9', `count` at most WIRE_LONG_CODE. Returns 0, -EINVAL, or -ENOMEM. */
int wire_stretch(uint8_t s[static WIRE_STRETCHED_BYTES], const char *digits, size_t count,
	const struct wire_settings *settings);

/* tag = BLAKE2b-128(key = tag_key, "rumah tag/1" ‖ s). Microseconds; pure. */
void wire_tag(uint8_t tag[static WIRE_TAG_BYTES], const uint8_t tag_key[WIRE_KEY_BYTES],
	const uint8_t s[WIRE_STRETCHED_BYTES]);

#endif
