/* Any bytes into every decoder: refused, or a message that is written and read again unchanged. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "tests/contract/decoders.h"

static void check_kind(enum wire_kind kind, const char *msg, size_t len)
{
	static char first[WIRE_SNAPSHOT_MAX], second[WIRE_SNAPSHOT_MAX];
	union contract_message message;
	long first_len, second_len;
	int r = contract_decode(&message, kind, msg, len);

	if (r < 0 || r >= WIRE_REFUSAL_COUNT)
		abort();
	if (r != 0)
		return;
	first_len = contract_encode(first, sizeof(first), kind, &message);
	if (first_len < 0 || contract_decode(&message, kind, first, (size_t)first_len) != 0)
		abort();
	second_len = contract_encode(second, sizeof(second), kind, &message);
	if (second_len != first_len || memcmp(first, second, (size_t)first_len) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (sodium_init() < 0)
		abort();
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++)
		check_kind(kind, (const char *)data, size);
	return 0;
}
