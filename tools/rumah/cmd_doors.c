/* Looking at doors, and asking something of one. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/confirm.h"
#include "tools/rumah/doors_view.h"
#include "tools/rumah/gateway.h"
#include "tools/rumah/when.h"
#include "tools/rumah/words.h"

#define ANSWER_WAIT_MS 10000 /* an action expires in ten seconds at the latest */
#define LOOK_EVERY_MS 100

static int print_doors(const struct call *call, const json_t *doors, int64_t now_ms)
{
	struct table *table = doors_view_table(doors, now_ms);

	if (!table)
		return call_no_memory(call);
	if (table_rows(table) == 0)
		puts(T("Belum ada pintu; tambahkan dengan: rumah board add",
			"There is no door; add one with: rumah board add"));
	else
		table_print(table, stdout, term_width());
	table_free(table);
	return CALL_DONE;
}

/* ---- doors --watch */
struct watch {
	struct call *call;
	json_t *doors;
	int64_t ahead_ms; /* the gateway's clock minus ours */
	bool is_connected;
};

static volatile sig_atomic_t is_ended;

static void on_signal(int number)
{
	(void)number;
	is_ended = 1;
}

static void draw(struct watch *watch)
{
	int64_t now_ms = call_clock_ms();
	char at[WHEN_MAX];

	if (term_is_tty())
		fputs("\033[H\033[2J", stdout);
	when_write_exact(at, now_ms, watch->call->zone_min);
	printf("%s%s", T("Pintu", "Doors"), term_begin(TONE_FAINT));
	printf("  %s  ", at);
	fputs(term_end(TONE_FAINT), stdout);
	if (watch->is_connected)
		puts(T("(Ctrl-C mengakhiri)", "(Ctrl-C ends it)"));
	else
		printf("%s%s%s\n", term_begin(TONE_BAD),
			T("gerbang tidak menjawab; yang di bawah adalah kabar lama",
				"the gateway does not answer; what stands below is old"),
			term_end(TONE_BAD));
	print_doors(watch->call, watch->doors, now_ms + watch->ahead_ms);
	fflush(stdout);
}

static bool on_watched(void *ctx, const char *name, json_t *data)
{
	struct watch *watch = ctx;

	if (strcmp(name, "picture") == 0) {
		json_decref(watch->doors);
		watch->doors = json_incref(json_object_get(data, "doors"));
		watch->ahead_ms = call_int(data, "now_ms") - call_clock_ms();
	} else if (strcmp(name, "door") == 0) {
		doors_view_put(watch->doors, data);
	} else {
		return !is_ended;
	}
	watch->is_connected = true;
	if (watch->call->is_json)
		return json_dumpf(data, stdout, JSON_COMPACT) == 0 && putchar('\n') == '\n' &&
		       fflush(stdout) == 0 && !is_ended;
	draw(watch);
	return !is_ended;
}

static bool on_second(void *ctx, bool is_connected)
{
	struct watch *watch = ctx;

	watch->is_connected = is_connected;
	if (!watch->call->is_json && (term_is_tty() || !is_connected))
		draw(watch);
	return !is_ended;
}

static int watch_doors(struct call *call)
{
	struct watch watch = { .call = call, .doors = json_array() };
	const struct gateway_live live = { on_watched, on_second, &watch };
	struct sigaction action = { .sa_handler = on_signal };
	int r;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	r = gateway_live(call, &live);
	json_decref(watch.doors);
	return is_ended ? CALL_DONE : r;
}

/* Without its broker the gateway hears no door, and tells what each said before. */
static void warn_without_broker(struct call *call)
{
	struct gateway_ask ask = { .method = "GET", .path = "/api/health" };
	json_t *health;

	if (gateway_do(call, &ask, &health) != CALL_DONE)
		return;
	if (!call_is(health, "is_broker_connected"))
		printf("%s%s%s\n", term_begin(TONE_BAD),
			T("Perantara pesan tidak terhubung: yang di bawah adalah kabar lama.",
				"The broker is not connected: what stands below is old."),
			term_end(TONE_BAD));
	json_decref(health);
}

int cmd_doors(struct call *call)
{
	json_t *answer;
	int r;

	if (args_has(&call->args, "watch"))
		return watch_doors(call);
	r = gateway_get(call, &answer, "/api/doors");
	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	warn_without_broker(call);
	r = print_doors(call, json_object_get(answer, "doors"), call_int(answer, "now_ms"));
	json_decref(answer);
	return r;
}

/* ---- asking something of a door */
int cmd_mode(struct call *call)
{
	const char *board = args_word(&call->args, 0), *mode = args_word(&call->args, 1);
	const char *reason = args_option(&call->args, "reason");
	char path[GATEWAY_PATH_MAX], text[128];
	json_t *body, *doors = NULL;
	int64_t until_ms = 0;
	int r = gateway_path(call, path, "/api/doors/%s/mode", board);

	if (r == CALL_DONE)
		r = call_time(call, &until_ms, "until", call->now_ms, true);
	if (r == CALL_DONE && strcmp(mode, "hold_open") == 0 && until_ms == 0)
		r = call_fail(call, CALL_MISUSED, "usage", "%s",
			T("hold_open memerlukan --until", "hold_open needs --until"));
	if (r != CALL_DONE)
		return r;
	body = json_pack(
		"{s:s, s:s}", "mode", mode, "reason", reason ? reason : T("lewat rumah", "with rumah"));
	if (body && until_ms)
		json_object_set_new(body, "until_ms", json_integer(until_ms));
	r = body ? gateway_post(call, path, body) : call_no_memory(call);
	if (r != CALL_DONE)
		return r;
	snprintf(text, sizeof(text), "%s: %s", board, word_say(WORDS_MODE, mode));
	doors = json_pack("[{s:s}]", "board", board);
	r = doors ? confirm_end(call, doors, text, T("pintu sudah tahu", "the door knows"))
		  : call_no_memory(call);
	json_decref(doors);
	return r;
}

/* The door's answer to the action `id`: 0 while there is none, 1 with *out. */
static int find_answer(struct call *call, const char *board, const char *id, json_t **out, int *is_there)
{
	json_t *answer, *door;
	size_t i;
	int r = gateway_get(call, &answer, "/api/doors");

	*is_there = 0;
	if (r != CALL_DONE)
		return r;
	json_array_foreach(json_object_get(answer, "doors"), i, door)
	{
		json_t *action = json_object_get(door, "action");

		if (strcmp(call_text(door, "board"), board) == 0 &&
			strcmp(call_text(action, "id"), id) == 0 && json_object_get(action, "is_done")) {
			*out = json_incref(action);
			*is_there = 1;
		}
	}
	json_decref(answer);
	return CALL_DONE;
}

static int wait_for_answer(struct call *call, const char *board, const char *id)
{
	int64_t until_ms = call_clock_ms() + ANSWER_WAIT_MS;
	json_t *answer = NULL;
	int is_there = 0, r;

	do {
		r = find_answer(call, board, id, &answer, &is_there);
		if (r == CALL_DONE && !is_there)
			call_sleep_ms(LOOK_EVERY_MS);
	} while (r == CALL_DONE && !is_there && call_clock_ms() < until_ms);
	if (r != CALL_DONE)
		return r;
	if (!is_there)
		return call_fail(call, CALL_REFUSED, "no_answer",
			T("%s tidak menjawab; perintahnya sudah kedaluwarsa",
				"%s did not answer; the action has expired"),
			board);
	if (call_is(answer, "is_done"))
		r = call->is_json ? call_print_json(call, json_incref(answer))
				  : call_done(call, T("%s: sudah dijalankan", "%s: done"), board);
	else
		r = call_fail(call, CALL_REFUSED, "action_refused", T("%s menolak: %s", "%s refused: %s"),
			board, word_say(WORDS_REASON, call_text(answer, "reason")));
	json_decref(answer);
	return r;
}

static int act(struct call *call, const char *what, const char *why)
{
	const char *board = args_word(&call->args, 0), *text = args_option(&call->args, "text");
	char path[GATEWAY_PATH_MAX];
	struct gateway_ask ask = { .method = "POST", .path = path, .is_staff = true };
	json_t *answer = NULL;
	int r = gateway_path(call, path, "/api/doors/%s/action", board);

	if (r != CALL_DONE)
		return r;
	ask.body = json_pack("{s:s, s:s, s:s*}", "what", what, "why", why, "text", text);
	r = ask.body ? gateway_do(call, &ask, &answer) : call_no_memory(call);
	if (r == CALL_DONE)
		r = wait_for_answer(call, board, call_text(answer, "id"));
	json_decref(answer);
	return r;
}

int cmd_unlock(struct call *call)
{
	return act(call, "unlock", args_option(&call->args, "why"));
}

int cmd_action(struct call *call)
{
	const char *why = args_option(&call->args, "why");

	return act(call, args_word(&call->args, 1), why ? why : "other");
}
