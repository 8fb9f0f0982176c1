/* fake_gpio - a GPIO chip without a kernel: gpio_lines.h as port_gpio.c links it, and the far ends of its
 * wires for a test. One chip, whose lines are whatever names are asked for. Any thread. */
#ifndef RUMAH_TESTS_FAKE_GPIO_H
#define RUMAH_TESTS_FAKE_GPIO_H

#include <stdbool.h>
#include <stdint.h>

void fake_gpio_reset(void); /* asserts that every line was let go */

/* The wire's other end: an input's level now, with the edge it makes. Lines rest high. */
void fake_gpio_drive(const char *ref, bool is_high);
void fake_gpio_set_level(const char *ref, bool is_high); /* the same, and the edge is lost on its way */
void fake_gpio_fall(const char *ref, uint64_t at_ns);    /* a short low pulse, seen at at_ns */
void fake_gpio_join(const char *row, const char *column, bool is_down); /* a key of a matrix */

/* What a meter reads: the driven level, or where an input or a line let go is pulled. */
bool fake_gpio_level(const char *ref);
bool fake_gpio_is_taken(const char *ref);
unsigned fake_gpio_requests(const char *ref); /* so far */
/* Levels of an output since it was first taken, oldest first: "0", "010". */
const char *fake_gpio_history(const char *ref);
/* What the line was driven to last before it was let go. */
bool fake_gpio_last(const char *ref);
unsigned fake_gpio_writes(const char *ref);

void fake_gpio_refuse(const char *ref, int error); /* 0: no longer */
void fake_gpio_fail_writes(unsigned count);        /* the next ones */
void fake_gpio_gap(const char *ref);               /* edges of its request are missing */
void fake_gpio_live(bool value);                   /* the chip, as by gpio-sim's own switch */

#endif
