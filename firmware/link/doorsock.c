#include "firmware/link/doorsock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#include "firmware/edge/log.h"
#include "firmware/edge/outqueue.h"

struct peer { /* freed apart from the rest, since handles close in their own time */
	uv_poll_t poll;
	int fd;
	struct doorsock *door;
};

struct doorsock {
	uv_loop_t *loop;
	const char *path;
	struct doorsock_events events;
	uv_timer_t retry;
	unsigned open_handles;
	struct peer *peer; /* NULL: no door */
	struct outqueue out;
	struct frame_joiner joiner;
	uint8_t joined[WIRE_MESSAGE_MAX]; /* a board's own messages are no larger */
	uint8_t buf[FRAME_MAX + 1];       /* one more than allowed, to see what is too long */
	uint64_t broken;
};

static void on_retry(uv_timer_t *timer);

static void release(struct doorsock *door)
{
	if (--door->open_handles == 0)
		free(door);
}

static void on_peer_closed(uv_handle_t *handle)
{
	struct peer *peer = handle->data;
	struct doorsock *door = peer->door;

	close(peer->fd);
	free(peer);
	release(door);
}

static void disconnect(struct doorsock *door)
{
	struct peer *peer = door->peer;

	if (!peer)
		return;
	door->peer = NULL;
	uv_poll_stop(&peer->poll);
	uv_close((uv_handle_t *)&peer->poll, on_peer_closed);
	outqueue_clear(&door->out);
	frame_joiner_init(&door->joiner, door->joined, sizeof(door->joined));
}

static void lose(struct doorsock *door, const char *why)
{
	log_line(LOG_WARNING, "doorsock: the door is gone: reason=%s dropped=%llu broken=%llu", why,
		(unsigned long long)door->out.dropped, (unsigned long long)door->broken);
	disconnect(door);
	uv_timer_start(&door->retry, on_retry, DOORSOCK_RETRY_MS, 0);
}

static void on_ready(uv_poll_t *poll, int status, int events);

static void watch(struct doorsock *door)
{
	int events = UV_READABLE | (door->out.count > 0 ? UV_WRITABLE : 0);

	uv_poll_start(&door->peer->poll, events, on_ready);
}

/* 0 when the next datagram went, -EAGAIN when the socket is full, or another -errno. */
static int send_piece(struct doorsock *door)
{
	size_t len = outqueue_peek(&door->out, door->buf);

	if (send(door->peer->fd, door->buf, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return errno == EWOULDBLOCK ? -EAGAIN : -errno;
	outqueue_sent(&door->out);
	return 0;
}

static void send_what_fits(struct doorsock *door)
{
	int r = 0;

	while (door->out.count > 0 && r == 0)
		r = send_piece(door);
	if (r < 0 && r != -EAGAIN && r != -EINTR && r != -ENOBUFS) {
		lose(door, strerror(-r));
		return;
	}
	watch(door);
}

static void take_frame(struct doorsock *door, size_t len)
{
	struct frame frame;
	enum wire_kind kind;
	int r = frame_read(&frame, door->buf, len);

	if (r != 0 || frame.type != FRAME_PUBLISH || wire_kind_info(frame.kind)->is_from_gateway ||
		frame.kind == WIRE_LINK) { /* `link` is ours to say */
		door->broken++;
		return;
	}
	kind = frame.kind;
	r = frame_joiner_add(&door->joiner, &frame);
	if (r == 0)
		door->events.on_publish(
			door->events.ctx, kind, (const char *)door->joined, door->joiner.total);
	else if (r != FRAME_MORE)
		door->broken++;
}

static void read_a_share(struct doorsock *door)
{
	struct peer *peer = door->peer;

	for (int i = 0; i < DOORSOCK_FRAMES_PER_TURN && door->peer == peer; i++) {
		ssize_t len = recv(peer->fd, door->buf, sizeof(door->buf), MSG_DONTWAIT);

		if (len < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (len <= 0) {
			lose(door, len == 0 ? "closed" : strerror(errno));
			return;
		}
		take_frame(door, (size_t)len);
	}
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct peer *peer = poll->data;
	struct doorsock *door = peer->door;

	if (door->peer != peer)
		return;
	if (status < 0) {
		lose(door, uv_strerror(status));
		return;
	}
	if (events & UV_READABLE)
		read_a_share(door);
	if (door->peer == peer && (events & UV_WRITABLE))
		send_what_fits(door);
}

/* Returns a connected descriptor or -errno. Local: there is nothing to wait for. */
static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, r;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	r = -errno;
	close(fd);
	return r;
}

static int adopt(struct doorsock *door, int fd)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	int r;

	if (!peer)
		return -ENOMEM;
	r = uv_poll_init(door->loop, &peer->poll, fd);
	if (r < 0) {
		free(peer);
		return r;
	}
	door->open_handles++;
	peer->poll.data = peer;
	peer->fd = fd;
	peer->door = door;
	door->peer = peer;
	watch(door);
	return 0;
}

static void on_retry(uv_timer_t *timer)
{
	struct doorsock *door = timer->data;
	int fd = connect_to(door->path);

	if (fd >= 0 && adopt(door, fd) < 0) {
		close(fd);
		fd = -ENOMEM;
	}
	if (fd < 0) {
		uv_timer_start(&door->retry, on_retry, DOORSOCK_RETRY_MS, 0);
		return;
	}
	log_line(LOG_INFO, "doorsock: the door is there");
	door->events.on_connected(door->events.ctx);
}

int doorsock_open(
	struct doorsock **out, struct uv_loop_s *loop, const char *path, const struct doorsock_events *events)
{
	struct doorsock *door = calloc(1, sizeof(*door));

	if (!door)
		return -ENOMEM;
	door->loop = loop;
	door->path = path;
	door->events = *events;
	frame_joiner_init(&door->joiner, door->joined, sizeof(door->joined));
	uv_timer_init(loop, &door->retry);
	door->retry.data = door;
	door->open_handles = 1;
	uv_timer_start(&door->retry, on_retry, 0, 0);
	*out = door;
	return 0;
}

/* At once what the socket takes. A failure is not told in here: the loop meets it again. */
static void begin_sending(struct doorsock *door, bool was_idle)
{
	while (was_idle && door->out.count > 0 && send_piece(door) == 0)
		;
	if (was_idle && door->out.count > 0)
		watch(door);
}

void doorsock_deliver(
	struct doorsock *door, enum wire_kind kind, bool is_retained, const char *msg, size_t len)
{
	bool was_idle = door->out.count == 0;

	if (!door->peer)
		return;
	(void)outqueue_put_message(&door->out, FRAME_DELIVER, kind, is_retained, msg, len); /* it counts */
	begin_sending(door, was_idle);
}

void doorsock_say(struct doorsock *door, enum frame_type type, uint32_t value)
{
	bool was_idle = door->out.count == 0;

	if (!door->peer)
		return;
	(void)outqueue_put_word(&door->out, type, value); /* it counts */
	begin_sending(door, was_idle);
}

static void on_closed(uv_handle_t *handle)
{
	release(handle->data);
}

void doorsock_close(struct doorsock *door)
{
	if (!door)
		return;
	disconnect(door);
	uv_close((uv_handle_t *)&door->retry, on_closed);
}
