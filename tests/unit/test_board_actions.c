/* board: what staff have done from afar, once and soon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/board_fixture.h"

static struct fixture f;
static struct wire_grant grants[8];

static int tear_down(void **state)
{
	(void)state;
	fixture_teardown(&f);
	return 0;
}

static void open_with_two_guests(void)
{
	grants[0] = fixture_grant("11111111", NOW - HOUR, NOW + DAY);
	grants[1] = fixture_grant("22222222", NOW - HOUR, NOW + DAY);
	fixture_open(&f, grants, 2);
}

static void act(const char *id, enum wire_action_what what)
{
	struct board_input input = fixture_action(&f, id, what);

	fixture_clear(&f);
	fixture_step(&f, &input);
}

static bool was_done(void)
{
	return f.orders[ORDER_SEND_DID] == 1 && f.last[ORDER_SEND_DID].u.did.is_done;
}

static void unlock_releases_for_the_strike_time(void **state)
{
	(void)state;
	open_with_two_guests();
	act("a", WIRE_ACTION_UNLOCK);
	assert_true(f.is_strike_on);
	assert_int_equal(f.strike_until_ms, f.now_ms + 5000);
	assert_true(was_done());
	assert_int_equal(EVENTS(&f, ACCESS_GRANTED, ACTION), 1);
	assert_int_equal(EVENTS(&f, ACTION_DONE, UNLOCK), 1);
	/* the same again is refused (S16) */
	fixture_wait(&f, 6000);
	act("a", WIRE_ACTION_UNLOCK);
	assert_false(f.is_strike_on);
	assert_false(was_done());
	assert_int_equal(f.last[ORDER_SEND_DID].u.did.reason, WIRE_REASON_REPLAYED);
	assert_int_equal(EVENTS(&f, ACTION_REFUSED, REPLAYED), 1);
	/* refused again: answered, and told once a minute */
	act("a", WIRE_ACTION_UNLOCK);
	assert_int_equal(f.orders[ORDER_SEND_DID], 1);
	assert_int_equal(f.event_count, 0);
}

/* T15 */
static void an_action_withheld_dies(void **state)
{
	struct board_input held, retained, other_boot;

	(void)state;
	open_with_two_guests();
	held = fixture_action(&f, "b", WIRE_ACTION_UNLOCK);
	fixture_wait(&f, 9000);
	fixture_step(&f, &held);
	assert_true(f.is_strike_on);
	fixture_wait(&f, 10000);
	held = fixture_action(&f, "c", WIRE_ACTION_UNLOCK);
	fixture_wait(&f, 11000);
	fixture_step(&f, &held);
	assert_false(f.is_strike_on);
	assert_int_equal(f.last[ORDER_SEND_DID].u.did.reason, WIRE_REASON_EXPIRED);

	retained = fixture_action(&f, "d", WIRE_ACTION_UNLOCK);
	retained.u.action.is_retained = true;
	fixture_step(&f, &retained);
	assert_false(f.is_strike_on);

	other_boot = fixture_action(&f, "e", WIRE_ACTION_UNLOCK);
	fixture_cut(&f);
	fixture_start(&f);
	fixture_link(&f, true);
	fixture_head(&f);
	fixture_step(&f, &other_boot);
	assert_false(f.is_strike_on);
	assert_int_equal(f.last[ORDER_SEND_DID].u.did.reason, WIRE_REASON_WRONG_CHALLENGE);
}

static void staff_open_during_a_lockout_and_clear_it(void **state)
{
	(void)state;
	open_with_two_guests();
	for (unsigned i = 0; i < 6; i++)
		fixture_press(&f, "99999999#");
	fixture_wait(&f, 30000);
	fixture_press(&f, "99999999#");
	assert_true(HAS_ALARM(&f, WRONG_CODES));
	act("a", WIRE_ACTION_UNLOCK);
	assert_true(f.is_strike_on);
	act("b", WIRE_ACTION_CLEAR_LOCKOUT);
	assert_true(was_done());
	assert_int_equal(fixture_state(&f).lockout_s, 0);
	assert_false(HAS_ALARM(&f, WRONG_CODES));
	assert_int_equal(EVENTS(&f, LOCKOUT_ENDED, CLEAR_LOCKOUT), 1);
	assert_int_equal(f.memory.failures, 0);
	act("c", WIRE_ACTION_CLEAR_LOCKOUT); /* nothing to clear is no fault */
	assert_true(was_done());
	assert_int_equal(EVENTS(&f, LOCKOUT_ENDED, CLEAR_LOCKOUT), 0);
}

static void the_other_actions_leave_the_strike_alone(void **state)
{
	static const struct {
		enum wire_action_what what;
		enum board_tone tone;
		enum wire_reason reason;
	} rows[] = {
		{ WIRE_ACTION_IDENTIFY, TONE_IDENTIFY, WIRE_REASON_IDENTIFY },
		{ WIRE_ACTION_SILENCE, TONE_SILENCE, WIRE_REASON_SILENCE },
		{ WIRE_ACTION_SELF_TEST, TONE_IDENTIFY, WIRE_REASON_SELF_TEST },
	};

	(void)state;
	open_with_two_guests();
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		act(&"abc"[i], rows[i].what);
		assert_true(was_done());
		assert_true(fixture_heard(&f, rows[i].tone));
		assert_int_equal(fixture_events(&f, WIRE_EVENT_ACTION_DONE, rows[i].reason), 1);
		assert_int_equal(f.orders[ORDER_STRIKE], 0);
	}
}

static void unlock_works_before_the_first_snapshot(void **state)
{
	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	fixture_link(&f, true);
	fixture_head(&f);
	act("a", WIRE_ACTION_UNLOCK);
	assert_true(f.is_strike_on);
	assert_int_equal(f.strike_until_ms, f.now_ms + 5000);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		STORY(unlock_releases_for_the_strike_time),
		STORY(an_action_withheld_dies),
		STORY(staff_open_during_a_lockout_and_clear_it),
		STORY(the_other_actions_leave_the_strike_alone),
		STORY(unlock_works_before_the_first_snapshot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
