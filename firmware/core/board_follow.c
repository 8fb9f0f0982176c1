#include "firmware/core/board_inside.h"

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
	board_set_door(board);
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
