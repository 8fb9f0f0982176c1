#include "firmware/core/board_inside.h"
#include "firmware/core/hash.h"

/* What decides, value by value. Grants enter by their snapshot's digest, keys not at all. */

static uint64_t hash_clock(uint64_t hash, const struct clock *clock)
{
	hash = hash_u64(hash, clock->trust);
	hash = hash_u64(hash, clock->at_mono_ms);
	hash = hash_u64(hash, (uint64_t)clock->at_wall_ms);
	hash = hash_u64(hash, clock->at_bound_ms);
	hash = hash_u64(hash, clock->drift_ppm);
	hash = hash_u64(hash, (uint64_t)clock->high_ms);
	hash = hash_u64(hash, (uint64_t)clock->lower_ms);
	hash = hash_u64(hash, clock->lower_mono_ms);
	return hash_u64(hash, (uint64_t)clock->stored_ms);
}

static uint64_t hash_door(uint64_t hash, const struct door *door)
{
	hash = hash_u64(hash, door->state);
	hash = hash_u64(hash, door->is_fire);
	hash = hash_u64(hash, door->was_opened);
	hash = hash_u64(hash, door->is_held);
	hash = hash_u64(hash, door->is_warned);
	hash = hash_u64(hash, door->passes);
	hash = hash_u64(hash, door->lock_until_mono_ms);
	hash = hash_u64(hash, door->unused_until_mono_ms);
	hash = hash_u64(hash, door->pre_alarm_ms);
	hash = hash_u64(hash, door->rex_release_ms);
	hash = hash_u64(hash, door->is_contact_open);
	hash = hash_u64(hash, door->is_rex_active);
	hash = hash_u64(hash, door->is_rex_stuck);
	hash = hash_u64(hash, door->was_entered);
	hash = hash_u64(hash, door->release_until_mono_ms);
	hash = hash_u64(hash, door->open_since_mono_ms);
	hash = hash_u64(hash, door->rex_since_mono_ms);
	hash = hash_u64(hash, door->rex_until_mono_ms);
	hash = hash_u64(hash, door->rex_said_mono_ms);
	return hash_u64(hash, door->held_open_ms);
}

static uint64_t hash_wires(uint64_t hash, const struct board *board)
{
	const struct bolt *bolt = &board->bolt;

	hash = hash_u64(hash, board->lines);
	hash = hash_u64(hash, bolt->is_fault);
	hash = hash_u64(hash, bolt->is_differing);
	hash = hash_u64(hash, bolt->is_wanted_thrown);
	hash = hash_u64(hash, bolt->retries);
	hash = hash_u64(hash, bolt->next_mono_ms);
	for (unsigned i = 0; i < SIGNAL_COUNT; i++) {
		hash = hash_u64(hash, board->signals.list[i].is_active);
		hash = hash_u64(hash, board->signals.list[i].is_standing);
		hash = hash_u64(hash, board->signals.list[i].over_mono_ms);
	}
	return hash;
}

static uint64_t hash_keypad(uint64_t hash, const struct guess *guess, const struct entry *entry)
{
	hash = hash_u64(hash, guess->failures);
	hash = hash_u64(hash, guess->quiet_since_mono_ms);
	hash = hash_u64(hash, guess->locked_until_mono_ms);
	hash = hash_u64(hash, entry->state);
	hash = hash_u64(hash, entry->id);
	hash = hash_u64(hash, entry->is_long);
	hash = hash_u64(hash, entry->count);
	hash = hash_bytes(hash, entry->digits, sizeof(entry->digits));
	hash = hash_u64(hash, entry->was_pressed);
	hash = hash_u64(hash, entry->pressed_mono_ms);
	return hash_u64(hash, entry->until_mono_ms);
}

static uint64_t hash_challenge(uint64_t hash, const struct challenge *challenge)
{
	hash = hash_bytes(hash, challenge->bytes, sizeof(challenge->bytes));
	hash = hash_u64(hash, challenge->sent_mono_ms);
	hash = hash_u64(hash, challenge->is_asked);
	return hash_u64(hash, challenge->is_answered);
}

static uint64_t hash_actions(uint64_t hash, const struct actions *actions)
{
	hash = hash_u64(hash, actions->asked);
	hash = hash_challenge(hash, &actions->newest);
	hash = hash_challenge(hash, &actions->previous);
	for (unsigned i = 0; i < ACTIONS_MAX; i++) {
		hash = hash_bytes(hash, actions->run[i].id, sizeof(actions->run[i].id));
		hash = hash_u64(hash, actions->run[i].until_mono_ms);
	}
	return hash;
}

static uint64_t hash_used(uint64_t hash, const struct used *used)
{
	hash = hash_u64(hash, used->count);
	for (size_t i = 0; i < used->count; i++) {
		hash = hash_bytes(hash, used->list[i].grant, sizeof(used->list[i].grant));
		hash = hash_u64(hash, (uint64_t)used->list[i].until_ms);
	}
	return hash;
}

static uint64_t hash_backlog(uint64_t hash, const struct backlog *backlog)
{
	hash = hash_u64(hash, backlog->log);
	hash = hash_u64(hash, backlog->head);
	hash = hash_u64(hash, backlog->acked);
	hash = hash_u64(hash, backlog->told);
	hash = hash_u64(hash, backlog->next);
	hash = hash_bytes(hash, backlog->hash, sizeof(backlog->hash));
	hash = hash_bytes(hash, backlog->told_hash, sizeof(backlog->told_hash));
	hash = hash_u64(hash, backlog->is_online);
	hash = hash_u64(hash, backlog->ordered);
	hash = hash_u64(hash, backlog->retry_ms);
	hash = hash_u64(hash, backlog->retry_mono_ms);
	return hash_u64(hash, backlog->forget_mono_ms);
}

static uint64_t hash_plan(uint64_t hash, const struct plan *plan)
{
	hash = hash_u64(hash, plan->epoch);
	hash = hash_u64(hash, plan->rev);
	hash = hash_bytes(hash, plan->digest, sizeof(plan->digest));
	hash = hash_u64(hash, plan->mode);
	hash = hash_u64(hash, (uint64_t)plan->mode_until_ms);
	return hash_u64(hash, plan->grants.count);
}

static uint64_t hash_plans(uint64_t hash, const struct board *board)
{
	hash = hash_plan(hash, &board->applied);
	hash = hash_u64(hash, board->is_coming);
	if (board->is_coming)
		hash = hash_plan(hash, &board->coming);
	hash = hash_u64(hash, board->mode);
	hash = hash_u64(hash, board->holds);
	hash = hash_u64(hash, board->is_switched);
	return hash_u64(hash, board->hold_until_mono_ms);
}

static uint64_t hash_rest(uint64_t hash, const struct board *board)
{
	for (unsigned i = 0; i < GATE_COUNT; i++) {
		hash = hash_u64(hash, board->gates[i].closed_until_mono_ms);
		hash = hash_u64(hash, (uint64_t)board->gates[i].count);
	}
	hash = hash_u64(hash, board->trust);
	hash = hash_u64(hash, board->alarms);
	hash = hash_u64(hash, board->is_silenced);
	hash = hash_u64(hash, board->pattern);
	hash = hash_u64(hash, board->fresh_until_mono_ms);
	hash = hash_u64(hash, board->stale_mono_ms);
	hash = hash_u64(hash, board->token);
	hash = hash_u64(hash, board->token_done);
	hash = hash_u64(hash, board->token_entry);
	hash = hash_u64(hash, board->token_reject);
	hash = hash_u64(hash, board->token_coming);
	hash = hash_u64(hash, board->token_forget);
	hash = hash_u64(hash, board->held_credential);
	hash = hash_bytes(hash, board->held_tag, sizeof(board->held_tag));
	hash = hash_u64(hash, board->held_until_mono_ms);
	hash = hash_u64(hash, board->guess_row.failures);
	hash = hash_u64(hash, board->guess_row.is_lockout_open);
	hash = hash_u64(hash, board->guess_row.is_entry_open);
	hash = hash_u64(hash, board->strike_until_mono_ms);
	hash = hash_u64(hash, board->lamp);
	hash = hash_u64(hash, board->is_online);
	hash = hash_u64(hash, board->is_hello_due);
	hash = hash_u64(hash, board->hello_mono_ms);
	hash = hash_u64(hash, board->hello_wait_ms);
	hash = hash_u64(hash, board->state_mono_ms);
	hash = hash_u64(hash, board->state_sent_hash);
	return hash_u64(hash, board->states_sent);
}

uint64_t board_hash(const struct board *board)
{
	uint64_t hash = HASH_START;

	hash = hash_u64(hash, board->is_started);
	hash = hash_u64(hash, board->boot);
	hash = hash_u64(hash, board->started_mono_ms);
	hash = hash_u64(hash, board->now_mono_ms);
	hash = hash_clock(hash, &board->clock);
	hash = hash_door(hash, &board->door);
	hash = hash_wires(hash, board);
	hash = hash_keypad(hash, &board->guess, &board->entry);
	hash = hash_actions(hash, &board->actions);
	hash = hash_used(hash, &board->used);
	hash = hash_backlog(hash, &board->backlog);
	hash = hash_plans(hash, board);
	return hash_rest(hash, board);
}
