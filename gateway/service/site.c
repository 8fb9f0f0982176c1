/* site - units, boards, modes and actions; see service.h */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gateway/core/base32.h"
#include "gateway/service/inside.h"

#define ACTION_MS 10000 /* what was not done by then is not done */
#define BUFFER_MAX_MIN 1440

static int check_name(const char *id, const char *name, struct service_problem *problem)
{
	if (!id || !wire_name_ok(id) || strcmp(id, "gateway") == 0)
		return answer(problem, SERVICE_BAD_INPUT, "bad_id", "id",
			"Pengenal terdiri atas huruf kecil, angka, dan tanda hubung.");
	if (!name || !text_is_plain(name, SERVICE_TEXT_MAX, false))
		return answer(problem, SERVICE_BAD_INPUT, "bad_name", "name", "Tuliskan namanya.");
	return 0;
}

static int check_unit(const struct service_unit *in, struct store_unit *out, struct service_problem *problem)
{
	static const char *const kinds[] = { "room", "dorm", "bed" };
	int r = check_name(in->id, in->name, problem);

	if (r != 0)
		return r;
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (in->kind && strcmp(in->kind, kinds[i]) == 0)
			snprintf(out->kind, sizeof(out->kind), "%s", kinds[i]);
	}
	if (!*out->kind)
		return answer(problem, SERVICE_BAD_INPUT, "bad_kind", "kind", "Jenis unit tidak dikenal.");
	if (in->parent && !wire_name_ok(in->parent))
		return answer(
			problem, SERVICE_BAD_INPUT, "bad_parent", "parent", "Unit induk tidak dikenal.");
	if (in->description && *in->description && !text_is_plain(in->description, SERVICE_TEXT_MAX, true))
		return answer(problem, SERVICE_BAD_INPUT, "bad_description", "description",
			"Keterangan tidak dapat dibaca.");
	if (in->capacity < 1 || in->capacity > 9999)
		return answer(
			problem, SERVICE_BAD_INPUT, "bad_capacity", "capacity", "Kapasitas 1 sampai 9999.");
	if (in->before_min > BUFFER_MAX_MIN || in->after_min > BUFFER_MAX_MIN)
		return answer(problem, SERVICE_BAD_INPUT, "bad_buffer", "before_min",
			"Jeda paling lama satu hari.");
	snprintf(out->id, sizeof(out->id), "%s", in->id);
	snprintf(out->parent, sizeof(out->parent), "%s", in->parent ? in->parent : "");
	snprintf(out->name, sizeof(out->name), "%s", in->name);
	snprintf(out->description, sizeof(out->description), "%s", in->description ? in->description : "");
	out->keeps_hours = in->keeps_hours;
	out->capacity = in->capacity;
	out->before_min = in->before_min;
	out->after_min = in->after_min;
	return 0;
}

static int unit_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const struct store_unit *unit, struct service_problem *problem)
{
	struct store_unit other;
	int r = *unit->parent ? store_unit_read(service->store, unit->parent, &other) : 0;

	if (r == STORE_NONE || (r == 0 && *unit->parent && other.removed_ms != 0))
		return answer(
			problem, SERVICE_BAD_INPUT, "unknown_parent", "parent", "Unit induk tidak dikenal.");
	if (r == 0)
		r = store_unit_read(service->store, unit->id, &other);
	if (r == 0)
		return answer(
			problem, SERVICE_BAD_INPUT, "exists", "id", "Unit dengan pengenal itu sudah ada.");
	if (r == STORE_NONE)
		r = store_unit_add(service->store, unit);
	return r == 0 ? audit(service, actor, now_ms, "unit_add", unit->id, unit->name) : r;
}

int service_unit_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const struct service_unit *unit, struct service_problem *problem)
{
	struct store_unit row;
	int r = may(actor, ROLE_ACT_SITE, problem);

	if (r == 0)
		r = check_unit(unit, &row, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, unit_add(service, actor, now_ms, &row, problem), now_ms, problem);
}

int board_attach_units(struct service *service, const char *board, const char *const *units, size_t count,
	struct service_problem *problem)
{
	struct store_unit unit;
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		r = store_unit_read(service->store, units[i], &unit);
		if (r == STORE_NONE || (r == 0 && unit.removed_ms != 0))
			return answer(problem, SERVICE_BAD_INPUT, "unknown_unit", "units",
				"Salah satu unit tidak dikenal.");
		if (r == 0)
			r = store_unit_door_add(service->store, units[i], board);
		if (r == STORE_TWIN)
			return answer(
				problem, SERVICE_BAD_INPUT, "twice", "units", "Satu unit disebut dua kali.");
	}
	return r;
}

static int board_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const struct service_board *in, const struct store_board *row, struct service_problem *problem)
{
	int r = store_board_add(service->store, row);

	if (r == STORE_TWIN)
		return answer(
			problem, SERVICE_BAD_INPUT, "exists", "id", "Gawai dengan pengenal itu sudah ada.");
	if (r == 0)
		r = board_attach_units(service, in->id, in->units, in->unit_count, problem);
	if (r == 0)
		r = audit(service, actor, now_ms, "board_add", in->id, in->name);
	if (r == 0)
		r = board_remember(service, row);
	if (r == 0)
		board_find(service, in->id)->is_dirty = true;
	return r;
}

static void board_forget(struct service *service, const char *id)
{
	struct board *board = board_find(service, id);

	if (!board)
		return;
	service->board_count--;
	memmove(board, board + 1,
		(service->board_count - (size_t)(board - service->boards)) * sizeof(*board));
	sodium_memzero(&service->boards[service->board_count], sizeof(*board));
}

int service_board_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const struct service_board *board, struct service_problem *problem)
{
	struct store_board row = { .added_ms = now_ms, .epoch = 1 };
	struct wire_board_keys keys;
	int r = may(actor, ROLE_ACT_SITE, problem);

	if (r == 0)
		r = check_name(board->id, board->name, problem);
	if (r != 0)
		return r;
	if (board_find(service, board->id))
		return answer(
			problem, SERVICE_BAD_INPUT, "exists", "id", "Gawai dengan pengenal itu sudah ada.");
	r = wire_board_keys(&keys, service->config.identity->agree_secret, board->agree_public,
		board->agree_public, service->config.identity->agree_public);
	sodium_memzero(&keys, sizeof(keys));
	if (r != 0)
		return answer(problem, SERVICE_BAD_INPUT, "bad_key", "agree", "Kunci gawai tidak sah.");
	snprintf(row.id, sizeof(row.id), "%s", board->id);
	snprintf(row.name, sizeof(row.name), "%s", board->name);
	memcpy(row.sign_public, board->sign_public, sizeof(row.sign_public));
	memcpy(row.agree_public, board->agree_public, sizeof(row.agree_public));
	r = begin(service, now_ms);
	if (r != 0)
		return r;
	r = end(service, board_add(service, actor, now_ms, board, &row, problem), now_ms, problem);
	if (r != 0)
		board_forget(service, board->id);
	return r;
}

static int mode_check(int64_t now_ms, enum wire_mode mode, int64_t until_ms, struct service_problem *problem)
{
	if (until_ms != 0 && (until_ms <= now_ms || until_ms > WIRE_TIME_MAX_MS))
		return answer(
			problem, SERVICE_BAD_INPUT, "in_the_past", "until_ms", "Waktu itu sudah lewat.");
	if (mode == WIRE_MODE_HOLD_OPEN && until_ms == 0)
		return answer(problem, SERVICE_BAD_INPUT, "end_missing", "until_ms",
			"Tuliskan sampai kapan pintu ditahan terbuka.");
	return 0;
}

int service_mode_set(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *board_id, enum wire_mode mode, int64_t until_ms, const char *reason,
	struct service_problem *problem)
{
	struct board *board = board_find(service, board_id);
	enum wire_mode old_mode;
	int64_t old_until_ms;
	char detail[SERVICE_TEXT_MAX + 32];
	int r = may(actor, ROLE_ACT_MODE, problem);

	if (r == 0 && !board)
		return not_found(problem, STORE_NONE, "Pintu tidak ditemukan.");
	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r == 0)
		r = mode_check(now_ms, mode, until_ms, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	old_mode = board->row.mode;
	old_until_ms = board->row.mode_until_ms;
	board->row.mode = mode;
	board->row.mode_until_ms = until_ms;
	board->is_dirty = true;
	snprintf(detail, sizeof(detail), "%s: %s", wire_mode_word(mode), reason);
	r = store_board_set_mode(service->store, board_id, mode, until_ms);
	if (r == 0)
		r = audit(service, actor, now_ms, "mode", board_id, detail);
	r = end(service, r, now_ms, problem);
	if (r != 0) {
		board->row.mode = old_mode;
		board->row.mode_until_ms = old_until_ms;
	}
	return r;
}

static int action_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	struct board *board, const struct wire_action *wire, const char *text)
{
	struct store_action row = { .at_ms = now_ms, .expires_ms = wire->expires_ms };
	int r;

	memcpy(row.id, wire->id, sizeof(row.id));
	snprintf(row.board, sizeof(row.board), "%s", board->row.id);
	snprintf(row.what, sizeof(row.what), "%s", wire_action_word(wire->what));
	snprintf(row.why, sizeof(row.why), "%s", wire_why_word(wire->why));
	snprintf(row.who, sizeof(row.who), "%s", actor->name);
	snprintf(row.text, sizeof(row.text), "%s", text ? text : "");
	r = store_action_add(service->store, &row);
	board->is_changed = true;
	return r == 0 ? audit(service, actor, now_ms, row.what, board->row.id, row.why) : r;
}

int service_action(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *board_id, enum wire_action_what what, enum wire_action_why why, const char *text,
	char id[WIRE_ID_CHARS + 1], struct service_problem *problem)
{
	struct board *board = board_find(service, board_id);
	struct wire_action action = { .expires_ms = now_ms + ACTION_MS, .what = what, .why = why };
	uint8_t random[WIRE_ID_CHARS];
	int r = may(actor, ROLE_ACT_DOOR, problem);

	if (r == 0 && !board)
		return not_found(problem, STORE_NONE, "Pintu tidak ditemukan.");
	if (r == 0)
		r = request_needs_text(text, false, problem);
	if (r != 0)
		return r;
	if (board->hello_ms == 0 || now_ms - board->hello_ms > CHALLENGE_FRESH_MS || board->is_link_lost)
		return answer(problem, SERVICE_STALE, "board_offline", "",
			"Pintu sedang luring; perintah tidak dikirim.");
	draw(service, random, sizeof(random));
	base32_lower(action.id, random, WIRE_ID_CHARS);
	memcpy(action.challenge, board->challenge, sizeof(action.challenge));
	snprintf(action.who, sizeof(action.who), "staff-%lld", (long long)actor->staff_id);
	r = begin(service, now_ms);
	if (r != 0)
		return r;
	r = end(service, action_add(service, actor, now_ms, board, &action, text), now_ms, problem);
	if (r != 0)
		return r;
	memcpy(id, action.id, sizeof(action.id));
	return publish_sealed(service, board->row.id, WIRE_ACTION,
		wire_action_encode(service->message, WIRE_MESSAGE_MAX, &action));
}

static int holiday_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	struct window day, const char *name, struct service_problem *problem)
{
	int r = store_holiday_add(service->store, day, name);

	if (r == STORE_TWIN)
		return answer(
			problem, SERVICE_BAD_INPUT, "exists", "from_ms", "Hari libur itu sudah tercatat.");
	if (r == 0)
		r = audit(service, actor, now_ms, "holiday_add", "", name);
	if (r == 0)
		r = store_site_read(service->store, &service->site);
	for (size_t i = 0; i < service->board_count; i++)
		service->boards[i].is_dirty = true;
	return r;
}

int service_holiday_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	int64_t from_ms, int64_t until_ms, const char *name, struct service_problem *problem)
{
	struct store_site before = service->site;
	int r = may(actor, ROLE_ACT_SITE, problem);

	if (r != 0)
		return r;
	if (!name || !text_is_plain(name, SERVICE_TEXT_MAX, false))
		return answer(problem, SERVICE_BAD_INPUT, "bad_name", "name", "Tuliskan nama hari liburnya.");
	if (from_ms < 0 || from_ms >= until_ms || until_ms > WIRE_TIME_MAX_MS)
		return answer(problem, SERVICE_BAD_INPUT, "bad_times", "until_ms",
			"Waktu selesai harus sesudah waktu mulai.");
	r = begin(service, now_ms);
	if (r != 0)
		return r;
	r = holiday_add(service, actor, now_ms, (struct window){ from_ms, until_ms }, name, problem);
	r = end(service, r, now_ms, problem);
	if (r != 0)
		service->site = before;
	return r;
}
