/* port_open - the port that the configuration names. */
#ifndef RUMAH_DOOR_PORT_OPEN_H
#define RUMAH_DOOR_PORT_OPEN_H

#include "firmware/door/config.h"
#include "firmware/door/port.h"

#define PORT_TRIES                                                                                           \
	5 /* a second apart: a driver may load after us, and each start of ours writes to the card */

/* `config` is borrowed until the port is closed. Without its lock's line there is no door: waits for it
 * through PORT_TRIES, says once what is missing, and gives up. 0, or -errno, which has been said. */
int port_open(struct port **out, struct uv_loop_s *loop, const struct config *config,
	const struct port_events *events);

#endif
