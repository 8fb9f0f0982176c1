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
	fixture_press(&f, "12345678");
	f.is_holding_stores = true;
	fixture_press(&f, "#");
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
	fixture_press(&f, "22222222");
	f.is_holding_stores = true;
	fixture_press(&f, "#");
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
		STORY(codes_that_are_real_cost_nothing_and_sound_alike),
		STORY(a_one_time_code_opens_once_whatever_the_power_does),
		STORY(with_no_room_to_remember_a_one_time_code_does_not_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
