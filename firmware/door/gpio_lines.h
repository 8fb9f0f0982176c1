/* gpio_lines - lines of the kernel's GPIO character device: as much of it as a door needs, the same over
 * libgpiod 1.6 (gpio_lines_v1.c) and libgpiod 2 (gpio_lines_v2.c). CMake picks one by the version installed.
 *
 * A line is named as the board's device tree names it ("door1-lock", "GPIO17"), or by chip and offset, the
 * chip by its label or its device ("doorboard:3", "gpiochip1:3"). Numbers of chips change from one kernel to
 * the next, and labels do not: prefer those. Levels are electrical: true is high. What high means is the
 * caller's.
 *
 * All lines of one request are on one chip, or it is refused, and an output has its level in the call that
 * makes it one: there is no moment with a line driven and nobody having said to where.
 *
 * One request is used by one thread at a time; two requests are independent. */
#ifndef RUMAH_DOOR_GPIO_LINES_H
#define RUMAH_DOOR_GPIO_LINES_H

#include <stdbool.h>
#include <stdint.h>

#define GPIO_LINES_MAX 16    /* of one request; a bit of an unsigned each */
#define GPIO_EVENTS_MIN 256  /* edges of GPIO_PULSES that wait for a busy reader at least */
#define GPIO_MESSAGE_MAX 240 /* a sentence for a person */

enum gpio_use {
	GPIO_INPUT,  /* levels, read when wanted */
	GPIO_LEVELS, /* levels, and the descriptor wakes at both edges; edges may be lost in a burst, so the
			level is to be read after them */
	GPIO_PULSES, /* falling edges, in order over all lines of the request, none lost without a word */
	GPIO_OUTPUT,
};

enum gpio_bias { GPIO_BIAS_AS_IS, GPIO_BIAS_UP, GPIO_BIAS_DOWN };

struct gpio_want {
	const char *consumer; /* who asks, as others will read it: "rumah-door kamar-1" */
	enum gpio_use use;
	enum gpio_bias bias; /* of inputs; a chip that has none ignores it */
	bool is_open_drain;  /* outputs: high is let go, not driven */
	unsigned levels;     /* outputs: bit i is line i's level from the first moment */
	unsigned count;
	const char *refs[GPIO_LINES_MAX];
};

struct gpio_edge {
	unsigned line;  /* as in refs */
	bool is_rising; /* of GPIO_PULSES: never */
	uint64_t at_ns; /* when the kernel saw it, on CLOCK_BOOTTIME like mono_now_ms() */
};

struct gpio_lines; /* opaque: gpio_lines_open() makes it, gpio_lines_close() frees it */

/* Takes the lines. 0; or -errno with *out untouched and the reason in `message`: -ENOENT no such line or
 * chip, -ENOTUNIQ two chips have a line of that name, -EXDEV not all on one chip, -EBUSY taken (the message
 * says by whom), -EACCES, … */
int gpio_lines_open(
	struct gpio_lines **out, const struct gpio_want *want, char message[static GPIO_MESSAGE_MAX]);

/* Outputs: all of them at once. 0, or -errno: -ENODEV when the chip has gone. */
int gpio_lines_set(struct gpio_lines *lines, unsigned levels);
/* Levels of all lines. 0, or -errno: -ENODEV when the chip has gone. */
int gpio_lines_levels(struct gpio_lines *lines, unsigned *levels);

/* Readable while there are edges; -1 when the use has none. A chip that goes away need not wake it: read
 * the levels now and then. */
int gpio_lines_fd(const struct gpio_lines *lines);
/* Takes waiting edges, oldest first. Returns how many, 0 when none wait, or -errno. *has_gap: edges that
 * belong before, among or after these are missing, so that a frame they are part of is to be dropped.
 * With libgpiod 2 that is the kernel's own sequence number, over a queue of GPIO_EVENTS_MIN or more from
 * which the oldest fall. The older interface has a queue of 16 a line, drops the newest and does not say so:
 * for GPIO_PULSES a thread empties it as edges come, and a queue that was found full counts as a gap. */
int gpio_lines_read(struct gpio_lines *lines, struct gpio_edge *edges, unsigned max, bool *has_gap);

/* Lets the lines go; what they are then is the chip's affair (wiring.md). Takes NULL. */
void gpio_lines_close(struct gpio_lines *lines);

#endif
