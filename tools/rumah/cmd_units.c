/* Units after they were added, holidays, and boards that move. */
#include <stdio.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/gateway.h"
#include "tools/rumah/numbers.h"
#include "tools/rumah/table.h"
#include "tools/rumah/when.h"

/* Posts to a path with the first word in it, and says `done` of that word. */
__attribute__((format(printf, 2, 0))) static int post_of(
	struct call *call, const char *format, json_t *body, const char *done)
{
	const char *name = args_word(&call->args, 0);
	char path[GATEWAY_PATH_MAX];
	int r = body ? gateway_path(call, path, format, name) : call_no_memory(call);

	if (r != CALL_DONE) {
		json_decref(body);
		return r;
	}
	r = gateway_post(call, path, body);
	return r == CALL_DONE ? call_done(call, "%s: %s", name, done) : r;
}

static json_t *reason_body(const struct call *call)
{
	return json_pack("{s:s}", "reason", args_option(&call->args, "reason"));
}

/* Adds a number's option to a body when it is given. An outcome. */
static int set_number(const struct call *call, json_t *body, const char *option, const char *member,
	int64_t min, int64_t max)
{
	int64_t value = 0;
	int r = number_option(call, &value, option, min, max);

	if (r == CALL_DONE && args_has(&call->args, option) &&
		json_object_set_new(body, member, json_integer(value)) < 0)
		return call_no_memory(call);
	return r;
}

int cmd_unit_edit(struct call *call)
{
	const char *keeps = args_option(&call->args, "keeps-hours");
	json_t *body = json_pack("{s:s*, s:s*}", "name", args_option(&call->args, "name"), "description",
		args_option(&call->args, "description"));
	int r = body ? set_number(call, body, "capacity", "capacity", 1, 9999) : call_no_memory(call);

	if (r == CALL_DONE)
		r = set_number(call, body, "before", "before_min", 0, 1440);
	if (r == CALL_DONE)
		r = set_number(call, body, "after", "after_min", 0, 1440);
	if (r == CALL_DONE && keeps &&
		json_object_set_new(body, "keeps_hours", json_boolean(keeps[0] == 'y')) < 0)
		r = call_no_memory(call);
	if (r == CALL_DONE)
		return post_of(call, "/api/units/%s/edit", body, T("diubah", "changed"));
	json_decref(body);
	return r;
}

int cmd_unit_hours(struct call *call)
{
	json_t *body = json_object();
	int r = body ? set_weekly(call, body, true) : call_no_memory(call);

	if (r == CALL_DONE)
		return post_of(call, "/api/units/%s/hours", body, T("jam buka diatur", "opening hours set"));
	json_decref(body);
	return r;
}

int cmd_unit_close(struct call *call)
{
	int64_t from_ms = call->now_ms, until_ms = 0;
	int r = call_time(call, &from_ms, "from", call->now_ms, false);

	if (r == CALL_DONE)
		r = call_time(call, &until_ms, "until", from_ms, true);
	if (r != CALL_DONE)
		return r;
	return post_of(call, "/api/units/%s/close",
		json_pack("{s:I, s:I, s:s}", "from_ms", (json_int_t)from_ms, "until_ms", (json_int_t)until_ms,
			"reason", args_option(&call->args, "reason")),
		T("ditutup", "closed"));
}

int cmd_unit_open(struct call *call)
{
	return post_of(call, "/api/closures/%s/end", reason_body(call), T("dibuka kembali", "open again"));
}

int cmd_unit_remove(struct call *call)
{
	return post_of(
		call, "/api/units/%s/remove", reason_body(call), T("tidak dipakai lagi", "out of use"));
}

/* A table of things with a beginning and an end: `word` and `text` are their members, either may be NULL. */
static int print_spans(struct call *call, json_t *answer, const char *list, const char *const *titles,
	const char *const members[static 2])
{
	char from[WHEN_MAX], until[WHEN_MAX], id[24];
	struct table *table;
	json_t *item;
	size_t i;

	if (call->is_json)
		return call_print_json(call, answer);
	table = table_new(titles);
	json_array_foreach(json_object_get(answer, list), i, item)
	{
		if (!table)
			break;
		when_write(from, call_int(item, "from_ms"), call->now_ms, call->zone_min);
		when_write(until, call_int(item, "until_ms"), call->now_ms, call->zone_min);
		snprintf(id, sizeof(id), "%lld", (long long)call_int(item, "id"));
		table_add(
			table, TONE_STRONG, strcmp(members[0], "id") == 0 ? id : call_text(item, members[0]));
		table_add(table, TONE_PLAIN, from);
		table_add(table, TONE_PLAIN, until);
		if (members[1])
			table_add(table, TONE_PLAIN, call_text(item, members[1]));
	}
	json_decref(answer);
	if (!table)
		return call_no_memory(call);
	table_print(table, stdout, term_width());
	table_free(table);
	return CALL_DONE;
}

int cmd_unit_closures(struct call *call)
{
	const char *const titles[] = { T("NOMOR", "NUMBER"), T("DARI", "FROM"), T("SAMPAI", "UNTIL"),
		T("ALASAN", "REASON"), NULL };
	static const char *const members[] = { "id", "reason" };
	json_t *answer;
	int r = gateway_get(call, &answer, "/api/closures");

	return r == CALL_DONE ? print_spans(call, answer, "closures", titles, members) : r;
}

int cmd_unit_busy(struct call *call)
{
	const char *const titles[] = { T("KEADAAN", "STATE"), T("DARI", "FROM"), T("SAMPAI", "UNTIL"), NULL };
	static const char *const members[] = { "kind", NULL };
	struct gateway_ask ask = { .method = "GET" };
	char path[GATEWAY_PATH_MAX], with[GATEWAY_PATH_MAX + 64];
	int64_t from_ms = 0, until_ms = 0;
	json_t *answer;
	int r = call_time(call, &from_ms, "from", call->now_ms, false);

	if (r == CALL_DONE)
		r = call_time(call, &until_ms, "until", from_ms, true);
	if (r == CALL_DONE)
		r = gateway_path(call, path, "/api/units/%s/busy", args_word(&call->args, 0));
	if (r != CALL_DONE)
		return r;
	snprintf(
		with, sizeof(with), "%s?from=%lld&until=%lld", path, (long long)from_ms, (long long)until_ms);
	ask.path = with;
	r = gateway_do(call, &ask, &answer);
	return r == CALL_DONE ? print_spans(call, answer, "busy", titles, members) : r;
}

int cmd_holiday_list(struct call *call)
{
	const char *const titles[] = { T("NAMA", "NAME"), T("DARI", "FROM"), T("SAMPAI", "UNTIL"), NULL };
	static const char *const members[] = { "name", NULL };
	struct gateway_ask ask = { .method = "GET", .path = "/api/holidays" };
	json_t *answer;
	int r = gateway_do(call, &ask, &answer);

	return r == CALL_DONE ? print_spans(call, answer, "holidays", titles, members) : r;
}

int cmd_holiday_add(struct call *call)
{
	const char *name = args_option(&call->args, "name");
	int64_t from_ms = 0, until_ms = 0;
	json_t *body;
	int r = call_time(call, &from_ms, "from", call->now_ms, false);

	if (r == CALL_DONE)
		r = call_time(call, &until_ms, "until", from_ms, true);
	if (r != CALL_DONE)
		return r;
	body = json_pack("{s:s, s:I, s:I}", "name", name, "from_ms", (json_int_t)from_ms, "until_ms",
		(json_int_t)until_ms);
	r = body ? gateway_post(call, "/api/holidays", body) : call_no_memory(call);
	return r == CALL_DONE ? call_done(call, T("%s dicatat.", "%s written down."), name) : r;
}

int cmd_holiday_remove(struct call *call)
{
	char path[GATEWAY_PATH_MAX];
	int64_t from_ms = 0;
	int r = call_time(call, &from_ms, "from", call->now_ms, false);

	if (r != CALL_DONE)
		return r;
	snprintf(path, sizeof(path), "/api/holidays/%lld/remove", (long long)from_ms);
	r = gateway_post(call, path, NULL);
	return r == CALL_DONE ? call_done(call, "%s", T("Hari libur dihapus.", "Holiday taken back.")) : r;
}

int cmd_board_move(struct call *call)
{
	json_t *units = list_option(call, "unit"), *body;

	body = json_pack("{s:s, s:s*}", "reason", args_option(&call->args, "reason"), "name",
		args_option(&call->args, "name"));
	if (json_array_size(units) == 0)
		json_decref(units);
	else if (!body || json_object_set_new(body, "units", units) < 0) {
		json_decref(body);
		return call_no_memory(call);
	}
	return post_of(call, "/api/boards/%s/move", body, T("dipindah", "moved"));
}
