/* passwords - Argon2id of log-ins, off the loop and one at a time.
 *
 * One pass takes 19 MiB and tens of milliseconds: two at once would be a third of a small board's memory, and
 * a crowd of them is an attack. So jobs stand in a short line; when it is full, the next is told to come
 * back. One thread: the loop's. */
#ifndef RUMAH_GATEWAY_PASSWORDS_H
#define RUMAH_GATEWAY_PASSWORDS_H

#include <sodium.h>
#include <stdbool.h>
#include <uv.h>

/* OWASP's floor for Argon2id. Costs stand in the hash itself, so raising these does not lock anybody out. */
#define PASSWORDS_PASSES 2
#define PASSWORDS_BYTES (19u << 20)
#define PASSWORDS_LINE_MAX 16
#define PASSWORDS_MAX 128 /* bytes of a password */

struct passwords; /* opaque */

/* `is_right` of a verification; `hash` of a new password (NULL when there was no memory). Borrowed. */
typedef void passwords_done(void *ctx, bool is_right, const char *hash);

int passwords_new(struct passwords **out, uv_loop_t *loop); /* 0 or -ENOMEM */
/* No new jobs. `dropped` is told of those in line; `done` is still called for the one that runs: free only
 * after the loop has ended. */
void passwords_stop(struct passwords *passwords, void (*dropped)(void *ctx));
void passwords_free(struct passwords *passwords); /* takes NULL */

enum passwords_answer { PASSWORDS_BUSY = 1 };

/* Both copy what they are given and wipe the copy. 0, PASSWORDS_BUSY, or -ENOMEM; `done` comes after 0 only.
 */
int passwords_verify(struct passwords *passwords, const char hash[crypto_pwhash_STRBYTES],
	const char *password, passwords_done *done, void *ctx);
int passwords_hash(struct passwords *passwords, const char *password, passwords_done *done, void *ctx);

/* A random password of 100 bits, in letters and digits that nobody takes for one another: it is read off a
 * screen and typed. */
#define PASSWORDS_MADE_SIZE 25
void passwords_make(char out[static PASSWORDS_MADE_SIZE]);

/* The same as passwords_hash(), here and now, for the command line. 0 or -ENOMEM. */
int passwords_hash_now(char hash[crypto_pwhash_STRBYTES], const char *password);

#endif
