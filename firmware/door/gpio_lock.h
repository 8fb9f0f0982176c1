/* gpio_lock - the lock's output, and what "released" means for its coil:
 *
 *                                   at rest          released
 *   strike, fail-secure             not energised    energised
 *   magnet, fail-safe               energised        not energised
 *   motor, one output               not energised    a pulse
 *   motor, two outputs              neither          a pulse on the one; relocked by one on the other
 *   turnstile                       not energised    a pulse: one passage
 *
 * A guard of its own (guard.h) holds each of them to its deadline, whatever becomes of the loop. The lines
 * are requested at rest, so that taking them moves nothing; a motor is then told to lock. */
#ifndef RUMAH_DOOR_GPIO_LOCK_H
#define RUMAH_DOOR_GPIO_LOCK_H

#include "firmware/door/gpio_pins.h"

struct gpio_lock; /* opaque: gpio_lock_open() makes it, gpio_lock_close() frees it */

/* `pins` and `consumer` are borrowed until it is closed. 0, or -errno with a sentence in `message`. */
int gpio_lock_open(struct gpio_lock **out, const struct pins *pins, enum board_lock kind,
	const char *consumer, char message[static GPIO_MESSAGE_MAX]);
/* As port.h's strike. 0 or -errno: -ENODEV while its chip is away. */
int gpio_lock_release(struct gpio_lock *lock, uint64_t until_mono_ms);
int gpio_lock_rest(struct gpio_lock *lock);
/* Whether the line is there; takes it again, at rest, when it has come back. Call it every second or so. */
bool gpio_lock_look(struct gpio_lock *lock);
bool gpio_lock_is_alive(struct gpio_lock *lock); /* as guard_is_alive(), of all of them */
void gpio_lock_close(struct gpio_lock *lock);    /* at rest, then lets go; takes NULL */

#endif
