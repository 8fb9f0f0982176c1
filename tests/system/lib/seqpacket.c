#include "tests/system/lib/seqpacket.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/system/lib/process.h"

void seqpacket_init(struct seqpacket *s)
{
	*s = (struct seqpacket){ .listen_fd = -1, .fd = -1 };
	s->joined = malloc(WIRE_SNAPSHOT_MAX);
	if (!s->joined)
		abort();
	frame_joiner_init(&s->joiner, s->joined, WIRE_SNAPSHOT_MAX);
}

void seqpacket_close(struct seqpacket *s)
{
	if (s->fd >= 0)
		close(s->fd);
	if (s->listen_fd >= 0)
		close(s->listen_fd);
	free(s->joined);
	*s = (struct seqpacket){ .listen_fd = -1, .fd = -1 };
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	memcpy(address.sun_path, path, strnlen(path, sizeof(address.sun_path) - 1));
	return address;
}

int seqpacket_listen(struct seqpacket *s, const char *path)
{
	struct sockaddr_un address = address_of(path);

	unlink(path);
	s->listen_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (s->listen_fd < 0 || bind(s->listen_fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(s->listen_fd, 1) < 0)
		return -errno;
	return 0;
}

static int wait_for(int fd, short events, int limit_ms)
{
	struct pollfd poller = { .fd = fd, .events = events };
	int r = poll(&poller, 1, limit_ms);

	return r < 0 ? -errno : r == 0 ? -ETIMEDOUT : 0;
}

int seqpacket_accept(struct seqpacket *s, int limit_ms)
{
	int r = wait_for(s->listen_fd, POLLIN, limit_ms);

	if (r < 0)
		return r;
	s->fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC);
	return s->fd < 0 ? -errno : 0;
}

int seqpacket_connect(struct seqpacket *s, const char *path, int limit_ms)
{
	struct sockaddr_un address = address_of(path);
	long long until = now_ms() + limit_ms;
	int r;

	do {
		s->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
		if (s->fd < 0)
			return -errno;
		if (connect(s->fd, (struct sockaddr *)&address, sizeof(address)) == 0)
			return 0;
		r = -errno;
		close(s->fd);
		s->fd = -1;
		nap_ms(5);
	} while (now_ms() < until);
	return r;
}

int seqpacket_send(struct seqpacket *s, const void *bytes, size_t len)
{
	return send(s->fd, bytes, len, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int seqpacket_say(struct seqpacket *s, enum frame_type type, enum wire_kind kind, bool is_retained,
	const char *msg, size_t len)
{
	static uint8_t buf[FRAME_MAX];
	int r = 0;

	for (size_t sent = 0; sent < len && r == 0;) {
		size_t piece = len - sent < FRAME_PIECE_MAX ? len - sent : FRAME_PIECE_MAX;
		struct frame frame = { type, kind, is_retained, (uint32_t)len, (uint32_t)sent,
			(const uint8_t *)msg + sent, piece };

		r = seqpacket_send(s, buf, frame_write(buf, &frame));
		sent += piece;
	}
	return r;
}

int seqpacket_say_word(struct seqpacket *s, enum frame_type type, uint32_t value)
{
	uint8_t buf[FRAME_MAX];
	struct frame frame = { .type = type, .offset = value };

	return seqpacket_send(s, buf, frame_write(buf, &frame));
}

int seqpacket_hear(struct seqpacket *s, struct heard *heard, int limit_ms)
{
	static uint8_t buf[FRAME_MAX];
	struct frame frame;
	ssize_t len;
	int r;

	for (;;) {
		r = wait_for(s->fd, POLLIN, limit_ms);
		if (r < 0)
			return r;
		len = recv(s->fd, buf, sizeof(buf), 0);
		if (len <= 0)
			return -ECONNRESET;
		if (frame_read(&frame, buf, (size_t)len) != 0)
			return -EBADMSG;
		*heard = (struct heard){ frame.type, frame.kind, frame.is_retained, frame.offset, NULL, 0 };
		if (frame.piece_len == 0)
			return 0;
		r = frame_joiner_add(&s->joiner, &frame);
		if (r == 0) {
			heard->msg = (const char *)s->joined;
			heard->len = s->joiner.total;
			return 0;
		}
		if (r != FRAME_MORE)
			return -EBADMSG;
	}
}
