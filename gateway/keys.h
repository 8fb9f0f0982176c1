/* keys - the gateway's own secrets: who it is to the boards, and the key of what it keeps of codes.
 * They live in one folder, mode 0600, in no backup: KEYS/sign.key, agree.key, code.key, and identity.pub for
 * all to read. */
#ifndef RUMAH_GATEWAY_KEYS_H
#define RUMAH_GATEWAY_KEYS_H

#include "schemas/wire/keyfile.h"

struct keys {
	struct identity identity;
	uint8_t code_key[32];
};

/* Loads them. Wipe with sodium_memzero(). 0, or -1 after having said on stderr what is wrong with which file.
 */
int keys_load(struct keys *keys, const char *dir);
/* Makes what is missing (the folder, too) and leaves what is there. 0, or -1 as above. */
int keys_make(const char *dir);

#endif
