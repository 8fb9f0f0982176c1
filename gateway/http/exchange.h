/* exchange - one request on its way to its answer, as handlers see it: no HTTP library, no socket.
 *
 * The server fills the upper half, calls the route's handler once, and sends the answer. A handler either
 * answers before it returns, or sets is_waiting and lets somebody call exchange_resume() later (the log-in's
 * hash). One thread: the loop's. */
#ifndef RUMAH_GATEWAY_EXCHANGE_H
#define RUMAH_GATEWAY_EXCHANGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "gateway/http/body.h"
#include "gateway/http/gate.h"
#include "gateway/http/router.h"
#include "gateway/service/service.h"

enum exchange_query {
	QUERY_STATE,
	QUERY_BOARD,
	QUERY_BEFORE,
	QUERY_LIMIT,
	QUERY_FROM,
	QUERY_UNTIL,
	QUERY_WHO,
	QUERY_WHAT,
	QUERY_SUBJECT,
	QUERY_COUNT
};

struct answer {
	unsigned status;   /* 0: not yet */
	const char *type;  /* static text */
	const char *bytes; /* NULL: no body */
	size_t len;
	bool is_ours;     /* bytes are from malloc() and freed with the exchange */
	char allow[32];   /* Allow, of a 405 */
	char cookie[160]; /* Set-Cookie; "" for none */
	uint32_t retry_s; /* Retry-After; 0 for none */
	bool is_last;     /* close the connection after it: what came cannot be trusted to be framed right */
	bool is_page;     /* a page of ours: sent with a policy that lets its own script run */
	bool is_stream;   /* live.c takes the connection over */
	bool has_fd;      /* the body is `len` bytes of `fd`, closed with the answer */
	int fd;
	char disposition[96]; /* Content-Disposition; "" for none */
};

struct http;
struct upload;

struct exchange {
	struct http *http;
	struct service *service;
	int64_t now_ms;
	struct route_match match;
	const char *query[QUERY_COUNT];    /* NULL when absent; borrowed from the connection */
	json_t *input;                     /* of a POST: an object */
	struct service_session session;    /* of a staff route: who asks */
	char link[GATE_TOKEN_CHARS + 1];   /* Authorization: Bearer; "" when absent */
	char address[46];                  /* who asks, for budgets */
	struct MHD_Connection *connection; /* the server's */
	struct upload *upload;             /* of a route that takes a file (upload.h) */

	struct answer answer;
	bool is_waiting;
};

void answer_empty(struct exchange *exchange, unsigned status);
/* Takes over `json`, and says 500 when it is NULL. */
void answer_json(struct exchange *exchange, unsigned status, json_t *json);
/* 200 with JSON text from malloc(), taken over; NULL: there was no memory. */
void answer_text(struct exchange *exchange, char *text);
/* Static bytes. */
void answer_page(struct exchange *exchange, const char *type, const char *bytes, size_t len);
void answer_problem(
	struct exchange *exchange, unsigned status, const char *code, const char *field, const char *text);
void answer_too_many(struct exchange *exchange, uint32_t retry_s);
/* What a service call answered, when that is not 0: its words, or a failure of the world (logged). */
void answer_refusal(struct exchange *exchange, int r, const struct service_problem *problem);
/* 204 when r is 0, else the refusal. */
void answer_done(struct exchange *exchange, int r, const struct service_problem *problem);
/* 200 with `json` when r is 0, else the refusal. */
void answer_view(struct exchange *exchange, int r, json_t *json);

/* Reads the input's members; false after having answered 422. */
bool exchange_read(struct exchange *exchange, const struct member *members, size_t count);
/* The same for an object inside it. */
bool exchange_read_object(
	struct exchange *exchange, const json_t *object, const struct member *members, size_t count);

/* Frees what the answer owns; wipes what it said. */
void answer_deinit(struct answer *answer);

#endif
