#include "schemas/wire/code.h"

#include <errno.h>
#include <sodium.h>

#define BOARD_DOMAIN "rumah board/1"
#define TAG_DOMAIN "rumah tag/1"
#define KDF_CONTEXT "rumahkey"

enum { KDF_TAGS = 1, KDF_WIFI = 2 };

_Static_assert(
	crypto_kdf_KEYBYTES == WIRE_KEY_BYTES && crypto_scalarmult_BYTES == WIRE_KEY_BYTES, "key sizes");
_Static_assert(sizeof(KDF_CONTEXT) - 1 == crypto_kdf_CONTEXTBYTES, "context size");
_Static_assert(sizeof(((struct wire_settings *)0)->argon_salt) == crypto_pwhash_SALTBYTES, "salt size");

static void update_text(crypto_generichash_state *state, const char *text, size_t len)
{
	crypto_generichash_update(state, (const uint8_t *)text, len);
}

int wire_board_keys(struct wire_board_keys *out, const uint8_t secret[WIRE_KEY_BYTES],
	const uint8_t peer[WIRE_KEY_BYTES], const uint8_t board_public[WIRE_KEY_BYTES],
	const uint8_t gateway_public[WIRE_KEY_BYTES])
{
	crypto_generichash_state state;
	uint8_t shared[crypto_scalarmult_BYTES], board_key[WIRE_KEY_BYTES];

	if (crypto_scalarmult(shared, secret, peer) != 0) {
		sodium_memzero(shared, sizeof(shared));
		return -EINVAL;
	}
	crypto_generichash_init(&state, NULL, 0, sizeof(board_key));
	update_text(&state, BOARD_DOMAIN, sizeof(BOARD_DOMAIN) - 1);
	crypto_generichash_update(&state, shared, sizeof(shared));
	crypto_generichash_update(&state, board_public, WIRE_KEY_BYTES);
	crypto_generichash_update(&state, gateway_public, WIRE_KEY_BYTES);
	crypto_generichash_final(&state, board_key, sizeof(board_key));

	crypto_kdf_derive_from_key(out->tag_key, sizeof(out->tag_key), KDF_TAGS, KDF_CONTEXT, board_key);
	crypto_kdf_derive_from_key(out->wifi_key, sizeof(out->wifi_key), KDF_WIFI, KDF_CONTEXT, board_key);

	sodium_memzero(shared, sizeof(shared));
	sodium_memzero(board_key, sizeof(board_key));
	sodium_memzero(&state, sizeof(state));
	return 0;
}

int wire_stretch(uint8_t s[static WIRE_STRETCHED_BYTES], const char *digits, size_t count,
	const struct wire_settings *settings)
{
	if (count == 0 || count > WIRE_LONG_CODE)
		return -EINVAL;
	for (size_t i = 0; i < count; i++)
		if (digits[i] < '0' || digits[i] > '9')
			return -EINVAL;

	errno = 0;
	if (crypto_pwhash(s, WIRE_STRETCHED_BYTES, digits, count, settings->argon_salt,
		    settings->argon_passes, (size_t)settings->argon_mem_kib << 10,
		    crypto_pwhash_ALG_ARGON2ID13) != 0)
		return errno == EINVAL ? -EINVAL : -ENOMEM;
	return 0;
}

void wire_tag(uint8_t tag[static WIRE_TAG_BYTES], const uint8_t tag_key[WIRE_KEY_BYTES],
	const uint8_t s[WIRE_STRETCHED_BYTES])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, tag_key, WIRE_KEY_BYTES, WIRE_TAG_BYTES);
	update_text(&state, TAG_DOMAIN, sizeof(TAG_DOMAIN) - 1);
	crypto_generichash_update(&state, s, WIRE_STRETCHED_BYTES);
	crypto_generichash_final(&state, tag, WIRE_TAG_BYTES);
	sodium_memzero(&state, sizeof(state));
}
