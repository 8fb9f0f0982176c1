#include "schemas/wire/seal.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define SEAL_DOMAIN "rumah/1"
#define SEAL_OPEN ",\"sig\":\""
#define SEAL_CLOSE "\"}"
#define SEAL_OPEN_LEN (sizeof(SEAL_OPEN) - 1)
#define SEAL_CLOSE_LEN (sizeof(SEAL_CLOSE) - 1)
#define SIG_TEXT_LEN 88                      /* 64 bytes in base64 with its padding */
#define OBJECT_MIN (sizeof("{\"v\":1}") - 1) /* the least object with one member */

_Static_assert(
	SEAL_OPEN_LEN + SIG_TEXT_LEN + SEAL_CLOSE_LEN == WIRE_SEAL_BYTES, "the suffix is of fixed length");
_Static_assert(
	sodium_base64_ENCODED_LEN(crypto_sign_BYTES, sodium_base64_VARIANT_ORIGINAL) == SIG_TEXT_LEN + 1,
	"base64 of a signature");

/* What is signed: domain, topic, and the object: `open` holds it without its closing brace. The caller frees
 * *out. libsodium has no streaming form of plain Ed25519, hence the copy. */
static int bytes_to_sign(uint8_t **out, size_t *out_len, const char *topic, const char *open, size_t open_len)
{
	size_t topic_len = strlen(topic);
	size_t prefix_len = sizeof(SEAL_DOMAIN) + topic_len + 1;
	uint8_t *bytes = malloc(prefix_len + open_len + 1);

	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, SEAL_DOMAIN, sizeof(SEAL_DOMAIN)); /* with its NUL */
	memcpy(bytes + sizeof(SEAL_DOMAIN), topic, topic_len + 1);
	memcpy(bytes + prefix_len, open, open_len);
	bytes[prefix_len + open_len] = '}';
	*out = bytes;
	*out_len = prefix_len + open_len + 1;
	return 0;
}

long wire_seal(
	char *msg, size_t len, size_t size, const char *topic, const uint8_t secret[WIRE_SIGN_SECRET_BYTES])
{
	uint8_t sig[crypto_sign_BYTES], *bytes;
	char text[SIG_TEXT_LEN + 1], *at;
	size_t bytes_len;
	int r;

	if (len < OBJECT_MIN || msg[0] != '{' || msg[len - 1] != '}')
		return -EINVAL;
	if (size < len - 1 || size - (len - 1) < WIRE_SEAL_BYTES)
		return -ENOSPC;
	r = bytes_to_sign(&bytes, &bytes_len, topic, msg, len - 1);
	if (r < 0)
		return r;

	crypto_sign_detached(sig, NULL, bytes, bytes_len, secret);
	free(bytes);
	sodium_bin2base64(text, sizeof(text), sig, sizeof(sig), sodium_base64_VARIANT_ORIGINAL);

	at = msg + len - 1;
	memcpy(at, SEAL_OPEN, SEAL_OPEN_LEN);
	memcpy(at + SEAL_OPEN_LEN, text, SIG_TEXT_LEN);
	memcpy(at + SEAL_OPEN_LEN + SIG_TEXT_LEN, SEAL_CLOSE, SEAL_CLOSE_LEN);
	return (long)(len - 1 + WIRE_SEAL_BYTES);
}

/* Reads the signature out of the fixed suffix: 0 or WIRE_BAD_SEAL. */
static int cut_seal(uint8_t sig[static crypto_sign_BYTES], const char *seal)
{
	size_t sig_len;

	if (memcmp(seal, SEAL_OPEN, SEAL_OPEN_LEN) != 0 ||
		memcmp(seal + SEAL_OPEN_LEN + SIG_TEXT_LEN, SEAL_CLOSE, SEAL_CLOSE_LEN) != 0)
		return WIRE_BAD_SEAL;
	if (sodium_base642bin(sig, crypto_sign_BYTES, seal + SEAL_OPEN_LEN, SIG_TEXT_LEN, NULL, &sig_len,
		    NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
		sig_len != crypto_sign_BYTES)
		return WIRE_BAD_SEAL;
	return 0;
}

int wire_unseal(const char *msg, size_t len, const char *topic, const uint8_t public[WIRE_SIGN_PUBLIC_BYTES])
{
	uint8_t sig[crypto_sign_BYTES], *bytes;
	size_t bytes_len;
	int r;

	if (len < OBJECT_MIN - 1 + WIRE_SEAL_BYTES)
		return WIRE_TOO_SHORT;
	r = cut_seal(sig, msg + len - WIRE_SEAL_BYTES);
	if (r != 0)
		return r;
	r = bytes_to_sign(&bytes, &bytes_len, topic, msg, len - WIRE_SEAL_BYTES);
	if (r < 0)
		return r;

	r = crypto_sign_verify_detached(sig, bytes, bytes_len, public) == 0 ? 0 : WIRE_BAD_SIGNATURE;
	free(bytes);
	return r;
}
