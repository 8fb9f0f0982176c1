#include "tests/contract/decoders.h"

static struct wire_grant grants[WIRE_GRANTS_MAX];

/* clang-format off */
#define KINDS(X) \
	X(HEAD, head) X(ACK, ack) X(ACTION, action) X(HELLO, hello) X(STATE, state) \
	X(EVENT, events) X(DID, did) X(HEALTH, health) X(LINK, link)
/* clang-format on */

int contract_decode(union contract_message *out, enum wire_kind kind, const char *msg, size_t len)
{
	switch (kind) {
	case WIRE_SNAPSHOT:
		out->snapshot.grants = grants;
		out->snapshot.grant_max = WIRE_GRANTS_MAX;
		return wire_snapshot_decode(&out->snapshot, msg, len);
#define X(name, field)                                                                                       \
	case WIRE_##name:                                                                                    \
		return wire_##field##_decode(&out->field, msg, len);
		KINDS(X)
#undef X
	case WIRE_KIND_COUNT:
		break;
	}
	return -1;
}

long contract_encode(char *buf, size_t size, enum wire_kind kind, const union contract_message *message)
{
	switch (kind) {
	case WIRE_SNAPSHOT:
		return wire_snapshot_encode(buf, size, &message->snapshot);
#define X(name, field)                                                                                       \
	case WIRE_##name:                                                                                    \
		return wire_##field##_encode(buf, size, &message->field);
		KINDS(X)
#undef X
	case WIRE_KIND_COUNT:
		break;
	}
	return -1;
}
