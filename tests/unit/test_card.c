/* card: what is printed on a card, what its reader sends, and its tag. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "schemas/wire/card.h"
#include "tests/unit/vectors.h"

static void known_cards_have_known_frames_and_tags(void **state)
{
	struct vector vector;
	int count = 0;

	(void)state;
	for (vector_open(&vector, "card.txt"); vector_next(&vector); count++) {
		uint8_t tag_key[WIRE_KEY_BYTES], tag[WIRE_TAG_BYTES], expected[32];
		enum wire_card_layout layout;
		struct wire_card card;

		assert_int_equal(wire_card_read(&layout, vector_text(&vector, "layout")), 0);
		assert_int_equal(wire_card_make(&card, layout, (uint32_t)vector_number(&vector, "facility"),
					 (uint64_t)vector_number(&vector, "number")),
			0);
		assert_true(wire_card_ok(&card));
		assert_int_equal(card.bits, vector_number(&vector, "bits"));
		assert_int_equal(card.bits, wire_card_bits(layout));
		assert_int_equal(
			vector_bytes(&vector, "card_hex", expected, sizeof(expected)), WIRE_CARD_BYTES);
		assert_memory_equal(card.number, expected, WIRE_CARD_BYTES);
		vector_bytes(&vector, "tag_key_hex", tag_key, sizeof(tag_key));
		wire_card_tag(tag, tag_key, &card);
		assert_int_equal(vector_bytes(&vector, "tag_hex", expected, sizeof(expected)), sizeof(tag));
		assert_memory_equal(tag, expected, sizeof(tag));
	}
	assert_int_equal(count, WIRE_CARD_LAYOUT_COUNT);
}

static void what_is_made_is_right_and_says_what_it_was_made_of(void **state)
{
	(void)state;
	for (unsigned layout = 0; layout < WIRE_CARD_LAYOUT_COUNT; layout++) {
		for (uint64_t number = 0; number < 65536; number += 251) {
			struct wire_card card;
			uint64_t frame = 0;

			assert_int_equal(wire_card_make(&card, layout, 0, number), 0);
			for (unsigned i = 0; i < WIRE_CARD_BYTES; i++)
				frame = frame << 8 | card.number[i];
			frame >>= WIRE_CARD_BITS_MAX - card.bits;
			assert_true(wire_card_is_right(layout, frame));
			assert_int_equal(wire_card_value(layout, frame), number);
			if (layout == WIRE_CARD_32)
				continue;
			for (unsigned bit = 0; bit < card.bits; bit++)
				assert_false(wire_card_is_right(layout, frame ^ UINT64_C(1) << bit));
		}
	}
}

static void a_number_that_does_not_fit_is_not_cut_to_fit(void **state)
{
	static const struct {
		enum wire_card_layout layout;
		uint32_t facility;
		uint64_t number;
		int answer;
	} rows[] = {
		{ WIRE_CARD_26_H10301, 255, 65535, 0 },
		{ WIRE_CARD_26_H10301, 256, 1, -EINVAL },
		{ WIRE_CARD_26_H10301, 1, 65536, -EINVAL },
		{ WIRE_CARD_32, 0, UINT32_MAX, 0 },
		{ WIRE_CARD_32, 1, 1, -EINVAL },
		{ WIRE_CARD_32, 0, UINT64_C(1) << 32, -EINVAL },
		{ WIRE_CARD_34_H10306, 65535, 65535, 0 },
		{ WIRE_CARD_34_H10306, 65536, 1, -EINVAL },
		{ WIRE_CARD_34_H10306, 1, 65536, -EINVAL },
		{ WIRE_CARD_37_H10302, 0, (UINT64_C(1) << 35) - 1, 0 },
		{ WIRE_CARD_37_H10302, 1, 1, -EINVAL },
		{ WIRE_CARD_37_H10302, 0, UINT64_C(1) << 35, -EINVAL },
		{ WIRE_CARD_37_H10304, 65535, 524287, 0 },
		{ WIRE_CARD_37_H10304, 65535, 524288, -EINVAL },
		{ WIRE_CARD_37_H10304, UINT32_MAX, 0, -EINVAL },
	};
	struct wire_card card;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(wire_card_make(&card, rows[i].layout, rows[i].facility, rows[i].number),
			rows[i].answer);
}

static void a_card_is_its_bits_and_nothing_after_them(void **state)
{
	struct wire_card card = wire_card_of_frame(26, 0x2ec0c86);

	(void)state;
	assert_memory_equal(card.number, ((uint8_t[]){ 0xbb, 0x03, 0x21, 0x80, 0, 0, 0, 0 }), 8);
	assert_true(wire_card_ok(&card));
	card.number[3] |= 0x20; /* a 27th bit */
	assert_false(wire_card_ok(&card));
	card.bits = 27;
	assert_true(wire_card_ok(&card));
	card.bits = 0;
	assert_false(wire_card_ok(&card));
	card = wire_card_of_frame(WIRE_CARD_BITS_MAX, UINT64_MAX);
	assert_true(wire_card_ok(&card));
	card.bits++;
	assert_false(wire_card_ok(&card));
}

static void length_number_and_key_all_count(void **state)
{
	const uint8_t keys[2][WIRE_KEY_BYTES] = { { 1 }, { 2 } };
	struct wire_card card = wire_card_of_frame(32, 0x80000000);
	uint8_t tag[4][WIRE_TAG_BYTES];

	(void)state;
	wire_card_tag(tag[0], keys[0], &card);
	wire_card_tag(tag[1], keys[1], &card);
	card.bits = 34; /* the same bytes */
	wire_card_tag(tag[2], keys[0], &card);
	card.number[7] = 1;
	wire_card_tag(tag[3], keys[0], &card);
	for (unsigned a = 0; a < 4; a++) {
		for (unsigned b = 0; b < a; b++)
			assert_memory_not_equal(tag[a], tag[b], WIRE_TAG_BYTES);
	}
}

static void layouts_are_named(void **state)
{
	enum wire_card_layout layout;

	(void)state;
	for (unsigned i = 0; i < WIRE_CARD_LAYOUT_COUNT; i++) {
		assert_int_equal(wire_card_read(&layout, wire_card_word(i)), 0);
		assert_int_equal(layout, i);
	}
	assert_int_equal(wire_card_read(&layout, "35"), -EINVAL);
	assert_int_equal(wire_card_read(&layout, ""), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_cards_have_known_frames_and_tags),
		cmocka_unit_test(what_is_made_is_right_and_says_what_it_was_made_of),
		cmocka_unit_test(a_number_that_does_not_fit_is_not_cut_to_fit),
		cmocka_unit_test(a_card_is_its_bits_and_nothing_after_them),
		cmocka_unit_test(length_number_and_key_all_count),
		cmocka_unit_test(layouts_are_named),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
