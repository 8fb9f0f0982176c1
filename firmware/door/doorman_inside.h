/* doorman_inside - what the files doorman*.c share. Not for others.
 *
 *   doorman.c       inputs to the core, orders from it
 *   doorman_look.c  what is only looked at: health, the technician's eyes, the system's clock */
#ifndef RUMAH_DOOR_DOORMAN_INSIDE_H
#define RUMAH_DOOR_DOORMAN_INSIDE_H

#include <uv.h>

#include "firmware/door/bigread.h"
#include "firmware/door/doorman.h"
#include "firmware/door/hasher.h"
#include "firmware/door/linksock.h"
#include "firmware/door/look.h"
#include "firmware/door/port.h"
#include "firmware/door/store.h"

struct doorman {
	uv_loop_t *loop;
	struct doorman_parts parts;
	struct port *port;
	struct store *store;
	struct hasher *hasher;
	struct linksock *link;
	struct look *look; /* NULL: nobody may look */
	uv_timer_t wake, health, clock;
	unsigned open_handles;
	bool is_stepping, is_stopping, is_online;
	struct bigread big;
	struct board_orders orders;
	const char *sealed; /* bytes of the message that is the current input */
	size_t sealed_len;
	int32_t cert_days;
	uint64_t refused, relay_count;
	uint64_t release_until_mono_ms; /* as last ordered; 0: at rest */
	enum board_lamp lamp;           /* as last ordered */
	struct sysclock sysclock;
	int clock_answer; /* of sysclock.h, the newest */
	char buf[WIRE_MESSAGE_MAX];
};

/* doorman.c */
void doorman_step(struct doorman *doorman, const struct board_input *input);

/* doorman_look.c */
unsigned doorman_active_lines(struct doorman *doorman); /* LINE_BIT()s */
void doorman_look_at_health(
	struct doorman *doorman, struct wire_health *health, const struct wire_state *state);
/* A door without eyes is a door all the same: a failure is logged. */
void doorman_open_look(struct doorman *doorman);
/* Asks the system's clock now and each minute, where the configuration says so. */
void doorman_open_clock(struct doorman *doorman);

#endif
