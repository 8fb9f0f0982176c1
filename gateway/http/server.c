#include "gateway/http/server.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/http/handle.h"
#include "gateway/http/live.h"
#include "gateway/http/passwords.h"
#include "gateway/http/upload.h"
#include "gateway/wallclock.h"

/* One address may ask for this many rooms at once, and for one more each half minute. */
#define PUBLIC_BURST 20
#define PUBLIC_REFILL_MS 30000
#define SWEEP_MS 2000

/* ---- the daemon on the loop ---- */

static void run_daemon(struct http *http);

static void on_timer(uv_timer_t *timer)
{
	run_daemon(timer->data);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	run_daemon(poll->data);
}

static void run_daemon(struct http *http)
{
	MHD_UNSIGNED_LONG_LONG timeout_ms;

	http->is_due = false;
	MHD_run(http->daemon);
	if (http->is_stopping)
		return;
	if (http->is_due) /* something was resumed meanwhile */
		uv_timer_start(&http->timer, on_timer, 0, 0);
	else if (MHD_get_timeout(http->daemon, &timeout_ms) == MHD_YES)
		uv_timer_start(&http->timer, on_timer, timeout_ms, 0);
	else
		uv_timer_stop(&http->timer);
}

/* Without a thread of its own the library has nothing that would tell our loop of it. */
void server_resume(struct http *http, struct MHD_Connection *connection)
{
	MHD_resume_connection(connection);
	http->is_due = true;
	if (!http->is_stopping)
		uv_timer_start(&http->timer, on_timer, 0, 0);
}

/* ---- connections ---- */

/* A trickle resets the library's own clock with every byte. This one it does not. */
static void sweep(uv_timer_t *timer)
{
	struct http *http = timer->data;
	uint64_t now_ms = uv_now(http->config.loop);

	for (struct conn *conn = http->conns; conn; conn = conn->next)
		if (conn->deadline_ms && now_ms >= conn->deadline_ms)
			shutdown(conn->fd, SHUT_RDWR); /* the library sees the end and closes it */
	if (!http->conns)
		uv_timer_stop(timer);
}

static struct conn *conn_new(struct http *http, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct conn *conn = calloc(1, sizeof(*conn));

	if (!conn || !info) {
		free(conn);
		return NULL;
	}
	conn->fd = info->connect_fd;
	conn->deadline_ms = uv_now(http->config.loop) + SERVER_REQUEST_MS;
	conn->next = http->conns;
	conn->at = &http->conns;
	if (conn->next)
		conn->next->at = &conn->next;
	http->conns = conn;
	if (!http->is_stopping && !uv_is_active((uv_handle_t *)&http->sweep))
		uv_timer_start(&http->sweep, sweep, SWEEP_MS, SWEEP_MS);
	return conn;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode code)
{
	struct conn *conn = *socket_context;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*socket_context = conn_new(cls, connection);
		return;
	}
	if (!conn)
		return;
	*conn->at = conn->next;
	if (conn->next)
		conn->next->at = conn->at;
	free(conn);
	*socket_context = NULL;
}

/* ---- requests ---- */

static struct request *request_new(struct http *http, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct request *request;

	if (!info || !info->socket_context)
		return NULL;
	request = calloc(1, sizeof(*request));
	if (!request)
		return NULL;
	request->conn = info->socket_context;
	request->exchange.http = http;
	request->exchange.service = http->config.service;
	request->exchange.connection = connection;
	request->exchange.now_ms = wallclock_ms();
	return request;
}

static void wipe_member(json_t *input, const char *name)
{
	json_t *text = json_object_get(input, name);

	/* jansson hands out the string's own memory, and frees it as it is. */
	if (json_is_string(text))
		sodium_memzero((char *)(uintptr_t)json_string_value(text), json_string_length(text));
}

static void request_free(struct request *request)
{
	struct exchange *exchange = &request->exchange;

	wipe_member(exchange->input, "password");
	wipe_member(exchange->input, "new_password");
	json_decref(exchange->input);
	answer_deinit(&exchange->answer);
	upload_free(exchange->upload);
	free(request->body);
	sodium_memzero(request, sizeof(*request));
	free(request);
}

static void on_completed(
	void *cls, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code)
{
	struct http *http = cls;
	struct request *request = *context;

	(void)connection;
	(void)code;
	if (!request)
		return;
	request->conn->deadline_ms = uv_now(http->config.loop) + SERVER_REQUEST_MS;
	request_free(request);
	*context = NULL;
}

/* A part of the body. The library hands over no more than Content-Length said. */
static enum MHD_Result take_upload(struct request *request, const char *upload, size_t *size)
{
	if (request->exchange.upload) {
		upload_feed(request->exchange.upload, upload, *size);
		*size = 0;
		return MHD_YES;
	}
	if (*size > request->body_max - request->body_len)
		return MHD_NO;
	if (!request->body)
		request->body = malloc(request->body_max);
	if (!request->body)
		return MHD_NO;
	memcpy(request->body + request->body_len, upload, *size);
	request->body_len += *size;
	*size = 0;
	return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_size, void **context)
{
	struct http *http = cls;
	struct request *request = *context;

	if (!request) { /* the headers are whole */
		if (http->is_stopping)
			return MHD_NO;
		request = request_new(http, connection);
		if (!request)
			return MHD_NO;
		*context = request;
		request_check(request, url, method, version);
		return request->exchange.answer.status ? respond(request) : MHD_YES;
	}
	if (*upload_size > 0)
		return take_upload(request, upload, upload_size);

	if (!request->is_called)
		request_call(request);
	if (request->exchange.is_waiting) {
		request->conn->deadline_ms = 0;
		MHD_suspend_connection(connection);
		return MHD_YES;
	}
	if (request->exchange.answer.is_stream && strcmp(method, "GET") != 0)
		answer_empty(&request->exchange, 200); /* HEAD */
	return respond(request);
}

void exchange_resume(struct exchange *exchange)
{
	assert(exchange->is_waiting);
	exchange->is_waiting = false;
	server_resume(exchange->http, exchange->connection);
}

/* Nothing is unescaped: no address of ours has a percent sign, so one that has it is not ours. */
static size_t unescape(void *cls, struct MHD_Connection *connection, char *text)
{
	(void)cls;
	(void)connection;
	return strlen(text);
}

/* The library's words about a peer may quote what the peer sent. */
static void __attribute__((format(printf, 2, 0))) on_log(void *cls, const char *format, va_list args)
{
	(void)cls;
	(void)format;
	(void)args;
}

/* ---- what handlers need ---- */

struct passwords *http_passwords(struct http *http)
{
	return http->passwords;
}

struct gate *http_gate(struct http *http)
{
	return &http->gate;
}

json_t *http_health_json(struct http *http)
{
	uint64_t up_ms = uv_now(http->config.loop) - http->start_ms;

	return json_pack("{s:s, s:s, s:s, s:I, s:b}", "status", "ok", "version", RUMAH_VERSION, "site",
		http->config.site, "uptime_s", (json_int_t)(up_ms / 1000), "is_broker_connected",
		http->config.is_broker_connected(http->config.ctx));
}

uint32_t http_take_public(struct http *http, const char *address)
{
	return limit_take(&http->public_limit, address, (int64_t)uv_now(http->config.loop));
}

void http_changed(struct http *http, uint64_t seq, const char *what, const json_t *json)
{
	if (http && !http->is_stopping)
		live_changed(http->live, seq, what, json);
}

/* ---- start and end ---- */

static int start_daemon(struct http *http, const struct sockaddr *address)
{
	/* libmicrohttpd refuses an address whose port is not in it; both families have it in the same place.
	 */
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
			 (address->sa_family == AF_INET6 ? MHD_USE_IPv6 : 0);
	/* Behind a proxy all come from one address, and the proxy counts. */
	unsigned per_address = http->config.is_behind_proxy ? 0 : http->config.per_address;

	errno = 0;
	http->daemon = MHD_start_daemon(flags, http->config.port, NULL, NULL, on_request, http,
		MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_SOCK_ADDR, address,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SERVER_POOL_BYTES, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)SERVER_CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SERVER_IDLE_S, MHD_OPTION_NOTIFY_CONNECTION,
		on_connection, http, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,
		MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
	if (http->daemon)
		return 0;
	return errno ? -errno : -EINVAL;
}

static int listen_at(struct http *http)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	char port[6];
	int r;

	snprintf(port, sizeof(port), "%u", http->config.port);
	if (getaddrinfo(http->config.address, port, &hints, &found) != 0)
		return -EINVAL;
	r = start_daemon(http, found->ai_addr);
	freeaddrinfo(found);
	return r;
}

/* None of these allocates or fails for a good loop and descriptor. */
static void join_loop(struct http *http)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);

	assert(info);
	http->start_ms = uv_now(http->config.loop);
	uv_poll_init(http->config.loop, &http->poll, info->epoll_fd);
	uv_timer_init(http->config.loop, &http->timer);
	uv_timer_init(http->config.loop, &http->sweep);
	http->poll.data = http->timer.data = http->sweep.data = http;
	uv_poll_start(&http->poll, UV_READABLE, on_poll);
}

int http_open(struct http **out, const struct http_config *config)
{
	struct http *http = calloc(1, sizeof(*http));
	int r;

	if (!http)
		return -ENOMEM;
	http->config = *config;
	limit_init(&http->public_limit, PUBLIC_BURST, PUBLIC_REFILL_MS);
	r = gate_init(&http->gate, config->address, config->port, config->public_url);
	if (r < 0)
		goto fail;
	r = passwords_new(&http->passwords, config->loop);
	if (r < 0)
		goto fail;
	r = files_new(&http->files, config->loop, config->letters);
	if (r < 0)
		goto fail;
	r = listen_at(http);
	if (r < 0)
		goto fail;
	r = live_new(&http->live, http);
	if (r < 0)
		goto fail;

	join_loop(http);
	run_daemon(http);
	*out = http;
	return 0;
fail:
	http_close(http);
	return r;
}

static void say_stopping(void *exchange)
{
	answer_problem(exchange, 503, "stopping", "", "Gateway sedang dimatikan.");
	exchange_resume(exchange);
}

void http_stop(struct http *http)
{
	http->is_stopping = true;
	passwords_stop(http->passwords, say_stopping);
	live_stop(http->live);
	run_daemon(http); /* the ends of the streams leave */
	uv_close((uv_handle_t *)&http->poll, NULL);
	uv_close((uv_handle_t *)&http->timer, NULL);
	uv_close((uv_handle_t *)&http->sweep, NULL);
}

void http_close(struct http *http)
{
	if (!http)
		return;
	if (http->daemon)
		MHD_stop_daemon(http->daemon);
	live_free(http->live);
	passwords_free(http->passwords);
	files_free(http->files);
	free(http);
}
