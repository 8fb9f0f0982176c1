/* changes - what staff see change, told after the commit; see inside.h */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/service/inside.h"

int change_note(struct service *service, enum change_what what, int64_t id)
{
	struct change change = { what, id };

	if (what == CHANGE_EVENT && service->event_changes++ >= CHANGED_EVENTS_MAX)
		return 0;
	for (size_t i = 0; i < service->change_count; i++) {
		if (service->changes[i].what == what && service->changes[i].id == id)
			return 0;
	}
	if (service->change_count == service->change_room) {
		size_t room = service->change_room ? 2 * service->change_room : 64;
		struct change *changes = realloc(service->changes, room * sizeof(*changes));

		if (!changes)
			return -ENOMEM;
		service->changes = changes;
		service->change_room = room;
	}
	service->changes[service->change_count++] = change;
	return 0;
}

static void tell(struct service *service, const char *what, int r, json_t *json)
{
	/* A page that misses one for want of memory sees it in its next full picture. */
	if (r != 0)
		return;
	service->config.changed(service->config.ctx, ++service->seq, what, json);
	json_decref(json);
}

static int alarm_row(void *ctx, const struct store_alarm *alarm)
{
	return view_alarm(alarm, ctx);
}

static int event_row(void *ctx, const struct store_event *event)
{
	return view_event(event, ctx);
}

static void tell_change(struct service *service, const struct change *change)
{
	struct store_request request;
	json_t *json = NULL;
	int r = 0;

	switch (change->what) {
	case CHANGE_REQUEST:
		r = store_request_read_id(service->store, change->id, &request);
		if (r == 0)
			r = view_request(service, &request, &json);
		tell(service, "request", r, json);
		return;
	case CHANGE_ALARM:
		r = store_alarm_each(service->store, change->id, 0, alarm_row, &json);
		tell(service, "alarm", json ? r : STORE_NONE, json);
		return;
	case CHANGE_EVENT:
		r = store_event_each(service->store, NULL, change->id + 1, 1, event_row, &json);
		tell(service, "event", json ? r : STORE_NONE, json);
		return;
	}
}

void changes_tell(struct service *service, int64_t now_ms)
{
	json_t *json;
	int r;

	if (!service->config.changed)
		return;
	for (size_t i = 0; i < service->change_count; i++)
		tell_change(service, &service->changes[i]);
	for (size_t i = 0; i < service->board_count; i++) {
		struct board *board = &service->boards[i];

		if (!board->is_changed)
			continue;
		board->was_online = board_is_online(board, now_ms);
		json = NULL;
		r = view_door(service, board, now_ms, &json);
		tell(service, "door", r, json);
	}
}
