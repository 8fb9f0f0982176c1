/* number - see number.h */
#include "gateway/core/number.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "gateway/core/base32.h"

#define DIGITS 6 /* the last one is the check character */

/* Times x in GF(32) with x^5 = x^2 + 1, in which x has order 31: the weights of the positions are all
 * different, so that a swap of two different characters changes the sum as surely as one wrong character. */
static unsigned times_x(unsigned value)
{
	value <<= 1;
	return value & 32 ? value ^ 0x25 : value;
}

/* The sum over all characters of value · x^(distance from the end); 0 for a right number, in which the check
 * character has distance 0. */
static unsigned checksum(const unsigned *values, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++)
		sum = times_x(sum) ^ values[i];
	return sum;
}

static void spell(char out[static NUMBER_CHARS + 1], const unsigned values[DIGITS])
{
	static const uint8_t places[DIGITS] = { 3, 4, 5, 6, 8, 9 };

	memcpy(out, "RG-....-..", NUMBER_CHARS + 1);
	for (size_t i = 0; i < DIGITS; i++)
		out[places[i]] = base32_char(values[i]);
}

void number_make(char out[static NUMBER_CHARS + 1], const uint8_t random[static NUMBER_RANDOM_BYTES])
{
	unsigned values[DIGITS] = { 0 };

	for (size_t i = 0; i < NUMBER_RANDOM_BYTES; i++)
		values[i] = random[i] & 31;
	values[DIGITS - 1] = checksum(values, DIGITS);
	spell(out, values);
}

int number_read(char out[static NUMBER_CHARS + 1], const char *text)
{
	unsigned values[DIGITS + 2]; /* room for RG before the digits */
	size_t count = 0, skip;

	for (; *text; text++) {
		int value = base32_value(*text);

		if (*text == '-' || *text == ' ')
			continue;
		if (value < 0 || count == DIGITS + 2)
			return -EINVAL;
		values[count++] = (unsigned)value;
	}
	if (count != DIGITS && count != DIGITS + 2)
		return -EINVAL;
	skip = count - DIGITS;
	if (skip && (base32_char(values[0]) != 'R' || base32_char(values[1]) != 'G'))
		return -EINVAL;
	if (checksum(values + skip, DIGITS) != 0)
		return -EINVAL;
	spell(out, values + skip);
	return 0;
}
