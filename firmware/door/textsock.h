/* textsock - lines of text over a local socket, with JSON in them: the outside of the simulated port and of
 * the technician's eyes. A client that sends a longer line than TEXTSOCK_LINE_MAX, or does not read what it
 * is told, is dropped. One thread: the loop's. */
#ifndef RUMAH_DOOR_TEXTSOCK_H
#define RUMAH_DOOR_TEXTSOCK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define TEXTSOCK_CLIENTS_MAX 8
#define TEXTSOCK_LINE_MAX 1024 /* without its newline */

struct uv_loop_s;
struct textsock;        /* opaque: textsock_open() makes it, textsock_close() frees it */
struct textsock_client; /* borrowed; valid until on_gone */

struct textsock_events {
	void (*on_line)(void *ctx, struct textsock_client *client, const char *line, size_t len);
	void (*on_gone)(void *ctx, struct textsock_client *client); /* not called by textsock_close() */
	void *ctx;
};

/* Listens at `path`, mode 0600, or 0660 for the members of `group` when that is not ""; what a dead process
 * left there is removed. 0 or -errno. */
int textsock_open(struct textsock **out, struct uv_loop_s *loop, const char *path, const char *group,
	const struct textsock_events *events);
void textsock_close(struct textsock *sock); /* freed when the loop has closed its handles; takes NULL */

/* Sends a line, to which this adds the newline. */
void textsock_say(struct textsock_client *client, const char *line);
/* The same of an object (stolen; NULL: no memory), of {"ok":false,"error":what}, and of {"ok":true}. */
void textsock_say_json(struct textsock_client *client, json_t *answer);
void textsock_say_error(struct textsock_client *client, const char *what);
void textsock_say_ok(struct textsock_client *client);
/* A client that wants each change, see textsock_tell(). */
void textsock_watch(struct textsock_client *client);
bool textsock_is_watched(const struct textsock *sock); /* by anybody */
/* Says an object (borrowed; NULL: no memory) to all that watch. */
void textsock_tell(struct textsock *sock, const json_t *object);

#endif
