/* gpio_reader - a reader with keypad on D0 and D1: edges to keys and cards by way of wiegand.h. One thread:
 * the loop's. */
#ifndef RUMAH_DOOR_GPIO_READER_H
#define RUMAH_DOOR_GPIO_READER_H

#include "firmware/door/gpio_faults.h"
#include "firmware/door/gpio_pins.h"

struct gpio_reader; /* opaque: gpio_reader_open() makes it, gpio_reader_close() frees it */

/* Without d0 in `pins` *out is NULL. Lines that cannot be had are no reason to fail: gpio_reader_look() tells
 * READER_FAULT_LINES_LOW and tries again. What it is given is borrowed until it is closed. 0 or -errno. */
int gpio_reader_open(struct gpio_reader **out, struct uv_loop_s *loop, const struct pins *pins,
	const char *consumer, struct gpio_faults *faults);
void gpio_reader_look(struct gpio_reader *reader);  /* every second or so; takes NULL */
void gpio_reader_close(struct gpio_reader *reader); /* wipes; takes NULL */

#endif
