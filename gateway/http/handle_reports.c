#include <string.h>

#include "gateway/http/handle.h"
#include "gateway/service/reports.h"
#include "gateway/service/retention.h"

#define AUDIT_DEFAULT 100

void handle_problem_add(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	const char *kind, *text;
	const struct member members[] = {
		TEXT("kind", true, 16, &kind),
		TEXT("text", true, SERVICE_TEXT_MAX, &text),
	};
	int r;

	if (!has_link(exchange) || !exchange_read(exchange, members, COUNT(members)))
		return;
	r = reports_add(exchange->service, exchange->now_ms, exchange->link, kind, text, &problem);
	answer_done(exchange, r, &problem);
}

void handle_problems(struct exchange *exchange)
{
	json_t *view = NULL;
	int r = reports_view(exchange->service, exchange->now_ms, &view);

	answer_view(exchange, r, view);
}

void handle_problem_close(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	const char *note;
	const struct member members[] = { TEXT("reason", true, SERVICE_TEXT_MAX, &note) };
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = reports_close(exchange->service, &exchange->session.actor, exchange->now_ms,
		read_number(exchange->match.params[0]), note, &problem);
	answer_done(exchange, r, &problem);
}

static void answer_found(
	struct exchange *exchange, int r, json_t *view, const struct service_problem *problem)
{
	if (r != 0)
		answer_refusal(exchange, r, problem);
	else
		answer_json(exchange, 200, view);
}

void handle_suggestions(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	json_t *view = NULL;
	int r = reports_suggest(
		exchange->service, exchange->now_ms, exchange->match.params[0], &view, &problem);

	answer_found(exchange, r, view, &problem);
}

void handle_views(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	json_t *view = NULL;
	int r = reports_views_of(exchange->service, exchange->match.params[0], &view, &problem);

	answer_found(exchange, r, view, &problem);
}

void handle_link_views(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	json_t *view = NULL;
	int r;

	if (!has_link(exchange))
		return;
	r = reports_views_by_link(exchange->service, exchange->link, &view, &problem);
	answer_found(exchange, r, view, &problem);
}

/* A number of the query; absent: `otherwise`. False after having answered. */
static bool query_number(struct exchange *exchange, enum exchange_query which, const char *field,
	int64_t otherwise, int64_t *out)
{
	const char *text = exchange->query[which];

	*out = text ? read_number(text) : otherwise;
	if (!text || *out > 0)
		return true;
	answer_problem(exchange, 422, "bad_input", field, "Saringan ini bukan angka.");
	return false;
}

void handle_audit(struct exchange *exchange)
{
	struct reports_search search = { .who = exchange->query[QUERY_WHO],
		.what = exchange->query[QUERY_WHAT],
		.subject = exchange->query[QUERY_SUBJECT] };
	json_t *view = NULL;
	int64_t limit;
	int r;

	if (!query_number(exchange, QUERY_FROM, "from", 0, &search.from_ms) ||
		!query_number(exchange, QUERY_UNTIL, "until", 0, &search.until_ms) ||
		!query_number(exchange, QUERY_BEFORE, "before", 0, &search.before_id) ||
		!query_number(exchange, QUERY_LIMIT, "limit", AUDIT_DEFAULT, &limit))
		return;
	if (limit > REPORTS_AUDIT_MAX) {
		answer_problem(exchange, 422, "bad_input", "limit", "Paling banyak 500.");
		return;
	}
	search.limit = (unsigned)limit;
	r = reports_audit(exchange->service, &search, &view);
	answer_view(exchange, r, view);
}

void handle_retention(struct exchange *exchange)
{
	json_t *view = NULL;
	int r = retention_view(exchange->service, &view);

	answer_view(exchange, r, view);
}

void handle_retention_set(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	const char *kind, *reason;
	int64_t days;
	const struct member members[] = {
		TEXT("kind", true, 16, &kind),
		{ "days", MEMBER_INT, true, 1, RETENTION_DAYS_MAX, &days },
		TEXT("reason", true, SERVICE_TEXT_MAX, &reason),
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = retention_set(
		exchange->service, &exchange->session.actor, exchange->now_ms, kind, days, reason, &problem);
	answer_done(exchange, r, &problem);
}
