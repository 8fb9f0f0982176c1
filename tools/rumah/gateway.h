/* gateway - requests to the gateway's HTTP interface (schemas/http/openapi.yaml), as the member of staff who
 * is logged in, as a teacher by link, or as nobody. What goes wrong is said here, once: each call returns an
 * outcome. */
#ifndef RUMAH_GATEWAY_CLIENT_H
#define RUMAH_GATEWAY_CLIENT_H

#include <jansson.h>
#include <stdbool.h>

#include "tools/rumah/call.h"
#include "tools/rumah/session.h"

#define GATEWAY_DEFAULT_URL "http://127.0.0.1:8080"
#define GATEWAY_PATH_MAX 256
#define GATEWAY_LINK_CHARS 26

struct gateway_ask {
	const char *method, *path; /* GET, POST, DELETE; /api/… */
	json_t *body;              /* stolen; NULL: none */
	bool is_staff;             /* with the session */
	const char *link;          /* or with a teacher's link */
};

/* CALL_DONE with *answer (the caller's; NULL when the gateway had nothing to say), or what call_fail()
 * returned. */
int gateway_do(struct call *call, const struct gateway_ask *ask, json_t **answer);
/* Staff's two usual ways. `body` NULL: {}. */
int gateway_get(struct call *call, json_t **answer, const char *path);
int gateway_post(struct call *call, const char *path, json_t *body);

/* Logs in and keeps the session. The password is the caller's to wipe. */
int gateway_login(struct call *call, const char *name, const char *password);

/* The live stream, with reconnects, until on_event() returns false or the session ends. `data` is borrowed.
 * on_second() is called about once a second, NULL is allowed; is_connected says whether the picture is fresh.
 */
struct gateway_live {
	bool (*on_event)(void *ctx, const char *name, json_t *data);
	bool (*on_second)(void *ctx, bool is_connected);
	void *ctx;
};
int gateway_live(struct call *call, const struct gateway_live *caller);

/* A path with one name in it that people typed; `format` has one %s for it. CALL_DONE or CALL_MISUSED. */
__attribute__((format(printf, 3, 0))) int gateway_path(
	const struct call *call, char path[static GATEWAY_PATH_MAX], const char *format, const char *name);

/* The link out of what a teacher pastes: the secret itself, or an address that ends in #SECRET. Either case.
 * 0, or -EINVAL. */
int gateway_link_read(char out[static GATEWAY_LINK_CHARS + 1], const char *text);
/* The address of the gateway for this call, into `out`. */
void gateway_url(const struct call *call, const struct session *session, char *out, size_t size);

#endif
