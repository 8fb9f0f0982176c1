#include "gateway/http/live.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "gateway/wallclock.h"

#define BLOCK_BYTES 512 /* asked for at a time by a reader without chunks (HTTP/1.0) */
#define PICTURE_KEEP_MS 1000
#define SOCKET_BYTES (16 << 10)

struct text { /* shared by the queues it stands in */
	unsigned refs;
	size_t len;
	char bytes[];
};

struct watcher {
	struct watcher *next, **at;
	struct live *live;
	struct MHD_Connection *connection;
	char token[SERVICE_LINK_CHARS + 1]; /* of its session, which the stream ends with */
	bool sees_requests;
	bool is_suspended, is_over, needs_picture;
	unsigned first, count;
	size_t bytes;  /* in the queue, pictures left out */
	size_t offset; /* of the first text: already sent */
	struct text *queue[LIVE_QUEUE];
};

struct live {
	struct http *http;
	struct watcher *watchers;
	uv_timer_t beat;
	uint64_t changes;          /* told since start */
	struct text *pictures[2];  /* without and with requests; NULL: to be made */
	uint64_t pictures_changes; /* the value of `changes` they were made at */
	int64_t pictures_ms;
};

static struct text *text_new(const char *bytes, size_t len)
{
	struct text *text = malloc(sizeof(*text) + len);

	if (!text)
		return NULL;
	text->refs = 1;
	text->len = len;
	memcpy(text->bytes, bytes, len);
	return text;
}

static void text_drop(struct text *text)
{
	if (text && --text->refs == 0)
		free(text);
}

/* One event of the stream. JSON has no line feed in its compact form, so one data line holds it. */
static struct text *text_event(uint64_t seq, const char *what, const json_t *json)
{
	char *data = json_dumps(json, JSON_COMPACT);
	char *event = NULL;
	struct text *text = NULL;
	int len = -1;

	if (data)
		len = asprintf(
			&event, "id: %llu\nevent: %s\ndata: %s\n\n", (unsigned long long)seq, what, data);
	if (len >= 0) {
		text = text_new(event, (size_t)len);
		free(event);
	}
	free(data);
	return text;
}

static void wake(struct watcher *watcher)
{
	if (!watcher->is_suspended)
		return;
	watcher->is_suspended = false;
	server_resume(watcher->live->http, watcher->connection);
}

/* Forgets what waits, but not the text that is half sent: the stream would break in the middle of a line. */
static void queue_clear(struct watcher *watcher)
{
	unsigned keep = watcher->offset > 0 ? 1 : 0;

	while (watcher->count > keep) {
		watcher->count--;
		text_drop(watcher->queue[(watcher->first + watcher->count) % LIVE_QUEUE]);
	}
	watcher->bytes = 0;
}

static void queue_put(struct watcher *watcher, struct text *text)
{
	assert(watcher->count < LIVE_QUEUE);
	watcher->queue[(watcher->first + watcher->count) % LIVE_QUEUE] = text;
	watcher->count++;
	text->refs++;
}

/* A change (or NULL, for which there was no memory) for one watcher. */
static void tell(struct watcher *watcher, struct text *text)
{
	if (watcher->needs_picture || watcher->is_over)
		return; /* the picture will have it */
	if (!text || watcher->count == LIVE_QUEUE || watcher->bytes + text->len > LIVE_QUEUE_BYTES) {
		queue_clear(watcher);
		watcher->needs_picture = true;
	} else {
		queue_put(watcher, text);
		watcher->bytes += text->len;
	}
	wake(watcher);
}

static void pictures_forget(struct live *live)
{
	for (unsigned i = 0; i < 2; i++) {
		text_drop(live->pictures[i]);
		live->pictures[i] = NULL;
	}
}

/* Makes both pictures, unless those of a moment ago still show everything. */
static int pictures_make(struct live *live)
{
	int64_t now_ms = wallclock_ms();
	json_t *view = NULL;
	uint64_t seq;
	int r;

	if (live->pictures[0] && live->pictures[1] && live->pictures_changes == live->changes &&
		now_ms >= live->pictures_ms && now_ms - live->pictures_ms < PICTURE_KEEP_MS)
		return 0;
	pictures_forget(live);
	r = service_view_live(live->http->config.service, now_ms, &view);
	if (r != 0)
		return r < 0 ? r : -EIO;

	json_object_set_new(view, "now_ms", json_integer(now_ms));
	seq = (uint64_t)json_integer_value(json_object_get(view, "seq"));
	live->pictures[1] = text_event(seq, "picture", view);
	json_object_del(view, "requests");
	live->pictures[0] = text_event(seq, "picture", view);
	json_decref(view);
	live->pictures_changes = live->changes;
	live->pictures_ms = now_ms;
	return live->pictures[0] && live->pictures[1] ? 0 : -ENOMEM;
}

static int queue_picture(struct watcher *watcher)
{
	int r = pictures_make(watcher->live);

	if (r < 0) {
		fprintf(stderr, "live: no picture: error=%s\n", strerror(-r));
		return r;
	}
	watcher->needs_picture = false;
	queue_put(watcher, watcher->live->pictures[watcher->sees_requests]);
	return 0;
}

static size_t copy_first(struct watcher *watcher, char *to, size_t max)
{
	struct text *text = watcher->queue[watcher->first];
	size_t len = text->len - watcher->offset;

	if (len > max)
		len = max;
	memcpy(to, text->bytes + watcher->offset, len);
	watcher->offset += len;
	if (watcher->offset == text->len) {
		/* A picture is not counted; what is counted leaves the queue before or with it. */
		watcher->bytes -= watcher->bytes < text->len ? watcher->bytes : text->len;
		watcher->first = (watcher->first + 1) % LIVE_QUEUE;
		watcher->count--;
		watcher->offset = 0;
		text_drop(text);
	}
	return len;
}

/* The HTTP library asks for bytes. */
static ssize_t read_stream(void *cls, uint64_t position, char *buf, size_t max)
{
	struct watcher *watcher = cls;
	size_t len = 0;

	(void)position;
	if (watcher->is_over)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (watcher->needs_picture && watcher->count == 0 && queue_picture(watcher) < 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	while (watcher->count > 0 && len < max)
		len += copy_first(watcher, buf + len, max - len);
	if (len == 0) {
		watcher->is_suspended = true;
		MHD_suspend_connection(watcher->connection);
	}
	return (ssize_t)len;
}

static void watcher_free(void *cls)
{
	struct watcher *watcher = cls;

	*watcher->at = watcher->next;
	if (watcher->next)
		watcher->next->at = watcher->at;
	watcher->offset = 0;
	queue_clear(watcher);
	sodium_memzero(watcher, sizeof(*watcher));
	free(watcher);
}

static struct watcher *watcher_new(struct live *live, const struct request *request)
{
	const struct exchange *exchange = &request->exchange;
	struct watcher *watcher = calloc(1, sizeof(*watcher));

	if (!watcher)
		return NULL;
	watcher->live = live;
	watcher->connection = exchange->connection;
	watcher->sees_requests = role_may(exchange->session.actor.role, ROLE_ACT_SEE_LIST);
	watcher->needs_picture = true;
	memcpy(watcher->token, exchange->session.token, sizeof(watcher->token));
	watcher->next = live->watchers;
	watcher->at = &live->watchers;
	if (watcher->next)
		watcher->next->at = &watcher->next;
	live->watchers = watcher;
	return watcher;
}

/* What the system holds back for a watcher that does not read is bounded, too: it would take megabytes. */
static void bound_socket(int fd)
{
	const int bytes = SOCKET_BYTES;

	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

enum MHD_Result live_attach(struct live *live, struct request *request)
{
	struct watcher *watcher = watcher_new(live, request);
	struct MHD_Response *response;
	enum MHD_Result result;

	if (!watcher)
		return MHD_NO;
	response = MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_stream, watcher, watcher_free);
	if (!response) {
		watcher_free(watcher);
		return MHD_NO;
	}
	/* Not what every answer has: these are kept for each watcher, and this is no page. */
	MHD_add_response_header(response, "Cache-Control", "no-store");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(response, "Content-Type", "text/event-stream");
	MHD_add_response_header(response, "X-Accel-Buffering", "no"); /* nginx would hold changes back */
	/* Counts while bytes wait to be taken, not while the stream is silent: it is suspended then. */
	MHD_set_connection_option(
		request->exchange.connection, MHD_CONNECTION_OPTION_TIMEOUT, (unsigned)LIVE_STALLED_S);
	request->conn->deadline_ms = 0;
	bound_socket(request->conn->fd);
	result = MHD_queue_response(request->exchange.connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

void live_changed(struct live *live, uint64_t seq, const char *what, const json_t *json)
{
	bool is_request = strcmp(what, "request") == 0;
	struct text *text;

	live->changes++;
	if (!live->watchers)
		return;
	text = text_event(seq, what, json);
	for (struct watcher *watcher = live->watchers; watcher; watcher = watcher->next)
		if (!is_request || watcher->sees_requests)
			tell(watcher, text);
	text_drop(text);
}

/* A comment for everybody, and the end for those whose session has ended. */
static void beat(uv_timer_t *timer)
{
	struct live *live = timer->data;
	struct text *text = text_new(":\n\n", 3);
	struct service_session session;

	for (struct watcher *watcher = live->watchers; watcher; watcher = watcher->next) {
		if (service_session_find(
			    live->http->config.service, wallclock_ms(), watcher->token, &session) != 0) {
			watcher->is_over = true;
			wake(watcher);
		} else if (text && watcher->count == 0) {
			tell(watcher, text);
		}
	}
	sodium_memzero(&session, sizeof(session));
	text_drop(text);
	pictures_forget(live);
}

int live_new(struct live **out, struct http *http)
{
	struct live *live = calloc(1, sizeof(*live));

	if (!live)
		return -ENOMEM;
	live->http = http;
	uv_timer_init(http->config.loop, &live->beat); /* fails never: it is filled in and no more */
	live->beat.data = live;
	uv_timer_start(&live->beat, beat, LIVE_BEAT_MS, LIVE_BEAT_MS);
	*out = live;
	return 0;
}

void live_stop(struct live *live)
{
	uv_close((uv_handle_t *)&live->beat, NULL);
	for (struct watcher *watcher = live->watchers; watcher; watcher = watcher->next) {
		watcher->is_over = true;
		wake(watcher);
	}
}

void live_free(struct live *live)
{
	if (!live)
		return;
	pictures_forget(live);
	free(live);
}
