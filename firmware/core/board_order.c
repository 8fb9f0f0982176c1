#include <assert.h>
#include <string.h>

#include "firmware/core/board_inside.h"
#include "firmware/core/hash.h"

void step_tone(struct step *step, enum board_tone tone)
{
	assert(step->tone_count < STEP_TONES_MAX);
	step->tones[step->tone_count++] = tone;
}

int64_t board_wire_time(int64_t wall_ms)
{
	return wall_ms < WIRE_TIME_MAX_MS ? wall_ms : WIRE_TIME_MAX_MS;
}

struct wire_event *step_event(
	struct step *step, enum wire_event_type type, enum wire_reason reason, int64_t n)
{
	struct wire_event *event = &step->out->events[step->out->event_count];

	assert(step->out->event_count < BOARD_EVENTS_MAX);
	step->out->event_count++;
	event->boot = step->board->boot;
	event->mono_ms = step->now_mono_ms;
	event->wall_ms = board_wire_time(step->time.wall_ms);
	event->bound_ms = step->time.bound_ms;
	event->trust = step->time.trust;
	event->type = type;
	event->reason = reason;
	event->n = n;
	return event;
}

void step_grant_event(
	struct step *step, enum wire_event_type type, enum wire_reason reason, const struct wire_grant *grant)
{
	struct wire_event *event = step_event(step, type, reason, 0);

	memcpy(event->grant, grant->id, sizeof(event->grant));
}

struct wire_event *step_gated_event(
	struct step *step, enum board_gate gate, enum wire_event_type type, enum wire_reason reason)
{
	int64_t n;

	if (!gate_pass(&step->board->gates[gate], step->now_mono_ms, &n))
		return NULL;
	return step_event(step, type, reason, n);
}

static struct board_order *push(struct step *step, enum board_order_kind kind)
{
	struct board_order *order = &step->out->list[step->out->count];

	assert(step->out->count < BOARD_ORDERS_MAX);
	step->out->count++;
	order->kind = kind;
	return order;
}

static void order_strike(struct step *step)
{
	uint64_t until_mono_ms = step->board->door.lock_until_mono_ms;
	struct board_order *order;

	if (until_mono_ms == step->board->strike_until_mono_ms && !step->is_strike_again)
		return;
	order = push(step, ORDER_STRIKE);
	order->u.strike.on = until_mono_ms != 0;
	order->u.strike.until_mono_ms = until_mono_ms;
	step->board->strike_until_mono_ms = until_mono_ms;
}

static void order_tones(struct step *step)
{
	for (unsigned i = 0; i < step->tone_count; i++)
		push(step, ORDER_TONE)->u.tone = step->tones[i];
}

/* The pattern that sounds until another takes its place. */
static void order_pattern(struct step *step)
{
	struct board *board = step->board;
	enum board_tone pattern;

	if (!alarms_are_loud(board->alarms) && !board->door.is_warned)
		board->is_silenced = false;
	pattern = step_pattern(step);
	if (pattern == board->pattern)
		return;
	board->pattern = pattern;
	push(step, ORDER_TONE)->u.tone = pattern;
}

static void order_lamp(struct step *step)
{
	enum board_lamp lamp = step_lamp(step);

	if (lamp == step->board->lamp)
		return;
	step->board->lamp = lamp;
	push(step, ORDER_LAMP)->u.lamp = lamp;
}

static bool is_same(const struct guess_row *a, const struct guess_row *b)
{
	return a->failures == b->failures && a->is_lockout_open == b->is_lockout_open &&
	       a->is_entry_open == b->is_entry_open;
}

static void order_guess(struct step *step)
{
	struct board *board = step->board;
	bool is_locked = guess_is_locked(&board->guess, step->now_mono_ms);
	struct guess_row row = {
		.failures = board->guess.failures,
		.is_lockout_open = is_locked,
		/* During a lockout an attempt costs nothing: only the long code opens, and nobody guesses
		   that. */
		.is_entry_open = entry_is_open(&board->entry) && !is_locked,
	};
	struct board_order *order;

	if (is_same(&row, &board->guess_row))
		return;
	board->guess_row = row;
	order = push(step, ORDER_STORE_GUESS);
	order->u.guess.failures = row.failures;
	order->u.guess.is_lockout_open = row.is_lockout_open;
	order->u.guess.is_entry_open = row.is_entry_open;
}

static void order_floor(struct step *step, bool is_storing)
{
	int64_t floor_ms = clock_floor_due(&step->board->clock, step->now_mono_ms, is_storing);

	if (floor_ms != 0)
		push(step, ORDER_STORE_FLOOR)->u.floor_ms = board_wire_time(floor_ms);
}

static void order_forget(struct step *step, bool is_storing)
{
	struct backlog *backlog = &step->board->backlog;
	struct board_order *order;

	if (!backlog_forget(backlog, step->now_mono_ms, is_storing))
		return;
	order = push(step, ORDER_FORGET);
	order->u.forget.upto = backlog->ordered;
	memcpy(order->u.forget.hash, backlog->told_hash, WIRE_HASH_BYTES);
}

static uint32_t next_token(struct board *board)
{
	board->token = board->token % UINT32_MAX + 1; /* never 0, which means none */
	return board->token;
}

/* All that belongs to this step's transaction. */
static void order_stores(struct step *step)
{
	struct board *board = step->board;
	unsigned before = step->out->count;
	bool was_entry_open = board->guess_row.is_entry_open;

	order_guess(step);
	if (step->has_snapshot) {
		struct board_order *order = push(step, ORDER_STORE_SNAPSHOT);

		order->u.snapshot.epoch = board->coming.epoch;
		order->u.snapshot.rev = board->coming.rev;
	}
	if (step->has_used)
		*push(step, ORDER_STORE_USED) = step->used;
	order_floor(step, step->out->event_count > 0 || step->out->count > before);
	order_forget(step, step->out->event_count > 0 || step->out->count > before);

	if (step->out->event_count == 0 && step->out->count == before)
		return;
	step->out->store_token = next_token(board);
	if (board->guess_row.is_entry_open && !was_entry_open)
		board->token_entry = step->out->store_token;
	if (step->has_snapshot)
		board->token_coming = step->out->store_token;
	if (board->backlog.ordered != 0 && board->token_forget == 0)
		board->token_forget = step->out->store_token;
}

/* The reject tone must not be heard before the attempt is on record, or pulling the plug at the tone would
 * make the guess free. Where nothing is stored nothing is at stake. */
static void order_reject(struct step *step)
{
	if (!step->is_rejecting)
		return;
	if (step->out->store_token == 0) {
		push(step, ORDER_TONE)->u.tone = TONE_REJECTED;
		return;
	}
	step->board->token_reject = step->out->store_token;
	entry_store(&step->board->entry, step->now_mono_ms);
}

static void order_hello(struct step *step)
{
	struct board *board = step->board;
	struct wire_hello *hello;

	if (!board->is_online || (!board->is_hello_due && step->now_mono_ms < board->hello_mono_ms))
		return;
	board->is_hello_due = false;
	board->hello_mono_ms = step->now_mono_ms + board->hello_wait_ms;
	board->hello_wait_ms =
		2 * board->hello_wait_ms < BOARD_EVERY_MS ? 2 * board->hello_wait_ms : BOARD_EVERY_MS;

	hello = &push(step, ORDER_SEND_HELLO)->u.hello;
	hello->boot = board->boot;
	memcpy(hello->challenge, actions_ask(&board->actions, step->now_mono_ms)->bytes,
		WIRE_CHALLENGE_BYTES);
	hello->epoch = board->applied.epoch;
	hello->rev = board->applied.rev;
	memcpy(hello->digest, board->applied.digest, WIRE_DIGEST_BYTES);
	hello->log = board->backlog.log;
	hello->head = board->backlog.head;
	memcpy(hello->hash, board->backlog.hash, WIRE_HASH_BYTES);
	hello->acked = board->backlog.acked;
	hello->clock.trust = step->time.trust;
	hello->clock.bound_ms = step->time.bound_ms;
}

/* Of what makes a state worth sending again; not of what changes by itself. */
static uint64_t hash_state(const struct wire_state *state)
{
	uint64_t hash = HASH_START;

	hash = hash_u64(hash, state->door);
	hash = hash_u64(hash, state->is_released);
	hash = hash_u64(hash, state->is_contact_open);
	hash = hash_u64(hash, state->mode);
	hash = hash_u64(hash, (uint64_t)state->mode_until_ms);
	hash = hash_u64(hash, state->alarms);
	hash = hash_u64(hash, state->lockout_s > 0);
	hash = hash_u64(hash, state->epoch);
	hash = hash_u64(hash, state->rev);
	hash = hash_bytes(hash, state->digest, sizeof(state->digest));
	return hash_u64(hash, state->clock.trust);
}

static void order_state(struct step *step)
{
	struct board *board = step->board;
	struct wire_state state;
	uint64_t hash;

	if (!board->is_online)
		return;
	board_look(board, step->now_mono_ms, &state);
	hash = hash_state(&state);
	if (hash == board->state_sent_hash && step->now_mono_ms < board->state_mono_ms)
		return;
	board->state_sent_hash = hash;
	board->state_mono_ms = step->now_mono_ms + BOARD_EVERY_MS;
	state.n = ++board->states_sent;
	push(step, ORDER_SEND_STATE)->u.state = state;
}

static void order_events(struct step *step)
{
	uint64_t first;
	uint32_t count;

	while (backlog_send(&step->board->backlog, step->now_mono_ms, &first, &count)) {
		struct board_order *order = push(step, ORDER_SEND_EVENTS);

		order->u.events.first = first;
		order->u.events.count = count;
	}
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t wake_mono_ms(const struct step *step)
{
	const struct board *board = step->board;
	uint64_t wake = step->now_mono_ms + BOARD_EVERY_MS;

	wake = earlier(wake, entry_next_mono_ms(&board->entry));
	if (board->held_until_mono_ms != 0)
		wake = earlier(wake, board->held_until_mono_ms);
	wake = earlier(wake, guess_next_mono_ms(&board->guess));
	wake = earlier(wake, door_next_mono_ms(&board->door));
	wake = earlier(wake, bolt_next_mono_ms(&board->bolt));
	wake = earlier(wake, signals_next_mono_ms(&board->signals));
	wake = earlier(wake, backlog_next_mono_ms(&board->backlog));
	if (!(board->alarms & WIRE_ALARM_BIT(STALE)))
		wake = earlier(wake, board->stale_mono_ms);
	if (board->is_online)
		wake = earlier(wake, earlier(board->hello_mono_ms, board->state_mono_ms));
	if (board->mode != WIRE_MODE_NORMAL && board->applied.mode_until_ms > step->time.wall_ms)
		wake = earlier(wake,
			step->now_mono_ms + (uint64_t)(board->applied.mode_until_ms - step->time.wall_ms));
	return wake;
}

void step_finish(struct step *step)
{
	order_strike(step);
	order_tones(step);
	order_pattern(step);
	order_lamp(step);
	if (step->is_working)
		*push(step, ORDER_STRETCH) = step->stretch;
	order_stores(step);
	order_reject(step);
	order_hello(step);
	order_state(step);
	if (step->has_did)
		*push(step, ORDER_SEND_DID) = step->did;
	order_events(step);
	step->out->wake_mono_ms = wake_mono_ms(step);
}
