/* link - what a private link's secret can do, and what the gateway keeps of a code.
 *
 *   secret ──BLAKE2b──> id, 16 bytes: finds the row         secret ──BLAKE2b──> X25519 pair: what is sealed
 * to its public half, only the link opens
 *
 * The secret is told once and stored nowhere. What is stored opens nothing without it. Needs sodium_init();
 * draws no random bytes of its own. Pure. */
#ifndef RUMAH_GATEWAY_LINK_H
#define RUMAH_GATEWAY_LINK_H

#include <stddef.h>
#include <stdint.h>

#define LINK_CHARS 26 /* 130 bits of Crockford base32 */
#define LINK_ID_BYTES 16
#define LINK_KEY_BYTES 32
#define LINK_SEAL_BYTES 48 /* a sealed text is so much longer */
#define LINK_LOCK_BYTES 40 /* a locked secret is so much longer: nonce and authenticator */

/* A new secret from LINK_CHARS random bytes. */
void link_make(char secret[static LINK_CHARS + 1], const uint8_t random[static LINK_CHARS]);
/* Reads a secret as people paste it: either case, O for 0, I and L for 1. 0, or -EINVAL with `out` untouched.
 */
int link_read(char out[static LINK_CHARS + 1], const char *text);

void link_id(uint8_t id[static LINK_ID_BYTES], const char *secret);
void link_public(uint8_t public[static LINK_KEY_BYTES], const char *secret);

/* Seals text to a public key as crypto_box_seal() does, with the one-time key made from `random`. `out` has
 * len + LINK_SEAL_BYTES room. 0, or -EINVAL for a low-order key. */
int link_seal(uint8_t *out, const char *text, size_t len, const uint8_t public[static LINK_KEY_BYTES],
	const uint8_t random[static 32]);
/* Opens what was sealed to a secret's public key. `out` has sealed_len - LINK_SEAL_BYTES room and one for the
 * end mark. 0, or -EINVAL: not sealed to this link, or changed. */
int link_open(char *out, const uint8_t *sealed, size_t sealed_len, const char *secret);

/* Locks `secret` under the site's code key with a random nonce (crypto_secretbox): `out` has len +
 * LINK_LOCK_BYTES room. */
void link_lock(uint8_t *out, const uint8_t *secret, size_t len, const uint8_t key[static LINK_KEY_BYTES],
	const uint8_t nonce[static 24]);
/* 0, or -EINVAL: another key, or changed. */
int link_unlock(
	uint8_t *out, const uint8_t *locked, size_t locked_len, const uint8_t key[static LINK_KEY_BYTES]);

#endif
