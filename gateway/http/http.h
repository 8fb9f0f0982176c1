/* http - the gateway's HTTP server: the interface of schemas/http/openapi.yaml, the pages, the live stream.
 *
 * One thread: the loop's. libmicrohttpd has no thread of its own here; its epoll descriptor is one of the
 * loop's. Nothing an HTTP client does holds the loop up: sizes, times, and the number of connections are
 * bounded, and Argon2id runs on the loop's pool. */
#ifndef RUMAH_GATEWAY_HTTP_H
#define RUMAH_GATEWAY_HTTP_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct http; /* opaque: http_open() makes it; http_stop(), the loop's end, http_close() */
struct service;

struct http_config {
	uv_loop_t *loop;         /* borrowed for life, as are all the strings */
	struct service *service; /* borrowed for life */
	const char *site;
	const char *address; /* numeric, v4 or v6 */
	uint16_t port;
	const char *public_url; /* how browsers reach us, "" when that is the address itself */
	bool is_behind_proxy; /* who asks is the last of X-Forwarded-For, and the proxy bounds connections */
	unsigned per_address; /* connections of one address at once */
	const char *letters;  /* the folder of letters; made when the first one comes */
	bool (*is_broker_connected)(void *ctx);
	void *ctx;
};

/* Listens. Returns 0; -EINVAL for an address or public_url that is none; or -errno (-EADDRINUSE …). */
int http_open(struct http **out, const struct http_config *config);
/* Takes no more requests and closes its handles on the loop; a log-in's hash may still be under way. */
void http_stop(struct http *http);
/* After the loop has ended. Takes NULL. */
void http_close(struct http *http);

/* Removes files of letters that no request has. */
void http_sweep(struct http *http);

/* For service_config.changed: tells everybody who watches. `http` NULL is nobody. */
void http_changed(struct http *http, uint64_t seq, const char *what, const json_t *json);

#endif
