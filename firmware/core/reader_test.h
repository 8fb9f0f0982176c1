/* reader_test - what is wrong with a Wiegand reader's cable, in words a technician can act on: edges in, a
 * finding out. Pure: times come in.
 *
 * Nothing need be known of the reader: frames are told apart by 50 ms of silence, weighed by every layout
 * there is, as they came and with the lines swapped, and forgotten. What is left are counts and lengths; no
 * key and no card number can be had from them. The person at the door presses different keys ("1 2 3 4 5") or
 * shows cards. */
#ifndef RUMAH_CORE_READER_TEST_H
#define RUMAH_CORE_READER_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/wiegand.h"

#define READER_TEST_PAUSE_NS (50 * 1000 * 1000) /* no hand is as fast, no reader as slow */
#define READER_TEST_LONGER (WIEGAND_BITS_MAX + 1)

/* In the order in which they are to be looked into. */
enum reader_finding {
	READER_TEST_LINES_LOW, /* a line is low at rest: unplugged, without power, or shorted */
	READER_TEST_SILENT,    /* nothing came */
	READER_TEST_LOST,      /* the kernel lost edges: the machine is too busy to tell more */
	READER_TEST_NO_GROUND, /* noise on both lines, lengths at random: no common ground */
	READER_TEST_ONE_LINE,  /* a line never moved: its wire is broken, or not where it is looked for */
	READER_TEST_SWAPPED,   /* right when D0 and D1 change places */
	READER_TEST_RINGING,   /* echoes: the cable is long, unshielded or beside a power line */
	READER_TEST_MISSING_BITS,
	READER_TEST_EXTRA_BITS,
	READER_TEST_UNKNOWN_LENGTH, /* always the same, and no layout we know */
	READER_TEST_WRONG_BITS,     /* of a known length; parity or complement say no */
	READER_TEST_GOOD,
	READER_TEST_FINDING_COUNT
};

struct reader_test {       /* the caller's memory; zeros to begin with. Secret until reader_test_end() */
	uint64_t edges[2]; /* of D0 and D1 */
	uint64_t echoes, overlaps, lost;
	uint32_t frames;
	uint32_t lengths[READER_TEST_LONGER + 1];         /* frames of that many bits; the last: of more */
	uint32_t keys_right, keys_swapped, keys_wrong;    /* of 4 and 8 bits */
	uint32_t cards_right, cards_swapped, cards_wrong; /* of 26, 32, 34 and 37 bits; 32 is always right */
	uint64_t shortest_ns, longest_ns;                 /* from bit to bit; 0: none yet */
	bool is_low;                                      /* either line, at the end */

	/* the frame under way */
	bool has_frame;
	uint8_t count;
	uint64_t bits, edge_ns;
	enum wiegand_line line;
};

void reader_test_feed(struct reader_test *test, enum wiegand_line line, uint64_t t_ns);
void reader_test_lost(struct reader_test *test);
/* The last frame is over, and this is how the lines rest. Wipes what was not counted. */
void reader_test_end(struct reader_test *test, bool is_d0_high, bool is_d1_high);

/* What to look into first. */
enum reader_finding reader_test_find(const struct reader_test *test);
/* What the keypad sends, by most of its frames; WIEGAND_KEYS_NONE: no key came. 26 bits are told to be cards:
 * a keypad that keeps its digits looks the same. */
enum wiegand_keys reader_test_keys(const struct reader_test *test);
/* Bits 1 << wire_card_layout; of 37 bits both, for only the printed number tells which. */
unsigned reader_test_cards(const struct reader_test *test);
/* For the configuration: the default, or more when bits come slowly. */
unsigned reader_test_gap_ms(const struct reader_test *test);

const char *reader_finding_word(enum reader_finding finding); /* for --json */

#endif
