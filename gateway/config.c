#include "gateway/config.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schemas/wire/topic.h"

enum type { TEXT, NAME, U16, U32, YES_NO };

/* clang-format off */
#define AT(member) offsetof(struct config, member), sizeof(((struct config *)0)->member)
static const struct key {
	const char *section, *name;
	enum type type;
	size_t offset, size;
	const char *standard; /* NULL: must be given */
	unsigned long min, max;
} keys[] = {
	{ "gateway", "site",                    NAME,   AT(site),            NULL },
	{ "gateway", "database",                TEXT,   AT(database),        "/var/lib/rumah-gateway/gateway.db" },
	{ "gateway", "keys",                    TEXT,   AT(keys),            "/var/lib/rumah-gateway/keys" },
	{ "http",    "address",                 TEXT,   AT(address),         "127.0.0.1" },
	{ "http",    "port",                    U16,    AT(port),            "8080", 1, 65535 },
	{ "http",    "public_url",              TEXT,   AT(public_url),      "" },
	{ "http",    "behind_proxy",            YES_NO, AT(is_behind_proxy), "no" },
	{ "http",    "connections_per_address", U32,    AT(per_address),     "64", 1, 1000 },
	{ "broker",  "host",                    TEXT,   AT(host),            "localhost" },
	{ "broker",  "port",                    U16,    AT(broker_port),     "8883", 1, 65535 },
	{ "broker",  "ca",                      TEXT,   AT(ca),              "" },
	{ "broker",  "cert",                    TEXT,   AT(cert),            "" },
	{ "broker",  "key",                     TEXT,   AT(key),             "" },
	{ "letters", "folder",                  TEXT,   AT(letters),         "" },
	{ "letters", "quota_mib",               U32,    AT(letters_mib),     "1024", 1, 1000000 },
	/* 60 ms on a Pi Zero 2 W, the slowest board we know of. */
	{ "codes",   "argon_mem_kib",           U32,    AT(argon_mem_kib),   "4096", 8, 65536 },
	{ "codes",   "argon_passes",            U32,    AT(argon_passes),    "3", 1, 10 },
};
/* clang-format on */
#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

struct reading {
	struct config *config;
	FILE *file;
	int line; /* read last */
	bool seen[KEY_COUNT];
	const char *why; /* of the line that was refused */
	int why_line;
};

static const char *set_number(void *to, const struct key *key, const char *value)
{
	unsigned long number;
	uint16_t u16;
	uint32_t u32;

	if (!value[0] || strspn(value, "0123456789") != strlen(value) || strlen(value) > 9)
		return "is not a number";
	number = strtoul(value, NULL, 10);
	if (number < key->min || number > key->max)
		return "is out of its bounds";
	u16 = (uint16_t)number;
	u32 = (uint32_t)number;
	if (key->type == U16)
		memcpy(to, &u16, sizeof(u16));
	else
		memcpy(to, &u32, sizeof(u32));
	return NULL;
}

/* Returns NULL, or what is wrong with the value. */
static const char *set(struct config *config, const struct key *key, const char *value)
{
	char *to = (char *)config + key->offset;
	bool is_yes = strcmp(value, "yes") == 0;

	switch (key->type) {
	case NAME:
		if (!wire_name_ok(value))
			return "is not a name: [a-z0-9][a-z0-9-]{1,31}";
		__attribute__((fallthrough));
	case TEXT:
		if (strlen(value) >= key->size)
			return "is too long";
		memcpy(to, value, strlen(value) + 1);
		return NULL;
	case U16:
	case U32:
		return set_number(to, key, value);
	case YES_NO:
		if (!is_yes && strcmp(value, "no") != 0)
			return "is neither yes nor no";
		memcpy(to, &is_yes, sizeof(is_yes));
		return NULL;
	}
	return "is of no known kind";
}

static void refuse(struct reading *reading, const char *why)
{
	if (reading->why || !why)
		return;
	reading->why = why;
	reading->why_line = reading->line;
}

/* For inih, in place of fgets(): that would cut a long line in two, and at a zero byte. */
static char *read_line(char *buf, int size, void *stream)
{
	struct reading *reading = stream;
	int len = 0, c = EOF;

	reading->line++;
	while (len < size - 1 && (c = getc(reading->file)) != EOF && c != '\n') {
		if (c == '\0')
			refuse(reading, "holds a zero byte");
		buf[len++] = (char)c;
	}
	if (len == size - 1)
		refuse(reading, "is too long");
	buf[len] = '\0';
	return reading->why || (c == EOF && len == 0) ? NULL : buf;
}

/* For inih: 0 says that the line is wrong. It reads on to the end all the same. */
static int take(void *user, const char *section, const char *name, const char *value)
{
	struct reading *reading = user;

	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (strcmp(keys[i].section, section) != 0 || strcmp(keys[i].name, name) != 0)
			continue;
		refuse(reading, reading->seen[i] ? "stands twice" : set(reading->config, &keys[i], value));
		reading->seen[i] = true;
		return !reading->why;
	}
	refuse(reading, "is not a key of this section");
	return 0;
}

static int fill_in(struct reading *reading, char why[static 160])
{
	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (reading->seen[i])
			continue;
		if (!keys[i].standard) {
			snprintf(why, 160, "[%s] %s is missing", keys[i].section, keys[i].name);
			return 1;
		}
		set(reading->config, &keys[i], keys[i].standard);
	}
	/* Without TLS the broker would take anybody on the network for the gateway. */
	if (!reading->config->ca[0] && strcmp(reading->config->host, "localhost") != 0 &&
		strcmp(reading->config->host, "127.0.0.1") != 0 &&
		strcmp(reading->config->host, "::1") != 0) {
		snprintf(why, 160,
			"[broker] ca, cert and key are missing, and the broker is not on this machine");
		return 1;
	}
	if (reading->config->ca[0] && (!reading->config->cert[0] || !reading->config->key[0])) {
		snprintf(why, 160, "[broker] ca needs cert and key beside it");
		return 1;
	}
	return 0;
}

/* Opens what may be read as a configuration: a plain file of a decent size. */
static int open_file(FILE **out, const char *path, char why[static 160])
{
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &info) < 0 || !S_ISREG(info.st_mode) || info.st_size > CONFIG_BYTES_MAX) {
		close(fd);
		snprintf(why, 160, "it is not a plain file of at most 64 KiB");
		return 1;
	}
	*out = fdopen(fd, "r");
	if (*out)
		return 0;
	close(fd);
	return -ENOMEM;
}

int config_read(struct config *out, const char *path, char why[static 160])
{
	struct reading reading = { .config = out };
	int line;
	int r;

	memset(out, 0, sizeof(*out));
	r = open_file(&reading.file, path, why);
	if (r != 0)
		return r;
	line = ini_parse_stream(read_line, &reading, take, &reading);
	fclose(reading.file);
	if (line != 0 || reading.why) {
		bool is_ours = reading.why && (line == 0 || line == reading.why_line);

		snprintf(why, 160, "line %d %s", is_ours ? reading.why_line : line,
			is_ours ? reading.why : "is not readable");
		return 1;
	}
	return fill_in(&reading, why);
}
