/* keyfile - secret keys in files: made where they are used, mode 0600, never printed.
 * A key file is one line of base64. Reading refuses a file that others can read, a wrong length, or a symlink
 * (-ELOOP). Writing leaves the whole file or none, also when power fails. */
#ifndef RUMAH_WIRE_KEYFILE_H
#define RUMAH_WIRE_KEYFILE_H

#include <stddef.h>
#include <stdint.h>

enum keyfile_answer { KEYFILE_TOO_OPEN = 1, KEYFILE_MALFORMED = 2 };

/* Reads `bytes` bytes of key. 0, a keyfile_answer, or -errno. */
int keyfile_read(const char *path, uint8_t *key, size_t bytes);
/* Writes a new file (O_EXCL, 0600, fsync of file and folder). 0 or -errno; -EEXIST when there is one. */
int keyfile_write_new(const char *path, const uint8_t *key, size_t bytes);

/* One identity: Ed25519 for signatures and X25519 for agreement. */
struct identity {
	uint8_t sign_public[32], sign_secret[64];
	uint8_t agree_public[32], agree_secret[32];
};
/* Reads DIR/sign.key and DIR/agree.key, making both when neither is there (and going on with a making that
 * was cut short; a key lost later is KEYFILE_MALFORMED, never replaced in silence). Also writes
 * DIR/identity.pub, a JSON object {"sign": base64, "agree": base64} anyone may read. DIR must exist. 0, a
 * keyfile_answer, or -errno. */
int identity_load_or_make(struct identity *out, const char *dir);
/* Reads another's identity.pub into the two public keys. 0, KEYFILE_MALFORMED, or -errno. */
int identity_read_public(struct identity *out, const char *path);

#endif
