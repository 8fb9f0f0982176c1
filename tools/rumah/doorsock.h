/* doorsock - talks to a rumah-door on this machine (firmware/door/port.h: the simulated pins; look.h: the
 * eyes): one JSON line each way over a local socket. No error holds what was sent: keys are digits of a code.
 */
#ifndef RUMAH_DOORSOCK_H
#define RUMAH_DOORSOCK_H

#include <jansson.h>
#include <stddef.h>

#define DOORSOCK_TIMEOUT_MS 5000

struct doorsock; /* opaque: doorsock_open() makes it, doorsock_close() frees it */

/* Of any length: a socket's address has room for 107 bytes, a path in it needs more. 0 or -errno. */
int doorsock_open(struct doorsock **out, const char *path);
void doorsock_close(struct doorsock *sock); /* takes NULL */

/* Sends one command (stolen). 0, -errno. */
int doorsock_send(struct doorsock *sock, json_t *command);
/* The next line. 0 with *answer the caller's, -ETIMEDOUT (timeout_ms < 0: waits for ever), -EPIPE: the other
 * side left, -EBADMSG: not JSON or too long, -errno. */
int doorsock_next(struct doorsock *sock, json_t **answer, int timeout_ms);

/* Readable when doorsock_next() may have something to say. */
int doorsock_fd(const struct doorsock *sock);

#endif
