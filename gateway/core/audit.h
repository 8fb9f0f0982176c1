/* audit - the chain over what staff did: edit, delete, reorder or cut a row, and the hash of some row no
 * longer fits. Pure. */
#ifndef RUMAH_GATEWAY_AUDIT_H
#define RUMAH_GATEWAY_AUDIT_H

#include <stdint.h>

#define AUDIT_HASH_BYTES 32

struct audit_row {
	int64_t id; /* from 1, without a hole */
	int64_t at_ms;
	const char *who, *role, *what, *subject, *detail;
};

/* h(0) = BLAKE2b-256("rumah audit/1"). */
void audit_start(uint8_t hash[static AUDIT_HASH_BYTES]);
/* h(n) = BLAKE2b-256(h(n-1) ‖ id 8 ‖ at_ms 8 ‖ each text as its length 4 and its bytes), little-endian. In
 * place. */
void audit_next(uint8_t hash[static AUDIT_HASH_BYTES], const struct audit_row *row);

#endif
