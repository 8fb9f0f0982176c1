#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/gateway.h"
#include "tools/rumah/secret.h"
#include "tools/rumah/when.h"

#define PASSWORD_MAX 130
#define NAME_MAX_CHARS 33

int fail_secret(const struct call *call, int error)
{
	if (error == -ECANCELED)
		return call_fail(call, CALL_REFUSED, "cancelled", "%s", T("dibatalkan", "cancelled"));
	if (error == -ENODATA)
		return call_fail(call, CALL_MISUSED, "no_password", "%s",
			T("kata sandi kosong", "the password is empty"));
	return call_fail(call, CALL_MISUSED, "bad_password", "%s",
		T("kata sandi tidak terbaca", "cannot read the password"));
}

static int ask_name(const struct call *call, char *name)
{
	char *newline;

	fputs(T("Nama: ", "Name: "), stderr);
	fflush(stderr);
	if (!fgets(name, NAME_MAX_CHARS, stdin))
		return call_fail(
			call, CALL_MISUSED, "no_name", "%s", T("nama belum ada", "a name is missing"));
	newline = strchr(name, '\n');
	if (newline)
		*newline = 0;
	return CALL_DONE;
}

int cmd_login(struct call *call)
{
	const char *given = args_word(&call->args, 0);
	char password[PASSWORD_MAX], name[NAME_MAX_CHARS] = "";
	int r = CALL_DONE;

	setvbuf(stdin, NULL, _IONBF, 0); /* the line behind the name is a password */
	if (given)
		snprintf(name, sizeof(name), "%s", given);
	else
		r = ask_name(call, name);
	if (r != CALL_DONE)
		return r;
	r = secret_read(password, sizeof(password), T("Kata sandi: ", "Password: "));
	if (r < 0)
		return fail_secret(call, r);
	r = gateway_login(call, name, password);
	explicit_bzero(password, sizeof(password));
	if (r != CALL_DONE)
		return r;
	return call_done(call, T("Anda masuk sebagai %s.", "You are logged in as %s."), name);
}

int cmd_logout(struct call *call)
{
	struct gateway_ask ask = { .method = "DELETE", .path = "/api/session", .is_staff = true };
	json_t *answer = NULL;
	int r = gateway_do(call, &ask, &answer), removed = session_remove(call->home);

	json_decref(answer);
	if (removed < 0)
		return call_fail(call, CALL_REFUSED, "session_unwritable",
			T("tidak dapat menghapus sesi di %s: %s", "cannot remove the session in %s: %s"),
			call->home, strerror(-removed));
	/* A gateway that is out of reach or has forgotten the session keeps nobody logged in here. */
	return r == CALL_DONE ? call_done(call, "%s", T("Anda sudah keluar.", "You are logged out.")) : r;
}

int cmd_whoami(struct call *call)
{
	char until[WHEN_MAX];
	json_t *answer;
	int r = gateway_get(call, &answer, "/api/session");

	if (r != CALL_DONE)
		return r;
	if (call->is_json) {
		json_object_del(answer, "csrf"); /* a secret, and of no use to anybody but rumah */
		return call_print_json(call, answer);
	}
	when_write(until, call_int(answer, "expires_ms"), call->now_ms, call->zone_min);
	printf(T("%s (%s), sampai %s\n", "%s (%s), until %s\n"), call_text(answer, "name"),
		call_text(answer, "role"), until);
	json_decref(answer);
	return CALL_DONE;
}
