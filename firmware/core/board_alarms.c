#include "firmware/core/board_inside.h"

void step_alarm(struct step *step, enum wire_alarm alarm)
{
	struct board *board = step->board;

	if (alarms_are_loud(1u << alarm) && !(board->alarms & 1u << alarm))
		board->is_silenced = false; /* another one */
	board->alarms |= 1u << alarm;
}

void step_alarm_over(struct step *step, enum wire_alarm alarm)
{
	if (!(step->board->alarms & 1u << alarm))
		return;
	step->board->alarms &= ~(1u << alarm);
	step_event(step, WIRE_EVENT_ALARM_CLEARED, alarms_reason(alarm), 0);
}

void step_raise(struct step *step, enum wire_alarm alarm)
{
	step_alarm(step, alarm);
	step_event(step, WIRE_EVENT_ALARM_RAISED, alarms_reason(alarm), 0);
}

static enum wire_reason reason_of_rex(const struct board *board)
{
	return board->door.rex_release_ms != 0 ? WIRE_REASON_REX_RELEASE : WIRE_REASON_NONE;
}

void step_door(struct step *step, unsigned door_orders)
{
	/* clang-format off */
	static const struct { unsigned order; enum wire_event_type type; enum wire_reason reason; } says[] = {
		{ DOOR_SAY_UNUSED, WIRE_EVENT_UNUSED,      WIRE_REASON_NONE },
		{ DOOR_SAY_HELD,   WIRE_EVENT_HELD_OPEN,   WIRE_REASON_HELD },
		{ DOOR_SAY_STUCK,  WIRE_EVENT_STUCK_INPUT, WIRE_REASON_STUCK },
		{ DOOR_SAY_OPENED, WIRE_EVENT_DOOR_OPENED, WIRE_REASON_NONE },
		{ DOOR_SAY_FORCED, WIRE_EVENT_DOOR_FORCED, WIRE_REASON_FORCED },
		{ DOOR_SAY_CLOSED, WIRE_EVENT_DOOR_CLOSED, WIRE_REASON_NONE },
	};
	static const struct { unsigned begins, ends; enum wire_alarm alarm; } alarms[] = {
		{ DOOR_SAY_FORCED, DOOR_SAY_FORCED_OVER, WIRE_ALARM_FORCED },
		{ DOOR_SAY_HELD,   DOOR_SAY_HELD_OVER,   WIRE_ALARM_HELD_OPEN },
		{ DOOR_SAY_STUCK,  DOOR_SAY_STUCK_OVER,  WIRE_ALARM_STUCK_INPUT },
		{ DOOR_SAY_UNUSED, DOOR_SAY_UNUSED_OVER, WIRE_ALARM_UNUSED },
	};
	/* clang-format on */

	if (door_orders & DOOR_STRIKE_AGAIN)
		step->is_strike_again = true;
	for (unsigned i = 0; i < sizeof(says) / sizeof(says[0]); i++)
		if (door_orders & says[i].order)
			step_event(step, says[i].type, says[i].reason, 0);
	if (door_orders & DOOR_SAY_REX)
		step_event(step, WIRE_EVENT_REX, reason_of_rex(step->board), 0);

	for (unsigned i = 0; i < sizeof(alarms) / sizeof(alarms[0]); i++) {
		if (door_orders & alarms[i].begins)
			step_alarm(step, alarms[i].alarm);
		if (door_orders & alarms[i].ends)
			step_alarm_over(step, alarms[i].alarm);
	}
}

/* A minute's grace: the first head comes within seconds. */
void step_follow_clock(struct step *step)
{
	struct board *board = step->board;

	if (step->time.bound_ms <= BOARD_CLOCK_BOUND_MS)
		step_alarm_over(step, WIRE_ALARM_CLOCK);
	else if (!(board->alarms & WIRE_ALARM_BIT(CLOCK)) &&
		 step->now_mono_ms >= board->started_mono_ms + BOARD_EVERY_MS)
		step_raise(step, WIRE_ALARM_CLOCK);
}

/* --- what of it is heard and seen --- */

enum board_tone step_pattern(const struct step *step)
{
	const struct board *board = step->board;

	if (board->is_silenced)
		return TONE_SILENCE;
	if (alarms_are_loud(board->alarms))
		return TONE_ALARM;
	return board->door.is_warned ? TONE_PREALARM : TONE_SILENCE;
}

enum board_lamp step_lamp(const struct step *step)
{
	const struct board *board = step->board;
	struct alarms_look look = {
		.alarms = board->alarms,
		.is_released = board->door.release_until_mono_ms != 0,
		.is_closed = board->mode == WIRE_MODE_LOCKDOWN || board->mode == WIRE_MODE_CLOSED,
		.is_waiting = guess_is_locked(&board->guess, step->now_mono_ms) || step_is_interlocked(step),
	};

	return alarms_lamp(&look);
}
