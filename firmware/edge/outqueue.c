#include "firmware/edge/outqueue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static size_t place(const struct outqueue *queue, size_t n)
{
	return (queue->head + n) % OUTQUEUE_MAX;
}

static void pop(struct outqueue *queue)
{
	struct out_message *first = &queue->messages[queue->head];

	queue->bytes -= first->len;
	free(first->msg);
	*first = (struct out_message){ 0 };
	queue->head = place(queue, 1);
	queue->count--;
}

static bool is_picture(enum wire_kind kind)
{
	return kind == WIRE_SNAPSHOT || kind == WIRE_HELLO || kind == WIRE_STATE || kind == WIRE_HEALTH;
}

/* The older one that waits and has not begun to go; NULL: none. */
static struct out_message *find_older(struct outqueue *queue, enum wire_kind kind)
{
	if (!is_picture(kind))
		return NULL;
	for (size_t i = 0; i < queue->count; i++) {
		struct out_message *waiting = &queue->messages[place(queue, i)];

		if (waiting->msg && waiting->kind == kind && waiting->sent == 0)
			return waiting;
	}
	return NULL;
}

static bool put(struct outqueue *queue, const struct out_message *message)
{
	if (queue->count == OUTQUEUE_MAX || queue->bytes + message->len > OUTQUEUE_BYTES_MAX)
		return false;
	queue->messages[place(queue, queue->count)] = *message;
	queue->count++;
	queue->bytes += message->len;
	return true;
}

bool outqueue_put_message(struct outqueue *queue, enum frame_type type, enum wire_kind kind, bool is_retained,
	const char *msg, size_t len)
{
	struct out_message message = { .type = type, .kind = kind, .is_retained = is_retained, .len = len };
	struct out_message *older = find_older(queue, kind);

	assert(len > 0 && len <= wire_kind_info(kind)->bytes_max);
	message.msg = malloc(len);
	if (message.msg) {
		memcpy(message.msg, msg, len);
		if (older) {
			queue->bytes += len - older->len;
			free(older->msg);
			*older = message;
			return true;
		}
		if (put(queue, &message))
			return true;
		free(message.msg);
	}
	queue->dropped++;
	return false;
}

bool outqueue_put_word(struct outqueue *queue, enum frame_type type, uint32_t value)
{
	const struct out_message message = { .type = type, .value = value };

	if (put(queue, &message))
		return true;
	queue->dropped++;
	return false;
}

size_t outqueue_peek(const struct outqueue *queue, uint8_t *buf)
{
	const struct out_message *first = &queue->messages[queue->head];
	struct frame frame = { .type = first->type, .kind = first->kind, .is_retained = first->is_retained };
	size_t left = first->len - first->sent;

	if (queue->count == 0)
		return 0;
	if (first->msg) {
		frame.total = (uint32_t)first->len;
		frame.offset = (uint32_t)first->sent;
		frame.piece = (const uint8_t *)first->msg + first->sent;
		frame.piece_len = left < FRAME_PIECE_MAX ? left : FRAME_PIECE_MAX;
	} else {
		frame.offset = first->value;
	}
	return frame_write(buf, &frame);
}

void outqueue_sent(struct outqueue *queue)
{
	struct out_message *first = &queue->messages[queue->head];
	size_t left = first->len - first->sent;

	assert(queue->count > 0);
	first->sent += left < FRAME_PIECE_MAX ? left : FRAME_PIECE_MAX;
	if (first->sent == first->len)
		pop(queue);
}

void outqueue_clear(struct outqueue *queue)
{
	while (queue->count > 0)
		pop(queue);
}
