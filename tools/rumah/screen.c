#include "tools/rumah/screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tools/rumah/term.h"

static struct {
	bool is_whole, has_termios, has_no_keys;
	struct termios before;
	sigset_t waiting; /* the signals that are let through while waiting, and nowhere else */
} screen;

static volatile sig_atomic_t is_ended, is_resized;

static void on_signal(int number)
{
	if (number == SIGWINCH)
		is_resized = 1;
	else
		is_ended = 1;
}

static void say(const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t count = write(STDOUT_FILENO, text, len);

		if (count < 0 && errno != EINTR)
			return; /* the terminal is gone; a signal or the next read tells */
		if (count > 0) {
			text += count;
			len -= (size_t)count;
		}
	}
}

static void catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t held;

	sigemptyset(&held);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaddset(&held, numbers[i]);
		sigaction(numbers[i], &action, NULL);
	}
	/* They come between two waits as well, and must not be lost there. */
	sigprocmask(SIG_BLOCK, &held, &screen.waiting);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigdelset(&screen.waiting, numbers[i]);
}

int screen_open(bool is_whole)
{
	struct termios raw;

	memset(&screen, 0, sizeof(screen));
	is_ended = is_resized = 0;
	catch_signals();
	if (tcgetattr(STDIN_FILENO, &screen.before) == 0) {
		raw = screen.before;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		raw.c_cc[VMIN] = 1;
		raw.c_cc[VTIME] = 0;
		raw.c_cc[VSUSP] =
			_POSIX_VDISABLE; /* nobody would put the terminal back before the shell has it */
		if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) < 0)
			return -errno;
		screen.has_termios = true;
	}
	screen.is_whole = is_whole && term_is_tty();
	if (screen.is_whole)
		say("\033[?1049h\033[?25l");
	return 0;
}

void screen_close(void)
{
	if (screen.has_termios)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &screen.before);
	if (screen.is_whole)
		say("\033[?25h\033[?1049l");
	screen.is_whole = screen.has_termios = false;
}

/* A key, or that there are none any more. */
static enum screen_event read_key(char *key)
{
	ssize_t count = read(STDIN_FILENO, key, 1);

	if (count == 1)
		return SCREEN_KEY;
	if (count < 0 && errno == EINTR)
		return SCREEN_TIME;
	screen.has_no_keys = true;
	return screen.has_termios ? SCREEN_END : SCREEN_NO_KEYS; /* a terminal that hung up */
}

enum screen_event screen_wait(int fd, int timeout_ms, char *key)
{
	struct pollfd ready[2] = { { .fd = fd, .events = POLLIN },
		{ .fd = screen.has_no_keys ? -1 : STDIN_FILENO, .events = POLLIN } };
	struct timespec limit = { timeout_ms / 1000, timeout_ms % 1000 * 1000000L };
	int r = ppoll(ready, 2, timeout_ms < 0 ? NULL : &limit, &screen.waiting);

	if (is_ended)
		return SCREEN_END;
	if (is_resized) {
		is_resized = 0;
		return SCREEN_TIME;
	}
	if (r <= 0)
		return SCREEN_TIME;
	if (ready[1].revents)
		return read_key(key);
	return SCREEN_READY;
}

void screen_show(const char *lines)
{
	unsigned rows = term_height();
	size_t len = 0, size;
	char *out;
	FILE *to = open_memstream(&out, &size);

	if (!to)
		return;
	if (!screen.is_whole) {
		fprintf(to, "%s\n", lines);
	} else {
		fputs("\033[H", to);
		for (unsigned row = 0; *lines && row < rows; row++, lines += len + (lines[len] == '\n')) {
			len = strcspn(lines, "\n");
			/* No newline after the last row of a terminal: it would scroll. */
			fprintf(to, "%s%.*s\033[K", row > 0 ? "\n" : "", (int)len, lines);
		}
		fputs("\033[J", to);
	}
	if (fclose(to) == 0)
		say(out);
	free(out);
}
