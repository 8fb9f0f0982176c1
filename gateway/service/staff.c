/* staff - accounts, log-in with a budget of guesses, sessions; see service.h */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gateway/service/inside.h"

#define IDLE_MS (15 * 60 * 1000LL)
#define LONGEST_MS (8 * 60 * 60 * 1000LL)
#define SEEN_EVERY_MS 60000 /* a session's life is written back no more often */
#define FREE_GUESSES 5
#define GUESSES_MAX 100 /* in a row; then a manager sets the password anew */
#define FIRST_WAIT_MS 30000
#define LONGEST_WAIT_MS (30 * 60 * 1000)
#define BUCKETS 256 /* of unknown names: guessing names fills no table */

static void bucket_of(char out[WIRE_NAME_MAX + 1], const char *name)
{
	uint8_t hash[crypto_generichash_BYTES_MIN];

	crypto_generichash(hash, sizeof(hash), (const uint8_t *)name, strlen(name), NULL, 0);
	snprintf(out, WIRE_NAME_MAX + 1, "?%u", hash[0] % BUCKETS);
}

/* The account a guess counts for, and its row (id 0: nobody of that name). */
static int find_account(
	struct service *service, const char *name, struct store_staff *staff, char account[WIRE_NAME_MAX + 1])
{
	int r = wire_name_ok(name) ? store_staff_read(service->store, name, staff) : STORE_NONE;

	if (r == 0)
		snprintf(account, WIRE_NAME_MAX + 1, "%s", staff->name);
	if (r != STORE_NONE)
		return r;
	memset(staff, 0, sizeof(*staff));
	bucket_of(account, name);
	return 0;
}

static int put(struct service *service, const struct service_actor *actor, int64_t now_ms,
	struct store_staff *staff, struct service_problem *problem)
{
	struct store_staff before;
	int r = store_staff_read(service->store, staff->name, &before);

	if (r == 0 && strcmp(before.role, staff->role) != 0)
		r = account_must_stay(service, &before, problem);
	sodium_memzero(&before, sizeof(before));
	if (r == 0 || r == STORE_NONE)
		r = store_staff_put(service->store, staff, now_ms);
	if (r == 0)
		r = store_failures_write(service->store, staff->name, 0, 0);
	return r == 0 ? audit(service, actor, now_ms, "staff_put", staff->name, staff->role) : r;
}

int service_staff_put(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *name, const char *role, const char *password_hash, struct service_problem *problem)
{
	struct store_staff staff = { 0 };
	int r = may(actor, ROLE_ACT_STAFF, problem);

	if (r != 0)
		return r;
	if (!name || !wire_name_ok(name))
		return answer(problem, SERVICE_BAD_INPUT, "bad_name", "name",
			"Nama akun terdiri atas huruf kecil, angka, dan tanda hubung.");
	if (!role || !role_is_known(role))
		return answer(problem, SERVICE_BAD_INPUT, "bad_role", "role", "Peran tidak dikenal.");
	if (!password_hash || strlen(password_hash) >= sizeof(staff.password) || *password_hash != '$')
		return answer(problem, SERVICE_BAD_INPUT, "bad_password", "password",
			"Kata sandi tidak dapat disimpan.");
	snprintf(staff.name, sizeof(staff.name), "%s", name);
	snprintf(staff.role, sizeof(staff.role), "%s", role);
	snprintf(staff.password, sizeof(staff.password), "%s", password_hash);
	r = begin(service, now_ms);
	if (r != 0)
		return r;
	r = put(service, actor, now_ms, &staff, problem);
	sodium_memzero(&staff, sizeof(staff));
	return end(service, r, now_ms, problem);
}

static int64_t wait_ms(unsigned failures)
{
	int64_t wait = FIRST_WAIT_MS;

	if (failures < FREE_GUESSES)
		return 0;
	for (unsigned i = FREE_GUESSES; i < failures && wait < LONGEST_WAIT_MS; i++)
		wait *= 2;
	return wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
}

/* Whether a password can be right at all: there is such an account, it is not closed, and a one-time password
 * was neither used nor left lying. */
static bool is_open(const struct store_staff *staff, int64_t now_ms)
{
	if (staff->id == 0 || staff->disabled_ms != 0 || staff->password[0] != '$')
		return false;
	return staff->once_until_ms == 0 || now_ms < staff->once_until_ms;
}

int service_login_begin(struct service *service, int64_t now_ms, const char *name, char hash[128],
	struct service_problem *problem)
{
	/* Of a password nobody knows, at the cost of a real one: an unknown name takes as long as a wrong
	 * password. */
	static const char dummy[] = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
				    "3mYxPjtGqA0zB8Y0u8s3pUjvM6i0vE3W1qkz0m5J6cY";
	char account[WIRE_NAME_MAX + 1];
	struct store_staff staff;
	unsigned failures = 0;
	int64_t until_ms = 0;
	int r = find_account(service, name, &staff, account);

	if (r == 0)
		r = store_failures_read(service->store, account, &failures, &until_ms);
	if (r != 0)
		return r;
	if (failures >= GUESSES_MAX || now_ms < until_ms) {
		int64_t left_ms = failures >= GUESSES_MAX ? LONGEST_WAIT_MS : until_ms - now_ms;

		r = answer(problem, SERVICE_TOO_MANY, "too_many_guesses", "",
			"Terlalu banyak percobaan; tunggu sebentar.");
		problem->retry_s = (uint32_t)((left_ms + 999) / 1000);
		sodium_memzero(&staff, sizeof(staff));
		return r;
	}
	snprintf(hash, 128, "%s", is_open(&staff, now_ms) ? staff.password : dummy);
	sodium_memzero(&staff, sizeof(staff));
	return 0;
}

void session_hash(uint8_t out[32], const char *token)
{
	crypto_generichash(
		out, 32, (const uint8_t *)token, strlen(token), (const uint8_t *)"rumah session/1", 15);
}

/* The CSRF token is the session's own, worked out from its secret: nothing more to store. */
static void csrf_of(char out[LINK_CHARS + 1], const char *token)
{
	uint8_t bytes[LINK_CHARS];

	crypto_generichash(bytes, sizeof(bytes), (const uint8_t *)token, strlen(token),
		(const uint8_t *)"rumah csrf/1", 12);
	link_make(out, bytes);
}

static void fill_session(struct service_session *out, const char *token, const struct store_staff *staff,
	int64_t began_ms, int64_t seen_ms)
{
	memset(out, 0, sizeof(*out));
	snprintf(out->token, sizeof(out->token), "%s", token);
	csrf_of(out->csrf, token);
	out->actor.staff_id = staff->id;
	snprintf(out->actor.name, sizeof(out->actor.name), "%s", staff->name);
	snprintf(out->actor.role, sizeof(out->actor.role), "%s", staff->role);
	out->must_change = staff->once_until_ms != 0;
	out->expires_ms =
		seen_ms + IDLE_MS < began_ms + LONGEST_MS ? seen_ms + IDLE_MS : began_ms + LONGEST_MS;
}

static int denied(struct service_problem *problem)
{
	return answer(problem, SERVICE_DENIED, "denied", "", "Nama atau kata sandi salah.");
}

static int start_session(
	struct service *service, int64_t now_ms, const struct store_staff *staff, struct service_session *out)
{
	struct service_actor actor = { .staff_id = staff->id };
	struct new_link made;
	uint8_t hash[32];
	int r;

	new_link_make(service, &made);
	session_hash(hash, made.secret);
	fill_session(out, made.secret, staff, now_ms, now_ms);
	sodium_memzero(&made, sizeof(made));
	actor = out->actor;
	r = store_session_add(service->store, hash, staff->id, now_ms);
	if (r == 0 && staff->once_until_ms != 0) /* it was good once: "!" is the hash of nothing */
		r = store_staff_set_password(service->store, staff->id, "!", staff->once_until_ms, now_ms);
	return r == 0 ? audit(service, &actor, now_ms, "login", staff->name, "") : r;
}

int service_login_end(struct service *service, int64_t now_ms, const char *name, bool is_right,
	struct service_session *out, struct service_problem *problem)
{
	char account[WIRE_NAME_MAX + 1];
	struct store_staff staff;
	unsigned failures = 0;
	int64_t until_ms = 0;
	bool is_in = false;
	int r = find_account(service, name, &staff, account);

	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	r = store_failures_read(service->store, account, &failures, &until_ms);
	is_in = is_right && is_open(&staff, now_ms) && failures < GUESSES_MAX;
	if (r == 0 && is_in)
		r = start_session(service, now_ms, &staff, out);
	failures = is_in ? 0 : failures + (failures < GUESSES_MAX);
	if (r == 0)
		r = store_failures_write(service->store, account, failures, now_ms + wait_ms(failures));
	sodium_memzero(&staff, sizeof(staff));
	r = end(service, r, now_ms, problem);
	return r == 0 && !is_in ? denied(problem) : r;
}

int service_session_find(
	struct service *service, int64_t now_ms, const char *token, struct service_session *out)
{
	struct service_problem problem;
	struct store_session session;
	uint8_t hash[32];
	int r;

	if (strnlen(token, LINK_CHARS + 1) != LINK_CHARS)
		return SERVICE_DENIED;
	session_hash(hash, token);
	r = store_session_read(service->store, hash, &session);
	if (r != 0)
		return r == STORE_NONE ? SERVICE_DENIED : r;
	if (now_ms >= session.began_ms + LONGEST_MS || now_ms >= session.seen_ms + IDLE_MS ||
		now_ms < session.began_ms)
		return SERVICE_DENIED;
	fill_session(out, token, &session.staff, session.began_ms, now_ms);
	if (now_ms - session.seen_ms < SEEN_EVERY_MS)
		return 0;
	r = begin(service, now_ms);
	if (r != 0)
		return r;
	r = store_session_seen(service->store, hash, now_ms);
	return end(service, r, now_ms, &problem);
}

int service_logout(struct service *service, int64_t now_ms, const char *token)
{
	struct service_problem problem;
	uint8_t hash[32];
	int r;

	if (strnlen(token, LINK_CHARS + 1) != LINK_CHARS)
		return 0;
	session_hash(hash, token);
	r = begin(service, now_ms);
	if (r != 0)
		return r;
	r = store_session_end(service->store, hash);
	return end(service, r == STORE_NONE ? 0 : r, now_ms, &problem);
}
