#include "tools/rumah/line.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void line_start(struct line *line, size_t room)
{
	line->len = line->columns = 0;
	line->room = room;
	line->text[0] = 0;
}

/* A piece that the buffer has no room for is left out whole: half an escape sequence would be worse. */
static void append(struct line *line, enum tone tone, const char *text, size_t len, const char *end)
{
	int count = snprintf(line->text + line->len, sizeof(line->text) - line->len, "%s%.*s%s%s",
		term_begin(tone), (int)len, text, end, term_end(tone));

	if (count > 0 && (size_t)count < sizeof(line->text) - line->len)
		line->len += (size_t)count;
	line->text[line->len] = 0;
}

void line_add(struct line *line, enum tone tone, const char *format, ...)
{
	char text[256], *clean;
	size_t columns, left = line->room - line->columns;
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	clean = term_clean(text);
	if (!clean || left == 0) {
		free(clean);
		return;
	}
	columns = term_columns(clean);
	if (columns <= left) {
		append(line, tone, clean, strlen(clean), "");
		line->columns += columns;
	} else {
		append(line, tone, clean, term_fit(clean, left - 1), "…");
		line->columns = line->room;
	}
	free(clean);
}

void line_fill(struct line *line, const char *filler, size_t column)
{
	size_t len = strlen(filler);

	while (line->columns < column && line->columns < line->room && line->len + len < sizeof(line->text)) {
		memcpy(line->text + line->len, filler, len + 1);
		line->len += len;
		line->columns++;
	}
}
