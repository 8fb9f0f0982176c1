/* sim_client - the person at a simulated door: presses keys and looks at the strike. Waits are bounded; what
 * cannot be asked ends the test. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct sim_view { /* what {"do":"show"} says */
	bool is_strike_on, is_contact_open;
	int64_t strike_ms_left, last_on_ms, releases;
	char tones[1024]; /* words with commas between them */
};

/* Connects to the door's socket within limit_ms. Returns a descriptor or -errno. */
int sim_connect(const char *path, int limit_ms);
/* Sends one command and copies its answer line. 0 or -errno (the door went away). */
int sim_ask(int fd, const char *command, char *answer, int size);
int sim_look(int fd, struct sim_view *view);                  /* 0 or -errno */
int sim_press(int fd, const char *keys, int gap_ms);          /* returns when the last key is down */
bool sim_strike_within(int fd, bool on, int limit_ms);        /* waits for it */
bool sim_tone_within(int fd, const char *tone, int limit_ms); /* the newest tone is this one */
