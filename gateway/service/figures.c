/* figures - what a span of time amounted to; see reports.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "gateway/service/inside.h"
#include "gateway/service/reports.h"
#include "gateway/store/reports.h"

#define SPAN_MS (400 * WINDOW_DAY_MS)

struct usages { /* read before the units' hours are asked for */
	size_t count, room;
	struct {
		char unit[WIRE_NAME_MAX + 1];
		int64_t bookings, absent, held_ms;
	} * list;
};

static int keep_usage(void *ctx, const struct store_usage *usage)
{
	struct usages *usages = ctx;
	void *grown;

	if (usages->count == usages->room) {
		grown = realloc(usages->list, (usages->room ? 2 * usages->room : 32) * sizeof(*usages->list));
		if (!grown)
			return -ENOMEM;
		usages->list = grown;
		usages->room = usages->room ? 2 * usages->room : 32;
	}
	snprintf(usages->list[usages->count].unit, sizeof(usages->list[0].unit), "%s", usage->unit);
	usages->list[usages->count].bookings = usage->bookings;
	usages->list[usages->count].absent = usage->absent;
	usages->list[usages->count++].held_ms = usage->held_ms;
	return 0;
}

static int put_usages(struct service *service, struct window span, json_t *list)
{
	struct usages usages = { 0 };
	int r = store_usage_each(service->store, span, keep_usage, &usages);

	for (size_t i = 0; r == 0 && i < usages.count; i++) {
		struct json_put put = { json_object(), false };
		struct unit_week week;

		r = unit_week(service, usages.list[i].unit, &week);
		put_text(&put, "unit", usages.list[i].unit);
		put_number(&put, "bookings", usages.list[i].bookings);
		put_number(&put, "absent", usages.list[i].absent);
		put_number(&put, "held_ms", usages.list[i].held_ms);
		put_number(&put, "open_ms", r == 0 ? hours_open_ms(&week.week, span) : 0);
		if (r == 0)
			r = list_put(list, &put);
		else
			json_decref(put.json);
	}
	free(usages.list);
	return r;
}

static int refusal_row(void *ctx, const char *refusal, int64_t count)
{
	struct json_put put = { json_object(), false };

	put_text(&put, "refusal", refusal);
	put_number(&put, "count", count);
	return list_put(ctx, &put);
}

int reports_figures(struct service *service, int64_t from_ms, int64_t until_ms, json_t **out,
	struct service_problem *problem)
{
	struct json_put put = { json_object(), false };
	struct window span = { from_ms, until_ms };
	json_t *units = json_array(), *refusals = json_array();
	struct store_answers answers = { 0 };
	int r = 0;

	if (from_ms < 0 || from_ms >= until_ms || until_ms > WIRE_TIME_MAX_MS || until_ms - from_ms > SPAN_MS)
		r = answer(problem, SERVICE_BAD_INPUT, "bad_times", "until",
			"Rentang waktu paling lama 400 hari.");
	if (r == 0)
		r = put_usages(service, span, units);
	if (r == 0)
		r = store_refusal_reason_each(service->store, span, refusal_row, refusals);
	if (r == 0)
		r = store_answers_read(service->store, span, &answers);
	put_json(&put, "units", units);
	put_json(&put, "refusals", refusals);
	put_number(&put, "requests", answers.requests);
	put_number(&put, "answered", answers.answered);
	if (answers.answered > 0) {
		put_number(&put, "answer_mean_ms", answers.sum_ms / answers.answered);
		put_number(&put, "answer_longest_ms", answers.longest_ms);
	}
	if (r == 0)
		return put_end(&put, out);
	json_decref(put.json);
	return r;
}
