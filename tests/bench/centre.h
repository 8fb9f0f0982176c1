/* centre - the real rumah-gateway under measurement, and a manager who is logged in. What fails ends the
 * measurement. */
#pragma once

#include <jansson.h>
#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#include "schemas/wire/keyfile.h"

struct centre {
	pid_t pid;
	int port; /* HTTP, on 127.0.0.1 */
	char config[PATH_MAX], database[PATH_MAX];
	char cookie[128], csrf[64];
	void *curl;
};

/* A new site in the folder `dir` (made by the caller), with the keys in the folder "gateway-keys"; started,
 * logged in. */
void centre_open(struct centre *centre, const char *dir);
void centre_close(struct centre *centre);

/* `from`: the loopback address to come from, NULL for the usual one. Any answer but 2xx ends the measurement.
 * The caller frees the answer, NULL when it has no body. Takes `body`. */
json_t *centre_post(struct centre *centre, const char *from, const char *path, json_t *body);
json_t *centre_get(struct centre *centre, const char *path);
void centre_add_unit(struct centre *centre, const char *id);
void centre_add_board(struct centre *centre, const char *id, const char *unit, const uint8_t sign_public[32],
	const uint8_t agree_public[32]);

/* The live stream in a thread of its own, until the process ends: `on_event` is called there with the JSON of
 * each event. */
void centre_watch(
	struct centre *centre, void (*on_event)(void *ctx, const char *what, json_t *json), void *ctx);
