#include "firmware/door/textsock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "firmware/edge/paths.h"

#define UNREAD_BYTES_MAX (64u << 10) /* what a client may leave unread */

struct textsock_client {
	uv_pipe_t pipe;
	struct textsock *sock;
	bool is_used, is_watching;
	size_t len;
	char line[TEXTSOCK_LINE_MAX + 1];
};

struct textsock {
	uv_pipe_t pipe;
	struct textsock_events events;
	bool is_closing, has_waiting; /* somebody whom no free client could take */
	unsigned open_handles;        /* of the pipes; the last one frees all */
	struct textsock_client clients[TEXTSOCK_CLIENTS_MAX];
};

struct saying {
	uv_write_t request;
	char line[];
};

static void release(struct textsock *sock)
{
	if (--sock->open_handles == 0)
		free(sock);
}

static void take_connection(struct textsock *sock);

static void on_client_closed(uv_handle_t *handle)
{
	struct textsock_client *client = handle->data;
	struct textsock *sock = client->sock;

	client->is_used = false;
	/* libuv listens on only when the one who waits was taken. */
	if (sock->has_waiting && !sock->is_closing)
		take_connection(sock);
	release(sock);
}

static void drop(struct textsock_client *client)
{
	if (uv_is_closing((uv_handle_t *)&client->pipe))
		return;
	client->is_watching = false;
	if (!client->sock->is_closing)
		client->sock->events.on_gone(client->sock->events.ctx, client);
	uv_close((uv_handle_t *)&client->pipe, on_client_closed);
}

/* Hands on the whole lines of what has come, and keeps the rest. */
static void take_lines(struct textsock_client *client)
{
	const struct textsock_events *events = &client->sock->events;
	char *start = client->line, *end = client->line + client->len, *newline;

	while (!uv_is_closing((uv_handle_t *)&client->pipe) &&
		(newline = memchr(start, '\n', (size_t)(end - start)))) {
		*newline = 0;
		events->on_line(events->ctx, client, start, (size_t)(newline - start));
		start = newline + 1;
	}
	client->len = (size_t)(end - start);
	memmove(client->line, start, client->len);
	if (client->len > TEXTSOCK_LINE_MAX)
		drop(client);
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct textsock_client *client = handle->data;

	(void)suggested;
	*buf = uv_buf_init(client->line + client->len, (unsigned)(sizeof(client->line) - client->len));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
	struct textsock_client *client = stream->data;

	(void)buf;
	if (count < 0) {
		drop(client);
		return;
	}
	client->len += (size_t)count;
	take_lines(client);
}

static struct textsock_client *find_free(struct textsock *sock)
{
	for (int i = 0; i < TEXTSOCK_CLIENTS_MAX; i++) {
		if (!sock->clients[i].is_used)
			return &sock->clients[i];
	}
	return NULL;
}

static void take_connection(struct textsock *sock)
{
	struct textsock_client *client = find_free(sock);

	sock->has_waiting = !client;
	if (!client)
		return;
	*client = (struct textsock_client){ .sock = sock, .is_used = true };
	if (uv_pipe_init(sock->pipe.loop, &client->pipe, 0) < 0) {
		client->is_used = false;
		return;
	}
	sock->open_handles++;
	client->pipe.data = client;
	if (uv_accept((uv_stream_t *)&sock->pipe, (uv_stream_t *)&client->pipe) < 0 ||
		uv_read_start((uv_stream_t *)&client->pipe, give_room, on_read) < 0)
		drop(client);
}

static void on_connection(uv_stream_t *stream, int status)
{
	if (status == 0)
		take_connection(stream->data);
}

static void on_listener_closed(uv_handle_t *handle)
{
	release(handle->data);
}

/* Removes the socket of a process that is gone; never a file that is something else. */
static void remove_stale(const char *path)
{
	struct stat info;

	if (lstat(path, &info) == 0 && S_ISSOCK(info.st_mode))
		unlink(path);
}

int textsock_open(struct textsock **out, struct uv_loop_s *loop, const char *path, const char *group,
	const struct textsock_events *events)
{
	struct textsock *sock = calloc(1, sizeof(*sock));
	int r;

	if (!sock)
		return -ENOMEM;
	sock->events = *events;
	r = uv_pipe_init(loop, &sock->pipe, 0);
	if (r < 0) {
		free(sock);
		return r;
	}
	sock->open_handles = 1;
	sock->pipe.data = sock;
	remove_stale(path);
	r = uv_pipe_bind(&sock->pipe, path);
	if (r == 0)
		r = path_give_group(path, group); /* before anybody can be let in */
	if (r == 0)
		r = uv_listen((uv_stream_t *)&sock->pipe, TEXTSOCK_CLIENTS_MAX, on_connection);
	if (r < 0) {
		textsock_close(sock);
		return r;
	}
	*out = sock;
	return 0;
}

void textsock_close(struct textsock *sock)
{
	if (!sock)
		return;
	sock->is_closing = true;
	for (int i = 0; i < TEXTSOCK_CLIENTS_MAX; i++) {
		if (sock->clients[i].is_used)
			drop(&sock->clients[i]);
	}
	uv_close((uv_handle_t *)&sock->pipe, on_listener_closed);
}

static void on_said(uv_write_t *request, int status)
{
	struct textsock_client *client = request->handle->data;

	free(request->data);
	if (status < 0 && status != UV_ECANCELED)
		drop(client);
}

void textsock_say(struct textsock_client *client, const char *line)
{
	uv_stream_t *stream = (uv_stream_t *)&client->pipe;
	size_t len = strlen(line);
	struct saying *saying;
	uv_buf_t buf;

	if (uv_is_closing((uv_handle_t *)stream))
		return;
	saying = malloc(sizeof(*saying) + len + 1);
	if (!saying || uv_stream_get_write_queue_size(stream) > UNREAD_BYTES_MAX) {
		free(saying);
		drop(client);
		return;
	}
	memcpy(saying->line, line, len);
	saying->line[len] = '\n';
	saying->request.data = saying;
	buf = uv_buf_init(saying->line, (unsigned)len + 1);
	if (uv_write(&saying->request, stream, &buf, 1, on_said) < 0) {
		free(saying);
		drop(client);
	}
}

void textsock_say_json(struct textsock_client *client, json_t *answer)
{
	char *text = answer ? json_dumps(answer, JSON_COMPACT) : NULL;

	textsock_say(client, text ? text : "{\"ok\":false,\"error\":\"no memory\"}");
	free(text);
	json_decref(answer);
}

void textsock_say_error(struct textsock_client *client, const char *what)
{
	textsock_say_json(client, json_pack("{s:b, s:s}", "ok", 0, "error", what));
}

void textsock_say_ok(struct textsock_client *client)
{
	textsock_say(client, "{\"ok\":true}");
}

void textsock_watch(struct textsock_client *client)
{
	client->is_watching = true;
}

bool textsock_is_watched(const struct textsock *sock)
{
	for (int i = 0; i < TEXTSOCK_CLIENTS_MAX; i++) {
		if (sock->clients[i].is_used && sock->clients[i].is_watching)
			return true;
	}
	return false;
}

void textsock_tell(struct textsock *sock, const json_t *object)
{
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	for (int i = 0; text && i < TEXTSOCK_CLIENTS_MAX; i++) {
		if (sock->clients[i].is_used && sock->clients[i].is_watching)
			textsock_say(&sock->clients[i], text);
	}
	free(text);
}
