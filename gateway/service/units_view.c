/* units_view - units, closures, holidays and free times as schemas/http/openapi.yaml has them; see units.h */
#include <errno.h>
#include <stdlib.h>

#include "gateway/service/inside.h"
#include "gateway/service/units.h"
#include "gateway/store/units.h"

struct listing {
	struct service *service;
	json_t *list;
};

static int put_hours(struct service *service, const char *unit, struct json_put *put)
{
	struct hours_week week;
	json_t *list = json_array();
	int r = store_unit_hours_read(service->store, unit, &week);

	for (size_t i = 0; r == 0 && i < week.count; i++) {
		const struct hours *hours = &week.list[i];
		json_t *json = json_pack("{s:i, s:i, s:i}", "days", hours->days, "from_min", hours->from_min,
			"to_min", hours->to_min);

		r = list_add(list, json ? 0 : -ENOMEM, json);
	}
	put_json(put, "hours", list);
	return r;
}

static int unit_row(void *ctx, const struct store_unit *unit)
{
	struct listing *listing = ctx;
	struct json_put put = { json_object(), false };
	int r;

	put_text(&put, "id", unit->id);
	put_text(&put, "parent", unit->parent);
	put_text(&put, "name", unit->name);
	put_text(&put, "description", unit->description);
	put_text(&put, "kind", unit->kind);
	put_number(&put, "capacity", unit->capacity);
	put_number(&put, "before_min", unit->before_min);
	put_number(&put, "after_min", unit->after_min);
	put_flag(&put, "keeps_hours", unit->keeps_hours);
	r = put_hours(listing->service, unit->id, &put);
	if (r == 0)
		return list_put(listing->list, &put);
	json_decref(put.json);
	return r;
}

int service_view_units(struct service *service, int64_t now_ms, json_t **out)
{
	struct listing listing = { service, json_array() };
	int r = store_unit_each(service->store, unit_row, &listing);

	(void)now_ms;
	return list_wrap("units", r, listing.list, out);
}

static int closure_row(void *ctx, const struct store_closure *closure)
{
	struct json_put put = { json_object(), false };

	put_number(&put, "id", closure->id);
	put_text(&put, "unit", closure->unit);
	put_number(&put, "from_ms", closure->window.from_ms);
	put_number(&put, "until_ms", closure->window.until_ms);
	put_text(&put, "reason", closure->reason);
	return list_put(ctx, &put);
}

int units_view_closures(struct service *service, int64_t now_ms, json_t **out)
{
	json_t *list = json_array();
	int r = store_closure_each(service->store, now_ms, closure_row, list);

	return list_wrap("closures", r, list, out);
}

static int holiday_row(void *ctx, struct window day, const char *name)
{
	struct json_put put = { json_object(), false };

	put_number(&put, "from_ms", day.from_ms);
	put_number(&put, "until_ms", day.until_ms);
	put_text(&put, "name", name);
	return list_put(ctx, &put);
}

int units_view_holidays(struct service *service, json_t **out)
{
	json_t *list = json_array();
	int r = store_holiday_each(service->store, holiday_row, list);

	return list_wrap("holidays", r, list, out);
}

/* ---- free and busy */

static int busy_row(void *ctx, const struct busy *busy)
{
	struct busy_list *list = ctx;
	struct busy *grown;

	if (list->count == list->room) {
		grown = realloc(list->list, (list->room ? 2 * list->room : 64) * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		list->list = grown;
		list->room = list->room ? 2 * list->room : 64;
	}
	list->list[list->count] = *busy;
	if (busy->kind != BUSY_CLOSED)
		list->list[list->count].window =
			window_taken(busy->window, list->unit.after_min, list->unit.before_min);
	list->count++;
	return 0;
}

int busy_collect(struct service *service, const char *unit, struct window span, struct busy_list *out)
{
	/* What is just outside of it may reach in with this unit's own buffers. */
	struct window wider = { span.from_ms - WINDOW_DAY_MS, span.until_ms + WINDOW_DAY_MS };
	int r;

	out->list = NULL;
	out->count = out->room = 0;
	r = store_unit_read(service->store, unit, &out->unit);
	if (r == 0 && out->unit.removed_ms != 0)
		r = STORE_NONE;
	if (r == 0)
		r = store_busy_each(service->store, unit, wider, busy_row, out);
	if (r == 0)
		out->count = busy_merge(out->list, out->count);
	return r;
}

static int put_busy(const struct busy_list *busy, struct window span, json_t *list)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < busy->count; i++) {
		const struct window *window = &busy->list[i].window;
		json_t *json;

		if (!window_overlaps(*window, span))
			continue;
		json = json_pack("{s:s, s:I, s:I}", "kind", busy_word(busy->list[i].kind), "from_ms",
			(json_int_t)(window->from_ms > 0 ? window->from_ms : 0), "until_ms",
			(json_int_t)window->until_ms);
		r = list_add(list, json ? 0 : -ENOMEM, json);
	}
	return r;
}

int units_view_busy(struct service *service, const char *unit, int64_t from_ms, int64_t until_ms,
	json_t **out, struct service_problem *problem)
{
	struct window span = { from_ms, until_ms };
	struct busy_list busy = { 0 };
	json_t *list;
	int r;

	if (from_ms < 0 || from_ms >= until_ms || until_ms - from_ms > UNITS_SPAN_MS ||
		until_ms > WIRE_TIME_MAX_MS)
		return answer(problem, SERVICE_BAD_INPUT, "bad_times", "until",
			"Rentang waktu paling lama 62 hari.");
	r = wire_name_ok(unit) ? busy_collect(service, unit, span, &busy) : STORE_NONE;
	list = json_array();
	if (r == 0)
		r = put_busy(&busy, span, list);
	free(busy.list);
	if (r == STORE_NONE) {
		json_decref(list);
		return not_found(problem, r, "Unit itu tidak ada.");
	}
	return list_wrap("busy", r, list, out);
}
