/* reports - see reports.h */
#include "gateway/service/reports.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/service/inside.h"
#include "gateway/store/reports.h"

#define LATE_MS WINDOW_DAY_MS          /* after the end a broken lamp is still worth hearing of */
#define CLOSED_MS (30 * WINDOW_DAY_MS) /* closed ones stay in the list so long */
#define REACH_MS (7 * WINDOW_DAY_MS)
#define STEP_MS (30 * WINDOW_MINUTE_MS)
#define SLOTS_OWN 3

/* ---- what goes wrong */

static int check_report(const char *kind, const char *text, struct service_problem *problem)
{
	static const char *const kinds[] = { "ac", "lampu", "pintu", "wifi", "kebersihan", "lainnya" };
	bool is_known = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		is_known = is_known || (kind && strcmp(kind, kinds[i]) == 0);
	if (!is_known)
		return answer(problem, SERVICE_BAD_INPUT, "bad_kind", "kind", "Pilih apa yang bermasalah.");
	if (!text || !text_is_plain(text, SERVICE_TEXT_MAX, true))
		return answer(problem, SERVICE_BAD_INPUT, "bad_text", "text", "Ceritakan masalahnya.");
	return form_refuses_nik(text, "text", problem);
}

static int add_report(struct service *service, int64_t now_ms, const char *link, const char *kind,
	const char *text, struct service_problem *problem)
{
	static const struct service_actor teacher = { .name = "teacher" };
	struct store_report report = { .kind = kind, .text = text, .at_ms = now_ms };
	struct store_request request;
	unsigned count = 0;
	int r = request_of_link(service, link, &request, problem);

	if (r != 0)
		return r;
	if (!request_opens(request.state) &&
		!(request.state == REQUEST_DONE && now_ms < request.until_ms + LATE_MS))
		return answer(problem, SERVICE_BAD_STATE, "bad_state", "",
			"Laporan diterima selama pemakaian dan sehari sesudahnya.");
	r = store_report_count(service->store, request.id, &count);
	if (r == 0 && count >= REPORTS_PER_REQUEST)
		return answer(problem, SERVICE_TOO_MANY, "too_many_reports", "",
			"Laporan Anda sudah banyak. Silakan hubungi ULT.");
	report.request = request.id;
	if (r == 0)
		r = store_report_add(service->store, &report);
	return r == 0 ? audit(service, &teacher, now_ms, "report_add", request.number, kind) : r;
}

int reports_add(struct service *service, int64_t now_ms, const char *link, const char *kind, const char *text,
	struct service_problem *problem)
{
	int r = check_report(kind, text, problem);

	if (r == 0)
		r = begin(service, now_ms);
	return r == 0 ? end(service, add_report(service, now_ms, link, kind, text, problem), now_ms, problem)
		      : r;
}

int reports_close(struct service *service, const struct service_actor *actor, int64_t now_ms, int64_t report,
	const char *note, struct service_problem *problem)
{
	char subject[24];
	int r = may(actor, ROLE_ACT_ALARM, problem);

	if (r == 0)
		r = request_needs_text(note, true, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	snprintf(subject, sizeof(subject), "%lld", (long long)report);
	r = store_report_close(service->store, report, now_ms, actor->name, note);
	if (r == 0)
		r = audit(service, actor, now_ms, "report_close", subject, note);
	else
		r = not_found(problem, r, "Laporan itu tidak ada atau sudah ditutup.");
	return end(service, r, now_ms, problem);
}

static int report_row(void *ctx, const struct store_report *report)
{
	struct json_put put = { json_object(), false };

	put_number(&put, "id", report->id);
	put_text(&put, "number", report->number);
	put_text(&put, "unit", report->unit);
	put_text(&put, "kind", report->kind);
	put_text(&put, "text", report->text);
	put_number(&put, "at_ms", report->at_ms);
	put_time(&put, "closed_ms", report->closed_ms);
	put_text(&put, "closed_by", report->closed_by);
	put_text(&put, "note", report->note);
	return list_put(ctx, &put);
}

int reports_view(struct service *service, int64_t now_ms, json_t **out)
{
	json_t *list = json_array();
	int r = store_report_each(service->store, now_ms - CLOSED_MS, report_row, list);

	return list_wrap("problems", r, list, out);
}

/* ---- what could be offered instead */

struct offering {
	struct service *service;
	const struct store_request *request;
	struct store_unit unit; /* of the request */
	int64_t now_ms;
	json_t *list;
};

static int offer(struct offering *offering, const struct store_unit *unit, size_t max)
{
	const struct store_request *request = offering->request;
	struct window wanted = { request->from_ms, request->until_ms }, slots[SLOTS_OWN];
	struct busy_list busy = { 0 };
	struct unit_week week = { 0 };
	size_t count = 0;
	int r = busy_collect(offering->service, unit->id,
		(struct window){ wanted.from_ms - REACH_MS, wanted.until_ms + REACH_MS }, &busy);

	if (r == 0 && unit->keeps_hours)
		r = unit_week(offering->service, unit->id, &week);
	if (r == 0)
		count = busy_suggest(slots, max, wanted, busy.list, busy.count, &week.week, offering->now_ms,
			REACH_MS, STEP_MS);
	free(busy.list);
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct json_put put = { json_object(), false };

		put_text(&put, "unit", unit->id);
		put_text(&put, "unit_name", unit->name);
		put_number(&put, "from_ms", slots[i].from_ms);
		put_number(&put, "until_ms", slots[i].until_ms);
		r = list_put(offering->list, &put);
	}
	return r;
}

struct candidates { /* read before they are asked about: the walk has ended then */
	size_t count;
	struct store_unit list[32];
};

static int keep_unit(void *ctx, const struct store_unit *unit)
{
	struct candidates *candidates = ctx;

	if (candidates->count < sizeof(candidates->list) / sizeof(candidates->list[0]))
		candidates->list[candidates->count++] = *unit;
	return 0;
}

static int offer_all(struct offering *offering)
{
	struct candidates *candidates = calloc(1, sizeof(*candidates));
	int r = candidates ? offer(offering, &offering->unit, SLOTS_OWN) : -ENOMEM;

	if (r == 0)
		r = store_unit_each(offering->service->store, keep_unit, candidates);
	for (size_t i = 0; r == 0 && i < candidates->count; i++) {
		const struct store_unit *unit = &candidates->list[i];

		if (strcmp(unit->id, offering->unit.id) != 0 &&
			strcmp(unit->kind, offering->unit.kind) == 0 &&
			unit->capacity >= offering->request->heads)
			r = offer(offering, unit, 1);
	}
	free(candidates);
	return r;
}

static int read_request(struct service *service, const char *number, struct store_request *out,
	struct service_problem *problem)
{
	char spelt[NUMBER_CHARS + 1];
	int r = number_read(spelt, number) == 0 ? store_request_read(service->store, spelt, out) : STORE_NONE;

	return not_found(problem, r, "Nomor permohonan tidak ditemukan.");
}

int reports_suggest(struct service *service, int64_t now_ms, const char *number, json_t **out,
	struct service_problem *problem)
{
	struct store_request request;
	struct offering offering = { service, &request, .now_ms = now_ms };
	int r = read_request(service, number, &request, problem);

	if (r == 0)
		r = store_unit_read(service->store, request.unit, &offering.unit);
	if (r == 0 && offering.unit.removed_ms != 0)
		r = answer(problem, SERVICE_BAD_STATE, "unit_removed", "", "Unit itu tidak dipakai lagi.");
	if (r != 0)
		return r;
	offering.list = json_array();
	return list_wrap("slots", offer_all(&offering), offering.list, out);
}

/* ---- who looked */

struct reading {
	json_t *list;
	bool has_names;
};

static int reading_row(void *ctx, const struct store_audit *audit)
{
	const struct reading *reading = ctx;
	struct json_put put = { json_object(), false };

	put_number(&put, "at_ms", audit->at_ms);
	if (reading->has_names)
		put_text(&put, "who", audit->who);
	put_text(&put, "role", audit->role);
	put_text(&put, "what", audit->what);
	return list_put(reading->list, &put);
}

static int view_readings(struct service *service, const char *number, bool has_names, json_t **out)
{
	struct reading reading = { json_array(), has_names };
	int r = store_reading_each(service->store, number, reading_row, &reading);

	return list_wrap("views", r, reading.list, out);
}

int reports_views_of(
	struct service *service, const char *number, json_t **out, struct service_problem *problem)
{
	struct store_request request;
	int r = read_request(service, number, &request, problem);

	return r == 0 ? view_readings(service, request.number, true, out) : r;
}

int reports_views_by_link(
	struct service *service, const char *link, json_t **out, struct service_problem *problem)
{
	struct store_request request;
	int r = request_of_link(service, link, &request, problem);

	return r == 0 ? view_readings(service, request.number, false, out) : r;
}

static int audit_row(void *ctx, const struct store_audit *audit)
{
	struct json_put put = { json_object(), false };

	put_number(&put, "id", audit->id);
	put_number(&put, "at_ms", audit->at_ms);
	put_text(&put, "who", audit->who);
	put_text(&put, "role", audit->role);
	put_text(&put, "what", audit->what);
	put_text(&put, "subject", audit->subject);
	put_text(&put, "detail", audit->detail);
	return list_put(ctx, &put);
}

int reports_audit(struct service *service, const struct reports_search *search, json_t **out)
{
	const struct store_audit_search rows = { search->who, search->what, search->subject,
		{ search->from_ms, search->until_ms ? search->until_ms : INT64_MAX }, search->before_id,
		search->limit };
	json_t *list = json_array();
	int r = store_audit_each(service->store, &rows, audit_row, list);

	return list_wrap("audit", r, list, out);
}
