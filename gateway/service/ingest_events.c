/* ingest_events - events into the database with their effects, once each and in order; see service.h
 *
 * A log is a chain: a message continues it, repeats a part of it, or both. What it repeats is proven to be
 * the same by the hash at its end, or row by row; what would leave a hole is not taken, and the
 * acknowledgement of what we have makes the board send from there. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/core/effect.h"
#include "gateway/service/inside.h"

static int note_ack(struct service *service, struct board *board, const struct store_log *log)
{
	for (size_t i = 0; i < service->ack_count; i++) {
		if (service->acks[i].log.id == log->id) {
			service->acks[i].log = *log;
			return 0;
		}
	}
	if (service->ack_count == service->ack_room) {
		size_t room = service->ack_room ? 2 * service->ack_room : 16;
		struct pending_ack *acks = realloc(service->acks, room * sizeof(*acks));

		if (!acks)
			return -ENOMEM;
		service->acks = acks;
		service->ack_room = room;
	}
	service->acks[service->ack_count++] = (struct pending_ack){ board, *log };
	return 0;
}

/* The log's row, made when it is new: a board swapped or reset begins another, and somebody should know. */
static int find_log(
	struct service *service, struct board *board, uint64_t number, int64_t now_ms, struct store_log *out)
{
	static const struct service_actor door = { 0, "door", "" };
	unsigned others = 0;
	int r;

	/* A burst is one log's: what was acknowledged in this transaction is at hand. */
	for (size_t i = 0; i < service->ack_count; i++) {
		if (service->acks[i].board == board && service->acks[i].log.log == number) {
			*out = service->acks[i].log;
			return 0;
		}
	}
	r = store_log_read(service->store, board->row.id, number, out);
	if (r != STORE_NONE)
		return r;
	*out = (struct store_log){ .log = number };
	wire_chain_start(out->hash, board->row.id, number);
	r = store_log_count(service->store, board->row.id, &others);
	if (r == 0)
		r = store_log_add(service->store, board->row.id, out, now_ms);
	if (r == 0 && others > 0)
		r = audit(service, &door, now_ms, "new_log", board->row.id, "");
	return r;
}

static int check_in(struct service *service, const struct wire_event *event)
{
	struct store_occupant occupant;
	struct store_request request;
	struct store_grant grant;
	enum request_state to;
	int r = store_grant_use(service->store, event->grant, event->wall_ms);

	if (r != 0) /* not the first use, or a grant of a database we do not have */
		return r == STORE_NONE ? 0 : r;
	r = store_grant_read(service->store, event->grant, &grant);
	if (r != 0 || grant.occupant == 0)
		return r;
	r = store_occupant_read_id(service->store, grant.occupant, &occupant);
	if (r == 0)
		r = store_request_read_id(service->store, occupant.request, &request);
	if (r != 0 || request_step(&to, request.state, REQUEST_ACT_CHECK_IN, REQUEST_BY_DOOR) != 0)
		return r;
	return request_move(service, &request, REQUEST_ACT_CHECK_IN, to, event->wall_ms, "door", NULL);
}

static int take_effect(
	struct service *service, struct board *board, const struct wire_event *event, int64_t now_ms)
{
	struct effect effect = effect_of(event, now_ms);
	int r = effect.is_use ? check_in(service, event) : 0;

	if (r == 0 && effect.is_raise)
		r = alarm_raise(service, board, wire_alarm_word(effect.alarm), event->wall_ms,
			effect.is_live ? 0 : event->wall_ms);
	if (r == 0 && effect.is_clear)
		r = alarm_clear(service, board, wire_alarm_word(effect.alarm), event->wall_ms);
	return r;
}

static int take_event(struct service *service, struct board *board, struct store_log *log,
	const struct wire_event *event, int64_t now_ms)
{
	int64_t id = 0;
	int r = store_event_add(service->store, log->id, event, now_ms, &id);

	if (r == 0)
		r = take_effect(service, board, event, now_ms);
	if (r == 0)
		r = change_note(service, CHANGE_EVENT, id);
	log->upto = event->seq;
	return r;
}

static int equivocates(struct service *service, struct board *board, int64_t now_ms)
{
	return alarm_raise(service, board, wire_alarm_word(WIRE_ALARM_EQUIVOCATION), now_ms, 0);
}

static bool is_same(const struct wire_event *a, const struct wire_event *b)
{
	return a->seq == b->seq && a->boot == b->boot && a->mono_ms == b->mono_ms &&
	       a->wall_ms == b->wall_ms && a->bound_ms == b->bound_ms && a->trust == b->trust &&
	       a->type == b->type && a->reason == b->reason && a->n == b->n &&
	       strcmp(a->grant, b->grant) == 0;
}

/* A message that ends before our head: each of its events is what we stored, or the board tells two stories.
 */
static int check_repeated(
	struct service *service, struct board *board, const struct store_log *log, int64_t now_ms)
{
	const struct wire_events *events = service->events;
	struct wire_event stored;

	for (unsigned i = 0; i < events->count; i++) {
		int r = store_event_read(service->store, log->id, events->events[i].seq, &stored);

		if (r < 0)
			return r;
		if (r == 0 && !is_same(&stored, &events->events[i]))
			return equivocates(service, board, now_ms);
	}
	return 0;
}

/* A hole that cannot be filled: the board forgot those events on the word of a gateway whose database we no
 * longer have. They are written down as missing, and somebody is told. */
static int accept_gap(struct service *service, struct board *board, struct store_log *log, int64_t now_ms)
{
	const struct wire_events *events = service->events;
	uint64_t first = events->events[0].seq;
	int r = store_log_gap_add(service->store, log->id, log->upto + 1, first - 1, now_ms);

	if (r == STORE_TWIN)
		r = 0;
	log->upto = first - 1;
	memcpy(log->hash, events->prev, sizeof(log->hash));
	return r == 0 ? alarm_raise(service, board, ALARM_LOG_GAP, now_ms, 0) : r;
}

/* Takes the events after log->upto; the chain is known to reach events[0] with events->prev. */
static int take_events(struct service *service, struct board *board, struct store_log *log, int64_t now_ms)
{
	const struct wire_events *events = service->events;
	uint8_t hash[WIRE_HASH_BYTES];
	uint64_t known = log->upto;
	int r = 0;

	memcpy(hash, events->prev, sizeof(hash));
	for (unsigned i = 0; i < events->count && r == 0; i++) {
		const struct wire_event *event = &events->events[i];

		wire_chain_next(hash, event);
		/* The repeated part ends at our head: one hash proves all of it, before anything new is
		 * written. */
		if (event->seq == known && memcmp(hash, log->hash, sizeof(hash)) != 0)
			return equivocates(service, board, now_ms);
		if (event->seq > known)
			r = take_event(service, board, log, event, now_ms);
	}
	memcpy(log->hash, hash, sizeof(log->hash));
	return r == 0 ? store_log_write(service->store, log) : r;
}

int ingest_events(struct service *service, struct board *board, int64_t now_ms)
{
	const struct wire_events *events = service->events;
	uint64_t first = events->events[0].seq, last = events->events[events->count - 1].seq;
	struct store_log log;
	int r = find_log(service, board, events->log, now_ms, &log);

	if (r != 0)
		return r;
	if (last < log.upto) {
		r = check_repeated(service, board, &log, now_ms);
		return r == 0 ? note_ack(service, board, &log) : r;
	}
	if (first > log.upto + 1 && board->hello_log == events->log && board->hello_acked >= first - 1)
		r = accept_gap(service, board, &log, now_ms);
	if (r == 0 && first == log.upto + 1 && memcmp(events->prev, log.hash, sizeof(log.hash)) != 0)
		r = equivocates(service, board, now_ms);
	else if (r == 0 && first <= log.upto + 1)
		r = take_events(service, board, &log, now_ms);
	/* Otherwise a hole: what we have is acknowledged, and the board goes on from there. */
	return r == 0 ? note_ack(service, board, &log) : r;
}
