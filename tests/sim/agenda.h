/* agenda - what will happen in a simulated world, and when: a heap ordered by time, then by when it was
 * planned. Ties are broken by order, so that the same calls give the same history. */
#ifndef TESTS_SIM_AGENDA_H
#define TESTS_SIM_AGENDA_H

#include <stddef.h>
#include <stdint.h>

struct packet;

enum agenda_kind {
	AGENDA_BOARD_WAKE,
	AGENDA_BOARD_STORED,    /* the store worker is done with its batch */
	AGENDA_BOARD_STRETCHED, /* Argon2id is done */
	AGENDA_BOARD_LINK,      /* its link reaches the broker, or tries again */
	AGENDA_BOARD_CUT,
	AGENDA_BOARD_POWER,
	AGENDA_BOARD_KEY,  /* a = the key */
	AGENDA_BOARD_LINE, /* a = 2 * line + active */
	AGENDA_DELIVER,    /* a packet reaches its receiver */
	AGENDA_ARRIVE,     /* a packet reaches the broker */
	AGENDA_BROKER_SAVE,
	AGENDA_BROKER_KILL,
	AGENDA_BROKER_START,
	AGENDA_GATEWAY_LINK,
	AGENDA_GATEWAY_COMMIT,
	AGENDA_GATEWAY_TICK,
	AGENDA_GATEWAY_KILL,
	AGENDA_GATEWAY_START,
	AGENDA_GUEST,
	AGENDA_STAFF,
	AGENDA_ATTACKER,
	AGENDA_MISCHIEF, /* the fault injector rolls its dice */
};

struct agenda_item {
	uint64_t at_ms;
	uint64_t order;
	enum agenda_kind kind;
	unsigned who;          /* which board, guest … */
	uint32_t life;         /* of whom: an item for an earlier life is void */
	uint64_t a;            /* meaning by kind */
	struct packet *packet; /* owned by the item */
};

struct agenda {
	struct agenda_item *heap;
	size_t count, room;
	uint64_t next_order;
};

void agenda_init(struct agenda *agenda);
void agenda_deinit(struct agenda *agenda); /* frees packets still planned */
/* Plans a copy of *item. Aborts without memory: a simulation has nobody to tell. */
void agenda_add(struct agenda *agenda, const struct agenda_item *item);
/* Takes the earliest. 0, or -ENOENT when there is none. */
int agenda_take(struct agenda *agenda, struct agenda_item *out);

#endif
