/* wiegand: what a frame means. The tests named after a defect or a thread stand for a fault or a complaint
 * that other decoders are known for. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/wiegand_rig.h"

#define ALL_CARDS                                                                                            \
	(1u << WIRE_CARD_26_H10301 | 1u << WIRE_CARD_32 | 1u << WIRE_CARD_34_H10306 |                        \
		1u << WIRE_CARD_37_H10304)
#define KEYPAD_FACILITY 250

static const struct wiegand_profile four_bits = { .keys = WIEGAND_KEYS_4BIT, .frame_gap_ms = 30 };
static const struct wiegand_profile eight_bits = { .keys = WIEGAND_KEYS_8BIT, .frame_gap_ms = 30 };
static const struct wiegand_profile buffered = {
	.keys = WIEGAND_KEYS_BUFFERED, .keypad_facility = KEYPAD_FACILITY, .frame_gap_ms = 30
};
static const struct wiegand_profile cards = { .cards = ALL_CARDS, .frame_gap_ms = 30 };
static const struct wiegand_profile mixed = { .keys = WIEGAND_KEYS_BUFFERED,
	.cards = 1u << WIRE_CARD_26_H10301 | 1u << WIRE_CARD_34_H10306,
	.keypad_facility = KEYPAD_FACILITY,
	.frame_gap_ms = 30 };

static void test_defect_05_four_bit_keys_12_to_15_are_no_keys(void **state)
{
	struct rig rig = rig_open(&four_bits);

	(void)state;
	for (unsigned value = 0; value < 16; value++) {
		rig_frame(&rig, value, 4);
		if (value < 12)
			rig_expect_key(&rig, "0123456789*#"[value]);
		else
			rig_expect_fault(&rig, WIEGAND_NO_KEY);
	}
	assert_int_equal(rig.decoder.counts.keys, 12);
	assert_int_equal(rig.decoder.counts.dropped[WIEGAND_NO_KEY], 4);
}

/* The frames of the data sheet. It is often reprinted with a wrong row for 7, whose frame is 0x87. */
static const struct {
	unsigned frame;
	char key;
} sheet[] = { { 0xf0, '0' }, { 0xe1, '1' }, { 0xd2, '2' }, { 0xc3, '3' }, { 0xb4, '4' }, { 0xa5, '5' },
	{ 0x96, '6' }, { 0x87, '7' }, { 0x78, '8' }, { 0x69, '9' }, { 0x5a, '*' }, { 0x4b, '#' } };

static char sheet_key(unsigned frame)
{
	for (size_t i = 0; i < sizeof(sheet) / sizeof(sheet[0]); i++) {
		if (sheet[i].frame == frame)
			return sheet[i].key;
	}
	return 0;
}

static void test_defect_05_of_256_eight_bit_frames_12_are_keys(void **state)
{
	struct rig rig = rig_open(&eight_bits);

	(void)state;
	for (unsigned frame = 0; frame < 256; frame++) {
		bool is_complement = (frame >> 4 ^ (frame & 0xf)) == 0xf;

		rig_frame(&rig, frame, 8);
		if (sheet_key(frame))
			rig_expect_key(&rig, sheet_key(frame));
		else
			rig_expect_fault(&rig, is_complement ? WIEGAND_NO_KEY : WIEGAND_COMPLEMENT);
	}
	assert_int_equal(rig.decoder.counts.keys, 12);
	assert_int_equal(rig.decoder.counts.dropped[WIEGAND_NO_KEY], 4);
	assert_int_equal(rig.decoder.counts.dropped[WIEGAND_COMPLEMENT], 240);
}

/* From data sheets and makers' published examples. */
static void known_cards_are_read(void **state)
{
	static const struct {
		uint64_t frame, facility, number;
	} known[] = { { 0x0c607cf, 99, 999 }, { 0x2ec0c86, 118, 1603 }, { 0x957542, 74, 47777 } };
	struct rig rig = rig_open(&cards);

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		rig_frame(&rig, known[i].frame, 26);
		rig_expect_card(&rig, known[i].facility << 16 | known[i].number);
	}
}

static void cards_of_every_layout_are_read(void **state)
{
	static const struct {
		unsigned bits;
		uint64_t value;
	} samples[] = { { 26, 0 }, { 26, 0xffffff }, { 26, 99 << 16 | 999 }, { 34, 0 }, { 34, 0xffffffff },
		{ 34, UINT64_C(1234) << 16 | 56789 }, { 37, 0 }, { 37, (UINT64_C(1) << 35) - 1 },
		{ 37, UINT64_C(40000) << 19 | 500000 }, { 32, 0 }, { 32, 0xdeadbeef } };
	struct rig rig = rig_open(&cards);

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct wiegand_reading reading;

		rig_frame(&rig, rig_card(samples[i].bits, samples[i].value), samples[i].bits);
		reading = rig_expect(&rig, WIEGAND_CARD);
		assert_int_equal(reading.card.bits, samples[i].bits);
		assert_int_equal(rig_value(&reading), samples[i].value);
	}
}

static void any_one_wrong_bit_of_a_card_drops_it(void **state)
{
	static const unsigned lengths[] = { 26, 34, 37 };
	struct rig rig = rig_open(&cards);

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		uint64_t frame = rig_card(lengths[i], 0x12345678 >> (i == 0 ? 8 : 0));

		for (unsigned bit = 0; bit < lengths[i]; bit++) {
			rig_frame(&rig, frame ^ UINT64_C(1) << bit, lengths[i]);
			rig_expect_fault(&rig, WIEGAND_PARITY);
		}
	}
}

static void test_defect_06_a_length_that_was_not_declared_is_nothing(void **state)
{
	static const struct wiegand_profile all = {
		.keys = WIEGAND_KEYS_8BIT, .cards = ALL_CARDS, .frame_gap_ms = 30
	};
	struct rig rig = rig_open(&all);

	(void)state;
	for (unsigned count = 1; count <= WIEGAND_BITS_MAX; count++) {
		if (count == 8 || count == 26 || count == 32 || count == 34 || count == 37)
			continue;
		rig_frame(&rig, 0, count);
		rig_expect_fault(&rig, WIEGAND_LENGTH); /* 35 bits among them */
		rig_frame(&rig, UINT64_MAX, count);
		rig_expect_fault(&rig, WIEGAND_LENGTH);
	}
	rig = rig_open(&four_bits);
	rig_frame(&rig, 0xe1, 8);
	rig_expect_fault(&rig, WIEGAND_LENGTH);
	rig_frame(&rig, rig_card(26, 5), 26);
	rig_expect_fault(&rig, WIEGAND_LENGTH);
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13; /* xorshift64 */
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* By the sheet's sentence and no other: an even number of ones in bits 1 to 19, an odd one in 19 to 37. */
static bool naive_37_is_right(uint64_t frame)
{
	unsigned first = 0, last = 0;

	for (unsigned position = 1; position <= 37; position++) {
		unsigned one = frame / (UINT64_C(1) << (37 - position)) % 2;

		first += position <= 19 ? one : 0;
		last += position >= 19 ? one : 0;
	}
	return first % 2 == 0 && last % 2 == 1;
}

static void test_defect_07_the_middle_bit_of_37_is_in_both_parities(void **state)
{
	struct wiegand decoder;
	struct wiegand_reading reading;
	uint64_t seed = 37, t_ns = MS, right = 0;

	(void)state;
	wiegand_init(&decoder, &cards);
	for (unsigned i = 0; i < 20; i++, t_ns += 20 * MS)
		wiegand_levels(&decoder, true, true, t_ns, &reading);
	for (unsigned i = 0; i < 200000; i++) {
		uint64_t frame = next_random(&seed) >> (64 - 37);
		bool is_right = naive_37_is_right(frame);
		enum wiegand_answer answer;

		for (unsigned bit = 37; bit-- > 0; t_ns += MS)
			wiegand_feed(&decoder, frame >> bit & 1 ? WIEGAND_D1 : WIEGAND_D0, t_ns, &reading);
		t_ns += 30 * MS;
		answer = wiegand_levels(&decoder, true, true, t_ns, &reading);
		if (answer != (is_right ? WIEGAND_CARD : WIEGAND_DROPPED))
			fail_msg("frame %u of 37 bits: answer %d", i, answer);
		if (is_right)
			assert_true(rig_value(&reading) == (frame >> 1 & ((UINT64_C(1) << 35) - 1)));
		right += is_right;
	}
	assert_in_range(right, 48000, 52000); /* a quarter of them */
	assert_int_equal(decoder.counts.cards, right);
}

static void the_digits_of_a_buffered_keypad_come_together(void **state)
{
	static const struct {
		unsigned number;
		const char *keys;
	} samples[] = { { 1, "1#" }, { 9, "9#" }, { 10, "10#" }, { 123, "123#" }, { 4070, "4070#" },
		{ 10000, "10000#" }, { 65534, "65534#" } };
	struct rig rig = rig_open(&buffered);

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct wiegand_reading reading;
		unsigned count = (unsigned)strlen(samples[i].keys);

		rig_frame(&rig, rig_card(26, KEYPAD_FACILITY << 16 | samples[i].number), 26);
		reading = rig_expect(&rig, WIEGAND_KEY);
		assert_int_equal(reading.key_count, count);
		assert_memory_equal(reading.keys, samples[i].keys, count);
		for (unsigned key = 1; key < count; key++)
			assert_int_equal(
				wiegand_key_ns(&reading, key) - wiegand_key_ns(&reading, key - 1), 100 * MS);
		assert_int_equal(wiegand_key_ns(&reading, count - 1), reading.at_ns);
	}
}

static void a_buffered_key_is_never_older_than_the_clock(void **state)
{
	struct wiegand_reading reading = { .key_count = 6, .at_ns = 250 * MS };

	(void)state;
	assert_int_equal(wiegand_key_ns(&reading, 0), 0);
	assert_int_equal(wiegand_key_ns(&reading, 4), 150 * MS);
}

static void a_buffered_keypads_word_for_a_mistake_is_no_code(void **state)
{
	struct rig rig = rig_open(&buffered);

	(void)state;
	rig_frame(&rig, rig_card(26, KEYPAD_FACILITY << 16 | 65535), 26);
	rig_expect_fault(&rig, WIEGAND_MISTAKE);
	rig_frame(&rig, rig_card(26, KEYPAD_FACILITY << 16), 26);
	rig_expect_fault(&rig, WIEGAND_MISTAKE);
	rig_frame(&rig, rig_card(26, KEYPAD_FACILITY << 16 | 5) ^ 1, 26);
	rig_expect_fault(&rig, WIEGAND_PARITY);
}

static void test_thread_11_a_buffered_keypads_code_is_never_a_card(void **state)
{
	struct rig rig = rig_open(&mixed);

	(void)state;
	for (unsigned number = 0; number <= 65535; number += 257) {
		rig_frame(&rig, rig_card(26, KEYPAD_FACILITY << 16 | number), 26);
		assert_int_equal(rig.told_count, 1);
		assert_int_not_equal(rig.told[0], WIEGAND_CARD);
		rig.told_count = 0;
	}
	assert_int_equal(rig.decoder.counts.cards, 0);
}

static void test_defect_13_a_keypads_digits_never_stand_for_a_card(void **state)
{
	struct rig rig = rig_open(&mixed);

	(void)state;
	/* The number printed on card 77/12345, typed: keys, whatever facility the card has. */
	rig_frame(&rig, rig_card(26, KEYPAD_FACILITY << 16 | 12345), 26);
	assert_memory_equal(rig_expect(&rig, WIEGAND_KEY).keys, "12345#", 6);
	rig_frame(&rig, rig_card(26, 77 << 16 | 12345), 26);
	rig_expect_card(&rig, 77 << 16 | 12345);
	rig_frame(&rig, rig_card(34, KEYPAD_FACILITY << 16 | 12345), 34); /* a facility of 26 bits alone */
	assert_int_equal(rig_expect(&rig, WIEGAND_CARD).bits, 34);
	assert_int_equal(rig.decoder.counts.cards, 2);

	/* With no cards declared, a card is nothing: neither a card nor a code. */
	rig = rig_open(&buffered);
	rig_frame(&rig, rig_card(26, 77 << 16 | 12345), 26);
	rig_expect_fault(&rig, WIEGAND_LENGTH);
}

static void test_thread_06_17_to_24_bits_of_a_26_bit_card_are_no_card(void **state)
{
	struct rig rig = rig_open(&cards);

	(void)state;
	for (unsigned count = 17; count <= 25; count++) {
		rig_frame(&rig, rig_card(26, 0x5a5a5a) >> (26 - count), count);
		rig_expect_fault(&rig, WIEGAND_LENGTH);
	}
	assert_int_equal(rig.decoder.counts.dropped[WIEGAND_LENGTH], 9); /* told, not silent */
}

static void test_thread_08_a_ninth_bit_spoils_an_eight_bit_key(void **state)
{
	struct rig rig = rig_open(&eight_bits);

	(void)state;
	for (unsigned at = 0; at <= 8; at++) {
		for (unsigned extra = 0; extra <= 1; extra++) {
			unsigned high = 0xe1u >> at << (at + 1), low = 0xe1u & ((1u << at) - 1);

			rig_frame(&rig, high | extra << at | low, 9);
			rig_expect_fault(&rig, WIEGAND_LENGTH);
		}
	}
	rig_frame(&rig, 0xe1, 8);
	rig_expect_key(&rig, '1');
}

static void test_thread_09_all_keys_and_parities_are_those_of_the_sheets(void **state)
{
	struct rig keys = rig_open(&eight_bits);

	(void)state;
	for (size_t i = 0; i < sizeof(sheet) / sizeof(sheet[0]); i++) {
		rig_frame(&keys, sheet[i].frame, 8);
		rig_expect_key(&keys, sheet[i].key);
	}
	known_cards_are_read(NULL);
}

static void test_thread_10_a_keypad_may_keep_its_star_for_itself(void **state)
{
	struct wiegand_profile profile = eight_bits;
	struct rig rig;

	(void)state;
	profile.ignores_star = true;
	rig = rig_open(&profile);
	rig_frame(&rig, 0x5a, 8);
	rig_expect_nothing(&rig);
	assert_int_equal(rig.decoder.counts.stars, 1);
	rig_frame(&rig, 0x4b, 8);
	rig_expect_key(&rig, '#');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defect_05_four_bit_keys_12_to_15_are_no_keys),
		cmocka_unit_test(test_defect_05_of_256_eight_bit_frames_12_are_keys),
		cmocka_unit_test(cards_of_every_layout_are_read),
		cmocka_unit_test(any_one_wrong_bit_of_a_card_drops_it),
		cmocka_unit_test(test_defect_06_a_length_that_was_not_declared_is_nothing),
		cmocka_unit_test(test_defect_07_the_middle_bit_of_37_is_in_both_parities),
		cmocka_unit_test(the_digits_of_a_buffered_keypad_come_together),
		cmocka_unit_test(a_buffered_key_is_never_older_than_the_clock),
		cmocka_unit_test(a_buffered_keypads_word_for_a_mistake_is_no_code),
		cmocka_unit_test(test_thread_11_a_buffered_keypads_code_is_never_a_card),
		cmocka_unit_test(test_defect_13_a_keypads_digits_never_stand_for_a_card),
		cmocka_unit_test(test_thread_06_17_to_24_bits_of_a_26_bit_card_are_no_card),
		cmocka_unit_test(test_thread_08_a_ninth_bit_spoils_an_eight_bit_key),
		cmocka_unit_test(test_thread_09_all_keys_and_parities_are_those_of_the_sheets),
		cmocka_unit_test(test_thread_10_a_keypad_may_keep_its_star_for_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
