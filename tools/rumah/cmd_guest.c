/* What a guest sees and may do with nothing but a link. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/gateway.h"
#include "tools/rumah/secret.h"
#include "tools/rumah/table.h"
#include "tools/rumah/when.h"
#include "tools/rumah/words.h"

#define LINK_TEXT_MAX 400 /* an address that ends in one */

static int read_link(const struct call *call, char link[static GATEWAY_LINK_CHARS + 1], const char *given)
{
	char text[LINK_TEXT_MAX];
	int r = 0;

	if (given)
		r = gateway_link_read(link, given);
	else if (secret_read(text, sizeof(text), T("Tautan: ", "Link: ")) < 0 ||
		 gateway_link_read(link, text) < 0)
		r = -EINVAL;
	explicit_bzero(text, sizeof(text));
	if (r < 0)
		return call_fail(call, CALL_MISUSED, "bad_link", "%s",
			T("itu bukan tautan tamu; tempel seluruh alamat dari tanda terima",
				"that is no guest's link; paste the whole address from the receipt"));
	return CALL_DONE;
}

/* 4831 7265: in fours from the left, as people read digits out. */
static void group(char *out, size_t size, const char *digits)
{
	size_t len = 0;

	for (size_t i = 0; digits[i] && len + 2 < size; i++) {
		if (i > 0 && i % 4 == 0)
			out[len++] = ' ';
		out[len++] = digits[i];
	}
	out[len] = 0;
}

static void print_codes(const json_t *view)
{
	const json_t *code;
	size_t i;

	json_array_foreach(json_object_get(view, "codes"), i, code)
	{
		char digits[32], backup[32];
		char *name = term_clean(call_text(code, "name"));

		group(digits, sizeof(digits), call_text(code, "digits"));
		group(backup, sizeof(backup), call_text(code, "long_digits"));
		printf("  %s%s #%s  %s", term_begin(TONE_STRONG), digits, term_end(TONE_STRONG),
			name ? name : "");
		if (backup[0])
			printf(T("  (kode cadangan %s #)", "  (backup code %s #)"), backup);
		putchar('\n');
		explicit_bzero(digits, sizeof(digits));
		explicit_bzero(backup, sizeof(backup));
		free(name);
	}
}

/* Each has a link of their own, which the responsible person hands on. */
static void print_people(const struct call *call, const json_t *view)
{
	struct session session = { 0 };
	const json_t *person;
	char url[512];
	size_t i;

	if (session_load(&session, call->home) != 0)
		session = (struct session){ 0 };
	gateway_url(call, &session, url, sizeof(url));
	session_wipe(&session);
	json_array_foreach(json_object_get(view, "people"), i, person)
	{
		const char *link = call_text(person, "link");
		char *name = term_clean(call_text(person, "name"));

		if (link[0])
			printf(T("  tautan untuk %s: %s/t#%s\n", "  link for %s: %s/t#%s\n"),
				name ? name : "?", url, link);
		free(name);
	}
}

static void print_doors(const json_t *view)
{
	const json_t *door;
	size_t i;

	json_array_foreach(json_object_get(view, "doors"), i, door)
	{
		bool is_ready = call_is(door, "is_ready");
		char *name = term_clean(call_text(door, "name"));

		printf("  %s%s %s%s  %s\n", term_begin(is_ready ? TONE_GOOD : TONE_WATCH),
			is_ready ? "✓" : "…",
			is_ready ? T("siap di pintu", "the door has it")
				 : T("menunggu pintu", "waiting for the door"),
			term_end(TONE_GOOD), name ? name : "");
		free(name);
	}
}

static void print_view(const struct call *call, const json_t *view)
{
	char from[WHEN_MAX], until[WHEN_MAX], zone[WHEN_MAX],
		*unit = term_clean(call_text(view, "unit_name"));
	const char *state = call_text(view, "state"), *reason = call_text(view, "reason");
	bool has_codes = json_array_size(json_object_get(view, "codes")) > 0;

	printf("%s%s%s  %s  %s\n", term_begin(TONE_STRONG), call_text(view, "number"), term_end(TONE_STRONG),
		unit ? unit : "", word_say(WORDS_REQUEST, state));
	free(unit);
	if (reason[0]) {
		char *clean = term_clean(reason);

		printf(T("  alasan: %s\n", "  reason: %s\n"), clean ? clean : "");
		free(clean);
	}
	when_write_zone(zone, call->zone_min);
	when_write(from, call_int(view, "opens_from_ms"), call->now_ms, call->zone_min);
	when_write(until, call_int(view, "opens_until_ms"), call->now_ms, call->zone_min);
	if (call_int(view, "opens_until_ms") > 0)
		printf(T("  kode berlaku %s s.d. %s %s\n", "  the code opens from %s until %s %s\n"), from,
			until, zone);
	print_codes(view);
	print_people(call, view);
	print_doors(view);
	when_write(from, call_int(view, "code_from_ms"), call->now_ms, call->zone_min);
	if (call_is(view, "is_over"))
		puts(T("  kode sudah tidak berlaku", "  no code opens any more"));
	else if (!has_codes && call_int(view, "code_from_ms") > 0)
		printf(T("  kode ditampilkan mulai %s %s\n", "  the code is shown from %s %s\n"), from, zone);
}

int cmd_code(struct call *call)
{
	char link[GATEWAY_LINK_CHARS + 1];
	struct gateway_ask ask = { .method = "GET", .path = "/api/link", .link = link };
	json_t *view = NULL;
	int r = read_link(call, link, args_word(&call->args, 0));

	if (r == CALL_DONE)
		r = gateway_do(call, &ask, &view);
	explicit_bzero(link, sizeof(link));
	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, view);
	print_view(call, view);
	json_decref(view);
	return CALL_DONE;
}

int cmd_guest(struct call *call)
{
	const char *act = args_word(&call->args, 0), *reason = args_option(&call->args, "reason");
	char link[GATEWAY_LINK_CHARS + 1], path[GATEWAY_PATH_MAX];
	struct gateway_ask ask = { .method = "POST", .path = path, .link = link };
	json_t *answer = NULL;
	int64_t until_ms = 0;
	int r = call_time(call, &until_ms, "until", call->now_ms, true);

	if (r == CALL_DONE && strcmp(act, "extend") == 0 && until_ms == 0)
		r = call_fail(call, CALL_MISUSED, "usage", "%s",
			T("extend memerlukan --until", "extend needs --until"));
	if (r == CALL_DONE)
		r = read_link(call, link, args_word(&call->args, 1));
	if (r != CALL_DONE)
		return r;
	snprintf(path, sizeof(path), "/api/link/%s", act);
	ask.body = until_ms ? json_pack("{s:I, s:s*}", "until_ms", (json_int_t)until_ms, "reason", reason)
			    : json_pack("{s:s*}", "reason", reason);
	r = ask.body ? gateway_do(call, &ask, &answer) : call_no_memory(call);
	explicit_bzero(link, sizeof(link));
	json_decref(answer);
	return r == CALL_DONE ? call_done(call, "%s", T("Sudah.", "Done.")) : r;
}
