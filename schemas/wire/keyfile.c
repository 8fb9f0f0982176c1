#include "schemas/wire/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schemas/wire/newfile.h"

#define KEY_BYTES_MAX 64
#define LINE_MAX_BYTES (sodium_base64_ENCODED_LEN(KEY_BYTES_MAX, sodium_base64_VARIANT_ORIGINAL) + 1)

/* A regular file that nobody else can read. */
static int check_mode(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return KEYFILE_MALFORMED;
	return st.st_mode & (S_IRWXG | S_IRWXO) ? KEYFILE_TOO_OPEN : 0;
}

int keyfile_read(const char *path, uint8_t *key, size_t bytes)
{
	uint8_t read_key[KEY_BYTES_MAX];
	char line[LINE_MAX_BYTES];
	size_t got = 0, len;
	int fd, r;

	if (bytes > sizeof(read_key))
		return -EINVAL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	r = check_mode(fd);
	if (r == 0)
		r = newfile_read(fd, line, sizeof(line), &len);
	close(fd);
	if (r == -EFBIG)
		r = KEYFILE_MALFORMED;
	if (r != 0)
		goto out;

	r = KEYFILE_MALFORMED;
	if (len != sodium_base64_ENCODED_LEN(bytes, sodium_base64_VARIANT_ORIGINAL) || line[len - 1] != '\n')
		goto out;
	if (sodium_base642bin(read_key, sizeof(read_key), line, len - 1, NULL, &got, NULL,
		    sodium_base64_VARIANT_ORIGINAL) != 0 ||
		got != bytes)
		goto out;
	memcpy(key, read_key, bytes);
	r = 0;
out:
	sodium_memzero(line, sizeof(line));
	sodium_memzero(read_key, sizeof(read_key));
	return r;
}

int keyfile_write_new(const char *path, const uint8_t *key, size_t bytes)
{
	char line[LINE_MAX_BYTES];
	size_t len;
	int r;

	if (bytes == 0 || bytes > KEY_BYTES_MAX)
		return -EINVAL;
	sodium_bin2base64(line, sizeof(line), key, bytes, sodium_base64_VARIANT_ORIGINAL);
	len = strlen(line);
	line[len++] = '\n';
	r = newfile_write(path, line, len, 0600, false);
	sodium_memzero(line, sizeof(line));
	return r;
}
