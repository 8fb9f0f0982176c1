#include "firmware/link/config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool is_board_name(const char *value)
{
	return wire_name_ok(value) && strcmp(value, "gateway") != 0;
}

/* A host's name or address. It is handed to the resolver alone, never to a shell; this only catches slips. */
static bool is_host(const char *value)
{
	for (const char *c = value; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr(".-:", *c))
			return false;
	}
	return value[0] != '-';
}

static bool is_port(const char *value)
{
	long port = 0;

	for (const char *c = value; *c; c++) {
		if (*c < '0' || *c > '9')
			return false;
		port = port * 10 + (*c - '0');
	}
	return value[0] != '0' && port >= 1 && port <= 65535;
}

#define FIELD(name) offsetof(struct config, name), sizeof(((struct config *)0)->name)
#define NAME "wants 2 to 32 of a-z, 0-9 and -"
#define PATH "wants an absolute path"
#define SOCKET "wants an absolute path of at most 107 characters"
/* clang-format off */
static const struct config_key keys[] = {
	/* section    name      where it goes        optional  what it must be */
	{ "link",     "site",   FIELD(site),         false, wire_name_ok,            NAME },
	{ "link",     "board",  FIELD(board),        false, is_board_name,           NAME ", and is not gateway" },
	{ "broker",   "host",   FIELD(host),         false, is_host,                 "wants a host's name or address" },
	{ "broker",   "port",   FIELD(port),         true,  is_port,                 "wants 1 to 65535" },
	{ "broker",   "ca",     FIELD(ca),           false, config_is_absolute_path, PATH },
	{ "broker",   "cert",   FIELD(cert),         false, config_is_absolute_path, PATH },
	{ "broker",   "key",    FIELD(key),          false, config_is_absolute_path, PATH },
	{ "door",     "socket", FIELD(door_socket),  false, config_is_socket_path,   SOCKET },
};
/* clang-format on */

int link_config_read(struct config *config, const char *path, char message[static CONFIG_MESSAGE_MAX])
{
	*config = (struct config){ .port = "8883" };
	return config_read(config, keys, sizeof(keys) / sizeof(keys[0]), path, message);
}

int link_config_port(const struct config *config)
{
	return (int)strtol(config->port, NULL, 10);
}
