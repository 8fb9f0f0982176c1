#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gateway/http/handle.h"
#include "gateway/http/passwords.h"
#include "gateway/wallclock.h"

static void answer_session(struct exchange *exchange, const struct service_session *session)
{
	answer_json(exchange, 200,
		json_pack("{s:s, s:s, s:s, s:I, s:b}", "name", session->actor.name, "role",
			session->actor.role, "csrf", session->csrf, "expires_ms",
			(json_int_t)session->expires_ms, "must_change", session->must_change));
}

/* Strict: a link on a foreign page does not arrive logged in. No Max-Age: it ends with the browser, and
 * before that when the service says so. */
static void set_cookie(struct exchange *exchange, const char *token)
{
	const struct gate *gate = http_gate(exchange->http);

	snprintf(exchange->answer.cookie, sizeof(exchange->answer.cookie),
		"%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", gate->cookie, token,
		gate->is_secure ? "; Secure" : "", token[0] ? "" : "; Max-Age=0");
}

static void password_checked(void *ctx, bool is_right, const char *hash)
{
	struct exchange *exchange = ctx;
	const char *name = json_string_value(json_object_get(exchange->input, "name"));
	struct service_problem problem = { 0 };
	struct service_session session;
	int r;

	(void)hash;
	exchange->now_ms = wallclock_ms();
	r = service_login_end(exchange->service, exchange->now_ms, name, is_right, &session, &problem);
	if (r != 0) {
		answer_refusal(exchange, r, &problem);
	} else {
		answer_session(exchange, &session);
		set_cookie(exchange, session.token);
		sodium_memzero(&session, sizeof(session));
	}
	exchange_resume(exchange);
}

void handle_session_new(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	const char *name, *password;
	char hash[crypto_pwhash_STRBYTES];
	const struct member members[] = {
		TEXT("name", true, 32, &name),
		TEXT("password", true, PASSWORDS_MAX, &password),
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = service_login_begin(exchange->service, exchange->now_ms, name, hash, &problem);
	if (r != 0) {
		answer_refusal(exchange, r, &problem);
		return;
	}
	wait_for_hash(exchange,
		passwords_verify(http_passwords(exchange->http), hash, password, password_checked, exchange));
}

void handle_session(struct exchange *exchange)
{
	answer_session(exchange, &exchange->session);
}

void handle_session_end(struct exchange *exchange)
{
	int r = service_logout(exchange->service, exchange->now_ms, exchange->session.token);

	answer_done(exchange, r, NULL);
	if (r == 0)
		set_cookie(exchange, "");
}

static void password_hashed(void *ctx, bool is_right, const char *hash)
{
	struct exchange *exchange = ctx;
	struct service_problem problem = { 0 };
	int r;

	exchange->now_ms = wallclock_ms();
	if (!is_right)
		answer_refusal(exchange, -ENOMEM, NULL);
	else {
		r = service_staff_put(exchange->service, &exchange->session.actor, exchange->now_ms,
			json_string_value(json_object_get(exchange->input, "name")),
			json_string_value(json_object_get(exchange->input, "role")), hash, &problem);
		answer_done(exchange, r, &problem);
	}
	exchange_resume(exchange);
}

void handle_staff_put(struct exchange *exchange)
{
	const char *name, *role, *password;
	const struct member members[] = {
		TEXT("name", true, 32, &name),
		TEXT("role", true, 15, &role),
		{ "password", MEMBER_TEXT, true, 12, PASSWORDS_MAX, &password },
	};

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	if (!role_is_known(role)) {
		answer_problem(exchange, 422, "bad_input", "role", "Peran itu tidak dikenal.");
		return;
	}
	wait_for_hash(exchange,
		passwords_hash(http_passwords(exchange->http), password, password_hashed, exchange));
}
