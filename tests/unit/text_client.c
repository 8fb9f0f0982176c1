#include "tests/unit/text_client.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cmocka.h>

#include "firmware/edge/mono.h"

int text_connect(uv_loop_t *loop, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, path, strlen(path));
	uv_run(loop, UV_RUN_NOWAIT); /* takes those who came before, so that this one does not wait */
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

const char *text_hear(uv_loop_t *loop, int fd)
{
	static char line[4096];
	size_t len = 0;

	for (uint64_t until = mono_now_ms() + 5000; mono_now_ms() < until && len < sizeof(line);) {
		ssize_t got;

		uv_run(loop, UV_RUN_NOWAIT);
		got = recv(fd, line + len, 1, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno == ECONNRESET))
			return "";
		if (got < 0)
			continue;
		if (line[len] == '\n') {
			line[len] = 0;
			return line;
		}
		len++;
	}
	fail_msg("no answer");
	return "";
}

const char *text_ask(uv_loop_t *loop, int fd, const char *command)
{
	assert_int_equal(send(fd, command, strlen(command), 0), strlen(command));
	assert_int_equal(send(fd, "\n", 1, 0), 1);
	return text_hear(loop, fd);
}
