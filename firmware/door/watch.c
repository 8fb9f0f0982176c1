#include "firmware/door/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <uv.h>

#include "firmware/edge/mono.h"

struct watch {
	union {
		uv_handle_t handle;
		uv_poll_t poll;
		uv_timer_t timer;
	} u;
	void (*ready)(void *ctx, int error);
	void (*due)(void *ctx);
	void *ctx;
};

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct watch *watch = poll->data;

	(void)events;
	if (status < 0)
		uv_poll_stop(poll);
	watch->ready(watch->ctx, status);
}

static void on_timer(uv_timer_t *timer)
{
	struct watch *watch = timer->data;

	watch->due(watch->ctx);
}

int watch_open_fd(
	struct watch **out, struct uv_loop_s *loop, int fd, void (*ready)(void *ctx, int error), void *ctx)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	int r;

	if (!watch)
		return -ENOMEM;
	watch->ready = ready;
	watch->ctx = ctx;
	r = uv_poll_init(loop, &watch->u.poll, fd);
	if (r < 0) {
		free(watch);
		return r;
	}
	watch->u.poll.data = watch;
	r = uv_poll_start(&watch->u.poll, UV_READABLE, on_poll);
	if (r < 0) {
		watch_close(watch);
		return r;
	}
	*out = watch;
	return 0;
}

int watch_open_timer(struct watch **out, struct uv_loop_s *loop, void (*due)(void *ctx), void *ctx)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return -ENOMEM;
	watch->due = due;
	watch->ctx = ctx;
	uv_timer_init(loop, &watch->u.timer);
	watch->u.timer.data = watch;
	*out = watch;
	return 0;
}

void watch_set(struct watch *watch, uint64_t at_mono_ms)
{
	uint64_t now = mono_now_ms();

	if (at_mono_ms == UINT64_MAX) {
		uv_timer_stop(&watch->u.timer);
		return;
	}
	uv_update_time(watch->u.timer.loop);
	uv_timer_start(&watch->u.timer, on_timer, at_mono_ms > now ? at_mono_ms - now : 0, 0);
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void watch_close(struct watch *watch)
{
	if (watch)
		uv_close(&watch->u.handle, on_closed);
}
