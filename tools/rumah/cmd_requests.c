/* Asking for a unit, and looking at what was asked for. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/gateway.h"
#include "tools/rumah/numbers.h"
#include "tools/rumah/table.h"
#include "tools/rumah/when.h"
#include "tools/rumah/words.h"

static json_t *list_people(const struct call *call)
{
	json_t *people = json_array();
	const char *name;

	json_array_append_new(people, json_pack("{s:s, s:s}", "name", args_option(&call->args, "name"),
					      "phone", args_option(&call->args, "phone")));
	for (size_t i = 0; (name = args_option_at(&call->args, "with", i)); i++)
		json_array_append_new(people, json_pack("{s:s}", "name", name));
	return people;
}

/* Members that are only there when their option is. */
static int set_optional(json_t *body, const struct call *call)
{
	static const char *const names[] = { "organisation", "email", "letter", "programme" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = args_option(&call->args, names[i]);

		if (value && json_object_set_new(body, names[i], json_string(value)) < 0)
			return -EINVAL;
	}
	return 0;
}

static int make_request(const struct call *call, json_t **out)
{
	const char *activity = args_option(&call->args, "activity"), *kind = args_option(&call->args, "kind");
	json_t *people = list_people(call);
	int64_t from_ms = call->now_ms, until_ms = 0, heads = (int64_t)json_array_size(people);
	int r = call_time(call, &from_ms, "from", call->now_ms, false);

	if (r == CALL_DONE)
		r = call_time(call, &until_ms, "until", from_ms, true);
	if (r == CALL_DONE)
		r = number_option(call, &heads, "heads", 1, 9999);
	if (r != CALL_DONE) {
		json_decref(people);
		return r;
	}
	*out = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:o}", "unit", args_option(&call->args, "unit"),
		"activity", activity ? activity : T("Rapat", "Meeting"), "kind", kind ? kind : "lainnya",
		"from_ms", (json_int_t)from_ms, "until_ms", (json_int_t)until_ms, "heads", (json_int_t)heads,
		"occupants", people);
	if (!*out || set_optional(*out, call) < 0) {
		json_decref(*out);
		return call_fail(call, CALL_MISUSED, "bad_text", "%s",
			T("ada teks yang bukan UTF-8", "some text is not UTF-8"));
	}
	return CALL_DONE;
}

int cmd_request(struct call *call)
{
	struct gateway_ask ask = { .method = "POST", .path = "/api/requests" };
	struct session session = { 0 };
	char url[512];
	json_t *answer;
	int r = make_request(call, &ask.body);

	if (r == CALL_DONE)
		r = gateway_do(call, &ask, &answer);
	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	if (session_load(&session, call->home) != 0)
		session = (struct session){ 0 };
	gateway_url(call, &session, url, sizeof(url));
	session_wipe(&session);
	printf(T("Permohonan sudah kami terima: %s%s%s\nTautan tamu (hanya ditampilkan sekali): %s/t#%s\n",
		       "Request received: %s%s%s\nThe guest's link (told this once): %s/t#%s\n"),
		term_begin(TONE_STRONG), call_text(answer, "number"), term_end(TONE_STRONG), url,
		call_text(answer, "link"));
	json_decref(answer);
	return CALL_DONE;
}

static void describe_doors(const json_t *doors, char *out, size_t size, enum tone *tone)
{
	size_t ready = 0, count = json_array_size(doors), i;
	const json_t *door;

	json_array_foreach(doors, i, door) ready += call_is(door, "is_ready");
	*tone = ready == count ? TONE_GOOD : TONE_WATCH;
	if (count == 0)
		out[0] = 0;
	else if (ready == count)
		snprintf(out, size, "%s", T("siap di pintu", "the door has it"));
	else
		snprintf(out, size, T("menunggu %zu pintu", "waiting for %zu"), count - ready);
}

int cmd_requests(struct call *call)
{
	const char *const titles[] = { T("NOMOR", "NUMBER"), T("KEADAAN", "STATE"), T("UNIT", "UNIT"),
		T("WAKTU", "TIME"), T("NAMA", "NAME"), T("PINTU", "DOOR"), NULL };
	const char *state = args_option(&call->args, "state");
	char path[GATEWAY_PATH_MAX] = "/api/requests", span[WHEN_SPAN_MAX], doors[64];
	json_t *answer = NULL, *request;
	struct table *table;
	enum tone tone;
	size_t i;
	int r = CALL_DONE;

	if (state && !word_find(WORDS_REQUEST, state))
		r = call_fail(call, CALL_MISUSED, "usage", "%s",
			T("--state: tidak ada keadaan itu; lihat: rumah help requests",
				"--state: there is no such state; see: rumah help requests"));
	else if (state)
		snprintf(path, sizeof(path), "/api/requests?state=%s", state);
	if (r == CALL_DONE)
		r = gateway_get(call, &answer, path);
	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	table = table_new(titles);
	json_array_foreach(json_object_get(answer, "requests"), i, request)
	{
		if (!table)
			break;
		when_write_span(span, call_int(request, "from_ms"), call_int(request, "until_ms"),
			call->now_ms, call->zone_min);
		describe_doors(json_object_get(request, "doors"), doors, sizeof(doors), &tone);
		table_add(table, TONE_STRONG, call_text(request, "number"));
		table_add(table, word_tone(WORDS_REQUEST, call_text(request, "state")),
			word_say(WORDS_REQUEST, call_text(request, "state")));
		table_add(table, TONE_PLAIN, call_text(request, "unit_name"));
		table_add(table, TONE_PLAIN, span);
		table_add(table, TONE_PLAIN, call_text(request, "name"));
		table_add(table, tone, doors);
	}
	json_decref(answer);
	if (!table)
		return call_no_memory(call);
	if (table_rows(table) == 0)
		puts(T("Belum ada permohonan.", "There are no requests."));
	else
		table_print(table, stdout, term_width());
	table_free(table);
	return CALL_DONE;
}

static void print_line(const char *label, const char *value)
{
	char *clean = term_clean(value);

	if (clean && clean[0])
		printf("  %s%-14s%s %s\n", term_begin(TONE_FAINT), label, term_end(TONE_FAINT), clean);
	free(clean);
}

static void print_occupants(const json_t *request)
{
	const json_t *person;
	size_t i;

	json_array_foreach(json_object_get(request, "occupants"), i, person)
	{
		char text[256], label[32];

		snprintf(label, sizeof(label), T("penghuni %lld", "person %lld"),
			(long long)call_int(person, "occupant"));
		snprintf(text, sizeof(text), "%s %s%s", call_text(person, "name"), call_text(person, "phone"),
			call_is(person, "is_revoked") ? T(" (dicabut)", " (revoked)")
			: call_is(person, "has_code") ? T(" (punya kode)", " (has a code)")
						      : "");
		print_line(label, text);
	}
}

static void print_history(const struct call *call, const json_t *request)
{
	const json_t *step;
	size_t i;

	json_array_foreach(json_object_get(request, "transitions"), i, step)
	{
		char text[700], at[WHEN_MAX];
		const char *reason = call_text(step, "reason");

		when_write(at, call_int(step, "at_ms"), call->now_ms, call->zone_min);
		snprintf(text, sizeof(text), "%s → %s (%s)%s%s", call_text(step, "act"),
			word_say(WORDS_REQUEST, call_text(step, "to")), call_text(step, "who"),
			reason[0] ? ": " : "", reason);
		print_line(at, text);
	}
}

int cmd_show(struct call *call)
{
	char path[GATEWAY_PATH_MAX], from[WHEN_MAX], until[WHEN_MAX], doors[64], number[GATEWAY_PATH_MAX];
	json_t *request = NULL, *rival;
	enum tone tone;
	size_t i;
	int r = number_word(call, number, 0);

	if (r == CALL_DONE)
		r = gateway_path(call, path, "/api/requests/%s", number);
	if (r == CALL_DONE)
		r = gateway_get(call, &request, path);
	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, request);
	printf("%s%s%s  %s\n", term_begin(TONE_STRONG), call_text(request, "number"), term_end(TONE_STRONG),
		word_say(WORDS_REQUEST, call_text(request, "state")));
	when_write(from, call_int(request, "from_ms"), call->now_ms, call->zone_min);
	when_write(until, call_int(request, "until_ms"), call->now_ms, call->zone_min);
	describe_doors(json_object_get(request, "doors"), doors, sizeof(doors), &tone);
	print_line(T("unit", "unit"), call_text(request, "unit_name"));
	print_line(T("mulai", "from"), from);
	print_line(T("sampai", "until"), until);
	print_line(T("kegiatan", "activity"), call_text(request, "activity"));
	print_line(T("instansi", "organisation"), call_text(request, "organisation"));
	print_line(T("surat", "letter"), call_text(request, "letter"));
	print_line(T("pintu", "doors"), doors);
	print_occupants(request);
	json_array_foreach(json_object_get(request, "rivals"), i, rival)
		print_line(T("bersaing dengan", "competes with"), call_text(rival, "number"));
	print_history(call, request);
	json_decref(request);
	return CALL_DONE;
}
