/* gpio_pins - which lines a door's port has and what they mean: the [pins] and [reader] sections of the
 * configuration as values. */
#ifndef RUMAH_DOOR_GPIO_PINS_H
#define RUMAH_DOOR_GPIO_PINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/core/board.h"
#include "firmware/core/keypad_matrix.h"
#include "firmware/core/wiegand.h"
#include "firmware/door/gpio_lines.h"
#include "firmware/door/gpio_ref.h"

#define PIN_TEXT_MAX (2 * GPIO_REF_MAX + 48)
#define PINS_TEXT_MAX (MATRIX_ROWS * (GPIO_REF_MAX + 1) + 16)
#define PIN_PULSE_MS 500 /* of a motor lock or a turnstile, unless it is said otherwise */
#define PIN_PULSE_MIN_MS 20
#define PIN_PULSE_MAX_MS 5000
#define PINS_MESSAGE_MAX 120

struct pin {
	char ref[GPIO_REF_MAX + 1];  /* "": not wired */
	char pair[GPIO_REF_MAX + 1]; /* of a switch, "": none. Its level is always the other one, or the cable
					is cut or shorted */
	bool is_active_high;
	enum gpio_bias bias;
	uint32_t ms; /* of inputs how long to be steady, of pulsed outputs how long */
};

struct pins {
	struct pin lock, lock_close; /* energised, or pulsed to unlock; of a motor with two coils: to lock */
	struct pin lines[LINE_COUNT];
	struct pin d0, d1;
	struct pin rows[MATRIX_ROWS], columns[MATRIX_COLUMNS_MAX];
	unsigned column_count; /* 0: no scanned keypad */
	struct pin buzzer, lamp;
	struct wiegand_profile reader; /* when there is a d0 */
};

struct pins_text { /* as read from the file; "" what is not there */
	char lock[PIN_TEXT_MAX], lock_close[PIN_TEXT_MAX];
	char lines[LINE_COUNT][PIN_TEXT_MAX];
	char d0[PIN_TEXT_MAX], d1[PIN_TEXT_MAX];
	char rows[PINS_TEXT_MAX], columns[PINS_TEXT_MAX];
	char buzzer[PIN_TEXT_MAX], lamp[PIN_TEXT_MAX];
	char keys[10], cards[48], facility[4], frame_gap[4], star[8];
};

/* 0, or -EINVAL with a sentence that begins with "[section] key: ". */
int pins_read(struct pins *pins, const struct pins_text *text, const struct board_hardware *hardware,
	char message[static PINS_MESSAGE_MAX]);

#endif
