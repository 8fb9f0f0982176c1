/* config_reader - a configuration file as a table of bounded values. Every key of the table is asked for,
 * every key that is not in it is refused with its line: a typing error must not become a default. */
#ifndef RUMAH_EDGE_CONFIG_READER_H
#define RUMAH_EDGE_CONFIG_READER_H

#include <stdbool.h>
#include <stddef.h>

#define CONFIG_MESSAGE_MAX 200

struct config_key {
	const char *section, *name;
	size_t offset, size;              /* where its text goes in the caller's struct, zero-terminated */
	bool is_optional;                 /* else it must be there */
	bool (*is_ok)(const char *value); /* NULL: any text that fits */
	const char *wanted;               /* what is_ok wants, for people: "a name like kamar-1" */
};

/* Reads `path` into `out`, which the caller has zeroed or filled with defaults. 0; -EINVAL with the reason in
 * `message`, beginning with path and line; or -errno (no file, no memory) with the same. */
int config_read(void *out, const struct config_key *keys, size_t count, const char *path,
	char message[static CONFIG_MESSAGE_MAX]);

bool config_is_absolute_path(const char *value);
bool config_is_socket_path(const char *value); /* absolute, and short enough for a socket's address */

#endif
