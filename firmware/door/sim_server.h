/* sim_server - lines of text over a local socket (SOCK_STREAM): the outside of the simulated port. A client
 * that sends a longer line than SIM_LINE_MAX, or does not read what it is told, is dropped. One thread: the
 * loop's. */
#ifndef RUMAH_DOOR_SIM_SERVER_H
#define RUMAH_DOOR_SIM_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#define SIM_CLIENTS_MAX 8
#define SIM_LINE_MAX 1024 /* without its newline */

struct uv_loop_s;
struct sim_server; /* opaque: sim_server_open() makes it, sim_server_close() frees it */
struct sim_client; /* borrowed; valid until on_gone */

struct sim_server_events {
	void (*on_line)(void *ctx, struct sim_client *client, const char *line, size_t len);
	void (*on_gone)(void *ctx, struct sim_client *client); /* not called by sim_server_close() */
	void *ctx;
};

/* Listens at `path`, mode 0600 by the process's umask; what a dead process left there is removed. 0 or
 * -errno. */
int sim_server_open(struct sim_server **out, struct uv_loop_s *loop, const char *path,
	const struct sim_server_events *events);
void sim_server_close(struct sim_server *server); /* freed when the loop has closed its handles; takes NULL */

/* Sends a line, to which this adds the newline. */
void sim_client_say(struct sim_client *client, const char *line);
/* A client that wants each change, see sim_server_tell(). */
void sim_client_watch(struct sim_client *client);
/* Says a line to all that watch. */
void sim_server_tell(struct sim_server *server, const char *line);

#endif
