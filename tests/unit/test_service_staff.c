/* T24: log-in, its budget of guesses, and sessions that end when they should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gateway/http/passwords.h" /* what a real password costs */
#include "tests/unit/service_world.h"

static const char hash[] = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA";

static void put(struct world *world, const char *name, const char *role)
{
	assert_int_equal(service_staff_put(world->service, &world->manager, world->now_ms, name, role, hash,
				 &world->problem),
		0);
}

static int begin(struct world *world, const char *name, char out[128])
{
	return service_login_begin(world->service, world->now_ms, name, out, &world->problem);
}

static int end(struct world *world, const char *name, bool is_right, struct service_session *session)
{
	return service_login_end(world->service, world->now_ms, name, is_right, session, &world->problem);
}

static void a_right_password_makes_a_session(void **state)
{
	struct service_session session, found;
	char stored[128];
	struct world world;

	(void)state;
	world_open(&world, 70);
	put(&world, "ani", "desk");
	assert_int_equal(begin(&world, "ani", stored), 0);
	assert_string_equal(stored, hash);
	assert_int_equal(end(&world, "ani", true, &session), 0);
	assert_string_equal(session.actor.name, "ani");
	assert_string_equal(session.actor.role, "desk");
	assert_int_equal(session.expires_ms, world.now_ms + 15 * MINUTE_MS);
	assert_int_equal(service_session_find(world.service, world.now_ms, session.token, &found), 0);
	assert_string_equal(found.csrf, session.csrf);
	assert_string_not_equal(session.csrf, session.token);
	assert_int_equal(found.actor.staff_id, session.actor.staff_id);
	session.token[5] = session.token[5] == 'A' ? 'B' : 'A';
	assert_int_equal(
		service_session_find(world.service, world.now_ms, session.token, &found), SERVICE_DENIED);
	assert_int_equal(service_session_find(world.service, world.now_ms, "short", &found), SERVICE_DENIED);
	world_close(&world);
}

static void unknown_wrong_and_right_cost_the_same(void **state)
{
	struct service_session session;
	char stored[128];
	struct world world;

	(void)state;
	world_open(&world, 71);
	put(&world, "ani", "desk");
	assert_int_equal(begin(&world, "nobody", stored), 0);
	assert_int_equal(crypto_pwhash_str_verify(stored, "anything", 8), -1);
	assert_int_equal(crypto_pwhash_str_needs_rehash(stored, PASSWORDS_PASSES, PASSWORDS_BYTES), 0);
	assert_int_equal(end(&world, "nobody", false, &session), SERVICE_DENIED);
	assert_int_equal(end(&world, "nobody", true, &session), SERVICE_DENIED); /* nobody is never right */
	assert_int_equal(end(&world, "ani", false, &session), SERVICE_DENIED);
	assert_int_equal(begin(&world, "No Such Name", stored), 0);
	assert_int_equal(end(&world, "No Such Name", false, &session), SERVICE_DENIED);
	world_close(&world);
}

static void guesses_wait_longer_and_longer_and_the_hundred_and_first_is_not_heard(void **state)
{
	struct service_session session;
	char stored[128];
	struct world world;
	unsigned heard = 0;

	(void)state;
	world_open(&world, 72);
	put(&world, "ani", "desk");
	for (int i = 0; i < 4; i++) {
		assert_int_equal(begin(&world, "ani", stored), 0);
		assert_int_equal(end(&world, "ani", false, &session), SERVICE_DENIED);
		heard++;
	}
	assert_int_equal(end(&world, "ani", false, &session), SERVICE_DENIED);
	heard++;
	assert_int_equal(begin(&world, "ani", stored), SERVICE_TOO_MANY);
	assert_int_equal(world.problem.retry_s, 30);
	for (int day = 0; day < 400 * 48; day++) {
		world.now_ms += 30 * MINUTE_MS;
		if (begin(&world, "ani", stored) != 0)
			break;
		assert_int_equal(end(&world, "ani", false, &session), SERVICE_DENIED);
		heard++;
	}
	assert_int_equal(heard, 100);
	world.now_ms += 365 * DAY_MS;
	assert_int_equal(begin(&world, "ani", stored), SERVICE_TOO_MANY);
	assert_int_equal(
		end(&world, "ani", true, &session), SERVICE_DENIED); /* whatever the caller verified */
	put(&world, "ani", "desk");                                  /* a manager gives a new password */
	assert_int_equal(begin(&world, "ani", stored), 0);
	assert_int_equal(end(&world, "ani", true, &session), 0);
	world_close(&world);
}

static void a_right_password_clears_the_count(void **state)
{
	struct service_session session;
	char stored[128];
	struct world world;

	(void)state;
	world_open(&world, 73);
	put(&world, "ani", "desk");
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 4; i++)
			assert_int_equal(end(&world, "ani", false, &session), SERVICE_DENIED);
		assert_int_equal(begin(&world, "ani", stored), 0);
		assert_int_equal(end(&world, "ani", true, &session), 0);
	}
	world_close(&world);
}

static void guessed_names_fill_no_table(void **state)
{
	struct service_session session;
	char name[32];
	struct world world;

	(void)state;
	world_open(&world, 74);
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "guess-%d", i);
		assert_int_equal(end(&world, name, false, &session), SERVICE_DENIED);
	}
	put(&world, "ani", "desk"); /* and do not touch those who are there */
	assert_int_equal(end(&world, "ani", true, &session), 0);
	world_close(&world);
}

static void a_session_ends_idle_old_logged_out_or_changed(void **state)
{
	struct service_session session, found;
	struct world world;
	int64_t next_ms;

	(void)state;
	world_open(&world, 75);
	put(&world, "ani", "desk");
	assert_int_equal(end(&world, "ani", true, &session), 0);
	world.now_ms += 15 * MINUTE_MS;
	assert_int_equal(
		service_session_find(world.service, world.now_ms, session.token, &found), SERVICE_DENIED);

	assert_int_equal(end(&world, "ani", true, &session), 0);
	for (int i = 0; i < 8 * 6 - 1; i++) { /* used every ten minutes, and no longer than eight hours */
		world.now_ms += 10 * MINUTE_MS;
		assert_int_equal(service_session_find(world.service, world.now_ms, session.token, &found), 0);
	}
	assert_int_equal(found.expires_ms, world.now_ms + 10 * MINUTE_MS);
	world.now_ms += 10 * MINUTE_MS;
	assert_int_equal(
		service_session_find(world.service, world.now_ms, session.token, &found), SERVICE_DENIED);

	assert_int_equal(end(&world, "ani", true, &session), 0);
	assert_int_equal(service_logout(world.service, world.now_ms, session.token), 0);
	assert_int_equal(service_logout(world.service, world.now_ms, session.token), 0);
	assert_int_equal(
		service_session_find(world.service, world.now_ms, session.token, &found), SERVICE_DENIED);

	assert_int_equal(end(&world, "ani", true, &session), 0);
	put(&world, "ani", "guard"); /* another role: log in again */
	assert_int_equal(
		service_session_find(world.service, world.now_ms, session.token, &found), SERVICE_DENIED);

	assert_int_equal(end(&world, "ani", true, &session), 0);
	world.now_ms += 2 * HOUR_MS;
	assert_int_equal(service_tick(world.service, world.now_ms, &next_ms), 0); /* purged */
	assert_int_equal(
		service_session_find(world.service, world.now_ms - 2 * HOUR_MS, session.token, &found),
		SERVICE_DENIED);
	world_close(&world);
}

static void an_account_that_is_wrong_says_where(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 76);
	/* clang-format off */
	const struct { const char *name, *role, *hash, *field; } rows[] = {
		{ "Ani", "desk", hash, "name" }, { NULL, "desk", hash, "name" },
		{ "ani", "root", hash, "role" }, { "ani", NULL, hash, "role" },
		{ "ani", "desk", "plain", "password" }, { "ani", "desk", NULL, "password" },
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(service_staff_put(world.service, &world.manager, world.now_ms, rows[i].name,
					 rows[i].role, rows[i].hash, &world.problem),
			SERVICE_BAD_INPUT);
		assert_string_equal(world.problem.field, rows[i].field);
	}
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_right_password_makes_a_session),
		T(unknown_wrong_and_right_cost_the_same),
		T(guesses_wait_longer_and_longer_and_the_hundred_and_first_is_not_heard),
		T(a_right_password_clears_the_count),
		T(guessed_names_fill_no_table),
		T(a_session_ends_idle_old_logged_out_or_changed),
		T(an_account_that_is_wrong_says_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
