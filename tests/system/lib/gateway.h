/* gateway - a real rumah-gateway in a folder of its own, and an HTTP client that can also misbehave.
 * Whatever goes wrong in here ends the test. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct gateway {
	char dir[64]; /* holds gateway.ini, gateway.db, keys/, log */
	char program[256];
	pid_t pid;
	uint16_t port;
};

/* Makes the folder, the configuration (`more` is appended to it), the keys. Does not start. */
void gateway_make(struct gateway *gateway, const char *program, const char *more);
void gateway_start(struct gateway *gateway); /* returns when /api/health answers */
void gateway_end(struct gateway *gateway);   /* SIGTERM; anything but a clean exit ends the test */
void gateway_remove(struct gateway *gateway);
/* Adds a member of staff through the command line; `password` is what it printed. */
void gateway_staff(struct gateway *gateway, const char *name, const char *role, char password[static 64]);

struct session {
	char cookie[80]; /* "rumah=…" */
	char csrf[32];
};
void gateway_log_in(struct gateway *gateway, const char *name, const char *password, struct session *session);

struct reply {
	int status; /* 0: the connection was closed without one */
	char *text; /* head and body as they came, zero-terminated; free() */
	size_t len;
	const char *body; /* in text */
	bool is_closed;   /* by the other end, within the time */
};

int gateway_connect(const struct gateway *gateway); /* a socket */
/* Reads one whole reply (or until the connection closes, or limit_ms). `has_body` false: of a HEAD. */
void reply_read(struct reply *reply, int fd, int limit_ms);
/* Sends raw bytes on a connection of its own and reads one reply. */
void gateway_raw(
	const struct gateway *gateway, const void *bytes, size_t len, int limit_ms, struct reply *reply);

/* A well-formed request. `session` NULL: not logged in. `body` NULL: none. `headers` are whole lines, or
 * NULL. Returns the status; *reply may be NULL. */
int gateway_ask(const struct gateway *gateway, const struct session *session, const char *method,
	const char *path, const char *body, const char *headers, struct reply *reply);
/* The string or integer member of a reply's body, as text; "" when there is none. */
const char *reply_member(const struct reply *reply, const char *name, char out[static 128]);
