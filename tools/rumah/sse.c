#include "tools/rumah/sse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Appends to a text that grows. */
static int append(char **text, size_t *len, size_t *room, const char *more, size_t count)
{
	if (*len + count >= SSE_EVENT_MAX)
		return -EFBIG;
	if (*len + count + 1 > *room) {
		size_t wanted = (*len + count + 1) * 2;
		char *grown = realloc(*text, wanted);

		if (!grown)
			return -ENOMEM;
		*text = grown;
		*room = wanted;
	}
	memcpy(*text + *len, more, count);
	*len += count;
	(*text)[*len] = 0;
	return 0;
}

static int end_event(struct sse *sse)
{
	bool goes_on = true;

	if (sse->data_len > 0) {
		sse->data[sse->data_len - 1] = 0; /* the line feed of its last line */
		goes_on = sse->on_event(sse->ctx, sse->name[0] ? sse->name : "message", sse->data);
	}
	sse->data_len = 0;
	sse->name[0] = 0;
	return goes_on ? 0 : 1;
}

static const char *value_of(const char *line, const char *field)
{
	size_t len = strlen(field);

	if (strncmp(line, field, len) != 0 || line[len] != ':')
		return NULL;
	return line + len + (line[len + 1] == ' ' ? 2 : 1);
}

static int end_line(struct sse *sse)
{
	const char *line = sse->line ? sse->line : "", *value;
	int r = 0;

	if (sse->line_len == 0)
		return end_event(sse);
	if ((value = value_of(line, "data"))) {
		r = append(&sse->data, &sse->data_len, &sse->data_room, value, strlen(value));
		if (r == 0)
			r = append(&sse->data, &sse->data_len, &sse->data_room, "\n", 1);
	} else if ((value = value_of(line, "event")) && strlen(value) < sizeof(sse->name)) {
		memcpy(sse->name, value, strlen(value) + 1);
	}
	sse->line_len = 0;
	sse->line[0] = 0;
	return r;
}

int sse_feed(struct sse *sse, const char *bytes, size_t len)
{
	int r = 0;

	while (len > 0 && r == 0) {
		size_t count = 0;

		if (sse->is_after_cr && *bytes == '\n') {
			bytes++;
			len--;
		}
		sse->is_after_cr = false;
		while (count < len && bytes[count] != '\n' && bytes[count] != '\r')
			count++;
		r = append(&sse->line, &sse->line_len, &sse->line_room, bytes, count);
		if (r == 0 && count < len) {
			sse->is_after_cr = bytes[count] == '\r';
			r = end_line(sse);
			count++;
		}
		bytes += count;
		len -= count;
	}
	return r;
}

void sse_deinit(struct sse *sse)
{
	free(sse->data);
	free(sse->line);
	*sse = (struct sse){ .on_event = sse->on_event, .ctx = sse->ctx };
}
