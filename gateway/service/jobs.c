/* jobs - what time brings about: due and not yet done, so that a gateway that slept catches up; see service.h
 */
#include <stdio.h>
#include <string.h>

#include "gateway/core/codes.h"
#include "gateway/service/inside.h"

#define LOOK_MS 60000 /* doors going off line are noticed by looking */
#define CLEAN_MS (60 * 60 * 1000LL)
#define BATCH 100 /* of one transaction: the loop has other things to do */
/* A door that was not heard since a booking's end may still tell that somebody came: so long it is waited
 * for. */
#define REPORT_MS (24 * 60 * 60 * 1000LL)
#define SESSION_MS (8 * 60 * 60 * 1000LL)
#define SESSION_IDLE_MS (15 * 60 * 1000LL)

static void sooner(int64_t *next_ms, int64_t at_ms)
{
	if (at_ms < *next_ms)
		*next_ms = at_ms;
}

/* Does what is due of one kind. */
static int do_due(struct service *service, enum request_state state, bool is_deadline, enum request_act act,
	int64_t now_ms, int64_t *next_ms, struct service_problem *problem)
{
	struct store_request request;
	int64_t due_ms = INT64_MAX;
	int r = 0;

	for (unsigned i = 0; i < BATCH && r == 0; i++) {
		r = store_request_due(service->store, state, is_deadline, now_ms, &request, &due_ms);
		if (r == 0)
			r = request_carry_out(
				service, &request, act, REQUEST_BY_CLOCK, now_ms, "clock", NULL, problem);
	}
	sooner(next_ms, r == 0 ? now_ms : due_ms); /* a full batch: there is more */
	return r == STORE_NONE ? 0 : r;
}

/* When its last code stopped to open. */
static int64_t end_of(const struct store_request *request)
{
	return request->until_ms + (int64_t)request->after_min * WINDOW_MINUTE_MS;
}

static int heard_all(struct service *service, const struct store_request *request, bool *is_heard)
{
	struct service_problem problem;
	struct doors doors;
	int r = doors_of_unit(service, request->unit, &doors, &problem);

	*is_heard = true;
	for (size_t i = 0; r == 0 && i < doors.count; i++) {
		const struct board *board = doors.list[i];

		/* After the end it had nothing left to tell. */
		if (board->hello_ms < end_of(request) || board->hello_head != board->hello_acked)
			*is_heard = false;
	}
	return r > 0 ? 0 : r;
}

struct ended {
	size_t count;
	struct store_request list[BATCH];
	int64_t now_ms, next_ms;
};

static int ended_row(void *ctx, const struct store_request *request)
{
	struct ended *ended = ctx;

	if (end_of(request) > ended->now_ms)
		sooner(&ended->next_ms, end_of(request));
	else if (ended->count < BATCH)
		ended->list[ended->count++] = *request;
	return 0;
}

/* Bookings that ended with nobody having come: said only when the doors have told all they know. */
static int do_absent(
	struct service *service, struct ended *ended, int64_t *next_ms, struct service_problem *problem)
{
	int64_t now_ms = ended->now_ms;
	int r = store_request_each(service->store, REQUEST_APPROVED, 0, ended_row, ended);

	for (size_t i = 0; r == 0 && i < ended->count; i++) {
		struct store_request *request = &ended->list[i];
		bool is_heard = true;

		r = heard_all(service, request, &is_heard);
		if (r == 0 && (is_heard || now_ms >= end_of(request) + REPORT_MS))
			r = request_carry_out(service, request, REQUEST_ACT_NO_SHOW, REQUEST_BY_CLOCK, now_ms,
				"clock", NULL, problem);
		else
			sooner(next_ms, now_ms + LOOK_MS);
	}
	sooner(next_ms, ended->next_ms);
	return r;
}

/* Doors whose long grants lean on a recent snapshot get a new one each day. */
static int refresh(struct service *service, int64_t now_ms, int64_t *next_ms)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < service->board_count; i++) {
		struct board *board = &service->boards[i];
		int64_t at_ms = 0;
		size_t standing = 0;

		r = store_snapshot_at(service->store, board->row.id, &at_ms);
		if (r == 0 && now_ms - at_ms >= WINDOW_DAY_MS)
			r = store_standing_count(service->store, board->row.id, now_ms, &standing);
		else if (r == 0)
			sooner(next_ms, at_ms + WINDOW_DAY_MS);
		if (r == 0 && standing > 0)
			board->is_dirty = true;
		if (r == STORE_NONE)
			r = 0;
	}
	return r;
}

static int clean(struct service *service, int64_t now_ms, int64_t *next_ms)
{
	int r = 0;

	if (now_ms - service->cleaned_ms >= CLEAN_MS || now_ms < service->cleaned_ms) {
		r = store_session_purge(service->store, now_ms - SESSION_MS, now_ms - SESSION_IDLE_MS);
		if (r == 0)
			r = store_tag_purge(service->store, now_ms - CODES_COOL_MS);
		if (r == 0)
			r = retention_run(service, now_ms);
		service->cleaned_ms = now_ms;
	}
	sooner(next_ms, service->cleaned_ms + CLEAN_MS);
	return r;
}

static int write_refusals(struct service *service)
{
	int r = 0;

	for (size_t i = 0; i < service->board_count && r == 0; i++) {
		struct board *board = &service->boards[i];

		for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++) {
			for (unsigned reason = 0; reason < WIRE_REFUSAL_COUNT && r == 0; reason++) {
				if (board->refused[kind][reason] > 0)
					r = store_refusal_add(service->store, board->row.id,
						wire_kind_info((enum wire_kind)kind)->word,
						wire_refusal_word((int)reason), board->refused[kind][reason]);
			}
		}
	}
	if (r == 0 && service->refused_unknown > 0)
		r = store_refusal_add(service->store, "", "", REFUSED_UNKNOWN, service->refused_unknown);
	return r;
}

static void forget_refusals(struct service *service)
{
	service->refused_unknown = 0;
	for (size_t i = 0; i < service->board_count; i++)
		memset(service->boards[i].refused, 0, sizeof(service->boards[i].refused));
}

static void look_for_silence(struct service *service, int64_t now_ms)
{
	for (size_t i = 0; i < service->board_count; i++) {
		struct board *board = &service->boards[i];

		if (board->was_online && !board_is_online(board, now_ms))
			board->is_changed = true;
	}
}

int service_tick(struct service *service, int64_t now_ms, int64_t *next_ms)
{
	struct ended ended = { .now_ms = now_ms, .next_ms = INT64_MAX };
	struct service_problem problem;
	int r;

	*next_ms = now_ms + LOOK_MS;
	r = begin(service, now_ms);
	if (r != 0)
		return r;
	r = do_due(service, REQUEST_SUBMITTED, true, REQUEST_ACT_LAPSE, now_ms, next_ms, &problem);
	if (r == 0)
		r = do_due(service, REQUEST_INCOMPLETE, true, REQUEST_ACT_LAPSE, now_ms, next_ms, &problem);
	if (r == 0)
		r = do_due(service, REQUEST_ONGOING, false, REQUEST_ACT_FINISH, now_ms, next_ms, &problem);
	if (r == 0)
		r = do_absent(service, &ended, next_ms, &problem);
	if (r == 0)
		r = refresh(service, now_ms, next_ms);
	if (r == 0)
		r = clean(service, now_ms, next_ms);
	if (r == 0)
		r = write_refusals(service);
	if (r == 0)
		look_for_silence(service, now_ms);
	r = end(service, r, now_ms, &problem);
	if (r == 0)
		forget_refusals(service);
	return r;
}
