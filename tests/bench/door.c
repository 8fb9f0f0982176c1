/* The programs of one board, see world.h. */
#include <stdio.h>
#include <string.h>

#include "tests/bench/samples.h"
#include "tests/bench/world.h"
#include "tests/system/lib/process.h"

static void join(char path[static PATH_MAX], const char *dir, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX)
		broken("a path is too long");
}

void door_prepare(struct door *door, const char *board, const char *gateway_dir)
{
	char path[PATH_MAX];

	*door = (struct door){ .board = board };
	world_folder(door->dir, board);
	join(door->sim_socket, door->dir, "sim");
	join(door->link_socket, door->dir, "link");
	join(path, door->dir, "door.ini");
	file_write(path,
		"[door]\nsite = %s\nboard = %s\ndir = %s\ngateway = %s/identity.pub\nclock = none\n"
		"[link]\nsocket = %s\n[port]\nkind = sim\nsocket = %s\n",
		SITE, board, door->dir, gateway_dir, door->link_socket, door->sim_socket);
	join(path, door->dir, "link.ini");
	file_write(path,
		"[link]\nsite = %s\nboard = %s\n[broker]\nhost = 127.0.0.1\nport = %d\nca = %s/ca.crt\n"
		"cert = %s/client/%s.crt\nkey = %s/client/%s.key\n[door]\nsocket = %s\n",
		SITE, board, world()->port, world()->site_dir, world()->site_dir, board, world()->site_dir,
		board, door->link_socket);
}

void door_start(struct door *door)
{
	char config[PATH_MAX], log[PATH_MAX];

	join(config, door->dir, "door.ini");
	join(log, door->dir, "door.log");
	door->door = program_start("firmware/door/rumah-door", config, log);
}

void door_start_link(struct door *door)
{
	char config[PATH_MAX], log[PATH_MAX];

	join(config, door->dir, "link.ini");
	join(log, door->dir, "link.log");
	door->link = program_start("firmware/link/rumah-link", config, log);
}

void door_end(struct door *door)
{
	if (door->link)
		process_end(door->link, 15);
	if (door->door)
		process_end(door->door, 15);
	door->link = door->door = 0;
}
