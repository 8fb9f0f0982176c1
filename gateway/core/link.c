/* link - see link.h */
#include "gateway/core/link.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "gateway/core/base32.h"

static const char id_domain[] = "rumah link/1 id", key_domain[] = "rumah link/1 key";

void link_make(char secret[static LINK_CHARS + 1], const uint8_t random[static LINK_CHARS])
{
	base32_upper(secret, random, LINK_CHARS);
}

int link_read(char out[static LINK_CHARS + 1], const char *text)
{
	char secret[LINK_CHARS + 1];

	if (strnlen(text, LINK_CHARS + 1) != LINK_CHARS)
		return -EINVAL;
	for (size_t i = 0; i < LINK_CHARS; i++) {
		int value = base32_value(text[i]);

		if (value < 0)
			return -EINVAL;
		secret[i] = base32_char((unsigned)value);
	}
	secret[LINK_CHARS] = '\0';
	memcpy(out, secret, sizeof(secret));
	sodium_memzero(secret, sizeof(secret));
	return 0;
}

/* BLAKE2b(domain with its end mark ‖ secret). */
static void derive(uint8_t *out, size_t len, const char *domain, size_t domain_size, const char *secret)
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, len);
	crypto_generichash_update(&state, (const uint8_t *)domain, domain_size);
	crypto_generichash_update(&state, (const uint8_t *)secret, LINK_CHARS);
	crypto_generichash_final(&state, out, len);
	sodium_memzero(&state, sizeof(state));
}

void link_id(uint8_t id[static LINK_ID_BYTES], const char *secret)
{
	derive(id, LINK_ID_BYTES, id_domain, sizeof(id_domain), secret);
}

static void key_pair(uint8_t public[LINK_KEY_BYTES], uint8_t private[LINK_KEY_BYTES], const char *secret)
{
	uint8_t seed[crypto_box_SEEDBYTES];

	derive(seed, sizeof(seed), key_domain, sizeof(key_domain), secret);
	crypto_box_seed_keypair(public, private, seed);
	sodium_memzero(seed, sizeof(seed));
}

void link_public(uint8_t public[static LINK_KEY_BYTES], const char *secret)
{
	uint8_t private[LINK_KEY_BYTES];

	key_pair(public, private, secret);
	sodium_memzero(private, sizeof(private));
}

int link_seal(uint8_t *out, const char *text, size_t len, const uint8_t public[static LINK_KEY_BYTES],
	const uint8_t random[static 32])
{
	uint8_t private[crypto_box_SECRETKEYBYTES], nonce[crypto_box_NONCEBYTES];
	crypto_generichash_state state;
	int r;

	/* The layout of crypto_box_seal(): one-time public key, then the box under the nonce made of both
	 * keys. */
	crypto_box_seed_keypair(out, private, random);
	crypto_generichash_init(&state, NULL, 0, sizeof(nonce));
	crypto_generichash_update(&state, out, crypto_box_PUBLICKEYBYTES);
	crypto_generichash_update(&state, public, crypto_box_PUBLICKEYBYTES);
	crypto_generichash_final(&state, nonce, sizeof(nonce));
	r = crypto_box_easy(
		out + crypto_box_PUBLICKEYBYTES, (const uint8_t *)text, len, nonce, public, private);
	sodium_memzero(private, sizeof(private));
	return r == 0 ? 0 : -EINVAL;
}

int link_open(char *out, const uint8_t *sealed, size_t sealed_len, const char *secret)
{
	uint8_t public[LINK_KEY_BYTES], private[LINK_KEY_BYTES];
	int r;

	if (sealed_len < LINK_SEAL_BYTES)
		return -EINVAL;
	key_pair(public, private, secret);
	r = crypto_box_seal_open((uint8_t *)out, sealed, sealed_len, public, private);
	sodium_memzero(private, sizeof(private));
	if (r != 0)
		return -EINVAL;
	out[sealed_len - LINK_SEAL_BYTES] = '\0';
	return 0;
}

void link_lock(uint8_t *out, const uint8_t *secret, size_t len, const uint8_t key[static LINK_KEY_BYTES],
	const uint8_t nonce[static 24])
{
	memcpy(out, nonce, crypto_secretbox_NONCEBYTES);
	crypto_secretbox_easy(out + crypto_secretbox_NONCEBYTES, secret, len, nonce, key);
}

int link_unlock(
	uint8_t *out, const uint8_t *locked, size_t locked_len, const uint8_t key[static LINK_KEY_BYTES])
{
	if (locked_len < LINK_LOCK_BYTES)
		return -EINVAL;
	if (crypto_secretbox_open_easy(out, locked + crypto_secretbox_NONCEBYTES,
		    locked_len - crypto_secretbox_NONCEBYTES, locked, key) != 0)
		return -EINVAL;
	return 0;
}
