/* http - one HTTP request after another over one kept connection; the only file that knows libcurl.
 * Follows no redirect, speaks HTTP and HTTPS alone, bounds time and size. */
#ifndef RUMAH_HTTP_H
#define RUMAH_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#define HTTP_ANSWER_MAX (8u << 20)
#define HTTP_REASON_MAX 256
#define HTTP_COOKIE_MAX 200

struct http; /* opaque */

struct http_ask {
	const char *method, *url;
	const char *body;       /* JSON, or NULL */
	const char *headers[4]; /* "Name: value"; NULL ends them early */
	/* A stream: called with each piece as it comes, true to go on; then there is no time limit and no
	 * `body` of the reply. The stream counts as broken off when nothing comes for 45 s. */
	bool (*on_bytes)(void *ctx, const char *bytes, size_t len);
	bool (*on_second)(void *ctx); /* about once a second; true to go on */
	void *ctx;
};

struct http_reply {
	long status;
	char *body; /* the caller frees it; ended by 0; NULL of a stream that was accepted */
	size_t len;
	char cookie[HTTP_COOKIE_MAX]; /* NAME=VALUE of the first Set-Cookie; "" when there was none */
	char reason[HTTP_REASON_MAX]; /* why nobody answered */
};

/* 0 or -ENOMEM. */
int http_open(struct http **out);
void http_close(struct http *http); /* takes NULL */

/* 0: there is an answer, whatever its status. -EHOSTUNREACH: nobody answered, see reply->reason. -EFBIG,
 * -ENOMEM. -ECANCELED: on_bytes() or on_second() wanted no more. The reply is set in each case;
 * http_reply_deinit() frees it. */
int http_do(struct http *http, const struct http_ask *ask, struct http_reply *reply);
void http_reply_deinit(struct http_reply *reply); /* wipes it too */

#endif
