/* world - where a measurement runs: the private folder, the site's keys, the broker and the programs, as
 * tests/bench/run prepared them; and the programs themselves, started and ended by pid. What does not work
 * ends the measurement. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "schemas/wire/keyfile.h"

#define SITE "home"

struct world {
	const char *dir;        /* private, on the disk that is measured */
	const char *site_dir;   /* tools/site-keys made it */
	const char *broker_dir; /* tools/lib/broker.sh runs it */
	const char *programs;   /* the build folder */
	const char *root;       /* the project's */
	int port;               /* of the broker, on 127.0.0.1 */
	bool is_long;
};

const struct world *world(void);
/* Writes a path below the private folder. */
void world_path(char path[static PATH_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A private folder of that name, made. */
void world_folder(char path[static PATH_MAX], const char *name);
/* The keys of a board or gateway whose folder is `dir`: read, or made. */
void world_identity(struct identity *identity, const char *dir);

/* One door below the folder `dir`: rumah-door and rumah-link with its sockets there. */
struct door {
	char dir[PATH_MAX], sim_socket[PATH_MAX], link_socket[PATH_MAX];
	const char *board;
	pid_t door, link; /* 0: not running */
};
/* Prepares the folder and the configurations; `gateway_dir` holds the gateway's identity.pub. Starts nothing.
 */
void door_prepare(struct door *door, const char *board, const char *gateway_dir);
void door_start(struct door *door);
void door_start_link(struct door *door);
void door_end(struct door *door);

/* A program of the build, started with --config. */
pid_t program_start(const char *name, const char *config, const char *log);
/* Proportional set size in KiB, from smaps_rollup. */
double program_pss_kib(pid_t pid);
/* CPU seconds used so far. */
double program_cpu_s(pid_t pid);
/* Ready to run, and another one ran: what a loaded machine adds to any duration. */
double program_waited_s(pid_t pid);
/* Waits until the program does nothing, at most 3 s: what it makes ahead is made, and in nobody's way. */
void program_await_rest(pid_t pid);
/* What a shell function of tools/lib/broker.sh does to the broker: "broker_kill", "broker_start". */
void broker_do(const char *function);
