#include "firmware/door/bigread.h"

#include <assert.h>

void bigread_init(struct bigread *big, struct inbox *inbox,
	void (*on_read)(void *ctx, const struct board_input *input, char *msg, size_t len), void *ctx)
{
	*big = (struct bigread){ .inbox = inbox, .on_read = on_read, .ctx = ctx };
	big->work.data = big;
}

static void read_message(uv_work_t *work) /* on a thread of the pool */
{
	struct bigread *big = work->data;

	inbox_read(big->inbox, &big->input, big->kind, big->is_retained, big->msg, big->len);
}

static void on_done(uv_work_t *work, int status)
{
	struct bigread *big = work->data;

	assert(status == 0); /* nobody cancels it */
	big->is_busy = false;
	big->on_read(big->ctx, &big->input, big->msg, big->len);
}

void bigread_start(
	struct bigread *big, uv_loop_t *loop, enum wire_kind kind, bool is_retained, char *msg, size_t len)
{
	int r;

	assert(!big->is_busy);
	big->is_busy = true;
	big->kind = kind;
	big->is_retained = is_retained;
	big->msg = msg;
	big->len = len;
	r = uv_queue_work(loop, &big->work, read_message, on_done);
	assert(r == 0); /* fails for want of a function alone */
}
