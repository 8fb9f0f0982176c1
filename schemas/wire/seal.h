/* seal - a signature on a JSON object, bound to the topic that carries it.
 *
 *   {"v":1, … ,"sig":"<88 characters of base64>"}
 *
 * Signed is  "rumah/1" 0x00 topic 0x00 {"v":1, … }  : the domain, the topic, and the bytes of the object
 * without its last member. The suffix has a fixed length, so a receiver cuts it, verifies, and only then
 * parses: no canonical JSON. Ed25519 (RFC 8032) through libsodium, which refuses small-order keys and S >= L.
 * Pure but for a transient copy of the bytes; any thread, after sodium_init(). */
#ifndef RUMAH_WIRE_SEAL_H
#define RUMAH_WIRE_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "schemas/wire/refusal.h"

#define WIRE_SEAL_BYTES                                                                                      \
	98 /* the suffix ,"sig":"<88>"} in place of the closing brace: a sealed object is 97 longer */
#define WIRE_SIGN_PUBLIC_BYTES 32
#define WIRE_SIGN_SECRET_BYTES 64

/* Seals the object in msg[0..len) in place. `size` is the room in msg. Returns the new length, -EINVAL when
 * msg is not an object with at least one member, -ENOSPC, or -ENOMEM. */
long wire_seal(
	char *msg, size_t len, size_t size, const char *topic, const uint8_t secret[WIRE_SIGN_SECRET_BYTES]);

/* Checks a sealed message. Returns 0; WIRE_TOO_SHORT, WIRE_BAD_SEAL or WIRE_BAD_SIGNATURE; or -ENOMEM. */
int wire_unseal(const char *msg, size_t len, const char *topic, const uint8_t public[WIRE_SIGN_PUBLIC_BYTES]);

#endif
