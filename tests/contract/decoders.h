/* decoders - every kind of message behind one interface, for tests that treat them all alike. */
#ifndef RUMAH_CONTRACT_DECODERS_H
#define RUMAH_CONTRACT_DECODERS_H

#include <stddef.h>

#include "schemas/wire/message.h"

union contract_message {
	struct wire_snapshot snapshot;
	struct wire_head head;
	struct wire_ack ack;
	struct wire_action action;
	struct wire_hello hello;
	struct wire_state state;
	struct wire_events events;
	struct wire_did did;
	struct wire_health health;
	struct wire_link link;
};

/* Decodes by kind; a snapshot's grants go to memory of this module. One thread. */
int contract_decode(union contract_message *out, enum wire_kind kind, const char *msg, size_t len);
long contract_encode(char *buf, size_t size, enum wire_kind kind, const union contract_message *message);

#endif
