#include "firmware/edge/log.h"

#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static atomic_uint dropped;

/* A pipe or a socket that says "writable" takes a line of this length at once. */
static int has_room(void)
{
	struct pollfd fd = { .fd = STDERR_FILENO, .events = POLLOUT };

	return poll(&fd, 1, 0) == 1 && (fd.revents & POLLOUT);
}

static void put(const char *line, int len)
{
	if (len > 0 && write(STDERR_FILENO, line, (size_t)len) < 0)
		atomic_fetch_add(&dropped, 1);
}

static void confess(void)
{
	unsigned lost = atomic_exchange(&dropped, 0);
	char line[64];

	if (lost > 0)
		put(line, snprintf(line, sizeof(line), "<4>log: lines dropped: count=%u\n", lost));
}

void log_line(enum log_level level, const char *format, ...)
{
	char line[LOG_LINE_MAX];
	va_list arguments;
	int start, len;

	if (!has_room()) {
		atomic_fetch_add(&dropped, 1);
		return;
	}
	confess();
	start = snprintf(line, sizeof(line), "<%d>", (int)level);
	va_start(arguments, format);
	len = vsnprintf(line + start, sizeof(line) - (size_t)start - 1, format, arguments);
	va_end(arguments);
	if (len < 0)
		return;
	if (len > (int)sizeof(line) - start - 2)
		len = (int)sizeof(line) - start - 2;
	line[start + len] = '\n';
	put(line, start + len + 1);
}
