/* Free and busy: what is told together, and what is offered instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "gateway/core/busy.h"

#define HOUR (60 * (int64_t)WINDOW_MINUTE_MS)
#define DAY0 (20458LL * WINDOW_DAY_MS)
#define AT(h) (DAY0 + (h)*HOUR)

static void what_overlaps_or_touches_is_told_as_one(void **state)
{
	struct busy list[] = {
		{ BUSY_CLOSED, { 50, 60 } },
		{ BUSY_TAKEN, { 30, 40 } },
		{ BUSY_TAKEN, { 10, 20 } },
		{ BUSY_TAKEN, { 20, 25 } }, /* touches */
		{ BUSY_WAITING, { 15, 35 } },
		{ BUSY_TAKEN, { 12, 14 } }, /* within */
		{ BUSY_CLOSED, { 55, 70 } },
	};
	static const struct busy merged[] = { { BUSY_WAITING, { 15, 35 } }, { BUSY_TAKEN, { 10, 25 } },
		{ BUSY_TAKEN, { 30, 40 } }, { BUSY_CLOSED, { 50, 70 } } };

	(void)state;
	assert_int_equal(busy_merge(list, 7), 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(list[i].kind, merged[i].kind);
		assert_int_equal(list[i].window.from_ms, merged[i].window.from_ms);
		assert_int_equal(list[i].window.until_ms, merged[i].window.until_ms);
	}
	assert_int_equal(busy_merge(list, 0), 0);
	assert_int_equal(busy_merge(list, 1), 1);
}

static void every_kind_has_a_word(void **state)
{
	(void)state;
	assert_string_equal(busy_word(BUSY_WAITING), "waiting");
	assert_string_equal(busy_word(BUSY_TAKEN), "taken");
	assert_string_equal(busy_word(BUSY_CLOSED), "closed");
}

static void the_nearest_free_slots_are_offered(void **state)
{
	static const struct hours office = { 0x1f, 8 * 60, 16 * 60 };
	const struct busy list[] = { { BUSY_WAITING, { AT(9), AT(10) } },
		{ BUSY_TAKEN, { AT(10), AT(12) } } };
	struct hours_week week = { .count = 1, .list = { office } }, always = { .count = 0 };
	struct window out[4];

	(void)state;
	/* 10 to 11 is taken: 9 is only waited for, 12 is free, then 8 and 13. */
	assert_int_equal(busy_suggest(out, 4, (struct window){ AT(10), AT(11) }, list, 2, &week, AT(0),
				 12 * HOUR, HOUR),
		4);
	assert_int_equal(out[0].from_ms, AT(9));
	assert_int_equal(out[0].until_ms, AT(10));
	assert_int_equal(out[1].from_ms, AT(8));
	assert_int_equal(out[2].from_ms, AT(12));
	assert_int_equal(out[3].from_ms, AT(13));
	/* The past is not offered, nor what is too far away, nor more than was asked for. */
	assert_int_equal(busy_suggest(out, 4, (struct window){ AT(10), AT(11) }, list, 2, &week, AT(9),
				 2 * HOUR, HOUR),
		2);
	assert_int_equal(out[1].from_ms, AT(12));
	assert_int_equal(busy_suggest(out, 1, (struct window){ AT(10), AT(11) }, list, 2, &week, AT(0),
				 12 * HOUR, HOUR),
		1);
	/* Nor what is outside of the hours; without hours it is. */
	assert_int_equal(busy_suggest(out, 4, (struct window){ AT(10), AT(13) }, list, 2, &week, AT(0),
				 3 * HOUR, HOUR),
		1);
	assert_int_equal(out[0].from_ms, AT(12));
	assert_int_equal(busy_suggest(out, 4, (struct window){ AT(10), AT(13) }, list, 2, &always, AT(0),
				 3 * HOUR, HOUR),
		2);
	/* What is free as it was wished is the first; its neighbours do not overlap it. */
	assert_int_equal(busy_suggest(out, 3, (struct window){ AT(13), AT(15) }, list, 2, &week, AT(0),
				 30 * HOUR, HOUR / 2),
		3);
	assert_int_equal(out[0].from_ms, AT(13));
	assert_int_equal(out[1].from_ms, AT(8)); /* not 15: the office closes at 16 */
	assert_int_equal(out[2].from_ms, AT(32));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_overlaps_or_touches_is_told_as_one),
		cmocka_unit_test(every_kind_has_a_word),
		cmocka_unit_test(the_nearest_free_slots_are_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
