/* What a person with a screwdriver does at a simulated door: lines, faults and cards. */
#include <stdio.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/numbers.h"
#include "tools/rumah/places.h"
#include "tools/rumah/words.h"

static bool is_on(const struct call *call)
{
	return strcmp(args_word(&call->args, 1), "on") == 0;
}

int cmd_sim_line(struct call *call)
{
	const char *line = args_word(&call->args, 0);
	struct place place;
	int r = place_tell(call, PLACE_SIM,
		json_pack("{s:s, s:s, s:b}", "do", "line", "line", line, "active", is_on(call)), &place);

	if (r != CALL_DONE)
		return r;
	return call_done(call, T("%s: %s: %s", "%s: %s: %s"), place.board, word_say(WORDS_LINE, line),
		is_on(call) ? T("ya", "yes") : T("tidak", "no"));
}

int cmd_sim_fault(struct call *call)
{
	const char *fault = args_word(&call->args, 0), *line = args_option(&call->args, "line");
	json_t *command = json_pack("{s:s, s:s, s:b}", "do", "fault", "fault", fault, "active", is_on(call));
	struct place place;
	int r;

	if (line)
		json_object_set_new(command, "line", json_string(line));
	r = place_tell(call, PLACE_SIM, command, &place);
	if (r != CALL_DONE)
		return r;
	return call_done(call, "%s: %s: %s", place.board, word_say(WORDS_REASON, fault),
		is_on(call) ? T("ada", "there") : T("hilang", "gone"));
}

int cmd_sim_card(struct call *call)
{
	const char *number = args_word(&call->args, 0);
	int64_t bits = 4 * (int64_t)strlen(number);
	struct place place;
	int r = number_option(call, &bits, "bits", 1, 64);

	if (r == CALL_DONE)
		r = place_tell(call, PLACE_SIM,
			json_pack(
				"{s:s, s:I, s:s}", "do", "card", "bits", (json_int_t)bits, "number", number),
			&place);
	return r == CALL_DONE ? call_done(call, T("%s: kartu ditempelkan", "%s: card shown"), place.board)
			      : r;
}
