/* audit - see audit.h */
#include "gateway/core/audit.h"

#include <sodium.h>
#include <string.h>

static void add_number(crypto_generichash_state *state, uint64_t value, unsigned width)
{
	uint8_t bytes[8];

	for (unsigned i = 0; i < width; i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
	crypto_generichash_update(state, bytes, width);
}

void audit_start(uint8_t hash[static AUDIT_HASH_BYTES])
{
	static const char domain[] = "rumah audit/1";

	crypto_generichash(hash, AUDIT_HASH_BYTES, (const uint8_t *)domain, strlen(domain), NULL, 0);
}

void audit_next(uint8_t hash[static AUDIT_HASH_BYTES], const struct audit_row *row)
{
	const char *texts[] = { row->who, row->role, row->what, row->subject, row->detail };
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, AUDIT_HASH_BYTES);
	crypto_generichash_update(&state, hash, AUDIT_HASH_BYTES);
	add_number(&state, (uint64_t)row->id, 8);
	add_number(&state, (uint64_t)row->at_ms, 8);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		add_number(&state, strlen(texts[i]), 4);
		crypto_generichash_update(&state, (const uint8_t *)texts[i], strlen(texts[i]));
	}
	crypto_generichash_final(&state, hash, AUDIT_HASH_BYTES);
}
