/* places - where the local sockets of this machine's doors are, and asking one of them. */
#ifndef RUMAH_PLACES_H
#define RUMAH_PLACES_H

#include "tools/rumah/call.h"
#include "tools/rumah/doorsock.h"

enum place_kind {
	PLACE_SIM,  /* simulated pins (firmware/door/port.h): RUMAH_SIM_DIR/NAME.sock, else
		       /run/rumah-sim/NAME.sock */
	PLACE_LOOK, /* the eyes (look.h): RUMAH_LOOK_DIR/NAME.look, else /run/rumah-door-NAME/look.sock */
};

struct place {
	char board[64], path[PATH_MAX];
};

/* That of --socket, else of --board, else the only one there is. CALL_DONE, or says why not. */
int place_find(const struct call *call, struct place *place, enum place_kind kind);
/* The names of the boards that have such a socket, sorted: the caller's. */
json_t *place_boards(enum place_kind kind);

/* Says that the door cannot be reached or does not answer (doorsock.h's -errno). */
int place_fail(const struct call *call, const struct place *place, int error);
/* One command (stolen) and its answer, the caller's; a refusal is said with the door's words, which hold no
 * keys. */
int place_ask(const struct call *call, const struct place *place, struct doorsock *sock, json_t *command,
	int timeout_ms, json_t **answer);
/* Finds the door, asks, and hangs up. */
int place_ask_once(
	const struct call *call, enum place_kind kind, json_t *command, json_t **answer, struct place *place);
/* The same where the answer has nothing to say but that it is done. */
int place_tell(const struct call *call, enum place_kind kind, json_t *command, struct place *place);

#endif
