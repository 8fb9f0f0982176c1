/* port - the pins of one door: strike, buzzer, contact, REX, keypad. Made by the simulated back end
 * (port_sim.c) or, on a board, by a GPIO chip. One thread: the loop's; callbacks return at once.
 *
 * A port holds its strike to the deadline it was given even when the loop is stuck: it has a timer of its
 * own. Closing a port, or the process ending in any way, leaves the strike at rest. */
#ifndef RUMAH_DOOR_PORT_H
#define RUMAH_DOOR_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/board.h"

struct uv_loop_s;

struct port_events {                                 /* what the port tells; all on the loop's thread */
	void (*on_key)(void *ctx, char key);         /* '0'..'9', '*', '#' */
	void (*on_contact)(void *ctx, bool is_open); /* debounced; also once at start */
	void (*on_rex)(void *ctx, bool is_active);
	void *ctx;
};

struct port {
	/* On until until_mono_ms (CLOCK_BOOTTIME) at the latest, or off now. 0 or -errno. */
	int (*strike)(struct port *port, bool on, uint64_t until_mono_ms);
	void (*tone)(struct port *port, enum board_tone tone);
	bool (*is_contact_open)(struct port *port);
	/* Whether the timer that guards the strike answered when last asked, and asks it again. */
	bool (*is_alive)(struct port *port);
	void (*close)(struct port *port); /* strike off, then frees when the loop has closed its handles */
};

/* A door made of a local socket (SOCK_STREAM at `path`, mode 0600): one JSON command a line, one JSON answer
 * a line.
 *   {"do":"press","keys":"12345678#","gap_ms":150}   {"do":"contact","open":true} {"do":"rex","active":true}
 *   {"do":"show"} → {"ok":true,"strike":false,"strike_ms_left":0,"last_on_ms":3000,"contact":"closed",
 *                    "rex":false,"releases":3,"tones":["key","accepted"]}   (the newest 32 tones)
 *   {"do":"watch"} → the same now and at each change, until the client leaves
 * "press" is answered when its last key is down; "last_on_ms" is how long the last release really was. Every
 * answer has "ok"; a bad command is {"ok":false,"error":"…"}. 0 or -errno. */
int port_sim_open(
	struct port **out, struct uv_loop_s *loop, const char *path, const struct port_events *events);

#endif
