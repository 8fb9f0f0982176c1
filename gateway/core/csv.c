/* csv - see csv.h */
#include "gateway/core/csv.h"

#include <string.h>

struct field {
	char *out;
	size_t size, len;
};

static void add(struct field *field, char c)
{
	if (field->len + 1 < field->size)
		field->out[field->len] = c;
	field->len++;
}

size_t csv_field(char *out, size_t size, const char *text)
{
	struct field field = { out, size, 0 };

	add(&field, '"');
	/* OWASP's list; white space before the sign is skipped by spreadsheets. */
	if (text[strspn(text, " \t\r\n")] != '\0' && strchr("=+-@|%", text[strspn(text, " \t\r\n")]))
		add(&field, '\'');
	for (; *text; text++) {
		if (*text == '"')
			add(&field, '"');
		add(&field, *text);
	}
	add(&field, '"');
	if (size > 0)
		out[field.len < size ? field.len : size - 1] = '\0';
	return field.len;
}
