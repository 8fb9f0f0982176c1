#include "firmware/door/linksock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#include "firmware/edge/log.h"
#include "firmware/edge/outqueue.h"
#include "firmware/edge/paths.h"
#include "schemas/wire/refusal.h"

/* A peer's descriptor and its handle; freed apart from the rest, since handles close in their own time. */
struct peer {
	uv_poll_t poll;
	int fd;
	struct linksock *link;
};

struct linksock {
	struct linksock_events events;
	uv_loop_t *loop;
	uv_poll_t listener;
	uv_timer_t stall;
	int listen_fd;
	unsigned open_handles; /* of listener, stall and peers; the last one frees all */
	struct peer *peer;     /* NULL: nobody */
	bool is_online, is_paused, is_closing;

	struct frame_joiner joiner; /* its buffer is ours until the message is whole */
	struct outqueue out;
	uint8_t buf[FRAME_MAX + 1]; /* one more than allowed, to see what is too long */
};

static void release(struct linksock *link)
{
	if (--link->open_handles == 0)
		free(link);
}

static void forget_incoming(struct linksock *link)
{
	free(link->joiner.buf);
	frame_joiner_init(&link->joiner, NULL, 0);
}

static void on_peer_closed(uv_handle_t *handle)
{
	struct peer *peer = handle->data;
	struct linksock *link = peer->link;

	close(peer->fd);
	free(peer);
	release(link);
}

static void set_online(struct linksock *link, bool is_online)
{
	if (link->is_online == is_online)
		return;
	link->is_online = is_online;
	if (!link->is_closing)
		link->events.on_online(link->events.ctx, is_online);
}

static void drop_peer(struct linksock *link)
{
	struct peer *peer = link->peer;

	if (!peer)
		return;
	link->peer = NULL;
	uv_timer_stop(&link->stall);
	uv_poll_stop(&peer->poll);
	uv_close((uv_handle_t *)&peer->poll, on_peer_closed);
	outqueue_clear(&link->out);
	forget_incoming(link);
	set_online(link, false);
}

static void on_peer(uv_poll_t *poll, int status, int events);

static void watch(struct linksock *link)
{
	int events = link->out.count > 0 ? UV_WRITABLE : 0;

	if (!link->is_paused)
		events |= UV_READABLE;
	/* With nothing to wait for, the peer's going is noticed when reading goes on. */
	if (events == 0)
		uv_poll_stop(&link->peer->poll);
	else
		uv_poll_start(&link->peer->poll, events, on_peer);
}

static void on_stalled(uv_timer_t *timer)
{
	struct linksock *link = timer->data;

	log_line(LOG_WARNING, "linksock: peer dropped, it does not read: waiting=%zu", link->out.count);
	drop_peer(link);
}

/* The next datagram. 0 when it went, -EAGAIN when the socket is full, other -errno. */
static int send_piece(struct linksock *link)
{
	size_t len = outqueue_peek(&link->out, link->buf);

	if (send(link->peer->fd, link->buf, len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return errno == EWOULDBLOCK ? -EAGAIN : -errno;
	outqueue_sent(&link->out);
	return 0;
}

static void send_what_fits(struct linksock *link)
{
	bool has_moved = false;
	int r = 0;

	while (link->out.count > 0 && r == 0) {
		r = send_piece(link);
		has_moved |= r == 0;
	}
	if (r < 0 && r != -EAGAIN && r != -EINTR && r != -ENOBUFS) {
		log_line(LOG_INFO, "linksock: peer gone: error=%s", strerror(-r));
		drop_peer(link);
		return;
	}
	if (link->out.count == 0)
		uv_timer_stop(&link->stall);
	else if (has_moved || !uv_is_active((uv_handle_t *)&link->stall))
		uv_timer_start(&link->stall, on_stalled, LINKSOCK_STALL_MS, 0);
	watch(link);
}

static void refuse(struct linksock *link, enum wire_kind kind, int refusal)
{
	link->events.on_refused(link->events.ctx, kind, refusal);
}

/* A message is put together in memory of its own size: the largest is 4 MiB, most are under 1 KiB. */
static int make_room(struct linksock *link, const struct frame *frame)
{
	uint8_t *buf;

	if (frame->offset > 0)
		return 0;
	forget_incoming(link);
	buf = malloc(frame->total);
	if (!buf)
		return -ENOMEM;
	frame_joiner_init(&link->joiner, buf, frame->total);
	return 0;
}

/* Returns whether a message became whole. */
static bool take_piece(struct linksock *link, const struct frame *frame)
{
	enum wire_kind kind = frame->kind;
	bool is_retained = frame->is_retained;
	char *msg;
	int r;

	if (!wire_kind_info(kind)->is_from_gateway) {
		refuse(link, kind, WIRE_BAD_TOPIC);
		return false;
	}
	r = make_room(link, frame);
	if (r == 0)
		r = frame_joiner_add(&link->joiner, frame);
	if (r == FRAME_MORE)
		return false;
	if (r != 0) {
		forget_incoming(link);
		refuse(link, kind, r == FRAME_BROKEN ? WIRE_BAD_ORDER : r);
		return false;
	}
	msg = (char *)link->joiner.buf;
	frame_joiner_init(&link->joiner, NULL, 0);
	link->events.on_message(link->events.ctx, kind, is_retained, msg, frame->total);
	return true;
}

static bool take_frame(struct linksock *link, size_t len)
{
	struct frame frame;
	int r = frame_read(&frame, link->buf, len);

	if (r != 0) {
		forget_incoming(link);
		refuse(link, WIRE_LINK, r);
		return false;
	}
	switch (frame.type) {
	case FRAME_DELIVER:
		return take_piece(link, &frame);
	case FRAME_ONLINE:
		set_online(link, true);
		return false;
	case FRAME_OFFLINE:
		set_online(link, false);
		return false;
	case FRAME_CERT:
		link->events.on_cert_days(link->events.ctx, frame.offset);
		return false;
	case FRAME_PUBLISH: /* ours to send, not to get */
		break;
	}
	refuse(link, frame.kind, WIRE_BAD_FORM);
	return false;
}

static void read_a_share(struct linksock *link)
{
	struct peer *peer = link->peer;
	int messages = 0;

	for (int frames = 0; frames < LINKSOCK_FRAMES_PER_TURN && messages < LINKSOCK_MESSAGES_PER_TURN;
		frames++) {
		ssize_t len = recv(peer->fd, link->buf, sizeof(link->buf), MSG_DONTWAIT);

		if (len < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (len <= 0) {
			log_line(LOG_INFO, "linksock: peer gone");
			drop_peer(link);
			return;
		}
		messages += take_frame(link, (size_t)len);
		if (link->peer != peer || link->is_paused)
			return;
	}
}

static void on_peer(uv_poll_t *poll, int status, int events)
{
	struct peer *peer = poll->data;
	struct linksock *link = peer->link;

	if (link->peer != peer)
		return;
	if (status < 0) {
		drop_peer(link);
		return;
	}
	if (events & UV_READABLE)
		read_a_share(link);
	if (link->peer == peer && (events & UV_WRITABLE))
		send_what_fits(link);
}

static int adopt(struct linksock *link, int fd)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	int r;

	if (!peer)
		return -ENOMEM;
	r = uv_poll_init(link->loop, &peer->poll, fd);
	if (r < 0) {
		free(peer);
		return r;
	}
	link->open_handles++;
	peer->poll.data = peer;
	peer->fd = fd;
	peer->link = link;
	link->peer = peer;
	watch(link);
	return 0;
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
	struct linksock *link = poll->data;
	int fd, r;

	(void)events;
	if (status < 0)
		return;
	fd = accept4(link->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	if (link->peer)
		log_line(LOG_WARNING, "linksock: another link took the place of the one before");
	drop_peer(link);
	r = adopt(link, fd);
	if (r < 0) {
		log_line(LOG_ERROR, "linksock: link not taken: error=%s", strerror(-r));
		close(fd);
	}
}

static int listen_at(const char *path, const char *group)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stat info;
	int fd, r;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path));
	if (lstat(path, &info) == 0 && S_ISSOCK(info.st_mode))
		unlink(path); /* of a process that is gone: the lock on our folder says so */
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		r = -errno;
		goto fail;
	}
	r = path_give_group(path, group);
	if (r < 0)
		goto fail;
	if (listen(fd, 1) < 0) {
		r = -errno;
		goto fail;
	}
	return fd;
fail:
	close(fd);
	return r;
}

static void on_listener_closed(uv_handle_t *handle)
{
	struct linksock *link = handle->data;

	close(link->listen_fd);
	release(link);
}

static void on_stall_closed(uv_handle_t *handle)
{
	release(handle->data);
}

int linksock_open(struct linksock **out, struct uv_loop_s *loop, const char *path, const char *group,
	const struct linksock_events *events)
{
	struct linksock *link = calloc(1, sizeof(*link));
	int r;

	if (!link)
		return -ENOMEM;
	link->events = *events;
	link->loop = loop;
	link->listen_fd = listen_at(path, group);
	r = link->listen_fd;
	if (r < 0)
		goto fail;
	r = uv_poll_init(loop, &link->listener, link->listen_fd);
	if (r < 0)
		goto fail_listening;
	uv_timer_init(loop, &link->stall);
	link->open_handles = 2;
	link->listener.data = link;
	link->stall.data = link;
	r = uv_poll_start(&link->listener, UV_READABLE, on_connection);
	if (r < 0) {
		linksock_close(link);
		return r;
	}
	*out = link;
	return 0;
fail_listening:
	close(link->listen_fd);
fail:
	free(link);
	return r;
}

void linksock_send(struct linksock *link, enum wire_kind kind, const char *msg, size_t len)
{
	bool was_idle = link->out.count == 0;

	if (!link->peer ||
		!outqueue_put_message(
			&link->out, FRAME_PUBLISH, kind, wire_kind_info(kind)->is_retained, msg, len) ||
		!was_idle)
		return;
	/* At once, for a turn of the loop later the centre would wait so much longer for our word. A failure
	 * is not told in here, since callers are amid their orders: the loop meets it again. */
	while (link->out.count > 0 && send_piece(link) == 0)
		;
	if (link->out.count == 0)
		return;
	uv_timer_start(&link->stall, on_stalled, LINKSOCK_STALL_MS, 0);
	watch(link);
}

void linksock_pause(struct linksock *link, bool is_paused)
{
	link->is_paused = is_paused;
	if (link->peer)
		watch(link);
}

void linksock_close(struct linksock *link)
{
	if (!link)
		return;
	link->is_closing = true;
	drop_peer(link);
	uv_poll_stop(&link->listener);
	uv_close((uv_handle_t *)&link->listener, on_listener_closed);
	uv_close((uv_handle_t *)&link->stall, on_stall_closed);
}
