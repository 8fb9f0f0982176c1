/* wiegand - from the falling edges of two wires to keys and card numbers. Pure: times come in.
 *
 * D0 and D1 rest high; a short low pulse on D0 is a 0, on D1 a 1, the most significant bit first, and silence
 * ends the frame. SIA AC-01, and what is seen in the field:
 *
 *                      standard           field          here
 *   pulse              20 to 100 µs       20 to 800 µs   only its falling edge counts
 *   edge to edge       200 µs to 20 ms    the same       closer than WIEGAND_RINGING_NS is no bit
 *   end of the frame   -                  10 to 100 ms   30 ms, 5 to 100 by configuration, from the newest
 * bit
 *
 *                     both high, silent for a frame gap
 *      ┌──────────────────────────────────────────────────┐
 *   ┌─────┐            ┌─────────┐  the same  ┌───────┐ <─┘   bit    ┌───────────┐
 *   │ LOW │ <───────── │ WAITING │ ─────────> │ READY │ ───────────> │ RECEIVING │ ──┐ bit: the frame
 *   └─────┘  low, and  └─────────┘            └───────┘ <─────────── └───────────┘ <─┘ gap begins anew
 *            low again      ^                         silent: weighed      │
 *     (so from each state)  └──────────────────────────────────────────────┘
 *                             events lost (from READY, too), or too many bits
 *
 * It begins WAITING: nothing is read until both lines were seen high and stayed silent for a frame gap, after
 * the start as after a reader was plugged in.
 *
 * Strict: a frame is what it must be, or it is dropped whole, counted, and told. A length nobody declared is
 * neither padded nor cut; parity and complement are checked and never repaired. A second edge on the same
 * line within the ringing time is an echo: ignored, counted. One on the other line leaves open which of the
 * two was the bit: the frame is dropped.
 *
 * For the edge that owns the lines. One request for both, falling edges only, kernel timestamps, a buffer of
 * 256 events or more, and
 *   - each event, in order: wiegand_feed();
 *   - before it, when the sequence numbers have a gap: wiegand_lost();
 *   - when wiegand_next_ns() has come, by the events' clock: feed what is queued first, then read both levels
 *     and call wiegand_levels(). At rest it never comes: an idle reader wakes nobody. */
#ifndef RUMAH_CORE_WIEGAND_H
#define RUMAH_CORE_WIEGAND_H

#include <stdbool.h>
#include <stdint.h>

#include "schemas/wire/card.h"

#define WIEGAND_BITS_MAX 64
#define WIEGAND_KEYS_MAX 6 /* of one frame: five digits and '#' */
/* The longest pulse of the standard is 100 µs, and its end may ring as its beginning may; no bit comes
 * earlier than 200 µs. */
#define WIEGAND_RINGING_NS (120 * 1000)
#define WIEGAND_FRAME_GAP_MS 30 /* 10 breaks slow readers, 100 merges fast keys */
#define WIEGAND_FRAME_GAP_MIN_MS 5
#define WIEGAND_FRAME_GAP_MAX_MS 100

enum wiegand_line { WIEGAND_D0, WIEGAND_D1 };

enum wiegand_keys {
	WIEGAND_KEYS_NONE,
	WIEGAND_KEYS_4BIT, /* '*' 1010, '#' 1011; 12 to 15 are no keys; nothing checks it: prefer 8 bits */
	WIEGAND_KEYS_8BIT, /* the high nibble is the complement of the low one */
	/* The keypad keeps the digits and sends the whole code as the number of a 26-bit card with a facility
	 * code of its own. Leading zeros are lost (0123 comes as 123) and no code is longer than five digits;
	 * 0 and 65535 are the keypad's words for a mistake. */
	WIEGAND_KEYS_BUFFERED,
	WIEGAND_KEYS_COUNT
};

struct wiegand_profile { /* what the reader at this door sends, declared by the technician */
	enum wiegand_keys keys;
	unsigned cards;          /* bits 1 << wire_card_layout; 0: none. 35 bits have three parities that are
				    told in three ways: not read until somebody has the maker's table */
	uint8_t keypad_facility; /* of WIEGAND_KEYS_BUFFERED: a frame with it is never a card */
	uint8_t frame_gap_ms;
	bool ignores_star; /* else '*' clears. Some keypads take '*' for themselves */
};

enum wiegand_answer {
	WIEGAND_NOTHING,
	WIEGAND_KEY,       /* keys: one, or of a buffered keypad all of them and '#' */
	WIEGAND_CARD,      /* card, its parity checked */
	WIEGAND_DROPPED,   /* a frame, or bits of one: fault says why. What was being typed is spoilt */
	WIEGAND_LINES_LOW, /* unplugged, without power, or shorted */
	WIEGAND_LINES_BACK,
	WIEGAND_ANSWER_COUNT
};

enum wiegand_fault {
	WIEGAND_OVERLAP,  /* both lines at once, or one low for longer than a pulse */
	WIEGAND_RINGING,  /* more echoes than bits */
	WIEGAND_TOO_LONG, /* more than 64 bits without a pause */
	WIEGAND_LOST,     /* the kernel had no room for all events */
	WIEGAND_LENGTH,   /* not one that was declared */
	WIEGAND_PARITY,
	WIEGAND_COMPLEMENT, /* of an 8-bit key */
	WIEGAND_NO_KEY,     /* 12 to 15 */
	WIEGAND_MISTAKE,    /* a buffered keypad's own word for one */
	WIEGAND_FAULT_COUNT
};

struct wiegand_reading { /* secret: wipe with sodium_memzero() */
	enum wiegand_fault fault;
	uint8_t bits; /* of the frame, with its parity */
	uint8_t key_count;
	char keys[WIEGAND_KEYS_MAX];
	struct wire_card card;
	uint64_t at_ns; /* the frame's newest edge, by the events' clock */
};

struct wiegand_counts { /* since wiegand_init() */
	uint64_t edges, keys, cards;
	uint64_t echoes;                       /* ignored: the same line again within the ringing time */
	uint64_t unready;                      /* edges before the lines were silent: ignored */
	uint64_t stars;                        /* '*' ignored by the profile */
	uint64_t lows;                         /* times the lines went low and stayed */
	uint64_t dropped[WIEGAND_FAULT_COUNT]; /* frames */
};

enum wiegand_state { WIEGAND_STATE_WAITING, WIEGAND_STATE_READY, WIEGAND_STATE_RECEIVING, WIEGAND_STATE_LOW };

struct wiegand { /* the caller's memory; secret while RECEIVING */
	struct wiegand_profile profile;
	struct wiegand_counts counts;
	enum wiegand_state state;
	bool is_high_seen; /* both, since the start or since they were low */
	bool is_low_seen;  /* once, at low_ns, and no edge since: the second time it stands */
	bool is_overlapped;
	enum wiegand_line line;    /* of the newest edge */
	uint8_t count, echo_count; /* of this frame */
	uint64_t bits;
	uint64_t edge_ns, low_ns, next_ns;
};

/* 0, or -EINVAL for what no reader is: two layouts of 37 bits, a frame gap out of bounds, nothing to read. */
int wiegand_init(struct wiegand *wiegand, const struct wiegand_profile *profile);

/* One falling edge at t_ns. The answer is about the frame that this edge shows to be over, if any. Each of
 * the three writes all of *reading when it answers other than WIEGAND_NOTHING. */
enum wiegand_answer wiegand_feed(
	struct wiegand *wiegand, enum wiegand_line line, uint64_t t_ns, struct wiegand_reading *reading);
/* Both levels, read at t_ns, after every event up to then was fed. */
enum wiegand_answer wiegand_levels(struct wiegand *wiegand, bool is_d0_high, bool is_d1_high, uint64_t t_ns,
	struct wiegand_reading *reading);
/* Events were lost just before t_ns. */
enum wiegand_answer wiegand_lost(struct wiegand *wiegand, uint64_t t_ns, struct wiegand_reading *reading);
/* When wiegand_levels() is due: 0 at once, UINT64_MAX not before the next edge. */
uint64_t wiegand_next_ns(const struct wiegand *wiegand);

/* When the key at `index` was pressed, as far as can be known. A buffered keypad kept its keys and sends them
 * together: no hand was faster than one each 100 ms, so they are dated back from the frame by so much, and a
 * second frame that follows sooner than a hand could type it is seen to be a machine's. */
uint64_t wiegand_key_ns(const struct wiegand_reading *reading, unsigned index);

const char *wiegand_fault_word(enum wiegand_fault fault); /* for logs and --json */

#endif
