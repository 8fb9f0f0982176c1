#include "tools/rumah/places.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/rumah/lang.h"

/* A socket's path is before NAME after; with the variable set, its folder/NAME suffix. */
static const struct {
	const char *variable, *suffix, *before, *after;
	struct text none;
} kinds[] = {
	[PLACE_SIM] = { "RUMAH_SIM_DIR", ".sock", "/run/rumah-sim/", ".sock",
		{ "tidak ada pintu simulasi; mulai dengan ./tools/demo start, atau sebut --socket",
			"there is no simulated door; begin with ./tools/demo start, or name one by "
			"--socket" } },
	[PLACE_LOOK] = { "RUMAH_LOOK_DIR", ".look", "/run/rumah-door-", "/look.sock",
		{ "tidak ada rumah-door yang dapat dilihat; perlu [look] socket di pengaturannya, dan "
		  "hak grup "
		  "rumah-admin",
			"there is no rumah-door to look at; its configuration needs [look] socket, and "
			"you the "
			"group rumah-admin" } },
};

struct around { /* a name, and so its path */
	char before[PATH_MAX];
	const char *after;
};

static struct around around(enum place_kind kind)
{
	const char *folder = getenv(kinds[kind].variable);
	struct around around = { .after = kinds[kind].after };

	if (folder && folder[0]) {
		snprintf(around.before, sizeof(around.before), "%s/", folder);
		around.after = kinds[kind].suffix;
	} else {
		snprintf(around.before, sizeof(around.before), "%s", kinds[kind].before);
	}
	return around;
}

json_t *place_boards(enum place_kind kind)
{
	struct around parts = around(kind);
	char pattern[PATH_MAX + 16];
	json_t *boards = json_array();
	glob_t found = { 0 };

	snprintf(pattern, sizeof(pattern), "%s*%s", parts.before, parts.after);
	if (glob(pattern, 0, NULL, &found) == 0) {
		size_t before = strlen(parts.before), after = strlen(parts.after);

		for (size_t i = 0; i < found.gl_pathc; i++)
			json_array_append_new(boards, json_stringn(found.gl_pathv[i] + before,
							      strlen(found.gl_pathv[i]) - before - after));
	}
	globfree(&found);
	return boards;
}

/* Says which boards there are to choose from. */
static int fail_board(const struct call *call, enum place_kind kind, const json_t *boards, const char *board)
{
	struct around parts = around(kind);
	char names[300] = "", where[PATH_MAX + 24];
	const json_t *name;
	size_t i, len = 0;

	json_array_foreach(boards, i, name)
	{
		if (len < sizeof(names))
			len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "",
				json_string_value(name));
	}
	snprintf(where, sizeof(where), "%s*%s", parts.before, parts.after);
	if (!names[0])
		return call_fail(
			call, CALL_UNREACHABLE, "no_door", "%s (%s)", lang_pick(kinds[kind].none), where);
	if (board)
		return call_fail(call, CALL_UNREACHABLE, "no_door",
			T("tidak ada pintu \"%.40s\" di sini; yang ada: %s",
				"no door \"%.40s\" is here; there are: %s"),
			board, names);
	return call_fail(call, CALL_MISUSED, "usage",
		T("pintu yang mana? --board salah satu dari: %s", "which door? --board one of: %s"), names);
}

static bool is_listed(const json_t *boards, const char *board)
{
	const json_t *name;
	size_t i;

	json_array_foreach(boards, i, name)
	{
		if (strcmp(json_string_value(name), board) == 0)
			return true;
	}
	return false;
}

static int check_length(const struct call *call, int len, size_t size)
{
	return len >= 0 && (size_t)len < size
		       ? CALL_DONE
		       : call_fail(call, CALL_MISUSED, "usage", "%s", strerror(ENAMETOOLONG));
}

int place_find(const struct call *call, struct place *place, enum place_kind kind)
{
	const char *socket = args_option(&call->args, "socket"), *board = args_option(&call->args, "board");
	struct around parts = around(kind);
	json_t *boards;
	int r;

	if (socket) {
		snprintf(place->board, sizeof(place->board), "%s", board ? board : T("pintu", "door"));
		return check_length(
			call, snprintf(place->path, sizeof(place->path), "%s", socket), sizeof(place->path));
	}
	boards = place_boards(kind);
	if (!board && json_array_size(boards) == 1)
		board = json_string_value(json_array_get(boards, 0));
	if (!board || !is_listed(boards, board)) {
		r = fail_board(call, kind, boards, board);
	} else {
		snprintf(place->board, sizeof(place->board), "%s", board);
		r = check_length(call,
			snprintf(
				place->path, sizeof(place->path), "%s%s%s", parts.before, board, parts.after),
			sizeof(place->path));
	}
	json_decref(boards);
	return r;
}

int place_fail(const struct call *call, const struct place *place, int error)
{
	if (error == -ETIMEDOUT || error == -EPIPE || error == -EBADMSG)
		return call_fail(call, CALL_UNREACHABLE, "door_silent",
			T("%s tidak menjawab; apakah rumah-door masih berjalan?",
				"%s does not answer; does its rumah-door still run?"),
			place->board);
	return call_fail(call, CALL_UNREACHABLE, "door_unreachable",
		T("tidak dapat mencapai %s (%s); apakah rumah-door berjalan?",
			"cannot reach %s (%s); does its rumah-door run?"),
		place->board, strerror(-error));
}

int place_ask(const struct call *call, const struct place *place, struct doorsock *sock, json_t *command,
	int timeout_ms, json_t **answer)
{
	int r = doorsock_send(sock, command);

	if (r == 0)
		r = doorsock_next(sock, answer, timeout_ms);
	if (r < 0)
		return place_fail(call, place, r);
	if (call_is(*answer, "ok"))
		return CALL_DONE;
	r = call_fail(
		call, CALL_REFUSED, "door_refused", "%s: %s", place->board, call_text(*answer, "error"));
	json_decref(*answer);
	return r;
}

int place_ask_once(
	const struct call *call, enum place_kind kind, json_t *command, json_t **answer, struct place *place)
{
	struct doorsock *sock = NULL;
	int r = place_find(call, place, kind);

	if (r != CALL_DONE) {
		json_decref(command);
		return r;
	}
	r = doorsock_open(&sock, place->path);
	if (r < 0) {
		json_decref(command);
		return place_fail(call, place, r);
	}
	r = place_ask(call, place, sock, command, DOORSOCK_TIMEOUT_MS, answer);
	doorsock_close(sock);
	return r;
}

int place_tell(const struct call *call, enum place_kind kind, json_t *command, struct place *place)
{
	json_t *answer = NULL;
	int r = place_ask_once(call, kind, command, &answer, place);

	if (r == CALL_DONE)
		json_decref(answer);
	return r;
}
