/* screen - the whole terminal for one live picture: its other screen, no cursor, and keys that need no Enter.
 * What was on the terminal comes back with screen_close(), also when a signal ended the waiting. Without a
 * terminal nothing of it is touched, and only signals are heard. One at a time. */
#ifndef RUMAH_SCREEN_H
#define RUMAH_SCREEN_H

#include <stdbool.h>

enum screen_event {
	SCREEN_READY,   /* there is something to read from the descriptor */
	SCREEN_TIME,    /* the time is over, or the terminal has another size */
	SCREEN_KEY,     /* a key was pressed: *key */
	SCREEN_NO_KEYS, /* told once: there will be no keys (end of standard input) */
	SCREEN_END,     /* Ctrl-C, SIGTERM, or the terminal is gone */
};

/* is_whole: the other screen as well; else only the keys, and what is written scrolls. 0 or -errno. */
int screen_open(bool is_whole);
void screen_close(void);

/* Waits for the first of these; fd < 0: for no descriptor. */
enum screen_event screen_wait(int fd, int timeout_ms, char *key);

/* Puts lines in the place of what was shown, without a flicker; more of them than fit are left out. */
void screen_show(const char *lines);

#endif
