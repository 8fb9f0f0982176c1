/* actions - our questions to the gateway, and which of its actions may run: once, soon, and only when asked
 * by this boot of this board.
 *
 * Every hello carries a new challenge. The newest two are good, the one before the newest because its answer
 * may cross the next hello: a head answers each once; an action names one and has an id of its own,
 * remembered for longer than any action lives. Pure. */
#ifndef RUMAH_CORE_ACTIONS_H
#define RUMAH_CORE_ACTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/clock.h"
#include "schemas/wire/message.h"

#define ACTIONS_LIFE_MS (10 * 1000)   /* from the making to the expiry, at most */
#define ACTIONS_BOUND_MS 2000         /* time known worse than this runs no action */
#define ACTIONS_MEMORY_MS (60 * 1000) /* well past life and bounds on both sides */
#define ACTIONS_MAX 32                /* in that time; more is refused */
#define ACTIONS_SEED_BYTES 32

struct challenge {
	uint8_t bytes[WIRE_CHALLENGE_BYTES];
	uint64_t sent_mono_ms;
	bool is_asked, is_answered;
};

struct actions {
	uint8_t seed[ACTIONS_SEED_BYTES];
	uint64_t asked; /* challenges made since start */
	struct challenge newest, previous;
	struct {
		char id[WIRE_ID_CHARS + 1];
		uint64_t until_mono_ms; /* 0: a free place */
	} run[ACTIONS_MAX];
};

void actions_init(struct actions *actions, const uint8_t seed[ACTIONS_SEED_BYTES]);
/* A new question, asked now. */
const struct challenge *actions_ask(struct actions *actions, uint64_t now_mono_ms);
/* The question with these bytes, or NULL: never ours, of another boot, or too old. */
struct challenge *actions_find(struct actions *actions, const uint8_t bytes[WIRE_CHALLENGE_BYTES]);
/* Whether the action may run, and if so remembers its id. WIRE_REASON_NONE, or why not. */
enum wire_reason actions_take(struct actions *actions, uint64_t now_mono_ms, const struct clock_reading *time,
	const struct wire_action *action, bool is_retained);

#endif
