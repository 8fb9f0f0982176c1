/* server - what the files of the HTTP server share: the daemon, its connections and the requests on them.
 * Not for others: they include http.h. */
#ifndef RUMAH_GATEWAY_SERVER_H
#define RUMAH_GATEWAY_SERVER_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <uv.h>

#include "gateway/http/exchange.h"
#include "gateway/http/http.h"
#include "gateway/http/limit.h"

/* Headers of a request, and of its answer, have to fit in here: browsers send 1 KiB, we send less. A watcher
 * of the live stream holds it for hours. */
#define SERVER_POOL_BYTES (4u << 10)
#define SERVER_CONNECTIONS_MAX 1000
#define SERVER_IDLE_S 20 /* without a byte either way */
/* A request must be whole this long after the connection or the answer before it, however steadily it
 * trickles; and its answer must be gone this long after that. */
#define SERVER_REQUEST_MS 30000
#define SERVER_ANSWER_MS 60000
#define SERVER_HEADERS_MAX 64

struct conn { /* one socket */
	struct conn *next, **at;
	int fd;
	uint64_t deadline_ms; /* of the loop's clock; 0: none, it is a live stream or waits for us */
};

struct request {
	struct exchange exchange;
	struct conn *conn;
	char *body;
	size_t body_len, body_max;
	bool is_called;
};

struct http {
	struct http_config config;
	struct MHD_Daemon *daemon;
	uv_poll_t poll;
	uv_timer_t timer; /* of the daemon */
	uv_timer_t sweep; /* of the deadlines */
	struct gate gate;
	struct limit public_limit;
	struct passwords *passwords;
	struct files *files;
	struct live *live;
	struct conn *conns;
	uint64_t start_ms; /* of the loop's clock */
	bool is_due;       /* the daemon is to run again as soon as it can */
	bool is_stopping;
};

/* server.c: lets a suspended connection go on. */
void server_resume(struct http *http, struct MHD_Connection *connection);

/* request.c: looks at the headers. Sets exchange.answer when the request goes no further. */
void request_check(struct request *request, const char *url, const char *method, const char *version);
/* request.c: the body is whole: calls the handler. */
void request_call(struct request *request);

/* respond.c: queues the answer. */
enum MHD_Result respond(struct request *request);
/* The headers that every answer has. */
void respond_add_headers(const struct http *http, struct MHD_Response *response, bool is_page);

#endif
