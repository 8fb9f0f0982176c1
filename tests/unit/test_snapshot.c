#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "schemas/wire/message.h"
#include "schemas/wire/seal.h"
#include "tests/unit/vectors.h"

static struct wire_grant grants[WIRE_GRANTS_MAX + 1], read_grants[WIRE_GRANTS_MAX];
static char text[WIRE_SNAPSHOT_MAX + 4096];
static bool is_memory_out;

/* The library's calloc(), by the linker's --wrap. */
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return is_memory_out ? NULL : __real_calloc(count, size);
}

static struct wire_snapshot snapshot_of(size_t count)
{
	static const struct wire_snapshot plain = {
		.epoch = 1,
		.rev = 1,
		.at_ms = 1735689600000,
		.settings = { .strike_ms = 5000,
			.strike_extended_ms = 10000,
			.held_open_ms = 60000,
			.inter_key_ms = 5000,
			.zone_min = 420,
			.argon_mem_kib = 4096,
			.argon_passes = 3 },
		.grants = grants,
	};
	struct wire_snapshot snapshot = plain;

	snapshot.grant_count = count;
	for (size_t i = 0; i < count; i++) {
		grants[i] = (struct wire_grant){
			.from_ms = 1735689600000, .until_ms = 1767225600000, .offline_until_ms = 1736294400000
		};
		snprintf(grants[i].id, sizeof(grants[i].id), "%016zx", i);
		memcpy(grants[i].tag, &i, sizeof(i));
		memcpy(grants[i].long_tag, &i, sizeof(i));
		grants[i].long_tag[15] = 1;
	}
	return snapshot;
}

static int decode(size_t len, size_t grant_max, struct wire_snapshot *out)
{
	struct wire_snapshot snapshot = { .grants = read_grants, .grant_max = grant_max };
	int r = wire_snapshot_decode(&snapshot, text, len);

	if (out)
		*out = snapshot;
	return r;
}

static void test_digest_vectors(void **state)
{
	struct vector vector;
	int count = 0;

	(void)state;
	for (vector_open(&vector, "digest.txt"); vector_next(&vector); count++) {
		const char *message = vector_text(&vector, "message");
		uint8_t digest[WIRE_DIGEST_BYTES], expected[WIRE_DIGEST_BYTES];

		vector_bytes(&vector, "digest_hex", expected, sizeof(expected));
		wire_digest(digest, message, strlen(message));
		assert_memory_equal(digest, expected, sizeof(digest));
	}
	assert_int_equal(count, 2);
}

static void test_twenty_thousand_grants_fit_and_come_back(void **state)
{
	struct wire_snapshot snapshot = snapshot_of(WIRE_GRANTS_MAX), read;
	long len, plain_len;

	(void)state;
	plain_len = wire_snapshot_encode(text, WIRE_SNAPSHOT_MAX, &snapshot);
	assert_in_range(plain_len, 1, 140 * WIRE_GRANTS_MAX);
	for (size_t i = 0; i < WIRE_GRANTS_MAX; i++)
		grants[i].has_long = true;
	len = wire_snapshot_encode(text, WIRE_SNAPSHOT_MAX - WIRE_SEAL_BYTES, &snapshot);
	assert_in_range(len, 1, 171 * WIRE_GRANTS_MAX);
	assert_int_equal(decode((size_t)len, WIRE_GRANTS_MAX, &read), 0);
	assert_int_equal(read.grant_count, WIRE_GRANTS_MAX);
	for (size_t i = 0; i < WIRE_GRANTS_MAX; i++) {
		assert_string_equal(read_grants[i].id, grants[i].id);
		assert_memory_equal(read_grants[i].tag, grants[i].tag, WIRE_TAG_BYTES);
		assert_memory_equal(read_grants[i].long_tag, grants[i].long_tag, WIRE_TAG_BYTES);
		assert_int_equal(read_grants[i].offline_until_ms, grants[i].offline_until_ms);
	}
}

static void test_one_grant_more_is_refused(void **state)
{
	struct wire_snapshot snapshot = snapshot_of(WIRE_GRANTS_MAX + 1);
	long len = wire_snapshot_encode(text, WIRE_SNAPSHOT_MAX, &snapshot);

	(void)state;
	assert_true(len > 0);
	assert_int_equal(decode((size_t)len, WIRE_GRANTS_MAX, NULL), WIRE_OUT_OF_BOUNDS);
}

static void test_the_callers_room_is_a_bound_too(void **state)
{
	struct wire_snapshot snapshot = snapshot_of(3);
	long len = wire_snapshot_encode(text, sizeof(text), &snapshot);

	(void)state;
	assert_int_equal(decode((size_t)len, 3, NULL), 0);
	memset(&read_grants[2], 0x5a, sizeof(read_grants[2]));
	assert_int_equal(decode((size_t)len, 2, NULL), WIRE_OUT_OF_BOUNDS);
	assert_int_equal(read_grants[2].tag[0], 0x5a);
	assert_int_equal(decode((size_t)len, 0, NULL), WIRE_OUT_OF_BOUNDS);
}

static void test_twins_are_found_however_far_apart(void **state)
{
	static const struct {
		const char *name;
		size_t offset, other; /* where the 16 bytes of the first and of the last grant are */
		bool has_all;         /* long codes and cards */
		int expected;
	} rows[] = {
		{ "ids", offsetof(struct wire_grant, id), offsetof(struct wire_grant, id), false,
			WIRE_BAD_ORDER },
		{ "tags", offsetof(struct wire_grant, tag), offsetof(struct wire_grant, tag), false,
			WIRE_BAD_ORDER },
		{ "a tag and a long tag", offsetof(struct wire_grant, tag),
			offsetof(struct wire_grant, long_tag), true, WIRE_BAD_ORDER },
		{ "long tags", offsetof(struct wire_grant, long_tag), offsetof(struct wire_grant, long_tag),
			true, WIRE_BAD_ORDER },
		{ "long tags that are not there", offsetof(struct wire_grant, long_tag),
			offsetof(struct wire_grant, long_tag), false, 0 },
		{ "a tag and a card's", offsetof(struct wire_grant, tag),
			offsetof(struct wire_grant, card_tag), true, WIRE_BAD_ORDER },
		{ "cards", offsetof(struct wire_grant, card_tag), offsetof(struct wire_grant, card_tag), true,
			WIRE_BAD_ORDER },
		{ "cards that are not there", offsetof(struct wire_grant, card_tag),
			offsetof(struct wire_grant, card_tag), false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire_snapshot snapshot = snapshot_of(2000);
		long len;
		int r;

		grants[0].has_long = grants[1999].has_long = rows[i].has_all;
		grants[0].has_card = grants[1999].has_card = rows[i].has_all;
		for (size_t n = 0; n < WIRE_TAG_BYTES; n++) { /* two of each, and no two alike */
			grants[0].long_tag[n] = 0xf0;
			grants[1999].long_tag[n] = 0xf1;
			grants[0].card_tag[n] = 0xf2;
			grants[1999].card_tag[n] = 0xf3;
		}
		memcpy((char *)&grants[1999] + rows[i].other, (char *)&grants[0] + rows[i].offset, 16);
		len = wire_snapshot_encode(text, sizeof(text), &snapshot);
		r = decode((size_t)len, WIRE_GRANTS_MAX, NULL);
		if (r != rows[i].expected)
			fail_msg("%s: %s", rows[i].name, wire_refusal_word(r));
	}
}

static void test_no_memory_for_the_search_is_said(void **state)
{
	struct wire_snapshot snapshot = snapshot_of(2);
	long len = wire_snapshot_encode(text, sizeof(text), &snapshot);

	(void)state;
	is_memory_out = true;
	assert_int_equal(decode((size_t)len, WIRE_GRANTS_MAX, NULL), -ENOMEM);
	is_memory_out = false;
	assert_int_equal(decode((size_t)len, WIRE_GRANTS_MAX, NULL), 0);
}

static void test_more_than_four_megabytes_is_refused_unread(void **state)
{
	struct wire_snapshot snapshot = snapshot_of(1);
	long len = wire_snapshot_encode(text, sizeof(text), &snapshot);

	(void)state;
	memset(text + len, ' ', sizeof(text) - (size_t)len);
	assert_int_equal(decode(WIRE_SNAPSHOT_MAX, WIRE_GRANTS_MAX, NULL), 0);
	assert_int_equal(decode(WIRE_SNAPSHOT_MAX + 1, WIRE_GRANTS_MAX, NULL), WIRE_TOO_LONG);
}

static void test_optional_members_are_left_out(void **state)
{
	struct wire_snapshot snapshot = snapshot_of(1);
	long len = wire_snapshot_encode(text, sizeof(text) - 1, &snapshot);

	(void)state;
	text[len] = '\0';
	assert_string_equal(text, "{\"v\":1,\"epoch\":1,\"rev\":1,\"at_ms\":1735689600000,\"mode\":{\"kind\":"
				  "\"normal\"},\"settings\":{"
				  "\"strike_ms\":5000,\"strike_extended_ms\":10000,\"held_open_ms\":60000,"
				  "\"inter_key_ms\":5000,\"zone_min\":420,"
				  "\"argon_salt\":\"AAAAAAAAAAAAAAAAAAAAAA==\",\"argon_mem_kib\":4096,"
				  "\"argon_passes\":3},\"grants\":[{"
				  "\"id\":\"0000000000000000\",\"from\":1735689600000,\"until\":"
				  "1767225600000,\"offline_until\":1736294400000,"
				  "\"tag\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}]}");
}

static void test_everything_a_grant_can_say_comes_back(void **state)
{
	struct wire_snapshot snapshot = snapshot_of(2), read;
	struct wire_grant *grant = &grants[1];
	long len;

	(void)state;
	snapshot.mode = WIRE_MODE_HOLD_OPEN;
	snapshot.mode_until_ms = WIRE_TIME_MAX_MS;
	snapshot.settings.zone_min = -720;
	snapshot.settings.rex_releases = true;
	snapshot.settings.holiday_count = 1;
	snapshot.settings.holidays[0] = (struct wire_span){ 5, 6 };
	memset(grant->card_tag, 0xca, WIRE_TAG_BYTES);
	grant->has_long = grant->has_card = grant->is_once = grant->opens_at_floor = grant->is_extended =
		grant->is_always = grant->opens_on_holidays = true;
	grant->weekly_count = 2;
	grant->weekly[0] = (struct wire_weekly){ 127, 0, 1440 };
	grant->weekly[1] = (struct wire_weekly){ 1, 1439, 1 };
	len = wire_snapshot_encode(text, sizeof(text), &snapshot);
	memset(read_grants, 0x5a, 2 * sizeof(read_grants[0]));
	assert_int_equal(decode((size_t)len, WIRE_GRANTS_MAX, &read), 0);

	assert_int_equal(read.epoch, 1);
	assert_int_equal(read.mode, WIRE_MODE_HOLD_OPEN);
	assert_int_equal(read.mode_until_ms, WIRE_TIME_MAX_MS);
	assert_int_equal(read.settings.zone_min, -720);
	assert_true(read.settings.rex_releases);
	assert_int_equal(read.settings.holiday_count, 1);
	assert_int_equal(read.settings.holidays[0].from_ms, 5);
	assert_int_equal(read.settings.holidays[0].until_ms, 6);
	assert_false(read_grants[0].has_long || read_grants[0].has_card || read_grants[0].is_once ||
		     read_grants[0].opens_at_floor || read_grants[0].is_extended ||
		     read_grants[0].is_always || read_grants[0].opens_on_holidays);
	assert_int_equal(read_grants[0].weekly_count, 0);
	assert_memory_equal(read_grants[1].card_tag, grant->card_tag, WIRE_TAG_BYTES);
	assert_true(read_grants[1].has_long && read_grants[1].has_card && read_grants[1].is_once &&
		    read_grants[1].opens_at_floor && read_grants[1].is_extended && read_grants[1].is_always &&
		    read_grants[1].opens_on_holidays);
	assert_int_equal(read_grants[1].weekly_count, 2);
	assert_int_equal(read_grants[1].weekly[0].days, 127);
	assert_int_equal(read_grants[1].weekly[0].to_min, 1440);
	assert_int_equal(read_grants[1].weekly[1].from_min, 1439);
	assert_int_equal(read_grants[1].weekly[1].to_min, 1);
}

static void test_too_little_room_is_said_for_every_size(void **state)
{
	struct wire_snapshot snapshot = snapshot_of(2);
	long len = wire_snapshot_encode(text, sizeof(text), &snapshot);

	(void)state;
	for (long size = 0; size < len; size++) {
		char *exact = malloc(size ? (size_t)size : 1);

		assert_non_null(exact);
		assert_int_equal(wire_snapshot_encode(exact, (size_t)size, &snapshot), -ENOSPC);
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digest_vectors),
		cmocka_unit_test(test_twenty_thousand_grants_fit_and_come_back),
		cmocka_unit_test(test_one_grant_more_is_refused),
		cmocka_unit_test(test_the_callers_room_is_a_bound_too),
		cmocka_unit_test(test_twins_are_found_however_far_apart),
		cmocka_unit_test(test_no_memory_for_the_search_is_said),
		cmocka_unit_test(test_more_than_four_megabytes_is_refused_unread),
		cmocka_unit_test(test_optional_members_are_left_out),
		cmocka_unit_test(test_everything_a_grant_can_say_comes_back),
		cmocka_unit_test(test_too_little_room_is_said_for_every_size),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
