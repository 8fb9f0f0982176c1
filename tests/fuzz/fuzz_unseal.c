/* Any bytes as a sealed message: what is believed is byte for byte what the key's holder would have made. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "schemas/wire/seal.h"

#define TOPIC "rumah/site/board/head" /* the samples' */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t seed[crypto_sign_SEEDBYTES], public[WIRE_SIGN_PUBLIC_BYTES], secret[WIRE_SIGN_SECRET_BYTES];
	size_t object_len;
	char *again;

	for (unsigned i = 0; i < sizeof(seed); i++)
		seed[i] = (uint8_t)(i + 1);
	if (sodium_init() < 0 || crypto_sign_seed_keypair(public, secret, seed) != 0)
		abort();
	if (wire_unseal((const char *)data, size, TOPIC, public) != 0)
		return 0;

	again = malloc(size);
	if (!again)
		abort();
	object_len = size - WIRE_SEAL_BYTES + 1;
	memcpy(again, data, object_len - 1);
	again[object_len - 1] = '}';
	if (wire_seal(again, object_len, size, TOPIC, secret) != (long)size || memcmp(again, data, size) != 0)
		abort();
	free(again);
	return 0;
}
