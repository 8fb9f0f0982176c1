/* The stories of people at a keypad. */
/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

#include "tests/unit/board_fixture.h"

#define HOUR_MS (60 * 60 * 1000)
#define NOW FIXTURE_EPOCH_MS

static void a_right_code_opens_for_the_strike_time(void **state)
{
	struct wire_grant grants[] = { fixture_grant("12345678", NOW - HOUR_MS, NOW + HOUR_MS) };
	struct fixture f;

	(void)state;
	fixture_open(&f, grants, 1);
	fixture_press(&f, "12345678#");
	assert_true(f.is_strike_on);
	assert_int_equal(f.strike_until_ms, f.now_ms + 5000);
	assert_true(fixture_heard(&f, TONE_ACCEPTED));
	assert_int_equal(fixture_events(&f, WIRE_EVENT_ACCESS_GRANTED, WIRE_REASON_CODE), 1);
	fixture_wait(&f, 4999);
	assert_true(f.is_strike_on);
	fixture_wait(&f, 1);
	assert_false(f.is_strike_on);
	fixture_teardown(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_right_code_opens_for_the_strike_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
