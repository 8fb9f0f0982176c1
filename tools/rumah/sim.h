/* sim - talks to the simulated pins of a door (firmware/door/port.h): one JSON line each way over a local
 * socket. No error holds what was sent: keys are digits of a code. */
#ifndef RUMAH_SIM_H
#define RUMAH_SIM_H

#include <jansson.h>
#include <stddef.h>

#define SIM_TIMEOUT_MS 5000

struct sim; /* opaque: sim_open() makes it, sim_close() frees it */

/* Of any length: a socket's address has room for 107 bytes, a path in it needs more. 0 or -errno. */
int sim_open(struct sim **out, const char *path);
void sim_close(struct sim *sim); /* takes NULL */

/* Sends one command (stolen). 0, -errno. */
int sim_send(struct sim *sim, json_t *command);
/* The next line. 0 with *answer the caller's, -ETIMEDOUT (timeout_ms < 0: waits for ever), -EPIPE: the other
 * side left, -EBADMSG: not JSON or too long, -errno. */
int sim_next(struct sim *sim, json_t **answer, int timeout_ms);

/* The boards that have a socket in `folder` (NAME.sock), sorted: an array of names, the caller's; NULL: no
 * memory. A folder that is not there has none. */
json_t *sim_boards(const char *folder);

#endif
