/* The bare network beside MQTT: 300 bytes over loopback TCP to another process and back. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/limits.h"

#define BYTES 300

static bool move_all(int fd, char *bytes, bool is_send)
{
	size_t done = 0;

	while (done < BYTES) {
		ssize_t r = is_send ? send(fd, bytes + done, BYTES - done, MSG_NOSIGNAL)
				    : recv(fd, bytes + done, BYTES - done, 0);

		if (r <= 0)
			return false;
		done += (size_t)r;
	}
	return true;
}

static void set_nodelay(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static _Noreturn void give_back(int listener)
{
	int fd;
	char bytes[BYTES];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = accept(listener, NULL, NULL);
	if (fd >= 0)
		set_nodelay(fd);
	while (fd >= 0 && move_all(fd, bytes, false) && move_all(fd, bytes, true))
		;
	_exit(0);
}

void limit_tcp_echo(unsigned count, struct samples *echoes)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;
	char bytes[BYTES] = { 0 };
	pid_t pid;

	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(listener, 1) < 0 ||
		getsockname(listener, (struct sockaddr *)&address, &len) < 0)
		broken("no loopback socket");
	pid = fork();
	if (pid == 0)
		give_back(listener);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC,
		0); /* after the fork: the other end ends when this one does */
	if (pid < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		broken("no loopback connection");
	set_nodelay(fd);
	for (unsigned i = 0; i < count; i++) {
		uint64_t since = now_ns();

		if (!move_all(fd, bytes, true) || !move_all(fd, bytes, false))
			broken("the loopback connection is lost");
		samples_add(echoes, us_since(since));
	}
	close(fd);
	close(listener);
	waitpid(pid, NULL, 0);
}
