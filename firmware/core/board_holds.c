#include "firmware/core/board_inside.h"

/* --- the mode --- */

enum wire_mode step_mode(const struct step *step, const struct plan *plan)
{
	bool has_end = plan->mode_until_ms != 0 || plan->mode == WIRE_MODE_HOLD_OPEN;

	/* At the floor the reading is the earliest time it can be: whatever ended by then has ended. */
	if (has_end && step->time.wall_ms >= plan->mode_until_ms)
		return WIRE_MODE_NORMAL;
	return plan->mode;
}

static enum wire_reason reason_of_mode(enum wire_mode mode)
{
	static const enum wire_reason reasons[] = {
		[WIRE_MODE_NORMAL] = WIRE_REASON_NORMAL,
		[WIRE_MODE_LOCKDOWN] = WIRE_REASON_LOCKDOWN,
		[WIRE_MODE_HOLD_OPEN] = WIRE_REASON_HOLD_OPEN,
		[WIRE_MODE_CLOSED] = WIRE_REASON_CLOSED,
	};

	return reasons[mode];
}

static void enter_mode(struct step *step, enum wire_mode mode)
{
	struct board *board = step->board;

	board->mode = mode;
	board->is_switched =
		false; /* whoever turned the key may do so again, when he sees that it is normal */
	step_event(step, WIRE_EVENT_MODE_CHANGED, reason_of_mode(mode), 0);
	if (mode == WIRE_MODE_LOCKDOWN)
		step_door(step, door_secure(&board->door, step->now_mono_ms));
}

/* --- the keyed switch --- */

void step_hold_switch(struct step *step, bool is_on)
{
	struct board *board = step->board;

	if (is_on && board->mode != WIRE_MODE_NORMAL) {
		step_tone(step, TONE_WAIT);
		step_gated_event(step, GATE_SWITCH, WIRE_EVENT_ACCESS_DENIED, reason_of_mode(board->mode));
		return;
	}
	board->is_switched = is_on;
}

/* --- what holds the door released --- */

static unsigned wanted_holds(const struct step *step)
{
	const struct board *board = step->board;
	const struct board_hardware *hardware = &board->hardware;
	unsigned holds = 0;

	if (board->mode == WIRE_MODE_HOLD_OPEN)
		holds |= HOLD_OF_MODE;
	if (board->is_switched)
		holds |= HOLD_OF_SWITCH;
	/* No mode takes this away. */
	if (signals_stands(&board->signals, SIGNAL_FIRE) &&
		(hardware->fire_releases || hardware->lock == LOCK_MAGNET))
		holds |= HOLD_OF_FIRE;
	return holds;
}

static void tell_holds(struct step *step, unsigned holds, enum wire_event_type type)
{
	/* Of the mode MODE_CHANGED tells. */
	if (holds & HOLD_OF_SWITCH)
		step_event(step, type, WIRE_REASON_HOLD_SWITCH, 0);
	if (holds & HOLD_OF_FIRE)
		step_event(step, type, WIRE_REASON_FIRE, 0);
}

/* Whether two moments are the same but for what the clock learnt in between. */
static bool is_about(uint64_t a, uint64_t b)
{
	return (a > b ? a - b : b - a) < 1000;
}

/* Holds the door released to the mode's end. Not at the floor, where nobody knows whether that has passed:
 * the relay stays at rest. The end is a moment of the monotonic clock, moved only when the clock learns that
 * it was wrong by a second or more. */
static void hold_for_mode(struct step *step)
{
	struct board *board = step->board;
	uint64_t until_mono_ms;

	if (step->time.bound_ms > GRANTS_EDGE_MS)
		return;
	until_mono_ms = step->now_mono_ms + (uint64_t)(board->applied.mode_until_ms - step->time.wall_ms);
	if (is_about(until_mono_ms, board->hold_until_mono_ms))
		return;
	step_door(step, door_secure(&board->door, step->now_mono_ms));
	step_door(step, door_hold(&board->door, step->now_mono_ms, until_mono_ms));
	board->hold_until_mono_ms = until_mono_ms;
}

/* Nobody knows when the key will be turned back, or the fire is out: a few minutes, again and again. Should
 * this program hang, the port ends the last of them. */
static void hold_for_now(struct step *step)
{
	struct door *door = &step->board->door;

	if (door->release_until_mono_ms < step->now_mono_ms + BOARD_HOLD_MS / 2)
		step_door(step, door_hold(door, step->now_mono_ms, step->now_mono_ms + BOARD_HOLD_MS));
}

static void follow_holds(struct step *step)
{
	struct board *board = step->board;
	unsigned wanted = wanted_holds(step), ended = board->holds & ~wanted;
	/* A mode that ran to its end ended its release itself, and maybe a guest's is under way. */
	bool is_cut =
		(ended & (HOLD_OF_SWITCH | HOLD_OF_FIRE)) || board->hold_until_mono_ms > step->now_mono_ms;

	tell_holds(step, wanted & ~board->holds, WIRE_EVENT_RELEASED);
	tell_holds(step, ended, WIRE_EVENT_RELOCKED);
	board->holds = wanted;
	if (ended && is_cut) {
		step_door(step, door_secure(&board->door, step->now_mono_ms));
		board->hold_until_mono_ms = 0;
	}
	if (wanted & HOLD_OF_MODE)
		hold_for_mode(step);
	else
		board->hold_until_mono_ms = 0;
	if (wanted & (HOLD_OF_SWITCH | HOLD_OF_FIRE))
		hold_for_now(step);
}

void step_follow_mode(struct step *step)
{
	struct board *board = step->board;
	enum wire_mode mode = step_mode(step, &board->applied);

	/* A lockdown holds from the moment it is heard. */
	if (board->is_coming && step_mode(step, &board->coming) == WIRE_MODE_LOCKDOWN)
		mode = WIRE_MODE_LOCKDOWN;
	if (mode != board->mode)
		enter_mode(step, mode);
	follow_holds(step);
}
