/* wiegand: when an edge is a bit, when a frame is over, and what the lines themselves tell. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/wiegand_rig.h"

static const struct wiegand_profile four_bits = { .keys = WIEGAND_KEYS_4BIT, .frame_gap_ms = 30 };
static const struct wiegand_profile eight_bits = { .keys = WIEGAND_KEYS_8BIT, .frame_gap_ms = 30 };

#define KEY_1 0xe1u
#define KEY_7 0x87u

static void every_interval_of_the_standard_is_read(void **state)
{
	static const uint64_t intervals_us[] = { 200, 500, 1000, 2000, 5000, 20000, 29999 };
	struct rig rig = rig_open(&eight_bits);

	(void)state;
	for (size_t i = 0; i < sizeof(intervals_us) / sizeof(intervals_us[0]); i++) {
		rig.interval_ns = intervals_us[i] * US;
		rig_frame(&rig, KEY_7, 8);
		rig_expect_key(&rig, '7');
	}
}

static void test_defect_08_a_frame_ends_after_its_last_bit_not_after_its_first(void **state)
{
	static const struct wiegand_profile cards = { .cards = 1u << WIRE_CARD_26_H10301,
		.frame_gap_ms = 30 };
	struct rig rig = rig_open(&cards);

	(void)state;
	rig.interval_ns = 20 * MS; /* the slowest reader: half a second for one card */
	rig_frame(&rig, rig_card(26, 0xabcdef), 26);
	rig_expect_card(&rig, 0xabcdef);

	rig = rig_open(&eight_bits); /* the fastest hand, or faster: keys do not merge */
	for (unsigned i = 0; i < 5; i++) {
		rig_bits(&rig, KEY_1, 8);
		rig_wait(&rig, 29 * MS);
		rig_expect_key(&rig, '1');
	}
}

static void the_frame_gap_is_what_was_configured(void **state)
{
	(void)state;
	for (uint8_t gap_ms = WIEGAND_FRAME_GAP_MIN_MS; gap_ms <= WIEGAND_FRAME_GAP_MAX_MS; gap_ms += 5) {
		struct wiegand_profile profile = eight_bits;
		struct rig rig;

		profile.frame_gap_ms = gap_ms;
		rig = rig_open(&profile);
		rig.interval_ns = gap_ms * MS - 1;
		rig_frame(&rig, KEY_7, 8);
		rig_expect_key(&rig, '7');
		rig.interval_ns = gap_ms * MS;
		rig_bits(&rig, 1, 1);
		rig_expect_fault(&rig, WIEGAND_LENGTH);
	}
}

/* The loop was busy: the edges of several keys come at once, with the times at which they were. */
static void a_frame_is_over_by_the_edges_own_times(void **state)
{
	struct rig rig = rig_open(&eight_bits);
	struct wiegand_reading reading;
	unsigned keys = 0;

	(void)state;
	for (unsigned key = 0; key < 3; key++, rig.now_ns += 150 * MS) {
		for (unsigned bit = 8; bit-- > 0; rig.now_ns += MS)
			keys += wiegand_feed(&rig.decoder, KEY_7 >> bit & 1 ? WIEGAND_D1 : WIEGAND_D0,
					rig.now_ns, &reading) == WIEGAND_KEY;
	}
	assert_int_equal(keys, 2);
	rig_wait(&rig, 0);
	rig_expect_key(&rig, '7');
}

static void levels_read_too_early_end_no_frame(void **state)
{
	struct rig rig = rig_open(&eight_bits);
	struct wiegand_reading reading;

	(void)state;
	rig_bits(&rig, KEY_7 >> 4, 4);
	assert_int_equal(wiegand_levels(&rig.decoder, true, false, rig.now_ns, &reading), WIEGAND_NOTHING);
	rig_frame(&rig, KEY_7 & 0xf, 4);
	rig_expect_key(&rig, '7');
}

/* A bit and its echo: the line falls again within the pulse's length. */
static void edge_with_echo(struct rig *rig, enum wiegand_line line, uint64_t after_ns, unsigned echoes)
{
	rig_edge(rig, line);
	for (unsigned i = 0; i < echoes; i++) {
		rig_wait(rig, after_ns);
		rig_edge(rig, line);
	}
	rig_wait(rig, 2 * MS);
}

static void an_echo_is_no_bit(void **state)
{
	static const uint64_t after_us[] = { 0, 1, 50, 100, 119 };
	struct rig rig = rig_open(&eight_bits);

	(void)state;
	for (size_t i = 0; i < sizeof(after_us) / sizeof(after_us[0]); i++) {
		for (unsigned bit = 8; bit-- > 0;)
			edge_with_echo(&rig, KEY_7 >> bit & 1 ? WIEGAND_D1 : WIEGAND_D0, after_us[i] * US, 1);
		rig_wait(&rig, 100 * MS);
		rig_expect_key(&rig, '7');
		assert_int_equal(rig.decoder.counts.echoes, 8 * (i + 1));
	}
}

static void more_echoes_than_bits_are_noise(void **state)
{
	struct rig rig = rig_open(&four_bits);

	(void)state;
	for (unsigned bit = 0; bit < 4; bit++)
		edge_with_echo(&rig, WIEGAND_D0, 20 * US, bit == 0 ? 2 : 1);
	rig_wait(&rig, 100 * MS);
	rig_expect_fault(&rig, WIEGAND_RINGING);
	for (unsigned bit = 0; bit < 4; bit++) /* so many that counting them must stop somewhere */
		edge_with_echo(&rig, WIEGAND_D0, 20 * US, 100);
	rig_wait(&rig, 100 * MS);
	rig_expect_fault(&rig, WIEGAND_RINGING);
	assert_int_equal(rig.decoder.counts.echoes, 405);
}

static void both_lines_at_once_leave_open_which_was_the_bit(void **state)
{
	struct rig rig = rig_open(&four_bits);

	(void)state;
	rig_bits(&rig, 0, 3);
	rig_edge(&rig, WIEGAND_D0);
	rig_wait(&rig, 5 * US);
	rig_edge(&rig, WIEGAND_D1); /* cross-talk, or was it the other? */
	rig_wait(&rig, 100 * MS);
	rig_expect_fault(&rig, WIEGAND_OVERLAP);
	rig_frame(&rig, 0, 4);
	rig_expect_key(&rig, '0');
}

static void a_time_before_the_last_is_an_echo_or_an_overlap(void **state)
{
	struct rig rig = rig_open(&four_bits);

	(void)state;
	rig_bits(&rig, 0, 3);
	rig_edge(&rig, WIEGAND_D0);
	rig.now_ns -= 1000;
	rig_edge(&rig, WIEGAND_D0);
	rig_wait(&rig, 100 * MS);
	rig_expect_key(&rig, '0');
}

static void noise_without_a_pause_is_told_while_it_lasts(void **state)
{
	struct rig rig = rig_open(&eight_bits);

	(void)state;
	rig.interval_ns = MS;
	rig_bits(&rig, UINT64_MAX, 64);
	rig_expect_nothing(&rig);
	for (unsigned i = 0; i < 500; i++)
		rig_bits(&rig, i, 1);
	rig_expect_fault(&rig, WIEGAND_TOO_LONG); /* once */
	assert_int_equal(rig.decoder.counts.unready, 499);
	rig_wait(&rig, 30 * MS);
	rig_frame(&rig, KEY_7, 8);
	rig_expect_key(&rig, '7');
}

static void test_thread_05_lost_events_drop_the_frame_and_its_rest(void **state)
{
	struct rig rig = rig_open(&eight_bits);
	struct wiegand_reading reading;

	(void)state;
	rig_bits(&rig, KEY_7 >> 4, 4);
	assert_int_equal(wiegand_lost(&rig.decoder, rig.now_ns, &reading), WIEGAND_DROPPED);
	assert_int_equal(reading.fault, WIEGAND_LOST);
	rig_frame(&rig, KEY_7, 8); /* what follows without a pause belongs to it, however well it looks */
	rig_expect_nothing(&rig);
	rig_frame(&rig, KEY_7, 8);
	rig_expect_key(&rig, '7');
}

/* The same in a loop too busy to read the levels meanwhile: silence shows in the edges' times. */
static void after_lost_events_silence_is_enough(void **state)
{
	struct rig rig = rig_open(&four_bits);
	struct wiegand_reading reading;

	(void)state;
	wiegand_lost(&rig.decoder, rig.now_ns, &reading);
	rig.now_ns += 31 * MS;
	rig_frame(&rig, 5, 4);
	rig_expect_key(&rig, '5');
}

static void test_thread_07_nothing_is_read_before_the_lines_were_seen_to_rest(void **state)
{
	struct rig rig = { .now_ns = 500 * MS, .interval_ns = 2 * MS };

	(void)state;
	assert_int_equal(wiegand_init(&rig.decoder, &four_bits), 0);
	assert_int_equal(wiegand_next_ns(&rig.decoder), 0);
	rig_bits(&rig, 1, 4); /* the tail of a frame that began before */
	rig_expect_nothing(&rig);
	rig_wait(&rig, 10 * MS);
	rig_bits(&rig, 2, 4);
	rig_expect_nothing(&rig);
	rig_wait(&rig, 61 * MS);
	assert_int_equal(rig.decoder.counts.unready, 8);
	rig_frame(&rig, 3, 4);
	rig_expect_key(&rig, '3');
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

static void set_lines(struct rig *rig, bool is_d0_low, bool is_d1_low)
{
	static const enum wiegand_line lines[] = { WIEGAND_D0, WIEGAND_D1 };
	const bool is_low[] = { is_d0_low, is_d1_low };

	for (unsigned i = 0; i < 2; i++) {
		if (is_low[i] && !rig->is_low[i])
			rig_edge(rig, lines[i]);
		rig->is_low[i] = is_low[i];
	}
}

static void an_unplugged_reader_is_told_once_and_told_when_it_is_back(void **state)
{
	(void)state;
	for (unsigned which = 1; which <= 3; which++) { /* one line shorted is as bad */
		struct rig rig = rig_open(&four_bits);

		set_lines(&rig, which & 1, which & 2);
		rig_wait(&rig, 5000 * MS);
		rig_expect(&rig, WIEGAND_LINES_LOW);
		assert_int_equal(rig.decoder.counts.lows, 1);

		set_lines(&rig, false, false);
		rig_wait(&rig, 1000 * MS);
		rig_expect(&rig, WIEGAND_LINES_BACK);
		rig_frame(&rig, 7, 4);
		rig_expect_key(&rig, '7');
		assert_int_equal(wiegand_next_ns(&rig.decoder), UINT64_MAX);
	}
}

static void a_reader_without_power_at_the_start_is_told(void **state)
{
	struct rig rig = { .now_ns = MS, .is_low = { true, true } };

	(void)state;
	assert_int_equal(wiegand_init(&rig.decoder, &four_bits), 0);
	rig_wait(&rig, 100 * MS);
	rig_expect(&rig, WIEGAND_LINES_LOW);
}

static void a_plug_that_scratches_is_waited_for(void **state)
{
	struct rig rig = rig_open(&four_bits);
	struct wiegand_reading reading;

	(void)state;
	set_lines(&rig, true, true);
	rig_wait(&rig, 1000 * MS);
	rig_expect(&rig, WIEGAND_LINES_LOW);
	set_lines(&rig, false, false);
	rig_wait(&rig, 55 * MS); /* seen high, not for long enough */
	assert_int_equal(rig.decoder.state, WIEGAND_STATE_LOW);
	rig_edge(&rig, WIEGAND_D1);
	rig_wait(&rig, 20 * MS);
	rig_edge(&rig, WIEGAND_D0);
	assert_int_equal(wiegand_lost(&rig.decoder, rig.now_ns, &reading), WIEGAND_NOTHING);
	rig_wait(&rig, 31 * MS);
	rig_expect_nothing(&rig);
	rig_wait(&rig, 30 * MS);
	rig_expect(&rig, WIEGAND_LINES_BACK);
}

static void a_line_low_for_longer_than_a_pulse_spoils_the_frame(void **state)
{
	struct rig rig = rig_open(&four_bits);

	(void)state;
	rig_bits(&rig, 0, 4);
	rig.is_low[1] = true;
	rig_wait(&rig, 29 * MS); /* seen low at the frame's end */
	rig.is_low[1] = false;
	rig_wait(&rig, 100 * MS);
	rig_expect_fault(&rig, WIEGAND_OVERLAP);
	assert_int_equal(rig.decoder.counts.lows, 0);
}

static void low_twice_is_low_only_when_no_pulse_came_between(void **state)
{
	struct rig rig = rig_open(&four_bits);
	struct wiegand_reading reading;

	(void)state;
	/* Whoever reads the levels unasked may read a pulse, and another one the next time. */
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(
			wiegand_levels(&rig.decoder, false, true, rig.now_ns, &reading), WIEGAND_NOTHING);
		rig_bits(&rig, 1, 1);
	}
	rig_wait(&rig, 100 * MS);
	assert_int_equal(rig_expect(&rig, WIEGAND_DROPPED).fault, WIEGAND_NO_KEY); /* 1111: all four read */
	assert_int_equal(wiegand_levels(&rig.decoder, false, true, rig.now_ns, &reading), WIEGAND_NOTHING);
	assert_int_equal(
		wiegand_levels(&rig.decoder, false, true, rig.now_ns + 1, &reading), WIEGAND_NOTHING);
	rig_wait(&rig, 100 * MS);
	rig_expect_nothing(&rig);
	assert_int_equal(wiegand_next_ns(&rig.decoder), UINT64_MAX);
}

static void a_profile_that_no_reader_has_is_refused(void **state)
{
	static const struct {
		const char *name;
		struct wiegand_profile profile;
		int answer;
	} profiles[] = {
		{ "keys", { .keys = WIEGAND_KEYS_4BIT, .frame_gap_ms = 5 }, 0 },
		{ "cards", { .cards = 1u << WIRE_CARD_37_H10302, .frame_gap_ms = 100 }, 0 },
		{ "nothing", { .frame_gap_ms = 30 }, -EINVAL },
		{ "unknown keys", { .keys = WIEGAND_KEYS_COUNT, .frame_gap_ms = 30 }, -EINVAL },
		{ "unknown cards", { .cards = 1u << WIRE_CARD_LAYOUT_COUNT, .frame_gap_ms = 30 }, -EINVAL },
		{ "two layouts of 37",
			{ .cards = 1u << WIRE_CARD_37_H10302 | 1u << WIRE_CARD_37_H10304,
				.frame_gap_ms = 30 },
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
	struct rig rig = rig_open(&eight_bits);

	(void)state;
	rig_frame(&rig, KEY_7, 8);
	rig_expect_key(&rig, '7');
	assert_int_equal(rig.decoder.bits, 0);
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
