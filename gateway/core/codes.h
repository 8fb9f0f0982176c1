/* codes - digits for a keypad: uniform, from random bytes the caller draws, without those a guesser tries
 * first. Pure. */
#ifndef RUMAH_GATEWAY_CODES_H
#define RUMAH_GATEWAY_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CODES_COOL_MS (30LL * 24 * 60 * 60 * 1000) /* a code is not given anew so soon after its end */

/* Weak is
 *   - fewer than three different digits (11112222, 12121212),
 *   - the same step from each digit to the next, counted round from 9 to 0 (00000000, 12345678, 98765432,
 * 13579135),
 *   - five neighbours that repeat, climb or fall by one (12345907, 40000071),
 *   - one block said again and again (12341234, 123123),
 *   - nothing but pairs (11223344).
 * Of 8 digits some 1 in 800 is. */
bool codes_is_weak(const char *digits, size_t count);
/* Writes `count` digits and an end mark, drawing with `random` as often as it needs: each code that is not
 * weak is as likely as any other. */
void codes_make(char *digits, size_t count, void (*random)(void *ctx, void *buf, size_t len), void *ctx);

#endif
