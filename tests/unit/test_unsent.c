/* unsent: what the broker has not acknowledged is bounded, and of a picture the newest waits. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "firmware/link/unsent.h"

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct unsent));
	assert_non_null(*state);
	return 0;
}

static int tear_down(void **state)
{
	unsent_clear(*state);
	free(*state);
	return 0;
}

static void messages_are_bounded_and_an_acknowledgement_makes_room(void **state)
{
	struct unsent *unsent = *state;

	for (int mid = 1; mid <= UNSENT_MAX; mid++) {
		assert_true(unsent_has_room(unsent, 100));
		unsent_add(unsent, mid, 100);
	}
	assert_false(unsent_has_room(unsent, 1));
	unsent_done(unsent, UNSENT_MAX + 1); /* nobody's */
	assert_false(unsent_has_room(unsent, 1));
	unsent_done(unsent, 17);
	unsent_done(unsent, 17); /* twice is once */
	assert_true(unsent_has_room(unsent, 1));
	unsent_add(unsent, 400, 1);
	assert_false(unsent_has_room(unsent, 1));
}

static void bytes_are_bounded_too(void **state)
{
	struct unsent *unsent = *state;

	unsent_add(unsent, 1, UNSENT_BYTES_MAX - 10);
	assert_true(unsent_has_room(unsent, 10));
	assert_false(unsent_has_room(unsent, 11));
	unsent_done(unsent, 1);
	assert_true(unsent_has_room(unsent, UNSENT_BYTES_MAX));
}

static void of_each_picture_the_newest_waits(void **state)
{
	struct unsent *unsent = *state;
	struct picture picture;

	assert_int_equal(unsent_keep(unsent, WIRE_HEALTH, "h1", 2), 0);
	assert_int_equal(unsent_keep(unsent, WIRE_STATE, "s1", 2), 0);
	assert_int_equal(unsent_keep(unsent, WIRE_STATE, "s2", 2), 0);
	assert_int_equal(unsent_keep(unsent, WIRE_EVENT, "e1", 2), -EINVAL);
	assert_true(unsent_take(unsent, &picture));
	assert_int_equal(picture.kind, WIRE_STATE);
	assert_memory_equal(picture.msg, "s2", 2);
	free(picture.msg);
	assert_true(unsent_take(unsent, &picture));
	assert_int_equal(picture.kind, WIRE_HEALTH);
	free(picture.msg);
	assert_false(unsent_take(unsent, &picture));
}

static void cleared_it_is_as_new(void **state)
{
	struct unsent *unsent = *state;
	struct picture picture;

	unsent_add(unsent, 1, UNSENT_BYTES_MAX);
	assert_int_equal(unsent_keep(unsent, WIRE_STATE, "s1", 2), 0);
	unsent_clear(unsent);
	assert_true(unsent_has_room(unsent, UNSENT_BYTES_MAX));
	assert_false(unsent_take(unsent, &picture));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(messages_are_bounded_and_an_acknowledgement_makes_room),
		TEST(bytes_are_bounded_too),
		TEST(of_each_picture_the_newest_waits),
		TEST(cleared_it_is_as_new),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
