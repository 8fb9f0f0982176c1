#include "firmware/core/board.h"

#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/core/board_inside.h"
#include "firmware/core/hash.h"

#define HELD_OPEN_MS (30 * 1000) /* until a snapshot says */
#define INTER_KEY_MS 5000
#define STRIKE_MS 5000

/* --- birth and end --- */

static void init_plan(struct plan *plan, struct wire_grant *list, size_t max, uint32_t *slots)
{
	plan->settings.strike_ms = STRIKE_MS;
	plan->settings.held_open_ms = HELD_OPEN_MS;
	plan->settings.inter_key_ms = INTER_KEY_MS;
	grants_init(&plan->grants, list, max, slots);
}

int board_new(struct board **out, const struct board_config *config)
{
	size_t max = config->grants_max, slots = grants_slots(max);
	struct wire_grant *lists;
	struct board *board;
	uint32_t *tables;

	if (max < 1 || max > WIRE_GRANTS_MAX || config->drift_ppm > BOARD_DRIFT_MAX_PPM)
		return -EINVAL;
	/* calloc: pages that no grant ever touches stay untouched */
	board = calloc(1, sizeof(*board));
	if (!board)
		return -ENOMEM;
	board->room_bytes = 2 * max * sizeof(*lists) + 2 * slots * sizeof(*tables);
	board->room = calloc(1, board->room_bytes);
	if (!board->room) {
		free(board);
		return -ENOMEM;
	}
	lists = board->room;
	tables = (uint32_t *)(void *)(lists + 2 * max);
	init_plan(&board->applied, lists, max, tables);
	init_plan(&board->coming, lists + max, max, tables + slots);

	memcpy(board->tag_key, config->tag_key, sizeof(board->tag_key));
	board->drift_ppm = config->drift_ppm;
	board->hardware = config->hardware;
	board->lamp = LAMP_COUNT;
	board->pattern = TONE_SILENCE;
	actions_init(&board->actions, config->seed);
	*out = board;
	return 0;
}

void board_free(struct board *board)
{
	if (!board)
		return;
	free(board->room);
	sodium_memzero(board, sizeof(*board));
	free(board);
}

/* --- what comes in --- */

bool board_is_fresh(const struct board *board, uint64_t now_mono_ms)
{
	return now_mono_ms < board->fresh_until_mono_ms;
}

void board_set_door(struct board *board)
{
	const struct wire_settings *settings = &board->applied.settings;
	const struct board_hardware *hardware = &board->hardware;
	/* A magnet keeps people in until it is told to let go. */
	bool rex_releases = hardware->rex_releases || hardware->lock == LOCK_MAGNET || settings->rex_releases;

	board->door.held_open_ms = settings->held_open_ms;
	board->door.pre_alarm_ms = settings->pre_alarm_ms;
	board->door.rex_release_ms = rex_releases ? settings->strike_ms : 0;
}

static void recall(struct board *board, uint64_t now_mono_ms, const struct board_memory *memory)
{
	clock_init(&board->clock, now_mono_ms, memory->floor_ms, board->drift_ppm);
	guess_init(&board->guess, now_mono_ms, memory->failures, memory->is_lockout_open);
	backlog_init(&board->backlog, memory->log, memory->head, memory->acked, memory->hash);
	board->guess_row.failures = memory->failures;
	board->guess_row.is_lockout_open = memory->is_lockout_open;
	board->guess_row.is_entry_open = memory->is_entry_open;
	assert(memory->used_count <= BOARD_USED_MAX);
	board->used.count = memory->used_count;
	memcpy(board->used.list, memory->used, memory->used_count * sizeof(memory->used[0]));
}

static void init_door(struct step *step)
{
	struct board *board = step->board;
	struct door_setup setup = {
		.lock = board->hardware.lock,
		.relock = board->hardware.relock,
		.has_contact = board->wired & LINE_BIT(CONTACT),
		.is_contact_open = board->lines & LINE_BIT(CONTACT),
		.is_rex_active = board->lines & LINE_BIT(REX),
	};

	door_init(&board->door, &setup, step->now_mono_ms);
	board_set_door(board);
}

/* The relay stays at rest whatever is recalled: a hold-open waits for the time. */
static void take_start(struct step *step, const struct board_input *input)
{
	struct board *board = step->board;
	const struct board_memory *memory = input->u.start.memory;
	const struct wire_snapshot *snapshot = memory->snapshot;

	board->is_started = true;
	board->lines = input->u.start.lines;
	board->wired = input->u.start.wired;
	board->boot = input->u.start.boot;
	board->started_mono_ms = step->now_mono_ms;
	board->stale_mono_ms = step->now_mono_ms + BOARD_FRESH_MS;
	recall(board, step->now_mono_ms, memory);
	board->trust = WIRE_TRUST_FLOOR;
	step->time = clock_read(&board->clock, step->now_mono_ms);

	step_event(step, WIRE_EVENT_BOOT, WIRE_REASON_NONE, (int64_t)(memory->head - memory->acked));
	if (snapshot && snapshot->grant_count > board->applied.grants.max)
		step_event(step, WIRE_EVENT_SNAPSHOT_REFUSED, WIRE_REASON_TOO_MANY_GRANTS,
			(int64_t)snapshot->rev);
	else if (snapshot)
		plan_fill(&board->applied, snapshot, memory->digest);
	init_door(step);
	step_first_lines(step);
	if (memory->is_entry_open)
		step_power_cut(step);
}

static void take_tick(struct step *step, const struct board_input *input)
{
	(void)step; /* time has passed already */
	(void)input;
}

static void take_key(struct step *step, const struct board_input *input)
{
	step_key(step, input->u.key.key, input->u.key.at_mono_ms);
}

static void take_card(struct step *step, const struct board_input *input)
{
	step_card(step, &input->u.card);
}

static void take_line(struct step *step, const struct board_input *input)
{
	step_line(step, input->u.line.line, input->u.line.is_active);
}

static void take_line_fault(struct step *step, const struct board_input *input)
{
	step_line_fault(
		step, input->u.line_fault.line, input->u.line_fault.fault, input->u.line_fault.is_active);
}

static void take_reader(struct step *step, const struct board_input *input)
{
	step_reader(step, input->u.reader.fault, input->u.reader.is_active);
}

static void take_clock(struct step *step, const struct board_input *input)
{
	struct board *board = step->board;
	int64_t wall_ms = input->u.clock.wall_ms, clock_step_ms;

	if (wall_ms < 0 || wall_ms > WIRE_TIME_MAX_MS)
		return;
	if (clock_vouch(&board->clock, step->now_mono_ms, wall_ms, input->u.clock.bound_ms, &clock_step_ms) ==
		0)
		step_follow_trust(step, clock_step_ms);
}

static void take_link(struct step *step, const struct board_input *input)
{
	struct board *board = step->board;

	board->is_online = input->u.is_online;
	/* After an outage the gateway may be back later than we are: a minute without time is long for a
	 * guest. */
	board->is_hello_due = input->u.is_online;
	board->hello_wait_ms = BOARD_ASK_AGAIN_MS;
	board->state_mono_ms = step->now_mono_ms;
	backlog_link(&board->backlog, input->u.is_online);
}

static void take_snapshot(struct step *step, const struct board_input *input)
{
	step_snapshot(step, input->u.snapshot.snapshot, input->u.snapshot.digest);
}

static void take_head(struct step *step, const struct board_input *input)
{
	step_head(step, &input->u.head);
}

static void take_ack(struct step *step, const struct board_input *input)
{
	step_ack(step, &input->u.ack);
}

static void take_action(struct step *step, const struct board_input *input)
{
	step_action(step, &input->u.action.action, input->u.action.is_retained);
}

static void take_refused(struct step *step, const struct board_input *input)
{
	(void)input; /* which and why is in the edge's counters */
	step_refused(step);
}

static void take_stretched(struct step *step, const struct board_input *input)
{
	step_stretched(step, input->u.stretched.entry, input->u.stretched.error, input->u.stretched.s);
}

static void (*const takers[])(struct step *step, const struct board_input *input) = {
	[INPUT_START] = take_start,
	[INPUT_TICK] = take_tick,
	[INPUT_KEY] = take_key,
	[INPUT_CARD] = take_card,
	[INPUT_READER] = take_reader,
	[INPUT_LINE] = take_line,
	[INPUT_LINE_FAULT] = take_line_fault,
	[INPUT_CLOCK] = take_clock,
	[INPUT_LINK] = take_link,
	[INPUT_SNAPSHOT] = take_snapshot,
	[INPUT_HEAD] = take_head,
	[INPUT_ACK] = take_ack,
	[INPUT_ACTION] = take_action,
	[INPUT_REFUSED] = take_refused,
	[INPUT_STRETCHED] = take_stretched,
	[INPUT_STORED] = step_stored,
};
static_assert(sizeof(takers) / sizeof(takers[0]) == INPUT_KIND_COUNT, "an input that nobody takes");

/* --- one step --- */

static void pass_time(struct step *step)
{
	struct board *board = step->board;

	step->time = clock_read(&board->clock, step->now_mono_ms);
	step_follow_trust(step, 0);
	step_follow_guess(step);
	step_door(step, door_tick(&board->door, step->now_mono_ms));
	step_follow_signals(step);
	step_follow_mode(step);
	step_follow_freshness(step);
	backlog_tick(&board->backlog, step->now_mono_ms);
	if (entry_tick(&board->entry, step->now_mono_ms))
		step_given_up(step);
	step_weigh_held(step);
}

void board_step(struct board *board, uint64_t now_mono_ms, const struct board_input *input,
	struct board_orders *orders)
{
	struct step step = { .board = board, .now_mono_ms = now_mono_ms, .out = orders };

	assert(board->is_started == (input->kind != INPUT_START));
	assert(now_mono_ms >= board->now_mono_ms && now_mono_ms < BOARD_MONO_MAX_MS);

	board->now_mono_ms = now_mono_ms;
	memset(orders, 0, sizeof(*orders));
	if (input->kind != INPUT_START)
		pass_time(&step);
	takers[input->kind](&step, input);
	step_follow_mode(&step);
	step_follow_clock(&step);
	step_follow_bolt(&step);
	step_finish(&step);
	sodium_memzero(&step.stretch, sizeof(step.stretch));
}

void board_look(const struct board *board, uint64_t now_mono_ms, struct wire_state *out)
{
	struct clock_reading time = clock_read(&board->clock, now_mono_ms);
	const struct guess *guess = &board->guess;

	memset(out, 0, sizeof(*out));
	out->boot = board->boot;
	out->n = board->states_sent;
	out->at_ms = board_wire_time(time.wall_ms);
	out->door = board->door.state;
	out->is_released = board->door.lock_until_mono_ms != 0;
	out->is_contact_open = board->door.is_contact_open;
	out->mode = board->mode;
	out->mode_until_ms = board->mode == board->applied.mode ? board->applied.mode_until_ms : 0;
	out->alarms = board->alarms;
	if (guess_is_locked(guess, now_mono_ms))
		out->lockout_s = (uint32_t)((guess->locked_until_mono_ms - now_mono_ms + 999) / 1000);
	out->epoch = board->applied.epoch;
	out->rev = board->applied.rev;
	memcpy(out->digest, board->applied.digest, WIRE_DIGEST_BYTES);
	out->clock.trust = time.trust;
	out->clock.bound_ms = time.bound_ms;
	out->queue = board->backlog.head - board->backlog.acked;
}
