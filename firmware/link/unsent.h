/* unsent - what the MQTT library was given and the broker has not acknowledged, and what waits for room.
 *
 * Bounded, since a board outlives any broker's bad day. Of the retained pictures of a door, state and health,
 * the newest waits; anything else is said again by the door, so that it may be dropped. One thread: the
 * loop's. */
#ifndef RUMAH_LINK_UNSENT_H
#define RUMAH_LINK_UNSENT_H

#include <stdbool.h>
#include <stddef.h>

#include "schemas/wire/topic.h"

#define UNSENT_MAX 256
#define UNSENT_BYTES_MAX (4u << 20)
#define UNSENT_PICTURES 2 /* state, health */

struct picture {
	enum wire_kind kind;
	char *msg; /* owned; NULL: nothing waits */
	size_t len;
};

struct unsent { /* zero before use, unsent_clear() after */
	struct {
		int mid; /* 0: free */
		size_t len;
	} list[UNSENT_MAX];
	size_t count, bytes;
	struct picture pictures[UNSENT_PICTURES];
};

bool unsent_has_room(const struct unsent *unsent, size_t len);
/* The library took a message and calls it `mid`; only with room for it. */
void unsent_add(struct unsent *unsent, int mid, size_t len);
/* The broker acknowledged `mid`; one that nobody added is nothing to us. */
void unsent_done(struct unsent *unsent, int mid);

/* Keeps a copy in place of the one of its kind that waits. 0; -EINVAL when it is no picture; -ENOMEM. */
int unsent_keep(struct unsent *unsent, enum wire_kind kind, const char *msg, size_t len);
/* Hands one picture over, the caller's to free. Returns whether one waited. */
bool unsent_take(struct unsent *unsent, struct picture *out);

void unsent_clear(struct unsent *unsent);

#endif
