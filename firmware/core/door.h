/* door - lock, contact and REX of one door: what is released, for how long, and which alarms stand.
 *
 *                     release                    contact opens
 *        ┌──────────┐ ───────> ┌──────────┐ ─────────────────> ┌──────┐  open past held_open_ms  ┌──────┐
 *        │  LOCKED  │          │ RELEASED │                    │ OPEN │ ───────────────────────> │ HELD │
 *        └──────────┘ <─────── └──────────┘ <────────────────  └──────┘ <─────────────────────── └──────┘
 *          │   ^ ^     deadline               closed, released   │ closed, relocked    fire       │ closed
 *  contact │   │ └───────────────────────────────────────────────┴──────────────────────────────────┘
 *  opens   v   │ closed
 *        ┌──────────┐
 *        │  FORCED  │   REX within the last DOOR_REX_MS, or fire: the opening is OPEN, not FORCED
 *        └──────────┘
 *
 * One deadline per door: the later of overlapping releases; the lock is never released past it. A hold is a
 * release that needs nobody and that the leaf does not end. All on the monotonic clock. A release in OPEN,
 * HELD or FORCED moves the lock too (somebody may come back to a door falling shut) and moves FORCED to OPEN;
 * HELD stays: a guest's code does not excuse the wedge under the door. A door is not HELD while it is
 * released, and held_open_ms counts from the release's end. A door found open at start is OPEN.
 *
 * Relocking (board.h): a release ends at its deadline, or before that when the leaf opens, or when it was
 * opened and is shut again. A release given while the leaf is open outlasts its closing: the one who typed
 * the code is still outside. A turnstile's ends with the passages it was given for; held, it is told anew
 * after each. A motor does not throw its bolt into the air: with the leaf open it waits for it, and only the
 * lock waits; alarms count from the deadline.
 *
 * REX that releases does so from the press on for rex_release_ms at least, and as long as it is pressed;
 * stuck, it does so no more. While there is a fire no alarm of the leaf stands or begins. Pure.
 *
 * Every function first lets time pass to now_mono_ms, so a late call decides nothing late. */
#ifndef RUMAH_CORE_DOOR_H
#define RUMAH_CORE_DOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/board.h"
#include "schemas/wire/message.h"

#define DOOR_REX_MS 5000                /* how long a REX excuses an opening */
#define DOOR_REX_SAY_MS 1000            /* a button that chatters for an hour does not fill the journal */
#define DOOR_STUCK_MS (60 * 1000)       /* a REX active longer is a fault and is ignored */
#define DOOR_UNUSED_MS (10 * 60 * 1000) /* nobody is missed longer than that */
#define DOOR_LEAF_MS                                                                                         \
	(10 * 60 * 1000) /* a motor is told to wait for the leaf for so long, again and again                \
			  */

struct door_setup {
	enum board_lock lock;
	enum board_relock relock;
	bool has_contact; /* without it the leaf counts as shut, and nobody is missed */
	bool is_contact_open, is_rex_active;
};

struct door {
	struct door_setup setup; /* as it began */
	enum wire_door_state state;
	bool is_contact_open, is_rex_active, is_rex_stuck, is_fire;
	bool was_entered;               /* the contact opened during this release, or it needs nobody */
	bool was_opened;                /* the leaf opened since the newest release */
	bool is_held;                   /* this release needs nobody */
	bool is_warned;                 /* SAY_PREALARM stands */
	unsigned passes;                /* of a turnstile: as many were released and have not passed */
	uint64_t release_until_mono_ms; /* 0: nobody is to come in */
	uint64_t lock_until_mono_ms; /* what the lock is told: the same, or later for a motor; 0: at rest */
	uint64_t open_since_mono_ms;
	uint64_t rex_since_mono_ms, rex_until_mono_ms; /* excuse runs to rex_until */
	uint64_t rex_said_mono_ms;                     /* SAY_REX may come again then */
	uint64_t unused_until_mono_ms;                 /* SAY_UNUSED stands; 0: it does not */

	/* the owner may change these at any time */
	uint32_t held_open_ms, pre_alarm_ms;
	uint32_t rex_release_ms; /* 0: REX releases nothing */
};

/* What a step asks for and tells; bits. */
enum door_order {
	DOOR_STRIKE_ON = 1 << 0, /* released, or its deadline moved: read lock_until_mono_ms */
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
	DOOR_STRIKE_AGAIN = 1 << 12, /* tell the lock what it was told, although nothing changed */
	DOOR_SAY_PREALARM = 1 << 13,
	DOOR_SAY_PREALARM_OVER = 1 << 14,
	DOOR_SAY_UNUSED_OVER = 1 << 15,
};

void door_init(struct door *door, const struct door_setup *setup, uint64_t now_mono_ms);
unsigned door_release(struct door *door, uint64_t now_mono_ms, uint64_t for_ms);
/* Released to until_mono_ms (in the future), and nobody is missed who does not come. */
unsigned door_hold(struct door *door, uint64_t now_mono_ms, uint64_t until_mono_ms);
/* Ends any release now: lockdown, or the end of a hold. */
unsigned door_secure(struct door *door, uint64_t now_mono_ms);
unsigned door_contact(struct door *door, uint64_t now_mono_ms, bool is_open);
unsigned door_rex(struct door *door, uint64_t now_mono_ms, bool is_active);
unsigned door_fire(struct door *door, uint64_t now_mono_ms, bool is_fire);
unsigned door_tick(struct door *door, uint64_t now_mono_ms);
/* When door_tick() will next change something; UINT64_MAX: never. */
uint64_t door_next_mono_ms(const struct door *door);

#endif
