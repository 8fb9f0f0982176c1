/* gpio_pin_words - one line of the [pins] section as it is written: a line and words about it. */
#ifndef RUMAH_DOOR_GPIO_PIN_WORDS_H
#define RUMAH_DOOR_GPIO_PIN_WORDS_H

#include "firmware/door/gpio_pins.h"

#define PIN_WORDS_MAX 8 /* of one value */

enum pin_word {            /* what a pin may be told, bits */
	PIN_NC = 1 << 0,   /* the circuit opens when what the line is named for happens */
	PIN_NO = 1 << 1,   /* it closes */
	PIN_HIGH = 1 << 2, /* the output's level that switches on what hangs on it */
	PIN_LOW = 1 << 3,
	PIN_UP = 1 << 4,       /* pulled up in the chip, the switch leads to ground */
	PIN_DOWN = 1 << 5,     /* pulled down in the chip, the switch leads to 3.3 V */
	PIN_EXTERNAL = 1 << 6, /* the resistor, up or down, is on the board: the chip's is left as it is */
	PIN_MS = 1 << 7,
	PIN_PAIR = 1 << 8, /* and a line follows: the other contact of a changeover switch */
};

/* Splits at spaces, in place. How many words, PIN_WORDS_MAX + 1 when there are more. */
unsigned pin_words_split(char *text, char *words[static PIN_WORDS_MAX]);
/* The names and the time go into `pin`, what was said into *words, in whatever order: what goes together is
 * the caller's. `text` is shorter than PIN_TEXT_MAX. NULL, or a complaint for a person. */
const char *pin_words_read(struct pin *pin, unsigned *words, const char *text);

#endif
