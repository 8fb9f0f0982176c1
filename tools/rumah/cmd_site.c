/* Setting a site up: units, boards, standing access. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/gateway.h"
#include "tools/rumah/numbers.h"
#include "tools/rumah/table.h"
#include "tools/rumah/weekly.h"
#include "tools/rumah/when.h"
#include "tools/rumah/words.h"

int cmd_unit_add(struct call *call)
{
	const char *unit = args_word(&call->args, 0), *kind = args_option(&call->args, "kind");
	int64_t capacity = 1, before = 0, after = 0;
	json_t *body;
	int r = number_option(call, &capacity, "capacity", 1, 9999);

	if (r == CALL_DONE)
		r = number_option(call, &before, "before", 0, 1440);
	if (r == CALL_DONE)
		r = number_option(call, &after, "after", 0, 1440);
	if (r != CALL_DONE)
		return r;
	body = json_pack("{s:s, s:s, s:s, s:s*, s:I, s:I, s:I}", "id", unit, "name",
		args_option(&call->args, "name"), "kind", kind ? kind : "room", "parent",
		args_option(&call->args, "parent"), "capacity", (json_int_t)capacity, "before_min",
		(json_int_t)before, "after_min", (json_int_t)after);
	r = body ? gateway_post(call, "/api/units", body) : call_no_memory(call);
	return r == CALL_DONE ? call_done(call, T("Unit %s ditambahkan.", "Unit %s added."), unit) : r;
}

int cmd_unit_list(struct call *call)
{
	const char *const titles[] = { T("UNIT", "UNIT"), T("NAMA", "NAME"), T("JENIS", "KIND"),
		T("MUAT", "HOLDS"), T("BAGIAN DARI", "PART OF"), NULL };
	struct gateway_ask ask = { .method = "GET", .path = "/api/units" };
	struct table *table;
	json_t *answer, *unit;
	size_t i;
	int r = gateway_do(call, &ask, &answer);

	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	table = table_new(titles);
	json_array_foreach(json_object_get(answer, "units"), i, unit)
	{
		if (!table)
			break;
		table_add(table, TONE_STRONG, call_text(unit, "id"));
		table_add(table, TONE_PLAIN, call_text(unit, "name"));
		table_add(table, TONE_PLAIN, word_say(WORDS_UNIT, call_text(unit, "kind")));
		table_addf(table, TONE_PLAIN, "%lld", (long long)call_int(unit, "capacity"));
		table_add(table, TONE_PLAIN, call_text(unit, "parent"));
	}
	json_decref(answer);
	if (!table)
		return call_no_memory(call);
	table_print(table, stdout, term_width());
	table_free(table);
	return CALL_DONE;
}

json_t *list_option(const struct call *call, const char *option)
{
	json_t *list = json_array();
	const char *value;

	for (size_t i = 0; (value = args_option_at(&call->args, option, i)); i++)
		json_array_append_new(list, json_string(value));
	return list;
}

/* identity.pub as the board wrote it. */
static int read_identity(const struct call *call, json_t **out)
{
	const char *path = args_option(&call->args, "identity");
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	json_error_t error;

	if (!file)
		return call_fail(call, CALL_REFUSED, "no_file", "%s: %s", path, strerror(errno));
	*out = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
	if (!is_stdin)
		fclose(file);
	if (!json_is_string(json_object_get(*out, "sign")) ||
		!json_is_string(json_object_get(*out, "agree"))) {
		json_decref(*out);
		return call_fail(call, CALL_REFUSED, "bad_identity",
			T("%s bukan identity.pub dari gawai (rumah-door membuatnya di foldernya)",
				"%s is no board's identity.pub (rumah-door writes one into its folder)"),
			path);
	}
	return CALL_DONE;
}

int cmd_board_add(struct call *call)
{
	const char *board = args_word(&call->args, 0), *name = args_option(&call->args, "name");
	json_t *identity = NULL, *body;
	int r = read_identity(call, &identity);

	if (r != CALL_DONE)
		return r;
	body = json_pack("{s:s, s:s, s:O, s:O, s:o}", "id", board, "name", name ? name : board, "sign",
		json_object_get(identity, "sign"), "agree", json_object_get(identity, "agree"), "units",
		list_option(call, "unit"));
	json_decref(identity);
	r = body ? gateway_post(call, "/api/boards", body) : call_no_memory(call);
	return r == CALL_DONE ? call_done(call, T("Pintu %s ditambahkan.", "Door %s added."), board) : r;
}

static void join_units(const json_t *door, char *out, size_t size)
{
	const json_t *unit;
	size_t i, len = 0;

	out[0] = 0;
	json_array_foreach(json_object_get(door, "units"), i, unit)
	{
		if (len < size)
			len += (size_t)snprintf(
				out + len, size - len, "%s%s", i ? ", " : "", json_string_value(unit));
	}
}

int cmd_board_list(struct call *call)
{
	const char *const titles[] = { T("GAWAI", "BOARD"), T("NAMA", "NAME"), T("UNIT", "UNITS"),
		T("TERHUBUNG", "CONNECTED"), T("DAFTAR", "LIST"), T("JAM", "CLOCK"), NULL };
	char units[512];
	struct table *table;
	json_t *answer, *door;
	size_t i;
	int r = gateway_get(call, &answer, "/api/doors");

	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	table = table_new(titles);
	json_array_foreach(json_object_get(answer, "doors"), i, door)
	{
		bool is_online = call_is(door, "is_online");

		if (!table)
			break;
		join_units(door, units, sizeof(units));
		table_add(table, TONE_STRONG, call_text(door, "board"));
		table_add(table, TONE_PLAIN, call_text(door, "name"));
		table_add(table, TONE_PLAIN, units);
		table_add(table, is_online ? TONE_GOOD : TONE_BAD,
			is_online ? T("ya", "yes") : T("tidak", "no"));
		table_addf(table, call_is(door, "is_ready") ? TONE_GOOD : TONE_WATCH, "%lld/%lld",
			(long long)call_int(door, "confirmed_rev"), (long long)call_int(door, "wanted_rev"));
		table_add(table, word_tone(WORDS_TRUST, call_text(door, "trust")),
			word_say(WORDS_TRUST, call_text(door, "trust")));
	}
	json_decref(answer);
	if (!table)
		return call_no_memory(call);
	table_print(table, stdout, term_width());
	table_free(table);
	return CALL_DONE;
}

int set_weekly(const struct call *call, json_t *body, bool is_needed)
{
	json_t *list = json_array();
	const char *text;

	for (size_t i = 0; (text = args_option_at(&call->args, "weekly", i)); i++) {
		struct weekly weekly;

		if (weekly_read(&weekly, text) < 0) {
			json_decref(list);
			return call_fail(call, CALL_MISUSED, "usage", "%s",
				T("--weekly: tulis seperti \"senin-jumat 06.00-09.00\"",
					"--weekly: write one like \"monday-friday 06.00-09.00\""));
		}
		json_array_append_new(list, json_pack("{s:i, s:i, s:i}", "days", (int)weekly.days, "from_min",
						    (int)weekly.from_min, "to_min", (int)weekly.to_min));
	}
	if (json_array_size(list) == 0 && !is_needed)
		json_decref(list);
	else if (json_object_set_new(body, "weekly", list) < 0)
		return call_no_memory(call);
	return CALL_DONE;
}

int cmd_standing_add(struct call *call)
{
	struct gateway_ask ask = { .method = "POST", .path = "/api/standing", .is_staff = true };
	int64_t from_ms = call->now_ms, until_ms = 0;
	json_t *answer;
	int r = call_time(call, &from_ms, "from", call->now_ms, false);

	if (r == CALL_DONE)
		r = call_time(call, &until_ms, "until", from_ms, true);
	if (r != CALL_DONE)
		return r;
	ask.body = json_pack("{s:s, s:o, s:I, s:I, s:b, s:b}", "name", args_option(&call->args, "name"),
		"boards", list_option(call, "board"), "from_ms", (json_int_t)from_ms, "until_ms",
		(json_int_t)until_ms, "is_always", args_has(&call->args, "always"), "opens_on_holidays",
		args_has(&call->args, "holidays"));
	r = ask.body ? set_weekly(call, ask.body, false) : call_no_memory(call);
	if (r != CALL_DONE) {
		json_decref(ask.body);
		return r;
	}
	r = gateway_do(call, &ask, &answer);
	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	printf(T("Akses %s diberikan.\nTautan (hanya ditampilkan sekali): %s\n",
		       "Access %s given.\nThe link (told this once): %s\n"),
		call_text(answer, "id"), call_text(answer, "link"));
	json_decref(answer);
	return CALL_DONE;
}

int cmd_standing_revoke(struct call *call)
{
	const char *id = args_word(&call->args, 0);
	char path[GATEWAY_PATH_MAX];
	int r = gateway_path(call, path, "/api/standing/%s/revoke", id);

	if (r == CALL_DONE)
		r = gateway_post(
			call, path, json_pack("{s:s}", "reason", args_option(&call->args, "reason")));
	return r == CALL_DONE ? call_done(call, "%s", T("Akses dicabut.", "Access taken away.")) : r;
}
