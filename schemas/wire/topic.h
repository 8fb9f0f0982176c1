/* topic - names on the bus: rumah/{site}/{board}/{kind}. Pure; no allocation. */
#ifndef RUMAH_WIRE_TOPIC_H
#define RUMAH_WIRE_TOPIC_H

#include <stdbool.h>
#include <stddef.h>

#define WIRE_NAME_MAX 32 /* site and board: [a-z0-9][a-z0-9-]{1,31} */
#define WIRE_TOPIC_SIZE (sizeof("rumah///snapshot") + 2 * WIRE_NAME_MAX)
#define WIRE_SNAPSHOT_MAX (4u << 20) /* bytes with seal; some 20,000 grants */
#define WIRE_MESSAGE_MAX (64u << 10) /* every other kind */

/* clang-format off */
/*        kind      word        from the gateway?  retained? sealed? */
#define WIRE_KINDS(X) \
	X(SNAPSHOT, "snapshot", true,  true,  true) \
	X(HEAD,     "head",     true,  false, true) \
	X(ACK,      "ack",      true,  false, true) \
	X(ACTION,   "action",   true,  false, true) \
	X(HELLO,    "hello",    false, false, true) \
	X(STATE,    "state",    false, true,  true) \
	X(EVENT,    "event",    false, false, true) \
	X(DID,      "did",      false, false, true) \
	X(HEALTH,   "health",   false, true,  true) \
	X(LINK,     "link",     false, true,  false)
/* clang-format on */

enum wire_kind {
#define X(name, word, down, retained, sealed) WIRE_##name,
	WIRE_KINDS(X)
#undef X
		WIRE_KIND_COUNT
};

struct wire_kind_info {
	const char *word;
	bool is_from_gateway;
	bool is_retained;
	bool is_sealed;
	size_t bytes_max;
};

const struct wire_kind_info *wire_kind_info(enum wire_kind kind);

/* A name as the broker, the certificates and the topics know it. "gateway" is a valid name but never a
 * board's. */
bool wire_name_ok(const char *name);

/* Writes the topic. Both names must pass wire_name_ok() (asserted). */
void wire_topic_make(
	char topic[static WIRE_TOPIC_SIZE], const char *site, const char *board, enum wire_kind kind);

struct wire_topic {
	char site[WIRE_NAME_MAX + 1];
	char board[WIRE_NAME_MAX + 1];
	enum wire_kind kind;
};

/* Reads a topic from outside. Returns 0 or WIRE_BAD_TOPIC with *out untouched. */
int wire_topic_read(struct wire_topic *out, const char *topic);

#endif
