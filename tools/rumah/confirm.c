#include "tools/rumah/confirm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/rumah/gateway.h"
#include "tools/rumah/lang.h"
#include "tools/rumah/table.h"

#define WAIT_MS 5000
#define WAIT_MAX_S 3600
#define LOOK_EVERY_MS 100

int confirm_doors_of(struct call *call, const char *number, json_t **out)
{
	char path[GATEWAY_PATH_MAX];
	json_t *request = NULL, *doors;
	int r = gateway_path(call, path, "/api/requests/%s", number);

	if (r == CALL_DONE)
		r = gateway_get(call, &request, path);
	if (r != CALL_DONE)
		return r;
	doors = json_object_get(request, "doors");
	*out = json_is_array(doors) ? json_incref(doors) : json_array();
	json_decref(request);
	return CALL_DONE;
}

static bool is_wanted(const json_t *doors, const char *board)
{
	size_t i;
	const json_t *door;

	json_array_foreach(doors, i, door)
	{
		if (strcmp(call_text(door, "board"), board) == 0)
			return true;
	}
	return false;
}

/* How the wanted doors stand now: [{"board", "name", "is_ready", "is_online"}]. */
static int look(struct call *call, const json_t *wanted, json_t **out, bool *are_ready)
{
	json_t *answer, *door;
	size_t i;
	int r = gateway_get(call, &answer, "/api/doors");

	if (r != CALL_DONE)
		return r;
	*out = json_array();
	*are_ready = true;
	json_array_foreach(json_object_get(answer, "doors"), i, door)
	{
		if (!is_wanted(wanted, call_text(door, "board")))
			continue;
		*are_ready = *are_ready && call_is(door, "is_ready");
		json_array_append_new(
			*out, json_pack("{s:s, s:s, s:b, s:b}", "board", call_text(door, "board"), "name",
				      call_text(door, "name"), "is_ready", call_is(door, "is_ready"),
				      "is_online", call_is(door, "is_online")));
	}
	json_decref(answer);
	return CALL_DONE;
}

static void print_doors(const json_t *doors, const char *ready)
{
	const json_t *door;
	size_t i;

	json_array_foreach(doors, i, door)
	{
		enum tone tone = call_is(door, "is_ready") ? TONE_GOOD : TONE_WATCH;
		char *name = term_clean(call_text(door, "name"));

		printf("  %s%s %s%s  %s\n", term_begin(tone), call_is(door, "is_ready") ? "✓" : "…",
			call_is(door, "is_ready")    ? ready
			: call_is(door, "is_online") ? T("menunggu pintu", "waiting for the door")
						     : T("pintu tidak terhubung", "door not connected"),
			term_end(tone), name ? name : "?");
		free(name);
	}
}

int confirm_end(struct call *call, const json_t *doors, const char *text, const char *ready)
{
	const char *wait = args_option(&call->args, "wait");
	char *end = NULL;
	long seconds = wait ? strtol(wait, &end, 10) : 0;
	int64_t until_ms;
	bool are_ready = false;
	json_t *now = NULL;
	int r;

	if (wait && (!*wait || *end || seconds < 0 || seconds > WAIT_MAX_S))
		return call_fail(call, CALL_MISUSED, "usage",
			T("--wait: 0 sampai %d detik", "--wait: 0 to %d seconds"), WAIT_MAX_S);
	until_ms = call_clock_ms() + (wait ? seconds * 1000 : WAIT_MS);
	for (;;) {
		r = look(call, doors, &now, &are_ready);
		if (r != CALL_DONE || are_ready || call_clock_ms() >= until_ms)
			break;
		json_decref(now);
		call_sleep_ms(LOOK_EVERY_MS);
	}
	if (r != CALL_DONE)
		return r;
	r = wait && !are_ready ? CALL_REFUSED : CALL_DONE;
	if (call->is_json) {
		int printed = call_print_json(
			call, json_pack("{s:b, s:b, s:o}", "ok", 1, "is_ready", are_ready, "doors", now));

		return printed == CALL_DONE ? r : printed;
	}
	puts(text);
	print_doors(now, ready);
	json_decref(now);
	return r;
}
