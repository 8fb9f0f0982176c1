/* T17: what is on the disk opens no door, and what is on the bus names nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/service_world.h"

#define PEOPLE 40
#define SECRETS (PEOPLE * 3 + 8)

struct secret {
	char text[64];
	size_t len;
};

static char *read_all(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	char *bytes;

	*len = 0;
	if (!file)
		return NULL;
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	*len = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(*len + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *len, file), *len);
	fclose(file);
	return bytes;
}

static bool holds(const char *bytes, size_t len, const void *what, size_t what_len)
{
	return len >= what_len && memmem(bytes, len, what, what_len) != NULL;
}

/* As it is, in hex, and in base64 at each of its three alignments (without the ends, which depend on
 * neighbours). */
static bool holds_in_any_coding(const char *bytes, size_t len, const char *text)
{
	char coded[256];
	size_t n = strlen(text);

	if (holds(bytes, len, text, n))
		return true;
	sodium_bin2hex(coded, sizeof(coded), (const uint8_t *)text, n);
	if (holds(bytes, len, coded, 2 * n))
		return true;
	for (size_t shift = 0; shift < 3; shift++) {
		char shifted[80] = "aa";

		snprintf(shifted + shift, sizeof(shifted) - shift, "%s", text);
		sodium_bin2base64(coded, sizeof(coded), (const uint8_t *)shifted, n + shift,
			sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
		if (holds(bytes, len, coded + (shift ? 4 : 0), (n + shift) / 3 * 4 - (shift ? 4 : 0)))
			return true;
	}
	return false;
}

static void add(struct secret *secrets, size_t *count, const char *text)
{
	snprintf(secrets[*count].text, sizeof(secrets[0].text), "%s", text);
	secrets[(*count)++].len = strlen(text);
}

static void neither_disk_nor_bus_holds_a_secret(void **state)
{
	static const char *const ends[] = { "", "-wal" };
	static struct secret secrets[SECRETS];
	struct service_session session;
	struct world world;
	size_t count = 0, looked = 0;

	(void)state;
	world_open(&world, 80);
	for (int i = 0; i < PEOPLE; i++) {
		char digits[11], rest[13];
		struct service_receipt receipt = world_approved(&world, "r1", 2 + 4 * i, 3 + 4 * i, 1);

		world.now_ms = START_MS; /* within the time in which codes are shown, or moved there */
		add(secrets, &count, receipt.link);
		world.now_ms = START_MS + (2 + 4 * i) * HOUR_MS;
		world_code(&world, receipt.link, digits, rest);
		world.now_ms = START_MS;
		add(secrets, &count, digits);
		add(secrets, &count, rest);
	}
	assert_int_equal(service_staff_put(world.service, &world.manager, world.now_ms, "ani", "desk",
				 "$argon2id$x", &world.problem),
		0);
	assert_int_equal(
		service_login_end(world.service, world.now_ms, "ani", true, &session, &world.problem), 0);
	add(secrets, &count, session.token);
	add(secrets, &count, session.csrf);

	for (size_t i = 0; i < world.sent_count; i++) {
		const struct sent *sent = &world.sent[i];

		for (size_t k = 0; k < count; k++)
			assert_false(holds_in_any_coding(sent->msg, sent->len, secrets[k].text));
		assert_false(holds_in_any_coding(sent->msg, sent->len, "Sari Dewi"));
		assert_false(holds_in_any_coding(sent->msg, sent->len, "6281234567890"));
		assert_false(holds_in_any_coding(sent->msg, sent->len, "PGRI Kota"));
	}
	for (int i = 0; i < 2; i++) {
		char path[128];
		size_t len;
		char *bytes;

		snprintf(path, sizeof(path), "%s%s", world.path, ends[i]);
		bytes = read_all(path, &len);
		looked += len;
		for (size_t k = 0; k < count && bytes; k++)
			assert_false(holds(bytes, len, secrets[k].text, secrets[k].len));
		if (bytes) {
			assert_false(holds(bytes, len, world.code_key, sizeof(world.code_key)));
			assert_false(holds(bytes, len, world.identity.sign_secret, 32));
		}
		free(bytes);
	}
	assert_true(looked > 100000);
	world_close(&world);
}

/* s itself, with which tags of any door could be made: only locked under the code key. */
static void the_slow_hash_is_kept_locked(void **state)
{
	static const char *const ends[] = { "", "-wal" };
	uint8_t s[WIRE_STRETCHED_BYTES];
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	char digits[11], rest[13], path[128];
	struct service_receipt receipt;
	struct world world;

	(void)state;
	world_open(&world, 81);
	receipt = world_approved(&world, "r1", 2, 3, 1);
	world_code(&world, receipt.link, digits, rest);
	world_snapshot(&world, "door", &snapshot, grants);
	assert_int_equal(wire_stretch(s, digits, strlen(digits), &snapshot.settings), 0);
	for (int i = 0; i < 2; i++) {
		size_t len;
		char *bytes;

		snprintf(path, sizeof(path), "%s%s", world.path, ends[i]);
		bytes = read_all(path, &len);
		if (bytes)
			assert_false(holds(bytes, len, s, sizeof(s)));
		free(bytes);
	}
	world_close(&world);
}

static void codes_are_unique_at_a_door_live_or_cooling(void **state)
{
	static char seen[PEOPLE][11];
	struct world world;

	(void)state;
	world_open(&world, 82);
	for (int i = 0; i < PEOPLE; i++) {
		struct service_receipt receipt = world_approved(&world, "r1", 2, 4, 1);
		char rest[13];

		world_code(&world, receipt.link, seen[i], rest);
		assert_null(strstr(rest, seen[i]) == rest ? rest : NULL);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(seen[k], seen[i]);
		assert_int_equal(service_request_act(world.service, &world.desk, world.now_ms, receipt.number,
					 REQUEST_ACT_CANCEL, "x", &world.problem),
			0);
	}
	world_close(&world);
}

/* The same digits drawn again, by a spare put twice: the second person gets others. */
static void a_code_drawn_twice_is_given_once(void **state)
{
	struct service_spare first, again, longer, longer_again, beginning;
	struct service_receipt one, two;
	struct wire_settings settings;
	char a[11], b[11], long_a[13], long_b[13];
	unsigned shorts, longs;
	struct world world;

	(void)state;
	world_open(&world, 83);
	service_spare_wanted(world.service, &shorts, &longs, &settings);
	assert_true(shorts > 0 && longs > 0);
	assert_int_equal(
		service_spare_make(&first, SERVICE_CODE_DIGITS, &settings, world.config.random, &world), 0);
	assert_int_equal(
		service_spare_make(&longer, WIRE_LONG_CODE, &settings, world.config.random, &world), 0);
	/* A short code that a long one begins with. */
	beginning = (struct service_spare){ .count = SERVICE_CODE_DIGITS };
	memcpy(beginning.digits, longer.digits, SERVICE_CODE_DIGITS);
	memcpy(beginning.s, longer.edges[0], sizeof(beginning.s));
	again = first;
	longer_again = longer;
	service_spare_put(world.service, &beginning);
	service_spare_put(world.service, &again);
	service_spare_put(world.service, &first);
	service_spare_put(world.service, &longer_again);
	service_spare_put(world.service, &longer);
	assert_int_equal(first.count, 0); /* wiped */
	one = world_approved(&world, "r1", 2, 4, 1);
	two = world_approved(&world, "r1", 6, 8, 1);
	world_code(&world, one.link, a, long_a);
	world_code(&world, two.link, b, long_b);
	assert_string_not_equal(a, b);
	assert_string_not_equal(long_a, long_b);
	assert_memory_not_equal(long_a, b, SERVICE_CODE_DIGITS); /* nobody's code begins another's */
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(neither_disk_nor_bus_holds_a_secret),
		T(the_slow_hash_is_kept_locked),
		T(codes_are_unique_at_a_door_live_or_cooling),
		T(a_code_drawn_twice_is_given_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
