#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "schemas/wire/seal.h"
#include "tests/unit/vectors.h"

#define TOPIC "rumah/site/board/head"
#define OBJECT "{\"v\":1,\"rev\":7}"

static uint8_t public[WIRE_SIGN_PUBLIC_BYTES], secret[WIRE_SIGN_SECRET_BYTES];
static bool is_memory_out;

/* The library's malloc(), by the linker's --wrap. */
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	return is_memory_out ? NULL : __real_malloc(size);
}

static long seal(char *msg, size_t size)
{
	memcpy(msg, OBJECT, strlen(OBJECT));
	return wire_seal(msg, strlen(OBJECT), size, TOPIC, secret);
}

static void test_vectors(void **state)
{
	struct vector vector;
	int count = 0;

	(void)state;
	for (vector_open(&vector, "seal.txt"); vector_next(&vector); count++) {
		uint8_t seed[32], expected[32], pk[32], sk[64];
		const char *topic = vector_text(&vector, "topic"), *object = vector_text(&vector, "object");
		const char *sealed = vector_text(&vector, "sealed");
		char msg[VECTOR_VALUE_MAX];
		long len;

		assert_int_equal(vector_bytes(&vector, "seed_hex", seed, sizeof(seed)), 32);
		assert_int_equal(vector_bytes(&vector, "public_hex", expected, sizeof(expected)), 32);
		crypto_sign_seed_keypair(pk, sk, seed);
		assert_memory_equal(pk, expected, sizeof(pk));

		memcpy(msg, object, strlen(object));
		len = wire_seal(msg, strlen(object), sizeof(msg), topic, sk);
		assert_int_equal(len, strlen(sealed));
		assert_memory_equal(msg, sealed, (size_t)len);
		assert_int_equal(wire_unseal(sealed, strlen(sealed), topic, pk), 0);
	}
	assert_int_equal(count, 3);
}

static void test_a_seal_makes_a_message_97_bytes_longer(void **state)
{
	char msg[256];

	(void)state;
	assert_int_equal(seal(msg, sizeof(msg)), strlen(OBJECT) + WIRE_SEAL_BYTES - 1);
	assert_int_equal(
		seal(msg, strlen(OBJECT) + WIRE_SEAL_BYTES - 1), strlen(OBJECT) + WIRE_SEAL_BYTES - 1);
	assert_int_equal(seal(msg, strlen(OBJECT) + WIRE_SEAL_BYTES - 2), -ENOSPC);
	assert_int_equal(seal(msg, strlen(OBJECT)), -ENOSPC);
	assert_memory_equal(msg, OBJECT, strlen(OBJECT)); /* untouched */
}

static void test_only_objects_with_a_member_are_sealed(void **state)
{
	static const char *const texts[] = { "", "{", "}", "{}", "{   }", "[1,2,3]", "{\"v\":1", "\"v\":1}",
		"{\"v\":1} " };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char msg[256] = "";

		memcpy(msg, texts[i], strlen(texts[i]));
		if (wire_seal(msg, strlen(texts[i]), sizeof(msg), TOPIC, secret) != -EINVAL)
			fail_msg("\"%s\"", texts[i]);
	}
}

static void test_every_single_bit_counts(void **state)
{
	char msg[256];
	long len = seal(msg, sizeof(msg));

	(void)state;
	assert_int_equal(wire_unseal(msg, (size_t)len, TOPIC, public), 0);
	for (long bit = 0; bit < 8 * len; bit++) {
		int r;

		msg[bit / 8] ^= (char)(1 << bit % 8);
		r = wire_unseal(msg, (size_t)len, TOPIC, public);
		if (r != WIRE_BAD_SEAL && r != WIRE_BAD_SIGNATURE)
			fail_msg("bit %ld: %s", bit, wire_refusal_word(r));
		msg[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (int bit = 0; bit < 256; bit++) {
		public[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(wire_unseal(msg, (size_t)len, TOPIC, public), WIRE_BAD_SIGNATURE);
		public[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void test_every_length_but_the_right_one_is_refused(void **state)
{
	char msg[256] = "";
	long len = seal(msg, sizeof(msg));

	(void)state;
	for (size_t cut = 0; cut < (size_t)len + 40; cut++) {
		char *exact; /* so that one byte too far is seen */
		int r;

		if (cut == (size_t)len)
			continue;
		exact = malloc(cut ? cut : 1);
		assert_non_null(exact);
		memcpy(exact, msg, cut);
		r = wire_unseal(exact, cut, TOPIC, public);
		free(exact);
		if (r <= 0)
			fail_msg("%zu of %ld bytes: %d", cut, len, r);
	}
}

static void test_a_seal_belongs_to_its_topic(void **state)
{
	static const char *const topics[] = {
		"rumah/site/board/action",
		"rumah/site/board2/head",
		"rumah/site2/board/head",
		"rumah/site/board/hea",
		"rumah/site/board/headd",
		"",
		"umah/site/board/head",
	};
	char msg[256];
	long len = seal(msg, sizeof(msg));

	(void)state;
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
		assert_int_equal(wire_unseal(msg, (size_t)len, topics[i], public), WIRE_BAD_SIGNATURE);
}

static void sign_as(char *msg, size_t len, const char *prefix, size_t prefix_len)
{
	uint8_t bytes[512], sig[crypto_sign_BYTES];
	size_t object_len = strlen(OBJECT);

	memcpy(bytes, prefix, prefix_len);
	memcpy(bytes + prefix_len, OBJECT, object_len);
	crypto_sign_detached(sig, NULL, bytes, prefix_len + object_len, secret);
	sodium_bin2base64(msg + len - 90, 89, sig, sizeof(sig), sodium_base64_VARIANT_ORIGINAL);
	msg[len - 2] = '"'; /* where the text's NUL went */
}

static void test_a_signature_of_another_domain_is_refused(void **state)
{
	char msg[256];
	long len = seal(msg, sizeof(msg));

	(void)state;
	sign_as(msg, (size_t)len, "rumah/1\0" TOPIC, sizeof("rumah/1\0" TOPIC));
	assert_int_equal(
		wire_unseal(msg, (size_t)len, TOPIC, public), 0); /* this test signs as the seal does */
	sign_as(msg, (size_t)len, "rumah/2\0" TOPIC, sizeof("rumah/2\0" TOPIC));
	assert_int_equal(wire_unseal(msg, (size_t)len, TOPIC, public), WIRE_BAD_SIGNATURE);
	sign_as(msg, (size_t)len, "", 0);
	assert_int_equal(wire_unseal(msg, (size_t)len, TOPIC, public), WIRE_BAD_SIGNATURE);
}

/* Points of small order and their other spellings: under such a key anyone can sign. */
static void test_keys_of_small_order_sign_nothing(void **state)
{
	static const char *const keys[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000080",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	};
	uint8_t key[32], sig[crypto_sign_BYTES] = { 1 }; /* R the neutral point, S = 0 */
	char msg[256];
	long len = seal(msg, sizeof(msg));

	(void)state;
	sodium_bin2base64(msg + len - 90, 89, sig, sizeof(sig), sodium_base64_VARIANT_ORIGINAL);
	msg[len - 2] = '"';
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_int_equal(sodium_hex2bin(key, sizeof(key), keys[i], 64, NULL, NULL, NULL), 0);
		assert_int_equal(wire_unseal(msg, (size_t)len, TOPIC, key), WIRE_BAD_SIGNATURE);
	}
}

/* S + L verifies in a careless implementation: the same signature in other bytes. */
static void test_s_past_the_group_order_is_refused(void **state)
{
	static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
		0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10 };
	uint8_t sig[crypto_sign_BYTES];
	char msg[256];
	long len = seal(msg, sizeof(msg));

	(void)state;
	assert_int_equal(sodium_base642bin(sig, sizeof(sig), msg + len - 90, 88, NULL, NULL, NULL,
				 sodium_base64_VARIANT_ORIGINAL),
		0);
	sodium_add(sig + 32, order, sizeof(order));
	sodium_bin2base64(msg + len - 90, 89, sig, sizeof(sig), sodium_base64_VARIANT_ORIGINAL);
	msg[len - 2] = '"';
	assert_int_equal(wire_unseal(msg, (size_t)len, TOPIC, public), WIRE_BAD_SIGNATURE);
}

static void test_no_memory_is_said_and_nothing_changed(void **state)
{
	char msg[256];
	long len;

	(void)state;
	is_memory_out = true;
	len = seal(msg, sizeof(msg));
	is_memory_out = false;
	assert_int_equal(len, -ENOMEM);
	assert_memory_equal(msg, OBJECT, strlen(OBJECT));

	len = seal(msg, sizeof(msg));
	is_memory_out = true;
	assert_int_equal(wire_unseal(msg, (size_t)len, TOPIC, public), -ENOMEM);
	is_memory_out = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_a_seal_makes_a_message_97_bytes_longer),
		cmocka_unit_test(test_only_objects_with_a_member_are_sealed),
		cmocka_unit_test(test_every_single_bit_counts),
		cmocka_unit_test(test_every_length_but_the_right_one_is_refused),
		cmocka_unit_test(test_a_seal_belongs_to_its_topic),
		cmocka_unit_test(test_a_signature_of_another_domain_is_refused),
		cmocka_unit_test(test_keys_of_small_order_sign_nothing),
		cmocka_unit_test(test_s_past_the_group_order_is_refused),
		cmocka_unit_test(test_no_memory_is_said_and_nothing_changed),
	};
	uint8_t seed[crypto_sign_SEEDBYTES] = { 7 };

	if (sodium_init() < 0)
		return 1;
	crypto_sign_seed_keypair(public, secret, seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
