/* sse - takes a stream of server-sent events apart. Pure. */
#ifndef RUMAH_SSE_H
#define RUMAH_SSE_H

#include <stdbool.h>
#include <stddef.h>

#define SSE_EVENT_MAX (8u << 20) /* the largest is a picture of everything */

struct sse {
	/* One event. `name` is "message" when it has none. false: stop. */
	bool (*on_event)(void *ctx, const char *name, const char *data);
	void *ctx;
	char name[32];
	char *data, *line; /* ended by 0 */
	size_t data_len, data_room, line_len, line_room;
	bool is_after_cr;
};

/* 0; 1: on_event() said stop; -EFBIG; -ENOMEM. After anything but 0: sse_deinit(). */
int sse_feed(struct sse *sse, const char *bytes, size_t len);
void sse_deinit(struct sse *sse); /* leaves on_event and ctx, so that a new stream can begin */

#endif
