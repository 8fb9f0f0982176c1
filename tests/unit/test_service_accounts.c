/* Accounts after they were added: closed, opened, reset, and always somebody left who manages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "gateway/service/accounts.h"
#include "tests/unit/service_world.h"

static const char hash[] = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA";
static const char once[] = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$b25jZQ";

static int put(struct world *world, const char *name, const char *role)
{
	return service_staff_put(
		world->service, &world->manager, world->now_ms, name, role, hash, &world->problem);
}

static int set_disabled(struct world *world, const char *name, bool is_disabled)
{
	return accounts_set_disabled(world->service, &world->manager, world->now_ms, name, is_disabled,
		"pindah tugas", &world->problem);
}

static int reset(struct world *world, const char *name)
{
	return accounts_reset(
		world->service, &world->manager, world->now_ms, name, once, "lupa", &world->problem);
}

static int log_in(struct world *world, const char *name, struct service_session *session)
{
	return service_login_end(world->service, world->now_ms, name, true, session, &world->problem);
}

static int find(struct world *world, const struct service_session *session)
{
	struct service_session found;

	return service_session_find(world->service, world->now_ms, session->token, &found);
}

static void a_closed_account_is_out_at_once_and_as_if_it_were_not_there(void **state)
{
	struct service_session session;
	char stored[128];
	struct world world;

	(void)state;
	world_open(&world, 90);
	assert_int_equal(put(&world, "ani", "desk"), 0);
	assert_int_equal(log_in(&world, "ani", &session), 0);
	assert_int_equal(set_disabled(&world, "ani", true), 0);
	assert_int_equal(find(&world, &session), SERVICE_DENIED);
	assert_int_equal(service_login_begin(world.service, world.now_ms, "ani", stored, &world.problem), 0);
	assert_string_not_equal(stored, hash); /* the dummy, at the same cost */
	assert_int_equal(log_in(&world, "ani", &session), SERVICE_DENIED);
	assert_int_equal(put(&world, "ani", "guard"), 0); /* a new password does not open it */
	assert_int_equal(log_in(&world, "ani", &session), SERVICE_DENIED);
	assert_int_equal(set_disabled(&world, "ani", false), 0);
	assert_int_equal(log_in(&world, "ani", &session), 0);
	assert_string_equal(session.actor.role, "guard");
	assert_int_equal(set_disabled(&world, "nobody", true), SERVICE_NOT_FOUND);
	assert_int_equal(accounts_set_disabled(world.service, &world.manager, world.now_ms, "ani", true, "",
				 &world.problem),
		SERVICE_BAD_INPUT);
	assert_int_equal(accounts_set_disabled(
				 world.service, &world.desk, world.now_ms, "ani", true, "x", &world.problem),
		SERVICE_FORBIDDEN);
	world_close(&world);
}

static void the_last_manager_stays(void **state)
{
	struct world world;

	(void)state;
	world_open(&world, 91);
	assert_int_equal(put(&world, "ani", "manager"), 0);
	assert_int_equal(put(&world, "budi", "desk"), 0);
	assert_int_equal(set_disabled(&world, "ani", true), SERVICE_CONFLICT);
	assert_string_equal(world.problem.code, "last_manager");
	assert_int_equal(put(&world, "ani", "guard"), SERVICE_CONFLICT);
	assert_int_equal(put(&world, "ani", "manager"), 0); /* a new password is no new role */
	assert_int_equal(put(&world, "cici", "manager"), 0);
	assert_int_equal(set_disabled(&world, "cici", true), 0);
	assert_int_equal(
		set_disabled(&world, "ani", true), SERVICE_CONFLICT); /* a closed one manages nothing */
	assert_int_equal(set_disabled(&world, "cici", true), 0);      /* twice says nothing new */
	assert_int_equal(set_disabled(&world, "cici", false), 0);
	assert_int_equal(set_disabled(&world, "ani", true), 0);
	assert_int_equal(set_disabled(&world, "budi", true), 0);
	world_close(&world);
}

static void a_one_time_password_lets_in_once_and_only_to_choose_another(void **state)
{
	struct service_session session, other;
	char stored[128];
	struct world world;

	(void)state;
	world_open(&world, 92);
	assert_int_equal(put(&world, "ani", "desk"), 0);
	assert_int_equal(log_in(&world, "ani", &other), 0);
	assert_false(other.must_change);
	assert_int_equal(reset(&world, "ani"), 0);
	assert_int_equal(find(&world, &other), SERVICE_DENIED);
	assert_int_equal(service_login_begin(world.service, world.now_ms, "ani", stored, &world.problem), 0);
	assert_string_equal(stored, once);
	assert_int_equal(log_in(&world, "ani", &session), 0);
	assert_true(session.must_change);
	assert_int_equal(log_in(&world, "ani", &other), SERVICE_DENIED); /* it was good once */
	assert_int_equal(service_session_find(world.service, world.now_ms, session.token, &other), 0);
	assert_true(other.must_change);

	assert_int_equal(accounts_own_end(world.service, &session, world.now_ms, hash, &world.problem), 0);
	assert_int_equal(service_session_find(world.service, world.now_ms, session.token, &other), 0);
	assert_false(other.must_change); /* the session it was done in goes on */
	assert_int_equal(log_in(&world, "ani", &other), 0);
	assert_false(other.must_change);

	assert_int_equal(reset(&world, "ani"), 0); /* one that is left lying goes bad */
	world.now_ms += ACCOUNTS_ONCE_MS;
	assert_int_equal(service_login_begin(world.service, world.now_ms, "ani", stored, &world.problem), 0);
	assert_string_not_equal(stored, once);
	assert_int_equal(log_in(&world, "ani", &other), SERVICE_DENIED);
	assert_int_equal(reset(&world, "nobody"), SERVICE_NOT_FOUND);
	world_close(&world);
}

static void ones_own_password_ends_the_other_sessions_and_wrong_ones_count(void **state)
{
	struct service_session session, other;
	char stored[128];
	struct world world;

	(void)state;
	world_open(&world, 93);
	assert_int_equal(put(&world, "ani", "desk"), 0);
	assert_int_equal(log_in(&world, "ani", &session), 0);
	assert_int_equal(log_in(&world, "ani", &other), 0);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(
			accounts_own_begin(world.service, &session, world.now_ms, stored, &world.problem), 0);
		assert_int_equal(
			accounts_own_end(world.service, &session, world.now_ms, NULL, &world.problem),
			SERVICE_BAD_INPUT);
		assert_string_equal(world.problem.code, "wrong_password");
	}
	assert_int_equal(accounts_own_begin(world.service, &session, world.now_ms, stored, &world.problem),
		SERVICE_TOO_MANY);
	world.now_ms += MINUTE_MS;
	assert_int_equal(
		accounts_own_begin(world.service, &session, world.now_ms, stored, &world.problem), 0);
	assert_string_equal(stored, hash);
	assert_int_equal(accounts_own_end(world.service, &session, world.now_ms, once, &world.problem), 0);
	assert_int_equal(find(&world, &session), 0);
	assert_int_equal(find(&world, &other), SERVICE_DENIED);
	assert_int_equal(service_login_begin(world.service, world.now_ms, "ani", stored, &world.problem), 0);
	assert_string_equal(stored, once);
	world_close(&world);
}

static void the_list_has_everybody_and_no_hash(void **state)
{
	struct world world;
	json_t *view, *list;
	char *text;

	(void)state;
	world_open(&world, 94);
	assert_int_equal(put(&world, "budi", "desk"), 0);
	assert_int_equal(put(&world, "ani", "manager"), 0);
	assert_int_equal(set_disabled(&world, "budi", true), 0);
	assert_int_equal(accounts_view(world.service, &view), 0);
	list = json_object_get(view, "accounts");
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "name")), "ani");
	assert_true(json_is_true(json_object_get(json_array_get(list, 1), "is_disabled")));
	text = json_dumps(view, 0);
	assert_null(strchr(text, '$'));
	free(text);
	json_decref(view);
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_closed_account_is_out_at_once_and_as_if_it_were_not_there),
		T(the_last_manager_stays),
		T(a_one_time_password_lets_in_once_and_only_to_choose_another),
		T(ones_own_password_ends_the_other_sessions_and_wrong_ones_count),
		T(the_list_has_everybody_and_no_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
