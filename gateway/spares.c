#include "gateway/spares.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define SHORT_DIGITS 8

static void draw_random(void *ctx, void *buf, size_t len)
{
	(void)ctx;
	randombytes_buf(buf, len);
}

/* On a thread of the pool: nothing else touches these members while is_working. */
static void make(uv_work_t *work)
{
	struct spares *spares = work->data;

	spares->result =
		service_spare_make(&spares->spare, spares->digits, &spares->settings, draw_random, NULL);
}

static void made(uv_work_t *work, int status)
{
	struct spares *spares = work->data;

	spares->is_working = false;
	if (status == 0 && spares->result == 0 && !spares->is_stopping) {
		service_spare_put(spares->service, &spares->spare);
		spares_top_up(spares);
		return;
	}
	sodium_memzero(&spares->spare, sizeof(spares->spare));
	if (status == 0 && spares->result < 0) /* the next tick tries again */
		fprintf(stderr, "gateway: a code could not be made ahead: error=%s\n",
			strerror(-spares->result));
}

void spares_init(struct spares *spares, uv_loop_t *loop, struct service *service)
{
	memset(spares, 0, sizeof(*spares));
	spares->loop = loop;
	spares->service = service;
	spares->work.data = spares;
	spares->soon.data = spares;
	uv_timer_init(loop, &spares->soon);
}

static void on_soon(uv_timer_t *timer)
{
	spares_top_up(timer->data);
}

void spares_top_up_soon(struct spares *spares)
{
	if (spares->loop && !spares->is_stopping && !uv_is_active((uv_handle_t *)&spares->soon))
		uv_timer_start(&spares->soon, on_soon, SPARES_WAIT_MS, 0);
}

void spares_top_up(struct spares *spares)
{
	unsigned short_codes, long_codes;

	if (!spares->loop || spares->is_working || spares->is_stopping)
		return;
	service_spare_wanted(spares->service, &short_codes, &long_codes, &spares->settings);
	if (short_codes + long_codes == 0)
		return;
	spares->digits = short_codes > 0 ? SHORT_DIGITS : WIRE_LONG_CODE;
	spares->is_working = uv_queue_work(spares->loop, &spares->work, make, made) == 0;
}

void spares_stop(struct spares *spares)
{
	spares->is_stopping = true;
	if (spares->loop)
		uv_close((uv_handle_t *)&spares->soon, NULL);
	if (spares->is_working)
		uv_cancel((uv_req_t *)&spares->work); /* one that already runs comes to its end */
}
