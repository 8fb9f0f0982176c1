/* bigread - checks and decodes one large message on a thread of the pool: 4 MiB of signature and JSON must
 * not delay a key. The inbox is its alone meanwhile. One thread: the loop's. */
#ifndef RUMAH_DOOR_BIGREAD_H
#define RUMAH_DOOR_BIGREAD_H

#include <uv.h>

#include "firmware/door/inbox.h"

struct bigread { /* the caller's memory, not moved while busy */
	uv_work_t work;
	bool is_busy;
	struct inbox *inbox; /* borrowed */
	enum wire_kind kind;
	bool is_retained;
	char *msg;
	size_t len;
	struct board_input input;
	/* `msg` is the callee's (free()). */
	void (*on_read)(void *ctx, const struct board_input *input, char *msg, size_t len);
	void *ctx;
};

void bigread_init(struct bigread *big, struct inbox *inbox,
	void (*on_read)(void *ctx, const struct board_input *input, char *msg, size_t len), void *ctx);
/* Takes `msg` over; not while busy (asserted). Never answers from inside this call. */
void bigread_start(
	struct bigread *big, uv_loop_t *loop, enum wire_kind kind, bool is_retained, char *msg, size_t len);

#endif
