/* view_doors - doors, events, alarms and the live picture: Doors, Door, Events, Event, Alarms, Alarm and
 * Picture of schemas/http/openapi.yaml */
#include <errno.h>
#include <stdio.h>

#include "gateway/service/inside.h"

#define EVENTS_MAX 500 /* of one page */

static int unit_name(void *ctx, const char *unit)
{
	return list_add(ctx, 0, json_string(unit));
}

static void put_state(const struct wire_state *state, struct json_put *put)
{
	json_t *alarms = json_array();

	for (unsigned alarm = 0; alarm < WIRE_ALARM_COUNT; alarm++) {
		if ((state->alarms & (1u << alarm)) &&
			json_array_append_new(alarms, json_string(wire_alarm_word((enum wire_alarm)alarm))) !=
				0)
			put->is_bad = true;
	}
	put_text(put, "state", wire_door_word(state->door));
	put_flag(put, "is_released", state->is_released);
	put_flag(put, "is_contact_open", state->is_contact_open);
	put_text(put, "mode", wire_mode_word(state->mode));
	put_time(put, "mode_until_ms", state->mode_until_ms);
	put_json(put, "alarms", alarms);
	put_number(put, "lockout_s", state->lockout_s);
	put_text(put, "trust", wire_trust_word(state->clock.trust));
	if (state->clock.bound_ms != UINT32_MAX)
		put_number(put, "bound_ms", state->clock.bound_ms);
	put_number(put, "queue", (int64_t)state->queue);
	put_number(put, "at_ms", state->at_ms);
}

static int put_action(struct service *service, const struct board *board, struct json_put *put)
{
	struct json_put inner = { NULL, false };
	struct store_action action;
	json_t *json = NULL;
	int r = store_action_newest(service->store, board->row.id, &action);

	if (r != 0)
		return r == STORE_NONE ? 0 : r;
	inner.json = json_object();
	put_text(&inner, "id", action.id);
	put_text(&inner, "what", action.what);
	put_number(&inner, "at_ms", action.at_ms);
	if (action.has_answer)
		put_flag(&inner, "is_done", action.is_done);
	if (action.has_answer && !action.is_done)
		put_text(&inner, "reason", action.reason);
	r = put_end(&inner, &json);
	if (r == 0)
		put_json(put, "action", json);
	return r;
}

static int put_shown(struct service *service, struct board *board, int64_t now_ms, struct json_put *put)
{
	struct doors_look look = { .state = board->has_state ? &board->state : NULL,
		.heard_ms = board->heard_ms,
		.now_ms = now_ms,
		.is_link_lost = board->is_link_lost };
	int r = store_unconfirmed_before(
		service->store, board->row.id, now_ms, now_ms + WINDOW_DAY_MS, &look.is_booked_soon);

	if (r != 0)
		return r;
	put_text(put, "shown", doors_word(doors_show(&look)));
	put_number(put, "rank", (int64_t)doors_show(&look));
	return 0;
}

int view_door(struct service *service, struct board *board, int64_t now_ms, json_t **out)
{
	struct json_put put = { json_object(), false };
	json_t *units = json_array();
	int r;

	put_text(&put, "board", board->row.id);
	put_text(&put, "name", board->row.name);
	r = store_board_unit_each(service->store, board->row.id, unit_name, units);
	put_json(&put, "units", units);
	put_flag(&put, "is_online", board_is_online(board, now_ms));
	put_time(&put, "heard_ms", board->heard_ms);
	put_number(&put, "wanted_rev", (int64_t)board->row.rev);
	put_number(&put, "confirmed_rev", (int64_t)board->row.confirmed_rev);
	put_flag(&put, "is_ready", board->row.confirmed_rev == board->row.rev && !board->is_ahead);
	if (r == 0)
		r = put_shown(service, board, now_ms, &put);
	if (board->has_state)
		put_state(&board->state, &put);
	if (r == 0)
		r = put_action(service, board, &put);
	if (r == 0)
		return put_end(&put, out);
	json_decref(put.json);
	return r;
}

static int view_door_list(struct service *service, int64_t now_ms, json_t **out)
{
	json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < service->board_count; i++) {
		json_t *json = NULL;

		r = view_door(service, &service->boards[i], now_ms, &json);
		r = list_add(list, r, json);
	}
	if (r != 0)
		json_decref(list);
	else
		*out = list;
	return r;
}

int service_view_doors(struct service *service, int64_t now_ms, json_t **out)
{
	struct json_put put = { json_object(), false };
	json_t *list = NULL;
	int r = view_door_list(service, now_ms, &list);

	if (r != 0) {
		json_decref(put.json);
		return r;
	}
	put_number(&put, "now_ms", now_ms);
	put_json(&put, "doors", list);
	return put_end(&put, out);
}

/* ---- events */

int view_event(const struct store_event *event, json_t **out)
{
	struct json_put put = { json_object(), false };
	const struct wire_event *what = &event->event;
	char log[17];

	snprintf(log, sizeof(log), "%016llx", (unsigned long long)event->log);
	put_number(&put, "id", event->id);
	put_text(&put, "board", event->board);
	put_text(&put, "log", log);
	put_number(&put, "seq", (int64_t)what->seq);
	put_number(&put, "wall_ms", what->wall_ms);
	if (what->bound_ms != UINT32_MAX)
		put_number(&put, "bound_ms", what->bound_ms);
	put_text(&put, "trust", wire_trust_word(what->trust));
	put_text(&put, "type", wire_event_type_word(what->type));
	put_text(&put, "reason", wire_reason_word(what->reason));
	put_number(&put, "n", what->n);
	put_text(&put, "grant", what->grant);
	put_text(&put, "number", event->number);
	put_number(&put, "received_ms", event->received_ms);
	return put_end(&put, out);
}

static int event_row(void *ctx, const struct store_event *event)
{
	json_t *json = NULL;
	int r = view_event(event, &json);

	return list_add(ctx, r, json);
}

int service_view_events(
	struct service *service, const char *board, int64_t before_id, unsigned limit, json_t **out)
{
	json_t *list = json_array();
	int r;

	if (limit < 1 || limit > EVENTS_MAX)
		limit = EVENTS_MAX;
	r = store_event_each(service->store, board, before_id, limit, event_row, list);
	return list_wrap("events", r, list, out);
}

/* ---- alarms */

int view_alarm(const struct store_alarm *alarm, json_t **out)
{
	struct json_put put = { json_object(), false };

	put_number(&put, "id", alarm->id);
	put_text(&put, "board", alarm->board);
	put_text(&put, "alarm", alarm->alarm);
	put_number(&put, "began_ms", alarm->began_ms);
	put_time(&put, "ended_ms", alarm->ended_ms);
	put_time(&put, "acked_ms", alarm->acked_ms);
	put_text(&put, "acked_by", alarm->acked_by);
	put_text(&put, "note", alarm->note);
	return put_end(&put, out);
}

static int alarm_row(void *ctx, const struct store_alarm *alarm)
{
	json_t *json = NULL;
	int r = view_alarm(alarm, &json);

	return list_add(ctx, r, json);
}

int service_view_alarms(struct service *service, json_t **out)
{
	json_t *list = json_array();
	int r = store_alarm_each(service->store, 0, service->now_ms - WINDOW_DAY_MS, alarm_row, list);

	return list_wrap("alarms", r, list, out);
}

int service_view_live(struct service *service, int64_t now_ms, json_t **out)
{
	struct json_put put = { json_object(), false };
	json_t *doors = NULL, *requests = NULL, *alarms = json_array();
	int r = view_door_list(service, now_ms, &doors);

	if (r == 0)
		r = view_requests(service, REQUEST_STATE_COUNT, now_ms - WINDOW_DAY_MS, &requests);
	if (r == 0)
		r = store_alarm_each(service->store, 0, now_ms - WINDOW_DAY_MS, alarm_row, alarms);
	put_number(&put, "seq", (int64_t)service->seq);
	put_number(&put, "now_ms", now_ms);
	put_json(&put, "alarms", alarms);
	if (doors)
		put_json(&put, "doors", doors);
	if (requests)
		put_json(&put, "requests", requests);
	if (r == 0)
		return put_end(&put, out);
	json_decref(put.json);
	return r;
}
