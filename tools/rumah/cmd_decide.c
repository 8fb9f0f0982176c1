/* What the desk decides about a request. */
#include <stdio.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/confirm.h"
#include "tools/rumah/gateway.h"
#include "tools/rumah/lang.h"
#include "tools/rumah/numbers.h"

/* POSTs to the request the first word names; `suffix` is what follows its number in the address. `number` is
 * set. */
static int act(struct call *call, char number[static GATEWAY_PATH_MAX], const char *suffix, json_t *body)
{
	char path[GATEWAY_PATH_MAX * 2];

	snprintf(path, sizeof(path), "/api/requests/%s%s", number, suffix);
	return gateway_post(call, path, body);
}

/* An act that takes a reason at most and asks nothing of a door. */
static int act_simply(struct call *call, const char *suffix, const char *done)
{
	const char *reason = args_option(&call->args, "reason");
	char number[GATEWAY_PATH_MAX];
	int r = number_word(call, number, 0);

	if (r == CALL_DONE)
		r = act(call, number, suffix, reason ? json_pack("{s:s}", "reason", reason) : NULL);
	return r == CALL_DONE ? call_done(call, "%s: %s", number, done) : r;
}

/* Ends an act that the request's doors must hear of; `before` are the doors when the act takes them away. */
static int end_with_doors(struct call *call, const char *number, json_t *before, const char *done)
{
	char text[GATEWAY_PATH_MAX + 64];
	const char *ready =
		before ? T("pintu sudah tahu", "the door knows") : T("siap di pintu", "the door has it");
	json_t *doors = before;
	int r = CALL_DONE;

	if (!doors)
		r = confirm_doors_of(call, number, &doors);
	snprintf(text, sizeof(text), "%s: %s", number, done);
	if (r == CALL_DONE)
		r = confirm_end(call, doors, text, ready);
	json_decref(doors);
	return r;
}

int cmd_approve(struct call *call)
{
	char number[GATEWAY_PATH_MAX];
	int r = number_word(call, number, 0);

	if (r == CALL_DONE)
		r = act(call, number, "/approve", NULL);
	return r == CALL_DONE ? end_with_doors(call, number, NULL, T("disetujui", "approved")) : r;
}

int cmd_refuse(struct call *call)
{
	return act_simply(call, "/refuse", T("ditolak", "refused"));
}

int cmd_needs(struct call *call)
{
	return act_simply(call, "/needs", T("diminta dilengkapi", "asked for more"));
}

int cmd_finish(struct call *call)
{
	char number[GATEWAY_PATH_MAX];
	json_t *doors = NULL;
	int r = number_word(call, number, 0);

	if (r == CALL_DONE)
		r = confirm_doors_of(call, number, &doors);
	if (r == CALL_DONE)
		r = act(call, number, "/finish", NULL);
	if (r == CALL_DONE)
		return end_with_doors(call, number, doors, T("selesai", "finished"));
	json_decref(doors);
	return r;
}

int cmd_extend(struct call *call)
{
	char number[GATEWAY_PATH_MAX];
	int64_t until_ms = 0;
	int r = number_word(call, number, 0);

	if (r == CALL_DONE)
		r = call_time(call, &until_ms, "until", call->now_ms, true);
	if (r == CALL_DONE)
		r = act(call, number, "/extend", json_pack("{s:I}", "until_ms", (json_int_t)until_ms));
	return r == CALL_DONE ? end_with_doors(call, number, NULL, T("diperpanjang", "extended")) : r;
}

int cmd_revoke(struct call *call)
{
	char number[GATEWAY_PATH_MAX], suffix[64] = "/cancel";
	const char *reason = args_option(&call->args, "reason");
	bool is_one = args_has(&call->args, "occupant");
	json_t *doors = NULL;
	int64_t occupant = 0;
	int r = number_word(call, number, 0);

	if (r == CALL_DONE)
		r = number_option(call, &occupant, "occupant", 1, 9999);
	if (r == CALL_DONE)
		r = confirm_doors_of(call, number, &doors); /* afterwards it opens none */
	if (is_one)
		snprintf(suffix, sizeof(suffix), "/occupants/%lld/revoke", (long long)occupant);
	if (r == CALL_DONE)
		r = act(call, number, suffix, json_pack("{s:s}", "reason", reason));
	if (r == CALL_DONE)
		return end_with_doors(call, number, doors,
			is_one ? T("kode dicabut", "code revoked") : T("dibatalkan", "cancelled"));
	json_decref(doors);
	return r;
}

int cmd_occupant_add(struct call *call)
{
	const char *name = args_option(&call->args, "name"), *phone = args_option(&call->args, "phone");
	char number[GATEWAY_PATH_MAX];
	int r = number_word(call, number, 0);

	if (r == CALL_DONE)
		r = act(call, number, "/occupants", json_pack("{s:s, s:s*}", "name", name, "phone", phone));
	return r == CALL_DONE ? end_with_doors(call, number, NULL, T("orang ditambahkan", "person added"))
			      : r;
}

int cmd_recode(struct call *call)
{
	char number[GATEWAY_PATH_MAX], suffix[64];
	int64_t occupant = 0;
	int r = number_word(call, number, 0);

	if (r == CALL_DONE)
		r = number_option(call, &occupant, "occupant", 1, 9999);
	snprintf(suffix, sizeof(suffix), "/occupants/%lld/recode", (long long)occupant);
	if (r == CALL_DONE)
		r = act(call, number, suffix, NULL);
	return r == CALL_DONE ? end_with_doors(call, number, NULL, T("kode baru dibuat", "new code made"))
			      : r;
}

int cmd_relink(struct call *call)
{
	struct gateway_ask ask = { .method = "POST", .is_staff = true };
	char number[GATEWAY_PATH_MAX], path[GATEWAY_PATH_MAX + 64];
	int64_t occupant = 0;
	json_t *answer = NULL;
	int r = number_word(call, number, 0);

	if (r == CALL_DONE)
		r = number_option(call, &occupant, "occupant", 1, 9999);
	if (r != CALL_DONE)
		return r;
	snprintf(path, sizeof(path), "/api/requests/%s/occupants/%lld/relink", number, (long long)occupant);
	ask.path = path;
	ask.body = json_pack("{s:s}", "reason", args_option(&call->args, "reason"));
	r = ask.body ? gateway_do(call, &ask, &answer) : call_no_memory(call);
	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	printf(T("Tautan baru (hanya ditampilkan sekali; yang lama sudah mati): %s\n",
		       "The new link (told this once; the old one is dead): %s\n"),
		call_text(answer, "link"));
	json_decref(answer);
	return CALL_DONE;
}
