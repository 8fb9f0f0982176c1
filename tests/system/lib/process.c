#include "tests/system/lib/process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void give_up(const char *what)
{
	perror(what);
	exit(1);
}

pid_t process_start(const char *program, const char *config, const char *log)
{
	pid_t parent = getpid(), pid = fork();
	int fd;

	if (pid < 0)
		give_up("fork");
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
		_exit(127);
	execl(program, program, "--config", config, (char *)NULL);
	_exit(127);
}

long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void nap_ms(long ms)
{
	struct timespec nap = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&nap, NULL);
}

int process_end(pid_t pid, int signal)
{
	long long until = now_ms() + 10000;
	int status;

	kill(pid, signal);
	while (now_ms() < until) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		nap_ms(5);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return -1;
}

bool process_is_alive(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

void file_write(const char *path, const char *format, ...)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	va_list arguments;

	if (fd < 0)
		give_up(path);
	va_start(arguments, format);
	if (vdprintf(fd, format, arguments) < 0)
		give_up(path);
	va_end(arguments);
	close(fd);
}
