/* look - how a technician on the board sees the door: a local socket (SOCK_STREAM) on which one JSON command
 * a line gets one JSON answer a line. It shows and it makes a noise; it cannot open: there is no command that
 * moves the lock, sets a line or presses a key, so whoever owns this socket has won nothing.
 *
 *   {"do":"look"}                    → the picture, below
 *   {"do":"watch"}                   → the same now, at each change (within LOOK_SOON_MS) and each second
 *   {"do":"test"} {"do":"end"}       a self-test begins and ends; also ended when its client leaves. One at a
 * time
 *   {"do":"tone","tone":"identify"}  the buzzer, once, in a test, and not over an alarm that sounds
 *   {"do":"lamp","lamp":"alarm"}     the lamp until the test ends; without "lamp": back to what stands
 *   {"do":"keys"}                    in a test: from now on keys are compared with LOOK_KEYS, in that order
 *
 * The picture:
 *   {"ok":true,"board":"kamar-1","version":"0.3","uptime_s":60,"door":"locked","mode":"normal","mode_until_ms":0,
 *    "alarms":["storage"],"lockout_s":0,"lock":{"is_released":false,"left_ms":0,"releases":3},
 *    "lines":{"contact":false,"rex":true},           the wired ones: whether each is active
 *    "keys":12,"tone":"key","lamp":"ready",          keys taken since the start, never which
 *    "clock":{"trust":"trusted","at_ms":1795600000000,"bound_ms":12,"source":"kernel","is_vouched":true},
 *    "link":true,"epoch":1,"rev":5,"queue":0,"journal_bytes":94208,"free_bytes":7000000000,"refused":0,
 *    "temp_mc":41000,"cert_days":300,                where they are known
 *    "test":{"right":3,"wrong":0}}                   while a test compares keys: how many came as asked
 * It holds no grant, no digit and no name. In a test keys reach the core as always: LOOK_KEYS ends in '*' and
 * '#', so that what was typed is cleared and no code is weighed, nor counted as a wrong one.
 *
 * A bad command is {"ok":false,"error":"…"}. One thread: the loop's. */
#ifndef RUMAH_DOOR_LOOK_H
#define RUMAH_DOOR_LOOK_H

#include "firmware/core/board.h"

#define LOOK_KEYS "1234567890*#"
#define LOOK_SOON_MS 20 /* changes that come together are told together */

struct uv_loop_s;
struct look; /* opaque: look_open() makes it, look_close() frees it */

struct look_picture {
	const char *board;       /* borrowed for the call */
	struct wire_state state; /* as it would be sent now */
	struct wire_health health;
	uint64_t release_left_ms;
	unsigned lines, wired;    /* bits of enum board_line: active, and there at all */
	bool is_online;           /* the broker is reached */
	const char *clock_source; /* as in the configuration */
	bool is_vouched;          /* somebody vouches for the operating system's clock now */
	enum board_lamp lamp;     /* what stands */
};

struct look_events {
	void (*paint)(void *ctx, struct look_picture *out);
	void (*tone)(void *ctx, enum board_tone tone);
	void (*lamp)(void *ctx, enum board_lamp lamp);
	void *ctx;
};

/* Listens at `path`, mode 0600; or 0660 for the members of `group` when that is not "". 0 or -errno. */
int look_open(struct look **out, struct uv_loop_s *loop, const char *path, const char *group,
	const struct look_events *events);
void look_close(struct look *look); /* freed when the loop has closed its handles; takes NULL */

/* Something of the picture may have changed. Costs nothing while nobody watches. These three take NULL. */
void look_changed(struct look *look);
void look_key(struct look *look, char key); /* a key was taken; it is compared and not kept */
void look_tone(struct look *look, enum board_tone tone);

#endif
