/* gpio_keypad - a bare keypad of rows and columns, scanned by way of keypad_matrix.h. One thread: the loop's.
 */
#ifndef RUMAH_DOOR_GPIO_KEYPAD_H
#define RUMAH_DOOR_GPIO_KEYPAD_H

#include "firmware/door/gpio_faults.h"
#include "firmware/door/gpio_pins.h"

struct gpio_keypad; /* opaque: gpio_keypad_open() makes it, gpio_keypad_close() frees it */

/* Without columns in `pins` *out is NULL. Lines that cannot be had are no reason to fail: gpio_keypad_look()
 * tells READER_FAULT_LINES_LOW, as of a key that sticks, and tries again. What it is given is borrowed until
 * it is closed. 0 or -errno. */
int gpio_keypad_open(struct gpio_keypad **out, struct uv_loop_s *loop, const struct pins *pins,
	const char *consumer, struct gpio_faults *faults);
void gpio_keypad_look(struct gpio_keypad *keypad);  /* every second or so; takes NULL */
void gpio_keypad_close(struct gpio_keypad *keypad); /* wipes; takes NULL */

#endif
