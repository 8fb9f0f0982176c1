#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "schemas/wire/keyfile.h"

#define KEY_LINE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n" /* bytes 0, 1, … 31 */

static char folder[64];

/* The library's calls, by the linker's --wrap: the fail_at-th of them fails, and each write() is short. */
static unsigned calls, fail_at;

static bool fails_now(void)
{
	if (++calls != fail_at)
		return false;
	errno = EIO;
	return true;
}

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	return fails_now() ? -1 : __real_fsync(fd);
}

int __real_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode)
{
	return fails_now() ? -1 : __real_fchmod(fd, mode);
}

int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to)
{
	return fails_now() ? -1 : __real_link(from, to);
}

ssize_t __real_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
	if (fails_now())
		return -1;
	return __real_write(fd, bytes, len < 16 || fail_at == 0 ? len : 16);
}

ssize_t __real_read(int fd, void *bytes, size_t len);
ssize_t __wrap_read(int fd, void *bytes, size_t len);
ssize_t __wrap_read(int fd, void *bytes, size_t len)
{
	return fails_now() ? -1 : __real_read(fd, bytes, len);
}

static const char *in_folder(const char *name)
{
	static char paths[4][128];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/rumah-test-key-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "a.key", "a.key.new", "b.key", "sign.key", "agree.key",
		"sign.key.new", "agree.key.new", "identity.pub", "identity.pub.new" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (unlink(in_folder(names[i])) < 0 && errno == EISDIR)
			rmdir(in_folder(names[i]));
	return rmdir(folder);
}

static void put(const char *name, const char *text, size_t len, mode_t mode)
{
	int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(in_folder(name), &st), 0);
	return st.st_mode & 07777;
}

static void test_a_key_comes_back(void **state)
{
	uint8_t key[32], read_key[32];

	(void)state;
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)i;
	assert_int_equal(keyfile_write_new(in_folder("a.key"), key, sizeof(key)), 0);
	assert_int_equal(keyfile_read(in_folder("a.key"), read_key, sizeof(read_key)), 0);
	assert_memory_equal(key, read_key, sizeof(key));
	assert_int_equal(access(in_folder("a.key.new"), F_OK), -1);

	put("b.key", KEY_LINE, strlen(KEY_LINE), 0600);
	assert_int_equal(keyfile_read(in_folder("b.key"), read_key, sizeof(read_key)), 0);
	assert_memory_equal(key, read_key, sizeof(key));
}

static void test_nobody_else_may_read_a_new_key_whatever_the_umask(void **state)
{
	static const mode_t masks[] = { 0, 022, 077, 0777 };
	const uint8_t key[32] = { 1 };

	(void)state;
	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		mode_t before = umask(masks[i]);

		assert_int_equal(keyfile_write_new(in_folder("a.key"), key, sizeof(key)), 0);
		umask(before);
		assert_int_equal(mode_of("a.key"), 0600);
		unlink(in_folder("a.key"));
	}
}

static void test_a_key_is_never_overwritten(void **state)
{
	const uint8_t first[32] = { 1 }, second[32] = { 2 };
	uint8_t key[32];

	(void)state;
	assert_int_equal(keyfile_write_new(in_folder("a.key"), first, sizeof(first)), 0);
	assert_int_equal(keyfile_write_new(in_folder("a.key"), second, sizeof(second)), -EEXIST);
	assert_int_equal(keyfile_read(in_folder("a.key"), key, sizeof(key)), 0);
	assert_memory_equal(key, first, sizeof(key));
}

static void test_what_a_power_cut_left_is_no_hindrance(void **state)
{
	const uint8_t first[32] = { 1 };
	uint8_t key[32];

	(void)state;
	put("a.key.new", "AAEC", 4, 0644);
	assert_int_equal(keyfile_write_new(in_folder("a.key"), first, sizeof(first)), 0);
	assert_int_equal(keyfile_read(in_folder("a.key"), key, sizeof(key)), 0);
	assert_int_equal(access(in_folder("a.key.new"), F_OK), -1);
}

static void test_a_file_that_others_can_read_is_refused(void **state)
{
	static const mode_t modes[] = { 0640, 0604, 0620, 0602, 0610, 0601, 0644, 0666, 0777 };
	uint8_t key[32];

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		put("a.key", KEY_LINE, strlen(KEY_LINE), modes[i]);
		if (keyfile_read(in_folder("a.key"), key, sizeof(key)) != KEYFILE_TOO_OPEN)
			fail_msg("mode %o", (unsigned)modes[i]);
	}
	put("a.key", KEY_LINE, strlen(KEY_LINE), 0400);
	assert_int_equal(keyfile_read(in_folder("a.key"), key, sizeof(key)), 0);
}

static void test_malformed_files_are_refused_untouched(void **state)
{
	static const struct {
		const char *name, *text;
		size_t len;
	} rows[] = {
#define ROW(name, text) { name, text, sizeof(text) - 1 }
		ROW("empty", ""),
		ROW("a line end alone", "\n"),
		ROW("half-written", "AAECAwQFBgcICQoL"),
		ROW("no line end", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
		ROW("31 bytes", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==\n"),
		ROW("33 bytes", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g\n"),
		ROW("no padding", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"),
		ROW("stray bits", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=\n"),
		ROW("CRLF", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\r\n"),
		ROW("a second line", KEY_LINE "\n"),
		ROW("a space", " AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh=\n"),
		ROW("a NUL", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh\0=\n"),
		ROW("hex", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"),
		ROW("PEM", "-----BEGIN PRIVATE "
			   "KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"),
		ROW("far too long", KEY_LINE KEY_LINE KEY_LINE KEY_LINE),
#undef ROW
	};
	uint8_t key[32];

	(void)state;
	memset(key, 0x5a, sizeof(key));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int r;

		put("a.key", rows[i].text, rows[i].len, 0600);
		r = keyfile_read(in_folder("a.key"), key, sizeof(key));
		if (r != KEYFILE_MALFORMED)
			fail_msg("%s: %d", rows[i].name, r);
	}
	for (size_t i = 0; i < sizeof(key); i++)
		assert_int_equal(key[i], 0x5a);
}

static void test_only_a_plain_file_is_a_key_file(void **state)
{
	uint8_t key[32];

	(void)state;
	assert_int_equal(keyfile_read(in_folder("a.key"), key, sizeof(key)), -ENOENT);
	put("b.key", KEY_LINE, strlen(KEY_LINE), 0600);
	assert_int_equal(symlink(in_folder("b.key"), in_folder("a.key")), 0);
	assert_int_equal(keyfile_read(in_folder("a.key"), key, sizeof(key)), -ELOOP);
	assert_int_equal(keyfile_write_new(in_folder("a.key"), key, sizeof(key)), -EEXIST);
	unlink(in_folder("a.key"));
	assert_int_equal(mkfifo(in_folder("a.key"), 0600), 0); /* and does not wait for a writer */
	assert_int_equal(keyfile_read(in_folder("a.key"), key, sizeof(key)), KEYFILE_MALFORMED);
	unlink(in_folder("a.key"));
	assert_int_equal(mkdir(in_folder("a.key"), 0700), 0);
	assert_int_equal(keyfile_read(in_folder("a.key"), key, sizeof(key)), KEYFILE_MALFORMED);
	assert_int_equal(keyfile_read("/dev/zero", key, sizeof(key)), KEYFILE_MALFORMED);
}

static void test_lengths_that_no_key_has(void **state)
{
	uint8_t key[128] = { 0 };

	(void)state;
	assert_int_equal(keyfile_write_new(in_folder("a.key"), key, 0), -EINVAL);
	assert_int_equal(keyfile_write_new(in_folder("a.key"), key, 65), -EINVAL);
	assert_int_equal(keyfile_read(in_folder("a.key"), key, 65), -EINVAL);
	assert_int_equal(keyfile_write_new(in_folder("a.key"), key, 64), 0);
	assert_int_equal(keyfile_read(in_folder("a.key"), key, 64), 0);
	assert_int_equal(keyfile_read(in_folder("a.key"), key, 32), KEYFILE_MALFORMED);
	assert_int_equal(keyfile_write_new(in_folder("none/a.key"), key, 32), -ENOENT);
}

/* Whichever call fails, the key is there whole or not at all, and what was begun is gone. */
static void test_each_call_that_fails_leaves_all_or_nothing(void **state)
{
	const uint8_t key[32] = { 1, 2, 3 };
	uint8_t read_key[32];
	int r = -EIO;

	(void)state;
	for (fail_at = 1; r == -EIO; fail_at++) {
		calls = 0;
		r = keyfile_write_new(in_folder("a.key"), key, sizeof(key));
		assert_true(r == 0 || r == -EIO);
		assert_int_equal(access(in_folder("a.key.new"), F_OK), -1);
		calls = fail_at; /* reading is not to fail */
		if (access(in_folder("a.key"), F_OK) == 0) {
			assert_int_equal(keyfile_read(in_folder("a.key"), read_key, sizeof(read_key)), 0);
			assert_memory_equal(key, read_key, sizeof(key));
		}
		unlink(in_folder("a.key"));
	}
	assert_true(fail_at >= 8); /* three writes, fchmod, fsync, link, fsync */
	fail_at = 0;
}

static void test_a_disk_that_cannot_be_read_is_said(void **state)
{
	uint8_t key[32];

	(void)state;
	put("a.key", KEY_LINE, strlen(KEY_LINE), 0600);
	for (fail_at = 1; fail_at <= 2; fail_at++) {
		struct identity identity;

		calls = 0;
		assert_int_equal(keyfile_read(in_folder("a.key"), key, sizeof(key)), -EIO);
		calls = 0;
		assert_int_equal(identity_read_public(&identity, in_folder("a.key")), -EIO);
	}
	fail_at = 0;
}

/* A start that fails anywhere is followed by one that works, with the keys of the first where it made any. */
static void test_an_identity_survives_every_failing_call(void **state)
{
	int r = -EIO;

	(void)state;
	for (fail_at = 1; r == -EIO; fail_at++) {
		struct identity identity;
		unsigned this_one = fail_at;

		calls = 0;
		r = identity_load_or_make(&identity, folder);
		assert_true(r == 0 || r == -EIO);
		fail_at = 0;
		assert_int_equal(identity_load_or_make(&identity, folder), 0);
		fail_at = this_one;
		unlink(in_folder("sign.key"));
		unlink(in_folder("agree.key"));
		unlink(in_folder("identity.pub"));
	}
	fail_at = 0;
}

static void test_an_identity_is_made_once(void **state)
{
	struct identity first, second, public = { 0 };

	(void)state;
	assert_int_equal(identity_load_or_make(&first, folder), 0);
	assert_int_equal(identity_load_or_make(&second, folder), 0);
	assert_memory_equal(&first, &second, sizeof(first));
	assert_int_equal(mode_of("sign.key"), 0600);
	assert_int_equal(mode_of("agree.key"), 0600);
	assert_int_equal(mode_of("identity.pub"), 0644);

	assert_int_equal(identity_read_public(&public, in_folder("identity.pub")), 0);
	assert_memory_equal(public.sign_public, first.sign_public, 32);
	assert_memory_equal(public.agree_public, first.agree_public, 32);
	assert_true(sodium_is_zero(public.sign_secret, 64) && sodium_is_zero(public.agree_secret, 32));
}

static void test_the_two_halves_of_a_key_belong_together(void **state)
{
	uint8_t sig[crypto_sign_BYTES], agree[32];
	struct identity identity;

	(void)state;
	assert_int_equal(identity_load_or_make(&identity, folder), 0);
	crypto_sign_detached(sig, NULL, (const uint8_t *)"x", 1, identity.sign_secret);
	assert_int_equal(crypto_sign_verify_detached(sig, (const uint8_t *)"x", 1, identity.sign_public), 0);
	crypto_scalarmult_base(agree, identity.agree_secret);
	assert_memory_equal(agree, identity.agree_public, 32);
	assert_memory_not_equal(identity.sign_secret, identity.agree_secret, 32);
}

static void test_public_halves_are_written_again_when_they_are_lost_or_wrong(void **state)
{
	struct identity identity, other;

	(void)state;
	assert_int_equal(identity_load_or_make(&identity, folder), 0);
	unlink(in_folder("identity.pub"));
	assert_int_equal(identity_load_or_make(&other, folder), 0);
	assert_int_equal(identity_read_public(&other, in_folder("identity.pub")), 0);
	put("identity.pub", "{\"sign\":", 8, 0644);
	assert_int_equal(identity_load_or_make(&other, folder), 0);
	assert_int_equal(identity_read_public(&other, in_folder("identity.pub")), 0);
	assert_memory_equal(&identity, &other, sizeof(identity));
}

static void test_a_making_that_was_cut_short_goes_on(void **state)
{
	struct identity identity;
	uint8_t agree[32];

	(void)state;
	put("agree.key", KEY_LINE, strlen(KEY_LINE), 0600);
	put("sign.key.new", "AAEC", 4, 0600);
	assert_int_equal(identity_load_or_make(&identity, folder), 0);
	for (size_t i = 0; i < sizeof(agree); i++)
		assert_int_equal(identity.agree_secret[i], i);
}

static void test_a_lost_key_is_not_replaced_in_silence(void **state)
{
	static const char *const lost[] = { "sign.key", "agree.key" };
	struct identity identity;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(identity_load_or_make(&identity, folder), 0);
		unlink(in_folder(lost[i]));
		memset(&identity, 0x5a, sizeof(identity));
		assert_int_equal(identity_load_or_make(&identity, folder), KEYFILE_MALFORMED);
		assert_int_equal(identity.sign_public[0], 0x5a);
		assert_int_equal(access(in_folder(lost[i]), F_OK), -1);
		unlink(in_folder(lost[1 - i]));
		unlink(in_folder("identity.pub"));
	}
}

static void test_an_identity_that_others_can_read_is_refused(void **state)
{
	struct identity identity;

	(void)state;
	assert_int_equal(identity_load_or_make(&identity, folder), 0);
	assert_int_equal(chmod(in_folder("agree.key"), 0644), 0);
	assert_int_equal(identity_load_or_make(&identity, folder), KEYFILE_TOO_OPEN);
	assert_int_equal(identity_load_or_make(&identity, in_folder("none")), -ENOENT);
}

static void test_public_files_out_of_shape(void **state)
{
#define B32 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	static const char *const texts[] = {
		"",
		"{}",
		"[]",
		"{\"sign\":\"" B32 "\"}",
		"{\"sign\":\"" B32 "\",\"agree\":7}",
		"{\"sign\":\"" B32 "\",\"agree\":\"AAEC\"}",
		"{\"sign\":\"" B32 "\",\"sign\":\"" B32 "\",\"agree\":\"" B32 "\"}",
		"{\"sign\":\"" B32 "\",\"agree\":\"" B32 "\"",
		"{\"sign\":\"" B32 "\",\"agree\":\"" B32 "\"}x",
	};
	struct identity identity;
	char large[2000];

	(void)state;
	assert_int_equal(identity_read_public(&identity, in_folder("a.key")), -ENOENT);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put("a.key", texts[i], strlen(texts[i]), 0644);
		if (identity_read_public(&identity, in_folder("a.key")) != KEYFILE_MALFORMED)
			fail_msg("%s", texts[i]);
	}
	memset(large, ' ', sizeof(large));
	put("a.key", large, sizeof(large), 0644);
	assert_int_equal(identity_read_public(&identity, in_folder("a.key")), KEYFILE_MALFORMED);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(test_a_key_comes_back),
		EACH(test_nobody_else_may_read_a_new_key_whatever_the_umask),
		EACH(test_a_key_is_never_overwritten),
		EACH(test_what_a_power_cut_left_is_no_hindrance),
		EACH(test_a_file_that_others_can_read_is_refused),
		EACH(test_malformed_files_are_refused_untouched),
		EACH(test_only_a_plain_file_is_a_key_file),
		EACH(test_lengths_that_no_key_has),
		EACH(test_each_call_that_fails_leaves_all_or_nothing),
		EACH(test_a_disk_that_cannot_be_read_is_said),
		EACH(test_an_identity_survives_every_failing_call),
		EACH(test_an_identity_is_made_once),
		EACH(test_the_two_halves_of_a_key_belong_together),
		EACH(test_public_halves_are_written_again_when_they_are_lost_or_wrong),
		EACH(test_a_making_that_was_cut_short_goes_on),
		EACH(test_a_lost_key_is_not_replaced_in_silence),
		EACH(test_an_identity_that_others_can_read_is_refused),
		EACH(test_public_files_out_of_shape),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
