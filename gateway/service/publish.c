/* publish - sealed messages for boards, after the commit that makes them true; see inside.h */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/service/inside.h"
#include "schemas/wire/seal.h"

/* Seals and publishes what was encoded into service->message; `len` is what the encoder returned. Boards ask
 * again for what they miss, so that a failure here is theirs to notice. */
int publish_sealed(struct service *service, const char *board, enum wire_kind kind, long len)
{
	char topic[WIRE_TOPIC_SIZE];

	if (len < 0)
		return (int)len;
	wire_topic_make(topic, service->site.name, board, kind);
	len = wire_seal(service->message, (size_t)len, WIRE_MESSAGE_MAX, topic,
		service->config.identity->sign_secret);
	if (len < 0)
		return (int)len;
	service->config.publish(service->config.ctx, board, kind, service->message, (size_t)len);
	return 0;
}

static void publish_snapshot(struct service *service, struct board *board)
{
	char *msg;
	size_t len;

	/* A board that knows more than we do is not told less: staff must look first. */
	if (board->is_ahead)
		return;
	if (store_snapshot_read(service->store, board->row.id, &msg, &len) != 0)
		return;
	service->config.publish(service->config.ctx, board->row.id, WIRE_SNAPSHOT, msg, len);
	free(msg);
}

static void publish_head(struct service *service, const struct board *board, int64_t now_ms)
{
	struct wire_head head = { .time_ms = now_ms, .epoch = board->row.epoch, .rev = board->row.rev };

	/* A head says "this is all there is": after a restore that is not ours to say. */
	if (board->is_ahead)
		return;
	memcpy(head.challenge, board->challenge, sizeof(head.challenge));
	memcpy(head.digest, board->row.digest, sizeof(head.digest));
	publish_sealed(service, board->row.id, WIRE_HEAD,
		wire_head_encode(service->message, WIRE_MESSAGE_MAX, &head));
}

static void publish_ack(struct service *service, const struct pending_ack *pending)
{
	struct wire_ack ack = { .log = pending->log.log, .upto = pending->log.upto };

	memcpy(ack.hash, pending->log.hash, sizeof(ack.hash));
	publish_sealed(service, pending->board->row.id, WIRE_ACK,
		wire_ack_encode(service->message, WIRE_MESSAGE_MAX, &ack));
}

void publish_after_commit(struct service *service, int64_t now_ms)
{
	for (size_t i = 0; i < service->ack_count; i++)
		publish_ack(service, &service->acks[i]);
	for (size_t i = 0; i < service->board_count; i++) {
		struct board *board = &service->boards[i];

		/* The snapshot first: a board that hears of a newer one would ask for it. */
		if (board->wants_snapshot)
			publish_snapshot(service, board);
		if (board->wants_head)
			publish_head(service, board, now_ms);
	}
}

int service_publish_all(struct service *service)
{
	for (size_t i = 0; i < service->board_count; i++)
		publish_snapshot(service, &service->boards[i]);
	return 0;
}
