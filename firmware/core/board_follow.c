#include "firmware/core/board_inside.h"

/* --- alarms --- */

static enum wire_reason reason_of(enum wire_alarm alarm)
{
	static const enum wire_reason reasons[] = {
		[WIRE_ALARM_FORCED] = WIRE_REASON_FORCED,
		[WIRE_ALARM_HELD_OPEN] = WIRE_REASON_HELD,
		[WIRE_ALARM_WRONG_CODES] = WIRE_REASON_WRONG_CODES,
		[WIRE_ALARM_INJECTION] = WIRE_REASON_TOO_FAST,
		[WIRE_ALARM_STALE] = WIRE_REASON_STALE_HEAD,
		[WIRE_ALARM_EQUIVOCATION] = WIRE_REASON_EQUIVOCATION,
		[WIRE_ALARM_STORAGE] = WIRE_REASON_STORAGE,
		[WIRE_ALARM_STUCK_INPUT] = WIRE_REASON_STUCK,
	};

	return reasons[alarm];
}

void step_alarm(struct step *step, enum wire_alarm alarm)
{
	step->board->alarms |= 1u << alarm;
}

void step_alarm_over(struct step *step, enum wire_alarm alarm)
{
	if (!(step->board->alarms & 1u << alarm))
		return;
	step->board->alarms &= ~(1u << alarm);
	step_event(step, WIRE_EVENT_ALARM_CLEARED, reason_of(alarm), 0);
}

/* --- the door --- */

void step_door(struct step *step, unsigned door_orders)
{
	/* clang-format off */
	static const struct { unsigned order; enum wire_event_type type; enum wire_reason reason; } says[] = {
		{ DOOR_SAY_UNUSED, WIRE_EVENT_UNUSED,      WIRE_REASON_NONE },
		{ DOOR_SAY_HELD,   WIRE_EVENT_HELD_OPEN,   WIRE_REASON_HELD },
		{ DOOR_SAY_STUCK,  WIRE_EVENT_STUCK_INPUT, WIRE_REASON_STUCK },
		{ DOOR_SAY_REX,    WIRE_EVENT_REX,         WIRE_REASON_NONE },
		{ DOOR_SAY_OPENED, WIRE_EVENT_DOOR_OPENED, WIRE_REASON_NONE },
		{ DOOR_SAY_FORCED, WIRE_EVENT_DOOR_FORCED, WIRE_REASON_FORCED },
		{ DOOR_SAY_CLOSED, WIRE_EVENT_DOOR_CLOSED, WIRE_REASON_NONE },
	};
	static const struct { unsigned begins, ends; enum wire_alarm alarm; bool is_loud; } alarms[] = {
		{ DOOR_SAY_FORCED, DOOR_SAY_FORCED_OVER, WIRE_ALARM_FORCED,      true },
		{ DOOR_SAY_HELD,   DOOR_SAY_HELD_OVER,   WIRE_ALARM_HELD_OPEN,   true },
		{ DOOR_SAY_STUCK,  DOOR_SAY_STUCK_OVER,  WIRE_ALARM_STUCK_INPUT, false },
	};
	/* clang-format on */

	for (unsigned i = 0; i < sizeof(says) / sizeof(says[0]); i++)
		if (door_orders & says[i].order)
			step_event(step, says[i].type, says[i].reason, 0);

	for (unsigned i = 0; i < sizeof(alarms) / sizeof(alarms[0]); i++) {
		if (door_orders & alarms[i].begins) {
			step_alarm(step, alarms[i].alarm);
			if (alarms[i].is_loud)
				step_tone(step, TONE_ALARM);
		}
		if (door_orders & alarms[i].ends) {
			step_alarm_over(step, alarms[i].alarm);
			if (alarms[i].is_loud)
				step_tone(step, TONE_SILENCE);
		}
	}
}

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

/* Whether two moments are the same but for what the clock learnt in between. */
static bool is_about(uint64_t a, uint64_t b)
{
	return (a > b ? a - b : b - a) < 1000;
}

/* Holds the door released to the mode's end. Not at the floor, where nobody knows whether that has passed:
 * the relay stays at rest. The end is a moment of the monotonic clock, moved only when the clock learns that
 * it was wrong by a second or more. */
static void follow_hold(struct step *step)
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

static void enter_mode(struct step *step, enum wire_mode mode)
{
	struct board *board = step->board;
	bool is_hold_over = board->hold_until_mono_ms > step->now_mono_ms;

	board->mode = mode;
	board->hold_until_mono_ms = 0;
	step_event(step, WIRE_EVENT_MODE_CHANGED, reason_of_mode(mode), 0);
	if (mode == WIRE_MODE_LOCKDOWN || is_hold_over)
		step_door(step, door_secure(&board->door, step->now_mono_ms));
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
	if (mode == WIRE_MODE_HOLD_OPEN)
		follow_hold(step);
}

/* --- time, guesses, freshness --- */

void step_follow_trust(struct step *step, int64_t clock_step_ms)
{
	struct board *board = step->board;
	struct clock_reading old = step->time;

	step->time = clock_read(&board->clock, step->now_mono_ms);
	if (step->time.trust == board->trust && clock_step_ms <= (int64_t)old.bound_ms &&
		-clock_step_ms <= (int64_t)old.bound_ms)
		return;
	board->trust = step->time.trust;
	step_event(step, WIRE_EVENT_CLOCK_CHANGED, WIRE_REASON_NONE, clock_step_ms);
}

void step_follow_guess(struct step *step)
{
	struct guess *guess = &step->board->guess;
	bool was_locked = guess->locked_until_mono_ms != 0;

	if (!guess_tick(guess, step->now_mono_ms))
		return;
	if (was_locked) /* it is over: a lockout is shorter than the hour that forgives */
		step_event(step, WIRE_EVENT_LOCKOUT_ENDED, WIRE_REASON_NONE, 0);
	if (guess->failures == 0) {
		step_alarm_over(step, WIRE_ALARM_WRONG_CODES);
		step_alarm_over(step, WIRE_ALARM_INJECTION);
	}
}

void step_follow_freshness(struct step *step)
{
	struct board *board = step->board;

	if (step->now_mono_ms < board->stale_mono_ms || (board->alarms & WIRE_ALARM_BIT(STALE)))
		return;
	step_alarm(step, WIRE_ALARM_STALE);
	step_event(step, WIRE_EVENT_STALE, WIRE_REASON_STALE_HEAD, 0);
}

/* --- the journal's answer --- */

/* Tokens count up and may pass zero: b is at or after a when it is less than half the circle ahead. */
static bool is_reached(uint32_t token, uint32_t done)
{
	return token != 0 && done - token < UINT32_MAX / 2;
}

static void follow_storage(struct step *step, int error)
{
	bool is_standing = step->board->alarms & WIRE_ALARM_BIT(STORAGE);

	if (error != 0 && !is_standing) {
		step_alarm(step, WIRE_ALARM_STORAGE);
		step_event(step, WIRE_EVENT_STORAGE_FAULT, WIRE_REASON_STORAGE, -(int64_t)error);
	}
	if (error == 0 && is_standing) {
		step->board->alarms &= ~WIRE_ALARM_BIT(STORAGE);
		step_event(step, WIRE_EVENT_STORAGE_RESTORED, WIRE_REASON_STORAGE, 0);
	}
}

/* Stored, or not storable: then it holds in RAM all the same, since a revocation must hold, and the journal
 * tries again with its next commit. */
static void apply_coming(struct step *step)
{
	struct board *board = step->board;
	struct plan old = board->applied;

	board->applied = board->coming;
	board->coming = old; /* its room is the next one's */
	board->is_coming = false;
	board->token_coming = 0;
	board->door.held_open_ms = board->applied.settings.held_open_ms;
	step_door(step, door_tick(&board->door, step->now_mono_ms)); /* a shorter limit may have passed */
	step_alarm_over(step, WIRE_ALARM_EQUIVOCATION);
	/* A new board said hello before the gateway knew it, and got no time: codes wait for it, so ask again
	 * now. */
	if (step->time.trust != WIRE_TRUST_TRUSTED)
		board->is_hello_due = true;
}

static bool is_retried(const struct board *board, const struct board_input *input)
{
	return input->u.stored.token == board->token_done && input->u.stored.error == 0 &&
	       (board->alarms & WIRE_ALARM_BIT(STORAGE));
}

void step_stored(struct step *step, const struct board_input *input)
{
	struct board *board = step->board;
	uint32_t done = input->u.stored.token;

	/* Only what was asked and not answered yet; but what failed may be stored by a retry. */
	if (!is_reached(done, board->token) ||
		(is_reached(done, board->token_done) && !is_retried(board, input)))
		return;
	board->token_done = done;
	backlog_stored(&board->backlog, input->u.stored.head, input->u.stored.hash);
	follow_storage(step, input->u.stored.error);

	if (is_reached(board->token_entry, done))
		board->token_entry = 0;
	if (is_reached(board->token_reject, done)) {
		board->token_reject = 0;
		entry_stored(&board->entry);
		step_tone(step, TONE_REJECTED);
	}
	if (is_reached(board->token_coming, done))
		apply_coming(step);
	/* After a failure the order to forget stands, and the next success tells. */
	if (input->u.stored.error == 0 && is_reached(board->token_forget, done)) {
		board->token_forget = 0;
		if (!backlog_forgot(&board->backlog, input->u.stored.acked))
			step_gated_event(
				step, GATE_REFUSED, WIRE_EVENT_MESSAGE_REFUSED, WIRE_REASON_EQUIVOCATION);
	}
	step_weigh_held(step);
}
