#include <assert.h>
#include <string.h>

#include "firmware/core/board_inside.h"

void plan_fill(
	struct plan *plan, const struct wire_snapshot *snapshot, const uint8_t digest[WIRE_DIGEST_BYTES])
{
	plan->epoch = snapshot->epoch;
	plan->rev = snapshot->rev;
	memcpy(plan->digest, digest, WIRE_DIGEST_BYTES);
	plan->mode = snapshot->mode;
	plan->mode_until_ms = snapshot->mode_until_ms;
	plan->settings = snapshot->settings;
	grants_fill(&plan->grants, snapshot);
}

/* -1, 0, 1: (epoch, rev) before, at or after the plan's. */
static int compare(uint32_t epoch, uint64_t rev, const struct plan *plan)
{
	if (epoch != plan->epoch)
		return epoch < plan->epoch ? -1 : 1;
	if (rev != plan->rev)
		return rev < plan->rev ? -1 : 1;
	return 0;
}

/* A broker can repeat an old snapshot without end: told once a minute. */
static void refuse_snapshot(struct step *step, enum wire_reason reason, uint64_t rev)
{
	struct wire_event *event = step_gated_event(step, GATE_SNAPSHOT, WIRE_EVENT_SNAPSHOT_REFUSED, reason);

	if (event)
		event->n = (int64_t)rev;
}

/* Two truths under one (epoch, rev): said once, until a newer snapshot settles it. */
static void equivocation(struct step *step, uint64_t rev)
{
	if (step->board->alarms & WIRE_ALARM_BIT(EQUIVOCATION))
		return;
	step_alarm(step, WIRE_ALARM_EQUIVOCATION);
	step_event(step, WIRE_EVENT_SNAPSHOT_REFUSED, WIRE_REASON_EQUIVOCATION, (int64_t)rev);
}

void step_snapshot(
	struct step *step, const struct wire_snapshot *snapshot, const uint8_t digest[WIRE_DIGEST_BYTES])
{
	struct board *board = step->board;
	const struct plan *newest = board->is_coming ? &board->coming : &board->applied;
	int order = compare(snapshot->epoch, snapshot->rev, newest);

	if (order < 0) {
		refuse_snapshot(step, WIRE_REASON_ROLLBACK, snapshot->rev);
		return;
	}
	if (order == 0) {
		if (memcmp(digest, newest->digest, WIRE_DIGEST_BYTES) != 0)
			equivocation(step, snapshot->rev);
		return;
	}
	if (snapshot->grant_count > board->coming.grants.max) {
		refuse_snapshot(step, WIRE_REASON_TOO_MANY_GRANTS, snapshot->rev);
		return;
	}
	plan_fill(&board->coming, snapshot, digest);
	board->is_coming = true;
	step->has_snapshot = true;
	step_event(step, WIRE_EVENT_SNAPSHOT_APPLIED, WIRE_REASON_NONE, (int64_t)snapshot->rev);
}

void step_refused(struct step *step)
{
	step_gated_event(step, GATE_REFUSED, WIRE_EVENT_MESSAGE_REFUSED, WIRE_REASON_NONE);
}

static void freshen(struct step *step, uint64_t asked_mono_ms)
{
	struct board *board = step->board;
	/* What the head says was so when the question was asked, and may have changed since. */
	uint64_t until_mono_ms = asked_mono_ms + BOARD_FRESH_MS;

	if (until_mono_ms <= step->now_mono_ms || until_mono_ms <= board->fresh_until_mono_ms)
		return;
	board->fresh_until_mono_ms = until_mono_ms;
	board->stale_mono_ms = until_mono_ms;
	step_alarm_over(step, WIRE_ALARM_STALE);
}

void step_head(struct step *step, const struct wire_head *head)
{
	struct board *board = step->board;
	struct challenge *asked = actions_find(&board->actions, head->challenge);
	int64_t clock_step_ms = 0;

	if (!asked || asked->is_answered) {
		step_gated_event(step, GATE_REFUSED, WIRE_EVENT_MESSAGE_REFUSED,
			asked ? WIRE_REASON_REPLAYED : WIRE_REASON_WRONG_CHALLENGE);
		return;
	}
	asked->is_answered = true;
	board->hello_wait_ms = BOARD_EVERY_MS;
	board->hello_mono_ms = asked->sent_mono_ms + BOARD_EVERY_MS;
	freshen(step, asked->sent_mono_ms);
	/* A head that came too slowly to set the clock still proves that the centre is there. */
	if (clock_answer(&board->clock, asked->sent_mono_ms, step->now_mono_ms, head->time_ms,
		    &clock_step_ms) == 0)
		step_follow_trust(step, clock_step_ms);
	/* A newer rev than ours: the gateway sees from our hello and state that it must send again. */
	if (compare(head->epoch, head->rev, &board->applied) == 0 &&
		memcmp(head->digest, board->applied.digest, WIRE_DIGEST_BYTES) != 0)
		equivocation(step, head->rev);
}

void step_ack(struct step *step, const struct wire_ack *ack)
{
	if (!backlog_ack(&step->board->backlog, step->now_mono_ms, ack))
		step_gated_event(step, GATE_REFUSED, WIRE_EVENT_MESSAGE_REFUSED, WIRE_REASON_EQUIVOCATION);
}

/* --- actions --- */

static void clear_lockout(struct step *step)
{
	struct guess *guess = &step->board->guess;

	if (guess_is_locked(guess, step->now_mono_ms))
		step_event(step, WIRE_EVENT_LOCKOUT_ENDED, WIRE_REASON_CLEAR_LOCKOUT, 0);
	guess_clear(guess, step->now_mono_ms);
	step_alarm_over(step, WIRE_ALARM_WRONG_CODES);
	step_alarm_over(step, WIRE_ALARM_INJECTION);
}

static void unlock(struct step *step)
{
	struct board *board = step->board;

	step_tone(step, TONE_ACCEPTED);
	step_door(step, door_release(&board->door, step->now_mono_ms, board->applied.settings.strike_ms));
	step_event(step, WIRE_EVENT_ACCESS_GRANTED, WIRE_REASON_ACTION, 0);
}

static void identify(struct step *step)
{
	step_tone(step, TONE_IDENTIFY);
}

static void silence(struct step *step)
{
	step->board->is_silenced = true;
	step->board->pattern = TONE_SILENCE;
	step_tone(step, TONE_SILENCE);
}

static const struct {
	void (*run)(struct step *step);
	enum wire_reason told; /* the action's name in its event */
} deeds[] = {
	/* in any mode, and during a lockout: somebody looked and decided */
	[WIRE_ACTION_UNLOCK] = { unlock, WIRE_REASON_UNLOCK },
	[WIRE_ACTION_IDENTIFY] = { identify, WIRE_REASON_IDENTIFY },
	/* the tone; the alarm stands until its cause is gone */
	[WIRE_ACTION_SILENCE] = { silence, WIRE_REASON_SILENCE },
	[WIRE_ACTION_CLEAR_LOCKOUT] = { clear_lockout, WIRE_REASON_CLEAR_LOCKOUT },
	/* that it was signed, fresh, run and stored is the test; the strike stays at rest */
	[WIRE_ACTION_SELF_TEST] = { identify, WIRE_REASON_SELF_TEST },
};
static_assert(sizeof(deeds) / sizeof(deeds[0]) == WIRE_ACTION_COUNT, "an action without a deed");

void step_action(struct step *step, const struct wire_action *action, bool is_retained)
{
	struct board *board = step->board;
	enum wire_reason reason =
		actions_take(&board->actions, step->now_mono_ms, &step->time, action, is_retained);

	if (reason == WIRE_REASON_NONE && action->what == WIRE_ACTION_UNLOCK && step_is_interlocked(step))
		reason = WIRE_REASON_INTERLOCK;
	step->has_did = true;
	step->did.kind = ORDER_SEND_DID;
	memcpy(step->did.u.did.id, action->id, sizeof(action->id));
	step->did.u.did.is_done = reason == WIRE_REASON_NONE;
	step->did.u.did.reason = reason;
	if (reason != WIRE_REASON_NONE) {
		step_gated_event(step, GATE_ACTION, WIRE_EVENT_ACTION_REFUSED, reason);
		return;
	}
	step_event(step, WIRE_EVENT_ACTION_DONE, deeds[action->what].told, 0);
	deeds[action->what].run(step);
}
