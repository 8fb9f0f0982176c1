#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "schemas/wire/json.h"
#include "schemas/wire/keyfile.h"
#include "schemas/wire/newfile.h"

#define PUBLIC_FILE_MAX 1024

_Static_assert(sizeof(((struct identity *)0)->sign_secret) == crypto_sign_SECRETKEYBYTES, "Ed25519 secret");
_Static_assert(sizeof(((struct identity *)0)->agree_secret) == crypto_box_SECRETKEYBYTES, "X25519 secret");

/* clang-format off */
static const struct json_member public_members[] = {
	{ "sign",  JSON_BYTES(struct identity, sign_public) },
	{ "agree", JSON_BYTES(struct identity, agree_public) },
};
/* clang-format on */
static const struct json_object public_object = JSON_OBJECT(public_members, NULL);

struct paths {
	char sign[PATH_MAX], agree[PATH_MAX], public[PATH_MAX];
};

static int make_path(char path[static PATH_MAX], const char *dir, const char *name)
{
	int len = snprintf(path, PATH_MAX, "%s/%s", dir, name);

	return len < 0 || len >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static int make_paths(struct paths *paths, const char *dir)
{
	int r = make_path(paths->sign, dir, "sign.key");

	if (r == 0)
		r = make_path(paths->agree, dir, "agree.key");
	return r == 0 ? make_path(paths->public, dir, "identity.pub") : r;
}

static bool is_there(const char *path)
{
	return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* sign.key keeps the 32-byte seed (RFC 8032's private key); both halves come from it. */
static int make_key(const char *path)
{
	uint8_t key[crypto_sign_SEEDBYTES];
	int r;

	_Static_assert(crypto_sign_SEEDBYTES == crypto_box_SECRETKEYBYTES, "both keys are 32 random bytes");
	randombytes_buf(key, sizeof(key));
	r = keyfile_write_new(path, key, sizeof(key));
	sodium_memzero(key, sizeof(key));
	return r;
}

/* agree.key is made first and identity.pub last. So a board cut off in between, whose keys nobody has seen
 * yet, goes on; a board that lost one of its keys later is not given another in silence. */
static int make_missing(const struct paths *paths)
{
	bool has_sign = is_there(paths->sign), has_agree = is_there(paths->agree);
	int r = 0;

	if (has_sign && has_agree)
		return 0;
	if (has_sign || is_there(paths->public))
		return KEYFILE_MALFORMED;
	if (!has_agree)
		r = make_key(paths->agree);
	return r == 0 ? make_key(paths->sign) : r;
}

static int read_keys(struct identity *out, const struct paths *paths)
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	int r = keyfile_read(paths->sign, seed, sizeof(seed));

	if (r == 0)
		r = keyfile_read(paths->agree, out->agree_secret, sizeof(out->agree_secret));
	if (r == 0) {
		crypto_sign_seed_keypair(out->sign_public, out->sign_secret, seed);
		crypto_scalarmult_base(out->agree_public, out->agree_secret);
	}
	sodium_memzero(seed, sizeof(seed));
	return r;
}

static int write_public(const struct identity *identity, const char *path)
{
	char text[PUBLIC_FILE_MAX];
	struct json_out out = { .buf = text, .size = sizeof(text) };
	struct identity there;

	if (identity_read_public(&there, path) == 0 &&
		memcmp(there.sign_public, identity->sign_public, sizeof(there.sign_public)) == 0 &&
		memcmp(there.agree_public, identity->agree_public, sizeof(there.agree_public)) == 0)
		return 0;
	json_write_object(&out, identity, &public_object);
	json_put(&out, "\n", 1);
	return newfile_write(path, text, out.len, 0644, true);
}

int identity_load_or_make(struct identity *out, const char *dir)
{
	struct identity identity = { 0 };
	struct paths paths;
	int r = sodium_init() < 0 ? -ENOSYS : make_paths(&paths, dir);

	if (r == 0)
		r = make_missing(&paths);
	if (r == 0)
		r = read_keys(&identity, &paths);
	if (r == 0)
		r = write_public(&identity, paths.public);
	if (r == 0)
		*out = identity;
	sodium_memzero(&identity, sizeof(identity));
	return r;
}

int identity_read_public(struct identity *out, const char *path)
{
	struct identity identity = { 0 };
	char text[PUBLIC_FILE_MAX];
	struct json_in in;
	size_t len;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int r;

	if (fd < 0)
		return -errno;
	r = newfile_read(fd, text, sizeof(text), &len);
	close(fd);
	if (r < 0)
		return r == -EFBIG ? KEYFILE_MALFORMED : r;

	in = (struct json_in){ text, text + len };
	if (json_check(text, len) != 0 || json_read_object(&in, &identity, &public_object) != 0)
		return KEYFILE_MALFORMED;
	memcpy(out->sign_public, identity.sign_public, sizeof(out->sign_public));
	memcpy(out->agree_public, identity.agree_public, sizeof(out->agree_public));
	return 0;
}
