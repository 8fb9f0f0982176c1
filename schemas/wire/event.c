#include "schemas/wire/event.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "schemas/wire/bytes.h"

#define LOG_DOMAIN "rumah log/1"
#define EVENT_LAYOUT_BYTES 65

void wire_chain_start(uint8_t hash[static WIRE_HASH_BYTES], const char *board, uint64_t log)
{
	crypto_generichash_state state;
	uint8_t log_bytes[8];

	bytes_put(log_bytes, log, sizeof(log_bytes));
	crypto_generichash_init(&state, NULL, 0, WIRE_HASH_BYTES);
	crypto_generichash_update(&state, (const uint8_t *)LOG_DOMAIN, sizeof(LOG_DOMAIN)); /* with its NUL */
	crypto_generichash_update(&state, (const uint8_t *)board, strlen(board) + 1);
	crypto_generichash_update(&state, log_bytes, sizeof(log_bytes));
	crypto_generichash_final(&state, hash, WIRE_HASH_BYTES);
}

void wire_chain_next(uint8_t hash[static WIRE_HASH_BYTES], const struct wire_event *event)
{
	uint8_t bytes[WIRE_HASH_BYTES + EVENT_LAYOUT_BYTES] = { 0 };
	uint8_t *at = bytes + WIRE_HASH_BYTES;

	memcpy(bytes, hash, WIRE_HASH_BYTES);
	at = bytes_put(at, event->seq, 8);
	at = bytes_put(at, event->boot, 8);
	at = bytes_put(at, event->mono_ms, 8);
	at = bytes_put(at, (uint64_t)event->wall_ms, 8);
	at = bytes_put(at, event->bound_ms, 4);
	at = bytes_put(at, event->trust, 1);
	at = bytes_put(at, event->type, 2);
	at = bytes_put(at, event->reason, 2);
	at = bytes_put(at, (uint64_t)event->n, 8);
	memcpy(at, event->grant, strnlen(event->grant, WIRE_GRANT_ID_CHARS));
	assert(at + WIRE_GRANT_ID_CHARS == bytes + sizeof(bytes));

	crypto_generichash(hash, WIRE_HASH_BYTES, bytes, sizeof(bytes), NULL, 0);
}
