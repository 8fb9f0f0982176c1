#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/http/handle.h"

static const char *number_of(const struct exchange *exchange)
{
	return exchange->match.params[0];
}

void handle_requests(struct exchange *exchange)
{
	const char *state = exchange->query[QUERY_STATE];
	enum request_state known;
	json_t *view = NULL;
	int r;

	if (state && request_state_read(&known, state) != 0) {
		answer_problem(exchange, 422, "bad_input", "state", "Status itu tidak dikenal.");
		return;
	}
	r = service_view_requests(exchange->service, exchange->now_ms, state, &view);
	answer_view(exchange, r, view);
}

void handle_request(struct exchange *exchange)
{
	json_t *view = NULL;
	int r = service_view_request(exchange->service, exchange->now_ms, number_of(exchange), &view);

	/* Whoever reads personal data is written down, though not what was in it. Without that it is not
	 * shown. */
	if (r == 0)
		r = service_note_read(
			exchange->service, &exchange->session.actor, exchange->now_ms, number_of(exchange));
	if (r != 0) {
		json_decref(view);
		view = NULL;
	}
	answer_view(exchange, r, view);
}

void handle_request_approve(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	int r;

	if (!exchange_read(exchange, NULL, 0))
		return;
	r = service_request_approve(
		exchange->service, &exchange->session.actor, exchange->now_ms, number_of(exchange), &problem);
	answer_done(exchange, r, &problem);
}

void handle_request_act(struct exchange *exchange)
{
	enum request_act act = (enum request_act)exchange->match.route->what;
	struct service_problem problem = { 0 };
	const char *reason = NULL, *refusal = NULL;
	const struct member members[] = {
		TEXT("reason", request_needs_reason(act), SERVICE_TEXT_MAX, &reason),
		TEXT("refusal", false, 32, &refusal),
	};
	size_t count = act == REQUEST_ACT_REFUSE ? COUNT(members) : COUNT(members) - 1;
	int r;

	if (!exchange_read(exchange, members, count))
		return;
	if (act == REQUEST_ACT_REFUSE) {
		r = service_request_refuse(exchange->service, &exchange->session.actor, exchange->now_ms,
			number_of(exchange), refusal, reason, &problem);
		answer_done(exchange, r, &problem);
		return;
	}
	r = service_request_act(exchange->service, &exchange->session.actor, exchange->now_ms,
		number_of(exchange), act, reason, &problem);
	answer_done(exchange, r, &problem);
}

void handle_request_extend(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	int64_t until_ms;
	const struct member members[] = {
		{ "until_ms", MEMBER_INT, true, 0, WIRE_TIME_MAX_MS, &until_ms },
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = service_request_extend(exchange->service, &exchange->session.actor, exchange->now_ms,
		number_of(exchange), until_ms, &problem);
	answer_done(exchange, r, &problem);
}

void handle_occupant_add(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	struct service_occupant who = { 0 };
	const struct member members[] = {
		TEXT("name", true, UTF8(100), &who.name),
		TEXT("phone", false, 20, &who.phone),
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = service_occupant_add(exchange->service, &exchange->session.actor, exchange->now_ms,
		number_of(exchange), &who, &problem);
	answer_done(exchange, r, &problem);
}

int64_t read_number(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > 15 || strspn(text, "0123456789") != len)
		return 0;
	return strtoll(text, NULL, 10);
}

/* The occupant of the path, or 0 after having said that there is none. */
static unsigned occupant_of(struct exchange *exchange)
{
	int64_t occupant = read_number(exchange->match.params[1]);

	if (occupant < 1 || occupant > 9999) {
		answer_problem(exchange, 404, "not_found", "", "Orang itu tidak ada dalam permohonan ini.");
		return 0;
	}
	return (unsigned)occupant;
}

void handle_occupant_revoke(struct exchange *exchange)
{
	unsigned occupant = occupant_of(exchange);
	struct service_problem problem = { 0 };
	const char *reason;
	const struct member members[] = { TEXT("reason", true, SERVICE_TEXT_MAX, &reason) };
	int r;

	if (!occupant || !exchange_read(exchange, members, COUNT(members)))
		return;
	r = service_occupant_revoke(exchange->service, &exchange->session.actor, exchange->now_ms,
		number_of(exchange), occupant, reason, &problem);
	answer_done(exchange, r, &problem);
}

void handle_occupant_recode(struct exchange *exchange)
{
	unsigned occupant = occupant_of(exchange);
	struct service_problem problem = { 0 };
	int r;

	if (!occupant || !exchange_read(exchange, NULL, 0))
		return;
	r = service_occupant_recode(exchange->service, &exchange->session.actor, exchange->now_ms,
		number_of(exchange), occupant, &problem);
	answer_done(exchange, r, &problem);
}

void handle_occupant_relink(struct exchange *exchange)
{
	unsigned occupant = occupant_of(exchange);
	char link[SERVICE_LINK_CHARS + 1];
	struct service_problem problem = { 0 };
	const char *reason;
	const struct member members[] = { TEXT("reason", true, SERVICE_TEXT_MAX, &reason) };
	int r;

	if (!occupant || !exchange_read(exchange, members, COUNT(members)))
		return;
	r = service_occupant_relink(exchange->service, &exchange->session.actor, exchange->now_ms,
		number_of(exchange), occupant, reason, link, &problem);
	if (r != 0) {
		answer_refusal(exchange, r, &problem);
		return;
	}
	answer_json(exchange, 200, json_pack("{s:s}", "link", link));
	sodium_memzero(link, sizeof(link));
}
