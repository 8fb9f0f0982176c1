#include "tests/unit/wiegand_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void tell(struct wire *wire, enum wiegand_answer answer, const struct wiegand_reading *reading)
{
	if (answer == WIEGAND_NOTHING)
		return;
	assert_true(wire->told_count < WIRE_TOLD_MAX);
	wire->told[wire->told_count] = answer;
	wire->readings[wire->told_count++] = *reading;
}

struct wire wire_open(const struct wiegand_profile *profile)
{
	struct wire wire = { .now_ns = MS, .interval_ns = 2 * MS };

	assert_int_equal(wiegand_init(&wire.decoder, profile), 0);
	wire_wait(&wire, 1000 * MS);
	wire_expect_nothing(&wire);
	return wire;
}

void wire_wait(struct wire *wire, uint64_t ns)
{
	uint64_t end_ns = wire->now_ns + ns;
	struct wiegand_reading reading;

	while (wiegand_next_ns(&wire->decoder) <= end_ns) {
		uint64_t next_ns = wiegand_next_ns(&wire->decoder);

		if (next_ns > wire->now_ns)
			wire->now_ns = next_ns;
		tell(wire,
			wiegand_levels(
				&wire->decoder, !wire->is_low[0], !wire->is_low[1], wire->now_ns, &reading),
			&reading);
		assert_true(wiegand_next_ns(&wire->decoder) > wire->now_ns);
	}
	wire->now_ns = end_ns;
}

void wire_edge(struct wire *wire, enum wiegand_line line)
{
	struct wiegand_reading reading;

	tell(wire, wiegand_feed(&wire->decoder, line, wire->now_ns, &reading), &reading);
}

void wire_bits(struct wire *wire, uint64_t bits, unsigned count)
{
	while (count-- > 0) {
		wire_edge(wire, bits >> count & 1 ? WIEGAND_D1 : WIEGAND_D0);
		wire_wait(wire, wire->interval_ns);
	}
}

void wire_frame(struct wire *wire, uint64_t bits, unsigned count)
{
	wire_bits(wire, bits, count);
	wire_wait(wire, 100 * MS);
}

struct wiegand_reading wire_expect(struct wire *wire, enum wiegand_answer answer)
{
	assert_int_equal(wire->told_count, 1);
	assert_int_equal(wire->told[0], answer);
	wire->told_count = 0;
	return wire->readings[0];
}

void wire_expect_key(struct wire *wire, char key)
{
	struct wiegand_reading reading = wire_expect(wire, WIEGAND_KEY);

	assert_int_equal(reading.key_count, 1);
	assert_int_equal(reading.keys[0], key);
}

void wire_expect_fault(struct wire *wire, enum wiegand_fault fault)
{
	assert_string_equal(
		wiegand_fault_word(wire_expect(wire, WIEGAND_DROPPED).fault), wiegand_fault_word(fault));
}

void wire_expect_nothing(struct wire *wire)
{
	assert_int_equal(wire->told_count, 0);
}

uint64_t wire_card(unsigned bits, uint64_t value)
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
