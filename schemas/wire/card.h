/* card - the layouts of cards that readers send, and from a card to a tag in a snapshot.
 *
 *   a card's frame, parity checked ──keyed BLAKE2b, the board's tag key──> tag
 *
 * A card is a number that anybody near enough can read and play back, and guessing it takes 26 bits: nothing
 * is stretched here, for nothing would be gained. The tag keeps the number out of snapshots, and keeps the
 * doors of a site from knowing one another's. */
#ifndef RUMAH_WIRE_CARD_H
#define RUMAH_WIRE_CARD_H

#include <stdbool.h>
#include <stdint.h>

#include "schemas/wire/code.h"

#define WIRE_CARD_BYTES 8
#define WIRE_CARD_BITS_MAX (8 * WIRE_CARD_BYTES)

enum wire_card_layout {      /*                                             even parity  odd parity */
	WIRE_CARD_26_H10301, /* P, 8 facility, 16 number, P                 1..13        14..26 */
	WIRE_CARD_32,        /* 32 number                                   none         none */
	WIRE_CARD_34_H10306, /* P, 16 facility, 16 number, P                1..17        18..34 */
	WIRE_CARD_37_H10302, /* P, 35 number, P                             1..19        19..37 */
	WIRE_CARD_37_H10304, /* P, 16 facility, 19 number, P: the same bits 1..19        19..37 */
	WIRE_CARD_LAYOUT_COUNT
};

struct wire_card {                       /* a secret of its holder: wipe with sodium_memzero() */
	uint8_t bits;                    /* of the frame, with its parity: 1..64 */
	uint8_t number[WIRE_CARD_BYTES]; /* the frame; its first bit is the top bit of number[0], the rest 0
					  */
};

/* "26", "32", "34", "37-h10302", "37-h10304". */
const char *wire_card_word(enum wire_card_layout layout);
/* 0, or -EINVAL. */
int wire_card_read(enum wire_card_layout *out, const char *word);
unsigned wire_card_bits(enum wire_card_layout layout);
/* Parity of a frame, whose last bit is bit 0. */
bool wire_card_is_right(enum wire_card_layout layout, uint64_t frame);
/* The frame's facility code and number, without parity. */
uint64_t wire_card_value(enum wire_card_layout layout, uint64_t frame);
/* The card of a frame of so many bits, whose last bit is bit 0. */
struct wire_card wire_card_of_frame(unsigned bits, uint64_t frame);
/* The card with this facility code and number printed on it. 0, or -EINVAL when the layout has no room for
 * one of them: nothing is cut to fit. */
int wire_card_make(struct wire_card *out, enum wire_card_layout layout, uint32_t facility, uint64_t number);
/* Whether `bits` and the bytes are a card as wire_card_of_frame() makes it: nothing after the last bit. */
bool wire_card_ok(const struct wire_card *card);

/* tag = BLAKE2b-128(key = tag_key, "rumah card/1" ‖ bits ‖ number). */
void wire_card_tag(uint8_t tag[static WIRE_TAG_BYTES], const uint8_t tag_key[WIRE_KEY_BYTES],
	const struct wire_card *card);

#endif
