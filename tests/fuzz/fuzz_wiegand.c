/* Any edges, levels and losses into the decoder, for every kind of reader: it stays within its bounds, its
 * times go on, what it reads is what some reader sends, and a clean key after a pause is read. */
#include <stdlib.h>
#include <string.h>

#include "firmware/core/wiegand.h"

#define MS UINT64_C(1000000)

static void check(enum wiegand_answer answer, const struct wiegand_reading *reading)
{
	static const char keys[] = "0123456789*#";

	if (answer >= WIEGAND_ANSWER_COUNT)
		abort();
	if (answer == WIEGAND_KEY && (reading->key_count == 0 || reading->key_count > WIEGAND_KEYS_MAX))
		abort();
	for (unsigned i = 0; answer == WIEGAND_KEY && i < reading->key_count; i++) {
		if (!memchr(keys, reading->keys[i], sizeof(keys) - 1))
			abort();
	}
	if (answer == WIEGAND_CARD && (!wire_card_ok(&reading->card) || reading->card.bits < 26))
		abort();
	if (answer == WIEGAND_DROPPED && reading->fault >= WIEGAND_FAULT_COUNT)
		abort();
}

static uint64_t rest(struct wiegand *wiegand, uint64_t now_ns)
{
	struct wiegand_reading reading;

	/* The longest is from LOW: a look each 250 ms, then a frame gap. */
	for (unsigned looks = 0; wiegand_next_ns(wiegand) != UINT64_MAX; looks++) {
		if (looks == 4)
			abort();
		if (wiegand_next_ns(wiegand) > now_ns)
			now_ns = wiegand_next_ns(wiegand);
		check(wiegand_levels(wiegand, true, true, now_ns, &reading), &reading);
	}
	return now_ns + 100 * MS;
}

static void read_clean_key(struct wiegand *wiegand, uint64_t now_ns)
{
	static const unsigned frames[] = { [WIEGAND_KEYS_4BIT] = 7, [WIEGAND_KEYS_8BIT] = 0x87 };
	unsigned bits = wiegand->profile.keys == WIEGAND_KEYS_4BIT ? 4 : 8;
	struct wiegand_reading reading;

	for (; bits-- > 0; now_ns += MS)
		if (wiegand_feed(wiegand, frames[wiegand->profile.keys] >> bits & 1, now_ns, &reading))
			abort();
	if (wiegand_levels(wiegand, true, true, now_ns + 100 * MS, &reading) != WIEGAND_KEY ||
		reading.keys[0] != '7')
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wiegand_profile profile = { .keypad_facility = 250 };
	struct wiegand_reading reading;
	struct wiegand wiegand;
	uint64_t now_ns = 0;

	if (size < 3)
		return 0;
	profile.keys = data[0] % (WIEGAND_KEYS_COUNT + 1);
	profile.cards = data[1] % (2u << WIRE_CARD_LAYOUT_COUNT);
	profile.frame_gap_ms = data[2];
	if (wiegand_init(&wiegand, &profile) < 0)
		return 0;
	/* Two bytes an input: what, and how much later: on a scale that has microseconds and seconds. */
	for (size_t at = 3; at + 1 < size; at += 2) {
		uint64_t later_ns = (uint64_t)(data[at + 1] & 0x1f) << (data[at + 1] >> 5) * 4;
		unsigned what = data[at];

		now_ns += later_ns;
		if (what < 224)
			check(wiegand_feed(&wiegand, what & 1, now_ns, &reading), &reading);
		else if (what < 248)
			check(wiegand_levels(&wiegand, what & 1, what & 2, now_ns, &reading), &reading);
		else
			check(wiegand_lost(&wiegand, now_ns, &reading), &reading);
	}
	now_ns = rest(&wiegand, now_ns);
	if (profile.keys == WIEGAND_KEYS_4BIT || profile.keys == WIEGAND_KEYS_8BIT)
		read_clean_key(&wiegand, now_ns);
	return 0;
}
