#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "schemas/wire/code.h"
#include "tests/unit/vectors.h"

static const struct wire_settings cheap = { .argon_mem_kib = 8, .argon_passes = 1 };

static void test_code_vectors(void **state)
{
	struct vector vector;
	int count = 0;

	(void)state;
	for (vector_open(&vector, "code.txt"); vector_next(&vector); count++) {
		struct wire_settings settings = {
			.argon_mem_kib = (uint32_t)vector_number(&vector, "mem_kib"),
			.argon_passes = (uint32_t)vector_number(&vector, "passes"),
		};
		const char *digits = vector_text(&vector, "digits");
		uint8_t s[WIRE_STRETCHED_BYTES], tag_key[WIRE_KEY_BYTES], tag[WIRE_TAG_BYTES], expected[32];

		vector_bytes(&vector, "salt_hex", settings.argon_salt, sizeof(settings.argon_salt));
		vector_bytes(&vector, "tag_key_hex", tag_key, sizeof(tag_key));
		assert_int_equal(wire_stretch(s, digits, strlen(digits), &settings), 0);
		assert_int_equal(vector_bytes(&vector, "s_hex", expected, sizeof(expected)), sizeof(s));
		assert_memory_equal(s, expected, sizeof(s));
		wire_tag(tag, tag_key, s);
		assert_int_equal(vector_bytes(&vector, "tag_hex", expected, sizeof(expected)), sizeof(tag));
		assert_memory_equal(tag, expected, sizeof(tag));
	}
	assert_int_equal(count, 3);
}

static void test_board_key_vectors(void **state)
{
	struct vector vector;
	int count = 0;

	(void)state;
	for (vector_open(&vector, "board_keys.txt"); vector_next(&vector); count++) {
		uint8_t bs[32], bp[32], gs[32], gp[32], expected[32];
		struct wire_board_keys board, gateway;

		vector_bytes(&vector, "board_secret_hex", bs, sizeof(bs));
		vector_bytes(&vector, "board_public_hex", bp, sizeof(bp));
		vector_bytes(&vector, "gateway_secret_hex", gs, sizeof(gs));
		vector_bytes(&vector, "gateway_public_hex", gp, sizeof(gp));
		assert_int_equal(wire_board_keys(&board, bs, gp, bp, gp), 0);
		assert_int_equal(wire_board_keys(&gateway, gs, bp, bp, gp), 0);
		assert_memory_equal(
			&board, &gateway, sizeof(board)); /* both ends, without a word between them */
		vector_bytes(&vector, "tag_key_hex", expected, sizeof(expected));
		assert_memory_equal(board.tag_key, expected, sizeof(expected));
		vector_bytes(&vector, "wifi_key_hex", expected, sizeof(expected));
		assert_memory_equal(board.wifi_key, expected, sizeof(expected));
	}
	assert_int_equal(count, 1);
}

static void test_low_order_peers_are_refused(void **state)
{
	static const char *const points[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
		"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	};
	uint8_t secret[32] = { 9 }, peer[32], public[32] = { 1 };
	struct wire_board_keys keys;

	(void)state;
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		assert_int_equal(sodium_hex2bin(peer, sizeof(peer), points[i], 64, NULL, NULL, NULL), 0);
		assert_int_equal(wire_board_keys(&keys, secret, peer, public, public), -EINVAL);
	}
}

static void test_what_is_no_code_is_refused(void **state)
{
	static const struct {
		const char *digits;
		size_t count;
		int expected;
	} rows[] = {
		{ "0", 1, 0 }, { "123456789012", WIRE_LONG_CODE, 0 }, { "", 0, -EINVAL },
		{ "1234567890123", WIRE_LONG_CODE + 1, -EINVAL }, { "1234 678", 8, -EINVAL },
		{ "1234567#", 8, -EINVAL }, { "1234567/", 8, -EINVAL }, { "1234567:", 8, -EINVAL },
		{ "1234\0"
		  "678",
			8, -EINVAL },
		{ "\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4", 8, -EINVAL }, /* Arabic-Indic digits */
	};
	uint8_t s[WIRE_STRETCHED_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(wire_stretch(s, rows[i].digits, rows[i].count, &cheap), rows[i].expected);
}

static void test_costs_out_of_bounds_are_refused(void **state)
{
	struct wire_settings settings = cheap;
	uint8_t s[WIRE_STRETCHED_BYTES];

	(void)state;
	settings.argon_passes = 0;
	assert_int_equal(wire_stretch(s, "123456", 6, &settings), -EINVAL);
	settings = cheap;
	settings.argon_mem_kib = 7;
	assert_int_equal(wire_stretch(s, "123456", 6, &settings), -EINVAL);
}

static void test_length_salt_and_key_all_count(void **state)
{
	struct wire_settings salted = cheap;
	uint8_t s[4][WIRE_STRETCHED_BYTES], key[2][WIRE_KEY_BYTES] = { { 1 }, { 2 } }, tag[2][WIRE_TAG_BYTES];

	(void)state;
	salted.argon_salt[15] = 1;
	assert_int_equal(wire_stretch(s[0], "01234567", 8, &cheap), 0);
	assert_int_equal(wire_stretch(s[1], "1234567", 7, &cheap), 0);
	assert_int_equal(wire_stretch(s[2], "01234567", 8, &salted), 0);
	assert_int_equal(wire_stretch(s[3], "01234567", 8, &cheap), 0);
	assert_memory_not_equal(s[0], s[1], sizeof(s[0]));
	assert_memory_not_equal(s[0], s[2], sizeof(s[0]));
	assert_memory_equal(s[0], s[3], sizeof(s[0]));
	wire_tag(tag[0], key[0], s[0]);
	wire_tag(tag[1], key[1], s[0]);
	assert_memory_not_equal(tag[0], tag[1], sizeof(tag[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_code_vectors),
		cmocka_unit_test(test_board_key_vectors),
		cmocka_unit_test(test_low_order_peers_are_refused),
		cmocka_unit_test(test_what_is_no_code_is_refused),
		cmocka_unit_test(test_costs_out_of_bounds_are_refused),
		cmocka_unit_test(test_length_salt_and_key_all_count),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
