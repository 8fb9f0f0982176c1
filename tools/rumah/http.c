#include "tools/rumah/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define CONNECT_S 5L
#define ANSWER_S 30L /* the gateway's slowest is a log-in, which waits for Argon2id */
#define SILENT_S 45L /* of a stream: three of the comment lines that come every 15 s */

struct http {
	CURL *curl;
};

struct exchange {
	const struct http_ask *ask;
	struct http_reply *reply;
	CURL *curl;
	size_t room;
	time_t second; /* of the last on_second() */
	int error;     /* what a callback stopped for */
};

int http_open(struct http **out)
{
	struct http *http = calloc(1, sizeof(*http));

	if (!http)
		return -ENOMEM;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || !(http->curl = curl_easy_init())) {
		free(http);
		return -ENOMEM;
	}
	*out = http;
	return 0;
}

void http_close(struct http *http)
{
	if (!http)
		return;
	curl_easy_cleanup(http->curl);
	curl_global_cleanup();
	free(http);
}

static int keep(struct exchange *exchange, const char *bytes, size_t len)
{
	struct http_reply *reply = exchange->reply;
	char *grown;

	if (reply->len + len >= HTTP_ANSWER_MAX)
		return -EFBIG;
	if (reply->len + len >= exchange->room) {
		size_t room = (reply->len + len + 1) * 2;

		grown = malloc(room); /* not realloc(): the old bytes may be secret and are wiped */
		if (!grown)
			return -ENOMEM;
		if (reply->body) {
			memcpy(grown, reply->body, reply->len);
			explicit_bzero(reply->body, reply->len);
			free(reply->body);
		}
		reply->body = grown;
		exchange->room = room;
	}
	memcpy(reply->body + reply->len, bytes, len);
	reply->len += len;
	reply->body[reply->len] = 0;
	return 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
	struct exchange *exchange = ctx;
	long status = 0;

	curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
	if (!exchange->ask->on_bytes || status != 200)
		exchange->error = keep(exchange, bytes, size * count);
	else if (!exchange->ask->on_bytes(exchange->ask->ctx, bytes, size * count))
		exchange->error = -ECANCELED;
	return exchange->error < 0 ? 0 : size * count;
}

static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct exchange *exchange = ctx;
	struct timespec now;

	(void)a, (void)b, (void)c, (void)d;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec == exchange->second) /* libcurl calls more often than that */
		return 0;
	exchange->second = now.tv_sec;
	if (!exchange->ask->on_second(exchange->ask->ctx))
		exchange->error = -ECANCELED;
	return exchange->error < 0;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *ctx)
{
	static const char name[] = "Set-Cookie:";
	struct http_reply *reply = ((struct exchange *)ctx)->reply;
	size_t len = size * count, at = sizeof(name) - 1, end;

	if (len <= at || strncasecmp(bytes, name, at) != 0 || reply->cookie[0])
		return len;
	while (at < len && bytes[at] == ' ')
		at++;
	for (end = at; end < len && !strchr("; \r\n", bytes[end]);)
		end++;
	if (end - at < sizeof(reply->cookie))
		memcpy(reply->cookie, bytes + at, end - at);
	return len;
}

/* A proxy that the environment names is not asked for what is on this machine. */
static void skip_proxy(CURL *curl, const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	if (strncmp(host, "127.", 4) == 0 || strncmp(host, "localhost", 9) == 0 ||
		strncmp(host, "[::1]", 5) == 0)
		curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
}

static struct curl_slist *make_headers(const struct http_ask *ask)
{
	struct curl_slist *list = curl_slist_append(NULL, "Accept: application/json, text/event-stream"),
			  *longer;

	if (list && ask->body) {
		longer = curl_slist_append(list, "Content-Type: application/json");
		if (!longer)
			goto fail;
		list = longer;
	}
	for (size_t i = 0; list && i < sizeof(ask->headers) / sizeof(ask->headers[0]) && ask->headers[i];
		i++) {
		longer = curl_slist_append(list, ask->headers[i]);
		if (!longer)
			goto fail;
		list = longer;
	}
	return list;
fail:
	curl_slist_free_all(list);
	return NULL;
}

static void set_options(struct exchange *exchange, const struct curl_slist *headers, char *reason)
{
	const struct http_ask *ask = exchange->ask;
	CURL *curl = exchange->curl;

	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_URL, ask->url);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, ask->method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "rumah/" RUMAH_VERSION);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
	if (ask->body)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, ask->body);
	if (ask->on_bytes) {
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, SILENT_S);
		if (ask->on_second) {
			curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
			curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
			curl_easy_setopt(curl, CURLOPT_XFERINFODATA, exchange);
		}
	} else {
		curl_easy_setopt(curl, CURLOPT_TIMEOUT, ANSWER_S);
	}
	skip_proxy(curl, ask->url);
}

int http_do(struct http *http, const struct http_ask *ask, struct http_reply *reply)
{
	struct exchange exchange = { .ask = ask, .reply = reply, .curl = http->curl };
	char reason[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers = make_headers(ask);
	CURLcode code;

	*reply = (struct http_reply){ 0 };
	if (!headers)
		return -ENOMEM;
	set_options(&exchange, headers, reason);
	code = curl_easy_perform(http->curl);
	curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &reply->status);
	curl_slist_free_all(headers);
	if (code == CURLE_OK)
		return 0;
	if (exchange.error < 0)
		return exchange.error;
	snprintf(reply->reason, sizeof(reply->reason), "%s", reason[0] ? reason : curl_easy_strerror(code));
	return -EHOSTUNREACH;
}

void http_reply_deinit(struct http_reply *reply)
{
	if (reply->body)
		explicit_bzero(reply->body, reply->len);
	free(reply->body);
	explicit_bzero(reply, sizeof(*reply));
}
