/* Numbers that survive the telephone: what is misheard is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gateway/core/base32.h"
#include "gateway/core/number.h"
#include "tests/sim/prng.h"

static void make(struct prng *prng, char out[NUMBER_CHARS + 1])
{
	uint8_t random[NUMBER_RANDOM_BYTES];

	prng_fill(prng, random, sizeof(random));
	number_make(out, random);
}

static void a_number_is_read_as_it_was_made(void **state)
{
	char number[NUMBER_CHARS + 1], read[NUMBER_CHARS + 1];
	struct prng prng;

	(void)state;
	prng_init(&prng, 1);
	for (int i = 0; i < 1000; i++) {
		make(&prng, number);
		assert_int_equal(strlen(number), NUMBER_CHARS);
		assert_int_equal(number_read(read, number), 0);
		assert_string_equal(read, number);
	}
}

static void every_wrong_character_and_every_swap_is_noticed(void **state)
{
	static const int places[] = { 3, 4, 5, 6, 8, 9 };
	char number[NUMBER_CHARS + 1], wrong[NUMBER_CHARS + 1], read[NUMBER_CHARS + 1] = "untouched";
	struct prng prng;

	(void)state;
	prng_init(&prng, 2);
	for (int round = 0; round < 50; round++) {
		make(&prng, number);
		for (int i = 0; i < 6; i++) {
			for (unsigned value = 0; value < 32; value++) {
				memcpy(wrong, number, sizeof(wrong));
				wrong[places[i]] = base32_char(value);
				assert_int_equal(
					number_read(read, wrong), strcmp(wrong, number) == 0 ? 0 : -EINVAL);
			}
			if (i == 5)
				continue;
			memcpy(wrong, number, sizeof(wrong));
			wrong[places[i]] = number[places[i + 1]];
			wrong[places[i + 1]] = number[places[i]];
			assert_int_equal(number_read(read, wrong), strcmp(wrong, number) == 0 ? 0 : -EINVAL);
		}
	}
}

static void people_write_as_they_like(void **state)
{
	const uint8_t random[NUMBER_RANDOM_BYTES] = { 0, 1, 20, 21, 22 };
	char number[NUMBER_CHARS + 1], read[NUMBER_CHARS + 1], typed[40];
	const char *tail;

	(void)state;
	number_make(number, random); /* RG-01MN-P? */
	assert_memory_equal(number, "RG-01MN-P", 9);
	tail = number + 9;
	/* clang-format off */
	const struct { const char *before; int r; } rows[] = {
		{ "RG-01MN-P", 0 },
		{ "rg-01mn-p", 0 },
		{ "rg 01mn p", 0 },
		{ "01MNP", 0 },
		{ "RG-OIMN-P", 0 },  /* O for 0, I for 1 */
		{ "RG-oLmn-P", 0 },  /* L for 1 */
		{ "XX-01MN-P", -EINVAL },
		{ "RX-01MN-P", -EINVAL },
		{ "RG-01M-P", -EINVAL },
		{ "RG-01MN-PP", -EINVAL },
		{ "RG-01UN-P", -EINVAL }, /* there is no U */
		{ "RG-01M!-P", -EINVAL },
		{ "RG-01MN-P0123", -EINVAL },
		{ "", -EINVAL },
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(typed, sizeof(typed), "%s%s", rows[i].before, tail);
		assert_int_equal(number_read(read, typed), rows[i].r);
		if (rows[i].r == 0)
			assert_string_equal(read, number);
	}
}

static void both_alphabets_are_crockfords(void **state)
{
	uint8_t all[32];
	char upper[33], lower[33];

	(void)state;
	for (uint8_t i = 0; i < 32; i++)
		all[i] = (uint8_t)(i | 0xe0); /* five bits count */
	base32_upper(upper, all, 32);
	base32_lower(lower, all, 32);
	assert_string_equal(upper, "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
	assert_string_equal(lower, "0123456789abcdefghjkmnpqrstvwxyz");
	for (int i = 0; i < 32; i++) {
		assert_int_equal(base32_value(upper[i]), i);
		assert_int_equal(base32_value(lower[i]), i);
	}
	assert_int_equal(base32_value('U'), -1);
	assert_int_equal(base32_value('{'), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_read_as_it_was_made),
		cmocka_unit_test(every_wrong_character_and_every_swap_is_noticed),
		cmocka_unit_test(people_write_as_they_like),
		cmocka_unit_test(both_alphabets_are_crockfords),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
