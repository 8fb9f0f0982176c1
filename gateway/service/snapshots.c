/* snapshots - everything a door should be, made in the transaction that changes it; see inside.h */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/service/inside.h"
#include "schemas/wire/seal.h"

#define GRANT_BYTES 1100 /* of JSON, one with eight weekly windows and all its members */
#define FRAME_BYTES 8192 /* of JSON, everything beside the grants, with 64 holidays */

struct making {
	struct wire_grant *grants;
	size_t count, room;
	int64_t now_ms;
};

static int add_grant(void *ctx, const struct wire_grant *grant)
{
	struct making *making = ctx;

	if (making->count == WIRE_GRANTS_MAX)
		return SERVICE_TOO_MANY;
	if (making->count == making->room) {
		size_t room = making->room ? 2 * making->room : 64;
		struct wire_grant *grants = realloc(making->grants, room * sizeof(*grants));

		if (!grants)
			return -ENOMEM;
		making->grants = grants;
		making->room = room;
	}
	making->grants[making->count] = *grant;
	making->grants[making->count++].offline_until_ms =
		window_offline_until((struct window){ grant->from_ms, grant->until_ms }, making->now_ms);
	/* A stay goes on when the power comes back without a clock; weekly hours cannot be known then. */
	making->grants[making->count - 1].opens_at_floor = grant->weekly_count == 0;
	return 0;
}

static int seal_into(struct service *service, struct board *board, struct wire_snapshot *snapshot)
{
	size_t size = FRAME_BYTES + snapshot->grant_count * GRANT_BYTES;
	char topic[WIRE_TOPIC_SIZE];
	char *msg;
	long len;

	if (size > WIRE_SNAPSHOT_MAX)
		size = WIRE_SNAPSHOT_MAX;
	msg = malloc(size);
	if (!msg)
		return -ENOMEM;
	wire_topic_make(topic, service->site.name, board->row.id, WIRE_SNAPSHOT);
	len = wire_snapshot_encode(msg, size, snapshot);
	if (len >= 0)
		len = wire_seal(msg, (size_t)len, size, topic, service->config.identity->sign_secret);
	if (len < 0) {
		free(msg);
		return len == -ENOSPC ? SERVICE_TOO_MANY : (int)len;
	}
	wire_digest(board->staged_digest, msg, (size_t)len);
	free(board->staged);
	board->staged = msg;
	board->staged_len = (size_t)len;
	return 0;
}

static int make_one(struct service *service, struct board *board, int64_t now_ms)
{
	struct making making = { .now_ms = now_ms };
	struct wire_snapshot snapshot = { .epoch = board->row.epoch,
		.rev = board->row.rev + 1,
		.at_ms = now_ms,
		.settings = service->site.settings };
	int r = store_snapshot_grant_each(service->store, board->row.id, now_ms, add_grant, &making);

	if (board->row.mode_until_ms == 0 ||
		board->row.mode_until_ms > now_ms) { /* else it is over: normal */
		snapshot.mode = board->row.mode;
		snapshot.mode_until_ms = board->row.mode_until_ms;
	}
	snapshot.grants = making.grants;
	snapshot.grant_count = snapshot.grant_max = making.count;
	if (r == 0)
		r = seal_into(service, board, &snapshot);
	if (r == 0)
		r = store_snapshot_write(service->store, board->row.id, snapshot.epoch, snapshot.rev, now_ms,
			board->staged_digest, board->staged, board->staged_len);
	free(making.grants);
	return r;
}

int snapshots_make(struct service *service, int64_t now_ms, struct service_problem *problem)
{
	int r = 0;

	for (size_t i = 0; i < service->board_count && r == 0; i++) {
		if (service->boards[i].is_dirty)
			r = make_one(service, &service->boards[i], now_ms);
	}
	if (r == SERVICE_TOO_MANY)
		return answer(problem, r, "door_full", "", "Pintu ini sudah memuat izin sebanyak batasnya.");
	return r;
}

void snapshots_applied(struct service *service)
{
	for (size_t i = 0; i < service->board_count; i++) {
		struct board *board = &service->boards[i];

		if (!board->staged)
			continue;
		board->row.rev++;
		memcpy(board->row.digest, board->staged_digest, sizeof(board->row.digest));
		if (!board->is_ahead)
			service->config.publish(service->config.ctx, board->row.id, WIRE_SNAPSHOT,
				board->staged, board->staged_len);
		free(board->staged);
		board->staged = NULL;
		board->is_dirty = false;
		board->is_changed = true;
	}
}

void snapshots_dropped(struct service *service)
{
	for (size_t i = 0; i < service->board_count; i++) {
		free(service->boards[i].staged);
		service->boards[i].staged = NULL;
		service->boards[i].is_dirty = false;
	}
}
