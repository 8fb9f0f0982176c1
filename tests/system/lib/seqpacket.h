/* seqpacket - either end of the local socket between rumah-door and rumah-link, for tests: whole messages in
 * and out, or raw datagrams. Waits are bounded. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schemas/wire/frame.h"

struct seqpacket { /* seqpacket_init() before use, seqpacket_close() after */
	int listen_fd, fd;
	struct frame_joiner joiner;
	uint8_t *joined;
};

struct heard { /* what seqpacket_hear() got */
	enum frame_type type;
	enum wire_kind kind;
	bool is_retained;
	uint32_t value;
	const char *msg; /* until the next call */
	size_t len;
};

void seqpacket_init(struct seqpacket *s);
void seqpacket_close(struct seqpacket *s);
/* The door's end: listens, and takes one who connects within limit_ms. 0 or -errno. */
int seqpacket_listen(struct seqpacket *s, const char *path);
int seqpacket_accept(struct seqpacket *s, int limit_ms);
/* The link's end; tries until limit_ms. 0 or -errno. */
int seqpacket_connect(struct seqpacket *s, const char *path, int limit_ms);

/* Sends a message in pieces, a word, or raw bytes. 0 or -errno. */
int seqpacket_say(struct seqpacket *s, enum frame_type type, enum wire_kind kind, bool is_retained,
	const char *msg, size_t len);
int seqpacket_say_word(struct seqpacket *s, enum frame_type type, uint32_t value);
int seqpacket_send(struct seqpacket *s, const void *bytes, size_t len);
/* The next whole message or word. 0, -ETIMEDOUT, or -ECONNRESET when the other end is gone. */
int seqpacket_hear(struct seqpacket *s, struct heard *heard, int limit_ms);
