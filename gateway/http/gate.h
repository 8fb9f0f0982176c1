/* gate - what a request must look like before a handler hears of it. Pure: strings in, a verdict out.
 *
 * A browser will send a member of staff's cookie along with whatever page asks it to. So a change needs three
 * things a foreign page cannot give: our own origin, a JSON content type, and the token told at log-in. And a
 * name that was re-bound to our address (DNS rebinding) is not a name of ours: the Host list is closed. */
#ifndef RUMAH_GATEWAY_GATE_H
#define RUMAH_GATEWAY_GATE_H

#include <stdbool.h>
#include <stddef.h>

#define GATE_HOSTS_MAX 4
#define GATE_TOKEN_CHARS 26  /* session, CSRF and link secrets */
#define GATE_COOKIE_MAX 4096 /* bytes of a Cookie header; browsers keep to this for one cookie */

struct gate {
	char hosts[GATE_HOSTS_MAX][80]; /* "localhost:8080"; lower case */
	unsigned host_count;
	char origins[GATE_HOSTS_MAX][90]; /* "https://rumah.example" */
	unsigned origin_count;
	bool is_secure;     /* the public address is https: the cookie is __Host- and Secure */
	const char *cookie; /* its name, after is_secure */
};

/* Lists who we are: the address we listen at, its loopback names, and the public address (NULL or "" when
 * there is none other; else http:// or https://, a host, nothing after it but one slash).
 * Returns 0, or -EINVAL for a public address that is not such. */
int gate_init(struct gate *gate, const char *address, unsigned port, const char *public_url);

/* `host` is the header's value, NULL when absent. */
bool gate_host_ok(const struct gate *gate, const char *host);

/* Whether a change may come from there. Both NULL when absent: then it is no browser that speaks. */
bool gate_origin_ok(const struct gate *gate, const char *origin, const char *fetch_site);

/* application/json, with or without charset=utf-8. */
bool gate_type_ok(const char *content_type);

/* Names of headers are tokens: a space before the colon is a smuggler's. */
bool gate_header_name_ok(const char *name, size_t len);

enum gate_answer { GATE_NONE = 1, GATE_MALFORMED = 2 };

/* Finds cookie `name` in a Cookie header. 0 with the token; GATE_NONE; GATE_MALFORMED when it stands twice,
 * is no token, or the header is too long. */
int gate_cookie(char token[static GATE_TOKEN_CHARS + 1], const char *header, const char *name);

/* Reads "Bearer SECRET". Same answers. */
int gate_bearer(char token[static GATE_TOKEN_CHARS + 1], const char *header);

/* In constant time. `given` NULL: no. */
bool gate_csrf_ok(const char *wanted, const char *given);

#endif
