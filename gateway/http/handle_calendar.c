#include <sodium.h>
#include <stdio.h>

#include "gateway/http/handle.h"
#include "gateway/service/calendar.h"

static void answer_calendar(
	struct exchange *exchange, int r, char *text, size_t len, const struct service_problem *problem)
{
	struct answer *answer = &exchange->answer;

	if (r != 0) {
		answer_refusal(exchange, r, problem);
		return;
	}
	answer->status = 200;
	answer->type = "text/calendar; charset=utf-8";
	answer->bytes = text;
	answer->len = len;
	answer->is_ours = true;
	snprintf(answer->disposition, sizeof(answer->disposition), "attachment; filename=\"rumah.ics\"");
}

void handle_link_calendar(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	char *text = NULL;
	size_t len = 0;
	int r;

	if (!has_link(exchange))
		return;
	r = calendar_of_link(exchange->service, exchange->link, &text, &len, &problem);
	answer_calendar(exchange, r, text, len, &problem);
}

void handle_unit_calendar(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	char *text = NULL;
	size_t len = 0;
	int r = calendar_of_unit(
		exchange->service, exchange->now_ms, exchange->match.params[0], &text, &len, &problem);

	answer_calendar(exchange, r, text, len, &problem);
}

void handle_feed(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	char *text = NULL;
	size_t len = 0;
	int r = calendar_of_feed(
		exchange->service, exchange->now_ms, exchange->match.params[0], &text, &len, &problem);

	answer_calendar(exchange, r, text, len, &problem);
}

void handle_feed_make(struct exchange *exchange)
{
	char token[SERVICE_LINK_CHARS + 1];
	struct service_problem problem = { 0 };
	int r;

	if (!exchange_read(exchange, NULL, 0))
		return;
	r = calendar_feed_make(
		exchange->service, &exchange->session.actor, exchange->now_ms, token, &problem);
	if (r != 0) {
		answer_refusal(exchange, r, &problem);
		return;
	}
	answer_json(exchange, 200, json_pack("{s:s}", "token", token));
	sodium_memzero(token, sizeof(token));
}

void handle_feed_end(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	int r;

	if (!exchange_read(exchange, NULL, 0))
		return;
	r = calendar_feed_end(exchange->service, &exchange->session.actor, exchange->now_ms, &problem);
	answer_done(exchange, r, &problem);
}
