/* line - one line of a terminal, put together of pieces in their tones and never wider than it has room for.
 */
#ifndef RUMAH_LINE_H
#define RUMAH_LINE_H

#include <stddef.h>

#include "tools/rumah/term.h"

#define LINE_BYTES 1024

struct line {
	char text[LINE_BYTES];
	size_t len;
	size_t columns, room; /* taken, and how many there are */
};

void line_start(struct line *line, size_t room);
/* Adds a piece, cleaned (term_clean()); what does not fit is cut, which an ellipsis shows. */
__attribute__((format(printf, 3, 4))) void line_add(
	struct line *line, enum tone tone, const char *format, ...);
/* Adds `filler` (one column wide) until `column` is reached. */
void line_fill(struct line *line, const char *filler, size_t column);

#endif
