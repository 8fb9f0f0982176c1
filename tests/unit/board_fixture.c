#include "tests/unit/board_fixture.h"

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */
#include <string.h>

static const uint8_t tag_key[WIRE_KEY_BYTES] = { 1, 2, 3 };

/* In place of Argon2id: the digits themselves. What is between the core and the tag is tested with the real
 * one in tests/unit/test_wire_code.c. */
static void stretch(uint8_t s[WIRE_STRETCHED_BYTES], const char *digits, size_t count)
{
	memset(s, 0, WIRE_STRETCHED_BYTES);
	memcpy(s, digits, count);
	s[WIRE_STRETCHED_BYTES - 1] = (uint8_t)count;
}

static void tag_of(uint8_t tag[WIRE_TAG_BYTES], const char *digits)
{
	uint8_t s[WIRE_STRETCHED_BYTES];

	stretch(s, digits, strlen(digits));
	wire_tag(tag, tag_key, s);
}

struct wire_grant fixture_grant(const char *digits8, int64_t from_ms, int64_t until_ms)
{
	struct wire_grant grant = {
		.from_ms = from_ms,
		.until_ms = until_ms,
		.offline_until_ms = until_ms,
		.has_long = true,
	};
	char long_code[WIRE_LONG_CODE + 1] = "";

	assert_int_equal(strlen(digits8), 8);
	memcpy(grant.id, digits8, 8);
	memcpy(grant.id + 8, "aaaaaaaa", 9);
	memcpy(long_code, digits8, 8);
	memcpy(long_code + 8, "0000", 5);
	tag_of(grant.tag, digits8);
	tag_of(grant.long_tag, long_code);
	return grant;
}

static struct wire_card card_of(uint32_t number)
{
	struct wire_card card;

	assert_int_equal(wire_card_make(&card, WIRE_CARD_26_H10301, 7, number), 0);
	return card;
}

void fixture_give_card(struct wire_grant *grant, uint32_t number)
{
	struct wire_card card = card_of(number);

	wire_card_tag(grant->card_tag, tag_key, &card);
	grant->has_card = true;
}

struct wire_settings fixture_settings(void)
{
	return (struct wire_settings){
		.strike_ms = 5000,
		.strike_extended_ms = 15000,
		.held_open_ms = 30000,
		.inter_key_ms = 5000,
		.zone_min = 420,
		.argon_mem_kib = 8,
		.argon_passes = 1,
	};
}

struct wire_snapshot fixture_plan(uint64_t rev, struct wire_grant *grants, size_t count)
{
	return (struct wire_snapshot){
		.epoch = 1,
		.rev = rev,
		.at_ms = FIXTURE_EPOCH_MS,
		.mode = WIRE_MODE_NORMAL,
		.settings = fixture_settings(),
		.grants = grants,
		.grant_count = count,
	};
}

/* --- the journal --- */

static void remember_event(struct fixture *f, struct wire_event *event)
{
	event->seq = ++f->memory.head;
	wire_chain_next(f->memory.hash, event);
	memcpy(f->hashes[event->seq % FIXTURE_SEQS], f->memory.hash, WIRE_HASH_BYTES);
}

static void forget_used(struct board_memory *memory, const char *grant)
{
	for (size_t i = 0; i < memory->used_count; i++)
		if (strcmp(memory->used[i].grant, grant) == 0)
			memory->used[i] = memory->used[--memory->used_count];
}

static void remember_order(
	struct fixture *f, const struct board_order *order, const struct fixture_store *store)
{
	struct board_memory *memory = &f->memory;

	switch (order->kind) {
	case ORDER_STORE_GUESS:
		memory->failures = order->u.guess.failures;
		memory->is_lockout_open = order->u.guess.is_lockout_open;
		memory->is_entry_open = order->u.guess.is_entry_open;
		break;
	case ORDER_STORE_FLOOR:
		assert_true(order->u.floor_ms > memory->floor_ms);
		memory->floor_ms = order->u.floor_ms;
		break;
	case ORDER_STORE_SNAPSHOT:
		assert_int_equal(order->u.snapshot.rev, store->snapshot.rev);
		assert_int_equal(order->u.snapshot.epoch, store->snapshot.epoch);
		f->stored_snapshot = store->snapshot;
		memcpy(memory->digest, store->digest, WIRE_DIGEST_BYTES);
		memory->snapshot = &f->stored_snapshot;
		break;
	case ORDER_STORE_USED:
		forget_used(memory, order->u.used.forgets);
		assert_true(memory->used_count < BOARD_USED_MAX);
		memory->used[memory->used_count++] = order->u.used.grant;
		break;
	case ORDER_FORGET:
		assert_true(order->u.forget.upto <= memory->head);
		if (memcmp(f->hashes[order->u.forget.upto % FIXTURE_SEQS], order->u.forget.hash,
			    WIRE_HASH_BYTES) == 0)
			memory->acked = order->u.forget.upto;
		break;
	case ORDER_STRIKE:
	case ORDER_TONE:
	case ORDER_LAMP:
	case ORDER_STRETCH:
	case ORDER_SEND_HELLO:
	case ORDER_SEND_STATE:
	case ORDER_SEND_DID:
	case ORDER_SEND_EVENTS:
		break;
	}
}

static void commit(struct fixture *f, struct fixture_store *store)
{
	struct board_orders *out = &store->orders;

	if (f->store_error != 0)
		return; /* what could not be stored is gone; the real journal tries again */
	for (unsigned i = 0; i < out->event_count; i++)
		remember_event(f, &out->events[i]);
	for (unsigned i = 0; i < out->count; i++)
		remember_order(f, &out->list[i], store);
}

static void answer_store(struct fixture *f, uint32_t token)
{
	struct board_input input = { .kind = INPUT_STORED };

	input.u.stored.token = token;
	input.u.stored.error = f->store_error;
	input.u.stored.head = f->memory.head;
	memcpy(input.u.stored.hash, f->memory.hash, WIRE_HASH_BYTES);
	input.u.stored.acked = f->memory.acked;
	fixture_step(f, &input);
}

void fixture_retry_stores(struct fixture *f)
{
	answer_store(f, f->newest_token);
}

void fixture_answer_stores(struct fixture *f)
{
	uint32_t token = 0;

	f->is_holding_stores = false;
	for (unsigned i = 0; i < f->held_store_count; i++) {
		commit(f, &f->held_stores[i]);
		token = f->held_stores[i].orders.store_token;
	}
	f->held_store_count = 0;
	if (token != 0)
		answer_store(f, token); /* stands for those before it */
}

void fixture_answer_stretch(struct fixture *f)
{
	struct board_input input = { .kind = INPUT_STRETCHED };

	assert_int_not_equal(f->held_entry, 0);
	input.u.stretched.entry = f->held_entry;
	stretch(input.u.stretched.s, f->held_digits, f->held_count);
	f->held_entry = 0;
	fixture_step(f, &input);
}

/* --- one step --- */

static bool is_strike_due(const struct fixture *f)
{
	return f->is_strike_on && f->now_ms >= f->strike_until_ms;
}

static void note_order(struct fixture *f, const struct board_order *order, unsigned place)
{
	f->orders[order->kind]++;
	f->last[order->kind] = *order;
	switch (order->kind) {
	case ORDER_STRIKE:
		assert_int_equal(place, 0);
		f->is_strike_on = order->u.strike.on;
		f->strike_until_ms = order->u.strike.until_mono_ms;
		break;
	case ORDER_LAMP:
		f->lamp = order->u.lamp;
		break;
	case ORDER_TONE:
		assert_true(f->tone_count < FIXTURE_LOG);
		f->tones[f->tone_count++] = order->u.tone;
		break;
	case ORDER_STRETCH:
		f->held_entry = order->u.stretch.entry;
		f->held_count = order->u.stretch.count;
		memcpy(f->held_digits, order->u.stretch.digits, WIRE_LONG_CODE);
		break;
	case ORDER_SEND_HELLO:
	case ORDER_SEND_STATE:
	case ORDER_SEND_DID:
	case ORDER_SEND_EVENTS:
		assert_true(f->is_online || order->kind == ORDER_SEND_DID);
		break;
	case ORDER_STORE_GUESS:
	case ORDER_STORE_FLOOR:
	case ORDER_STORE_SNAPSHOT:
	case ORDER_STORE_USED:
	case ORDER_FORGET:
		assert_int_not_equal(f->out.store_token, 0);
		break;
	}
}

static void note(struct fixture *f)
{
	for (unsigned i = 0; i < f->out.count; i++)
		note_order(f, &f->out.list[i], i);
	for (unsigned i = 0; i < f->out.event_count; i++) {
		assert_true(f->event_count < FIXTURE_LOG);
		f->events[f->event_count++] = f->out.events[i];
	}
	assert_false(is_strike_due(f));
	assert_true(f->out.wake_mono_ms > f->now_ms && f->out.wake_mono_ms <= f->now_ms + 60000);
	assert_true(f->out.event_count == 0 || f->out.store_token != 0);
}

void fixture_step(struct fixture *f, const struct board_input *input)
{
	struct fixture_store *store = &f->held_stores[f->held_store_count];

	assert_true(f->held_store_count < FIXTURE_HELD);
	f->inputs++;
	board_step(f->board, f->now_ms, input, &f->out);
	note(f);
	if (f->out.store_token != 0) {
		f->newest_token = f->out.store_token;
		store->orders = f->out;
		store->snapshot = f->given_snapshot;
		memcpy(store->digest, f->given_digest, WIRE_DIGEST_BYTES);
		f->held_store_count++;
	}
	if (!f->is_holding_stores)
		fixture_answer_stores(f);
	if (f->held_entry != 0 && !f->is_holding_stretch)
		fixture_answer_stretch(f);
}

void fixture_kind(struct fixture *f, enum board_input_kind kind)
{
	struct board_input input = { .kind = kind };

	fixture_step(f, &input);
}

void fixture_wait(struct fixture *f, uint64_t ms)
{
	uint64_t end_ms = f->now_ms + ms;

	while (f->out.wake_mono_ms <= end_ms) {
		f->true_ms += (int64_t)(f->out.wake_mono_ms - f->now_ms);
		f->now_ms = f->out.wake_mono_ms;
		fixture_kind(f, INPUT_TICK);
	}
	f->true_ms += (int64_t)(end_ms - f->now_ms);
	f->now_ms = end_ms;
}

void fixture_press(struct fixture *f, const char *keys)
{
	for (; *keys; keys++) {
		struct board_input input = { .kind = INPUT_KEY, .u.key.key = *keys };

		fixture_wait(f, 200);
		input.u.key.at_mono_ms = f->now_ms;
		fixture_step(f, &input);
	}
}

void fixture_card(struct fixture *f, uint32_t number)
{
	const struct board_input input = { .kind = INPUT_CARD, .u.card = card_of(number) };

	fixture_wait(f, 200);
	fixture_step(f, &input);
}

void fixture_line(struct fixture *f, enum board_line line, bool is_active)
{
	struct board_input input = { .kind = INPUT_LINE, .u.line = { line, is_active } };

	fixture_step(f, &input);
}

void fixture_contact(struct fixture *f, bool is_open)
{
	fixture_line(f, LINE_CONTACT, is_open);
}

void fixture_rex(struct fixture *f, bool is_active)
{
	fixture_line(f, LINE_REX, is_active);
}

/* --- the centre --- */

void fixture_link(struct fixture *f, bool is_online)
{
	struct board_input input = { .kind = INPUT_LINK, .u.is_online = is_online };

	f->is_online = is_online;
	fixture_step(f, &input);
}

void fixture_snapshot(struct fixture *f, const struct wire_snapshot *snapshot)
{
	struct board_input input = { .kind = INPUT_SNAPSHOT };

	f->given_snapshot = *snapshot;
	memset(f->given_digest, (int)(snapshot->rev + 16 * snapshot->epoch), WIRE_DIGEST_BYTES);
	input.u.snapshot.snapshot = snapshot;
	memcpy(input.u.snapshot.digest, f->given_digest, WIRE_DIGEST_BYTES);
	fixture_step(f, &input);
}

void fixture_head(struct fixture *f)
{
	struct board_input input = { .kind = INPUT_HEAD };

	memcpy(input.u.head.challenge, f->last[ORDER_SEND_HELLO].u.hello.challenge, WIRE_CHALLENGE_BYTES);
	input.u.head.time_ms = f->true_ms;
	fixture_step(f, &input);
}

void fixture_ack(struct fixture *f, uint64_t upto)
{
	struct board_input input = { .kind = INPUT_ACK };

	input.u.ack.log = f->memory.log;
	input.u.ack.upto = upto;
	memcpy(input.u.ack.hash, f->hashes[upto % FIXTURE_SEQS], WIRE_HASH_BYTES);
	fixture_step(f, &input);
}

struct board_input fixture_action(const struct fixture *f, const char *id, enum wire_action_what what)
{
	struct board_input input = { .kind = INPUT_ACTION };
	struct wire_action *action = &input.u.action.action;

	memset(action->id, 'z', WIRE_ID_CHARS);
	memcpy(action->id, id, strlen(id));
	memcpy(action->challenge, f->last[ORDER_SEND_HELLO].u.hello.challenge, WIRE_CHALLENGE_BYTES);
	action->expires_ms = f->true_ms + 10000;
	action->what = what;
	action->why = WIRE_WHY_TEST;
	memcpy(action->who, "staff-1", sizeof("staff-1"));
	return input;
}

/* --- what came out --- */

void fixture_clear(struct fixture *f)
{
	f->event_count = 0;
	f->tone_count = 0;
	memset(f->orders, 0, sizeof(f->orders));
}

unsigned fixture_events(const struct fixture *f, enum wire_event_type type, enum wire_reason reason)
{
	unsigned count = 0;

	for (unsigned i = 0; i < f->event_count; i++)
		count += f->events[i].type == type && f->events[i].reason == reason;
	return count;
}

const struct wire_event *fixture_event(const struct fixture *f, enum wire_event_type type)
{
	for (unsigned i = f->event_count; i > 0; i--)
		if (f->events[i - 1].type == type)
			return &f->events[i - 1];
	return NULL;
}

bool fixture_heard(const struct fixture *f, enum board_tone tone)
{
	for (unsigned i = 0; i < f->tone_count; i++)
		if (f->tones[i] == tone)
			return true;
	return false;
}

struct wire_state fixture_state(const struct fixture *f)
{
	struct wire_state state;

	board_look(f->board, f->now_ms, &state);
	return state;
}

/* --- beginnings and ends --- */

static void new_board(struct fixture *f)
{
	struct board_config config = { .hardware = f->hardware, .grants_max = 8, .drift_ppm = 100 };

	memcpy(config.tag_key, tag_key, sizeof(tag_key));
	config.seed[0] = (uint8_t)(f->memory.head + 1);
	assert_int_equal(board_new(&f->board, &config), 0);
	f->is_online = false;
	f->is_strike_on = false; /* at rest, by hardware */
	f->held_store_count = 0;
	f->held_entry = 0;
}

void fixture_setup(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	f->now_ms = 1000;
	f->true_ms = FIXTURE_EPOCH_MS;
	f->wired = ((1u << LINE_COUNT) - 1) & ~LINE_BIT(BOLT);
	f->memory.log = 77;
	wire_chain_start(f->memory.hash, "room-1", 77);
	memcpy(f->hashes[0], f->memory.hash, WIRE_HASH_BYTES);
	new_board(f);
}

void fixture_fit(struct fixture *f, const struct board_hardware *hardware)
{
	board_free(f->board);
	f->hardware = *hardware;
	new_board(f);
}

void fixture_teardown(struct fixture *f)
{
	board_free(f->board);
}

void fixture_cut(struct fixture *f)
{
	board_free(f->board);
	new_board(f);
}

void fixture_start(struct fixture *f)
{
	struct board_input input = { .kind = INPUT_START };

	input.u.start.boot = 1000 + f->memory.head;
	input.u.start.memory = &f->memory;
	input.u.start.wired = f->wired;
	input.u.start.lines = f->lines;
	fixture_step(f, &input);
	/* boots at rest, but for the one thing that may not wait */
	assert_true(!f->is_strike_on || (f->lines & LINE_BIT(FIRE)));
}

void fixture_open(struct fixture *f, struct wire_grant *grants, size_t count)
{
	fixture_setup(f);
	fixture_begin(f, grants, count);
}

void fixture_begin(struct fixture *f, struct wire_grant *grants, size_t count)
{
	struct wire_snapshot plan = fixture_plan(1, grants, count);

	fixture_start(f);
	fixture_link(f, true);
	fixture_head(f);
	fixture_snapshot(f, &plan);
	fixture_clear(f);
}
