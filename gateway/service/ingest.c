/* ingest - messages from boards: who may say what, and what it changes; see service.h */
#include <errno.h>
#include <string.h>

#include "gateway/core/effect.h"
#include "gateway/service/inside.h"
#include "schemas/wire/seal.h"

bool board_is_online(const struct board *board, int64_t now_ms)
{
	struct doors_look look = {
		.heard_ms = board->heard_ms, .now_ms = now_ms, .is_link_lost = board->is_link_lost
	};

	return doors_is_online(&look);
}

static void heard(struct board *board, int64_t now_ms)
{
	if (!board_is_online(board, now_ms))
		board->is_changed = true;
	board->heard_ms = now_ms;
	board->is_link_lost =
		false; /* a sealed word outweighs a last will, which anybody on the bus could send */
}

/* The digest of a snapshot that we made; STORE_NONE: not of ours, or too old to know. */
static int digest_of(struct service *service, const struct board *board, uint32_t epoch, uint64_t rev,
	uint8_t digest[WIRE_DIGEST_BYTES])
{
	if (epoch == board->row.epoch && rev == board->row.rev) {
		memcpy(digest, board->row.digest, WIRE_DIGEST_BYTES);
		return 0;
	}
	return store_revision_digest(service->store, board->row.id, epoch, rev, digest);
}

static int note_request(void *ctx, int64_t request)
{
	return change_note(ctx, CHANGE_REQUEST, request);
}

static int confirm(struct service *service, struct board *board, uint64_t rev, int64_t now_ms)
{
	uint64_t before = board->row.confirmed_rev;
	int r = 0;

	if (board->is_ahead) /* it is on our history after all */
		r = alarm_clear(service, board, ALARM_RESTORED, now_ms);
	board->is_ahead = false;
	if (r != 0 || rev == before)
		return r;
	board->row.confirmed_rev = rev;
	board->is_changed = true;
	r = store_board_confirm(service->store, board->row.id, rev);
	if (r != 0)
		return r;
	/* Staff see at the request, not at the door, whether it is ready there. */
	return store_grant_door_requests(service->store, board->row.id, before < rev ? before : rev,
		before < rev ? rev : before, note_request, service);
}

/* What the board says it has applied, against what we made. is_ordered: the word is known to be its newest,
 * so that a board whose database was lost is no longer thought to have what it had. */
static int compare(struct service *service, struct board *board, uint32_t epoch, uint64_t rev,
	const uint8_t digest[WIRE_DIGEST_BYTES], bool is_ordered, int64_t now_ms)
{
	uint8_t ours[WIRE_DIGEST_BYTES];
	int r;

	if (epoch > board->row.epoch || (epoch == board->row.epoch && rev > board->row.rev)) {
		board->is_ahead = true;
		return alarm_raise(service, board, ALARM_RESTORED, now_ms, 0);
	}
	if (rev == 0)
		return is_ordered ? confirm(service, board, 0, now_ms) : 0;
	if (epoch != board->row.epoch)
		return 0;
	r = digest_of(service, board, epoch, rev, ours);
	if (r != 0)
		return r == STORE_NONE ? 0 : r;
	if (memcmp(ours, digest, sizeof(ours)) != 0)
		return alarm_raise(service, board, wire_alarm_word(WIRE_ALARM_EQUIVOCATION), now_ms, 0);
	return is_ordered || rev > board->row.confirmed_rev ? confirm(service, board, rev, now_ms) : 0;
}

static int ingest_hello(
	struct service *service, struct board *board, const char *msg, size_t len, int64_t now_ms)
{
	struct wire_hello hello;
	int r = wire_hello_decode(&hello, msg, len);

	if (r != 0)
		return r;
	heard(board, now_ms);
	board->hello_ms = now_ms;
	board->hello_log = hello.log;
	board->hello_head = hello.head;
	board->hello_acked = hello.acked;
	memcpy(board->challenge, hello.challenge, sizeof(board->challenge));
	board->wants_head = true;
	board->wants_snapshot = hello.epoch != board->row.epoch || hello.rev != board->row.rev;
	r = compare(service, board, hello.epoch, hello.rev, hello.digest, false, now_ms);
	return r > 0 ? -EIO : r;
}

/* A broker may bring an old state back: within one start n only rises, and over starts the board's own clock.
 */
static bool is_newer(const struct board *board, const struct wire_state *state)
{
	if (!board->has_state)
		return true;
	if (board->state.boot == state->boot)
		return state->n > board->state.n;
	return state->at_ms >= board->state.at_ms;
}

/* Alarms follow the board's own word in both directions, when it comes late, too. */
static int follow_alarms(struct service *service, struct board *board, const struct wire_state *state)
{
	unsigned before = board->has_state ? board->state.alarms : 0;
	int r = 0;

	for (unsigned alarm = 0; alarm < WIRE_ALARM_COUNT && r == 0; alarm++) {
		const char *word = wire_alarm_word((enum wire_alarm)alarm);

		if (EFFECT_QUIET_ALARMS & (1u << alarm))
			continue;
		if (state->alarms & (1u << alarm))
			r = alarm_raise(service, board, word, state->at_ms, 0);
		else if (before & (1u << alarm))
			r = alarm_clear(service, board, word, state->at_ms);
	}
	return r;
}

static int ingest_state(struct service *service, struct board *board, const char *msg, size_t len,
	int64_t now_ms, bool is_retained)
{
	struct wire_state state;
	int r = wire_state_decode(&state, msg, len);

	if (r != 0)
		return r;
	if (!is_newer(board, &state))
		return 0;
	if (!is_retained) /* a retained one was said at a time nobody knows */
		heard(board, now_ms);
	r = follow_alarms(service, board, &state);
	if (r == 0)
		r = store_state_write(service->store, board->row.id, &state, board->heard_ms);
	board->state = state;
	board->has_state = true;
	board->is_changed = true;
	if (r == 0)
		r = compare(service, board, state.epoch, state.rev, state.digest, !is_retained, now_ms);
	return r > 0 ? -EIO : r;
}

static int ingest_event(
	struct service *service, struct board *board, const char *msg, size_t len, int64_t now_ms)
{
	int r = wire_events_decode(service->events, msg, len);

	if (r != 0)
		return r;
	heard(board, now_ms);
	r = ingest_events(service, board, now_ms);
	return r > 0 ? -EIO : r;
}

static int ingest_did(
	struct service *service, struct board *board, const char *msg, size_t len, int64_t now_ms)
{
	static const struct service_actor door = { 0, "door", "" };
	struct wire_did did;
	int r = wire_did_decode(&did, msg, len);

	if (r != 0)
		return r;
	r = store_action_answer(service->store, board->row.id, &did, now_ms);
	if (r == STORE_NONE) /* said before, or never asked by us */
		return 0;
	heard(board, now_ms);
	board->is_changed = true;
	if (r == 0)
		r = audit(service, &door, now_ms, did.is_done ? "did" : "did_not", board->row.id, did.id);
	return r > 0 ? -EIO : r;
}

static int ingest_health(struct service *service, struct board *board, const char *msg, size_t len,
	int64_t now_ms, bool is_retained)
{
	struct wire_health health;
	int r = wire_health_decode(&health, msg, len);

	if (r != 0)
		return r;
	if (is_retained)
		return 0; /* older than what is stored, or the same */
	heard(board, now_ms);
	r = store_health_write(service->store, board->row.id, &health, now_ms);
	return r > 0 ? -EIO : r;
}

/* A hint, not sealed: it can make a door look lost, and never more alive than its sealed words. */
static int ingest_link(struct board *board, const char *msg, size_t len)
{
	struct wire_link link;
	int r = wire_link_decode(&link, msg, len);

	if (r != 0)
		return r;
	board->is_changed = board->is_changed || board->is_link_lost == link.is_online;
	board->is_link_lost = !link.is_online;
	return 0;
}

static int ingest_kind(struct service *service, struct board *board, enum wire_kind kind, const char *msg,
	size_t len, int64_t now_ms, bool is_retained)
{
	switch (kind) {
	case WIRE_HELLO:
		return ingest_hello(service, board, msg, len, now_ms);
	case WIRE_STATE:
		return ingest_state(service, board, msg, len, now_ms, is_retained);
	case WIRE_EVENT:
		return ingest_event(service, board, msg, len, now_ms);
	case WIRE_DID:
		return ingest_did(service, board, msg, len, now_ms);
	case WIRE_HEALTH:
		return ingest_health(service, board, msg, len, now_ms, is_retained);
	case WIRE_LINK:
		return ingest_link(board, msg, len);
	case WIRE_SNAPSHOT:
	case WIRE_HEAD:
	case WIRE_ACK:
	case WIRE_ACTION:
	case WIRE_KIND_COUNT:
		break;
	}
	return WIRE_BAD_TOPIC; /* what only a gateway says */
}

int service_ingest(struct service *service, int64_t now_ms, const char *topic, const char *msg, size_t len,
	bool is_retained)
{
	const struct wire_kind_info *info;
	struct wire_topic read;
	struct board *board;
	int r;

	service->now_ms = now_ms;
	if (wire_topic_read(&read, topic) != 0 || strcmp(read.site, service->site.name) != 0 ||
		!(board = board_find(service, read.board))) {
		service->refused_unknown++;
		return 0;
	}
	info = wire_kind_info(read.kind);
	r = len > info->bytes_max ? WIRE_TOO_LONG : 0;
	if (r == 0 && info->is_sealed)
		r = wire_unseal(msg, len, topic, board->row.sign_public);
	if (r == 0 && !store_is_open(service->store) && read.kind != WIRE_LINK)
		r = store_begin(service->store);
	if (r == 0)
		r = ingest_kind(service, board, read.kind, msg, len, now_ms, is_retained);
	if (r > 0) {
		board->refused[read.kind][r]++;
		return 0;
	}
	if (r < 0)
		drop(service); /* half a message is no message; boards send again what was not acknowledged */
	return r;
}

uint64_t service_refusals(struct service *service, const char *board_id, const char *reason)
{
	const struct board *board = board_find(service, board_id);
	uint64_t stored = 0, here = 0;

	/* What the next tick writes down is counted here, too. */
	if (store_refusal_count(service->store, board_id, reason, &stored) != 0)
		stored = 0;
	if (!board && (!reason || strcmp(reason, REFUSED_UNKNOWN) == 0))
		here = service->refused_unknown;
	for (unsigned kind = 0; board && kind < WIRE_KIND_COUNT; kind++) {
		for (unsigned i = 1; i < WIRE_REFUSAL_COUNT; i++) {
			if (!reason || strcmp(reason, wire_refusal_word((int)i)) == 0)
				here += board->refused[kind][i];
		}
	}
	return stored + here;
}
