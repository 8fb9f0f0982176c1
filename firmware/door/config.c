#include "firmware/door/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool is_board_name(const char *value)
{
	return wire_name_ok(value) && strcmp(value, "gateway") != 0;
}

static bool is_port(const char *value)
{
	return strcmp(value, "sim") == 0;
}

static bool is_clock(const char *value)
{
	return strcmp(value, "kernel") == 0 || strcmp(value, "none") == 0;
}

#define FIELD(name) offsetof(struct config, name), sizeof(((struct config *)0)->name)
#define NAME "wants 2 to 32 of a-z, 0-9 and -"
#define PATH "wants an absolute path"
#define SOCKET "wants an absolute path of at most 107 characters"
/* clang-format off */
static const struct config_key keys[] = {
	/* section  name        where it goes        optional  what it must be */
	{ "door",  "site",      FIELD(site),         false, wire_name_ok,            NAME },
	{ "door",  "board",     FIELD(board),        false, is_board_name,           NAME ", and is not gateway" },
	{ "door",  "dir",       FIELD(dir),          false, config_is_absolute_path, PATH },
	{ "door",  "gateway",   FIELD(gateway),      false, config_is_absolute_path, PATH },
	{ "door",  "clock",     FIELD(clock),        true,  is_clock,                "wants kernel or none" },
	{ "link",  "socket",    FIELD(link_socket),  false, config_is_socket_path,   SOCKET },
	{ "link",  "group",     FIELD(link_group),   true,  NULL,                    "" },
	{ "port",  "kind",      FIELD(port),         false, is_port,                 "wants sim" },
	{ "port",  "socket",    FIELD(sim_socket),   false, config_is_socket_path,   SOCKET },
};
/* clang-format on */

int door_config_read(struct config *config, const char *path, char message[static CONFIG_MESSAGE_MAX])
{
	int r;

	*config = (struct config){ .clock = "none" };
	r = config_read(config, keys, sizeof(keys) / sizeof(keys[0]), path, message);
	if (r < 0)
		return r;
	if (strcmp(config->link_socket, config->sim_socket) == 0) {
		snprintf(message, CONFIG_MESSAGE_MAX, "%.100s: [link] socket and [port] socket are the same",
			path);
		return -EINVAL;
	}
	return 0;
}

bool door_config_trusts_kernel(const struct config *config)
{
	return strcmp(config->clock, "kernel") == 0;
}
