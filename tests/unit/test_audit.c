/* audit: the chain is what its header says, and whatever is changed in a row changes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "gateway/core/audit.h"

static const struct audit_row sample = { 1, 1700000000000, "siti", "desk", "approve", "request", "7" };

static void chain(uint8_t hash[AUDIT_HASH_BYTES], const struct audit_row *row)
{
	audit_start(hash);
	audit_next(hash, row);
}

static void the_chain_is_as_its_header_says(void **state)
{
	static const char first[] = "rumah audit/1";
	static const uint8_t row[] = "\x01\0\0\0\0\0\0\0"         /* id */
				     "\0\x68\xe5\xcf\x8b\x01\0\0" /* 1,700,000,000,000 */
				     "\x04\0\0\0siti\x04\0\0\0desk\x07\0\0\0approve\x07\0\0\0request"
				     "\x01\0\0\0"
				     "7";
	uint8_t bytes[AUDIT_HASH_BYTES + sizeof(row) - 1], expected[AUDIT_HASH_BYTES], hash[AUDIT_HASH_BYTES];

	(void)state;
	crypto_generichash(bytes, AUDIT_HASH_BYTES, (const uint8_t *)first, strlen(first), NULL, 0);
	audit_start(hash);
	assert_memory_equal(hash, bytes, AUDIT_HASH_BYTES);

	memcpy(bytes + AUDIT_HASH_BYTES, row, sizeof(row) - 1);
	crypto_generichash(expected, sizeof(expected), bytes, sizeof(bytes), NULL, 0);
	audit_next(hash, &sample);
	assert_memory_equal(hash, expected, sizeof(expected));
}

static void every_change_of_a_row_shows(void **state)
{
	/* clang-format off */
	static const struct { const char *what; struct audit_row row; } changes[] = {
		{ "another number",      { 2, 1700000000000, "siti", "desk", "approve", "request", "7" } },
		{ "another time",        { 1, 1700000000001, "siti", "desk", "approve", "request", "7" } },
		{ "somebody else",       { 1, 1700000000000, "sita", "desk", "approve", "request", "7" } },
		{ "another role",        { 1, 1700000000000, "siti", "desc", "approve", "request", "7" } },
		{ "another deed",        { 1, 1700000000000, "siti", "desk", "refuse",  "request", "7" } },
		{ "another subject",     { 1, 1700000000000, "siti", "desk", "approve", "unit",    "7" } },
		{ "another detail",      { 1, 1700000000000, "siti", "desk", "approve", "request", "8" } },
		{ "a border moved",      { 1, 1700000000000, "sit", "idesk", "approve", "request", "7" } },
		{ "a text moved",        { 1, 1700000000000, "siti", "desk", "approve", "request7", "" } },
	};
	/* clang-format on */
	uint8_t expected[AUDIT_HASH_BYTES], hash[AUDIT_HASH_BYTES];

	(void)state;
	chain(expected, &sample);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		chain(hash, &changes[i].row);
		if (memcmp(hash, expected, sizeof(hash)) == 0)
			fail_msg("%s", changes[i].what);
	}
}

static void the_order_of_rows_shows(void **state)
{
	struct audit_row other = sample;
	uint8_t one[AUDIT_HASH_BYTES], two[AUDIT_HASH_BYTES];

	(void)state;
	other.id = 2;
	chain(one, &sample);
	audit_next(one, &other);
	chain(two, &other);
	audit_next(two, &sample);
	assert_memory_not_equal(one, two, sizeof(one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_chain_is_as_its_header_says),
		cmocka_unit_test(every_change_of_a_row_shows),
		cmocka_unit_test(the_order_of_rows_shows),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
