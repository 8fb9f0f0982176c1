/* What other door controllers got wrong, so that ours is seen not to: one test each, named after the defect.
 * Those of wires and pins are in test_wiegand, test_keypad_matrix and test_port_gpio. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/board_fixture.h"

#define DENIED(f, why) EVENTS(f, ACCESS_DENIED, why)
#define HERS 12345 /* the number on the guest's card */

static struct fixture f; /* one at a time */
static struct wire_grant grants[1];

static int set_up(void **state)
{
	(void)state;
	grants[0] = fixture_grant("12345678", NOW - HOUR, NOW + DAY);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_teardown(&f);
	return 0;
}

static void vouch(int64_t wall_ms)
{
	struct board_input clock = { .kind = INPUT_CLOCK, .u.clock = { wall_ms, 100 } };

	fixture_step(&f, &clock);
}

/* --- defects --- */

static void test_defect_01_a_clock_set_by_a_day_in_mid_release_moves_no_deadline(void **state)
{
	static const int64_t steps[] = { -DAY, DAY };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		fixture_setup(&f); /* its clock is only vouched for, and so believed when it is set */
		fixture_fit(&f, &(struct board_hardware){ .rex_releases = true });
		fixture_start(&f);
		vouch(NOW);
		fixture_rex(&f, true);
		fixture_rex(&f, false);
		fixture_wait(&f, 2500);
		vouch(NOW + 2500 + steps[i]);
		assert_true(f.is_strike_on);
		fixture_wait(&f, 2499);
		assert_true(f.is_strike_on);
		fixture_wait(&f, 1);
		assert_false(f.is_strike_on);
		if (i == 0)
			fixture_teardown(&f);
	}
}

static void test_defect_02_held_open_is_told_at_its_limit_and_a_bounce_inverts_nothing(void **state)
{
	(void)state;
	fixture_open(&f, grants, 1);
	fixture_press(&f, "12345678#");
	for (int i = 0; i < 7; i++) /* it rings, and ends open */
		fixture_contact(&f, i % 2 == 0);
	fixture_contact(&f, true); /* an edge told twice */
	assert_true(fixture_state(&f).is_contact_open);
	fixture_wait(&f, 5000 + 30000 - 1);
	assert_false(HAS_ALARM(&f, HELD_OPEN));
	fixture_wait(&f, 1);
	assert_true(HAS_ALARM(&f, HELD_OPEN));
	fixture_wait(&f, HOUR);
	assert_int_equal(EVENTS(&f, HELD_OPEN, HELD), 1);

	f.lines = LINE_BIT(CONTACT); /* found open at start: read, not assumed */
	fixture_cut(&f);
	fixture_start(&f);
	assert_int_equal(fixture_state(&f).door, WIRE_DOOR_OPEN);
}

static void test_defect_03_every_type_and_every_reason_survives_the_wire(void **state)
{
	static struct wire_events sent, heard;
	static char buf[65536];

	(void)state;
	fixture_setup(&f);
	for (unsigned type = 1; type < WIRE_EVENT_TYPE_COUNT; type++)
		for (unsigned reason = 0; reason < WIRE_REASON_COUNT; reason++) {
			long len;

			sent = (struct wire_events){ .log = 7, .count = 1 };
			sent.events[0] = (struct wire_event){ .seq = 1,
				.trust = WIRE_TRUST_TRUSTED,
				.type = (enum wire_event_type)type,
				.reason = (enum wire_reason)reason };
			len = wire_events_encode(buf, sizeof(buf), &sent);
			assert_true(len > 0);
			assert_int_equal(wire_events_decode(&heard, buf, (size_t)len), 0);
			assert_int_equal(heard.events[0].type, type);
			assert_int_equal(heard.events[0].reason, reason);
		}
}

static void test_defect_09_the_first_of_two_grants_does_not_relock_during_the_second(void **state)
{
	(void)state;
	fixture_open(&f, grants, 1);
	fixture_press(&f, "12345678#");
	fixture_wait(&f, 4000 - 9 * 200);
	fixture_press(&f, "12345678#"); /* at 4 of 5 */
	fixture_wait(&f, 4999);
	assert_true(f.is_strike_on);
	assert_null(fixture_event(&f, WIRE_EVENT_UNUSED));
	fixture_wait(&f, 1);
	assert_false(f.is_strike_on);
}

static void test_defect_11_hours_that_run_past_midnight_are_hours(void **state)
{
	/* NOW is Thursday 15.53 in Jakarta */
	static const struct {
		int64_t wait_ms;
		bool opens;
	} rows[] = {
		{ 0, false },                    /* Thursday 15.53 */
		{ 6 * HOUR, false },             /* 21.53 */
		{ 6 * HOUR + 10 * MIN, true },   /* 22.03 */
		{ 10 * HOUR, true },             /* Friday 01.53 */
		{ 13 * HOUR, true },             /* 04.53 */
		{ 13 * HOUR + 10 * MIN, false }, /* 05.03 */
		{ DAY + 10 * HOUR, false },      /* Saturday 01.53: Friday's night is not hers */
	};

	(void)state;
	grants[0].until_ms = grants[0].offline_until_ms = NOW + 30 * DAY;
	grants[0].weekly_count = 1;
	grants[0].weekly[0] = (struct wire_weekly){ .days = 1 << 3, .from_min = 22 * 60, .to_min = 5 * 60 };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fixture_open(&f, grants, 1);
		fixture_wait(&f, (uint64_t)rows[i].wait_ms);
		fixture_press(&f, "12345678#");
		if (f.is_strike_on != rows[i].opens)
			fail_msg("row %zu", i);
		assert_int_equal(DENIED(&f, OUTSIDE_HOURS), !rows[i].opens);
		if (i + 1 < sizeof(rows) / sizeof(rows[0]))
			fixture_teardown(&f);
	}
}

static void test_defect_13_the_number_printed_on_a_card_opens_nothing_when_typed(void **state)
{
	static const char *const typed[] = { "12345#", "012345#", "00012345#", "712345#", "00712345#",
		"*00012345*#", "000000012345#" };

	(void)state;
	fixture_give_card(&grants[0], HERS);
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		fixture_open(&f, grants, 1);
		fixture_press(&f, typed[i]);
		assert_int_equal(f.orders[ORDER_STRIKE], 0);
		fixture_teardown(&f);
	}
	fixture_open(&f, grants, 1);
	fixture_card(&f, HERS);
	assert_true(f.is_strike_on);
}

static void test_defect_14_what_happened_offline_is_told_and_the_reader_is_not_deaf_meanwhile(void **state)
{
	uint64_t before;

	(void)state;
	fixture_open(&f, grants, 1);
	fixture_ack(&f, f.memory.head);
	before = f.memory.head;
	fixture_link(&f, false);
	for (int i = 0; i < 20; i++) { /* the next one types as soon as the last one's tone is out */
		fixture_press(&f, "12345678#");
		fixture_wait(&f, 1);
	}
	assert_int_equal(EVENTS(&f, ACCESS_GRANTED, CODE), 20);
	fixture_wait(&f, 7 * DAY);
	assert_int_equal(f.memory.acked, before); /* nothing is forgotten that nobody has */
	fixture_clear(&f);
	fixture_link(&f, true);
	assert_true(f.orders[ORDER_SEND_EVENTS] > 0);
	assert_int_equal(f.last[ORDER_SEND_EVENTS].u.events.first, before + 1);
}

static void test_defect_15_a_board_left_alone_honours_nothing_past_its_offline_limit(void **state)
{
	(void)state;
	grants[0].until_ms = NOW + 60 * DAY;
	grants[0].offline_until_ms = NOW + 3 * DAY;
	fixture_open(&f, grants, 1);
	fixture_link(&f, false);
	fixture_wait(&f, 2 * DAY);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
	fixture_wait(&f, 2 * DAY); /* it was never started anew */
	fixture_press(&f, "12345678#");
	assert_false(f.is_strike_on);
	assert_int_equal(DENIED(&f, OFFLINE_TOO_LONG), 1);
	fixture_link(&f, true); /* and what ended is cured by a word of the centre, not by a restart */
	fixture_head(&f);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
}

/* --- complaints --- */

static void test_thread_02_neither_a_start_nor_a_reconnect_opens(void **state)
{
	struct board_input retained;

	(void)state;
	fixture_open(&f, grants, 1);
	for (int i = 0; i < 20; i++) {
		fixture_link(&f, false);
		fixture_wait(&f, MIN);
		fixture_link(&f, true);
		fixture_head(&f);
		retained = fixture_action(&f, "a", WIRE_ACTION_UNLOCK);
		retained.u.action.is_retained = true;
		fixture_step(&f, &retained);
		if (i % 5 == 4) {
			fixture_cut(&f);
			fixture_start(&f);
		}
	}
	assert_int_equal(f.orders[ORDER_STRIKE], 0);
	assert_true(EVENTS(&f, ACTION_REFUSED, RETAINED) >= 1);
}

static void test_thread_04_a_power_cut_in_any_state_leaves_the_door_at_rest(void **state)
{
	(void)state;
	for (int what = 0; what < 5; what++) {
		struct wire_snapshot plan = fixture_plan(2, grants, 1);

		fixture_open(&f, grants, 1);
		plan.mode = WIRE_MODE_HOLD_OPEN;
		plan.mode_until_ms = NOW + HOUR;
		if (what == 1)
			fixture_press(&f, "12345678#");
		if (what == 2)
			fixture_snapshot(&f, &plan);
		if (what == 3)
			fixture_line(&f, LINE_HOLD, true);
		if (what == 4)
			fixture_contact(&f, true);
		f.lines = what == 3 ? LINE_BIT(HOLD) : what == 4 ? LINE_BIT(CONTACT) : 0;
		fixture_cut(&f);
		fixture_clear(&f);
		fixture_start(&f); /* without a clock: the hold-open waits for one */
		fixture_wait(&f, 10 * MIN);
		assert_int_equal(f.orders[ORDER_STRIKE], 0);
		if (what < 4)
			fixture_teardown(&f);
	}
}

static void test_thread_12_opening_hours_are_kept_and_the_log_says_what_was_done(void **state)
{
	(void)state;
	grants[0].weekly_count = 1;
	grants[0].weekly[0] = (struct wire_weekly){ .days = 127, .from_min = 6 * 60, .to_min = 9 * 60 };
	fixture_open(&f, grants, 1); /* 15.53 */
	fixture_press(&f, "12345678#");
	assert_int_equal(f.orders[ORDER_STRIKE], 0);
	assert_null(fixture_event(&f, WIRE_EVENT_ACCESS_GRANTED));
	assert_int_equal(DENIED(&f, OUTSIDE_HOURS), 1);
}

static void test_thread_13_without_a_clock_it_says_so_and_a_word_of_the_centre_cures_it(void **state)
{
	(void)state;
	fixture_open(&f, grants, 1);
	fixture_wait(&f, HOUR);
	fixture_cut(&f);
	fixture_start(&f);
	fixture_wait(&f, MIN);
	assert_true(HAS_ALARM(&f, CLOCK));
	assert_int_equal(fixture_state(&f).clock.trust, WIRE_TRUST_FLOOR);
	assert_true(fixture_state(&f).at_ms >= NOW); /* never 1970 */
	fixture_press(&f, "12345678#");
	assert_int_equal(DENIED(&f, CLOCK_FLOOR), 1);
	fixture_link(&f, true);
	fixture_head(&f);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
}

static void test_thread_15_what_nobody_knows_is_an_event_with_its_reason(void **state)
{
	(void)state;
	fixture_open(&f, grants, 1);
	fixture_press(&f, "87654321#");
	fixture_card(&f, HERS);
	assert_int_equal(DENIED(&f, UNKNOWN_CODE), 1);
	assert_int_equal(DENIED(&f, UNKNOWN_CARD), 1);
}

static void test_thread_20_a_board_that_reaches_nobody_for_a_year_goes_on_and_comes_back(void **state)
{
	(void)state;
	grants[0].until_ms = grants[0].offline_until_ms = NOW + 400 * DAY;
	fixture_open(&f, grants, 1);
	fixture_link(&f, false);
	fixture_wait(&f, 360 * (uint64_t)DAY);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
	fixture_link(&f, true);
	fixture_head(&f);
	assert_false(HAS_ALARM(&f, STALE) || HAS_ALARM(&f, CLOCK));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_defect_01_a_clock_set_by_a_day_in_mid_release_moves_no_deadline),
		TEST(test_defect_02_held_open_is_told_at_its_limit_and_a_bounce_inverts_nothing),
		TEST(test_defect_03_every_type_and_every_reason_survives_the_wire),
		TEST(test_defect_09_the_first_of_two_grants_does_not_relock_during_the_second),
		TEST(test_defect_11_hours_that_run_past_midnight_are_hours),
		TEST(test_defect_13_the_number_printed_on_a_card_opens_nothing_when_typed),
		TEST(test_defect_14_what_happened_offline_is_told_and_the_reader_is_not_deaf_meanwhile),
		TEST(test_defect_15_a_board_left_alone_honours_nothing_past_its_offline_limit),
		TEST(test_thread_02_neither_a_start_nor_a_reconnect_opens),
		TEST(test_thread_04_a_power_cut_in_any_state_leaves_the_door_at_rest),
		TEST(test_thread_12_opening_hours_are_kept_and_the_log_says_what_was_done),
		TEST(test_thread_13_without_a_clock_it_says_so_and_a_word_of_the_centre_cures_it),
		TEST(test_thread_15_what_nobody_knows_is_an_event_with_its_reason),
		TEST(test_thread_20_a_board_that_reaches_nobody_for_a_year_goes_on_and_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
