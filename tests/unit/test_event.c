#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schemas/wire/event.h"
#include "schemas/wire/refusal.h"
#include "tests/unit/vectors.h"

static struct wire_event event_of(const struct vector *vector)
{
	struct wire_event event = {
		.seq = (uint64_t)vector_number(vector, "seq"),
		.boot = strtoull(vector_text(vector, "boot"), NULL, 16),
		.mono_ms = (uint64_t)vector_number(vector, "mono_ms"),
		.wall_ms = vector_number(vector, "wall_ms"),
		.bound_ms = (uint32_t)vector_number(vector, "bound_ms"),
		.n = vector_number(vector, "n"),
	};
	const char *grant = vector_text(vector, "grant");

	assert_int_equal(wire_trust_read(&event.trust, vector_text(vector, "trust")), 0);
	assert_int_equal(wire_event_type_read(&event.type, vector_text(vector, "type")), 0);
	assert_int_equal(wire_reason_read(&event.reason, vector_text(vector, "reason")), 0);
	assert_true(strlen(grant) < sizeof(event.grant));
	memcpy(event.grant, grant, strlen(grant));
	return event;
}

static void test_vectors(void **state)
{
	uint8_t hash[WIRE_HASH_BYTES], expected[WIRE_HASH_BYTES];
	struct vector vector;
	int count = 0;

	(void)state;
	for (vector_open(&vector, "chain.txt"); vector_next(&vector); count++) {
		vector_bytes(&vector, "hash_hex", expected, sizeof(expected));
		if (count == 0) {
			wire_chain_start(hash, vector_text(&vector, "board"),
				strtoull(vector_text(&vector, "log"), NULL, 16));
		} else {
			struct wire_event event = event_of(&vector);

			wire_chain_next(hash, &event);
		}
		assert_memory_equal(hash, expected, sizeof(hash));
	}
	assert_int_equal(count, 4);
}

static const struct wire_event base = { .seq = 5,
	.boot = 6,
	.mono_ms = 7,
	.wall_ms = 8,
	.bound_ms = 9,
	.trust = WIRE_TRUST_HOLDOVER,
	.type = WIRE_EVENT_UNUSED,
	.reason = WIRE_REASON_CODE,
	.n = -1,
	.grant = "0123456789abcdef" };

static void hash_of(uint8_t hash[static WIRE_HASH_BYTES], const struct wire_event *event)
{
	memset(hash, 0, WIRE_HASH_BYTES);
	wire_chain_next(hash, event);
}

static void test_every_field_is_in_the_hash(void **state)
{
	struct wire_event changed[10];
	uint8_t hash[WIRE_HASH_BYTES], other[WIRE_HASH_BYTES];

	(void)state;
	for (size_t i = 0; i < 10; i++)
		changed[i] = base;
	changed[0].seq++;
	changed[1].boot += UINT64_C(1) << 63;
	changed[2].mono_ms++;
	changed[3].wall_ms = -changed[3].wall_ms;
	changed[4].bound_ms = UINT32_MAX;
	changed[5].trust = WIRE_TRUST_FLOOR;
	changed[6].type = WIRE_EVENT_REX;
	changed[7].reason = WIRE_REASON_NONE;
	changed[8].n = 1;
	changed[9].grant[15] = 'g';
	hash_of(hash, &base);
	for (size_t i = 0; i < 10; i++) {
		hash_of(other, &changed[i]);
		assert_memory_not_equal(hash, other, sizeof(hash));
	}
	hash_of(other, &base);
	assert_memory_equal(hash, other, sizeof(hash));
}

static void test_what_is_behind_a_grants_end_is_not_in_the_hash(void **state)
{
	struct wire_event empty = base, dirty = base;
	uint8_t hash[WIRE_HASH_BYTES], other[WIRE_HASH_BYTES];

	(void)state;
	memset(empty.grant, 0, sizeof(empty.grant));
	dirty.grant[0] = '\0';
	hash_of(hash, &empty);
	hash_of(other, &dirty);
	assert_memory_equal(hash, other, sizeof(hash));
}

static void test_the_start_depends_on_board_and_log(void **state)
{
	uint8_t hash[3][WIRE_HASH_BYTES];

	(void)state;
	wire_chain_start(hash[0], "door-1", 1);
	wire_chain_start(hash[1], "door-2", 1);
	wire_chain_start(hash[2], "door-1", 2);
	assert_memory_not_equal(hash[0], hash[1], WIRE_HASH_BYTES);
	assert_memory_not_equal(hash[0], hash[2], WIRE_HASH_BYTES);
}

static void test_words_are_read_back(void **state)
{
	(void)state;
	for (unsigned i = 1; i < WIRE_EVENT_TYPE_COUNT; i++) {
		enum wire_event_type type = 0;

		assert_int_equal(wire_event_type_read(&type, wire_event_type_word(i)), 0);
		assert_int_equal(type, i);
	}
	for (unsigned i = 0; i < WIRE_REASON_COUNT; i++) {
		enum wire_reason reason = 0;

		assert_int_equal(wire_reason_read(&reason, wire_reason_word(i)), 0);
		assert_int_equal(reason, i);
	}
	for (unsigned i = WIRE_TRUST_TRUSTED; i <= WIRE_TRUST_FLOOR; i++) {
		enum wire_trust trust = 0;

		assert_int_equal(wire_trust_read(&trust, wire_trust_word(i)), 0);
		assert_int_equal(trust, i);
	}
}

static void test_other_words_are_refused_untouched(void **state)
{
	static const char *const words[] = { "", "?", "Boot", "boo", "boots", "boot ", "code\n", "none_" };
	enum wire_event_type type = WIRE_EVENT_REX;
	enum wire_reason reason = WIRE_REASON_BUSY;
	enum wire_trust trust = WIRE_TRUST_HOLDOVER;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		assert_int_equal(wire_event_type_read(&type, words[i]), WIRE_BAD_FORM);
		assert_int_equal(wire_reason_read(&reason, words[i]), WIRE_BAD_FORM);
		assert_int_equal(wire_trust_read(&trust, words[i]), WIRE_BAD_FORM);
	}
	assert_int_equal(type, WIRE_EVENT_REX);
	assert_int_equal(reason, WIRE_REASON_BUSY);
	assert_int_equal(trust, WIRE_TRUST_HOLDOVER);
	assert_string_equal(wire_event_type_word(0), "?");
	assert_string_equal(wire_event_type_word(WIRE_EVENT_TYPE_COUNT), "?");
	assert_string_equal(wire_refusal_word(WIRE_ACCEPTED), "accepted");
	assert_string_equal(wire_refusal_word(WIRE_BAD_ORDER), "bad_order");
	assert_string_equal(wire_refusal_word(WIRE_REFUSAL_COUNT), "error");
	assert_string_equal(wire_refusal_word(-1), "error");
}

static void test_access_and_tamper_are_never_noise(void **state)
{
	(void)state;
	assert_true(wire_event_type_is_noise(WIRE_EVENT_DOOR_OPENED));
	assert_true(wire_event_type_is_noise(WIRE_EVENT_MESSAGE_REFUSED));
	assert_false(wire_event_type_is_noise(WIRE_EVENT_ACCESS_GRANTED));
	assert_false(wire_event_type_is_noise(WIRE_EVENT_ACCESS_DENIED));
	assert_false(wire_event_type_is_noise(WIRE_EVENT_DOOR_FORCED));
	assert_false(wire_event_type_is_noise(WIRE_EVENT_LOCKOUT_STARTED));
	assert_false(wire_event_type_is_noise(0));
	assert_false(wire_event_type_is_noise(WIRE_EVENT_TYPE_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_every_field_is_in_the_hash),
		cmocka_unit_test(test_what_is_behind_a_grants_end_is_not_in_the_hash),
		cmocka_unit_test(test_the_start_depends_on_board_and_log),
		cmocka_unit_test(test_words_are_read_back),
		cmocka_unit_test(test_other_words_are_refused_untouched),
		cmocka_unit_test(test_access_and_tamper_are_never_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
