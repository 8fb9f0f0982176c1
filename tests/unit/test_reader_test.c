/* reader_test: a faulty cable is named by its fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/reader_test.h"
#include "tests/unit/wiegand_rig.h"

enum cable { /* what is wrong with it */
	CABLE_FINE,
	CABLE_SWAPPED,
	CABLE_D0_BROKEN,
	CABLE_D1_BROKEN,
	CABLE_RINGING,    /* each bit once more, 30 µs later */
	CABLE_CROSSTALK,  /* a tenth of the bits also on the other line */
	CABLE_LOSES_BITS, /* every frame another one more */
	CABLE_ADDS_BITS,  /* one at the end of every other frame */
	CABLE_NO_GROUND,  /* both lines at once, all the time */
	CABLE_FLIPS_BITS, /* one in each frame */
	CABLE_DEAD,
};

struct story {
	const char *name;
	enum cable cable;
	unsigned bits;
	uint64_t frames[8];
	enum reader_finding finding;
	enum wiegand_keys keys;
	unsigned cards;
};

static uint64_t t_ns;

static void send_bit(struct reader_test *test, enum cable cable, unsigned n, enum wiegand_line line)
{
	if (cable == CABLE_SWAPPED)
		line = !line;
	if ((cable == CABLE_D0_BROKEN && line == WIEGAND_D0) ||
		(cable == CABLE_D1_BROKEN && line == WIEGAND_D1) || cable == CABLE_DEAD)
		return;
	reader_test_feed(test, line, t_ns);
	if (cable == CABLE_RINGING)
		reader_test_feed(test, line, t_ns + 30 * US);
	if (cable == CABLE_NO_GROUND || (cable == CABLE_CROSSTALK && n % 10 == 0))
		reader_test_feed(test, !line, t_ns + 5 * US);
}

static void send(struct reader_test *test, enum cable cable, unsigned nth, uint64_t frame, unsigned bits)
{
	for (unsigned bit = bits; bit-- > 0; t_ns += 2 * MS) {
		unsigned value = frame >> bit & 1;

		if (cable == CABLE_LOSES_BITS && bit < nth)
			continue;
		if (cable == CABLE_FLIPS_BITS && bit == nth)
			value ^= 1;
		send_bit(test, cable, bit + nth, value ? WIEGAND_D1 : WIEGAND_D0);
	}
	if (cable == CABLE_ADDS_BITS && nth % 2 == 1)
		send_bit(test, cable, 1, WIEGAND_D0);
	t_ns += 200 * MS;
}

#define KEYS_4                                                                                               \
	{                                                                                                    \
		1, 2, 3, 4, 5                                                                                \
	}
#define KEYS_8                                                                                               \
	{                                                                                                    \
		0xe1, 0xd2, 0xc3, 0xb4, 0xa5                                                                 \
	}
#define CARDS_26                                                                                             \
	{                                                                                                    \
		0x0c607cf, 0x2ec0c86, 0x0957542, 0x0c607cf                                                   \
	}
#define BIT(layout) (1u << WIRE_CARD_##layout)
#define BOTH_37 (BIT(37_H10302) | BIT(37_H10304))

/* clang-format off */
static const struct story stories[] = {
	{ "a 4-bit keypad", CABLE_FINE, 4, KEYS_4, READER_TEST_GOOD, WIEGAND_KEYS_4BIT, 0 },
	{ "an 8-bit keypad", CABLE_FINE, 8, KEYS_8, READER_TEST_GOOD, WIEGAND_KEYS_8BIT, 0 },
	{ "a card reader", CABLE_FINE, 26, CARDS_26, READER_TEST_GOOD, WIEGAND_KEYS_NONE, BIT(26_H10301) },
	{ "32 bits", CABLE_FINE, 32, { 5, 6, 7 }, READER_TEST_GOOD, WIEGAND_KEYS_NONE, BIT(32) },
	{ "nobody", CABLE_FINE, 0, { 0 }, READER_TEST_SILENT, WIEGAND_KEYS_NONE, 0 },
	{ "a dead reader", CABLE_DEAD, 8, KEYS_8, READER_TEST_SILENT, WIEGAND_KEYS_NONE, 0 },

	{ "4 bits swapped", CABLE_SWAPPED, 4, KEYS_4, READER_TEST_SWAPPED, WIEGAND_KEYS_4BIT, 0 },
	{ "8 bits swapped", CABLE_SWAPPED, 8, KEYS_8, READER_TEST_SWAPPED, WIEGAND_KEYS_8BIT, 0 },
	{ "cards swapped", CABLE_SWAPPED, 26, CARDS_26, READER_TEST_SWAPPED, WIEGAND_KEYS_NONE, BIT(26_H10301) },

	{ "D0 broken", CABLE_D0_BROKEN, 8, KEYS_8, READER_TEST_ONE_LINE, WIEGAND_KEYS_4BIT, 0 },
	{ "D1 broken", CABLE_D1_BROKEN, 26, CARDS_26, READER_TEST_ONE_LINE, WIEGAND_KEYS_NONE, 0 },
	{ "an echo of each bit", CABLE_RINGING, 8, KEYS_8, READER_TEST_RINGING, WIEGAND_KEYS_8BIT, 0 },
	{ "cross-talk", CABLE_CROSSTALK, 26, CARDS_26, READER_TEST_RINGING, WIEGAND_KEYS_NONE, BIT(26_H10301) },
	{ "no common ground", CABLE_NO_GROUND, 26, CARDS_26, READER_TEST_NO_GROUND, WIEGAND_KEYS_NONE, BIT(26_H10301) },
	{ "bits lost", CABLE_LOSES_BITS, 26, CARDS_26, READER_TEST_MISSING_BITS, WIEGAND_KEYS_NONE, BIT(26_H10301) },
	{ "bits added", CABLE_ADDS_BITS, 8, KEYS_8, READER_TEST_EXTRA_BITS, WIEGAND_KEYS_8BIT, 0 },
	{ "bits that change", CABLE_FLIPS_BITS, 26, CARDS_26, READER_TEST_WRONG_BITS, WIEGAND_KEYS_NONE, BIT(26_H10301) },
	{ "keys that change", CABLE_FLIPS_BITS, 8, KEYS_8, READER_TEST_WRONG_BITS, WIEGAND_KEYS_8BIT, 0 },
	{ "35 bits", CABLE_FINE, 35, { 1, 2, 3 }, READER_TEST_UNKNOWN_LENGTH, WIEGAND_KEYS_NONE, 0 },
};
/* clang-format on */

static void every_fault_has_its_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		const struct story *story = &stories[i];
		struct reader_test test = { 0 };
		enum reader_finding found;

		t_ns = 1000 * MS;
		for (unsigned nth = 0; story->frames[nth] != 0; nth++)
			send(&test, story->cable, nth, story->frames[nth], story->bits);
		reader_test_end(&test, true, true);
		found = reader_test_find(&test);
		if (found != story->finding)
			fail_msg("%s: %s", story->name, reader_finding_word(found));
		if (reader_test_keys(&test) != story->keys || reader_test_cards(&test) != story->cards)
			fail_msg("%s: taken for something else", story->name);
		assert_int_equal(test.bits, 0);
	}
}

static void lines_at_rest_are_looked_at_first(void **state)
{
	(void)state;
	for (unsigned high = 0; high < 4; high++) {
		struct reader_test test = { 0 };

		t_ns = 1000 * MS;
		send(&test, CABLE_FINE, 0, 0xe1, 8);
		reader_test_end(&test, high & 1, high & 2);
		assert_int_equal(
			reader_test_find(&test), high == 3 ? READER_TEST_GOOD : READER_TEST_LINES_LOW);
	}
}

static void lost_edges_make_no_frame(void **state)
{
	struct reader_test test = { 0 };

	(void)state;
	t_ns = 1000 * MS;
	reader_test_feed(&test, WIEGAND_D0, t_ns);
	reader_test_lost(&test);
	reader_test_end(&test, true, true);
	assert_int_equal(test.frames, 0);
	assert_int_equal(reader_test_find(&test), READER_TEST_LOST);
}

static void a_burst_without_an_end_is_no_ground(void **state)
{
	struct reader_test test = { 0 };

	(void)state;
	t_ns = 1000 * MS;
	for (unsigned i = 0; i < 300; i++, t_ns += MS)
		reader_test_feed(&test, (enum wiegand_line)(i % 2), t_ns);
	reader_test_feed(&test, WIEGAND_D0, t_ns - 5 * MS); /* whatever the kernel's times are */
	reader_test_end(&test, true, true);
	assert_int_equal(test.lengths[READER_TEST_LONGER], 1);
	assert_int_equal(reader_test_find(&test), READER_TEST_NO_GROUND);
}

/* Bursts of all lengths, some of whose edges meet. */
static void lengths_at_random_with_overlaps_are_no_ground(void **state)
{
	struct reader_test test = { 0 };

	(void)state;
	t_ns = 1000 * MS;
	for (unsigned length = 9; length < 20; length++) {
		send(&test, CABLE_FINE, 0, 0x5a5a5, length);
		if (length == 12)
			send(&test, CABLE_NO_GROUND, 0, 1, 1);
	}
	reader_test_end(&test, true, true);
	assert_int_equal(reader_test_find(&test), READER_TEST_NO_GROUND);
}

static void lengths_at_random_without_overlaps_are_bits_lost(void **state)
{
	struct reader_test test = { 0 };

	(void)state;
	t_ns = 1000 * MS;
	for (unsigned length = 9; length < 20; length++)
		send(&test, CABLE_FINE, 0, 0x5a5a5, length);
	reader_test_end(&test, true, true);
	assert_int_equal(reader_test_find(&test), READER_TEST_MISSING_BITS);
}

static void an_odd_frame_among_good_ones_is_no_lack_of_ground(void **state)
{
	struct reader_test test = { 0 };

	(void)state;
	t_ns = 1000 * MS;
	for (unsigned i = 0; i < 20; i++)
		send(&test, CABLE_FINE, 0, 0x0c607cf, 26);
	for (unsigned length = 21; length < 25; length++)
		send(&test, CABLE_FINE, 0, 0x5a5a5, length);
	send(&test, CABLE_NO_GROUND, 0, 1, 1);
	reader_test_end(&test, true, true);
	assert_int_equal(reader_test_find(&test), READER_TEST_MISSING_BITS);
}

static void swapped_lines_are_told_from_noise(void **state)
{
	struct reader_test test = { 0 };

	(void)state;
	t_ns = 1000 * MS;
	send(&test, CABLE_SWAPPED, 0, 0xe1, 8);
	send(&test, CABLE_FINE, 0, 0x0c607cf, 26); /* a card that is right: they are not */
	reader_test_end(&test, true, true);
	assert_int_equal(reader_test_find(&test), READER_TEST_WRONG_BITS);

	test = (struct reader_test){ 0 };
	send(&test, CABLE_SWAPPED, 0, 0xe1, 8);
	send(&test, CABLE_FINE, 0, 0x11, 8);
	send(&test, CABLE_FINE, 0, 0x12, 8);
	reader_test_end(&test, true, true);
	assert_int_equal(reader_test_find(&test), READER_TEST_WRONG_BITS);
}

static void two_frames_on_one_line_are_not_enough_to_judge(void **state)
{
	struct reader_test test = { 0 };

	(void)state;
	t_ns = 1000 * MS;
	send(&test, CABLE_FINE, 0, 0, 4); /* '0', twice */
	send(&test, CABLE_FINE, 0, 0, 4);
	reader_test_end(&test, true, true);
	assert_int_equal(reader_test_find(&test), READER_TEST_GOOD);
}

static void slow_bits_want_a_longer_gap(void **state)
{
	static const struct {
		uint64_t interval_ns;
		unsigned gap_ms;
	} rows[] = { { 200 * US, 30 }, { 2 * MS, 30 }, { 14 * MS, 30 }, { 15 * MS, 31 }, { 20 * MS, 41 },
		{ 49 * MS, 99 }, { 50 * MS - 1, 100 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reader_test test = { 0 };

		for (unsigned bit = 0; bit < 8; bit++)
			reader_test_feed(&test, 0xe1 >> (7 - bit) & 1, MS + bit * rows[i].interval_ns);
		reader_test_end(&test, true, true);
		assert_int_equal(reader_test_gap_ms(&test), rows[i].gap_ms);
		assert_int_equal(test.shortest_ns, rows[i].interval_ns);
		assert_int_equal(test.longest_ns, rows[i].interval_ns);
	}
}

static void cards_of_37_bits_may_be_either(void **state)
{
	struct reader_test test = { 0 };

	(void)state;
	t_ns = 1000 * MS;
	send(&test, CABLE_FINE, 0, rig_card(37, 12345), 37);
	reader_test_end(&test, true, true);
	assert_int_equal(reader_test_find(&test), READER_TEST_GOOD);
	assert_int_equal(reader_test_cards(&test), BOTH_37);
}

static void intervals_are_the_shortest_and_the_longest(void **state)
{
	struct reader_test test = { 0 };

	(void)state;
	reader_test_feed(&test, WIEGAND_D0, 100 * MS);
	reader_test_feed(&test, WIEGAND_D0, 102 * MS);
	reader_test_feed(&test, WIEGAND_D0, 103 * MS);
	reader_test_feed(&test, WIEGAND_D0, 106 * MS);
	assert_int_equal(test.shortest_ns, MS);
	assert_int_equal(test.longest_ns, 3 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_has_its_name),
		cmocka_unit_test(lines_at_rest_are_looked_at_first),
		cmocka_unit_test(lost_edges_make_no_frame),
		cmocka_unit_test(a_burst_without_an_end_is_no_ground),
		cmocka_unit_test(lengths_at_random_with_overlaps_are_no_ground),
		cmocka_unit_test(lengths_at_random_without_overlaps_are_bits_lost),
		cmocka_unit_test(an_odd_frame_among_good_ones_is_no_lack_of_ground),
		cmocka_unit_test(swapped_lines_are_told_from_noise),
		cmocka_unit_test(two_frames_on_one_line_are_not_enough_to_judge),
		cmocka_unit_test(slow_bits_want_a_longer_gap),
		cmocka_unit_test(cards_of_37_bits_may_be_either),
		cmocka_unit_test(intervals_are_the_shortest_and_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
