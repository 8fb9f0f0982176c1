#include "firmware/door/sim_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#define UNREAD_BYTES_MAX (64u << 10) /* what a client may leave unread */

struct sim_client {
	uv_pipe_t pipe;
	struct sim_server *server;
	bool is_used, is_watching;
	size_t len;
	char line[SIM_LINE_MAX + 1];
};

struct sim_server {
	uv_pipe_t pipe;
	struct sim_server_events events;
	bool is_closing, has_waiting; /* somebody whom no free client could take */
	unsigned open_handles;        /* of the pipes; the last one frees all */
	struct sim_client clients[SIM_CLIENTS_MAX];
};

struct saying {
	uv_write_t request;
	char line[];
};

static void release(struct sim_server *server)
{
	if (--server->open_handles == 0)
		free(server);
}

static void take_connection(struct sim_server *server);

static void on_client_closed(uv_handle_t *handle)
{
	struct sim_client *client = handle->data;
	struct sim_server *server = client->server;

	client->is_used = false;
	/* libuv listens on only when the one who waits was taken. */
	if (server->has_waiting && !server->is_closing)
		take_connection(server);
	release(server);
}

static void drop(struct sim_client *client)
{
	if (uv_is_closing((uv_handle_t *)&client->pipe))
		return;
	client->is_watching = false;
	if (!client->server->is_closing)
		client->server->events.on_gone(client->server->events.ctx, client);
	uv_close((uv_handle_t *)&client->pipe, on_client_closed);
}

/* Hands on the whole lines of what has come, and keeps the rest. */
static void take_lines(struct sim_client *client)
{
	const struct sim_server_events *events = &client->server->events;
	char *start = client->line, *end = client->line + client->len, *newline;

	while (!uv_is_closing((uv_handle_t *)&client->pipe) &&
		(newline = memchr(start, '\n', (size_t)(end - start)))) {
		*newline = 0;
		events->on_line(events->ctx, client, start, (size_t)(newline - start));
		start = newline + 1;
	}
	client->len = (size_t)(end - start);
	memmove(client->line, start, client->len);
	if (client->len > SIM_LINE_MAX)
		drop(client);
}

static void give_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct sim_client *client = handle->data;

	(void)suggested;
	*buf = uv_buf_init(client->line + client->len, (unsigned)(sizeof(client->line) - client->len));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf)
{
	struct sim_client *client = stream->data;

	(void)buf;
	if (count < 0) {
		drop(client);
		return;
	}
	client->len += (size_t)count;
	take_lines(client);
}

static struct sim_client *find_free(struct sim_server *server)
{
	for (int i = 0; i < SIM_CLIENTS_MAX; i++) {
		if (!server->clients[i].is_used)
			return &server->clients[i];
	}
	return NULL;
}

static void take_connection(struct sim_server *server)
{
	struct sim_client *client = find_free(server);

	server->has_waiting = !client;
	if (!client)
		return;
	*client = (struct sim_client){ .server = server, .is_used = true };
	if (uv_pipe_init(server->pipe.loop, &client->pipe, 0) < 0) {
		client->is_used = false;
		return;
	}
	server->open_handles++;
	client->pipe.data = client;
	if (uv_accept((uv_stream_t *)&server->pipe, (uv_stream_t *)&client->pipe) < 0 ||
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

int sim_server_open(struct sim_server **out, struct uv_loop_s *loop, const char *path,
	const struct sim_server_events *events)
{
	struct sim_server *server = calloc(1, sizeof(*server));
	int r;

	if (!server)
		return -ENOMEM;
	server->events = *events;
	r = uv_pipe_init(loop, &server->pipe, 0);
	if (r < 0) {
		free(server);
		return r;
	}
	server->open_handles = 1;
	server->pipe.data = server;
	remove_stale(path);
	r = uv_pipe_bind(&server->pipe, path);
	if (r == 0)
		r = uv_listen((uv_stream_t *)&server->pipe, SIM_CLIENTS_MAX, on_connection);
	if (r < 0) {
		sim_server_close(server);
		return r;
	}
	*out = server;
	return 0;
}

void sim_server_close(struct sim_server *server)
{
	if (!server)
		return;
	server->is_closing = true;
	for (int i = 0; i < SIM_CLIENTS_MAX; i++) {
		if (server->clients[i].is_used)
			drop(&server->clients[i]);
	}
	uv_close((uv_handle_t *)&server->pipe, on_listener_closed);
}

static void on_said(uv_write_t *request, int status)
{
	struct sim_client *client = request->handle->data;

	free(request->data);
	if (status < 0 && status != UV_ECANCELED)
		drop(client);
}

void sim_client_say(struct sim_client *client, const char *line)
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

void sim_client_watch(struct sim_client *client)
{
	client->is_watching = true;
}

void sim_server_tell(struct sim_server *server, const char *line)
{
	for (int i = 0; i < SIM_CLIENTS_MAX; i++) {
		if (server->clients[i].is_used && server->clients[i].is_watching)
			sim_client_say(&server->clients[i], line);
	}
}
