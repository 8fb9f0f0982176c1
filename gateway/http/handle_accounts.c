#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "gateway/http/handle.h"
#include "gateway/http/passwords.h"
#include "gateway/service/accounts.h"
#include "gateway/wallclock.h"

#define PASSWORD_MIN 12

void wait_for_hash(struct exchange *exchange, int r)
{
	if (r == 0)
		exchange->is_waiting = true;
	else if (r == PASSWORDS_BUSY)
		answer_too_many(exchange, 2);
	else
		answer_refusal(exchange, r, NULL);
}

void handle_accounts(struct exchange *exchange)
{
	json_t *view = NULL;
	int r = accounts_view(exchange->service, &view);

	answer_view(exchange, r, view);
}

void handle_account_disable(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	const char *reason;
	const struct member members[] = { TEXT("reason", true, SERVICE_TEXT_MAX, &reason) };
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = accounts_set_disabled(exchange->service, &exchange->session.actor, exchange->now_ms,
		exchange->match.params[0], exchange->match.route->what, reason, &problem);
	answer_done(exchange, r, &problem);
}

/* ---- a one-time password: made, hashed, stored, told this once */

static const char *input_text(const struct exchange *exchange, const char *member)
{
	return json_string_value(json_object_get(exchange->input, member));
}

static void once_hashed(void *ctx, bool is_right, const char *hash)
{
	struct exchange *exchange = ctx;
	struct service_problem problem = { 0 };
	int r = is_right ? 0 : -ENOMEM;

	exchange->now_ms = wallclock_ms();
	if (r == 0)
		r = accounts_reset(exchange->service, &exchange->session.actor, exchange->now_ms,
			exchange->match.params[0], hash, input_text(exchange, "reason"), &problem);
	if (r != 0)
		answer_refusal(exchange, r, &problem);
	else
		answer_json(exchange, 200,
			json_pack("{s:s, s:I}", "password", input_text(exchange, "password"), "until_ms",
				(json_int_t)(exchange->now_ms + ACCOUNTS_ONCE_MS)));
	exchange_resume(exchange);
}

void handle_account_reset(struct exchange *exchange)
{
	char password[PASSWORDS_MADE_SIZE];
	const char *reason;
	const struct member members[] = { TEXT("reason", true, SERVICE_TEXT_MAX, &reason) };
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	passwords_make(password);
	/* It waits for its hash where every password of a request is wiped at the end. */
	r = json_object_set_new(exchange->input, "password", json_string(password)) == 0 ? 0 : -ENOMEM;
	if (r == 0)
		r = passwords_hash(http_passwords(exchange->http), password, once_hashed, exchange);
	sodium_memzero(password, sizeof(password));
	wait_for_hash(exchange, r);
}

/* ---- one's own password */

static void own_end(struct exchange *exchange, const char *new_hash)
{
	struct service_problem problem = { 0 };
	int r;

	exchange->now_ms = wallclock_ms();
	r = accounts_own_end(exchange->service, &exchange->session, exchange->now_ms, new_hash, &problem);
	answer_done(exchange, r, &problem);
}

static void own_hashed(void *ctx, bool is_right, const char *hash)
{
	struct exchange *exchange = ctx;

	if (is_right)
		own_end(exchange, hash);
	else
		answer_refusal(exchange, -ENOMEM, NULL);
	exchange_resume(exchange);
}

static int hash_own(struct exchange *exchange)
{
	return passwords_hash(
		http_passwords(exchange->http), input_text(exchange, "new_password"), own_hashed, exchange);
}

static void own_checked(void *ctx, bool is_right, const char *hash)
{
	struct exchange *exchange = ctx;
	int r;

	(void)hash;
	if (!is_right) {
		own_end(exchange, NULL);
		exchange_resume(exchange);
		return;
	}
	r = hash_own(exchange);
	if (r == 0) /* goes on waiting */
		return;
	wait_for_hash(exchange, r);
	exchange_resume(exchange);
}

void handle_password(struct exchange *exchange)
{
	bool must_change = exchange->session.must_change; /* what let them in was good once */
	struct service_problem problem = { 0 };
	char hash[crypto_pwhash_STRBYTES];
	const char *password = NULL, *new_password;
	const struct member members[] = {
		TEXT("password", !must_change, PASSWORDS_MAX, &password),
		{ "new_password", MEMBER_TEXT, true, PASSWORD_MIN, PASSWORDS_MAX, &new_password },
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	if (must_change) {
		wait_for_hash(exchange, hash_own(exchange));
		return;
	}
	r = accounts_own_begin(exchange->service, &exchange->session, exchange->now_ms, hash, &problem);
	if (r != 0) {
		answer_refusal(exchange, r, &problem);
		return;
	}
	wait_for_hash(exchange,
		passwords_verify(http_passwords(exchange->http), hash, password, own_checked, exchange));
	sodium_memzero(hash, sizeof(hash));
}
