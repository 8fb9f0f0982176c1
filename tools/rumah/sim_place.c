#include "tools/rumah/sim_place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/rumah/lang.h"

const char *sim_place_folder(void)
{
	const char *folder = getenv("RUMAH_SIM_DIR");

	return folder && folder[0] ? folder : "/run/rumah-sim";
}

/* Says which boards there are to choose from. */
static int fail_board(const struct call *call, const json_t *boards, const char *board)
{
	char names[300] = "";
	const json_t *name;
	size_t i, len = 0;

	json_array_foreach(boards, i, name)
	{
		if (len < sizeof(names))
			len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "",
				json_string_value(name));
	}
	if (!names[0])
		return call_fail(call, CALL_UNREACHABLE, "no_sim",
			T("tidak ada pintu simulasi di %s; mulai dengan ./tools/demo start, atau sebut "
			  "--socket",
				"there is no simulated door in %s; begin with ./tools/demo start, or name "
				"one by --socket"),
			sim_place_folder());
	if (board)
		return call_fail(call, CALL_UNREACHABLE, "no_sim",
			T("tidak ada pintu simulasi \"%.40s\"; yang ada: %s",
				"no simulated door \"%.40s\"; there are: %s"),
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

int sim_place_find(const struct call *call, struct sim_place *place)
{
	const char *socket = args_option(&call->args, "socket"), *board = args_option(&call->args, "board");
	json_t *boards;
	int r = CALL_DONE, len;

	if (socket) {
		snprintf(place->board, sizeof(place->board), "%s", board ? board : T("pintu", "door"));
		len = snprintf(place->path, sizeof(place->path), "%s", socket);
		return len < (int)sizeof(place->path)
			       ? CALL_DONE
			       : call_fail(call, CALL_MISUSED, "usage", "%s", strerror(ENAMETOOLONG));
	}
	boards = sim_boards(sim_place_folder());
	if (!board && json_array_size(boards) == 1)
		board = json_string_value(json_array_get(boards, 0));
	if (!board || !is_listed(boards, board)) {
		r = fail_board(call, boards, board);
	} else {
		snprintf(place->board, sizeof(place->board), "%s", board);
		len = snprintf(place->path, sizeof(place->path), "%s/%s.sock", sim_place_folder(), board);
		if (len >= (int)sizeof(place->path))
			r = call_fail(call, CALL_MISUSED, "usage", "%s", strerror(ENAMETOOLONG));
	}
	json_decref(boards);
	return r;
}

int sim_place_fail(const struct call *call, const struct sim_place *place, int error)
{
	if (error == -ETIMEDOUT || error == -EPIPE || error == -EBADMSG)
		return call_fail(call, CALL_UNREACHABLE, "sim_silent",
			T("%s tidak menjawab; apakah rumah-door masih berjalan?",
				"%s does not answer; does its rumah-door still run?"),
			place->board);
	return call_fail(call, CALL_UNREACHABLE, "sim_unreachable",
		T("tidak dapat mencapai %s (%s); apakah rumah-door berjalan?",
			"cannot reach %s (%s); does its rumah-door run?"),
		place->board, strerror(-error));
}

int sim_place_ask(const struct call *call, const struct sim_place *place, struct sim *sim, json_t *command,
	int timeout_ms, json_t **answer)
{
	int r = sim_send(sim, command);

	if (r == 0)
		r = sim_next(sim, answer, timeout_ms);
	if (r < 0)
		return sim_place_fail(call, place, r);
	if (call_is(*answer, "ok"))
		return CALL_DONE;
	r = call_fail(call, CALL_REFUSED, "sim_refused", "%s: %s", place->board, call_text(*answer, "error"));
	json_decref(*answer);
	return r;
}

int sim_place_ask_once(const struct call *call, json_t *command, json_t **answer, struct sim_place *place)
{
	struct sim *sim = NULL;
	int r = sim_place_find(call, place);

	if (r != CALL_DONE) {
		json_decref(command);
		return r;
	}
	r = sim_open(&sim, place->path);
	if (r < 0) {
		json_decref(command);
		return sim_place_fail(call, place, r);
	}
	r = sim_place_ask(call, place, sim, command, SIM_TIMEOUT_MS, answer);
	sim_close(sim);
	return r;
}

int sim_place_tell(const struct call *call, json_t *command, struct sim_place *place)
{
	json_t *answer = NULL;
	int r = sim_place_ask_once(call, command, &answer, place);

	if (r == CALL_DONE)
		json_decref(answer);
	return r;
}
