#include <string.h>

#include "gateway/http/handle.h"

#define EVENTS_DEFAULT 100
#define EVENTS_MAX 500

void handle_doors(struct exchange *exchange)
{
	json_t *view = NULL;
	int r = service_view_doors(exchange->service, exchange->now_ms, &view);

	answer_view(exchange, r, view);
}

void handle_door_mode(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	const char *word, *reason;
	enum wire_mode mode;
	int64_t until_ms = 0;
	const struct member members[] = {
		TEXT("mode", true, 16, &word),
		{ "until_ms", MEMBER_INT, false, 0, WIRE_TIME_MAX_MS, &until_ms },
		TEXT("reason", true, SERVICE_TEXT_MAX, &reason),
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	if (wire_mode_read(&mode, word) != 0) {
		answer_problem(exchange, 422, "bad_input", "mode", "Mode itu tidak dikenal.");
		return;
	}
	r = service_mode_set(exchange->service, &exchange->session.actor, exchange->now_ms,
		exchange->match.params[0], mode, until_ms, reason, &problem);
	answer_done(exchange, r, &problem);
}

void handle_door_action(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	const char *what_word, *why_word, *text = NULL;
	enum wire_action_what what;
	enum wire_action_why why;
	char id[WIRE_ID_CHARS + 1];
	const struct member members[] = {
		TEXT("what", true, 16, &what_word),
		TEXT("why", true, 16, &why_word),
		TEXT("text", false, SERVICE_TEXT_MAX, &text),
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	if (wire_action_read(&what, what_word) != 0 || wire_why_read(&why, why_word) != 0) {
		answer_problem(exchange, 422, "bad_input", "what", "Tindakan atau alasan itu tidak dikenal.");
		return;
	}
	r = service_action(exchange->service, &exchange->session.actor, exchange->now_ms,
		exchange->match.params[0], what, why, text, id, &problem);
	if (r != 0)
		answer_refusal(exchange, r, &problem);
	else
		answer_json(exchange, 202, json_pack("{s:s}", "id", id));
}

void handle_events(struct exchange *exchange)
{
	const char *board = exchange->query[QUERY_BOARD];
	const char *before = exchange->query[QUERY_BEFORE], *limit = exchange->query[QUERY_LIMIT];
	int64_t before_id = before ? read_number(before) : 0;
	int64_t count = limit ? read_number(limit) : EVENTS_DEFAULT;
	json_t *view = NULL;
	int r;

	if ((before && before_id == 0) || count < 1 || count > EVENTS_MAX ||
		(board && !wire_name_ok(board))) {
		answer_problem(exchange, 422, "bad_input", "", "Saringan kejadian tidak sesuai.");
		return;
	}
	r = service_view_events(exchange->service, board, before_id, (unsigned)count, &view);
	answer_view(exchange, r, view);
}

void handle_alarms(struct exchange *exchange)
{
	json_t *view = NULL;
	int r = service_view_alarms(exchange->service, &view);

	answer_view(exchange, r, view);
}

void handle_alarm_ack(struct exchange *exchange)
{
	int64_t alarm = read_number(exchange->match.params[0]);
	struct service_problem problem = { 0 };
	const char *note = NULL;
	const struct member members[] = { TEXT("note", false, SERVICE_TEXT_MAX, &note) };
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = service_alarm_ack(
		exchange->service, &exchange->session.actor, exchange->now_ms, alarm, note, &problem);
	answer_done(exchange, r, &problem);
}

void handle_live(struct exchange *exchange)
{
	answer_empty(exchange, 200);
	exchange->answer.is_stream = true;
}
