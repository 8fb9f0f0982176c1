/* gpio_inputs - the door's switches, as lines in words: polarity and debouncing, levels at the start, a
 * cable that chatters, a chip that goes and comes back. One thread: the loop's. */
#ifndef RUMAH_DOOR_GPIO_INPUTS_H
#define RUMAH_DOOR_GPIO_INPUTS_H

#include "firmware/door/gpio_pins.h"
#include "firmware/door/port.h"

struct gpio_inputs; /* opaque: gpio_inputs_open() makes it, gpio_inputs_close() frees it */

/* A line that cannot be had is no reason to fail: it counts as not active, gpio_inputs_look() says it is cut
 * and tries again. `pins`, `consumer` and `events` are borrowed until it is closed. 0 or -errno. */
int gpio_inputs_open(struct gpio_inputs **out, struct uv_loop_s *loop, const struct pins *pins,
	const char *consumer, const struct port_events *events);
bool gpio_inputs_is_active(const struct gpio_inputs *inputs, enum board_line line);
unsigned gpio_inputs_wired(const struct gpio_inputs *inputs); /* LINE_BIT()s */
/* Reads all levels anew, takes again what had gone. Call it every second or so, not from an event. */
void gpio_inputs_look(struct gpio_inputs *inputs);
void gpio_inputs_close(struct gpio_inputs *inputs); /* takes NULL */

#endif
