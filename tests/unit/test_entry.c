/* entry: keys in, one attempt at a time out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/entry.h"

#define INTER_KEY 5000

struct press {
	uint64_t gap_ms;
	char key;
	enum entry_answer answer;
	enum entry_state state;
};

struct story {
	const char *name;
	struct press presses[20];
};

/* clang-format off */
static const struct story stories[] = {
	{ "a code", {
		{ 500, '1', ENTRY_TAKEN,   ENTRY_TYPING },
		{ 500, '2', ENTRY_TAKEN,   ENTRY_TYPING },
		{ 500, '#', ENTRY_DONE,    ENTRY_TYPING } } },
	{ "'#' alone is nothing", {
		{ 500, '#', ENTRY_NOTHING, ENTRY_EMPTY } } },
	{ "'*' clears", {
		{ 500, '*', ENTRY_CLEARED, ENTRY_EMPTY },
		{ 500, '1', ENTRY_TAKEN,   ENTRY_TYPING },
		{ 500, '*', ENTRY_CLEARED, ENTRY_EMPTY },
		{ 500, '#', ENTRY_NOTHING, ENTRY_EMPTY } } },
	{ "left alone for the inter-key time, an entry is dropped", {
		{  500, '1', ENTRY_TAKEN,   ENTRY_TYPING },
		{ 4999, '2', ENTRY_TAKEN,   ENTRY_TYPING },
		{ 5000, '#', ENTRY_NOTHING, ENTRY_EMPTY } } },
	{ "a fast hand", {
		{  50, '1', ENTRY_TAKEN,   ENTRY_TYPING },
		{ 100, '2', ENTRY_TAKEN,   ENTRY_TYPING } } },
	{ "a machine: one attack, however long the burst", {
		{ 500, '1', ENTRY_TAKEN,    ENTRY_TYPING },
		{  99, '2', ENTRY_TOO_FAST, ENTRY_JAMMED },
		{  40, '3', ENTRY_NOTHING,  ENTRY_JAMMED },
		{ 999, '#', ENTRY_NOTHING,  ENTRY_JAMMED },
		{1000, '1', ENTRY_TAKEN,    ENTRY_TYPING } } },
	{ "a machine that begins with '*'", {
		{ 500, '*', ENTRY_CLEARED,  ENTRY_EMPTY },
		{  40, '1', ENTRY_TOO_FAST, ENTRY_JAMMED } } },
};
/* clang-format on */

static enum entry_answer press_at(struct entry *entry, uint64_t now, char key)
{
	return entry_key(entry, now, (struct entry_press){ key, now }, INTER_KEY);
}

static void every_story_ends_as_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct entry entry = { 0 };
		uint64_t now = 0;

		for (const struct press *press = stories[i].presses; press->key; press++) {
			enum entry_answer answer;

			now += press->gap_ms;
			assert_false(entry_tick(&entry, now));
			answer = press_at(&entry, now, press->key);
			if (answer != press->answer || entry.state != press->state)
				fail_msg("%s: key %d: answer %d, state %d", stories[i].name,
					(int)(press - stories[i].presses), answer, entry.state);
			assert_int_equal(entry_is_open(&entry), entry.state == ENTRY_TYPING);
			assert_int_equal(
				entry_next_mono_ms(&entry) == UINT64_MAX, entry.state == ENTRY_EMPTY);
		}
	}
}

static uint64_t type(struct entry *entry, const char *keys, uint64_t now)
{
	for (; *keys; keys++) {
		now += 200;
		entry_tick(entry, now);
		press_at(entry, now, *keys);
	}
	return now;
}

static void the_digits_leave_and_nothing_of_them_stays(void **state)
{
	static const char zeros[WIRE_LONG_CODE];
	struct entry entry = { 0 };
	char digits[WIRE_LONG_CODE];
	uint64_t now;

	(void)state;
	now = type(&entry, "12345678", 0);
	assert_int_equal(entry.count, 8);
	assert_int_equal(entry_work(&entry, now, digits), 1);
	assert_memory_equal(digits, "12345678", 8);
	assert_memory_equal(entry.digits, zeros, sizeof(zeros));
	assert_false(entry.is_long);
	assert_true(entry_is_working(&entry, 1));
	assert_false(entry_is_working(&entry, 2));
	assert_true(entry_is_open(&entry));
	entry_end(&entry);
	assert_false(entry_is_working(&entry, 1));

	now = type(&entry, "123456789012", now + 5000);
	assert_int_equal(entry_work(&entry, now, digits), 2);
	assert_memory_equal(digits, "123456789012", 12);
	assert_true(entry.is_long);
}

static void too_many_digits_are_counted_and_not_kept(void **state)
{
	struct entry entry = { 0 };

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		press_at(&entry, 200 * i, '7');
	assert_int_equal(entry.count, WIRE_LONG_CODE + 1);
	assert_int_equal(press_at(&entry, 200 * 1000, '#'), ENTRY_DONE);
}

static void while_one_is_worked_on_the_next_waits(void **state)
{
	struct entry entry = { 0 };
	char digits[WIRE_LONG_CODE];
	uint64_t now;

	(void)state;
	now = type(&entry, "123456", 0);
	entry_work(&entry, now, digits);
	assert_int_equal(press_at(&entry, now + 200, '1'), ENTRY_BUSY);
	assert_false(entry_tick(&entry, now + ENTRY_WORK_MS - 1));
	assert_true(entry_tick(&entry, now + ENTRY_WORK_MS));
	assert_int_equal(entry.state, ENTRY_EMPTY);
}

static void the_next_waits_for_the_record_but_not_for_a_disk_that_hangs(void **state)
{
	struct entry entry = { 0 };

	(void)state;
	entry_store(&entry, 1000);
	assert_int_equal(press_at(&entry, 1100, '1'), ENTRY_BUSY);
	assert_false(entry_is_open(&entry));
	entry_stored(&entry);
	assert_int_equal(entry.state, ENTRY_EMPTY);

	entry_store(&entry, 2000);
	assert_false(entry_tick(&entry, 2000 + ENTRY_STORE_MS - 1));
	assert_int_equal(entry.state, ENTRY_STORING);
	assert_false(entry_tick(&entry, 2000 + ENTRY_STORE_MS));
	assert_int_equal(entry.state, ENTRY_EMPTY);

	/* a record that comes late ends nothing of the next entry */
	press_at(&entry, 9000, '1');
	entry_stored(&entry);
	assert_int_equal(entry.state, ENTRY_TYPING);
	/* and a jam goes on */
	press_at(&entry, 9050, '2');
	entry_store(&entry, 9050);
	assert_int_equal(entry.state, ENTRY_JAMMED);
}

/* The loop hung for a second while somebody typed, and hands on at once what the kernel had kept. */
static void a_loop_that_stalled_does_not_make_a_hand_a_machine(void **state)
{
	struct entry entry = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 5; i++)
		assert_int_equal(
			entry_key(&entry, 5000, (struct entry_press){ '1', 4000 + 100 * i }, INTER_KEY),
			ENTRY_TAKEN);
	assert_int_equal(
		entry_key(&entry, 5000, (struct entry_press){ '1', 4499 }, INTER_KEY), ENTRY_TOO_FAST);
}

static void an_edge_in_the_future_or_out_of_order_gives_no_licence(void **state)
{
	struct entry entry = { 0 };

	(void)state;
	entry_key(&entry, 5000, (struct entry_press){ '1', UINT64_MAX }, INTER_KEY);
	assert_int_equal(entry.pressed_mono_ms, 5000);
	assert_int_equal(
		entry_key(&entry, 5200, (struct entry_press){ '2', 1000 }, INTER_KEY), ENTRY_TOO_FAST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_story_ends_as_told),
		cmocka_unit_test(a_loop_that_stalled_does_not_make_a_hand_a_machine),
		cmocka_unit_test(an_edge_in_the_future_or_out_of_order_gives_no_licence),
		cmocka_unit_test(the_digits_leave_and_nothing_of_them_stays),
		cmocka_unit_test(too_many_digits_are_counted_and_not_kept),
		cmocka_unit_test(while_one_is_worked_on_the_next_waits),
		cmocka_unit_test(the_next_waits_for_the_record_but_not_for_a_disk_that_hangs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
