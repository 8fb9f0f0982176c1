/* guard - holds an output to its deadline, whatever becomes of the loop: a thread of its own sleeps on a
 * timer and switches off. Switching on and arming the timer are one act, so there is no moment with the
 * strike on and nobody watching. The hardware's own one-shot stands behind it for when the whole process
 * hangs. */
#ifndef RUMAH_DOOR_GUARD_H
#define RUMAH_DOOR_GUARD_H

#include <stdbool.h>
#include <stdint.h>

struct guard; /* opaque: guard_open() makes it, guard_close() frees it */

/* `set` switches the output; it is called under the guard's lock, by the guard's thread or by the caller's,
 * and returns 0 or -errno. Starts with set(ctx, false). 0 or -errno. */
int guard_open(struct guard **out, int (*set)(void *ctx, bool on), void *ctx);
/* On until until_mono_ms (CLOCK_BOOTTIME) at the latest; a newer deadline takes the older one's place. When
 * the timer cannot be armed the output stays or goes off. 0 or -errno. */
int guard_on(struct guard *guard, uint64_t until_mono_ms);
int guard_off(struct guard *guard);
/* Whether the thread answered the last time this was asked, and asks it again: for the service's watchdog. */
bool guard_is_alive(struct guard *guard);
void guard_close(struct guard *guard); /* off, then frees; takes NULL */

#endif
