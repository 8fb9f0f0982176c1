#include "firmware/core/reader_test.h"

#include <sodium.h>

#define MS UINT64_C(1000000) /* ns */
#define KEY_MOST 11          /* '#' */

static uint64_t mask_of(unsigned bits)
{
	return (UINT64_C(1) << bits) - 1; /* bits < 64 */
}

static bool is_key(unsigned bits, uint64_t frame)
{
	unsigned low = frame & 0xf, high = frame >> 4 & 0xf;

	return low <= KEY_MOST && (bits == 4 || (low ^ high) == 0xf);
}

static void weigh_key(struct reader_test *test)
{
	uint64_t swapped = ~test->bits & mask_of(test->count);

	if (is_key(test->count, test->bits))
		test->keys_right++;
	else if (is_key(test->count, swapped))
		test->keys_swapped++;
	else
		test->keys_wrong++;
}

static void weigh_card(struct reader_test *test, enum wire_card_layout layout)
{
	if (wire_card_is_right(layout, test->bits))
		test->cards_right++;
	else if (wire_card_is_right(layout, ~test->bits & mask_of(test->count)))
		test->cards_swapped++;
	else
		test->cards_wrong++;
}

/* The first layout of that many bits, or WIRE_CARD_LAYOUT_COUNT. */
static enum wire_card_layout layout_of(unsigned bits)
{
	unsigned layout = 0;

	while (layout < WIRE_CARD_LAYOUT_COUNT && wire_card_bits(layout) != bits)
		layout++;
	return layout;
}

static bool is_known(unsigned bits)
{
	return bits == 4 || bits == 8 || layout_of(bits) < WIRE_CARD_LAYOUT_COUNT;
}

static void end_frame(struct reader_test *test)
{
	enum wire_card_layout layout = layout_of(test->count);

	if (!test->has_frame)
		return;
	test->frames++;
	test->lengths[test->count]++;
	if (test->count == 4 || test->count == 8)
		weigh_key(test);
	else if (layout < WIRE_CARD_LAYOUT_COUNT)
		weigh_card(test, layout);
	sodium_memzero(&test->bits, sizeof(test->bits));
	test->count = 0;
	test->has_frame = false;
}

static void take_interval(struct reader_test *test, uint64_t since_ns)
{
	if (test->shortest_ns == 0 || since_ns < test->shortest_ns)
		test->shortest_ns = since_ns;
	if (since_ns > test->longest_ns)
		test->longest_ns = since_ns;
}

static void take_bit(struct reader_test *test, enum wiegand_line line)
{
	test->has_frame = true;
	test->bits = test->bits << 1 | (line == WIEGAND_D1);
	if (test->count < READER_TEST_LONGER)
		test->count++;
}

void reader_test_feed(struct reader_test *test, enum wiegand_line line, uint64_t t_ns)
{
	uint64_t since_ns = t_ns > test->edge_ns ? t_ns - test->edge_ns : 0;

	test->edges[line]++;
	if (test->has_frame && since_ns >= READER_TEST_PAUSE_NS)
		end_frame(test);
	if (!test->has_frame) {
		take_bit(test, line);
	} else if (since_ns >= WIEGAND_RINGING_NS) {
		take_interval(test, since_ns);
		take_bit(test, line);
	} else if (line == test->line) {
		test->echoes++;
	} else {
		test->overlaps++;
	}
	test->line = line;
	test->edge_ns = t_ns;
}

void reader_test_lost(struct reader_test *test)
{
	test->lost++;
	sodium_memzero(&test->bits, sizeof(test->bits));
	test->count = 0;
	test->has_frame = false;
}

void reader_test_end(struct reader_test *test, bool is_d0_high, bool is_d1_high)
{
	end_frame(test);
	test->is_low = !is_d0_high || !is_d1_high;
}

/* --- findings --- */

static uint64_t edges_of(const struct reader_test *test)
{
	return test->edges[WIEGAND_D0] + test->edges[WIEGAND_D1];
}

/* Of frames of no known length: how many there are, and how many different ones. */
static uint32_t count_unknown(const struct reader_test *test, unsigned *kinds)
{
	uint32_t count = 0;

	*kinds = 0;
	for (unsigned bits = 0; bits <= READER_TEST_LONGER; bits++) {
		if (is_known(bits))
			continue;
		count += test->lengths[bits];
		*kinds += test->lengths[bits] > 0;
	}
	return count;
}

static bool is_low(const struct reader_test *test)
{
	return test->is_low;
}

static bool is_silent(const struct reader_test *test)
{
	return edges_of(test) == 0;
}

static bool has_lost(const struct reader_test *test)
{
	return test->lost > 0;
}

/* The two lines rise and fall together against ours: edges on both at once, frames without an end. */
static bool has_no_ground(const struct reader_test *test)
{
	unsigned kinds;
	uint32_t unknown = count_unknown(test, &kinds);

	return test->overlaps * 5 >= edges_of(test) || test->lengths[READER_TEST_LONGER] > 0 ||
	       (kinds >= 4 && test->overlaps > 0 && unknown * 2 > test->frames);
}

/* A 4-bit '0' moves one line alone; three different keys do not. */
static bool is_one_line(const struct reader_test *test)
{
	return test->frames >= 3 && (test->edges[WIEGAND_D0] == 0 || test->edges[WIEGAND_D1] == 0);
}

static bool is_swapped(const struct reader_test *test)
{
	uint32_t swapped = test->keys_swapped + test->cards_swapped;

	/* Half of the keys look right either way; of cards none does. */
	return swapped > 0 && test->cards_right == 0 && swapped >= test->keys_wrong + test->cards_wrong;
}

static bool is_ringing(const struct reader_test *test)
{
	return (test->echoes + test->overlaps) * 20 >= edges_of(test); /* one in twenty */
}

/* The most frequent known length; 0: none came. */
static unsigned usual_length(const struct reader_test *test)
{
	unsigned usual = 0;

	for (unsigned bits = 1; bits < READER_TEST_LONGER; bits++) {
		if (is_known(bits) && test->lengths[bits] > (usual ? test->lengths[usual] : 0))
			usual = bits;
	}
	return usual;
}

static bool is_unknown_length(const struct reader_test *test)
{
	unsigned kinds;

	return count_unknown(test, &kinds) == test->frames && kinds == 1;
}

/* A bit more than usual on some frames; of none that is usual, 9 for 8 and 27 for 26. */
static bool has_extra_bits(const struct reader_test *test)
{
	unsigned usual = usual_length(test);
	uint32_t more = 0, less = 0;

	if (is_unknown_length(test))
		return false;
	for (unsigned bits = 1; bits < READER_TEST_LONGER; bits++) {
		if (is_known(bits))
			continue;
		*(bits > usual ? &more : &less) += test->lengths[bits];
	}
	return usual > 0 && more > less;
}

static bool has_missing_bits(const struct reader_test *test)
{
	unsigned kinds;

	return count_unknown(test, &kinds) > 0 && !is_unknown_length(test) && !has_extra_bits(test);
}

static bool has_wrong_bits(const struct reader_test *test)
{
	return test->keys_wrong + test->keys_swapped + test->cards_wrong + test->cards_swapped > 0;
}

static bool is_good(const struct reader_test *test)
{
	(void)test;
	return true;
}

/* clang-format off */
static const struct {
	const char *word;
	bool (*is_it)(const struct reader_test *test);
} findings[] = {
	[READER_TEST_LINES_LOW]      = { "lines_low",      is_low },
	[READER_TEST_SILENT]         = { "silent",         is_silent },
	[READER_TEST_LOST]           = { "lost",           has_lost },
	[READER_TEST_NO_GROUND]      = { "no_ground",      has_no_ground },
	[READER_TEST_ONE_LINE]       = { "one_line",       is_one_line },
	[READER_TEST_SWAPPED]        = { "swapped",        is_swapped },
	[READER_TEST_RINGING]        = { "ringing",        is_ringing },
	[READER_TEST_MISSING_BITS]   = { "missing_bits",   has_missing_bits },
	[READER_TEST_EXTRA_BITS]     = { "extra_bits",     has_extra_bits },
	[READER_TEST_UNKNOWN_LENGTH] = { "unknown_length", is_unknown_length },
	[READER_TEST_WRONG_BITS]     = { "wrong_bits",     has_wrong_bits },
	[READER_TEST_GOOD]           = { "good",           is_good },
};
/* clang-format on */

enum reader_finding reader_test_find(const struct reader_test *test)
{
	unsigned finding = 0;

	while (!findings[finding].is_it(test))
		finding++;
	return finding;
}

enum wiegand_keys reader_test_keys(const struct reader_test *test)
{
	if (test->lengths[4] == 0 && test->lengths[8] == 0)
		return WIEGAND_KEYS_NONE;
	return test->lengths[8] >= test->lengths[4] ? WIEGAND_KEYS_8BIT : WIEGAND_KEYS_4BIT;
}

unsigned reader_test_cards(const struct reader_test *test)
{
	unsigned cards = 0;

	for (unsigned layout = 0; layout < WIRE_CARD_LAYOUT_COUNT; layout++) {
		if (test->lengths[wire_card_bits(layout)] > 0)
			cards |= 1u << layout;
	}
	return cards;
}

unsigned reader_test_gap_ms(const struct reader_test *test)
{
	uint64_t twice_ms = 2 * test->longest_ns / MS + 1;

	if (twice_ms <= WIEGAND_FRAME_GAP_MS)
		return WIEGAND_FRAME_GAP_MS;
	return twice_ms < WIEGAND_FRAME_GAP_MAX_MS ? (unsigned)twice_ms : WIEGAND_FRAME_GAP_MAX_MS;
}

const char *reader_finding_word(enum reader_finding finding)
{
	return findings[finding].word;
}
