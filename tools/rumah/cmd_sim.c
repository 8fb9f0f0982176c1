/* The hands at a simulated door: keys, leaf, exit button, and eyes on the strike. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/numbers.h"
#include "tools/rumah/places.h"
#include "tools/rumah/secret.h"
#include "tools/rumah/term.h"
#include "tools/rumah/when.h"
#include "tools/rumah/words.h"

#define KEYS_MAX 64
#define GAP_MS 150
#define VERDICT_MS 5000 /* one Argon2id pass on a slow machine, and the core's own limits */
#define REX_HOLD_MS 300 /* a finger on a button */

static void print_picture(const struct place *place, const json_t *picture)
{
	const json_t *tones = json_object_get(picture, "tones");
	const char *tone = json_string_value(json_array_get(tones, json_array_size(tones) - 1));
	bool is_on = call_is(picture, "strike"), is_open = strcmp(call_text(picture, "contact"), "open") == 0;
	char left[64] = "";

	if (is_on)
		snprintf(left, sizeof(left), T(" (%.1f dtk lagi)", " (%.1f s left)"),
			(double)call_int(picture, "strike_ms_left") / 1000);
	printf("%s%s%s  %s%s%s%s  %s  %s  %s%s\n", term_begin(TONE_STRONG), place->board,
		term_end(TONE_STRONG), term_begin(is_on ? TONE_WATCH : TONE_GOOD),
		is_on ? T("◇ kunci dilepas", "◇ strike released") : T("■ terkunci", "■ locked"), left,
		term_end(TONE_GOOD),
		is_open ? T("daun terbuka", "leaf open") : T("daun tertutup", "leaf closed"),
		word_say(WORDS_LAMP, call_text(picture, "lamp")), tone ? word_say(WORDS_TONE, tone) : "",
		call_is(picture, "rex") ? T("  tombol keluar ditekan", "  exit button held") : "");
}

/* ---- press */
static bool is_verdict(const char *tone)
{
	static const char *const verdicts[] = { "accepted", "accepted_offline", "rejected", "wait", "alarm" };

	for (size_t i = 0; tone && i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		if (strcmp(tone, verdicts[i]) == 0)
			return true;
	}
	return false;
}

/* The picture in which a tone came that answers a code. `before` is the picture before the keys; -ETIMEDOUT.
 */
static int await_verdict(struct doorsock *watcher, const json_t *before, json_t **out)
{
	json_t *last = json_incref(json_object_get(before, "tones")), *picture;
	int64_t until_ms = call_clock_ms() + VERDICT_MS;
	int r;

	while ((r = doorsock_next(watcher, &picture, (int)(until_ms - call_clock_ms()))) == 0) {
		json_t *tones = json_object_get(picture, "tones");
		const char *tone = json_string_value(json_array_get(tones, json_array_size(tones) - 1));
		bool is_new = !json_equal(tones, last); /* else the strike, the leaf or the button changed */

		json_decref(last);
		last = json_incref(tones);
		if (is_new && is_verdict(tone)) {
			*out = picture;
			break;
		}
		json_decref(picture);
		if (call_clock_ms() >= until_ms) {
			r = -ETIMEDOUT;
			break;
		}
	}
	json_decref(last);
	return r;
}

static int end_press(struct call *call, const struct place *place, json_t *picture)
{
	json_t *tones = json_object_get(picture, "tones");
	const char *tone =
		picture ? json_string_value(json_array_get(tones, json_array_size(tones) - 1)) : "none";
	bool is_accepted = strncmp(tone, "accepted", 8) == 0;

	if (call->is_json) {
		call_print_json(
			call, json_pack("{s:b, s:s, s:s, s:b}", "ok", is_accepted, "board", place->board,
				      "verdict", tone, "strike", call_is(picture, "strike")));
	} else {
		enum tone colour = word_tone(WORDS_TONE, tone);

		printf("%s: %s%s%s\n", place->board, term_begin(colour), word_say(WORDS_TONE, tone),
			term_end(colour));
	}
	json_decref(picture);
	return is_accepted ? CALL_DONE : CALL_REFUSED;
}

static int press(struct call *call, const struct place *place, const char *keys, int64_t gap_ms)
{
	struct doorsock *hand = NULL, *eyes = NULL;
	json_t *before = NULL, *answer = NULL, *picture = NULL;
	bool ends_code = strchr(keys, '#') != NULL;
	int r = doorsock_open(&hand, place->path);

	if (r == 0)
		r = doorsock_open(&eyes, place->path);
	if (r < 0) {
		r = place_fail(call, place, r);
		goto out;
	}
	r = place_ask(call, place, eyes, json_pack("{s:s}", "do", "watch"), DOORSOCK_TIMEOUT_MS, &before);
	if (r == CALL_DONE)
		r = place_ask(call, place, hand,
			json_pack(
				"{s:s, s:s, s:I}", "do", "press", "keys", keys, "gap_ms", (json_int_t)gap_ms),
			(int)(DOORSOCK_TIMEOUT_MS + gap_ms * KEYS_MAX), &answer);
	if (r != CALL_DONE)
		goto out;
	if (!ends_code) {
		r = call_done(call, T("%s: ditekan", "%s: pressed"), place->board);
		goto out;
	}
	r = await_verdict(eyes, before, &picture);
	if (r < 0 && r != -ETIMEDOUT)
		r = place_fail(call, place, r);
	else
		r = end_press(call, place, picture);
out:
	json_decref(before);
	json_decref(answer);
	doorsock_close(hand);
	doorsock_close(eyes);
	return r;
}

int cmd_sim_press(struct call *call)
{
	const char *given = args_word(&call->args, 0);
	char keys[KEYS_MAX + 1];
	struct place place;
	int64_t gap_ms = GAP_MS;
	int r = number_option(call, &gap_ms, "gap", 1, 60000);

	if (r == CALL_DONE)
		r = place_find(call, &place, PLACE_SIM);
	if (r != CALL_DONE)
		return r;
	if (given && strlen(given) < sizeof(keys))
		memcpy(keys, given, strlen(given) + 1);
	else if (given || secret_read(keys, sizeof(keys), T("Tombol: ", "Keys: ")) < 0)
		keys[0] = 0;
	if (!keys[0] || keys[strspn(keys, "0123456789*#")])
		r = call_fail(call, CALL_MISUSED, "usage", "%s",
			T("tombolnya 0-9, * dan #, paling banyak 64", "keys are 0-9, * and #, at most 64"));
	else
		r = press(call, &place, keys, gap_ms);
	explicit_bzero(keys, sizeof(keys));
	return r;
}

/* ---- leaf, button, eyes */
int cmd_sim_door(struct call *call)
{
	bool is_open = strcmp(args_word(&call->args, 0), "open") == 0;
	struct place place;
	int r = place_tell(
		call, PLACE_SIM, json_pack("{s:s, s:b}", "do", "contact", "open", is_open), &place);

	if (r != CALL_DONE)
		return r;
	return call_done(call, "%s: %s", place.board,
		is_open ? T("daun terbuka", "leaf open") : T("daun tertutup", "leaf closed"));
}

static int set_rex(struct call *call, bool is_active, struct place *place)
{
	return place_tell(call, PLACE_SIM, json_pack("{s:s, s:b}", "do", "rex", "active", is_active), place);
}

int cmd_sim_rex(struct call *call)
{
	const char *wanted = args_word(&call->args, 0);
	struct place place;
	int r = set_rex(call, !wanted || strcmp(wanted, "on") == 0, &place);

	if (r == CALL_DONE && !wanted) {
		call_sleep_ms(REX_HOLD_MS);
		r = set_rex(call, false, &place);
	}
	return r == CALL_DONE ? call_done(call, T("%s: tombol keluar %s", "%s: exit button %s"), place.board,
					!wanted                     ? T("ditekan", "pressed")
					: strcmp(wanted, "on") == 0 ? T("ditahan", "held")
								    : T("dilepas", "let go"))
			      : r;
}

int cmd_sim_show(struct call *call)
{
	struct place place;
	json_t *picture = NULL;
	int r = place_ask_once(call, PLACE_SIM, json_pack("{s:s}", "do", "show"), &picture, &place);

	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, picture);
	print_picture(&place, picture);
	json_decref(picture);
	return CALL_DONE;
}

int cmd_sim_watch(struct call *call)
{
	struct place place;
	struct doorsock *sim = NULL;
	json_t *picture = NULL;
	int r = place_find(call, &place, PLACE_SIM);

	if (r != CALL_DONE)
		return r;
	r = doorsock_open(&sim, place.path);
	if (r == 0)
		r = doorsock_send(sim, json_pack("{s:s}", "do", "watch"));
	while (r == 0 && (r = doorsock_next(sim, &picture, -1)) == 0) {
		if (call->is_json) {
			json_dumpf(picture, stdout, JSON_COMPACT);
			putchar('\n');
		} else {
			char at[WHEN_MAX];

			when_write_exact(at, call_clock_ms(), call->zone_min);
			printf("%s  ", at);
			print_picture(&place, picture);
		}
		json_decref(picture);
		if (fflush(stdout) != 0)
			break;
	}
	doorsock_close(sim);
	return r < 0 ? place_fail(call, &place, r) : CALL_DONE;
}

int cmd_sim_list(struct call *call)
{
	json_t *boards = place_boards(PLACE_SIM);
	const json_t *board;
	size_t i;

	if (call->is_json)
		return call_print_json(call, json_pack("{s:o}", "boards", boards));
	json_array_foreach(boards, i, board) puts(json_string_value(board));
	json_decref(boards);
	return CALL_DONE;
}
