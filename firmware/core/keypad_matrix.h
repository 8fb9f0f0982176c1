/* keypad_matrix - a keypad of 4 rows and 3 or 4 columns, scanned: which rows to drive, what the columns say.
 * Pure: times come in.
 *
 *               columns      rows are open drain: driven is low, let go is high impedance. Columns rest high
 *              0  1  2  3    (pull-ups); one is active, low, where a key joins it to a driven row.
 *     row 0    1  2  3  A
 *     row 1    4  5  6  B    ┌──────┐ a column is active ┌──────────┐ one key, 20 ms    ┌──────┐ 30 s
 * ┌───────┐ row 2    7  8  9  C    │ IDLE │ ─────────────────> │ SCANNING │ ────────────────> │ HELD │ ─────>
 * │ STUCK │ row 3    *  0  #  D    └──────┘                    └──────────┘ or several keys   └──────┘
 * └───────┘ ^  ^    none, 20 ms          │                              │ none, 20 ms   │ │
 * └─────────────────────────┘                              │               │
 *                              └───────────────────────────────────────────────────────────┴───────────────┘
 *
 * One key at a time, told once when it has been steady for MATRIX_STEADY_MS, and no next one before all are
 * up: without diodes three keys at the corners of a rectangle look like four, and while one of two is let go
 * the other would look newly pressed. A key does not repeat. One held for MATRIX_STUCK_MS is a fault: the
 * keypad or its cable is shorted, or something leans on it.
 *
 * For the edge that owns the lines:
 *   1. drive exactly the rows of keypad_matrix_rows();
 *   2. when keypad_matrix_next_ms() has come, and in IDLE also when a column's edge tells so (then all rows
 * are driven, and no timer is needed): read the columns and call keypad_matrix_step() with those active;
 *   3. begin again at 1. Rows are given MATRIX_SETTLE_MS to settle before the columns count.
 * IDLE wakes nobody. A port without edges on the columns steps it each 20 ms or so instead. */
#ifndef RUMAH_CORE_KEYPAD_MATRIX_H
#define RUMAH_CORE_KEYPAD_MATRIX_H

#include <stdbool.h>
#include <stdint.h>

#define MATRIX_ROWS 4
#define MATRIX_COLUMNS_MAX 4
#define MATRIX_SETTLE_MS 1  /* 10 kΩ and some nF of cable: 100 µs; a millisecond is what a timer can do */
#define MATRIX_PAUSE_MS 5   /* between two scans */
#define MATRIX_STEADY_MS 20 /* metal domes bounce for 5 to 15 ms */
#define MATRIX_STUCK_MS (30 * 1000)

enum keypad_matrix_answer {
	MATRIX_NOTHING,
	MATRIX_KEY,     /* one of 0-9, '*', '#' went down */
	MATRIX_REFUSED, /* several at once: what was being typed is spoilt */
	MATRIX_STUCK,
	MATRIX_FREE, /* no longer stuck */
	MATRIX_ANSWER_COUNT
};

enum keypad_matrix_state { MATRIX_STATE_IDLE, MATRIX_STATE_SCANNING, MATRIX_STATE_HELD, MATRIX_STATE_STUCK };

struct keypad_matrix_counts {
	uint64_t keys, letters;   /* A to D: no keys of a code, ignored */
	uint64_t several, ghosts; /* of several those that form a rectangle's corners */
	uint64_t stuck;
};

struct keypad_matrix { /* the caller's memory */
	enum keypad_matrix_state state;
	uint8_t columns;
	uint8_t row;          /* the one being driven, when not IDLE */
	uint16_t seen, image; /* keys so far in this scan, and of the last: bit row · 4 + column */
	uint64_t steady_ms;   /* since when image is what it is */
	uint64_t held_ms;     /* since when HELD */
	uint64_t next_ms;
	struct keypad_matrix_counts counts;
};

/* 0, or -EINVAL unless `columns` is 3 or 4. */
int keypad_matrix_init(struct keypad_matrix *matrix, unsigned columns);
/* The columns active at now_ms (bits), with the rows driven that keypad_matrix_rows() last told. *key is
 * written with MATRIX_KEY. */
enum keypad_matrix_answer keypad_matrix_step(
	struct keypad_matrix *matrix, unsigned columns, uint64_t now_ms, char *key);
/* Rows to drive now (bits). */
unsigned keypad_matrix_rows(const struct keypad_matrix *matrix);
/* When the columns are to be read: 0 at the start, when a key may be down already; UINT64_MAX in IDLE. */
uint64_t keypad_matrix_next_ms(const struct keypad_matrix *matrix);

#endif
