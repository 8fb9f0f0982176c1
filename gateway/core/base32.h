/* base32 - Crockford's alphabet, which leaves out I, L, O and U, for numbers and secrets that people read
 * out. Pure. */
#ifndef RUMAH_GATEWAY_BASE32_H
#define RUMAH_GATEWAY_BASE32_H

#include <stddef.h>
#include <stdint.h>

/* One character per byte of `random`, five bits of each used. Upper case, or lower case for grant ids. `out`
 * has count + 1 bytes. */
void base32_upper(char *out, const uint8_t *random, size_t count);
void base32_lower(char *out, const uint8_t *random, size_t count);
/* The value 0..31 of a character as people write it: either case, O for 0, I and L for 1. -1: none of ours.
 */
int base32_value(char c);
char base32_char(unsigned value); /* upper case */

#endif
