/* board: lockdown, hold-open, closed. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/board_fixture.h"

static struct fixture f;
static struct wire_grant grants[1];

static int tear_down(void **state)
{
	(void)state;
	fixture_teardown(&f);
	return 0;
}

static void open_with_a_guest(void)
{
	grants[0] = fixture_grant("12345678", NOW - HOUR, NOW + DAY);
	fixture_open(&f, grants, 1);
}

static void give_mode(uint64_t rev, enum wire_mode mode, int64_t until_ms)
{
	struct wire_snapshot plan = fixture_plan(rev, grants, 1);

	plan.mode = mode;
	plan.mode_until_ms = until_ms;
	fixture_snapshot(&f, &plan);
}

static void a_lockdown_secures_at_once_and_only_staff_open(void **state)
{
	struct board_input unlock;

	(void)state;
	open_with_a_guest();
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
	f.is_holding_stores = true; /* before it is stored, too */
	give_mode(2, WIRE_MODE_LOCKDOWN, 0);
	assert_false(f.is_strike_on);
	assert_int_equal(EVENTS(&f, MODE_CHANGED, LOCKDOWN), 1);
	fixture_answer_stores(&f);
	assert_int_equal(EVENTS(&f, MODE_CHANGED, LOCKDOWN), 1);
	assert_int_equal(fixture_state(&f).mode, WIRE_MODE_LOCKDOWN);
	fixture_press(&f, "12345678#123456780000#");
	assert_false(f.is_strike_on);
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, LOCKDOWN), 2);
	unlock = fixture_action(&f, "a", WIRE_ACTION_UNLOCK);
	fixture_step(&f, &unlock);
	assert_true(f.is_strike_on);
	give_mode(3, WIRE_MODE_NORMAL, 0);
	assert_int_equal(EVENTS(&f, MODE_CHANGED, NORMAL), 1);
	fixture_press(&f, "12345678#");
	assert_int_equal(EVENTS(&f, ACCESS_GRANTED, CODE), 2);
}

static void a_mode_ends_by_itself_also_without_the_centre(void **state)
{
	(void)state;
	open_with_a_guest();
	give_mode(2, WIRE_MODE_LOCKDOWN, NOW + HOUR);
	assert_int_equal(fixture_state(&f).mode_until_ms, NOW + HOUR);
	fixture_link(&f, false);
	fixture_wait(&f, HOUR - 1);
	assert_int_equal(fixture_state(&f).mode, WIRE_MODE_LOCKDOWN);
	fixture_wait(&f, 1);
	assert_int_equal(fixture_state(&f).mode, WIRE_MODE_NORMAL);
	assert_int_equal(fixture_state(&f).mode_until_ms, 0);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
}

static void hold_open_releases_until_its_end(void **state)
{
	(void)state;
	open_with_a_guest();
	give_mode(2, WIRE_MODE_HOLD_OPEN, NOW + HOUR);
	assert_true(f.is_strike_on);
	assert_int_equal(fixture_state(&f).mode, WIRE_MODE_HOLD_OPEN);
	fixture_contact(&f, true);
	fixture_wait(&f, 30 * MIN); /* open, and meant to be */
	assert_false(HAS_ALARM(&f, HELD_OPEN));
	fixture_contact(&f, false);
	fixture_press(&f, "12345678#"); /* a guest's code within it changes no deadline */
	fixture_wait(&f, 30 * MIN - 9 * 200 - 1);
	assert_true(f.is_strike_on);
	fixture_wait(&f, 1);
	assert_false(f.is_strike_on);
	assert_int_equal(EVENTS(&f, MODE_CHANGED, NORMAL), 1);
	assert_null(fixture_event(&f, WIRE_EVENT_UNUSED));
}

static void hold_open_can_be_cancelled_moved_and_confirmed(void **state)
{
	uint64_t until;

	(void)state;
	open_with_a_guest();
	give_mode(2, WIRE_MODE_HOLD_OPEN, NOW + HOUR);
	until = f.strike_until_ms;
	fixture_clear(&f);
	give_mode(3, WIRE_MODE_HOLD_OPEN, NOW + HOUR); /* the same: the strike is not touched */
	assert_int_equal(f.orders[ORDER_STRIKE], 0);
	give_mode(4, WIRE_MODE_HOLD_OPEN, NOW + HOUR - 10 * MIN);
	assert_int_equal(f.strike_until_ms, until - 10 * MIN);
	give_mode(5, WIRE_MODE_HOLD_OPEN, NOW + 2 * HOUR);
	assert_int_equal(f.strike_until_ms, until + HOUR);
	give_mode(6, WIRE_MODE_CLOSED, 0);
	assert_false(f.is_strike_on);
	give_mode(7, WIRE_MODE_HOLD_OPEN, NOW + 2 * HOUR); /* and taken up again */
	assert_int_equal(f.strike_until_ms, until + HOUR);
	give_mode(8, WIRE_MODE_CLOSED, 0);
	assert_false(f.is_strike_on);
	assert_int_equal(EVENTS(&f, MODE_CHANGED, CLOSED), 2);
}

static void at_the_floor_hold_open_waits_for_the_time(void **state)
{
	(void)state;
	open_with_a_guest();
	give_mode(2, WIRE_MODE_HOLD_OPEN, NOW + HOUR);
	fixture_cut(&f);
	fixture_start(&f);
	fixture_wait(&f, MIN);
	assert_false(f.is_strike_on);
	fixture_link(&f, true);
	assert_false(f.is_strike_on);
	fixture_head(&f);
	assert_true(f.is_strike_on);
	/* the head came at NOW + 1 min and a bit; the end is still the hour */
	assert_in_range(f.strike_until_ms - f.now_ms, HOUR - 2 * MIN, HOUR - MIN);
}

static void a_hold_without_an_end_holds_nothing(void **state)
{
	(void)state;
	open_with_a_guest();
	give_mode(2, WIRE_MODE_HOLD_OPEN, 0); /* the decoder refuses it; the core does not rely on that */
	assert_false(f.is_strike_on);
	assert_int_equal(fixture_state(&f).mode, WIRE_MODE_NORMAL);
}

static void a_hold_begun_by_a_wrong_clock_is_mended_by_the_right_one(void **state)
{
	struct board_input vouched = { .kind = INPUT_CLOCK };

	(void)state;
	open_with_a_guest();
	give_mode(2, WIRE_MODE_HOLD_OPEN, NOW + HOUR);
	fixture_cut(&f);
	fixture_start(&f);
	vouched.u.clock.wall_ms = f.true_ms + 30 * MIN;
	vouched.u.clock.bound_ms = 1000;
	fixture_step(&f, &vouched);
	assert_in_range(f.strike_until_ms - f.now_ms, 30 * MIN - 5000, 30 * MIN);
	fixture_link(&f, true);
	fixture_head(&f);
	assert_in_range(f.strike_until_ms - f.now_ms, HOUR - 5000, HOUR);
	vouched.u.clock.bound_ms = 3 * MIN; /* time known worse than that begins no hold */
	fixture_cut(&f);
	fixture_start(&f);
	fixture_step(&f, &vouched);
	assert_false(f.is_strike_on);
}

static void closed_opens_for_those_marked_always(void **state)
{
	(void)state;
	open_with_a_guest();
	give_mode(2, WIRE_MODE_CLOSED, 0);
	fixture_press(&f, "12345678#");
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, CLOSED), 1);
	grants[0].is_always = true;
	give_mode(3, WIRE_MODE_CLOSED, 0);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		STORY(a_lockdown_secures_at_once_and_only_staff_open),
		STORY(a_mode_ends_by_itself_also_without_the_centre),
		STORY(hold_open_releases_until_its_end),
		STORY(hold_open_can_be_cancelled_moved_and_confirmed),
		STORY(at_the_floor_hold_open_waits_for_the_time),
		STORY(a_hold_without_an_end_holds_nothing),
		STORY(a_hold_begun_by_a_wrong_clock_is_mended_by_the_right_one),
		STORY(closed_opens_for_those_marked_always),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
