/* config - what rumah-link is told by its configuration file (rumah-link(8) has an example). */
#ifndef RUMAH_LINK_CONFIG_H
#define RUMAH_LINK_CONFIG_H

#include <limits.h>

#include "firmware/edge/config_reader.h"
#include "schemas/wire/topic.h"

struct config {
	char site[WIRE_NAME_MAX + 1], board[WIRE_NAME_MAX + 1]; /* board: also user and client id */
	char host[256];
	char port[6];
	char ca[PATH_MAX / 2], cert[PATH_MAX / 2], key[PATH_MAX / 2];
	char door_socket[108]; /* where rumah-door listens */
};

/* 0, or -errno with the reason for a person in `message`. */
int link_config_read(struct config *config, const char *path, char message[static CONFIG_MESSAGE_MAX]);
int link_config_port(const struct config *config); /* 1..65535 */

#endif
