#include "tests/unit/wiegand_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void tell(struct rig *rig, enum wiegand_answer answer, const struct wiegand_reading *reading)
{
	if (answer == WIEGAND_NOTHING)
		return;
	assert_true(rig->told_count < RIG_TOLD_MAX);
	rig->told[rig->told_count] = answer;
	rig->readings[rig->told_count++] = *reading;
}

struct rig rig_open(const struct wiegand_profile *profile)
{
	struct rig rig = { .now_ns = MS, .interval_ns = 2 * MS };

	assert_int_equal(wiegand_init(&rig.decoder, profile), 0);
	rig_wait(&rig, 1000 * MS);
	rig_expect_nothing(&rig);
	return rig;
}

void rig_wait(struct rig *rig, uint64_t ns)
{
	uint64_t end_ns = rig->now_ns + ns;
	struct wiegand_reading reading;

	while (wiegand_next_ns(&rig->decoder) <= end_ns) {
		uint64_t next_ns = wiegand_next_ns(&rig->decoder);

		if (next_ns > rig->now_ns)
			rig->now_ns = next_ns;
		tell(rig,
			wiegand_levels(
				&rig->decoder, !rig->is_low[0], !rig->is_low[1], rig->now_ns, &reading),
			&reading);
		assert_true(wiegand_next_ns(&rig->decoder) > rig->now_ns);
	}
	rig->now_ns = end_ns;
}

void rig_edge(struct rig *rig, enum wiegand_line line)
{
	struct wiegand_reading reading;

	tell(rig, wiegand_feed(&rig->decoder, line, rig->now_ns, &reading), &reading);
}

void rig_bits(struct rig *rig, uint64_t bits, unsigned count)
{
	while (count-- > 0) {
		rig_edge(rig, bits >> count & 1 ? WIEGAND_D1 : WIEGAND_D0);
		rig_wait(rig, rig->interval_ns);
	}
}

void rig_frame(struct rig *rig, uint64_t bits, unsigned count)
{
	rig_bits(rig, bits, count);
	rig_wait(rig, 100 * MS);
}

struct wiegand_reading rig_expect(struct rig *rig, enum wiegand_answer answer)
{
	assert_int_equal(rig->told_count, 1);
	assert_int_equal(rig->told[0], answer);
	rig->told_count = 0;
	return rig->readings[0];
}

void rig_expect_key(struct rig *rig, char key)
{
	struct wiegand_reading reading = rig_expect(rig, WIEGAND_KEY);

	assert_int_equal(reading.key_count, 1);
	assert_int_equal(reading.keys[0], key);
}

void rig_expect_fault(struct rig *rig, enum wiegand_fault fault)
{
	assert_string_equal(
		wiegand_fault_word(rig_expect(rig, WIEGAND_DROPPED).fault), wiegand_fault_word(fault));
}

void rig_expect_nothing(struct rig *rig)
{
	assert_int_equal(rig->told_count, 0);
}

uint64_t rig_card(unsigned bits, uint64_t value)
{
	char text[WIEGAND_BITS_MAX + 2] = { 0 }; /* as the data sheets count: from 1 */
	unsigned half = bits == 26 ? 13 : bits == 34 ? 17 : 19, ones = 0;
	uint64_t frame = 0;

	if (bits == 32)
		return value;
	for (unsigned i = bits - 1; i >= 2; i--, value /= 2)
		text[i] = (char)(value % 2);
	for (unsigned i = 2; i <= half; i++)
		ones += text[i] == 1;
	text[1] = ones % 2 == 1;
	ones = 0;
	for (unsigned i = bits == 37 ? half : half + 1; i < bits; i++)
		ones += text[i] == 1;
	text[bits] = ones % 2 == 0;
	for (unsigned i = 1; i <= bits; i++)
		frame = frame * 2 + (uint64_t)text[i];
	return frame;
}

uint64_t rig_value(const struct wiegand_reading *reading)
{
	unsigned bits = reading->card.bits, parity = bits == 32 ? 0 : 1;
	uint64_t value = 0;

	assert_int_equal(bits, reading->bits);
	assert_true(wire_card_ok(&reading->card));
	for (unsigned i = parity; i < bits - parity; i++)
		value = value * 2 + (reading->card.number[i / 8] >> (7 - i % 8) & 1);
	return value;
}

void rig_expect_card(struct rig *rig, uint64_t value)
{
	struct wiegand_reading reading = rig_expect(rig, WIEGAND_CARD);

	assert_int_equal(rig_value(&reading), value);
}
