#include "firmware/edge/config_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define KEYS_MAX 64
#define FILE_BYTES_MAX (64 * 1024) /* no configuration of ours comes near; a wrong file is told by it */

struct reading {
	void *out;
	const struct config_key *keys;
	size_t count;
	uint64_t seen; /* a bit for each key */
	char *message; /* the first complaint */
};

static const struct config_key *find(const struct reading *reading, const char *section, const char *name)
{
	for (size_t i = 0; i < reading->count; i++) {
		const struct config_key *key = &reading->keys[i];

		if (strcmp(key->section, section) == 0 && strcmp(key->name, name) == 0)
			return key;
	}
	return NULL;
}

static int complain(struct reading *reading, const char *what, const char *section, const char *name)
{
	if (!reading->message[0])
		snprintf(reading->message, CONFIG_MESSAGE_MAX, "[%.40s] %.40s: %s", section, name, what);
	return 0; /* inih's "no" */
}

static int take(void *ctx, const char *section, const char *name, const char *value)
{
	struct reading *reading = ctx;
	const struct config_key *key = find(reading, section, name);
	uint64_t bit;

	if (!key)
		return complain(reading, "no such key", section, name);
	bit = UINT64_C(1) << (key - reading->keys);
	if (reading->seen & bit)
		return complain(reading, "said twice", section, name);
	if (!value || value[0] == 0)
		return complain(reading, "has no value", section, name);
	if (strlen(value) >= key->size)
		return complain(reading, "too long", section, name);
	if (key->is_ok && !key->is_ok(value))
		return complain(reading, key->wanted, section, name);
	memcpy((char *)reading->out + key->offset, value, strlen(value) + 1);
	reading->seen |= bit;
	return 1;
}

/* A plain file of a sensible length: not a folder, a pipe that never ends, or a disk image. */
static FILE *open_plain(const char *path, int *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat info;
	FILE *file;

	if (fd < 0) {
		*error = -errno;
		return NULL;
	}
	if (fstat(fd, &info) < 0)
		*error = -errno;
	else if (!S_ISREG(info.st_mode))
		*error = -EINVAL;
	else if (info.st_size > FILE_BYTES_MAX)
		*error = -EFBIG;
	else
		*error = 0;
	if (*error == 0) {
		file = fdopen(fd, "r");
		if (file)
			return file;
		*error = -errno;
	}
	close(fd);
	return NULL;
}

static int check_missing(struct reading *reading, const char *path, char *message)
{
	for (size_t i = 0; i < reading->count; i++) {
		const struct config_key *key = &reading->keys[i];

		if (key->is_optional || (reading->seen & (UINT64_C(1) << i)))
			continue;
		snprintf(message, CONFIG_MESSAGE_MAX, "%.100s: [%s] %s: is missing", path, key->section,
			key->name);
		return -EINVAL;
	}
	return 0;
}

int config_read(void *out, const struct config_key *keys, size_t count, const char *path,
	char message[static CONFIG_MESSAGE_MAX])
{
	char complaint[CONFIG_MESSAGE_MAX] = "";
	struct reading reading = { .out = out, .keys = keys, .count = count, .message = complaint };
	FILE *file;
	int r;

	message[0] = 0;
	if (count > KEYS_MAX)
		return -EINVAL;
	file = open_plain(path, &r);
	if (!file) {
		snprintf(message, CONFIG_MESSAGE_MAX, "%.100s: %s", path, strerror(-r));
		return r;
	}
	r = ini_parse_file(file, take, &reading);
	fclose(file);
	if (r > 0) { /* the first line that was refused */
		snprintf(message, CONFIG_MESSAGE_MAX, "%.80s:%d: %.100s", path, r,
			complaint[0] ? complaint : "not a section, a key or a comment");
		return -EINVAL;
	}
	if (r < 0) {
		snprintf(message, CONFIG_MESSAGE_MAX, "%.100s: cannot be read", path);
		return -EIO;
	}
	return check_missing(&reading, path, message);
}

bool config_is_absolute_path(const char *value)
{
	return value[0] == '/';
}

bool config_is_socket_path(const char *value)
{
	return value[0] == '/' && strlen(value) < sizeof(((struct sockaddr_un *)0)->sun_path);
}
