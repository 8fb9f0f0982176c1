#include "firmware/door/inbox.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int inbox_init(struct inbox *inbox, const char *site, const char *board, const uint8_t gateway_public[32],
	size_t grants_max)
{
	assert(wire_name_ok(site) && wire_name_ok(board));
	*inbox = (struct inbox){ 0 };
	/* Large enough to be mapped: grants that no snapshot ever brings cost nothing. */
	inbox->snapshot.grants = calloc(grants_max, sizeof(*inbox->snapshot.grants));
	if (!inbox->snapshot.grants)
		return -ENOMEM;
	inbox->snapshot.grant_max = grants_max;
	memcpy(inbox->site, site, strlen(site));
	memcpy(inbox->board, board, strlen(board));
	memcpy(inbox->gateway_public, gateway_public, WIRE_SIGN_PUBLIC_BYTES);
	return 0;
}

void inbox_deinit(struct inbox *inbox)
{
	free(inbox->snapshot.grants);
	*inbox = (struct inbox){ 0 };
}

/* Length, then seal: nothing is parsed that the gateway did not sign for this board and kind. */
static int check_seal(const struct inbox *inbox, enum wire_kind kind, const char *msg, size_t len)
{
	const struct wire_kind_info *info = wire_kind_info(kind);
	char topic[WIRE_TOPIC_SIZE];

	if (!info->is_from_gateway)
		return WIRE_BAD_TOPIC;
	if (len > info->bytes_max)
		return WIRE_TOO_LONG;
	wire_topic_make(topic, inbox->site, inbox->board, kind);
	return wire_unseal(msg, len, topic, inbox->gateway_public);
}

static int read_snapshot(struct inbox *inbox, const char *msg, size_t len)
{
	struct wire_grant *grants = inbox->snapshot.grants;
	size_t grant_max = inbox->snapshot.grant_max;

	/* A refused decoding leaves the rest of the struct unfit for use. */
	inbox->snapshot = (struct wire_snapshot){ .grants = grants, .grant_max = grant_max };
	return wire_snapshot_decode(&inbox->snapshot, msg, len);
}

static int decode(struct inbox *inbox, struct board_input *out, enum wire_kind kind, bool is_retained,
	const char *msg, size_t len)
{
	switch (kind) {
	case WIRE_SNAPSHOT:
		out->kind = INPUT_SNAPSHOT;
		out->u.snapshot.snapshot = &inbox->snapshot;
		wire_digest(out->u.snapshot.digest, msg, len);
		return read_snapshot(inbox, msg, len);
	case WIRE_HEAD:
		out->kind = INPUT_HEAD;
		return wire_head_decode(&out->u.head, msg, len);
	case WIRE_ACK:
		out->kind = INPUT_ACK;
		return wire_ack_decode(&out->u.ack, msg, len);
	case WIRE_ACTION:
		out->kind = INPUT_ACTION;
		out->u.action.is_retained = is_retained;
		return wire_action_decode(&out->u.action.action, msg, len);
	case WIRE_HELLO:
	case WIRE_STATE:
	case WIRE_EVENT:
	case WIRE_DID:
	case WIRE_HEALTH:
	case WIRE_LINK:
	case WIRE_KIND_COUNT:
		break;
	}
	return WIRE_BAD_TOPIC; /* a board's own kind; check_seal() has said so before */
}

void inbox_read(struct inbox *inbox, struct board_input *out, enum wire_kind kind, bool is_retained,
	const char *msg, size_t len)
{
	int r = check_seal(inbox, kind, msg, len);

	*out = (struct board_input){ 0 };
	if (r == 0)
		r = decode(inbox, out, kind, is_retained, msg, len);
	if (r == 0)
		return;
	*out = (struct board_input){ .kind = INPUT_REFUSED };
	out->u.refused.kind = kind;
	out->u.refused.refusal = r;
}

int inbox_recall(struct inbox *inbox, const char *sealed, size_t len)
{
	int r = check_seal(inbox, WIRE_SNAPSHOT, sealed, len);

	return r ? r : read_snapshot(inbox, sealed, len);
}
