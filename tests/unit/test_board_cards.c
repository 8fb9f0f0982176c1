/* board: cards, weighed by the rules of codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/board_fixture.h"

#define DENIED(f, why) EVENTS(f, ACCESS_DENIED, why)
#define GRANTED(f, why) EVENTS(f, ACCESS_GRANTED, why)
#define HERS 12345 /* the number on the guest's card */

static struct fixture f; /* one at a time */
static struct wire_grant grants[1];

static int set_up(void **state)
{
	(void)state;
	grants[0] = fixture_grant("12345678", NOW - HOUR, NOW + DAY);
	fixture_give_card(&grants[0], HERS);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_teardown(&f);
	return 0;
}

static void a_card_opens_like_its_grants_code(void **state)
{
	(void)state;
	fixture_open(&f, grants, 1);
	fixture_card(&f, HERS);
	assert_true(f.is_strike_on);
	assert_int_equal(GRANTED(&f, CARD), 1);
	assert_int_equal(GRANTED(&f, CODE), 0);
	assert_memory_equal(
		fixture_event(&f, WIRE_EVENT_ACCESS_GRANTED)->grant, grants[0].id, WIRE_GRANT_ID_CHARS);
	assert_true(fixture_heard(&f, TONE_ACCEPTED));
	fixture_wait(&f, 6000);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
	assert_int_equal(GRANTED(&f, CODE), 1);
}

static void an_unknown_card_is_told_by_no_number_and_pays(void **state)
{
	(void)state;
	fixture_open(&f, grants, 1);
	fixture_card(&f, HERS + 1);
	assert_false(f.is_strike_on);
	assert_int_equal(DENIED(&f, UNKNOWN_CARD), 1);
	assert_int_equal(DENIED(&f, UNKNOWN_CODE), 0);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_ACCESS_DENIED)->n, 0);
	assert_string_equal(fixture_event(&f, WIRE_EVENT_ACCESS_DENIED)->grant, "");
	assert_true(fixture_heard(&f, TONE_REJECTED));
	assert_int_equal(f.memory.failures, 1);
	for (unsigned i = 0; i < 5; i++)
		fixture_card(&f, HERS + 2 + i);
	assert_int_equal(EVENTS(&f, LOCKOUT_STARTED, WRONG_CODES), 1);
	fixture_clear(&f);
	fixture_card(&f, HERS); /* as her code would not yet */
	assert_false(f.is_strike_on);
	assert_int_equal(DENIED(&f, LOCKED_OUT), 1);
	assert_true(fixture_heard(&f, TONE_WAIT));
}

static void codes_and_cards_pay_out_of_one_budget(void **state)
{
	(void)state;
	fixture_open(&f, grants, 1);
	for (unsigned i = 0; i < 3; i++) {
		fixture_card(&f, HERS + 1);
		fixture_press(&f, "87654321#");
	}
	assert_int_equal(f.memory.failures, 6);
	assert_int_equal(EVENTS(&f, LOCKOUT_STARTED, WRONG_CODES), 1);
}

/* The rules of a code, cell by cell. */
static void windows_modes_and_single_use_hold_for_cards(void **state)
{
	static const struct {
		const char *name;
		int64_t from_ms, until_ms;
		enum wire_mode mode;
		bool is_always, is_once;
		unsigned times; /* shown */
		enum wire_reason reason;
	} rows[] = {
		{ "in its window", NOW - HOUR, NOW + DAY, WIRE_MODE_NORMAL, false, false, 1,
			WIRE_REASON_NONE },
		{ "early", NOW + HOUR, NOW + DAY, WIRE_MODE_NORMAL, false, false, 1, WIRE_REASON_NOT_YET },
		{ "over", NOW - DAY, NOW - HOUR, WIRE_MODE_NORMAL, false, false, 1, WIRE_REASON_EXPIRED },
		{ "lockdown", NOW - HOUR, NOW + DAY, WIRE_MODE_LOCKDOWN, true, false, 1,
			WIRE_REASON_LOCKDOWN },
		{ "closed", NOW - HOUR, NOW + DAY, WIRE_MODE_CLOSED, false, false, 1, WIRE_REASON_CLOSED },
		{ "closed, always", NOW - HOUR, NOW + DAY, WIRE_MODE_CLOSED, true, false, 1,
			WIRE_REASON_NONE },
		{ "once", NOW - HOUR, NOW + DAY, WIRE_MODE_NORMAL, false, true, 1, WIRE_REASON_NONE },
		{ "twice", NOW - HOUR, NOW + DAY, WIRE_MODE_NORMAL, false, true, 2,
			WIRE_REASON_ALREADY_USED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire_snapshot plan;

		grants[0].from_ms = rows[i].from_ms;
		grants[0].until_ms = grants[0].offline_until_ms = rows[i].until_ms;
		grants[0].is_always = rows[i].is_always;
		grants[0].is_once = rows[i].is_once;
		fixture_open(&f, grants, 1);
		plan = fixture_plan(2, grants, 1);
		plan.mode = rows[i].mode;
		fixture_snapshot(&f, &plan);
		for (unsigned time = 0; time < rows[i].times; time++) {
			fixture_clear(&f);
			fixture_wait(&f, 10000);
			fixture_card(&f, HERS);
		}
		if (f.is_strike_on != (rows[i].reason == WIRE_REASON_NONE) ||
			(!f.is_strike_on &&
				fixture_events(&f, WIRE_EVENT_ACCESS_DENIED, rows[i].reason) != 1))
			fail_msg("%s", rows[i].name);
		assert_int_equal(f.memory.failures, 0); /* known cards cost nothing */
		fixture_teardown(&f);
	}
	fixture_setup(&f);
}

static void a_card_is_weighed_when_its_attempt_is_on_record(void **state)
{
	(void)state;
	for (uint32_t other = 0; other <= 1; other++) {
		fixture_open(&f, grants, 1);
		f.is_holding_stores = true;
		fixture_card(&f, HERS + other);
		fixture_wait(&f, 2000);
		assert_false(f.is_strike_on);
		assert_int_equal(DENIED(&f, UNKNOWN_CARD), 0);
		fixture_card(&f, HERS); /* the reader sends it again */
		assert_int_equal(DENIED(&f, BUSY), 1);
		fixture_answer_stores(&f);
		assert_int_equal(f.is_strike_on, other == 0);
		assert_int_equal(DENIED(&f, UNKNOWN_CARD), other);
		fixture_teardown(&f);
	}
	fixture_setup(&f);
}

static void a_disk_known_to_fail_holds_no_card_up(void **state)
{
	(void)state;
	fixture_open(&f, grants, 1);
	f.store_error = -110;
	fixture_rex(&f, true); /* something to store */
	assert_true(fixture_state(&f).alarms & WIRE_ALARM_BIT(STORAGE));
	f.is_holding_stores = true;
	fixture_card(&f, HERS);
	assert_true(f.is_strike_on);
}

static void power_cut_before_a_card_is_weighed_is_a_wrong_one(void **state)
{
	(void)state;
	fixture_open(&f, grants, 1);
	fixture_press(&f, "1"); /* an attempt is on record */
	f.is_holding_stores = true;
	fixture_card(&f, HERS + 1); /* and its outcome not */
	assert_int_equal(DENIED(&f, UNKNOWN_CARD), 1);
	assert_false(fixture_heard(&f, TONE_REJECTED));
	fixture_cut(&f);
	f.held_store_count = 0;
	f.is_holding_stores = false;
	fixture_start(&f);
	assert_int_equal(DENIED(&f, POWER_CUT), 1);
	assert_int_equal(f.memory.failures, 1);
}

static void a_card_takes_the_place_of_digits(void **state)
{
	(void)state;
	fixture_open(&f, grants, 1);
	fixture_press(&f, "1234");
	fixture_card(&f, HERS); /* the attempt is on record already: at once */
	assert_true(f.is_strike_on);
	fixture_wait(&f, 6000);
	fixture_clear(&f);
	fixture_press(&f, "5678#");
	assert_false(f.is_strike_on);
	assert_int_equal(DENIED(&f, BAD_LENGTH), 1); /* the four before the card are gone */
}

static void a_burst_of_keys_is_not_broken_by_a_card(void **state)
{
	struct board_input key = { .kind = INPUT_KEY, .u.key.key = '1' };

	(void)state;
	fixture_open(&f, grants, 1);
	for (unsigned i = 0; i < 3; i++) {
		fixture_wait(&f, 30);
		key.u.key.at_mono_ms = f.now_ms;
		fixture_step(&f, &key);
	}
	fixture_card(&f, HERS);
	assert_false(f.is_strike_on);
	assert_int_equal(DENIED(&f, BUSY), 1);
}

static void test_defect_13_the_number_printed_on_a_card_is_no_code(void **state)
{
	static const char *const typed[] = { "12345#", "0012345#", "712345#", "00712345#", "000712345#",
		"471097#" /* facility and number as one */, "*12345#", "*00712345*#" };

	(void)state;
	fixture_open(&f, grants, 1);
	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		struct board_input clear = fixture_action(&f, "clear", WIRE_ACTION_CLEAR_LOCKOUT);

		fixture_press(&f, typed[i]);
		assert_false(f.is_strike_on);
		fixture_step(&f, &clear);
		fixture_wait(&f, 6000);
	}
	assert_int_equal(GRANTED(&f, CARD), 0);
}

static void a_revoked_card_is_gone_before_its_snapshot_is_stored(void **state)
{
	struct wire_snapshot plan;
	struct wire_grant without[1];

	(void)state;
	fixture_open(&f, grants, 1);
	without[0] = grants[0];
	without[0].has_card = false; /* the grant and its code stay */
	plan = fixture_plan(2, without, 1);
	f.is_holding_stores = true;
	fixture_snapshot(&f, &plan);
	fixture_card(&f, HERS);
	fixture_answer_stores(&f);
	assert_false(f.is_strike_on);
	assert_int_equal(DENIED(&f, UNKNOWN_CARD), 1);
	fixture_answer_stores(&f);
	f.is_holding_stores = false;
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_card_opens_like_its_grants_code, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			an_unknown_card_is_told_by_no_number_and_pays, set_up, tear_down),
		cmocka_unit_test_setup_teardown(codes_and_cards_pay_out_of_one_budget, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			windows_modes_and_single_use_hold_for_cards, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_card_is_weighed_when_its_attempt_is_on_record, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_disk_known_to_fail_holds_no_card_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			power_cut_before_a_card_is_weighed_is_a_wrong_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_card_takes_the_place_of_digits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_burst_of_keys_is_not_broken_by_a_card, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_defect_13_the_number_printed_on_a_card_is_no_code, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_revoked_card_is_gone_before_its_snapshot_is_stored, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
