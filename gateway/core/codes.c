/* codes - see codes.h */
#include "gateway/core/codes.h"

#include <string.h>

#define RUN 5 /* neighbours */

static int step_at(const char *digits, size_t i)
{
	return (digits[i + 1] - digits[i] + 10) % 10;
}

static unsigned different(const char *digits, size_t count)
{
	unsigned seen = 0, n = 0;

	for (size_t i = 0; i < count; i++)
		seen |= 1u << (digits[i] - '0');
	for (; seen; seen &= seen - 1)
		n++;
	return n;
}

/* How many digits in a row are the longest stretch of one step; only_unit: of steps 0, 1 and -1 alone. */
static size_t longest_run(const char *digits, size_t count, bool only_unit)
{
	size_t longest = 1, length = 1;
	int before = -1;

	for (size_t i = 0; i + 1 < count; i++) {
		int step = step_at(digits, i);
		bool counts = !only_unit || step <= 1 || step == 9;

		length = !counts ? 1 : step == before ? length + 1 : 2;
		before = counts ? step : -1;
		if (length > longest)
			longest = length;
	}
	return longest;
}

static bool repeats_block(const char *digits, size_t count)
{
	for (size_t block = 1; block <= count / 2; block++) {
		if (count % block == 0 && memcmp(digits, digits + block, count - block) == 0)
			return true;
	}
	return false;
}

static bool is_all_pairs(const char *digits, size_t count)
{
	for (size_t i = 0; i + 1 < count; i += 2) {
		if (digits[i] != digits[i + 1])
			return false;
	}
	return count % 2 == 0;
}

bool codes_is_weak(const char *digits, size_t count)
{
	return different(digits, count) < 3 || longest_run(digits, count, false) == count ||
	       longest_run(digits, count, true) >= RUN || repeats_block(digits, count) ||
	       is_all_pairs(digits, count);
}

/* One digit from random bytes: 250 and above are drawn again, or 0 to 5 would come more often. */
static char draw_digit(void (*random)(void *ctx, void *buf, size_t len), void *ctx)
{
	uint8_t byte;

	do {
		random(ctx, &byte, 1);
	} while (byte >= 250);
	return (char)('0' + byte % 10);
}

void codes_make(char *digits, size_t count, void (*random)(void *ctx, void *buf, size_t len), void *ctx)
{
	do {
		for (size_t i = 0; i < count; i++)
			digits[i] = draw_digit(random, ctx);
	} while (codes_is_weak(digits, count));
	digits[count] = '\0';
}
