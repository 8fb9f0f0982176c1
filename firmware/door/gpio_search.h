/* gpio_search - from the names of lines to a chip's device and offsets on it. Shared by both back ends of
 * gpio_lines.h, which bring the one thing it needs of the library: a look at a chip. */
#ifndef RUMAH_DOOR_GPIO_SEARCH_H
#define RUMAH_DOOR_GPIO_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/door/gpio_lines.h"
#include "firmware/door/gpio_ref.h"

#define GPIO_PATH_MAX 32 /* "/dev/gpiochip" and a number */

/* What a look at a chip finds. */
enum gpio_sight { GPIO_NOT_HERE = 0, GPIO_HERE = 1, GPIO_TOO_FAR = 2 /* the chip, but not so many lines */ };

struct gpio_place {
	char path[GPIO_PATH_MAX]; /* the chip's device */
	unsigned offsets[GPIO_LINES_MAX];
};

/* Given by the back end: looks for `ref` on the chip at `path`. A gpio_sight with *offset, or -errno. */
int gpio_chip_look(const char *path, const struct gpio_ref *ref, unsigned *offset);
/* Given by the back end: who has the line, into consumer; "" when nobody or nobody knows. */
void gpio_chip_consumer(const char *path, unsigned offset, char consumer[static GPIO_REF_MAX + 1]);

/* Finds all lines of `want` on one chip. 0, or -errno with the reason in `message`. */
int gpio_search(
	struct gpio_place *place, const struct gpio_want *want, char message[static GPIO_MESSAGE_MAX]);
/* Says in `message` why lines that were found could not be had; returns `error`. */
int gpio_search_explain(const struct gpio_place *place, const struct gpio_want *want, int error,
	char message[static GPIO_MESSAGE_MAX]);

/* What to add to CLOCK_MONOTONIC, in which kernels from 5.7 on stamp events, for CLOCK_BOOTTIME. Kept in
 * *offset_ns between calls and renewed only when the board has slept: intervals between edges stay exact. */
void gpio_boot_offset(uint64_t *offset_ns);

#endif
