#include "firmware/door/batch.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/door/journal.h"

#define NOISE_ROOM (JOURNAL_BACKLOG / 4 * 3)

int batch_init(struct batch *batch)
{
	*batch = (struct batch){ 0 };
	/* Large enough to be mapped, so pages that no backlog ever reaches cost nothing. */
	batch->events = calloc(JOURNAL_BACKLOG, sizeof(*batch->events));
	return batch->events ? 0 : -ENOMEM;
}

void batch_deinit(struct batch *batch)
{
	free(batch->events);
	free(batch->sealed);
	*batch = (struct batch){ 0 };
}

bool batch_is_empty(const struct batch *batch)
{
	return batch->count == 0 && batch->lost == 0 && !batch->has_guess && !batch->has_floor &&
	       !batch->has_snapshot && batch->used_count == 0 && batch->forget_count == 0;
}

static void add_event(struct batch *batch, size_t taken, const struct wire_event *event)
{
	size_t room = wire_event_type_is_noise(event->type) ? NOISE_ROOM : JOURNAL_BACKLOG;

	if (taken + batch->count >= room) {
		batch->lost++;
		batch->last_lost = *event;
		return;
	}
	batch->events[batch->count++] = (struct batch_event){ *event, batch->lost };
	batch->lost = 0;
}

/* In order, since one row may take the place of another that is still waiting here. */
static void add_used(struct batch *batch, const struct batch_used *used)
{
	if (batch->used_count == BOARD_USED_MAX) { /* the core remembers no more than these either */
		memmove(&batch->used[0], &batch->used[1], (BOARD_USED_MAX - 1) * sizeof(batch->used[0]));
		batch->used_count--;
	}
	batch->used[batch->used_count++] = *used;
}

static void add_snapshot(struct batch *batch, uint32_t epoch, uint64_t rev, char *sealed, size_t len)
{
	free(batch->sealed);
	batch->sealed = sealed;
	batch->sealed_len = len;
	batch->epoch = epoch;
	batch->rev = rev;
	batch->has_snapshot = true;
}

static void add_forget(struct batch *batch, const struct batch_forget *forget)
{
	if (batch->forget_count == BATCH_FORGETS_MAX) {
		memmove(&batch->forgets[0], &batch->forgets[1],
			(BATCH_FORGETS_MAX - 1) * sizeof(batch->forgets[0]));
		batch->forget_count--;
	}
	batch->forgets[batch->forget_count++] = *forget;
}

static void add_order(struct batch *batch, const struct board_order *order)
{
	struct batch_forget forget;
	struct batch_used used;

	switch (order->kind) {
	case ORDER_STORE_GUESS:
		batch->has_guess = true;
		batch->failures = order->u.guess.failures;
		batch->is_lockout_open = order->u.guess.is_lockout_open;
		batch->is_entry_open = order->u.guess.is_entry_open;
		break;
	case ORDER_STORE_FLOOR:
		batch->has_floor = true;
		batch->floor_ms = order->u.floor_ms;
		break;
	case ORDER_STORE_USED:
		used.grant = order->u.used.grant;
		memcpy(used.forgets, order->u.used.forgets, sizeof(used.forgets));
		add_used(batch, &used);
		break;
	case ORDER_FORGET:
		forget.upto = order->u.forget.upto;
		memcpy(forget.hash, order->u.forget.hash, sizeof(forget.hash));
		add_forget(batch, &forget);
		break;
	case ORDER_STORE_SNAPSHOT: /* see copy_snapshot() */
	case ORDER_STRIKE:
	case ORDER_TONE:
	case ORDER_LAMP:
	case ORDER_STRETCH:
	case ORDER_SEND_HELLO:
	case ORDER_SEND_STATE:
	case ORDER_SEND_DID:
	case ORDER_SEND_EVENTS:
		break;
	}
}

static int copy_snapshot(
	struct batch *batch, const struct board_order *order, const char *sealed, size_t sealed_len)
{
	char *copy;

	assert(sealed && sealed_len > 0);
	copy = malloc(sealed_len);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, sealed, sealed_len);
	add_snapshot(batch, order->u.snapshot.epoch, order->u.snapshot.rev, copy, sealed_len);
	return 0;
}

int batch_add(struct batch *batch, size_t taken, const struct board_orders *orders, const char *sealed,
	size_t sealed_len)
{
	int r = 0;

	for (unsigned i = 0; i < orders->event_count; i++)
		add_event(batch, taken, &orders->events[i]);
	for (unsigned i = 0; i < orders->count; i++) {
		if (orders->list[i].kind == ORDER_STORE_SNAPSHOT)
			r = copy_snapshot(batch, &orders->list[i], sealed, sealed_len);
		else
			add_order(batch, &orders->list[i]);
	}
	return r;
}

void batch_move(struct batch *to, struct batch *from)
{
	assert(to->count + from->count <= JOURNAL_BACKLOG);
	if (from->count > 0) {
		from->events[0].lost_before += to->lost;
		to->lost = from->lost;
		memcpy(&to->events[to->count], from->events, from->count * sizeof(*from->events));
		to->count += from->count;
	} else {
		to->lost += from->lost;
	}
	if (from->lost > 0)
		to->last_lost = from->last_lost;

	if (from->has_guess) {
		to->has_guess = true;
		to->failures = from->failures;
		to->is_lockout_open = from->is_lockout_open;
		to->is_entry_open = from->is_entry_open;
	}
	if (from->has_floor) {
		to->has_floor = true;
		to->floor_ms = from->floor_ms;
	}
	for (size_t i = 0; i < from->used_count; i++)
		add_used(to, &from->used[i]);
	if (from->has_snapshot) {
		add_snapshot(to, from->epoch, from->rev, from->sealed, from->sealed_len);
		from->sealed = NULL;
	}
	for (size_t i = 0; i < from->forget_count; i++)
		add_forget(to, &from->forgets[i]);
	batch_clear(from);
}

void batch_clear(struct batch *batch)
{
	struct batch_event *events = batch->events;

	free(batch->sealed);
	*batch = (struct batch){ .events = events };
}
