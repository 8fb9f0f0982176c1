#include "firmware/door/outbox.h"

#include <assert.h>

#include "schemas/wire/seal.h"

static long seal(const struct outbox *outbox, enum wire_kind kind, char *buf, long len, size_t size)
{
	char topic[WIRE_TOPIC_SIZE];

	if (len < 0)
		return len;
	wire_topic_make(topic, outbox->site, outbox->board, kind);
	return wire_seal(buf, (size_t)len, size, topic, outbox->sign_secret);
}

long outbox_write(const struct outbox *outbox, const struct board_order *order, char *buf, size_t size,
	enum wire_kind *kind)
{
	long len;

	/* The orders are many; messages among them are three, and the caller asks for no other. */
	assert(order->kind == ORDER_SEND_HELLO || order->kind == ORDER_SEND_STATE ||
		order->kind == ORDER_SEND_DID);
	if (order->kind == ORDER_SEND_HELLO) {
		*kind = WIRE_HELLO;
		len = wire_hello_encode(buf, size, &order->u.hello);
	} else if (order->kind == ORDER_SEND_STATE) {
		*kind = WIRE_STATE;
		len = wire_state_encode(buf, size, &order->u.state);
	} else {
		*kind = WIRE_DID;
		len = wire_did_encode(buf, size, &order->u.did);
	}
	return seal(outbox, *kind, buf, len, size);
}

long outbox_write_events(
	const struct outbox *outbox, const struct wire_events *events, char *buf, size_t size)
{
	return seal(outbox, WIRE_EVENT, buf, wire_events_encode(buf, size, events), size);
}

long outbox_write_health(
	const struct outbox *outbox, const struct wire_health *health, char *buf, size_t size)
{
	return seal(outbox, WIRE_HEALTH, buf, wire_health_encode(buf, size, health), size);
}
