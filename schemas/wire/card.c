#include "schemas/wire/card.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#define CARD_PREFIX "rumah card/1"

/* clang-format off */
/* Bits are counted from 1 at the most significant. 37: bit 19 is in both parities. */
static const struct layout {
	const char *word;
	uint8_t bits, facility_bits, number_bits;
	uint8_t even_from, even_to, odd_from, odd_to;
} layouts[WIRE_CARD_LAYOUT_COUNT] = {
	[WIRE_CARD_26_H10301] = { "26",        26,  8, 16,  1, 13, 14, 26 },
	[WIRE_CARD_32]        = { "32",        32,  0, 32,  0,  0,  0,  0 },
	[WIRE_CARD_34_H10306] = { "34",        34, 16, 16,  1, 17, 18, 34 },
	[WIRE_CARD_37_H10302] = { "37-h10302", 37,  0, 35,  1, 19, 19, 37 },
	[WIRE_CARD_37_H10304] = { "37-h10304", 37, 16, 19,  1, 19, 19, 37 },
};
/* clang-format on */

const char *wire_card_word(enum wire_card_layout layout)
{
	return layouts[layout].word;
}

int wire_card_read(enum wire_card_layout *out, const char *word)
{
	for (unsigned i = 0; i < WIRE_CARD_LAYOUT_COUNT; i++) {
		if (strcmp(layouts[i].word, word) == 0) {
			*out = i;
			return 0;
		}
	}
	return -EINVAL;
}

unsigned wire_card_bits(enum wire_card_layout layout)
{
	return layouts[layout].bits;
}

static bool has_parity(const struct layout *layout)
{
	return layout->even_to > 0;
}

/* Whether bits `from` to `to` have an odd number of ones. */
static bool is_odd(const struct layout *layout, uint64_t frame, unsigned from, unsigned to)
{
	bool odd = false;

	frame >>= layout->bits - to;
	for (unsigned i = from; i <= to; i++, frame >>= 1)
		odd ^= (frame & 1) != 0;
	return odd;
}

bool wire_card_is_right(enum wire_card_layout layout, uint64_t frame)
{
	const struct layout *row = &layouts[layout];

	return !has_parity(row) || (!is_odd(row, frame, row->even_from, row->even_to) &&
					   is_odd(row, frame, row->odd_from, row->odd_to));
}

uint64_t wire_card_value(enum wire_card_layout layout, uint64_t frame)
{
	const struct layout *row = &layouts[layout];
	uint64_t mask = (UINT64_C(1) << (row->facility_bits + row->number_bits)) - 1;

	return frame >> has_parity(row) & mask;
}

struct wire_card wire_card_of_frame(unsigned bits, uint64_t frame)
{
	struct wire_card card = { .bits = (uint8_t)bits };

	frame <<= WIRE_CARD_BITS_MAX - bits;
	for (unsigned i = 0; i < WIRE_CARD_BYTES; i++)
		card.number[i] = (uint8_t)(frame >> (56 - 8 * i));
	return card;
}

int wire_card_make(struct wire_card *out, enum wire_card_layout layout, uint32_t facility, uint64_t number)
{
	const struct layout *row = &layouts[layout];
	uint64_t frame;

	if ((uint64_t)facility >> row->facility_bits != 0 || number >> row->number_bits != 0)
		return -EINVAL;
	frame = (uint64_t)facility << row->number_bits | number;
	if (has_parity(row)) {
		frame <<= 1;
		if (is_odd(row, frame, row->even_from, row->even_to))
			frame |= UINT64_C(1) << (row->bits - 1);
		frame |= !is_odd(row, frame, row->odd_from, row->odd_to);
	}
	*out = wire_card_of_frame(row->bits, frame);
	return 0;
}

bool wire_card_ok(const struct wire_card *card)
{
	uint64_t frame = 0;

	if (card->bits == 0 || card->bits > WIRE_CARD_BITS_MAX)
		return false;
	for (unsigned i = 0; i < WIRE_CARD_BYTES; i++)
		frame = frame << 8 | card->number[i];
	return card->bits == WIRE_CARD_BITS_MAX || frame << card->bits == 0;
}

void wire_card_tag(uint8_t tag[static WIRE_TAG_BYTES], const uint8_t tag_key[WIRE_KEY_BYTES],
	const struct wire_card *card)
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, tag_key, WIRE_KEY_BYTES, WIRE_TAG_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)CARD_PREFIX, strlen(CARD_PREFIX));
	crypto_generichash_update(&state, &card->bits, 1);
	crypto_generichash_update(&state, card->number, sizeof(card->number));
	crypto_generichash_final(&state, tag, WIRE_TAG_BYTES);
	sodium_memzero(&state, sizeof(state));
}
