/* accounts - see accounts.h */
#include "gateway/service/accounts.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gateway/service/inside.h"

static int account_row(void *ctx, const struct store_staff *staff)
{
	struct json_put put = { json_object(), false };

	put_text(&put, "name", staff->name);
	put_text(&put, "role", staff->role);
	put_flag(&put, "is_disabled", staff->disabled_ms != 0);
	put_time(&put, "once_until_ms", staff->once_until_ms);
	return list_put(ctx, &put);
}

int accounts_view(struct service *service, json_t **out)
{
	json_t *list = json_array();
	int r = store_staff_each(service->store, account_row, list);

	return list_wrap("accounts", r, list, out);
}

int account_must_stay(
	struct service *service, const struct store_staff *staff, struct service_problem *problem)
{
	unsigned others = 0;
	int r;

	if (strcmp(staff->role, "manager") != 0 || staff->disabled_ms != 0)
		return 0;
	r = store_staff_count(service->store, staff->role, staff->id, &others);
	if (r == 0 && others == 0)
		return answer(problem, SERVICE_CONFLICT, "last_manager", "name",
			"Ini pengelola terakhir; angkat pengelola lain lebih dahulu.");
	return r;
}

static int read_account(
	struct service *service, const char *name, struct store_staff *out, struct service_problem *problem)
{
	int r = wire_name_ok(name) ? store_staff_read(service->store, name, out) : STORE_NONE;

	sodium_memzero(out->password, sizeof(out->password));
	return not_found(problem, r, "Akun itu tidak ada.");
}

static int set_disabled(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *name, bool is_disabled, const char *reason, struct service_problem *problem)
{
	struct store_staff staff = { 0 };
	int r = read_account(service, name, &staff, problem);

	if (r == 0 && is_disabled)
		r = account_must_stay(service, &staff, problem);
	if (r == 0)
		r = store_staff_set_disabled(service->store, staff.id, is_disabled ? now_ms : 0);
	return r == 0 ? audit(service, actor, now_ms, is_disabled ? "staff_disable" : "staff_enable",
				staff.name, reason)
		      : r;
}

int accounts_set_disabled(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *name, bool is_disabled, const char *reason, struct service_problem *problem)
{
	int r = may(actor, ROLE_ACT_STAFF, problem);

	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	r = set_disabled(service, actor, now_ms, name, is_disabled, reason, problem);
	return end(service, r, now_ms, problem);
}

static int reset(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *name,
	const char *password_hash, const char *reason, struct service_problem *problem)
{
	struct store_staff staff = { 0 };
	int r = read_account(service, name, &staff, problem);

	if (r == 0)
		r = store_staff_set_password(
			service->store, staff.id, password_hash, now_ms + ACCOUNTS_ONCE_MS, now_ms);
	if (r == 0)
		r = store_session_end_all(service->store, staff.id, NULL);
	if (r == 0)
		r = store_failures_write(service->store, staff.name, 0, 0);
	return r == 0 ? audit(service, actor, now_ms, "staff_reset", staff.name, reason) : r;
}

int accounts_reset(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *name, const char *password_hash, const char *reason, struct service_problem *problem)
{
	int r = may(actor, ROLE_ACT_STAFF, problem);

	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, reset(service, actor, now_ms, name, password_hash, reason, problem), now_ms,
		problem);
}

int accounts_own_begin(struct service *service, const struct service_session *session, int64_t now_ms,
	char hash[128], struct service_problem *problem)
{
	return service_login_begin(service, now_ms, session->actor.name, hash, problem);
}

static int change_own(struct service *service, const struct service_session *session, int64_t now_ms,
	const char *new_hash, struct service_problem *problem)
{
	struct store_staff staff = { 0 };
	uint8_t token_hash[32];
	int r = read_account(service, session->actor.name, &staff, problem);

	if (r == 0)
		r = store_staff_set_password(service->store, staff.id, new_hash, 0, now_ms);
	if (r != 0)
		return r;
	session_hash(token_hash, session->token);
	r = store_session_end_all(service->store, staff.id, token_hash);
	if (r == 0)
		r = store_failures_write(service->store, staff.name, 0, 0);
	return r == 0 ? audit(service, &session->actor, now_ms, "staff_password", staff.name, "") : r;
}

int accounts_own_end(struct service *service, const struct service_session *session, int64_t now_ms,
	const char *new_hash, struct service_problem *problem)
{
	struct service_session none;
	int r;

	if (!new_hash) { /* a guess as any other: it is counted */
		r = service_login_end(service, now_ms, session->actor.name, false, &none, problem);
		return r == SERVICE_DENIED ? answer(problem, SERVICE_BAD_INPUT, "wrong_password", "password",
						     "Kata sandi yang sekarang salah.")
					   : r;
	}
	r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, change_own(service, session, now_ms, new_hash, problem), now_ms, problem);
}
