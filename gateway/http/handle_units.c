#include <string.h>

#include "gateway/http/handle.h"
#include "gateway/service/units.h"

void handle_unit_edit(struct exchange *exchange)
{
	struct units_edit edit = { .capacity = -1, .before_min = -1, .after_min = -1, .keeps_hours = -1 };
	struct service_problem problem = { 0 };
	bool keeps_hours = false;
	const struct member members[] = {
		TEXT("name", false, SERVICE_TEXT_MAX, &edit.name),
		{ "description", MEMBER_TEXT, false, 0, SERVICE_TEXT_MAX, &edit.description },
		{ "capacity", MEMBER_INT, false, 1, 9999, &edit.capacity },
		{ "before_min", MEMBER_INT, false, 0, 1440, &edit.before_min },
		{ "after_min", MEMBER_INT, false, 0, 1440, &edit.after_min },
		{ "keeps_hours", MEMBER_BOOL, false, 0, 0, &keeps_hours },
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	if (json_object_get(exchange->input, "keeps_hours"))
		edit.keeps_hours = keeps_hours;
	r = units_edit(exchange->service, &exchange->session.actor, exchange->now_ms,
		exchange->match.params[0], &edit, &problem);
	answer_done(exchange, r, &problem);
}

void handle_unit_remove(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	const char *reason;
	const struct member members[] = { TEXT("reason", true, SERVICE_TEXT_MAX, &reason) };
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = units_remove(exchange->service, &exchange->session.actor, exchange->now_ms,
		exchange->match.params[0], reason, &problem);
	answer_done(exchange, r, &problem);
}

void handle_unit_close(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	int64_t from_ms, until_ms, id = 0;
	const char *reason;
	const struct member members[] = {
		{ "from_ms", MEMBER_INT, true, 0, WIRE_TIME_MAX_MS, &from_ms },
		{ "until_ms", MEMBER_INT, true, 0, WIRE_TIME_MAX_MS, &until_ms },
		TEXT("reason", true, SERVICE_TEXT_MAX, &reason),
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = units_close(exchange->service, &exchange->session.actor, exchange->now_ms,
		exchange->match.params[0], from_ms, until_ms, reason, &id, &problem);
	if (r != 0)
		answer_refusal(exchange, r, &problem);
	else
		answer_json(exchange, 201, json_pack("{s:I}", "id", (json_int_t)id));
}

void handle_closures(struct exchange *exchange)
{
	json_t *view = NULL;
	int r = units_view_closures(exchange->service, exchange->now_ms, &view);

	answer_view(exchange, r, view);
}

void handle_closure_end(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	const char *reason;
	const struct member members[] = { TEXT("reason", true, SERVICE_TEXT_MAX, &reason) };
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = units_reopen(exchange->service, &exchange->session.actor, exchange->now_ms,
		read_number(exchange->match.params[0]), reason, &problem);
	answer_done(exchange, r, &problem);
}

void handle_unit_hours(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	struct hours list[HOURS_MAX];
	const json_t *weekly;
	const struct member members[] = { { "weekly", MEMBER_ARRAY, true, 0, HOURS_MAX, &weekly } };
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	for (size_t i = 0; i < json_array_size(weekly); i++) {
		int64_t days, from_min, to_min;

		if (!read_stretch(exchange, json_array_get(weekly, i), &days, &from_min, &to_min))
			return;
		list[i] = (struct hours){ (uint8_t)days, (uint16_t)from_min, (uint16_t)to_min };
	}
	r = units_set_hours(exchange->service, &exchange->session.actor, exchange->now_ms,
		exchange->match.params[0], list, json_array_size(weekly), &problem);
	answer_done(exchange, r, &problem);
}

void handle_unit_busy(struct exchange *exchange)
{
	const char *from = exchange->query[QUERY_FROM], *until = exchange->query[QUERY_UNTIL];
	struct service_problem problem = { 0 };
	json_t *view = NULL;
	int r;

	if (!from || !until) {
		answer_problem(
			exchange, 422, "missing", from ? "until" : "from", "Sebutkan rentang waktunya.");
		return;
	}
	r = units_view_busy(exchange->service, exchange->match.params[0], read_number(from),
		read_number(until), &view, &problem);
	if (r != 0)
		answer_refusal(exchange, r, &problem);
	else
		answer_json(exchange, 200, view);
}

void handle_holidays(struct exchange *exchange)
{
	json_t *view = NULL;
	int r = units_view_holidays(exchange->service, &view);

	answer_view(exchange, r, view);
}

void handle_holiday_add(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	int64_t from_ms, until_ms;
	const char *name;
	const struct member members[] = {
		{ "from_ms", MEMBER_INT, true, 0, WIRE_TIME_MAX_MS, &from_ms },
		{ "until_ms", MEMBER_INT, true, 0, WIRE_TIME_MAX_MS, &until_ms },
		TEXT("name", true, SERVICE_TEXT_MAX, &name),
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = service_holiday_add(exchange->service, &exchange->session.actor, exchange->now_ms, from_ms,
		until_ms, name, &problem);
	answer_done(exchange, r, &problem);
}

void handle_holiday_remove(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	int r;

	if (!exchange_read(exchange, NULL, 0))
		return;
	r = units_remove_holiday(exchange->service, &exchange->session.actor, exchange->now_ms,
		read_number(exchange->match.params[0]), &problem);
	answer_done(exchange, r, &problem);
}

void handle_board_move(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	const char *units[NAMES_MAX], *name = NULL, *reason;
	const json_t *unit_list = NULL;
	const struct member members[] = {
		TEXT("name", false, SERVICE_TEXT_MAX, &name),
		{ "units", MEMBER_ARRAY, false, 1, NAMES_MAX, &unit_list },
		TEXT("reason", true, SERVICE_TEXT_MAX, &reason),
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)) ||
		!read_names(exchange, "units", unit_list, units))
		return;
	r = units_move_board(exchange->service, &exchange->session.actor, exchange->now_ms,
		exchange->match.params[0], name, unit_list ? units : NULL, json_array_size(unit_list), reason,
		&problem);
	answer_done(exchange, r, &problem);
}
