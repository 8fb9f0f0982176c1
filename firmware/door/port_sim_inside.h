/* port_sim_inside - what the files port_sim*.c share. Not for others.
 *
 *   port_sim.c           the port: relay, tones, lamp, and the picture of it all
 *   port_sim_commands.c  what the socket may tell it to do */
#ifndef RUMAH_DOOR_PORT_SIM_INSIDE_H
#define RUMAH_DOOR_PORT_SIM_INSIDE_H

#include <jansson.h>
#include <pthread.h>
#include <uv.h>

#include "firmware/door/guard.h"
#include "firmware/door/port.h"
#include "firmware/door/textsock.h"

#define KEYS_MAX 64
#define TONES_MAX 32 /* the newest are shown */

struct relay { /* the guard's thread writes it, too */
	pthread_mutex_t lock;
	bool is_on;
	uint64_t on_at_mono_ms, until_mono_ms;
	uint64_t last_on_ms; /* how long the last release really was */
	uint64_t releases;
};

struct port_sim {
	struct port port;
	struct port_events events;
	struct guard *guard;
	struct relay relay;
	struct textsock *sock;
	unsigned lines;       /* LINE_BIT()s: active ones */
	bool is_bolt_by_hand; /* a jammed lock: it does not follow the strike */
	enum board_lamp lamp;
	enum board_tone tones[TONES_MAX];
	size_t tone_count; /* since start */

	uv_timer_t key_timer;
	uv_async_t changed; /* by the guard's thread */
	unsigned open_handles;
	char keys[KEYS_MAX + 1];
	size_t next_key;
	uint64_t gap_ms, next_key_mono_ms;
	struct textsock_client *presser; /* waits for its answer; NULL: nobody */
};

/* port_sim.c */
json_t *sim_describe(struct port_sim *sim);
void sim_tell_watchers(struct port_sim *sim);
/* Moves a line and tells the core, the watchers too. */
void sim_set_line(struct port_sim *sim, enum board_line line, bool is_active);

/* port_sim_commands.c */
void sim_take_command(void *ctx, struct textsock_client *client, const char *line, size_t len);

#endif
