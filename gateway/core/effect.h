/* effect - what an event at a door does at the centre, in the transaction that stores it. Pure. */
#ifndef RUMAH_GATEWAY_EFFECT_H
#define RUMAH_GATEWAY_EFFECT_H

#include <stdbool.h>
#include <stdint.h>

#include "schemas/wire/message.h"

/* An event older than this when it comes is history: it is recorded, and nobody is called to the door. */
#define EFFECT_LIVE_MS (2 * 60 * 1000)

/* Shown with the door while they stand; they call nobody: a guest who did not come in is no emergency. */
#define EFFECT_QUIET_ALARMS WIRE_ALARM_BIT(UNUSED)

struct effect {
	bool is_use;   /* a grant opened: its first use is check-in */
	bool is_raise; /* `alarm` began; when !is_live, it is told as over */
	bool is_clear; /* `alarm` ended */
	enum wire_alarm alarm;
	bool is_live;
};

struct effect effect_of(const struct wire_event *event, int64_t now_ms);

#endif
