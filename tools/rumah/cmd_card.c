/* Cards beside the codes of weekly access. A card's number stands on no command line. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/gateway.h"
#include "tools/rumah/secret.h"

#define NUMBER_MAX 24

static bool read_digits(const char *text, long long *out)
{
	char *end;

	errno = 0;
	*out = isdigit((unsigned char)text[0]) ? strtoll(text, &end, 10) : -1;
	return *out >= 0 && errno == 0 && *end == '\0';
}

int cmd_card_add(struct call *call)
{
	const char *facility_text = args_option(&call->args, "facility");
	char path[GATEWAY_PATH_MAX], text[NUMBER_MAX];
	long long facility = 0, number = 0;
	bool is_number;
	json_t *body;
	int r;

	if (facility_text && !read_digits(facility_text, &facility))
		return call_fail(call, CALL_MISUSED, "usage", "%s",
			T("--facility: tulis angka.", "--facility: write a number."));
	r = gateway_path(call, path, "/api/standing/%s/card", args_word(&call->args, 0));
	if (r != CALL_DONE)
		return r;
	r = secret_read(text, sizeof(text), T("Nomor pada kartu: ", "Number on the card: "));
	if (r < 0)
		return fail_secret(call, r);
	is_number = read_digits(text, &number);
	explicit_bzero(text, sizeof(text));
	if (!is_number)
		return call_fail(call, CALL_MISUSED, "usage", "%s",
			T("Itu bukan nomor kartu: hanya angka.", "That is no card number: digits alone."));
	body = json_pack("{s:s, s:I, s:I}", "layout", args_option(&call->args, "layout"), "facility",
		(json_int_t)facility, "number", (json_int_t)number);
	if (!body)
		return call_no_memory(call);
	r = gateway_post(call, path, body);
	return r == CALL_DONE ? call_done(call, "%s", T("Kartu ditambahkan.", "Card added.")) : r;
}

int cmd_card_remove(struct call *call)
{
	char path[GATEWAY_PATH_MAX];
	int r = gateway_path(call, path, "/api/standing/%s/card/remove", args_word(&call->args, 0));

	if (r == CALL_DONE)
		r = gateway_post(
			call, path, json_pack("{s:s}", "reason", args_option(&call->args, "reason")));
	return r == CALL_DONE ? call_done(call, "%s", T("Kartu dicabut.", "Card taken away.")) : r;
}
