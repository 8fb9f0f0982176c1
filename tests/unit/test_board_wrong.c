/* board: wrong codes, what they cost, and entries that are none. */
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

/* --- wrong codes --- */

static void a_wrong_code_sounds_only_after_its_record(void **state)
{
	(void)state;
	open_with_a_guest();
	fixture_press(&f, "87654321");
	f.is_holding_stores = true;
	fixture_press(&f, "#");
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
	fixture_clear(&f);
	fixture_rex(&f, true); /* the next record has nothing to do with it */
	assert_false(fixture_heard(&f, TONE_REJECTED));
	assert_int_equal(f.memory.failures, 1);
	assert_false(f.memory.is_entry_open);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
}

static void a_code_is_weighed_when_its_entry_is_on_record(void **state)
{
	static const char *const keys[] = { "12345678#", "87654321#" };

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		open_with_a_guest();
		f.is_holding_stores = true;
		fixture_press(&f, keys[i]);
		fixture_wait(&f, 2000);
		assert_false(f.is_strike_on);
		assert_int_equal(DENIED(&f, UNKNOWN_CODE), 0);
		fixture_press(&f, "1"); /* still being worked on */
		assert_int_equal(f.tones[f.tone_count - 1], TONE_WAIT);
		fixture_answer_stores(&f);
		assert_int_equal(f.is_strike_on, i == 0);
		assert_int_equal(DENIED(&f, UNKNOWN_CODE), i == 1);
		fixture_answer_stores(&f); /* once */
		assert_int_equal(f.memory.failures, i == 1);
		fixture_teardown(&f);
	}
	fixture_setup(&f);
}

static void the_record_of_an_entry_given_up_counts_for_no_other(void **state)
{
	(void)state;
	open_with_a_guest();
	f.is_holding_stores = true;
	fixture_press(&f, "1*12345678#");
	f.held_store_count = 1; /* the first entry's record alone is answered */
	fixture_answer_stores(&f);
	f.is_holding_stores = true;
	assert_false(f.is_strike_on);
	fixture_wait(&f, 3000);
	assert_true(f.is_strike_on);
}

static void a_disk_that_hangs_holds_a_guest_up_for_seconds(void **state)
{
	(void)state;
	open_with_a_guest();
	f.is_holding_stores = true;
	fixture_press(&f, "87654321#");
	fixture_wait(&f, 2999);
	assert_int_equal(DENIED(&f, UNKNOWN_CODE), 0);
	fixture_wait(&f, 1);
	assert_int_equal(DENIED(&f, UNKNOWN_CODE), 1);
	fixture_wait(&f, 3000);
	fixture_press(&f, "12345678#");
	fixture_wait(&f, 3000);
	assert_true(f.is_strike_on);
	assert_false(fixture_heard(&f, TONE_REJECTED));
}

static void a_disk_known_to_fail_holds_nobody_up(void **state)
{
	(void)state;
	open_with_a_guest();
	f.store_error = -110;
	fixture_rex(&f, true); /* something to store */
	assert_true(fixture_state(&f).alarms & WIRE_ALARM_BIT(STORAGE));
	f.is_holding_stores = true;
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
}

static void a_code_worked_out_too_late_is_not_weighed_after_all(void **state)
{
	(void)state;
	open_with_a_guest();
	f.is_holding_stores = f.is_holding_stretch = true;
	fixture_press(&f, "12345678#");
	fixture_wait(&f, 9000);
	fixture_answer_stretch(&f);
	fixture_wait(&f, 1000); /* given up */
	assert_int_equal(DENIED(&f, BUSY), 1);
	fixture_wait(&f, 3000);
	fixture_answer_stores(&f);
	assert_false(f.is_strike_on);
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
	assert_null(fixture_event(&f, WIRE_EVENT_LOCKOUT_STARTED));
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
	fixture_clear(&f);
	fixture_press(&f, "#"); /* the entry is over */
	assert_int_equal(f.tone_count, 0);
	fixture_press(&f, "999999990000#");
	assert_true(fixture_heard(&f, TONE_REJECTED));
	assert_int_equal(f.memory.failures, 6); /* a wrong long code prolongs nothing */
	assert_false(f.memory.is_entry_open);
	fixture_press(&f, "123456780000#");
	assert_true(f.is_strike_on);
	assert_int_equal(GRANTED(&f, LONG_CODE), 1);
	assert_true(fixture_state(&f).lockout_s > 0); /* and it goes on */
}

static void a_wrong_long_code_in_a_lockout_is_told(void **state)
{
	(void)state;
	open_with_a_guest();
	wrong(6);
	fixture_clear(&f);
	fixture_press(&f, "999999990000#");
	assert_int_equal(DENIED(&f, LOCKED_OUT), 1);
	assert_int_equal(DENIED(&f, UNKNOWN_CODE), 0);
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

/* --- odd entries --- */

static void digits_that_no_code_has_are_no_guess(void **state)
{
	static const char *const odd[] = { "12345#", "12345678901#", "1234567890123#", "1#" };

	(void)state;
	open_with_a_guest();
	for (unsigned i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		fixture_clear(&f);
		fixture_press(&f, odd[i]);
		assert_int_equal(DENIED(&f, BAD_LENGTH), i == 0); /* once a minute */
		assert_true(fixture_heard(&f, TONE_REJECTED));
		assert_int_equal(f.orders[ORDER_STRETCH], 0);
	}
	assert_int_equal(f.memory.failures, 0);
	wrong(6);
	fixture_clear(&f);
	fixture_press(&f, "1#"); /* in a lockout nothing is stored, and nothing waited for */
	assert_int_equal(f.out.store_token, 0);
	assert_true(fixture_heard(&f, TONE_REJECTED));
	fixture_press(&f, "#*");
	assert_true(fixture_heard(&f, TONE_CLEARED));
}

static void ten_digits_are_a_short_code_and_twelve_a_long_one(void **state)
{
	static const struct {
		const char *keys;
		unsigned stretched;
	} rows[] = { { "12345#", 0 }, { "123456#", 1 }, { "1234567890#", 1 }, { "12345678901#", 0 },
		{ "123456789012#", 1 } };

	(void)state;
	open_with_a_guest();
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fixture_clear(&f);
		fixture_press(&f, rows[i].keys);
		assert_int_equal(f.orders[ORDER_STRETCH], rows[i].stretched);
		if (rows[i].stretched)
			assert_int_equal(f.last[ORDER_STRETCH].u.stretch.count, strlen(rows[i].keys) - 1);
	}
}

static void burst(const char *keys)
{
	for (; *keys; keys++) {
		struct board_input input = { .kind = INPUT_KEY, .u.key.key = *keys };

		fixture_wait(&f, 40);
		input.u.key.at_mono_ms = f.now_ms;
		fixture_step(&f, &input);
	}
}

static void a_machine_at_the_wires_is_an_attack(void **state)
{
	(void)state;
	open_with_a_guest();
	burst("12345678#");
	assert_false(f.is_strike_on);
	assert_int_equal(f.orders[ORDER_STRETCH], 0);
	assert_int_equal(fixture_events(&f, WIRE_EVENT_INJECTION_SUSPECTED, WIRE_REASON_TOO_FAST), 1);
	assert_true(fixture_state(&f).alarms & WIRE_ALARM_BIT(INJECTION));
	assert_int_equal(f.memory.failures, 1);
	assert_true(fixture_heard(&f, TONE_REJECTED));
	/* within the minute the next burst counts, and is not told again */
	fixture_wait(&f, 2000);
	burst("12345678#");
	assert_int_equal(f.memory.failures, 2);
	assert_int_equal(fixture_events(&f, WIRE_EVENT_INJECTION_SUSPECTED, WIRE_REASON_TOO_FAST), 1);
	/* a hand is served after it */
	fixture_wait(&f, 2000);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
	/* in a lockout it costs nothing more */
	wrong(4);
	assert_int_equal(f.memory.failures, 6);
	burst("123");
	assert_int_equal(f.memory.failures, 6);
	fixture_wait(&f, 8 * HOUR);
	assert_int_equal(fixture_events(&f, WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_TOO_FAST), 1);
}

static void no_memory_for_the_slow_hash_opens_nothing_and_counts_nothing(void **state)
{
	struct board_input input = { .kind = INPUT_STRETCHED };

	(void)state;
	open_with_a_guest();
	f.is_holding_stretch = true;
	fixture_press(&f, "12345678#");
	input.u.stretched.entry = f.held_entry;
	input.u.stretched.error = -12;
	f.held_entry = 0;
	fixture_step(&f, &input);
	assert_int_equal(DENIED(&f, STORAGE), 1);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_ACCESS_DENIED)->n, 12);
	assert_true(fixture_heard(&f, TONE_REJECTED));
	assert_int_equal(f.memory.failures, 0);
	assert_false(f.is_strike_on);
}

static void an_answer_that_never_comes_is_given_up(void **state)
{
	uint32_t entry;

	(void)state;
	open_with_a_guest();
	f.is_holding_stretch = true;
	fixture_press(&f, "12345678#");
	entry = f.held_entry;
	f.held_entry = 0;
	fixture_press(&f, "1");
	assert_int_equal(f.tones[f.tone_count - 1], TONE_WAIT);
	fixture_wait(&f, 10000);
	assert_int_equal(DENIED(&f, BUSY), 2);
	assert_true(fixture_heard(&f, TONE_REJECTED));
	f.held_entry = entry; /* and comes too late */
	f.held_count = 8;
	memcpy(f.held_digits, "12345678", 8);
	fixture_answer_stretch(&f);
	assert_false(f.is_strike_on);
}

static void without_a_snapshot_every_code_is_unknown(void **state)
{
	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	fixture_press(&f, "12345678#");
	assert_int_equal(f.orders[ORDER_STRETCH], 0);
	assert_int_equal(DENIED(&f, UNKNOWN_CODE), 1);
	assert_int_equal(f.memory.failures, 1);
}

static void a_card_nobody_knows_costs_what_a_wrong_code_costs(void **state)
{
	(void)state;
	open_with_a_guest();
	fixture_press(&f, "123");
	fixture_card(&f, 1); /* and ends the entry */
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, UNKNOWN_CARD), 1);
	assert_int_equal(f.last[ORDER_STORE_GUESS].u.guess.failures, 1);
	assert_true(fixture_heard(&f, TONE_REJECTED));
	for (int i = 0; i < 5; i++)
		fixture_card(&f, 1);
	assert_int_equal(EVENTS(&f, LOCKOUT_STARTED, WRONG_CODES), 1);
	assert_int_equal(f.lamp, LAMP_WAIT);
	fixture_clear(&f);
	fixture_card(&f, 1);
	assert_true(fixture_heard(&f, TONE_WAIT));
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, LOCKED_OUT), 1);
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, UNKNOWN_CARD), 0);
}

static void a_card_during_a_code_has_to_wait(void **state)
{
	(void)state;
	open_with_a_guest();
	f.is_holding_stretch = true;
	fixture_press(&f, "12345678#");
	fixture_card(&f, 1);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_WAIT);
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, BUSY), 1);
	f.is_holding_stretch = false;
	fixture_answer_stretch(&f);
	assert_true(f.is_strike_on);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		STORY(a_card_nobody_knows_costs_what_a_wrong_code_costs),
		STORY(a_card_during_a_code_has_to_wait),
		STORY(a_wrong_code_sounds_only_after_its_record),
		STORY(a_code_is_weighed_when_its_entry_is_on_record),
		STORY(the_record_of_an_entry_given_up_counts_for_no_other),
		STORY(a_disk_that_hangs_holds_a_guest_up_for_seconds),
		STORY(a_disk_known_to_fail_holds_nobody_up),
		STORY(a_code_worked_out_too_late_is_not_weighed_after_all),
		STORY(a_record_that_cannot_be_written_still_sounds_and_is_an_alarm),
		STORY(a_retry_that_stores_it_ends_the_alarm),
		STORY(the_sixth_wrong_code_locks_out_and_the_seventh_is_an_alarm),
		STORY(a_right_code_forgives_nothing),
		STORY(in_a_lockout_the_short_code_waits_and_the_long_one_opens),
		STORY(a_wrong_long_code_in_a_lockout_is_told),
		STORY(lockouts_are_served_anew_after_a_power_cut),
		STORY(pulling_the_plug_over_half_a_code_is_a_wrong_code),
		STORY(an_entry_that_ends_is_no_longer_open),
		STORY(a_lockout_that_ends_over_an_entry_puts_it_on_record),
		STORY(digits_that_no_code_has_are_no_guess),
		STORY(ten_digits_are_a_short_code_and_twelve_a_long_one),
		STORY(a_machine_at_the_wires_is_an_attack),
		STORY(no_memory_for_the_slow_hash_opens_nothing_and_counts_nothing),
		STORY(an_answer_that_never_comes_is_given_up),
		STORY(without_a_snapshot_every_code_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
