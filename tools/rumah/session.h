/* session - the log-in that rumah keeps between calls, in HOME/session.json with mode 0600. */
#ifndef RUMAH_SESSION_H
#define RUMAH_SESSION_H

#include <stddef.h>
#include <stdint.h>

struct session {
	char url[256]; /* of the gateway; its cookie goes nowhere else */
	char name[33], role[16];
	char cookie[200]; /* NAME=VALUE */
	char csrf[64];
	int64_t expires_ms; /* at the latest; a session that is not used ends sooner */
};

enum session_answer { SESSION_NONE = 1, SESSION_TOO_OPEN, SESSION_MALFORMED };

/* Where it is kept: RUMAH_HOME, XDG_CONFIG_HOME/rumah or HOME/.config/rumah. 0, -ENOENT (none of them is
 * set), or -ENAMETOOLONG. */
int session_home(char *out, size_t size);

/* 0, a session_answer, or -errno. */
int session_load(struct session *session, const char *home);
/* Whole or not at all; makes the folder (0700). 0 or -errno. */
int session_save(const struct session *session, const char *home);
/* 0, also when there is none, or -errno. */
int session_remove(const char *home);
void session_wipe(struct session *session);

#endif
