#include "tools/rumah/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define CTRL_C 3
#define CTRL_D 4

/* Byte by byte, so that nothing is left in a buffer that nobody wipes. */
static int read_line(char *out, size_t size)
{
	size_t len = 0;

	for (;;) {
		char c;
		ssize_t count = read(STDIN_FILENO, &c, 1);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		if (count == 1 && c == CTRL_C)
			return -ECANCELED;
		if (count == 0 || c == '\n' || c == CTRL_D)
			break;
		if (c == '\r')
			continue;
		if (len + 1 >= size)
			return -EFBIG;
		out[len++] = c;
	}
	out[len] = 0;
	return len > 0 ? 0 : -ENODATA;
}

int secret_read(char *out, size_t size, const char *prompt)
{
	struct termios before, hidden;
	int r;

	if (tcgetattr(STDIN_FILENO, &before) < 0)
		return read_line(out, size);
	fputs(prompt, stderr);
	fflush(stderr);
	hidden = before;
	/* Ctrl-C comes as a character, so that no signal can leave the terminal without its echo. */
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) < 0)
		return -errno;
	r = read_line(out, size);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	fputc('\n', stderr);
	if (r < 0)
		explicit_bzero(out, size);
	return r;
}
