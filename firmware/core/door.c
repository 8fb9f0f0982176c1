#include "firmware/core/door.h"

#include <assert.h>

#define NEVER UINT64_MAX
#define TO(name) (1u << WIRE_DOOR_##name)

/* clang-format off */
static const unsigned edges[] = { /* these are all the edges there are */
	[WIRE_DOOR_LOCKED]   = TO(RELEASED) | TO(OPEN) | TO(FORCED),
	[WIRE_DOOR_RELEASED] = TO(LOCKED) | TO(OPEN),
	[WIRE_DOOR_OPEN]     = TO(LOCKED) | TO(RELEASED) | TO(HELD),
	[WIRE_DOOR_HELD]     = TO(LOCKED) | TO(RELEASED),
	[WIRE_DOOR_FORCED]   = TO(LOCKED) | TO(OPEN),
};
/* clang-format on */

static void move(struct door *door, enum wire_door_state state)
{
	assert(edges[door->state] & 1u << state);
	door->state = state;
}

static bool is_released(const struct door *door)
{
	return door->release_until_mono_ms != 0;
}

/* The later of the opening and the end of the last release: from here the door counts as left open. */
static uint64_t held_mono_ms(const struct door *door)
{
	return door->open_since_mono_ms + door->held_open_ms;
}

void door_init(struct door *door, bool is_contact_open, uint32_t held_open_ms, uint64_t now_mono_ms)
{
	*door = (struct door){
		.state = is_contact_open ? WIRE_DOOR_OPEN : WIRE_DOOR_LOCKED,
		.is_contact_open = is_contact_open,
		.open_since_mono_ms = now_mono_ms,
		.held_open_ms = held_open_ms,
	};
}

static unsigned relock(struct door *door, uint64_t at_mono_ms)
{
	door->release_until_mono_ms = 0;
	if (door->state == WIRE_DOOR_OPEN)
		door->open_since_mono_ms = at_mono_ms;
	if (door->state == WIRE_DOOR_RELEASED)
		move(door, WIRE_DOOR_LOCKED);
	return DOOR_STRIKE_OFF;
}

unsigned door_tick(struct door *door, uint64_t now_mono_ms)
{
	unsigned orders = 0;

	if (is_released(door) && now_mono_ms >= door->release_until_mono_ms) {
		orders |= relock(door, door->release_until_mono_ms);
		if (!door->was_entered)
			orders |= DOOR_SAY_UNUSED;
	}
	if (door->state == WIRE_DOOR_OPEN && !is_released(door) && now_mono_ms >= held_mono_ms(door)) {
		move(door, WIRE_DOOR_HELD);
		orders |= DOOR_SAY_HELD;
	}
	if (door->is_rex_active && !door->is_rex_stuck &&
		now_mono_ms - door->rex_since_mono_ms >= DOOR_STUCK_MS) {
		door->is_rex_stuck = true;
		orders |= DOOR_SAY_STUCK;
	}
	return orders;
}

static unsigned energise(struct door *door, uint64_t until_mono_ms, bool is_needed_by_nobody)
{
	unsigned orders = DOOR_STRIKE_ON;

	if (!is_released(door))
		door->was_entered = door->is_contact_open;
	door->was_entered |= is_needed_by_nobody;
	if (until_mono_ms > door->release_until_mono_ms)
		door->release_until_mono_ms = until_mono_ms;
	if (door->state == WIRE_DOOR_LOCKED)
		move(door, WIRE_DOOR_RELEASED);
	if (door->state == WIRE_DOOR_FORCED) {
		move(door, WIRE_DOOR_OPEN);
		orders |= DOOR_SAY_FORCED_OVER;
	}
	return orders;
}

unsigned door_release(struct door *door, uint64_t now_mono_ms, uint64_t for_ms)
{
	return door_tick(door, now_mono_ms) | energise(door, now_mono_ms + for_ms, false);
}

unsigned door_hold(struct door *door, uint64_t now_mono_ms, uint64_t until_mono_ms)
{
	return door_tick(door, now_mono_ms) | energise(door, until_mono_ms, true);
}

unsigned door_secure(struct door *door, uint64_t now_mono_ms)
{
	unsigned orders = door_tick(door, now_mono_ms);

	return is_released(door) ? orders | relock(door, now_mono_ms) : orders;
}

static unsigned opened(struct door *door, uint64_t now_mono_ms)
{
	bool is_excused =
		(door->is_rex_active && !door->is_rex_stuck) || now_mono_ms < door->rex_until_mono_ms;

	door->open_since_mono_ms = now_mono_ms;
	door->was_entered = true;
	if (door->state == WIRE_DOOR_LOCKED && !is_excused) {
		move(door, WIRE_DOOR_FORCED);
		return DOOR_SAY_FORCED;
	}
	move(door, WIRE_DOOR_OPEN);
	return DOOR_SAY_OPENED;
}

static unsigned closed(struct door *door)
{
	unsigned orders = DOOR_SAY_CLOSED;

	if (door->state == WIRE_DOOR_FORCED)
		orders |= DOOR_SAY_FORCED_OVER;
	if (door->state == WIRE_DOOR_HELD)
		orders |= DOOR_SAY_HELD_OVER;
	move(door, is_released(door) ? WIRE_DOOR_RELEASED : WIRE_DOOR_LOCKED);
	return orders;
}

unsigned door_contact(struct door *door, uint64_t now_mono_ms, bool is_open)
{
	unsigned orders = door_tick(door, now_mono_ms);

	if (is_open == door->is_contact_open)
		return orders;
	door->is_contact_open = is_open;
	return orders | (is_open ? opened(door, now_mono_ms) : closed(door));
}

unsigned door_rex(struct door *door, uint64_t now_mono_ms, bool is_active)
{
	unsigned orders = door_tick(door, now_mono_ms);

	if (is_active == door->is_rex_active)
		return orders;
	door->is_rex_active = is_active;
	if (!is_active) {
		if (door->is_rex_stuck)
			orders |= DOOR_SAY_STUCK_OVER;
		else
			door->rex_until_mono_ms = now_mono_ms + DOOR_REX_MS;
		door->is_rex_stuck = false;
		return orders;
	}
	door->rex_since_mono_ms = now_mono_ms;
	if (now_mono_ms >= door->rex_said_mono_ms) {
		door->rex_said_mono_ms = now_mono_ms + DOOR_REX_SAY_MS;
		orders |= DOOR_SAY_REX;
	}
	return orders;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t door_next_mono_ms(const struct door *door)
{
	uint64_t next = NEVER;

	if (is_released(door))
		next = door->release_until_mono_ms;
	else if (door->state == WIRE_DOOR_OPEN)
		next = held_mono_ms(door);
	if (door->is_rex_active && !door->is_rex_stuck)
		next = earlier(next, door->rex_since_mono_ms + DOOR_STUCK_MS);
	return next;
}
