#include "firmware/core/door.h"

#include <assert.h>

#define NEVER UINT64_MAX
#define TO(name) (1u << WIRE_DOOR_##name)

/* clang-format off */
static const unsigned edges[] = { /* these are all the edges there are */
	[WIRE_DOOR_LOCKED]   = TO(RELEASED) | TO(OPEN) | TO(FORCED),
	[WIRE_DOOR_RELEASED] = TO(LOCKED) | TO(OPEN),
	[WIRE_DOOR_OPEN]     = TO(LOCKED) | TO(RELEASED) | TO(HELD),
	[WIRE_DOOR_HELD]     = TO(LOCKED) | TO(RELEASED) | TO(OPEN),
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

/* From here the door counts as left open. */
static uint64_t held_mono_ms(const struct door *door)
{
	return door->open_since_mono_ms + door->held_open_ms;
}

/* From here it warns of that. */
static uint64_t warned_mono_ms(const struct door *door)
{
	return door->pre_alarm_ms < door->held_open_ms ? held_mono_ms(door) - door->pre_alarm_ms
						       : door->open_since_mono_ms + 1;
}

static uint64_t stuck_mono_ms(const struct door *door)
{
	return door->rex_since_mono_ms + DOOR_STUCK_MS;
}

static bool is_rex_believed(const struct door *door)
{
	return door->is_rex_active && !door->is_rex_stuck;
}

void door_init(struct door *door, const struct door_setup *setup, uint64_t now_mono_ms)
{
	*door = (struct door){
		.setup = *setup,
		.state = setup->is_contact_open ? WIRE_DOOR_OPEN : WIRE_DOOR_LOCKED,
		.is_contact_open = setup->is_contact_open,
		.is_rex_active = setup->is_rex_active,
		.open_since_mono_ms = now_mono_ms,
		.rex_since_mono_ms = now_mono_ms,
	};
}

/* --- what time does --- */

static unsigned forget_warning(struct door *door)
{
	bool was_warned = door->is_warned;

	door->is_warned = false;
	return was_warned ? DOOR_SAY_PREALARM_OVER : 0;
}

static unsigned forget_unused(struct door *door)
{
	bool was_missed = door->unused_until_mono_ms != 0;

	door->unused_until_mono_ms = 0;
	return was_missed ? DOOR_SAY_UNUSED_OVER : 0;
}

/* The time is over, and a motor's bolt waits for the leaf. */
static bool is_bolt_waiting(const struct door *door)
{
	return !is_released(door) && door->lock_until_mono_ms != 0;
}

static unsigned relock(struct door *door, uint64_t at_mono_ms)
{
	door->release_until_mono_ms = 0;
	door->passes = 0;
	door->is_held = false;
	if (door->state == WIRE_DOOR_OPEN)
		door->open_since_mono_ms = at_mono_ms;
	if (door->state == WIRE_DOOR_RELEASED)
		move(door, WIRE_DOOR_LOCKED);
	if (door->setup.lock == LOCK_MOTOR && door->is_contact_open) {
		door->lock_until_mono_ms = at_mono_ms + DOOR_LEAF_MS;
		return DOOR_STRIKE_ON;
	}
	door->lock_until_mono_ms = 0;
	return DOOR_STRIKE_OFF;
}

/* Who still presses still wants out. */
static bool renew_for_rex(struct door *door, uint64_t now_mono_ms)
{
	uint64_t stuck = stuck_mono_ms(door), from = now_mono_ms < stuck ? now_mono_ms : stuck;

	if (door->rex_release_ms == 0 || !is_rex_believed(door) || door->release_until_mono_ms >= stuck)
		return false;
	door->release_until_mono_ms = from + door->rex_release_ms;
	door->lock_until_mono_ms = door->release_until_mono_ms;
	return true;
}

static unsigned tick_release(struct door *door, uint64_t now_mono_ms)
{
	unsigned orders = 0;
	uint64_t end;

	if (!is_released(door) || now_mono_ms < door->release_until_mono_ms)
		return 0;
	if (renew_for_rex(door, now_mono_ms))
		orders |= DOOR_STRIKE_ON;
	end = door->release_until_mono_ms;
	if (now_mono_ms < end)
		return orders;
	orders |= relock(door, end);
	if (!door->was_entered) {
		door->unused_until_mono_ms = end + DOOR_UNUSED_MS;
		orders |= DOOR_SAY_UNUSED;
	}
	return orders;
}

static unsigned tick_leaf(struct door *door, uint64_t now_mono_ms)
{
	unsigned orders = 0;

	if (is_bolt_waiting(door) && now_mono_ms + DOOR_LEAF_MS / 2 >= door->lock_until_mono_ms) {
		door->lock_until_mono_ms = now_mono_ms + DOOR_LEAF_MS;
		orders |= DOOR_STRIKE_ON;
	}
	if (door->state != WIRE_DOOR_OPEN || is_released(door) || door->is_fire)
		return orders;
	if (now_mono_ms >= held_mono_ms(door)) {
		door->is_warned = false; /* the alarm takes its place */
		move(door, WIRE_DOOR_HELD);
		return orders | DOOR_SAY_HELD;
	}
	if (door->pre_alarm_ms != 0 && !door->is_warned && now_mono_ms >= warned_mono_ms(door)) {
		door->is_warned = true;
		orders |= DOOR_SAY_PREALARM;
	}
	return orders;
}

unsigned door_tick(struct door *door, uint64_t now_mono_ms)
{
	unsigned orders = tick_release(door, now_mono_ms);

	orders |= tick_leaf(door, now_mono_ms);
	if (door->unused_until_mono_ms != 0 && now_mono_ms >= door->unused_until_mono_ms)
		orders |= forget_unused(door);
	if (is_rex_believed(door) && now_mono_ms >= stuck_mono_ms(door)) {
		door->is_rex_stuck = true;
		orders |= DOOR_SAY_STUCK;
	}
	return orders;
}

/* --- releases --- */

static unsigned energise(struct door *door, uint64_t until_mono_ms, bool is_needed_by_nobody)
{
	unsigned orders = DOOR_STRIKE_ON | forget_warning(door) | forget_unused(door);

	if (!is_released(door))
		door->was_entered = door->is_contact_open || !door->setup.has_contact;
	door->was_entered |= is_needed_by_nobody;
	door->was_opened = false;
	door->passes++;
	if (until_mono_ms > door->release_until_mono_ms)
		door->release_until_mono_ms = until_mono_ms;
	door->lock_until_mono_ms = door->release_until_mono_ms;
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
	unsigned orders = door_tick(door, now_mono_ms) | energise(door, until_mono_ms, true);

	door->is_held = true;
	return orders;
}

unsigned door_secure(struct door *door, uint64_t now_mono_ms)
{
	unsigned orders = door_tick(door, now_mono_ms);

	return is_released(door) ? orders | relock(door, now_mono_ms) : orders;
}

/* --- the leaf --- */

static bool is_excused(const struct door *door, uint64_t now_mono_ms)
{
	return is_rex_believed(door) || now_mono_ms < door->rex_until_mono_ms || door->is_fire;
}

/* Whether this opening is the last one that was released. */
static bool ends_release(struct door *door)
{
	if (!is_released(door) || door->is_held)
		return false;
	if (door->setup.lock == LOCK_TURNSTILE)
		return --door->passes == 0;
	return door->setup.relock == RELOCK_OPENING;
}

static unsigned opened(struct door *door, uint64_t now_mono_ms)
{
	unsigned orders = forget_unused(door);

	door->open_since_mono_ms = now_mono_ms;
	door->was_entered = true;
	door->was_opened = true;
	if (door->state == WIRE_DOOR_LOCKED && !is_excused(door, now_mono_ms)) {
		move(door, WIRE_DOOR_FORCED);
		return orders | DOOR_SAY_FORCED;
	}
	move(door, WIRE_DOOR_OPEN);
	if (ends_release(door))
		orders |= relock(door, now_mono_ms);
	return orders | DOOR_SAY_OPENED;
}

/* The leaf is shut: what the lock does about it. */
static unsigned shut(struct door *door, uint64_t now_mono_ms)
{
	if (is_bolt_waiting(door)) {
		door->lock_until_mono_ms = 0;
		return DOOR_STRIKE_OFF;
	}
	if (door->is_held)
		return door->setup.lock == LOCK_TURNSTILE ? DOOR_STRIKE_AGAIN : 0;
	if (is_released(door) && door->setup.relock == RELOCK_CLOSING && door->was_opened)
		return relock(door, now_mono_ms);
	return 0;
}

static unsigned closed(struct door *door, uint64_t now_mono_ms)
{
	unsigned orders = DOOR_SAY_CLOSED | forget_warning(door);

	if (door->state == WIRE_DOOR_FORCED)
		orders |= DOOR_SAY_FORCED_OVER;
	if (door->state == WIRE_DOOR_HELD)
		orders |= DOOR_SAY_HELD_OVER;
	orders |= shut(door, now_mono_ms);
	move(door, is_released(door) ? WIRE_DOOR_RELEASED : WIRE_DOOR_LOCKED);
	return orders;
}

unsigned door_contact(struct door *door, uint64_t now_mono_ms, bool is_open)
{
	unsigned orders = door_tick(door, now_mono_ms);

	if (is_open == door->is_contact_open)
		return orders;
	door->is_contact_open = is_open;
	return orders | (is_open ? opened(door, now_mono_ms) : closed(door, now_mono_ms));
}

/* --- ways out --- */

static unsigned pressed(struct door *door, uint64_t now_mono_ms)
{
	unsigned orders = 0;

	if (door->rex_release_ms != 0)
		orders |= energise(door, now_mono_ms + door->rex_release_ms, true);
	door->rex_since_mono_ms = now_mono_ms;
	if (now_mono_ms >= door->rex_said_mono_ms) {
		door->rex_said_mono_ms = now_mono_ms + DOOR_REX_SAY_MS;
		orders |= DOOR_SAY_REX;
	}
	return orders;
}

static unsigned let_go(struct door *door, uint64_t now_mono_ms)
{
	bool was_stuck = door->is_rex_stuck;

	door->is_rex_stuck = false;
	if (was_stuck)
		return DOOR_SAY_STUCK_OVER;
	door->rex_until_mono_ms = now_mono_ms + DOOR_REX_MS;
	return 0;
}

unsigned door_rex(struct door *door, uint64_t now_mono_ms, bool is_active)
{
	unsigned orders = door_tick(door, now_mono_ms);

	if (is_active == door->is_rex_active)
		return orders;
	door->is_rex_active = is_active;
	return orders | (is_active ? pressed(door, now_mono_ms) : let_go(door, now_mono_ms));
}

static unsigned calm(struct door *door)
{
	unsigned orders = forget_warning(door);

	if (door->state == WIRE_DOOR_FORCED)
		orders |= DOOR_SAY_FORCED_OVER;
	if (door->state == WIRE_DOOR_HELD)
		orders |= DOOR_SAY_HELD_OVER;
	if (orders & (DOOR_SAY_FORCED_OVER | DOOR_SAY_HELD_OVER))
		move(door, WIRE_DOOR_OPEN);
	return orders;
}

unsigned door_fire(struct door *door, uint64_t now_mono_ms, bool is_fire)
{
	unsigned orders = door_tick(door, now_mono_ms);

	if (is_fire == door->is_fire)
		return orders;
	door->is_fire = is_fire;
	if (is_fire)
		return orders | calm(door);
	door->open_since_mono_ms = now_mono_ms; /* people are coming back */
	return orders;
}

/* --- when to look again --- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t next_of_leaf(const struct door *door)
{
	if (is_released(door))
		return door->release_until_mono_ms;
	if (door->state != WIRE_DOOR_OPEN || door->is_fire)
		return NEVER;
	return door->pre_alarm_ms != 0 && !door->is_warned ? warned_mono_ms(door) : held_mono_ms(door);
}

uint64_t door_next_mono_ms(const struct door *door)
{
	uint64_t next = next_of_leaf(door);

	if (is_bolt_waiting(door))
		next = earlier(next, door->lock_until_mono_ms - DOOR_LEAF_MS / 2);
	if (door->unused_until_mono_ms != 0)
		next = earlier(next, door->unused_until_mono_ms);
	if (is_rex_believed(door))
		next = earlier(next, stuck_mono_ms(door));
	return next;
}
