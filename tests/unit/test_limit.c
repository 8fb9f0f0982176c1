#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/http/limit.h"

static struct limit limit;

static void a_burst_is_free_and_then_it_trickles(void **state)
{
	(void)state;
	limit_init(&limit, 3, 10000);
	for (int i = 0; i < 3; i++)
		assert_int_equal(limit_take(&limit, "10.0.0.1", 5000), 0);
	assert_int_equal(limit_take(&limit, "10.0.0.1", 5000), 10);
	assert_int_equal(limit_take(&limit, "10.0.0.1", 14999), 1);
	assert_int_equal(limit_take(&limit, "10.0.0.1", 15000), 0);
	assert_int_equal(limit_take(&limit, "10.0.0.1", 15000), 10);
	assert_int_equal(limit_take(&limit, "10.0.0.2", 15000), 0);
}

static void rest_does_not_save_up_more_than_a_burst(void **state)
{
	(void)state;
	limit_init(&limit, 2, 1000);
	assert_int_equal(limit_take(&limit, "a", 0), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(limit_take(&limit, "a", 1000000), 0);
	assert_int_not_equal(limit_take(&limit, "a", 1000000), 0);
}

static void a_crowd_pushes_out_whoever_waited_longest(void **state)
{
	char address[32];

	(void)state;
	limit_init(&limit, 1, 1000);
	for (int i = 0; i < LIMIT_ADDRESSES; i++) {
		snprintf(address, sizeof(address), "10.0.%d.%d", i / 256, i % 256);
		assert_int_equal(limit_take(&limit, address, i), 0);
	}
	assert_int_equal(limit_take(&limit, "new", LIMIT_ADDRESSES), 0);
	/* The newest is still remembered, the oldest is not. */
	assert_int_not_equal(limit_take(&limit, address, LIMIT_ADDRESSES), 0);
	assert_int_equal(limit_take(&limit, "10.0.0.0", LIMIT_ADDRESSES), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_is_free_and_then_it_trickles),
		cmocka_unit_test(rest_does_not_save_up_more_than_a_burst),
		cmocka_unit_test(a_crowd_pushes_out_whoever_waited_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
