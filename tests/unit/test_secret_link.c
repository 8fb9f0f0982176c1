/* Private links: what they find, what they open, and what opens without them (nothing). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "gateway/core/link.h"
#include "tests/sim/prng.h"

static void make(uint64_t seed, char out[LINK_CHARS + 1])
{
	uint8_t random[LINK_CHARS];
	struct prng prng;

	prng_init(&prng, seed);
	prng_fill(&prng, random, sizeof(random));
	link_make(out, random);
}

static void a_link_is_read_as_people_paste_it(void **state)
{
	char link[LINK_CHARS + 1], read[LINK_CHARS + 1] = "untouched", lower[LINK_CHARS + 2];

	(void)state;
	make(1, link);
	for (size_t i = 0; i <= LINK_CHARS; i++)
		lower[i] = link[i] == '0'   ? 'o'
			   : link[i] == '1' ? 'l'
			   : link[i] >= 'A' ? (char)(link[i] + 32)
					    : link[i];
	assert_int_equal(link_read(read, lower), 0);
	assert_string_equal(read, link);
	memcpy(read, "untouched", 10);
	lower[LINK_CHARS - 1] = '\0';
	assert_int_equal(link_read(read, lower), -EINVAL); /* too short */
	lower[LINK_CHARS - 1] = 'a';
	lower[LINK_CHARS] = 'a';
	lower[LINK_CHARS + 1] = '\0';
	assert_int_equal(link_read(read, lower), -EINVAL); /* too long */
	lower[LINK_CHARS] = '\0';
	lower[3] = '-';
	assert_int_equal(link_read(read, lower), -EINVAL);
	assert_string_equal(read, "untouched");
}

static void two_links_share_nothing(void **state)
{
	char a[LINK_CHARS + 1], b[LINK_CHARS + 1];
	uint8_t id_a[LINK_ID_BYTES], id_b[LINK_ID_BYTES], key_a[LINK_KEY_BYTES], key_b[LINK_KEY_BYTES];

	(void)state;
	make(1, a);
	make(2, b);
	link_id(id_a, a);
	link_id(id_b, b);
	link_public(key_a, a);
	link_public(key_b, b);
	assert_memory_not_equal(id_a, id_b, sizeof(id_a));
	assert_memory_not_equal(key_a, key_b, sizeof(key_a));
	assert_memory_not_equal(id_a, key_a, sizeof(id_a));
}

static void a_sealed_text_opens_with_its_link_alone(void **state)
{
	static const char text[] = "48291357 829104736625";
	uint8_t sealed[sizeof(text) - 1 + LINK_SEAL_BYTES], public[LINK_KEY_BYTES], random[32] = { 7 };
	char mine[LINK_CHARS + 1], other[LINK_CHARS + 1], opened[sizeof(text)];

	(void)state;
	make(1, mine);
	make(2, other);
	link_public(public, mine);
	assert_int_equal(link_seal(sealed, text, sizeof(text) - 1, public, random), 0);
	assert_int_equal(link_open(opened, sealed, sizeof(sealed), mine), 0);
	assert_string_equal(opened, text);
	assert_int_equal(link_open(opened, sealed, sizeof(sealed), other), -EINVAL);
	sealed[50] ^= 1;
	assert_int_equal(link_open(opened, sealed, sizeof(sealed), mine), -EINVAL);
	assert_int_equal(link_open(opened, sealed, LINK_SEAL_BYTES - 1, mine), -EINVAL);
}

static void a_low_order_key_is_refused(void **state)
{
	uint8_t sealed[1 + LINK_SEAL_BYTES], public[LINK_KEY_BYTES] = { 0 }, random[32] = { 7 };

	(void)state;
	assert_int_equal(link_seal(sealed, "x", 1, public, random), -EINVAL);
}

static void a_locked_secret_opens_with_its_key_alone(void **state)
{
	uint8_t secret[32] = { 1, 2, 3 }, locked[32 + LINK_LOCK_BYTES], opened[32], key[32] = { 9 },
		other[32] = { 8 };
	uint8_t nonce[24] = { 5 };

	(void)state;
	link_lock(locked, secret, sizeof(secret), key, nonce);
	assert_int_equal(link_unlock(opened, locked, sizeof(locked), key), 0);
	assert_memory_equal(opened, secret, sizeof(secret));
	assert_int_equal(link_unlock(opened, locked, sizeof(locked), other), -EINVAL);
	assert_int_equal(link_unlock(opened, locked, LINK_LOCK_BYTES - 1, key), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_link_is_read_as_people_paste_it),
		cmocka_unit_test(two_links_share_nothing),
		cmocka_unit_test(a_sealed_text_opens_with_its_link_alone),
		cmocka_unit_test(a_low_order_key_is_refused),
		cmocka_unit_test(a_locked_secret_opens_with_its_key_alone),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
