#include <sodium.h>
#include <string.h>

#include "gateway/http/handle.h"

void handle_unit_add(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	struct service_unit unit = { 0 };
	int64_t capacity, before_min = 0, after_min = 0;
	const struct member members[] = {
		TEXT("id", true, 32, &unit.id),
		TEXT("parent", false, 32, &unit.parent),
		TEXT("name", true, SERVICE_TEXT_MAX, &unit.name),
		TEXT("kind", true, 8, &unit.kind),
		{ "capacity", MEMBER_INT, true, 1, 9999, &capacity },
		{ "before_min", MEMBER_INT, false, 0, 1440, &before_min },
		{ "after_min", MEMBER_INT, false, 0, 1440, &after_min },
		TEXT("description", false, SERVICE_TEXT_MAX, &unit.description),
		{ "keeps_hours", MEMBER_BOOL, false, 0, 0, &unit.keeps_hours },
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	unit.capacity = (unsigned)capacity;
	unit.before_min = (uint32_t)before_min;
	unit.after_min = (uint32_t)after_min;
	r = service_unit_add(exchange->service, &exchange->session.actor, exchange->now_ms, &unit, &problem);
	answer_done(exchange, r, &problem);
}

bool read_names(struct exchange *exchange, const char *field, const json_t *from, const char **to)
{
	for (size_t i = 0; i < json_array_size(from); i++) {
		to[i] = json_string_value(json_array_get(from, i));
		if (!to[i] || !wire_name_ok(to[i])) {
			answer_problem(
				exchange, 422, "wrong_type", field, "Daftar ini berisi yang bukan nama.");
			return false;
		}
	}
	return true;
}

/* One public key in base64; false after having answered. */
static bool read_key(struct exchange *exchange, const char *field, const char *text, uint8_t key[static 32])
{
	size_t len = 0;

	if (sodium_base642bin(
		    key, 32, text, strlen(text), NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
		len == 32)
		return true;
	answer_problem(exchange, 422, "bad_input", field, "Kunci publik ini bukan 32 byte dalam base64.");
	return false;
}

void handle_board_add(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	struct service_board board = { 0 };
	const char *units[NAMES_MAX], *sign, *agree;
	const json_t *unit_list;
	const struct member members[] = {
		TEXT("id", true, 32, &board.id),
		TEXT("name", true, SERVICE_TEXT_MAX, &board.name),
		TEXT("sign", true, 44, &sign),
		TEXT("agree", true, 44, &agree),
		{ "units", MEMBER_ARRAY, true, 1, NAMES_MAX, &unit_list },
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)) ||
		!read_key(exchange, "sign", sign, board.sign_public) ||
		!read_key(exchange, "agree", agree, board.agree_public) ||
		!read_names(exchange, "units", unit_list, units))
		return;
	board.units = units;
	board.unit_count = json_array_size(unit_list);
	r = service_board_add(
		exchange->service, &exchange->session.actor, exchange->now_ms, &board, &problem);
	answer_done(exchange, r, &problem);
}

bool read_stretch(
	struct exchange *exchange, const json_t *hours, int64_t *days, int64_t *from_min, int64_t *to_min)
{
	const struct member members[] = {
		{ "days", MEMBER_INT, true, 1, 127, days },
		{ "from_min", MEMBER_INT, true, 0, 1439, from_min },
		{ "to_min", MEMBER_INT, true, 1, 1440, to_min },
	};

	if (json_is_object(hours))
		return exchange_read_object(exchange, hours, members, COUNT(members));
	answer_problem(exchange, 422, "wrong_type", "weekly", "Jam mingguan tidak sesuai.");
	return false;
}

/* The hours of standing access; false after having answered. */
static bool read_weekly(struct exchange *exchange, const json_t *from, struct wire_weekly *to)
{
	for (size_t i = 0; i < json_array_size(from); i++) {
		int64_t days, from_min, to_min;

		if (!read_stretch(exchange, json_array_get(from, i), &days, &from_min, &to_min))
			return false;
		to[i] = (struct wire_weekly){ (uint8_t)days, (uint16_t)from_min, (uint16_t)to_min };
	}
	return true;
}

void handle_standing_add(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	struct service_standing standing = { 0 };
	struct wire_weekly weekly[WIRE_WEEKLY_MAX];
	const char *boards[NAMES_MAX];
	const json_t *board_list, *week_list = NULL;
	char id[WIRE_GRANT_ID_CHARS + 1], link[SERVICE_LINK_CHARS + 1];
	const struct member members[] = {
		TEXT("name", true, UTF8(100), &standing.name),
		{ "boards", MEMBER_ARRAY, true, 1, NAMES_MAX, &board_list },
		{ "from_ms", MEMBER_INT, true, 0, WIRE_TIME_MAX_MS, &standing.from_ms },
		{ "until_ms", MEMBER_INT, true, 0, WIRE_TIME_MAX_MS, &standing.until_ms },
		{ "weekly", MEMBER_ARRAY, false, 0, WIRE_WEEKLY_MAX, &week_list },
		{ "is_always", MEMBER_BOOL, false, 0, 0, &standing.is_always },
		{ "opens_on_holidays", MEMBER_BOOL, false, 0, 0, &standing.opens_on_holidays },
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)) ||
		!read_names(exchange, "boards", board_list, boards) ||
		!read_weekly(exchange, week_list, weekly))
		return;
	standing.boards = boards;
	standing.board_count = json_array_size(board_list);
	standing.weekly = weekly;
	standing.weekly_count = json_array_size(week_list);
	r = service_standing_add(
		exchange->service, &exchange->session.actor, exchange->now_ms, &standing, id, link, &problem);
	if (r != 0) {
		answer_refusal(exchange, r, &problem);
		return;
	}
	answer_json(exchange, 201, json_pack("{s:s, s:s}", "id", id, "link", link));
	sodium_memzero(link, sizeof(link));
}

void handle_standing_revoke(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	const char *reason;
	const struct member members[] = { TEXT("reason", true, SERVICE_TEXT_MAX, &reason) };
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = service_standing_revoke(exchange->service, &exchange->session.actor, exchange->now_ms,
		exchange->match.params[0], reason, &problem);
	answer_done(exchange, r, &problem);
}

void handle_standing_relink(struct exchange *exchange)
{
	char link[SERVICE_LINK_CHARS + 1];
	struct service_problem problem = { 0 };
	const char *reason;
	const struct member members[] = { TEXT("reason", true, SERVICE_TEXT_MAX, &reason) };
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = service_standing_relink(exchange->service, &exchange->session.actor, exchange->now_ms,
		exchange->match.params[0], reason, link, &problem);
	if (r != 0) {
		answer_refusal(exchange, r, &problem);
		return;
	}
	answer_json(exchange, 200, json_pack("{s:s}", "link", link));
	sodium_memzero(link, sizeof(link));
}

void handle_card_add(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	struct service_card card = { 0 };
	int64_t facility = 0, number;
	const struct member members[] = {
		TEXT("layout", true, 16, &card.layout),
		{ "facility", MEMBER_INT, false, 0, UINT16_MAX, &facility },
		{ "number", MEMBER_INT, true, 0, (INT64_C(1) << 35) - 1, &number },
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	card.facility = (uint32_t)facility;
	card.number = (uint64_t)number;
	r = service_card_add(exchange->service, &exchange->session.actor, exchange->now_ms,
		exchange->match.params[0], &card, &problem);
	answer_done(exchange, r, &problem);
}

void handle_card_remove(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	const char *reason;
	const struct member members[] = { TEXT("reason", true, SERVICE_TEXT_MAX, &reason) };
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = service_card_remove(exchange->service, &exchange->session.actor, exchange->now_ms,
		exchange->match.params[0], reason, &problem);
	answer_done(exchange, r, &problem);
}
