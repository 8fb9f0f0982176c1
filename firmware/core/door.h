/* door - strike, contact and REX of one door: what is released, for how long, and which alarms stand.
 *
 *                     release                    contact opens
 *        ┌──────────┐ ───────> ┌──────────┐ ─────────────────> ┌──────┐  open past held_open_ms  ┌──────┐
 *        │  LOCKED  │          │ RELEASED │                    │ OPEN │ ───────────────────────> │ HELD │
 *        └──────────┘ <─────── └──────────┘ <────────────────  └──────┘                          └──────┘
 *          │   ^ ^     deadline               closed, released   │ closed, relocked                 │ closed
 *  contact │   │ └───────────────────────────────────────────────┴──────────────────────────────────┘
 *  opens   v   │ closed
 *        ┌──────────┐
 *        │  FORCED  │   REX within the last DOOR_REX_MS: the opening is OPEN, not FORCED
 *        └──────────┘
 *
 * One deadline per door: the later of overlapping releases; the strike is never on past it. Hold-open is a
 * release whose deadline is the mode's end. All on the monotonic clock. A release in OPEN, HELD or FORCED
 * energises the strike too (somebody may come back to a door falling shut) and moves FORCED to OPEN; HELD
 * stays: a guest's code does not excuse the wedge under the door. A door is not HELD while it is released,
 * and held_open_ms counts from the release's end. A door found open at start is OPEN. Pure.
 *
 * Every function first lets time pass to now_mono_ms, so a late call decides nothing late. */
#ifndef RUMAH_CORE_DOOR_H
#define RUMAH_CORE_DOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "schemas/wire/message.h"

#define DOOR_REX_MS 5000          /* how long a REX excuses an opening */
#define DOOR_REX_SAY_MS 1000      /* a button that chatters for an hour does not fill the journal */
#define DOOR_STUCK_MS (60 * 1000) /* a REX active longer is a fault and is ignored */

struct door {
	enum wire_door_state state;
	bool is_contact_open, is_rex_active, is_rex_stuck;
	bool was_entered;               /* the contact opened during this release, or it needs nobody */
	uint64_t release_until_mono_ms; /* 0: the strike is off */
	uint64_t open_since_mono_ms;
	uint64_t rex_since_mono_ms, rex_until_mono_ms; /* excuse runs to rex_until */
	uint64_t rex_said_mono_ms;                     /* SAY_REX may come again then */
	uint32_t held_open_ms;                         /* the owner may change it at any time */
};

/* What a step asks for and tells; bits. */
enum door_order {
	DOOR_STRIKE_ON = 1 << 0, /* on, or its deadline moved: read release_until_mono_ms */
	DOOR_STRIKE_OFF = 1 << 1,
	DOOR_SAY_OPENED = 1 << 2,
	DOOR_SAY_CLOSED = 1 << 3,
	DOOR_SAY_FORCED = 1 << 4,
	DOOR_SAY_HELD = 1 << 5,
	DOOR_SAY_UNUSED = 1 << 6,
	DOOR_SAY_REX = 1 << 7,
	DOOR_SAY_STUCK = 1 << 8,
	DOOR_SAY_FORCED_OVER = 1 << 9,
	DOOR_SAY_HELD_OVER = 1 << 10,
	DOOR_SAY_STUCK_OVER = 1 << 11,
};

void door_init(struct door *door, bool is_contact_open, uint32_t held_open_ms, uint64_t now_mono_ms);
unsigned door_release(struct door *door, uint64_t now_mono_ms, uint64_t for_ms);
/* A hold-open: released to until_mono_ms (in the future), and nobody is missed who does not come. */
unsigned door_hold(struct door *door, uint64_t now_mono_ms, uint64_t until_mono_ms);
/* Ends any release now: lockdown, or a hold-open cancelled. */
unsigned door_secure(struct door *door, uint64_t now_mono_ms);
unsigned door_contact(struct door *door, uint64_t now_mono_ms, bool is_open);
unsigned door_rex(struct door *door, uint64_t now_mono_ms, bool is_active);
unsigned door_tick(struct door *door, uint64_t now_mono_ms);
/* When door_tick() will next change something; UINT64_MAX: never. */
uint64_t door_next_mono_ms(const struct door *door);

#endif
