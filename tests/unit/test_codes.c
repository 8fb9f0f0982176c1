/* Codes: what is weak, and that the rest is uniform. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "gateway/core/codes.h"
#include "tests/sim/prng.h"

static void fill(void *ctx, void *buf, size_t len)
{
	prng_fill(ctx, buf, len);
}

static void weak_codes_are_named(void **state)
{
	/* clang-format off */
	static const struct { const char *digits; bool is_weak; } rows[] = {
		{ "00000000", true }, { "77777777", true },     /* repeats */
		{ "12345678", true }, { "98765432", true },     /* runs */
		{ "67890123", true }, { "13579135", true },     /* round from 9 to 0; by twos */
		{ "12121212", true }, { "11112222", true },     /* two digits only */
		{ "12341234", true }, { "123123", true },       /* one block again and again */
		{ "11223344", true }, { "44556677", true },     /* nothing but pairs */
		{ "12345907", true }, { "90765432", true },     /* five neighbours */
		{ "40000071", true }, { "407111117321", true }, /* five the same */
		{ "123123123123", true },
		{ "48291357", false }, { "12349876", false },   /* four neighbours are chance */
		{ "11223345", false }, { "482913", false },
		{ "40000713", false }, { "829104736625", false },
		{ "13571357", true },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(codes_is_weak(rows[i].digits, strlen(rows[i].digits)), rows[i].is_weak);
}

static void an_odd_count_has_no_pairs(void **state)
{
	(void)state;
	assert_false(codes_is_weak("1122337", 7));
}

static void a_million_codes_are_strong_and_evenly_spread(void **state)
{
	unsigned seen[8][10] = { 0 };
	char digits[9];
	struct prng prng;

	(void)state;
	prng_init(&prng, 42);
	for (int i = 0; i < 1000000; i++) {
		codes_make(digits, 8, fill, &prng);
		for (int place = 0; place < 8; place++)
			seen[place][digits[place] - '0']++;
		if (i % 16 == 0)
			assert_false(codes_is_weak(digits, 8));
	}
	/* Each digit at each place 100,000 times; 5 standard deviations of a binomial are 1,500. */
	for (int place = 0; place < 8; place++) {
		for (int digit = 0; digit < 10; digit++)
			assert_in_range(seen[place][digit], 98500, 101500);
	}
}

/* How often two of a million codes are alike: of 10^8 some 5,000 pairs. More would be a smaller space. */
static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void a_million_codes_repeat_no_more_than_chance(void **state)
{
	const size_t count = 1000000;
	uint32_t *codes = malloc(count * sizeof(*codes));
	unsigned twins = 0;
	char digits[9];
	struct prng prng;

	(void)state;
	assert_non_null(codes);
	prng_init(&prng, 43);
	for (size_t i = 0; i < count; i++) {
		codes_make(digits, 8, fill, &prng);
		codes[i] = (uint32_t)strtoul(digits, NULL, 10);
	}
	qsort(codes, count, sizeof(*codes), compare);
	for (size_t i = 1; i < count; i++)
		twins += codes[i] == codes[i - 1];
	assert_in_range(twins, 4600, 5400);
	free(codes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weak_codes_are_named),
		cmocka_unit_test(an_odd_count_has_no_pairs),
		cmocka_unit_test(a_million_codes_are_strong_and_evenly_spread),
		cmocka_unit_test(a_million_codes_repeat_no_more_than_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
