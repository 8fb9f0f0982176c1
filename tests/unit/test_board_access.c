/* board: people with codes that are real. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/board_fixture.h"

#define DENIED(f, why) EVENTS(f, ACCESS_DENIED, why)
#define GRANTED(f, why) EVENTS(f, ACCESS_GRANTED, why)

static struct wire_grant guest(void)
{
	return fixture_grant("12345678", NOW - HOUR, NOW + DAY);
}

static struct fixture f; /* one at a time */

static int tear_down(void **state)
{
	(void)state;
	fixture_teardown(&f);
	return 0;
}

static void open_with_a_guest(void)
{
	static struct wire_grant grants[1];

	grants[0] = guest();
	fixture_open(&f, grants, 1);
}

static void a_right_code_opens_for_the_strike_time(void **state)
{
	(void)state;
	open_with_a_guest();
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
	assert_int_equal(f.strike_until_ms, f.now_ms + 5000);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_ACCEPTED);
	assert_int_equal(GRANTED(&f, CODE), 1);
	assert_string_equal(fixture_event(&f, WIRE_EVENT_ACCESS_GRANTED)->grant, "12345678aaaaaaaa");
	fixture_wait(&f, 4999);
	assert_true(f.is_strike_on);
	fixture_wait(&f, 1);
	assert_false(f.is_strike_on);
	assert_non_null(fixture_event(&f, WIRE_EVENT_UNUSED));
}

static void the_strike_is_first_and_the_tone_next(void **state)
{
	(void)state;
	open_with_a_guest();
	f.is_holding_stretch = true;
	f.is_holding_stores = true;
	fixture_press(&f, "12345678#");
	fixture_answer_stretch(&f);
	assert_int_equal(f.out.list[0].kind, ORDER_STRIKE);
	assert_int_equal(f.out.list[1].kind, ORDER_TONE);
	assert_int_equal(f.out.list[1].u.tone, TONE_ACCEPTED);
	assert_int_not_equal(f.out.store_token, 0);
}

static void offline_it_sounds_different_and_opens_the_same(void **state)
{
	(void)state;
	open_with_a_guest();
	fixture_link(&f, false);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
	assert_true(fixture_heard(&f, TONE_ACCEPTED_OFFLINE));
}

static void the_long_code_opens_too(void **state)
{
	(void)state;
	open_with_a_guest();
	fixture_press(&f, "123456780000#");
	assert_true(f.is_strike_on);
	assert_int_equal(GRANTED(&f, LONG_CODE), 1);
}

static void who_needs_longer_gets_longer(void **state)
{
	struct wire_grant grant = guest();

	(void)state;
	grant.is_extended = true;
	fixture_open(&f, &grant, 1);
	fixture_press(&f, "12345678#");
	assert_int_equal(f.strike_until_ms, f.now_ms + 15000);
}

static void overlapping_grants_have_one_deadline(void **state)
{
	(void)state;
	open_with_a_guest();
	fixture_press(&f, "12345678#");
	fixture_wait(&f, 4000 - 9 * 200);
	fixture_press(&f, "12345678#"); /* done 4 s after the first */
	assert_int_equal(f.strike_until_ms, f.now_ms + 5000);
	fixture_wait(&f, 1000);
	assert_true(f.is_strike_on);
	fixture_wait(&f, 4000);
	assert_false(f.is_strike_on);
	assert_int_equal(f.orders[ORDER_STRIKE], 3); /* on, on until later, off */
}

<<<<<<< HEAD
=======
/* --- wrong codes --- */

static void a_wrong_code_sounds_only_after_its_record(void **state)
{
	(void)state;
	open_with_a_guest();
	f.is_holding_stores = true;
	fixture_press(&f, "87654321#");
	assert_false(fixture_heard(&f, TONE_REJECTED));
	assert_int_equal(f.memory.failures, 0);
	assert_int_equal(DENIED(&f, UNKNOWN_CODE), 1);
	assert_string_equal(fixture_event(&f, WIRE_EVENT_ACCESS_DENIED)->grant, "");
	/* the next attempt waits as well */
	fixture_press(&f, "1");
	assert_int_equal(f.tones[f.tone_count - 1], TONE_WAIT);
	assert_int_equal(DENIED(&f, BUSY), 1);
	fixture_answer_stores(&f);
	assert_true(fixture_heard(&f, TONE_REJECTED));
	assert_int_equal(f.memory.failures, 1);
	assert_false(f.memory.is_entry_open);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
}

static void a_disk_that_hangs_does_not_hold_the_next_guest_up(void **state)
{
	(void)state;
	open_with_a_guest();
	f.is_holding_stores = true;
	fixture_press(&f, "87654321#");
	fixture_wait(&f, 3000);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
	assert_false(fixture_heard(&f, TONE_REJECTED));
}

static void a_record_that_cannot_be_written_still_sounds_and_is_an_alarm(void **state)
{
	(void)state;
	open_with_a_guest();
	f.store_error = -28;
	fixture_press(&f, "87654321#");
	assert_true(fixture_heard(&f, TONE_REJECTED));
	assert_true(fixture_state(&f).alarms & WIRE_ALARM_BIT(STORAGE));
	assert_int_equal(fixture_event(&f, WIRE_EVENT_STORAGE_FAULT)->n, 28);
	/* said once, and codes still open (F08) */
	fixture_press(&f, "87654321#");
	assert_int_equal(fixture_events(&f, WIRE_EVENT_STORAGE_FAULT, WIRE_REASON_STORAGE), 1);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
	f.store_error = 0;
	fixture_press(&f, "12345678#");
	assert_false(fixture_state(&f).alarms & WIRE_ALARM_BIT(STORAGE));
	assert_int_equal(fixture_events(&f, WIRE_EVENT_STORAGE_RESTORED, WIRE_REASON_STORAGE), 1);
}

static void a_retry_that_stores_it_ends_the_alarm(void **state)
{
	(void)state;
	open_with_a_guest();
	f.store_error = -28;
	fixture_press(&f, "87654321#");
	fixture_retry_stores(&f);
	assert_true(fixture_state(&f).alarms & WIRE_ALARM_BIT(STORAGE));
	f.store_error = 0;
	fixture_retry_stores(&f);
	assert_false(fixture_state(&f).alarms & WIRE_ALARM_BIT(STORAGE));
	fixture_retry_stores(&f);
	assert_int_equal(fixture_events(&f, WIRE_EVENT_STORAGE_RESTORED, WIRE_REASON_STORAGE), 1);
}

static void wrong(unsigned times)
{
	while (times-- > 0)
		fixture_press(&f, "87654321#");
}

static void the_sixth_wrong_code_locks_out_and_the_seventh_is_an_alarm(void **state)
{
	(void)state;
	open_with_a_guest();
	wrong(5);
	assert_int_equal(fixture_state(&f).lockout_s, 0);
	wrong(1);
	assert_int_equal(fixture_state(&f).lockout_s, 30);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_LOCKOUT_STARTED)->n, 30);
	assert_true(f.memory.is_lockout_open);
	assert_int_equal(fixture_state(&f).alarms, 0);
	fixture_wait(&f, 30000);
	assert_non_null(fixture_event(&f, WIRE_EVENT_LOCKOUT_ENDED));
	assert_false(f.memory.is_lockout_open);
	wrong(1);
	assert_true(fixture_state(&f).alarms & WIRE_ALARM_BIT(WRONG_CODES));
	/* seven quiet hours later nothing is left of it */
	fixture_wait(&f, 7 * HOUR);
	assert_int_equal(fixture_state(&f).alarms & WIRE_ALARM_BIT(WRONG_CODES), 0);
	assert_int_equal(fixture_events(&f, WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_WRONG_CODES), 1);
	assert_int_equal(f.memory.failures, 0);
}

static void a_right_code_forgives_nothing(void **state)
{
	(void)state;
	open_with_a_guest();
	wrong(4);
	fixture_press(&f, "12345678#");
	assert_int_equal(f.memory.failures, 4);
	wrong(2);
	assert_int_equal(fixture_state(&f).lockout_s, 30);
}

static void in_a_lockout_the_short_code_waits_and_the_long_one_opens(void **state)
{
	(void)state;
	open_with_a_guest();
	wrong(6);
	fixture_clear(&f);
	fixture_press(&f, "12345678#12345678#");
	assert_false(f.is_strike_on);
	assert_int_equal(f.orders[ORDER_STRETCH], 0);
	assert_int_equal(DENIED(&f, LOCKED_OUT), 1); /* said once a minute, with a count */
	assert_true(fixture_heard(&f, TONE_WAIT));
	fixture_press(&f, "999999990000#");
	assert_true(fixture_heard(&f, TONE_REJECTED));
	assert_int_equal(f.memory.failures, 6); /* a wrong long code prolongs nothing */
	assert_false(f.memory.is_entry_open);
	fixture_press(&f, "123456780000#");
	assert_true(f.is_strike_on);
	assert_int_equal(GRANTED(&f, LONG_CODE), 1);
	assert_true(fixture_state(&f).lockout_s > 0); /* and it goes on */
}

static void lockouts_are_served_anew_after_a_power_cut(void **state)
{
	(void)state;
	open_with_a_guest();
	wrong(6);
	fixture_wait(&f, 29000);
	fixture_cut(&f);
	fixture_start(&f);
	assert_int_equal(fixture_state(&f).lockout_s, 30);
}

static void pulling_the_plug_over_half_a_code_is_a_wrong_code(void **state)
{
	(void)state;
	open_with_a_guest();
	fixture_press(&f, "1");
	assert_true(f.memory.is_entry_open); /* by the time a hand types on, it is on record */
	fixture_press(&f, "2345678");
	fixture_cut(&f);
	fixture_clear(&f);
	fixture_start(&f);
	assert_int_equal(DENIED(&f, POWER_CUT), 1);
	assert_int_equal(f.memory.failures, 1);
	assert_false(f.memory.is_entry_open);
}

static void an_entry_that_ends_is_no_longer_open(void **state)
{
	static const char *const ends[] = { "12*", "12#", "12345678#", "87654321#" };

	(void)state;
	open_with_a_guest();
	for (unsigned i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		fixture_press(&f, ends[i]);
		assert_false(f.memory.is_entry_open);
	}
	fixture_press(&f, "12");
	assert_true(f.memory.is_entry_open);
	fixture_wait(&f, 5000); /* left alone */
	assert_false(f.memory.is_entry_open);
	assert_int_equal(f.memory.failures, 1);
}

static void a_lockout_that_ends_over_an_entry_puts_it_on_record(void **state)
{
	(void)state;
	open_with_a_guest();
	wrong(6);
	fixture_wait(&f, 29000);
	fixture_press(&f, "1234"); /* in the lockout: costs nothing */
	assert_false(f.memory.is_entry_open);
	fixture_press(&f, "56"); /* past its end */
	assert_true(f.memory.is_entry_open);
	fixture_press(&f, "78#");
	assert_true(f.is_strike_on);
}

>>>>>>> 05dabde (door: tests of configuration, queues, the simulated port and its guard)
/* --- codes that are real --- */

static void codes_that_are_real_cost_nothing_and_sound_alike(void **state)
{
	struct wire_grant grants[] = {
		fixture_grant("11111111", NOW + HOUR, NOW + 2 * HOUR),
		fixture_grant("22222222", NOW - 2 * HOUR, NOW - HOUR),
		fixture_grant("33333333", NOW - HOUR, NOW + HOUR),
	};

	(void)state;
	grants[2].weekly_count = 1;
	grants[2].weekly[0] = (struct wire_weekly){ .days = 0x40, .from_min = 0, .to_min = 60 };
	fixture_open(&f, grants, 3);
	fixture_press(&f, "11111111#22222222#33333333#");
	assert_int_equal(DENIED(&f, NOT_YET), 1);
	assert_int_equal(DENIED(&f, EXPIRED), 1);
	assert_int_equal(DENIED(&f, OUTSIDE_HOURS), 1);
	assert_string_equal(fixture_event(&f, WIRE_EVENT_ACCESS_DENIED)->grant, "33333333aaaaaaaa");
	assert_int_equal(f.orders[ORDER_STRIKE], 0);
	assert_int_equal(f.memory.failures, 0);
	/* each after its record */
	fixture_clear(&f);
	f.is_holding_stores = true;
	fixture_press(&f, "22222222#");
	assert_false(fixture_heard(&f, TONE_REJECTED));
	fixture_answer_stores(&f);
	assert_true(fixture_heard(&f, TONE_REJECTED));
}

static void a_one_time_code_opens_once_whatever_the_power_does(void **state)
{
	struct wire_grant grant = guest();

	(void)state;
	grant.is_once = true;
	fixture_open(&f, &grant, 1);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
	assert_int_equal(f.memory.used_count, 1);
	assert_int_equal(f.memory.used[0].until_ms, grant.until_ms);
	fixture_press(&f, "12345678#");
	fixture_press(&f, "123456780000#"); /* nor by its long code */
	assert_int_equal(DENIED(&f, ALREADY_USED), 2);
	fixture_cut(&f);
	fixture_start(&f);
	fixture_link(&f, true);
	fixture_head(&f);
	fixture_clear(&f);
	fixture_press(&f, "12345678#");
	assert_int_equal(DENIED(&f, ALREADY_USED), 1);
	assert_int_equal(f.orders[ORDER_STRIKE], 0);
}

static void with_no_room_to_remember_a_one_time_code_does_not_open(void **state)
{
	struct wire_grant grant = guest();

	(void)state;
	grant.is_once = true;
	fixture_open(&f, &grant, 1);
	f.memory.used_count = BOARD_USED_MAX;
	for (unsigned i = 0; i < BOARD_USED_MAX; i++) {
		snprintf(f.memory.used[i].grant, sizeof(f.memory.used[i].grant), "%016u", i);
		f.memory.used[i].until_ms = NOW + (i == 7 ? HOUR : DAY);
	}
	fixture_cut(&f);
	fixture_start(&f);
	fixture_link(&f, true);
	fixture_head(&f);
	fixture_press(&f, "12345678#");
	assert_int_equal(DENIED(&f, ALREADY_USED), 1);
	fixture_wait(&f, HOUR + MIN); /* one of them has ended */
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
	assert_string_equal(f.last[ORDER_STORE_USED].u.used.forgets, "0000000000000007");
	assert_int_equal(f.memory.used_count, BOARD_USED_MAX);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		STORY(a_right_code_opens_for_the_strike_time),
		STORY(the_strike_is_first_and_the_tone_next),
		STORY(offline_it_sounds_different_and_opens_the_same),
		STORY(the_long_code_opens_too),
		STORY(who_needs_longer_gets_longer),
		STORY(overlapping_grants_have_one_deadline),
<<<<<<< HEAD
=======
		STORY(a_wrong_code_sounds_only_after_its_record),
		STORY(a_disk_that_hangs_does_not_hold_the_next_guest_up),
		STORY(a_record_that_cannot_be_written_still_sounds_and_is_an_alarm),
		STORY(a_retry_that_stores_it_ends_the_alarm),
		STORY(the_sixth_wrong_code_locks_out_and_the_seventh_is_an_alarm),
		STORY(a_right_code_forgives_nothing),
		STORY(in_a_lockout_the_short_code_waits_and_the_long_one_opens),
		STORY(lockouts_are_served_anew_after_a_power_cut),
		STORY(pulling_the_plug_over_half_a_code_is_a_wrong_code),
		STORY(an_entry_that_ends_is_no_longer_open),
		STORY(a_lockout_that_ends_over_an_entry_puts_it_on_record),
>>>>>>> 05dabde (door: tests of configuration, queues, the simulated port and its guard)
		STORY(codes_that_are_real_cost_nothing_and_sound_alike),
		STORY(a_one_time_code_opens_once_whatever_the_power_does),
		STORY(with_no_room_to_remember_a_one_time_code_does_not_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
