/* plan - snapshots for doors under measurement: any number of grants, all in their window, opened by codes
 * that are known. */
#pragma once

#include "schemas/wire/code.h"
#include "schemas/wire/keyfile.h"
#include "schemas/wire/snapshot.h"

/* `count` grants; grant i opens to what plan_stretched() gives for i. plan_free() frees. */
void plan_make(struct wire_snapshot *out, size_t count, uint64_t rev, const uint8_t tag_key[WIRE_KEY_BYTES]);
void plan_free(struct wire_snapshot *plan);
/* In place of Argon2id's answer for the digits of grant i: any 32 bytes will do, and these cost nothing. */
void plan_stretched(uint8_t s[static WIRE_STRETCHED_BYTES], size_t i);
/* Grant i opens to these digits, as typed at a keypad. */
void plan_set_code(
	struct wire_snapshot *plan, size_t i, const char *digits, const uint8_t tag_key[WIRE_KEY_BYTES]);
/* The sealed message; the caller frees. */
char *plan_seal(
	const struct wire_snapshot *plan, const char *board, const struct identity *gateway, size_t *len);
/* What board and gateway share. */
void plan_tag_key(
	uint8_t tag_key[static WIRE_KEY_BYTES], const struct identity *board, const struct identity *gateway);
int64_t wall_now_ms(void);
