/* sim_place - which simulated door is meant, and one command to it: what all "rumah sim" commands share. */
#ifndef RUMAH_SIM_PLACE_H
#define RUMAH_SIM_PLACE_H

#include <limits.h>

#include "tools/rumah/call.h"
#include "tools/rumah/sim.h"

struct sim_place { /* a simulated door */
	char board[64], path[PATH_MAX];
};

/* The folder with a NAME.sock for each: what the demo sets, or what a board's service uses. */
const char *sim_place_folder(void);

/* All return an outcome (call.h), and have said why when it is not CALL_DONE. */
int sim_place_find(const struct call *call, struct sim_place *place);
int sim_place_fail(const struct call *call, const struct sim_place *place, int error);
/* One command (taken over) and its answer (the caller's); a refusal is said with the door's words, which hold
 * no keys. */
int sim_place_ask(const struct call *call, const struct sim_place *place, struct sim *sim, json_t *command,
	int timeout_ms, json_t **answer);
/* Finds the door, asks, and hangs up. */
int sim_place_ask_once(const struct call *call, json_t *command, json_t **answer, struct sim_place *place);
/* The same where the answer has nothing to say but that it is done. */
int sim_place_tell(const struct call *call, json_t *command, struct sim_place *place);

#endif
