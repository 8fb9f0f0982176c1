/* wiegand: when an edge is a bit, when a frame is over, and what the lines themselves tell. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/wiegand_wire.h"

static const struct wiegand_profile four_bits = { .keys = WIEGAND_KEYS_4BIT, .frame_gap_ms = 30 };
static const struct wiegand_profile eight_bits = { .keys = WIEGAND_KEYS_8BIT, .frame_gap_ms = 30 };

#define KEY_1 0xe1u
#define KEY_7 0x87u

static void every_interval_of_the_standard_is_read(void **state)
{
	static const uint64_t intervals_us[] = { 200, 500, 1000, 2000, 5000, 20000, 29999 };
	struct wire wire = wire_open(&eight_bits);

	(void)state;
	for (size_t i = 0; i < sizeof(intervals_us) / sizeof(intervals_us[0]); i++) {
		wire.interval_ns = intervals_us[i] * US;
		wire_frame(&wire, KEY_7, 8);
		wire_expect_key(&wire, '7');
	}
}

static void test_defect_08_a_frame_ends_after_its_last_bit_not_after_its_first(void **state)
{
	static const struct wiegand_profile cards = { .cards = 1u << WIEGAND_26_H10301, .frame_gap_ms = 30 };
	struct wire wire = wire_open(&cards);

	(void)state;
	wire.interval_ns = 20 * MS; /* the slowest reader: half a second for one card */
	wire_frame(&wire, wire_card(26, 0xabcdef), 26);
	assert_int_equal(wire_expect(&wire, WIEGAND_CARD).value, 0xabcdef);

	wire = wire_open(&eight_bits); /* the fastest hand, or faster: keys do not merge */
	for (unsigned i = 0; i < 5; i++) {
		wire_bits(&wire, KEY_1, 8);
		wire_wait(&wire, 29 * MS);
		wire_expect_key(&wire, '1');
	}
}

static void the_frame_gap_is_what_was_configured(void **state)
{
	(void)state;
	for (uint8_t gap_ms = WIEGAND_FRAME_GAP_MIN_MS; gap_ms <= WIEGAND_FRAME_GAP_MAX_MS; gap_ms += 5) {
		struct wiegand_profile profile = eight_bits;
		struct wire wire;

		profile.frame_gap_ms = gap_ms;
		wire = wire_open(&profile);
		wire.interval_ns = gap_ms * MS - 1;
		wire_frame(&wire, KEY_7, 8);
		wire_expect_key(&wire, '7');
		wire.interval_ns = gap_ms * MS;
		wire_bits(&wire, 1, 1);
		wire_expect_fault(&wire, WIEGAND_LENGTH);
	}
}

/* The loop was busy: the edges of several keys come at once, with the times at which they were. */
static void a_frame_is_over_by_the_edges_own_times(void **state)
{
	struct wire wire = wire_open(&eight_bits);
	struct wiegand_reading reading;
	unsigned keys = 0;

	(void)state;
	for (unsigned key = 0; key < 3; key++, wire.now_ns += 150 * MS) {
		for (unsigned bit = 8; bit-- > 0; wire.now_ns += MS)
			keys += wiegand_feed(&wire.decoder, KEY_7 >> bit & 1 ? WIEGAND_D1 : WIEGAND_D0,
					wire.now_ns, &reading) == WIEGAND_KEY;
	}
	assert_int_equal(keys, 2);
	wire_wait(&wire, 0);
	wire_expect_key(&wire, '7');
}

static void levels_read_too_early_end_no_frame(void **state)
{
	struct wire wire = wire_open(&eight_bits);
	struct wiegand_reading reading;

	(void)state;
	wire_bits(&wire, KEY_7 >> 4, 4);
	assert_int_equal(wiegand_levels(&wire.decoder, true, false, wire.now_ns, &reading), WIEGAND_NOTHING);
	wire_frame(&wire, KEY_7 & 0xf, 4);
	wire_expect_key(&wire, '7');
}

/* A bit and its echo: the line falls again within the pulse's length. */
static void edge_with_echo(struct wire *wire, enum wiegand_line line, uint64_t after_ns, unsigned echoes)
{
	wire_edge(wire, line);
	for (unsigned i = 0; i < echoes; i++) {
		wire_wait(wire, after_ns);
		wire_edge(wire, line);
	}
	wire_wait(wire, 2 * MS);
}

static void an_echo_is_no_bit(void **state)
{
	static const uint64_t after_us[] = { 0, 1, 50, 100, 119 };
	struct wire wire = wire_open(&eight_bits);

	(void)state;
	for (size_t i = 0; i < sizeof(after_us) / sizeof(after_us[0]); i++) {
		for (unsigned bit = 8; bit-- > 0;)
			edge_with_echo(
				&wire, KEY_7 >> bit & 1 ? WIEGAND_D1 : WIEGAND_D0, after_us[i] * US, 1);
		wire_wait(&wire, 100 * MS);
		wire_expect_key(&wire, '7');
		assert_int_equal(wire.decoder.counts.echoes, 8 * (i + 1));
	}
}

static void more_echoes_than_bits_are_noise(void **state)
{
	struct wire wire = wire_open(&four_bits);

	(void)state;
	for (unsigned bit = 0; bit < 4; bit++)
		edge_with_echo(&wire, WIEGAND_D0, 20 * US, bit == 0 ? 2 : 1);
	wire_wait(&wire, 100 * MS);
	wire_expect_fault(&wire, WIEGAND_RINGING);
	for (unsigned bit = 0; bit < 4; bit++) /* so many that counting them must stop somewhere */
		edge_with_echo(&wire, WIEGAND_D0, 20 * US, 100);
	wire_wait(&wire, 100 * MS);
	wire_expect_fault(&wire, WIEGAND_RINGING);
	assert_int_equal(wire.decoder.counts.echoes, 405);
}

static void both_lines_at_once_leave_open_which_was_the_bit(void **state)
{
	struct wire wire = wire_open(&four_bits);

	(void)state;
	wire_bits(&wire, 0, 3);
	wire_edge(&wire, WIEGAND_D0);
	wire_wait(&wire, 5 * US);
	wire_edge(&wire, WIEGAND_D1); /* cross-talk, or was it the other? */
	wire_wait(&wire, 100 * MS);
	wire_expect_fault(&wire, WIEGAND_OVERLAP);
	wire_frame(&wire, 0, 4);
	wire_expect_key(&wire, '0');
}

static void a_time_before_the_last_is_an_echo_or_an_overlap(void **state)
{
	struct wire wire = wire_open(&four_bits);

	(void)state;
	wire_bits(&wire, 0, 3);
	wire_edge(&wire, WIEGAND_D0);
	wire.now_ns -= 1000;
	wire_edge(&wire, WIEGAND_D0);
	wire_wait(&wire, 100 * MS);
	wire_expect_key(&wire, '0');
}

static void noise_without_a_pause_is_told_while_it_lasts(void **state)
{
	struct wire wire = wire_open(&eight_bits);

	(void)state;
	wire.interval_ns = MS;
	wire_bits(&wire, UINT64_MAX, 64);
	wire_expect_nothing(&wire);
	for (unsigned i = 0; i < 500; i++)
		wire_bits(&wire, i, 1);
	wire_expect_fault(&wire, WIEGAND_TOO_LONG); /* once */
	assert_int_equal(wire.decoder.counts.unready, 499);
	wire_wait(&wire, 30 * MS);
	wire_frame(&wire, KEY_7, 8);
	wire_expect_key(&wire, '7');
}

static void test_thread_05_lost_events_drop_the_frame_and_its_rest(void **state)
{
	struct wire wire = wire_open(&eight_bits);
	struct wiegand_reading reading;

	(void)state;
	wire_bits(&wire, KEY_7 >> 4, 4);
	assert_int_equal(wiegand_lost(&wire.decoder, wire.now_ns, &reading), WIEGAND_DROPPED);
	assert_int_equal(reading.fault, WIEGAND_LOST);
	wire_frame(&wire, KEY_7, 8); /* what follows without a pause belongs to it, however well it looks */
	wire_expect_nothing(&wire);
	wire_frame(&wire, KEY_7, 8);
	wire_expect_key(&wire, '7');
}

/* The same in a loop too busy to read the levels meanwhile: silence shows in the edges' times. */
static void after_lost_events_silence_is_enough(void **state)
{
	struct wire wire = wire_open(&four_bits);
	struct wiegand_reading reading;

	(void)state;
	wiegand_lost(&wire.decoder, wire.now_ns, &reading);
	wire.now_ns += 31 * MS;
	wire_frame(&wire, 5, 4);
	wire_expect_key(&wire, '5');
}

static void test_thread_07_nothing_is_read_before_the_lines_were_seen_to_rest(void **state)
{
	struct wire wire = { .now_ns = 500 * MS, .interval_ns = 2 * MS };

	(void)state;
	assert_int_equal(wiegand_init(&wire.decoder, &four_bits), 0);
	assert_int_equal(wiegand_next_ns(&wire.decoder), 0);
	wire_bits(&wire, 1, 4); /* the tail of a frame that began before */
	wire_expect_nothing(&wire);
	wire_wait(&wire, 10 * MS);
	wire_bits(&wire, 2, 4);
	wire_expect_nothing(&wire);
	wire_wait(&wire, 61 * MS);
	assert_int_equal(wire.decoder.counts.unready, 8);
	wire_frame(&wire, 3, 4);
	wire_expect_key(&wire, '3');
}

static void an_edge_before_the_first_look_is_no_proof_of_rest(void **state)
{
	struct wiegand decoder;
	struct wiegand_reading reading;

	(void)state;
	wiegand_init(&decoder, &four_bits);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(
			wiegand_feed(&decoder, WIEGAND_D0, (1 + i / 4) * 500 * MS + i % 4 * MS, &reading),
			WIEGAND_NOTHING);
	assert_int_equal(decoder.counts.unready, 8);
}

static void set_lines(struct wire *wire, bool is_d0_low, bool is_d1_low)
{
	static const enum wiegand_line lines[] = { WIEGAND_D0, WIEGAND_D1 };
	const bool is_low[] = { is_d0_low, is_d1_low };

	for (unsigned i = 0; i < 2; i++) {
		if (is_low[i] && !wire->is_low[i])
			wire_edge(wire, lines[i]);
		wire->is_low[i] = is_low[i];
	}
}

static void an_unplugged_reader_is_told_once_and_told_when_it_is_back(void **state)
{
	(void)state;
	for (unsigned which = 1; which <= 3; which++) { /* one line shorted is as bad */
		struct wire wire = wire_open(&four_bits);

		set_lines(&wire, which & 1, which & 2);
		wire_wait(&wire, 5000 * MS);
		wire_expect(&wire, WIEGAND_LINES_LOW);
		assert_int_equal(wire.decoder.counts.lows, 1);

		set_lines(&wire, false, false);
		wire_wait(&wire, 1000 * MS);
		wire_expect(&wire, WIEGAND_LINES_BACK);
		wire_frame(&wire, 7, 4);
		wire_expect_key(&wire, '7');
		assert_int_equal(wiegand_next_ns(&wire.decoder), UINT64_MAX);
	}
}

static void a_reader_without_power_at_the_start_is_told(void **state)
{
	struct wire wire = { .now_ns = MS, .is_low = { true, true } };

	(void)state;
	assert_int_equal(wiegand_init(&wire.decoder, &four_bits), 0);
	wire_wait(&wire, 100 * MS);
	wire_expect(&wire, WIEGAND_LINES_LOW);
}

static void a_plug_that_scratches_is_waited_for(void **state)
{
	struct wire wire = wire_open(&four_bits);
	struct wiegand_reading reading;

	(void)state;
	set_lines(&wire, true, true);
	wire_wait(&wire, 1000 * MS);
	wire_expect(&wire, WIEGAND_LINES_LOW);
	set_lines(&wire, false, false);
	wire_wait(&wire, 55 * MS); /* seen high, not for long enough */
	assert_int_equal(wire.decoder.state, WIEGAND_STATE_LOW);
	wire_edge(&wire, WIEGAND_D1);
	wire_wait(&wire, 20 * MS);
	wire_edge(&wire, WIEGAND_D0);
	assert_int_equal(wiegand_lost(&wire.decoder, wire.now_ns, &reading), WIEGAND_NOTHING);
	wire_wait(&wire, 31 * MS);
	wire_expect_nothing(&wire);
	wire_wait(&wire, 30 * MS);
	wire_expect(&wire, WIEGAND_LINES_BACK);
}

static void a_line_low_for_longer_than_a_pulse_spoils_the_frame(void **state)
{
	struct wire wire = wire_open(&four_bits);

	(void)state;
	wire_bits(&wire, 0, 4);
	wire.is_low[1] = true;
	wire_wait(&wire, 29 * MS); /* seen low at the frame's end */
	wire.is_low[1] = false;
	wire_wait(&wire, 100 * MS);
	wire_expect_fault(&wire, WIEGAND_OVERLAP);
	assert_int_equal(wire.decoder.counts.lows, 0);
}

static void low_twice_is_low_only_when_no_pulse_came_between(void **state)
{
	struct wire wire = wire_open(&four_bits);
	struct wiegand_reading reading;

	(void)state;
	/* Whoever reads the levels unasked may read a pulse, and another one the next time. */
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(
			wiegand_levels(&wire.decoder, false, true, wire.now_ns, &reading), WIEGAND_NOTHING);
		wire_bits(&wire, 1, 1);
	}
	wire_wait(&wire, 100 * MS);
	assert_int_equal(wire_expect(&wire, WIEGAND_DROPPED).fault, WIEGAND_NO_KEY); /* 1111: all four read */
	assert_int_equal(wiegand_levels(&wire.decoder, false, true, wire.now_ns, &reading), WIEGAND_NOTHING);
	assert_int_equal(
		wiegand_levels(&wire.decoder, false, true, wire.now_ns + 1, &reading), WIEGAND_NOTHING);
	wire_wait(&wire, 100 * MS);
	wire_expect_nothing(&wire);
	assert_int_equal(wiegand_next_ns(&wire.decoder), UINT64_MAX);
}

static void a_profile_that_no_reader_has_is_refused(void **state)
{
	static const struct {
		const char *name;
		struct wiegand_profile profile;
		int answer;
	} profiles[] = {
		{ "keys", { .keys = WIEGAND_KEYS_4BIT, .frame_gap_ms = 5 }, 0 },
		{ "cards", { .cards = 1u << WIEGAND_37_H10302, .frame_gap_ms = 100 }, 0 },
		{ "nothing", { .frame_gap_ms = 30 }, -EINVAL },
		{ "unknown keys", { .keys = WIEGAND_KEYS_COUNT, .frame_gap_ms = 30 }, -EINVAL },
		{ "unknown cards", { .cards = 1u << WIEGAND_CARD_COUNT, .frame_gap_ms = 30 }, -EINVAL },
		{ "two layouts of 37",
			{ .cards = 1u << WIEGAND_37_H10302 | 1u << WIEGAND_37_H10304, .frame_gap_ms = 30 },
			-EINVAL },
		{ "too short a gap", { .keys = WIEGAND_KEYS_4BIT, .frame_gap_ms = 4 }, -EINVAL },
		{ "too long a gap", { .keys = WIEGAND_KEYS_4BIT, .frame_gap_ms = 101 }, -EINVAL },
	};
	struct wiegand decoder;

	(void)state;
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		if (wiegand_init(&decoder, &profiles[i].profile) != profiles[i].answer)
			fail_msg("%s", profiles[i].name);
	}
}

static void nothing_of_a_frame_stays_when_it_is_over(void **state)
{
	struct wire wire = wire_open(&eight_bits);

	(void)state;
	wire_frame(&wire, KEY_7, 8);
	wire_expect_key(&wire, '7');
	assert_int_equal(wire.decoder.bits, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_interval_of_the_standard_is_read),
		cmocka_unit_test(test_defect_08_a_frame_ends_after_its_last_bit_not_after_its_first),
		cmocka_unit_test(the_frame_gap_is_what_was_configured),
		cmocka_unit_test(a_frame_is_over_by_the_edges_own_times),
		cmocka_unit_test(levels_read_too_early_end_no_frame),
		cmocka_unit_test(an_echo_is_no_bit),
		cmocka_unit_test(more_echoes_than_bits_are_noise),
		cmocka_unit_test(both_lines_at_once_leave_open_which_was_the_bit),
		cmocka_unit_test(a_time_before_the_last_is_an_echo_or_an_overlap),
		cmocka_unit_test(noise_without_a_pause_is_told_while_it_lasts),
		cmocka_unit_test(test_thread_05_lost_events_drop_the_frame_and_its_rest),
		cmocka_unit_test(after_lost_events_silence_is_enough),
		cmocka_unit_test(test_thread_07_nothing_is_read_before_the_lines_were_seen_to_rest),
		cmocka_unit_test(an_edge_before_the_first_look_is_no_proof_of_rest),
		cmocka_unit_test(an_unplugged_reader_is_told_once_and_told_when_it_is_back),
		cmocka_unit_test(a_reader_without_power_at_the_start_is_told),
		cmocka_unit_test(a_plug_that_scratches_is_waited_for),
		cmocka_unit_test(a_line_low_for_longer_than_a_pulse_spoils_the_frame),
		cmocka_unit_test(low_twice_is_low_only_when_no_pulse_came_between),
		cmocka_unit_test(a_profile_that_no_reader_has_is_refused),
		cmocka_unit_test(nothing_of_a_frame_stays_when_it_is_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
