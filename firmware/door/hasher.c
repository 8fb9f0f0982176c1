#include "firmware/door/hasher.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct stretch {
	uint32_t entry;
	size_t count;
	char digits[WIRE_LONG_CODE];
	struct wire_settings settings;
};

struct hasher {
	uv_loop_t *loop;
	struct hasher_events events;
	uv_work_t work;
	bool is_busy, has_waiting;
	struct stretch now, waiting;
	int error; /* of the pass that ran */
	uint8_t s[WIRE_STRETCHED_BYTES];
};

int hasher_open(struct hasher **out, struct uv_loop_s *loop, const struct hasher_events *events)
{
	struct hasher *hasher = calloc(1, sizeof(*hasher));

	if (!hasher)
		return -ENOMEM;
	hasher->loop = loop;
	hasher->events = *events;
	hasher->work.data = hasher;
	*out = hasher;
	return 0;
}

static void run(uv_work_t *work) /* on a thread of the pool; nobody else touches `now` and `s` meanwhile */
{
	struct hasher *hasher = work->data;
	struct stretch *now = &hasher->now;

	hasher->error = wire_stretch(hasher->s, now->digits, now->count, &now->settings);
	sodium_memzero(now->digits, sizeof(now->digits));
}

static void start_waiting(struct hasher *hasher);

static void on_done(uv_work_t *work, int status)
{
	struct hasher *hasher = work->data;
	uint8_t s[WIRE_STRETCHED_BYTES];

	/* The answer may bring the next order, whose thread then writes to hasher->s. */
	memcpy(s, hasher->s, sizeof(s));
	sodium_memzero(hasher->s, sizeof(hasher->s));
	hasher->is_busy = false;
	hasher->events.on_stretched(
		hasher->events.ctx, hasher->now.entry, status < 0 ? status : hasher->error, s);
	sodium_memzero(s, sizeof(s));
	if (hasher->has_waiting && !hasher->is_busy)
		start_waiting(hasher);
}

static void start_waiting(struct hasher *hasher)
{
	int r;

	hasher->now = hasher->waiting;
	sodium_memzero(&hasher->waiting, sizeof(hasher->waiting));
	hasher->has_waiting = false;
	hasher->is_busy = true;
	r = uv_queue_work(hasher->loop, &hasher->work, run, on_done);
	assert(r == 0); /* fails for want of a function alone */
}

static void take(struct stretch *to, struct board_order *order)
{
	to->entry = order->u.stretch.entry;
	to->count = order->u.stretch.count;
	memcpy(to->digits, order->u.stretch.digits, sizeof(to->digits));
	to->settings = *order->u.stretch.settings;
	sodium_memzero(order->u.stretch.digits, sizeof(order->u.stretch.digits));
}

void hasher_start(struct hasher *hasher, struct board_order *order)
{
	take(&hasher->waiting, order);
	hasher->has_waiting = true;
	if (!hasher->is_busy)
		start_waiting(hasher);
}

bool hasher_is_busy(const struct hasher *hasher)
{
	return hasher && hasher->is_busy;
}

void hasher_close(struct hasher *hasher)
{
	if (!hasher)
		return;
	assert(!hasher->is_busy);
	sodium_memzero(hasher, sizeof(*hasher));
	free(hasher);
}
