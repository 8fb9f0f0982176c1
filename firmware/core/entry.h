/* entry - from keys to one code entry at a time.
 *
 *            digit                '#'                     wrong: its record is being stored
 *   ┌───────┐ ──> ┌────────┐ ──────────> ┌─────────┐ ─────────────────────────> ┌─────────┐
 *   │ EMPTY │     │ TYPING │             │ WORKING │                            │ STORING │
 *   └───────┘ <── └────────┘             └─────────┘                            └─────────┘
 *      ^ ^ '*', left alone, bad length        │ opened, or given up                  │ stored, or 3 s
 *      │ └────────────────────────────────────┴──────────────────────────────────────┘
 *      │ (a card goes from EMPTY or TYPING to WORKING)
 *      │ a second of quiet       ┌────────┐
 *      └──────────────────────── │ JAMMED │ <── from EMPTY or TYPING: two keys less than 100 ms apart
 *                                └────────┘
 *
 * While TYPING or WORKING the attempt is open: should power fail, it counts as a wrong code (guess.h). In
 * STORING the next attempt waits for the record of the last, so that no two can be lost together; but not for
 * a disk that hangs. No hand types keys 100 ms apart (ten keys a second); a replayed recording does. A burst
 * is one attack, however long: JAMMED swallows the rest of it. Pure. */
#ifndef RUMAH_CORE_ENTRY_H
#define RUMAH_CORE_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "schemas/wire/code.h"

#define ENTRY_HAND_MS 100   /* faults T04: replays and injectors are regular and faster */
#define ENTRY_QUIET_MS 1000 /* ends a burst */
#define ENTRY_WORK_MS                                                                                        \
	(10 * 1000) /* Argon2id takes 60 ms on the slowest board; a lost answer must not block for ever */
#define ENTRY_STORE_MS (3 * 1000) /* cards were seen to take a second for one flush */

enum entry_state { ENTRY_EMPTY, ENTRY_TYPING, ENTRY_WORKING, ENTRY_STORING, ENTRY_JAMMED };

struct entry {
	enum entry_state state;
	uint32_t id;                 /* of the newest entry worked on ... */
	bool is_long;                /* ... and whether it was a long code */
	uint8_t count;               /* digits typed; past WIRE_LONG_CODE counted and not kept */
	char digits[WIRE_LONG_CODE]; /* wiped as soon as they are handed on */
	bool was_pressed;
	uint64_t pressed_mono_ms; /* the finger on the newest key */
	uint64_t until_mono_ms;   /* of TYPING, WORKING, STORING, JAMMED */
};

enum entry_answer {
	ENTRY_NOTHING,
	ENTRY_TAKEN,
	ENTRY_CLEARED,
	ENTRY_DONE, /* '#' after digits: entry_work() or entry_end() is next */
	ENTRY_TOO_FAST,
	ENTRY_BUSY, /* WORKING or STORING */
	ENTRY_ANSWER_COUNT
};

struct entry_press {
	char key; /* '0'..'9', '*' or '#', asserted */
	uint64_t
		at_mono_ms; /* when the finger was on it: a loop that stalled hands on several keys at once */
};

/* One key; entry_tick() was called for now_mono_ms before. */
enum entry_answer entry_key(
	struct entry *entry, uint64_t now_mono_ms, struct entry_press press, uint32_t inter_key_ms);
/* True when what was worked on is given up: no answer came in ENTRY_WORK_MS. */
bool entry_tick(struct entry *entry, uint64_t now_mono_ms);
/* The digits go to be stretched: copies them out, wipes them here. Returns the entry's id. */
uint32_t entry_work(struct entry *entry, uint64_t now_mono_ms, char digits[WIRE_LONG_CODE]);
/* A card instead of digits, which are dropped if there were any. False while another attempt, or a burst of
 * keys, is not over. */
bool entry_card(struct entry *entry, uint64_t now_mono_ms);
/* Whether `id` is what is being worked on. */
bool entry_is_working(const struct entry *entry, uint32_t id);
void entry_end(struct entry *entry);
/* From EMPTY: the next entry waits until this one's record is stored. A jam goes on being one. */
void entry_store(struct entry *entry, uint64_t now_mono_ms);
/* Its record is stored. */
void entry_stored(struct entry *entry);
/* Whether a power cut now would count as a wrong code. */
bool entry_is_open(const struct entry *entry);
uint64_t entry_next_mono_ms(const struct entry *entry);

#endif
