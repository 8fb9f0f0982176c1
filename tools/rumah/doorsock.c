#include "tools/rumah/doorsock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tools/rumah/call.h"

#define LINE_MAX_BYTES 8192

struct doorsock {
	int fd;
	size_t len;
	char line[LINE_MAX_BYTES];
};

/* The socket's address, through its folder's descriptor when the path itself is too long for it. */
static int make_address(struct sockaddr_un *address, const char *path, int *folder)
{
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX];
	int len;

	*folder = -1;
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) < sizeof(address->sun_path)) {
		memcpy(address->sun_path, path, strlen(path) + 1);
		return 0;
	}
	if (!slash || (size_t)(slash - path) >= sizeof(parent))
		return -ENAMETOOLONG;
	snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
	*folder = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*folder < 0)
		return -errno;
	len = snprintf(address->sun_path, sizeof(address->sun_path), "/proc/self/fd/%d%s", *folder, slash);
	if (len < 0 || (size_t)len >= sizeof(address->sun_path)) {
		close(*folder);
		return -ENAMETOOLONG;
	}
	return 0;
}

int doorsock_open(struct doorsock **out, const char *path)
{
	struct sockaddr_un address;
	struct doorsock *sock;
	int folder, r = make_address(&address, path, &folder);

	if (r < 0)
		return r;
	sock = calloc(1, sizeof(*sock));
	if (!sock) {
		r = -ENOMEM;
		goto out;
	}
	sock->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (sock->fd < 0 || connect(sock->fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		r = -errno;
		doorsock_close(sock);
		goto out;
	}
	*out = sock;
out:
	if (folder >= 0)
		close(folder);
	return r;
}

void doorsock_close(struct doorsock *sock)
{
	if (!sock)
		return;
	if (sock->fd >= 0)
		close(sock->fd);
	free(sock);
}

static int send_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t count = send(fd, bytes, len, MSG_NOSIGNAL);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		bytes += count;
		len -= (size_t)count;
	}
	return 0;
}

int doorsock_send(struct doorsock *sock, json_t *command)
{
	char *text = command ? json_dumps(command, JSON_COMPACT) : NULL;
	int r;

	json_decref(command);
	if (!text)
		return -ENOMEM;
	r = send_all(sock->fd, text, strlen(text));
	if (r == 0)
		r = send_all(sock->fd, "\n", 1);
	explicit_bzero(text, strlen(text));
	free(text);
	return r;
}

/* Waits until there is something to read or `until_ms` (< 0: for ever) is over. */
static int wait_for_bytes(int fd, int64_t until_ms)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	int r;

	do {
		int64_t left = until_ms < 0 ? -1 : until_ms - call_mono_ms();

		if (until_ms >= 0 && left < 0)
			return -ETIMEDOUT;
		r = poll(&ready, 1, (int)left);
	} while (r < 0 && errno == EINTR);
	return r > 0 ? 0 : r < 0 ? -errno : -ETIMEDOUT;
}

static int take_line(struct doorsock *sock, char *newline, json_t **answer)
{
	size_t used = (size_t)(newline + 1 - sock->line);

	*answer = json_loadb(sock->line, used - 1, JSON_REJECT_DUPLICATES, NULL);
	sock->len -= used;
	memmove(sock->line, newline + 1, sock->len);
	return *answer ? 0 : -EBADMSG;
}

int doorsock_next(struct doorsock *sock, json_t **answer, int timeout_ms)
{
	int64_t until_ms = timeout_ms < 0 ? -1 : call_mono_ms() + timeout_ms;

	for (;;) {
		char *newline = memchr(sock->line, '\n', sock->len);
		ssize_t count;
		int r;

		if (newline)
			return take_line(sock, newline, answer);
		if (sock->len == sizeof(sock->line))
			return -EBADMSG;
		r = wait_for_bytes(sock->fd, until_ms);
		if (r < 0)
			return r;
		count = recv(sock->fd, sock->line + sock->len, sizeof(sock->line) - sock->len, 0);
		if (count == 0)
			return -EPIPE;
		if (count < 0 && errno != EINTR)
			return -errno;
		if (count > 0)
			sock->len += (size_t)count;
	}
}

int doorsock_fd(const struct doorsock *sock)
{
	return sock->fd;
}
