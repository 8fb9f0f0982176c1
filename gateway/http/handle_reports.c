#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/core/csv.h"
#include "gateway/http/handle.h"
#include "gateway/service/reports.h"
#include "gateway/service/retention.h"

#define AUDIT_DEFAULT 100
#define CSV_FIELD_SIZE 4096                     /* four times the longest text */
#define FIGURES_MS (30 * 24 * 60 * 60 * 1000LL) /* without a span: the last month */

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

/* Searches the audit as the query says; false after having answered. */
static bool search_audit(struct exchange *exchange, json_t **out)
{
	struct reports_search search = { .who = exchange->query[QUERY_WHO],
		.what = exchange->query[QUERY_WHAT],
		.subject = exchange->query[QUERY_SUBJECT] };
	int64_t limit;
	int r;

	if (!query_number(exchange, QUERY_FROM, "from", 0, &search.from_ms) ||
		!query_number(exchange, QUERY_UNTIL, "until", 0, &search.until_ms) ||
		!query_number(exchange, QUERY_BEFORE, "before", 0, &search.before_id) ||
		!query_number(exchange, QUERY_LIMIT, "limit", AUDIT_DEFAULT, &limit))
		return false;
	if (limit > REPORTS_AUDIT_MAX) {
		answer_problem(exchange, 422, "bad_input", "limit", "Paling banyak 500.");
		return false;
	}
	search.limit = (unsigned)limit;
	r = reports_audit(exchange->service, &search, out);
	if (r != 0)
		answer_refusal(exchange, r, NULL);
	return r == 0;
}

void handle_audit(struct exchange *exchange)
{
	json_t *view = NULL;

	if (search_audit(exchange, &view))
		answer_json(exchange, 200, view);
}

static void write_rows(FILE *file, const json_t *rows)
{
	static const char *const columns[] = { "who", "role", "what", "subject", "detail" };
	char field[CSV_FIELD_SIZE];
	const json_t *row;
	size_t i;

	fputs("id,at_ms,who,role,what,subject,detail\r\n", file);
	json_array_foreach(rows, i, row)
	{
		fprintf(file, "%lld,%lld", (long long)json_integer_value(json_object_get(row, "id")),
			(long long)json_integer_value(json_object_get(row, "at_ms")));
		for (size_t c = 0; c < COUNT(columns); c++) {
			const char *text = json_string_value(json_object_get(row, columns[c]));

			csv_field(field, sizeof(field), text ? text : "");
			fprintf(file, ",%s", field);
		}
		fputs("\r\n", file);
	}
}

void handle_audit_csv(struct exchange *exchange)
{
	struct answer *answer = &exchange->answer;
	char *text = NULL;
	size_t len = 0;
	json_t *view = NULL;
	FILE *file;
	bool is_bad;

	if (!search_audit(exchange, &view))
		return;
	file = open_memstream(&text, &len);
	if (file)
		write_rows(file, json_object_get(view, "audit"));
	json_decref(view);
	is_bad = !file || ferror(file);
	if (file && fclose(file) != 0)
		is_bad = true;
	if (is_bad) {
		free(text);
		answer_refusal(exchange, -ENOMEM, NULL);
		return;
	}
	answer->status = 200;
	answer->type = "text/csv; charset=utf-8";
	answer->bytes = text;
	answer->len = len;
	answer->is_ours = true;
	snprintf(answer->disposition, sizeof(answer->disposition), "attachment; filename=\"audit.csv\"");
}

void handle_figures(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	int64_t from_ms, until_ms;
	json_t *view = NULL;
	int r;

	if (!query_number(exchange, QUERY_FROM, "from", exchange->now_ms - FIGURES_MS, &from_ms) ||
		!query_number(exchange, QUERY_UNTIL, "until", exchange->now_ms, &until_ms))
		return;
	r = reports_figures(exchange->service, from_ms, until_ms, &view, &problem);
	answer_found(exchange, r, view, &problem);
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
