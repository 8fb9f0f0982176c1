/* board: locks, lines and what stands because of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/board_fixture.h"

static struct fixture f; /* one at a time */
static struct wire_grant grants[1];

static int tear_down(void **state)
{
	(void)state;
	fixture_teardown(&f);
	return 0;
}

static void open_with(const struct board_hardware *hardware, unsigned wired_too)
{
	grants[0] = fixture_grant("12345678", NOW - HOUR, NOW + DAY);
	fixture_setup(&f);
	f.wired |= wired_too;
	fixture_fit(&f, hardware);
	fixture_begin(&f, grants, 1);
}

static void open_plain(void)
{
	open_with(&(struct board_hardware){ 0 }, 0);
}

static void give_mode(uint64_t rev, enum wire_mode mode, int64_t until_ms)
{
	struct wire_snapshot plan = fixture_plan(rev, grants, 1);

	plan.mode = mode;
	plan.mode_until_ms = until_ms;
	fixture_snapshot(&f, &plan);
}

static void fault_line(enum board_line line, enum board_line_fault fault, bool is_active)
{
	const struct board_input input = { .kind = INPUT_LINE_FAULT,
		.u.line_fault = { line, fault, is_active } };

	fixture_step(&f, &input);
}

static void fault_reader(enum board_reader_fault fault, bool is_active)
{
	const struct board_input input = { .kind = INPUT_READER, .u.reader = { fault, is_active } };

	fixture_step(&f, &input);
}

/* --- fire --- */

static void fire_lets_go_of_what_holds_people_in_whatever_the_mode(void **state)
{
	static const struct {
		const char *what;
		struct board_hardware hardware;
		bool is_released;
	} rows[] = {
		{ "a strike stays shut from outside: the way out is mechanical", { .lock = LOCK_STRIKE },
			false },
		{ "a strike that is set to", { .lock = LOCK_STRIKE, .fire_releases = true }, true },
		{ "a magnet always", { .lock = LOCK_MAGNET }, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_with(&rows[i].hardware, 0);
		give_mode(2, WIRE_MODE_LOCKDOWN, 0);
		fixture_line(&f, LINE_FIRE, true);
		if (f.is_strike_on != rows[i].is_released)
			fail_msg("%s", rows[i].what);
		assert_int_equal(EVENTS(&f, ALARM_RAISED, FIRE), 1);
		assert_int_equal(EVENTS(&f, RELEASED, FIRE), rows[i].is_released);
		/* as long as it lasts, and never on a deadline far away */
		for (int minutes = 0; minutes < 60; minutes++) {
			fixture_wait(&f, MIN);
			assert_int_equal(f.is_strike_on, rows[i].is_released);
			assert_true(!f.is_strike_on || f.strike_until_ms <= f.now_ms + 4 * MIN);
		}
		give_mode(3, WIRE_MODE_LOCKDOWN, 0); /* once more: it secures nothing */
		assert_int_equal(f.is_strike_on, rows[i].is_released);
		fixture_line(&f, LINE_FIRE, false);
		fixture_wait(&f, MIN - 1);
		assert_int_equal(f.is_strike_on, rows[i].is_released);
		fixture_wait(&f, 1);
		assert_false(f.is_strike_on);
		assert_int_equal(EVENTS(&f, RELOCKED, FIRE), rows[i].is_released);
		assert_int_equal(EVENTS(&f, ALARM_CLEARED, FIRE), 1);
		assert_false(HAS_ALARM(&f, FIRE));
		if (i + 1 < sizeof(rows) / sizeof(rows[0]))
			fixture_teardown(&f);
	}
}

static void a_board_that_wakes_in_a_fire_lets_go_at_once(void **state)
{
	(void)state;
	fixture_setup(&f);
	f.lines = LINE_BIT(FIRE) | LINE_BIT(TAMPER) | LINE_BIT(MAINS) | LINE_BIT(BATTERY);
	fixture_fit(&f, &(struct board_hardware){ .lock = LOCK_MAGNET });
	fixture_start(&f);
	assert_true(f.is_strike_on);
	assert_true(HAS_ALARM(&f, FIRE) && HAS_ALARM(&f, TAMPER) && HAS_ALARM(&f, POWER));
	assert_true(HAS_ALARM(&f, BATTERY));
}

static void in_a_fire_no_door_is_forced_and_none_is_held(void **state)
{
	(void)state;
	open_plain();
	fixture_contact(&f, true);
	assert_true(HAS_ALARM(&f, FORCED) && fixture_heard(&f, TONE_ALARM));
	fixture_line(&f, LINE_FIRE, true);
	assert_false(HAS_ALARM(&f, FORCED));
	assert_int_equal(f.tones[f.tone_count - 1], TONE_SILENCE); /* the bells must be heard */
	assert_int_equal(f.lamp, LAMP_ALARM);
	fixture_wait(&f, HOUR);
	fixture_contact(&f, false);
	fixture_contact(&f, true);
	assert_int_equal(EVENTS(&f, DOOR_FORCED, FORCED), 1);
	assert_null(fixture_event(&f, WIRE_EVENT_HELD_OPEN));
	fixture_line(&f, LINE_FIRE, false);
	fixture_wait(&f, MIN);
	fixture_wait(&f, 30000);
	assert_int_equal(EVENTS(&f, HELD_OPEN, HELD), 1);
}

/* --- the ways out --- */

static void a_magnet_lets_out_by_rex_even_before_it_knows_anything(void **state)
{
	(void)state;
	fixture_setup(&f);
	fixture_fit(&f, &(struct board_hardware){ .lock = LOCK_MAGNET });
	fixture_start(&f);
	fixture_rex(&f, true);
	assert_true(f.is_strike_on);
	assert_int_equal(f.strike_until_ms, f.now_ms + 5000);
}

static void no_lockout_and_no_sluice_delays_a_way_out(void **state)
{
	(void)state;
	open_with(&(struct board_hardware){ .rex_releases = true }, 0);
	for (int i = 0; i < 6; i++)
		fixture_press(&f, "87654321#");
	assert_true(fixture_state(&f).lockout_s > 0);
	fixture_line(&f, LINE_PARTNER, true);
	give_mode(2, WIRE_MODE_LOCKDOWN, 0);
	fixture_clear(&f);
	fixture_rex(&f, true);
	assert_int_equal(f.out.list[0].kind, ORDER_STRIKE); /* in the same step, before all else */
	assert_true(f.is_strike_on);
	assert_int_equal(EVENTS(&f, REX, REX_RELEASE), 1);
}

/* --- the sluice --- */

static void a_sluice_admits_nobody_while_the_other_door_is_not_locked(void **state)
{
	struct board_input unlock;

	(void)state;
	open_plain();
	fixture_line(&f, LINE_PARTNER, true);
	assert_int_equal(f.lamp, LAMP_WAIT);
	fixture_press(&f, "12345678#87654321#"); /* a right one and a wrong one: alike, and neither counts */
	assert_int_equal(f.orders[ORDER_STRIKE], 0);
	assert_int_equal(f.orders[ORDER_STRETCH], 0);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_WAIT);
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, INTERLOCK), 1); /* the next a minute later */
	assert_int_equal(f.memory.failures, 0);
	fixture_card(&f, 7);
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, UNKNOWN_CARD), 0);
	unlock = fixture_action(&f, "a", WIRE_ACTION_UNLOCK);
	fixture_step(&f, &unlock);
	assert_false(f.last[ORDER_SEND_DID].u.did.is_done);
	assert_int_equal(f.last[ORDER_SEND_DID].u.did.reason, WIRE_REASON_INTERLOCK);
	assert_int_equal(EVENTS(&f, ACTION_REFUSED, INTERLOCK), 1);
	unlock = fixture_action(&f, "b", WIRE_ACTION_IDENTIFY);
	fixture_step(&f, &unlock);
	assert_true(f.last[ORDER_SEND_DID].u.did.is_done);
	assert_false(f.is_strike_on);

	fixture_line(&f, LINE_PARTNER, false);
	assert_int_equal(f.lamp, LAMP_READY);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
}

static void the_other_door_may_open_while_a_code_is_worked_on(void **state)
{
	(void)state;
	open_plain();
	f.is_holding_stretch = true;
	fixture_press(&f, "12345678#");
	fixture_line(&f, LINE_PARTNER, true);
	f.is_holding_stretch = false;
	fixture_answer_stretch(&f);
	assert_int_equal(f.orders[ORDER_STRIKE], 0);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_WAIT);
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, INTERLOCK), 1);
}

static void a_fire_opens_the_sluice(void **state)
{
	(void)state;
	open_plain();
	fixture_line(&f, LINE_PARTNER, true);
	fixture_line(&f, LINE_FIRE, true);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
}

/* --- the keyed switch --- */

static void a_key_holds_the_door_released_while_it_is_turned(void **state)
{
	(void)state;
	open_plain();
	fixture_line(&f, LINE_HOLD, true);
	assert_true(f.is_strike_on);
	assert_int_equal(EVENTS(&f, RELEASED, HOLD_SWITCH), 1);
	assert_int_equal(f.lamp, LAMP_RELEASED);
	fixture_contact(&f, true);
	fixture_wait(&f, 2 * HOUR); /* moving chairs: no alarm, and no end far away */
	assert_true(f.is_strike_on && f.strike_until_ms <= f.now_ms + 4 * MIN);
	assert_false(HAS_ALARM(&f, HELD_OPEN));
	fixture_line(&f, LINE_HOLD, false);
	assert_false(f.is_strike_on);
	assert_int_equal(EVENTS(&f, RELOCKED, HOLD_SWITCH), 1);
	fixture_wait(&f, 30000);
	assert_true(HAS_ALARM(&f, HELD_OPEN));
}

static void a_lockdown_ends_it_and_the_key_must_be_turned_anew(void **state)
{
	(void)state;
	open_plain();
	fixture_line(&f, LINE_HOLD, true);
	give_mode(2, WIRE_MODE_LOCKDOWN, 0);
	assert_false(f.is_strike_on);
	assert_int_equal(EVENTS(&f, RELOCKED, HOLD_SWITCH), 1);
	fixture_line(&f, LINE_HOLD, false);
	fixture_line(&f, LINE_HOLD, true); /* nor does it open one */
	assert_false(f.is_strike_on);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_WAIT);
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, LOCKDOWN), 1);
	give_mode(3, WIRE_MODE_NORMAL, 0);
	assert_false(f.is_strike_on);
	fixture_line(&f, LINE_HOLD, false);
	fixture_line(&f, LINE_HOLD, true);
	assert_true(f.is_strike_on);
}

static void a_power_cut_ends_it_too(void **state)
{
	(void)state;
	open_plain();
	fixture_line(&f, LINE_HOLD, true);
	f.lines = LINE_BIT(HOLD);
	fixture_cut(&f);
	fixture_start(&f);
	fixture_wait(&f, HOUR);
	assert_false(f.is_strike_on);
}

static void a_cable_that_is_cut_holds_nothing(void **state)
{
	(void)state;
	open_plain();
	fixture_line(&f, LINE_HOLD, true);
	fault_line(LINE_HOLD, LINE_FAULT_CUT, true);
	assert_false(f.is_strike_on);
	fault_line(LINE_HOLD, LINE_FAULT_CUT, false);
	assert_false(f.is_strike_on);
}

static void a_key_turned_back_leaves_the_mode_to_hold_it(void **state)
{
	(void)state;
	open_plain();
	give_mode(2, WIRE_MODE_HOLD_OPEN, NOW + HOUR);
	fixture_line(&f, LINE_FIRE, true);
	assert_true(f.is_strike_on && f.strike_until_ms > f.now_ms + 30 * MIN);
	give_mode(3, WIRE_MODE_NORMAL, 0);
	assert_false(f.is_strike_on); /* a strike that fire does not release */
	fixture_cut(&f);
	fixture_teardown(&f);

	open_with(&(struct board_hardware){ .fire_releases = true }, 0);
	fixture_line(&f, LINE_FIRE, true);
	give_mode(2, WIRE_MODE_HOLD_OPEN, NOW + HOUR);
	fixture_line(&f, LINE_FIRE, false);
	fixture_wait(&f, 2 * MIN);
	assert_int_equal(EVENTS(&f, RELOCKED, FIRE), 1);
	assert_true(f.is_strike_on && f.strike_until_ms > f.now_ms + 30 * MIN);
	fixture_line(&f, LINE_FIRE, true);
	give_mode(3, WIRE_MODE_NORMAL, 0);
	assert_true(f.is_strike_on && f.strike_until_ms <= f.now_ms + 4 * MIN);
}

/* --- the lock --- */

static unsigned strikes(void)
{
	return f.orders[ORDER_STRIKE];
}

static void a_bolt_that_does_not_follow_is_told_again_three_times(void **state)
{
	(void)state;
	open_with(&(struct board_hardware){ .lock = LOCK_MOTOR }, LINE_BIT(BOLT));
	fixture_line(&f, LINE_BOLT, true);
	fixture_press(&f, "12345678#");
	fixture_line(&f, LINE_BOLT, false);
	fixture_wait(&f, 5000); /* relocked, and the bolt stays where it is */
	fixture_clear(&f);
	fixture_wait(&f, 4999);
	assert_false(HAS_ALARM(&f, LOCK_FAULT));
	fixture_wait(&f, 1);
	assert_true(HAS_ALARM(&f, LOCK_FAULT));
	assert_int_equal(EVENTS(&f, ALARM_RAISED, LOCK_FAULT), 1);
	assert_int_equal(strikes(), 1);
	assert_false(f.is_strike_on); /* told to lock, never released for it */
	fixture_wait(&f, HOUR);
	assert_int_equal(strikes(), 3);
	assert_int_equal(EVENTS(&f, LOCK_RETRIED, LOCK_FAULT), 3);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_LOCK_RETRIED)->n, 3);
	assert_int_equal(f.lamp, LAMP_FAULT);
	fixture_line(&f, LINE_BOLT, true);
	assert_false(HAS_ALARM(&f, LOCK_FAULT));
	assert_int_equal(EVENTS(&f, ALARM_CLEARED, LOCK_FAULT), 1);
}

static void a_turnstile_and_a_door_without_a_monitor_have_no_lock_fault(void **state)
{
	(void)state;
	open_with(&(struct board_hardware){ .lock = LOCK_TURNSTILE }, LINE_BIT(BOLT));
	fixture_wait(&f, MIN);
	assert_false(HAS_ALARM(&f, LOCK_FAULT));
	fixture_line(&f, LINE_HOLD, true);
	fixture_contact(&f, true);
	fixture_clear(&f);
	fixture_contact(&f, false); /* freed for the next one */
	assert_int_equal(strikes(), 1);
	assert_true(f.is_strike_on);
	fixture_teardown(&f);
	open_plain();
	fixture_wait(&f, MIN);
	assert_false(HAS_ALARM(&f, LOCK_FAULT));
}

static void a_bolt_is_not_asked_while_the_leaf_is_open(void **state)
{
	(void)state;
	open_with(&(struct board_hardware){ .lock = LOCK_MOTOR }, LINE_BIT(BOLT));
	fixture_line(&f, LINE_BOLT, true);
	fixture_rex(&f, true);
	fixture_line(&f, LINE_BOLT, false); /* by the handle */
	fixture_contact(&f, true);
	fixture_rex(&f, false);
	fixture_wait(&f, HOUR);
	assert_false(HAS_ALARM(&f, LOCK_FAULT));
	fixture_contact(&f, false);
	fixture_wait(&f, 5000);
	assert_true(HAS_ALARM(&f, LOCK_FAULT));
}

static void the_state_says_released_while_a_motor_waits_for_the_leaf(void **state)
{
	(void)state;
	open_with(&(struct board_hardware){ .lock = LOCK_MOTOR, .relock = RELOCK_CLOSING }, 0);
	fixture_press(&f, "12345678#");
	fixture_contact(&f, true);
	fixture_wait(&f, 25 * MIN);
	assert_true(HAS_ALARM(&f, HELD_OPEN));
	assert_true(fixture_state(&f).is_released && f.is_strike_on);
	fixture_contact(&f, false);
	assert_false(fixture_state(&f).is_released || f.is_strike_on);
}

/* --- what stands --- */

static void every_wire_that_tells_something_is_an_alarm_with_a_beginning_and_an_end(void **state)
{
	static const struct {
		enum board_line line;
		enum wire_alarm alarm;
		enum wire_reason reason;
		enum board_lamp lamp;
	} rows[] = {
		{ LINE_TAMPER, WIRE_ALARM_TAMPER, WIRE_REASON_TAMPER, LAMP_ALARM },
		{ LINE_FIRE, WIRE_ALARM_FIRE, WIRE_REASON_FIRE, LAMP_ALARM },
		{ LINE_MAINS, WIRE_ALARM_POWER, WIRE_REASON_POWER, LAMP_FAULT },
		{ LINE_BATTERY, WIRE_ALARM_BATTERY, WIRE_REASON_BATTERY, LAMP_FAULT },
	};

	(void)state;
	open_plain();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fixture_clear(&f);
		fixture_line(&f, rows[i].line, true);
		assert_true(fixture_state(&f).alarms & 1u << rows[i].alarm);
		assert_int_equal(f.lamp, rows[i].lamp);
		for (int n = 0; n < 100; n++) { /* it chatters */
			fixture_line(&f, rows[i].line, n % 2);
			fixture_wait(&f, 100);
		}
		assert_int_equal(fixture_events(&f, WIRE_EVENT_ALARM_RAISED, rows[i].reason), 1);
		assert_int_equal(fixture_events(&f, WIRE_EVENT_ALARM_CLEARED, rows[i].reason), 0);
		fixture_line(&f, rows[i].line, false);
		fixture_wait(&f, MIN);
		assert_int_equal(fixture_events(&f, WIRE_EVENT_ALARM_CLEARED, rows[i].reason), 1);
		assert_int_equal(fixture_state(&f).alarms, 0);
		assert_int_equal(f.lamp, LAMP_READY);
	}
}

static void faults_of_wires_are_events_in_words(void **state)
{
	(void)state;
	open_plain();
	fault_line(LINE_CONTACT, LINE_FAULT_BOUNCING, true);
	assert_int_equal(EVENTS(&f, LINE_FAULT, BOUNCING), 1);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_LINE_FAULT)->n, LINE_CONTACT);
	fault_line(LINE_FIRE, LINE_FAULT_CUT, true);
	assert_int_equal(EVENTS(&f, LINE_FAULT, CUT), 1);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_LINE_FAULT)->n, LINE_FIRE);
	assert_true(HAS_ALARM(&f, LINE_FAULT));
	fault_line(LINE_CONTACT, LINE_FAULT_BOUNCING, false);
	fixture_wait(&f, MIN);
	assert_true(HAS_ALARM(&f, LINE_FAULT)); /* the other one */
	fault_line(LINE_FIRE, LINE_FAULT_CUT, false);
	fixture_wait(&f, MIN);
	assert_false(HAS_ALARM(&f, LINE_FAULT));
	assert_int_equal(EVENTS(&f, ALARM_CLEARED, LINE_FAULT), 1);
}

static void a_reader_in_trouble_and_one_taken_off_the_wall(void **state)
{
	(void)state;
	open_plain();
	fault_reader(READER_FAULT_NOISE, true);
	fault_reader(READER_FAULT_FORM, true);
	assert_true(HAS_ALARM(&f, READER_FAULT));
	assert_int_equal(EVENTS(&f, READER_FAULT, NOISE), 1);
	assert_int_equal(EVENTS(&f, READER_FAULT, FORM), 1);
	assert_false(fixture_heard(&f, TONE_ALARM));
	fault_reader(READER_FAULT_LINES_LOW, true);
	assert_true(HAS_ALARM(&f, TAMPER) && fixture_heard(&f, TONE_ALARM));
	assert_int_equal(EVENTS(&f, READER_FAULT, LINES_LOW), 1);
	fixture_line(&f, LINE_TAMPER, true);
	fault_reader(READER_FAULT_LINES_LOW, false);
	fault_reader(READER_FAULT_NOISE, false);
	fault_reader(READER_FAULT_FORM, false);
	fixture_wait(&f, MIN);
	assert_false(HAS_ALARM(&f, READER_FAULT));
	assert_true(HAS_ALARM(&f, TAMPER)); /* the box, too */
}

static void a_frame_that_was_not_understood_ends_what_was_half_typed(void **state)
{
	(void)state;
	open_plain();
	fixture_press(&f, "1234");
	fault_reader(READER_FAULT_FORM, true);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_CLEARED);
	fixture_press(&f, "5678#"); /* which is no code's length */
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, BAD_LENGTH), 1);
	assert_int_equal(f.memory.failures, 0);
	fault_reader(READER_FAULT_FORM, false);
	fixture_press(&f, "1234");
	fault_reader(READER_FAULT_NOISE, false); /* nothing new */
	fixture_press(&f, "5678#");
	assert_true(f.is_strike_on);
}

static void nobody_entered_is_shown_for_a_while_and_disturbs_nobody(void **state)
{
	(void)state;
	open_plain();
	fixture_press(&f, "12345678#");
	fixture_wait(&f, 5000);
	assert_int_equal(EVENTS(&f, UNUSED, NONE), 1);
	assert_true(HAS_ALARM(&f, UNUSED));
	assert_int_equal(f.lamp, LAMP_READY);
	fixture_wait(&f, 10 * MIN);
	assert_false(HAS_ALARM(&f, UNUSED));
	assert_int_equal(EVENTS(&f, ALARM_CLEARED, UNUSED), 1);
	assert_false(fixture_heard(&f, TONE_ALARM));
}

static void a_board_without_a_clock_says_so_after_a_minute(void **state)
{
	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	fixture_wait(&f, MIN - 1);
	assert_false(HAS_ALARM(&f, CLOCK));
	fixture_wait(&f, 1);
	assert_int_equal(EVENTS(&f, ALARM_RAISED, CLOCK), 1);
	fixture_wait(&f, HOUR);
	assert_int_equal(EVENTS(&f, ALARM_RAISED, CLOCK), 1);
	fixture_link(&f, true);
	fixture_head(&f);
	assert_false(HAS_ALARM(&f, CLOCK));
	assert_int_equal(EVENTS(&f, ALARM_CLEARED, CLOCK), 1);
	fixture_link(&f, false);
	fixture_wait(&f, 2 * DAY); /* at 100 ppm ten seconds are 28 hours */
	assert_true(HAS_ALARM(&f, CLOCK));
}

/* --- what is heard --- */

static void a_warning_sounds_before_the_alarm_and_staff_may_silence_it(void **state)
{
	struct wire_snapshot plan;
	struct board_input silence;

	(void)state;
	open_plain();
	plan = fixture_plan(2, grants, 1);
	plan.settings.pre_alarm_ms = 10000;
	fixture_snapshot(&f, &plan);
	fixture_rex(&f, true);
	fixture_contact(&f, true);
	fixture_rex(&f, false);
	fixture_wait(&f, 19999);
	assert_int_equal(f.tone_count, 0);
	fixture_wait(&f, 1);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_PREALARM);
	assert_int_equal(fixture_state(&f).alarms, 0);
	fixture_wait(&f, 10000);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_ALARM);
	silence = fixture_action(&f, "a", WIRE_ACTION_SILENCE);
	fixture_step(&f, &silence);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_SILENCE);
	assert_true(HAS_ALARM(&f, HELD_OPEN)); /* it stands */
	fixture_wait(&f, MIN);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_SILENCE);
	fixture_line(&f, LINE_TAMPER, true); /* another one */
	assert_int_equal(f.tones[f.tone_count - 1], TONE_ALARM);
	fixture_contact(&f, false);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_ALARM); /* the box is still open */
	fixture_line(&f, LINE_TAMPER, false);
	fixture_wait(&f, MIN);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_SILENCE);
	fixture_contact(&f, true);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_ALARM);
}

static void a_warning_heeded_is_silent_again(void **state)
{
	struct wire_snapshot plan;

	(void)state;
	open_plain();
	plan = fixture_plan(2, grants, 1);
	plan.settings.pre_alarm_ms = plan.settings.held_open_ms;
	fixture_snapshot(&f, &plan);
	fixture_rex(&f, true);
	fixture_contact(&f, true);
	fixture_wait(&f, 1);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_PREALARM);
	fixture_contact(&f, false);
	assert_int_equal(f.tones[f.tone_count - 1], TONE_SILENCE);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		STORY(fire_lets_go_of_what_holds_people_in_whatever_the_mode),
		STORY(a_board_that_wakes_in_a_fire_lets_go_at_once),
		STORY(in_a_fire_no_door_is_forced_and_none_is_held),
		STORY(a_magnet_lets_out_by_rex_even_before_it_knows_anything),
		STORY(no_lockout_and_no_sluice_delays_a_way_out),
		STORY(a_sluice_admits_nobody_while_the_other_door_is_not_locked),
		STORY(the_other_door_may_open_while_a_code_is_worked_on),
		STORY(a_fire_opens_the_sluice),
		STORY(a_key_holds_the_door_released_while_it_is_turned),
		STORY(a_lockdown_ends_it_and_the_key_must_be_turned_anew),
		STORY(a_power_cut_ends_it_too),
		STORY(a_cable_that_is_cut_holds_nothing),
		STORY(a_key_turned_back_leaves_the_mode_to_hold_it),
		STORY(a_bolt_that_does_not_follow_is_told_again_three_times),
		STORY(a_turnstile_and_a_door_without_a_monitor_have_no_lock_fault),
		STORY(a_bolt_is_not_asked_while_the_leaf_is_open),
		STORY(the_state_says_released_while_a_motor_waits_for_the_leaf),
		STORY(every_wire_that_tells_something_is_an_alarm_with_a_beginning_and_an_end),
		STORY(faults_of_wires_are_events_in_words),
		STORY(a_reader_in_trouble_and_one_taken_off_the_wall),
		STORY(a_frame_that_was_not_understood_ends_what_was_half_typed),
		STORY(nobody_entered_is_shown_for_a_while_and_disturbs_nobody),
		STORY(a_board_without_a_clock_says_so_after_a_minute),
		STORY(a_warning_sounds_before_the_alarm_and_staff_may_silence_it),
		STORY(a_warning_heeded_is_silent_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
