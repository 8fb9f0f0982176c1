#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "firmware/core/board_inside.h"

/* --- what a wrong code costs --- */

/* Reject tone after the store, see board_order.c. */
static void reject(struct step *step)
{
	step->is_rejecting = true;
	entry_end(&step->board->entry);
}

static void count_wrong(struct step *step)
{
	struct guess *guess = &step->board->guess;
	uint64_t lockout_ms = guess_wrong(guess, step->now_mono_ms);

	if (lockout_ms > 0)
		step_event(step, WIRE_EVENT_LOCKOUT_STARTED, WIRE_REASON_WRONG_CODES,
			(int64_t)(lockout_ms / 1000));
	if (guess->failures >= BOARD_ALARM_LEVEL)
		step_alarm(step, WIRE_ALARM_WRONG_CODES);
}

static bool is_locked_out(const struct step *step)
{
	return guess_is_locked(&step->board->guess, step->now_mono_ms);
}

static enum wire_reason unknown_reason(enum grants_credential credential)
{
	return credential == GRANTS_CARD ? WIRE_REASON_UNKNOWN_CARD : WIRE_REASON_UNKNOWN_CODE;
}

static void reject_unknown(struct step *step, enum grants_credential credential)
{
	reject(step);
	if (is_locked_out(step)) {
		/* A long code: nobody guesses twelve digits, and counting would let anybody prolong the
		 * lockout. */
		step_gated_event(step, GATE_LOCKED_OUT, WIRE_EVENT_ACCESS_DENIED, WIRE_REASON_LOCKED_OUT);
		return;
	}
	step_event(step, WIRE_EVENT_ACCESS_DENIED, unknown_reason(credential), 0);
	count_wrong(step);
}

void step_power_cut(struct step *step)
{
	step_event(step, WIRE_EVENT_ACCESS_DENIED, WIRE_REASON_POWER_CUT, 0);
	count_wrong(step);
}

/* --- the decision --- */

static enum wire_reason decide(
	const struct step *step, const struct plan *plan, const struct wire_grant *grant)
{
	const struct board *board = step->board;
	struct grants_moment moment = {
		.time = step->time,
		.since_boot_ms = step->now_mono_ms - board->started_mono_ms,
		.is_fresh = board_is_fresh(board, step->now_mono_ms),
		.mode = step_mode(step, plan),
		.settings = &plan->settings,
	};

	/* With no room to remember the use, a one-time code must not open: it would open again. */
	if (grant->is_once)
		moment.is_used = used_has(&board->used, grant->id) ||
				 used_place(&board->used, clock_lower(&board->clock, step->now_mono_ms),
					 &board->applied.grants) < 0;
	return grants_decide(grant, &moment);
}

static void admit(struct step *step, const struct wire_grant *grant, enum grants_credential credential)
{
	static const enum wire_reason reasons[] = {
		[GRANTS_CODE] = WIRE_REASON_CODE,
		[GRANTS_LONG_CODE] = WIRE_REASON_LONG_CODE,
		[GRANTS_CARD] = WIRE_REASON_CARD,
	};
	struct board *board = step->board;
	const struct wire_settings *settings = &board->applied.settings;
	uint32_t strike_ms = grant->is_extended ? settings->strike_extended_ms : settings->strike_ms;

	entry_end(&board->entry);
	step_tone(step, board->is_online ? TONE_ACCEPTED : TONE_ACCEPTED_OFFLINE);
	step_door(step, door_release(&board->door, step->now_mono_ms, strike_ms));
	step_grant_event(step, WIRE_EVENT_ACCESS_GRANTED, reasons[credential], grant);
	if (grant->is_once) {
		int place = used_place(
			&board->used, clock_lower(&board->clock, step->now_mono_ms), &board->applied.grants);

		step->has_used = true;
		step->used.kind = ORDER_STORE_USED;
		used_put(&board->used, place, grant, step->used.u.used.forgets);
		step->used.u.used.grant = board->used.list[place];
	}
}

/* Early, expired, out of hours: a code that was given to somebody. It costs nothing of the guess budget.
 * Finding one by guessing is paid for by all the unknown ones before it; charging for it would let a guest
 * who came an hour early lock out everybody else. */
static void refuse(struct step *step, enum wire_reason reason, const struct wire_grant *grant)
{
	reject(step);
	step_grant_event(step, WIRE_EVENT_ACCESS_DENIED, reason, grant);
}

/* Said before the code is looked at: whoever does not know one learns nothing from it. */
static bool must_wait_for_partner(struct step *step)
{
	if (!step_is_interlocked(step))
		return false;
	entry_end(&step->board->entry);
	step_tone(step, TONE_WAIT);
	step_gated_event(step, GATE_INTERLOCK, WIRE_EVENT_ACCESS_DENIED, WIRE_REASON_INTERLOCK);
	return true;
}

static void try_tag(struct step *step, const uint8_t tag[WIRE_TAG_BYTES], enum grants_credential credential)
{
	struct board *board = step->board;
	const struct wire_grant *grant = grants_find(&board->applied.grants, tag, credential);
	const struct wire_grant *coming =
		board->is_coming ? grants_find(&board->coming.grants, tag, credential) : grant;
	enum wire_reason reason;

	if (must_wait_for_partner(step))
		return;
	/* What the coming snapshot takes away is gone already; what it brings opens once it is stored. */
	if (!grant || !coming) {
		reject_unknown(step, credential);
		return;
	}
	reason = decide(step, &board->applied, grant);
	if (reason == WIRE_REASON_NONE && board->is_coming)
		reason = decide(step, &board->coming, coming);
	if (reason == WIRE_REASON_NONE)
		admit(step, grant, credential);
	else
		refuse(step, reason, grant);
}

static void drop_held(struct board *board)
{
	sodium_memzero(board->held_tag, sizeof(board->held_tag));
	board->held_until_mono_ms = 0;
}

/* Whoever sees a door stay shut knows that the code was wrong. Should he cut the power before the record of
 * his attempt is stored, the guess would be free: see guess.h. */
static bool must_hold(const struct step *step)
{
	const struct board *board = step->board;

	return board->token_entry != 0 && !(board->alarms & WIRE_ALARM_BIT(STORAGE)) &&
	       step->now_mono_ms < board->held_until_mono_ms;
}

void step_weigh_held(struct step *step)
{
	struct board *board = step->board;
	uint8_t tag[WIRE_TAG_BYTES];

	if (board->held_until_mono_ms == 0 || must_hold(step))
		return;
	memcpy(tag, board->held_tag, sizeof(tag));
	drop_held(board);
	try_tag(step, tag, board->held_credential);
	sodium_memzero(tag, sizeof(tag));
}

void step_stretched(struct step *step, uint32_t entry, int error, const uint8_t s[WIRE_STRETCHED_BYTES])
{
	struct board *board = step->board;

	if (!entry_is_working(&board->entry, entry))
		return; /* given up meanwhile */
	if (error != 0) {
		/* No memory for Argon2id: ours to mend, not the guest's guess. */
		reject(step);
		step_event(step, WIRE_EVENT_ACCESS_DENIED, WIRE_REASON_STORAGE, -(int64_t)error);
		return;
	}
	wire_tag(board->held_tag, board->tag_key, s);
	board->held_credential = board->entry.is_long ? GRANTS_LONG_CODE : GRANTS_CODE;
	board->held_until_mono_ms = step->now_mono_ms + BOARD_RECORD_MS;
	step_weigh_held(step);
}

void step_given_up(struct step *step)
{
	drop_held(step->board);
	reject(step);
	step_event(step, WIRE_EVENT_ACCESS_DENIED, WIRE_REASON_BUSY, 0);
}

/* --- keys --- */

static bool is_code_length(unsigned count)
{
	return (count >= WIRE_CODE_MIN && count <= WIRE_CODE_MAX) || count == WIRE_LONG_CODE;
}

static void stretch(struct step *step)
{
	struct board *board = step->board;

	step->is_working = true;
	step->stretch.kind = ORDER_STRETCH;
	step->stretch.u.stretch.count = board->entry.count;
	step->stretch.u.stretch.settings = &board->applied.settings;
	step->stretch.u.stretch.entry =
		entry_work(&board->entry, step->now_mono_ms, step->stretch.u.stretch.digits);
}

static void complete(struct step *step)
{
	struct board *board = step->board;
	unsigned count = board->entry.count;

	if (!is_code_length(count)) {
		/* Opens nothing, so it is no guess either. */
		reject(step);
		step_gated_event(step, GATE_BAD_LENGTH, WIRE_EVENT_ACCESS_DENIED, WIRE_REASON_BAD_LENGTH);
		return;
	}
	if (must_wait_for_partner(step))
		return;
	if (count != WIRE_LONG_CODE && is_locked_out(step)) {
		entry_end(&board->entry);
		step_tone(step, TONE_WAIT);
		step_gated_event(step, GATE_LOCKED_OUT, WIRE_EVENT_ACCESS_DENIED, WIRE_REASON_LOCKED_OUT);
		return;
	}
	if (board->applied.rev == 0) {
		reject_unknown(step, GRANTS_CODE); /* no snapshot, no salt: nothing to compare with */
		return;
	}
	stretch(step);
}

static void suspect(struct step *step)
{
	step_alarm(step, WIRE_ALARM_INJECTION);
	step_gated_event(step, GATE_TOO_FAST, WIRE_EVENT_INJECTION_SUSPECTED, WIRE_REASON_TOO_FAST);
	step->is_rejecting = true;
	if (!is_locked_out(step))
		count_wrong(step);
}

static void busy(struct step *step)
{
	step_tone(step, TONE_WAIT);
	step_gated_event(step, GATE_BUSY, WIRE_EVENT_ACCESS_DENIED, WIRE_REASON_BUSY);
}

static void taken(struct step *step)
{
	step_tone(step, TONE_KEY);
}

static void cleared(struct step *step)
{
	step_tone(step, TONE_CLEARED);
}

static void nothing(struct step *step)
{
	(void)step;
}

void step_key(struct step *step, char key, uint64_t at_mono_ms)
{
	static void (*const deeds[])(struct step * step) = {
		[ENTRY_NOTHING] = nothing,
		[ENTRY_TAKEN] = taken,
		[ENTRY_CLEARED] = cleared,
		[ENTRY_DONE] = complete,
		[ENTRY_TOO_FAST] = suspect,
		[ENTRY_BUSY] = busy,
	};
	struct board *board = step->board;
	struct entry_press press = { .key = key, .at_mono_ms = at_mono_ms };

	static_assert(sizeof(deeds) / sizeof(deeds[0]) == ENTRY_ANSWER_COUNT, "an answer without a deed");
	deeds[entry_key(&board->entry, step->now_mono_ms, press, board->applied.settings.inter_key_ms)](step);
}

/* --- cards --- */

/* A card is weighed like a code, and guessing at numbers costs what guessing at codes costs, out of the same
 * budget: its attempt, too, is on record before anybody can see the door stay shut (guess.h). */
void step_card(struct step *step, const struct wire_card *card)
{
	struct board *board = step->board;

	if (is_locked_out(step)) {
		step_tone(step, TONE_WAIT);
		step_gated_event(step, GATE_LOCKED_OUT, WIRE_EVENT_ACCESS_DENIED, WIRE_REASON_LOCKED_OUT);
		return;
	}
	if (!entry_card(&board->entry, step->now_mono_ms)) {
		busy(step);
		return;
	}
	if (must_wait_for_partner(step))
		return;
	wire_card_tag(board->held_tag, board->tag_key, card);
	board->held_credential = GRANTS_CARD;
	board->held_until_mono_ms = step->now_mono_ms + BOARD_RECORD_MS;
	/* On record already, by the digits that it interrupts; or nothing can be put on record. */
	if (board->guess_row.is_entry_open || (board->alarms & WIRE_ALARM_BIT(STORAGE)))
		step_weigh_held(step);
}
