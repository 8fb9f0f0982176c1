#include "gateway/keys.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 256

static int say(const char *dir, const char *file, int r)
{
	const char *why = r == KEYFILE_TOO_OPEN    ? "others may read it: chmod 600"
			  : r == KEYFILE_MALFORMED ? "it is not a key file"
						   : strerror(-r);

	fprintf(stderr, "rumah-gateway: keys: file=%s/%s reason=%s\n", dir, file, why);
	return -1;
}

static int path_of(char path[static PATH_SIZE], const char *dir, const char *file)
{
	int len = snprintf(path, PATH_SIZE, "%s/%s", dir, file);

	return len < PATH_SIZE ? 0 : -ENAMETOOLONG;
}

/* The loader makes an identity where there is none; a gateway that forgot who it was must not do so unasked,
 * or every board would stop obeying it. */
static int need_identity(const char *dir)
{
	char path[PATH_SIZE];
	int r = path_of(path, dir, "sign.key");

	if (r < 0)
		return r;
	return access(path, F_OK) == 0 ? 0 : -errno;
}

int keys_load(struct keys *keys, const char *dir)
{
	char path[PATH_SIZE];
	int r = need_identity(dir);

	if (r == 0)
		r = identity_load_or_make(&keys->identity, dir);
	if (r != 0)
		return say(dir, "sign.key, agree.key", r);
	r = path_of(path, dir, "code.key");
	if (r == 0)
		r = keyfile_read(path, keys->code_key, sizeof(keys->code_key));
	if (r != 0)
		return say(dir, "code.key", r);
	return 0;
}

static int make_code_key(const char *dir)
{
	uint8_t key[32];
	char path[PATH_SIZE];
	int r = path_of(path, dir, "code.key");

	if (r < 0)
		return r;
	if (access(path, F_OK) == 0)
		return 0;
	randombytes_buf(key, sizeof(key));
	r = keyfile_write_new(path, key, sizeof(key));
	sodium_memzero(key, sizeof(key));
	return r;
}

int keys_make(const char *dir)
{
	struct keys keys;
	int r;

	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		return say(dir, "", -errno);
	r = identity_load_or_make(&keys.identity, dir);
	sodium_memzero(&keys, sizeof(keys));
	if (r != 0)
		return say(dir, "sign.key, agree.key", r);
	r = make_code_key(dir);
	if (r != 0)
		return say(dir, "code.key", r);
	return 0;
}
