/* Every sample beside the schemas is accepted, or refused for the reason its name begins with. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "schemas/wire/seal.h"
#include "tests/contract/decoders.h"

static char text[WIRE_MESSAGE_MAX + 1], again[2][WIRE_MESSAGE_MAX];

static size_t read_sample(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (!file) {
		fail_msg("%s: cannot be opened", path);
		return 0;
	}
	len = fread(text, 1, sizeof(text), file);
	fclose(file);
	return len;
}

/* Calls `judge` for each sample of a folder; returns how many there were. */
static int each_sample(
	const char *folder, enum wire_kind kind, void (*judge)(enum wire_kind, const char *, size_t))
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int count = 0;

	if (!dir) {
		fail_msg("%s: cannot be opened", folder);
		return 0;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		judge(kind, entry->d_name, read_sample(folder, entry->d_name));
		count++;
	}
	closedir(dir);
	return count;
}

/* Accepted, and nothing lost or changed by being written and read again. */
static void judge_accepted(enum wire_kind kind, const char *name, size_t len)
{
	union contract_message message;
	long first, second;
	int r = contract_decode(&message, kind, text, len);

	if (r != 0)
		fail_msg("%s/accepted/%s: %s", wire_kind_info(kind)->word, name, wire_refusal_word(r));
	first = contract_encode(again[0], sizeof(again[0]), kind, &message);
	assert_true(first > 0);
	assert_int_equal(contract_decode(&message, kind, again[0], (size_t)first), 0);
	second = contract_encode(again[1], sizeof(again[1]), kind, &message);
	assert_int_equal(first, second);
	assert_memory_equal(again[0], again[1], (size_t)first);
	/* One sample holds every member in our own order: what we write of it is the sample itself. */
	if (strcmp(name, "every_member.json") == 0) {
		assert_int_equal(first, len);
		assert_memory_equal(again[0], text, len);
	}
}

static void judge_refused(enum wire_kind kind, const char *name, size_t len)
{
	union contract_message message;
	const char *word = wire_refusal_word(contract_decode(&message, kind, text, len));

	if (strncmp(name, word, strlen(word)) != 0 || name[strlen(word)] != '.')
		fail_msg("%s, %s: %s", wire_kind_info(kind)->word, name, word);
}

static void judge_folder(const char *name, int least, void (*judge)(enum wire_kind, const char *, size_t))
{
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++) {
		char folder[4096];

		snprintf(folder, sizeof(folder), SAMPLES "/%s/%s", wire_kind_info(kind)->word, name);
		assert_true(each_sample(folder, kind, judge) >= least);
	}
}

static void test_accepted_samples_are_accepted(void **state)
{
	(void)state;
	judge_folder("accepted", 3, judge_accepted);
}

static void test_refused_samples_are_refused_for_their_reason(void **state)
{
	(void)state;
	judge_folder("refused", 6, judge_refused);
}

static void test_what_a_schema_cannot_say_is_refused_too(void **state)
{
	(void)state;
	judge_folder("refused_by_code", 6, judge_refused);
}

static void test_bytes_that_are_no_object_are_refused_by_every_kind(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++)
		assert_true(each_sample(SAMPLES "/bytes", kind, judge_refused) >= 40);
}

/* Seals are judged under the key and topic of the first record in schemas/vectors/seal.txt. */
static int unseal(size_t len)
{
	uint8_t seed[crypto_sign_SEEDBYTES], public[WIRE_SIGN_PUBLIC_BYTES], secret[WIRE_SIGN_SECRET_BYTES];

	for (unsigned i = 0; i < sizeof(seed); i++)
		seed[i] = (uint8_t)(i + 1);
	crypto_sign_seed_keypair(public, secret, seed);
	return wire_unseal(text, len, "rumah/site/board/head", public);
}

static void judge_good_seal(enum wire_kind kind, const char *name, size_t len)
{
	int r = unseal(len);

	(void)kind;
	if (r != 0)
		fail_msg("%s: %s", name, wire_refusal_word(r));
}

static void judge_bad_seal(enum wire_kind kind, const char *name, size_t len)
{
	const char *word = wire_refusal_word(unseal(len));

	(void)kind;
	if (strncmp(name, word, strlen(word)) != 0 || name[strlen(word)] != '.')
		fail_msg("%s: %s", name, word);
}

static void test_seals_hold_or_are_refused_for_their_reason(void **state)
{
	(void)state;
	assert_true(each_sample(SAMPLES "/seal/accepted", WIRE_HEAD, judge_good_seal) >= 3);
	assert_true(each_sample(SAMPLES "/seal/refused", WIRE_HEAD, judge_bad_seal) >= 6);
	assert_true(each_sample(SAMPLES "/seal/refused_by_code", WIRE_HEAD, judge_bad_seal) >= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted_samples_are_accepted),
		cmocka_unit_test(test_refused_samples_are_refused_for_their_reason),
		cmocka_unit_test(test_what_a_schema_cannot_say_is_refused_too),
		cmocka_unit_test(test_bytes_that_are_no_object_are_refused_by_every_kind),
		cmocka_unit_test(test_seals_hold_or_are_refused_for_their_reason),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
