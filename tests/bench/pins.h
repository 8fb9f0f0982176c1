/* pins - the simulated pins of a rumah-door, over its local socket: keys in, the strike out. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct pins; /* opaque: one connection */

/* Connects, trying for limit_ms. NULL when nobody listens. */
struct pins *pins_open(const char *path, int limit_ms);
void pins_close(struct pins *pins);

/* Sends {"do":"press",...} and waits until the last key is down. */
void pins_press(struct pins *pins, const char *keys, int gap_ms);
/* Sends the command alone; the answer is read later. */
void pins_say(struct pins *pins, const char *command);
/* The next line, parsed; the caller frees. Ends the measurement when none comes within 10 s. */
json_t *pins_hear(struct pins *pins);
/* Reads a watcher's lines until the strike is `is_on`; returns when (now_ns()). */
uint64_t pins_await_strike(struct pins *pins, bool is_on);
