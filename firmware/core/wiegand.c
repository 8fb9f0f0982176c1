#include "firmware/core/wiegand.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>

#define NEVER UINT64_MAX
#define MS UINT64_C(1000000)   /* ns */
#define LOW_AGAIN_NS (10 * MS) /* ten times the longest pulse: low here and there is no bit */
#define LOW_POLL_NS (250 * MS) /* rising edges are not asked for: an unplugged reader is looked at */
#define HAND_NS (100 * MS)     /* as in entry.h: no hand is faster */
#define KEYPAD_MISTAKE 65535

int wiegand_init(struct wiegand *wiegand, const struct wiegand_profile *profile)
{
	const unsigned twins = 1u << WIRE_CARD_37_H10302 | 1u << WIRE_CARD_37_H10304;

	if (profile->keys >= WIEGAND_KEYS_COUNT || profile->cards >= 1u << WIRE_CARD_LAYOUT_COUNT)
		return -EINVAL;
	if (profile->keys == WIEGAND_KEYS_NONE && profile->cards == 0)
		return -EINVAL;
	if ((profile->cards & twins) == twins)
		return -EINVAL;
	if (profile->frame_gap_ms < WIEGAND_FRAME_GAP_MIN_MS ||
		profile->frame_gap_ms > WIEGAND_FRAME_GAP_MAX_MS)
		return -EINVAL;
	*wiegand = (struct wiegand){ .profile = *profile };
	return 0;
}

static uint64_t gap_ns(const struct wiegand *wiegand)
{
	return wiegand->profile.frame_gap_ms * MS;
}

static void forget_frame(struct wiegand *wiegand)
{
	sodium_memzero(&wiegand->bits, sizeof(wiegand->bits));
	wiegand->count = 0;
	wiegand->echo_count = 0;
	wiegand->is_overlapped = false;
}

static void move(struct wiegand *wiegand, enum wiegand_state state, uint64_t next_ns)
{
	if (state != WIEGAND_STATE_RECEIVING)
		forget_frame(wiegand);
	wiegand->state = state;
	wiegand->next_ns = next_ns;
}

static enum wiegand_answer drop(
	struct wiegand *wiegand, enum wiegand_fault fault, struct wiegand_reading *reading)
{
	wiegand->counts.dropped[fault]++;
	reading->fault = fault;
	return WIEGAND_DROPPED;
}

static enum wiegand_answer take_key(struct wiegand *wiegand, unsigned nibble, struct wiegand_reading *reading)
{
	static const char keys[] = "0123456789*#";

	if (nibble >= sizeof(keys) - 1)
		return drop(wiegand, WIEGAND_NO_KEY, reading);
	if (keys[nibble] == '*' && wiegand->profile.ignores_star) {
		wiegand->counts.stars++;
		return WIEGAND_NOTHING;
	}
	wiegand->counts.keys++;
	reading->key_count = 1;
	reading->keys[0] = keys[nibble];
	return WIEGAND_KEY;
}

static enum wiegand_answer take_number(
	struct wiegand *wiegand, unsigned number, struct wiegand_reading *reading)
{
	unsigned scale = 10000, count = 0;

	if (number == 0 || number == KEYPAD_MISTAKE)
		return drop(wiegand, WIEGAND_MISTAKE, reading);
	while (scale > number)
		scale /= 10;
	for (; scale > 0; scale /= 10)
		reading->keys[count++] = (char)('0' + number / scale % 10);
	reading->keys[count++] = '#';
	reading->key_count = (uint8_t)count;
	wiegand->counts.keys += count;
	return WIEGAND_KEY;
}

static enum wiegand_answer take_card(
	struct wiegand *wiegand, enum wire_card_layout layout, struct wiegand_reading *reading)
{
	uint64_t value = wire_card_value(layout, wiegand->bits);

	if (!wire_card_is_right(layout, wiegand->bits))
		return drop(wiegand, WIEGAND_PARITY, reading);
	if (wiegand->profile.keys == WIEGAND_KEYS_BUFFERED && layout == WIRE_CARD_26_H10301 &&
		value >> 16 == wiegand->profile.keypad_facility)
		return take_number(wiegand, value & 0xffff, reading);
	if ((wiegand->profile.cards & 1u << layout) == 0)
		return drop(wiegand, WIEGAND_LENGTH, reading);
	wiegand->counts.cards++;
	reading->card = wire_card_of_frame(wiegand->count, wiegand->bits);
	return WIEGAND_CARD;
}

/* The layout by which a frame of this length is read, or WIRE_CARD_LAYOUT_COUNT. */
static enum wire_card_layout find_layout(const struct wiegand *wiegand)
{
	unsigned layouts = wiegand->profile.cards;
	unsigned layout = 0;

	if (wiegand->profile.keys == WIEGAND_KEYS_BUFFERED)
		layouts |= 1u << WIRE_CARD_26_H10301;
	while (layout < WIRE_CARD_LAYOUT_COUNT &&
		((layouts & 1u << layout) == 0 || wire_card_bits(layout) != wiegand->count))
		layout++;
	return layout;
}

static enum wiegand_answer weigh(struct wiegand *wiegand, struct wiegand_reading *reading)
{
	enum wiegand_keys keys = wiegand->profile.keys;
	enum wire_card_layout layout = find_layout(wiegand);
	unsigned low = wiegand->bits & 0xf, high = wiegand->bits >> 4 & 0xf;

	if (wiegand->is_overlapped)
		return drop(wiegand, WIEGAND_OVERLAP, reading);
	if (wiegand->echo_count > wiegand->count)
		return drop(wiegand, WIEGAND_RINGING, reading);
	if (keys == WIEGAND_KEYS_4BIT && wiegand->count == 4)
		return take_key(wiegand, low, reading);
	if (keys == WIEGAND_KEYS_8BIT && wiegand->count == 8)
		return (low ^ high) == 0xf ? take_key(wiegand, low, reading)
					   : drop(wiegand, WIEGAND_COMPLEMENT, reading);
	if (layout < WIRE_CARD_LAYOUT_COUNT)
		return take_card(wiegand, layout, reading);
	return drop(wiegand, WIEGAND_LENGTH, reading);
}

static enum wiegand_answer end_frame(struct wiegand *wiegand, struct wiegand_reading *reading)
{
	enum wiegand_answer answer;

	*reading = (struct wiegand_reading){ .bits = wiegand->count, .at_ns = wiegand->edge_ns };
	answer = weigh(wiegand, reading);
	move(wiegand, WIEGAND_STATE_READY, NEVER);
	return answer;
}

static void begin_waiting(struct wiegand *wiegand, uint64_t t_ns)
{
	wiegand->edge_ns = t_ns;
	move(wiegand, WIEGAND_STATE_WAITING, t_ns + gap_ns(wiegand));
}

static enum wiegand_answer take_bit(
	struct wiegand *wiegand, enum wiegand_line line, struct wiegand_reading *reading)
{
	if (wiegand->count == WIEGAND_BITS_MAX) {
		*reading = (struct wiegand_reading){ .bits = WIEGAND_BITS_MAX, .at_ns = wiegand->edge_ns };
		begin_waiting(wiegand, wiegand->edge_ns);
		return drop(wiegand, WIEGAND_TOO_LONG, reading);
	}
	wiegand->bits = wiegand->bits << 1 | (line == WIEGAND_D1);
	wiegand->count++;
	move(wiegand, WIEGAND_STATE_RECEIVING, wiegand->edge_ns + gap_ns(wiegand));
	return WIEGAND_NOTHING;
}

/* Within the ringing time of the edge before. A chain of echoes is as long as it is: each begins it anew. */
static void take_echo(struct wiegand *wiegand, bool is_same_line)
{
	wiegand->counts.echoes += is_same_line;
	wiegand->is_overlapped |= !is_same_line;
	if (wiegand->echo_count < UINT8_MAX)
		wiegand->echo_count++;
	move(wiegand, WIEGAND_STATE_RECEIVING, wiegand->edge_ns + gap_ns(wiegand));
}

static void take_unready(struct wiegand *wiegand, uint64_t t_ns)
{
	wiegand->counts.unready++;
	if (wiegand->state == WIEGAND_STATE_WAITING) {
		begin_waiting(wiegand, t_ns);
	} else {
		wiegand->is_high_seen = false;
		wiegand->next_ns = t_ns + gap_ns(wiegand);
	}
}

enum wiegand_answer wiegand_feed(
	struct wiegand *wiegand, enum wiegand_line line, uint64_t t_ns, struct wiegand_reading *reading)
{
	uint64_t since_ns = t_ns > wiegand->edge_ns ? t_ns - wiegand->edge_ns : 0;
	bool is_silent = since_ns >= gap_ns(wiegand), is_same_line = line == wiegand->line;
	enum wiegand_answer answer = WIEGAND_NOTHING;

	wiegand->counts.edges++;
	wiegand->is_low_seen = false;
	if (wiegand->state == WIEGAND_STATE_RECEIVING && is_silent)
		answer = end_frame(wiegand, reading);
	else if (wiegand->state == WIEGAND_STATE_WAITING && is_silent && wiegand->is_high_seen)
		move(wiegand, WIEGAND_STATE_READY, NEVER);
	wiegand->edge_ns = t_ns;
	wiegand->line = line;

	if (wiegand->state == WIEGAND_STATE_RECEIVING && since_ns < WIEGAND_RINGING_NS)
		take_echo(wiegand, is_same_line);
	else if (wiegand->state == WIEGAND_STATE_RECEIVING)
		return take_bit(wiegand, line, reading);
	else if (wiegand->state == WIEGAND_STATE_READY)
		take_bit(wiegand, line, reading);
	else
		take_unready(wiegand, t_ns);
	return answer;
}

static enum wiegand_answer take_low(struct wiegand *wiegand, uint64_t t_ns, struct wiegand_reading *reading)
{
	wiegand->is_high_seen = false;
	if (wiegand->state == WIEGAND_STATE_LOW) {
		wiegand->next_ns = t_ns + LOW_POLL_NS;
		return WIEGAND_NOTHING;
	}
	if (!wiegand->is_low_seen) {
		wiegand->is_low_seen = true;
		wiegand->is_overlapped = wiegand->state == WIEGAND_STATE_RECEIVING;
		wiegand->low_ns = t_ns;
		wiegand->next_ns = t_ns + LOW_AGAIN_NS;
		return WIEGAND_NOTHING;
	}
	if (t_ns < wiegand->low_ns + LOW_AGAIN_NS)
		return WIEGAND_NOTHING;
	wiegand->counts.lows++;
	*reading = (struct wiegand_reading){ .at_ns = t_ns };
	move(wiegand, WIEGAND_STATE_LOW, t_ns + LOW_POLL_NS);
	return WIEGAND_LINES_LOW;
}

/* Both are high, and the state is WAITING or LOW. */
static enum wiegand_answer take_high(struct wiegand *wiegand, uint64_t t_ns, struct wiegand_reading *reading)
{
	bool was_low = wiegand->state == WIEGAND_STATE_LOW;

	if (!wiegand->is_high_seen) {
		wiegand->is_high_seen = true;
		wiegand->edge_ns = t_ns;
	}
	if (t_ns < wiegand->edge_ns + gap_ns(wiegand)) {
		wiegand->next_ns = wiegand->edge_ns + gap_ns(wiegand);
		return WIEGAND_NOTHING;
	}
	move(wiegand, WIEGAND_STATE_READY, NEVER);
	*reading = (struct wiegand_reading){ .at_ns = t_ns };
	return was_low ? WIEGAND_LINES_BACK : WIEGAND_NOTHING;
}

enum wiegand_answer wiegand_levels(struct wiegand *wiegand, bool is_d0_high, bool is_d1_high, uint64_t t_ns,
	struct wiegand_reading *reading)
{
	if (wiegand->state == WIEGAND_STATE_RECEIVING && t_ns < wiegand->edge_ns + gap_ns(wiegand))
		return WIEGAND_NOTHING; /* it may be a pulse */
	if (!is_d0_high || !is_d1_high)
		return take_low(wiegand, t_ns, reading);
	wiegand->is_low_seen = false;
	if (wiegand->state == WIEGAND_STATE_RECEIVING) {
		wiegand->is_high_seen = true;
		return end_frame(wiegand, reading);
	}
	if (wiegand->state == WIEGAND_STATE_READY) {
		wiegand->is_high_seen = true;
		wiegand->next_ns = NEVER;
		return WIEGAND_NOTHING;
	}
	return take_high(wiegand, t_ns, reading);
}

enum wiegand_answer wiegand_lost(struct wiegand *wiegand, uint64_t t_ns, struct wiegand_reading *reading)
{
	wiegand->is_low_seen = false;
	if (wiegand->state == WIEGAND_STATE_LOW) {
		wiegand->is_high_seen = false;
		return WIEGAND_NOTHING;
	}
	*reading = (struct wiegand_reading){ .bits = wiegand->count, .at_ns = t_ns };
	begin_waiting(wiegand, t_ns);
	return drop(wiegand, WIEGAND_LOST, reading);
}

uint64_t wiegand_next_ns(const struct wiegand *wiegand)
{
	return wiegand->next_ns;
}

uint64_t wiegand_key_ns(const struct wiegand_reading *reading, unsigned index)
{
	uint64_t before_ns = (reading->key_count - 1 - index) * HAND_NS;

	assert(index < reading->key_count);
	return reading->at_ns > before_ns ? reading->at_ns - before_ns : 0;
}

const char *wiegand_fault_word(enum wiegand_fault fault)
{
	/* clang-format off */
	static const char *const words[] = {
		[WIEGAND_OVERLAP] = "overlap", [WIEGAND_RINGING] = "ringing", [WIEGAND_TOO_LONG] = "too_long",
		[WIEGAND_LOST] = "lost", [WIEGAND_LENGTH] = "length", [WIEGAND_PARITY] = "parity",
		[WIEGAND_COMPLEMENT] = "complement", [WIEGAND_NO_KEY] = "no_key", [WIEGAND_MISTAKE] = "mistake",
	};
	/* clang-format on */
	return words[fault];
}
