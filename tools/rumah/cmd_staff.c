/* Accounts: who has one, closing and opening, passwords. */
#include <stdio.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/gateway.h"
#include "tools/rumah/secret.h"
#include "tools/rumah/table.h"
#include "tools/rumah/when.h"

#define PASSWORD_MAX 130

int cmd_staff_put(struct call *call)
{
	const char *name = args_word(&call->args, 0);
	char password[PASSWORD_MAX];
	int r = secret_read(password, sizeof(password), T("Kata sandi baru: ", "New password: "));
	json_t *body;

	if (r < 0)
		return fail_secret(call, r);
	body = json_pack("{s:s, s:s, s:s}", "name", name, "role", args_option(&call->args, "role"),
		"password", password);
	explicit_bzero(password, sizeof(password));
	if (!body)
		return call_no_memory(call);
	r = gateway_post(call, "/api/staff", body);
	return r == CALL_DONE ? call_done(call, T("%s dapat masuk.", "%s can log in."), name) : r;
}

int cmd_password(struct call *call)
{
	char before[PASSWORD_MAX] = "", after[PASSWORD_MAX];
	json_t *session, *body;
	int r = gateway_get(call, &session, "/api/session");
	bool must_change;

	if (r != CALL_DONE)
		return r;
	must_change = call_is(session, "must_change");
	json_decref(session);
	setvbuf(stdin, NULL, _IONBF, 0); /* there are two lines */
	r = must_change
		    ? 0
		    : secret_read(before, sizeof(before), T("Kata sandi sekarang: ", "Present password: "));
	if (r == 0)
		r = secret_read(after, sizeof(after), T("Kata sandi baru: ", "New password: "));
	if (r < 0) {
		explicit_bzero(before, sizeof(before));
		return fail_secret(call, r);
	}
	body = json_pack("{s:s*, s:s}", "password", must_change ? NULL : before, "new_password", after);
	explicit_bzero(before, sizeof(before));
	explicit_bzero(after, sizeof(after));
	if (!body)
		return call_no_memory(call);
	r = gateway_post(call, "/api/session/password", body);
	return r == CALL_DONE ? call_done(call, "%s", T("Kata sandi diganti.", "Password changed.")) : r;
}

int cmd_staff_list(struct call *call)
{
	const char *const titles[] = { T("NAMA", "NAME"), T("PERAN", "ROLE"), T("AKUN", "ACCOUNT"), NULL };
	struct table *table;
	json_t *answer, *account;
	char until[WHEN_MAX];
	size_t i;
	int r = gateway_get(call, &answer, "/api/staff");

	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	table = table_new(titles);
	json_array_foreach(json_object_get(answer, "accounts"), i, account)
	{
		if (!table)
			break;
		table_add(table, TONE_STRONG, call_text(account, "name"));
		table_add(table, TONE_PLAIN, call_text(account, "role"));
		when_write(until, call_int(account, "once_until_ms"), call->now_ms, call->zone_min);
		if (call_is(account, "is_disabled"))
			table_add(table, TONE_BAD, T("ditutup", "closed"));
		else if (call_int(account, "once_until_ms"))
			table_addf(table, TONE_WATCH,
				T("kata sandi sekali pakai, sampai %s", "one-time password, until %s"),
				until);
		else
			table_add(table, TONE_GOOD, T("terbuka", "open"));
	}
	json_decref(answer);
	if (!table)
		return call_no_memory(call);
	table_print(table, stdout, term_width());
	table_free(table);
	return CALL_DONE;
}

__attribute__((format(printf, 2, 0))) static int account_act(
	struct call *call, const char *format, json_t **answer)
{
	struct gateway_ask ask = { .method = "POST", .is_staff = true };
	char path[GATEWAY_PATH_MAX];
	int r = gateway_path(call, path, format, args_word(&call->args, 0));

	if (r != CALL_DONE)
		return r;
	ask.path = path;
	ask.body = json_pack("{s:s}", "reason", args_option(&call->args, "reason"));
	return ask.body ? gateway_do(call, &ask, answer) : call_no_memory(call);
}

int cmd_staff_disable(struct call *call)
{
	json_t *answer = NULL;
	int r = account_act(call, "/api/staff/%s/disable", &answer);

	json_decref(answer);
	return r == CALL_DONE ? call_done(call, T("Akun %s ditutup.", "Account %s closed."),
					args_word(&call->args, 0))
			      : r;
}

int cmd_staff_enable(struct call *call)
{
	json_t *answer = NULL;
	int r = account_act(call, "/api/staff/%s/enable", &answer);

	json_decref(answer);
	return r == CALL_DONE ? call_done(call, T("Akun %s dibuka kembali.", "Account %s open again."),
					args_word(&call->args, 0))
			      : r;
}

int cmd_staff_reset(struct call *call)
{
	char until[WHEN_MAX];
	json_t *answer = NULL;
	int r = account_act(call, "/api/staff/%s/reset", &answer);

	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	when_write(until, call_int(answer, "until_ms"), call->now_ms, call->zone_min);
	printf(T("Kata sandi sekali pakai untuk %s (sampai %s, hanya ditampilkan sekali): %s\n",
		       "One-time password for %s (until %s, shown this once): %s\n"),
		args_word(&call->args, 0), until, call_text(answer, "password"));
	json_decref(answer);
	return CALL_DONE;
}
