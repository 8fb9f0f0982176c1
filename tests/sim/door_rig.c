#include "tests/sim/door_rig.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SNAPSHOT_BYTES 16384
#define LOG UINT64_C(7)

static const uint8_t tag_key[WIRE_KEY_BYTES] = { 4, 5, 6 };

bool rig_is_off(const struct rig *rig)
{
	return crash_disk_is_off(rig->disk);
}

/* --- the store --- */

static void start_commit(struct rig *rig)
{
	rig->running = rig->waiting;
	rig->waiting.count = 0;
	rig->is_committing = true;
	rig->commit_mono_ms = rig->mono_ms + rig->commit_ms;
}

static void put(struct rig *rig, const struct board_orders *orders)
{
	if (orders->store_token == 0)
		return;
	assert_true(rig->waiting.count < RIG_WAITING_MAX);
	rig->waiting.list[rig->waiting.count++] = *orders;
	if (!rig->is_committing)
		start_commit(rig);
}

static bool has_order(const struct board_orders *orders, enum board_order_kind kind)
{
	for (unsigned i = 0; i < orders->count; i++)
		if (orders->list[i].kind == kind)
			return true;
	return false;
}

static void step(struct rig *rig, const struct board_input *input);

static void end_commit(struct rig *rig)
{
	struct board_input input = { .kind = INPUT_STORED };
	bool has_use = false;

	for (unsigned i = 0; i < rig->running.count; i++) {
		const struct board_orders *orders = &rig->running.list[i];

		has_use |= has_order(orders, ORDER_STORE_USED);
		assert_int_equal(journal_add(rig->journal, orders, rig->sealed, rig->sealed_len), 0);
		input.u.stored.token = orders->store_token;
	}
	rig->running.count = 0;
	rig->is_committing = false;
	input.u.stored.error = journal_commit(
		rig->journal, &input.u.stored.head, input.u.stored.hash, &input.u.stored.acked);
	rig->is_use_committed |= has_use && input.u.stored.error == 0;
	if (rig_is_off(rig))
		return;
	assert_int_equal(input.u.stored.error, 0);
	step(rig, &input);
	if (!rig->is_committing && rig->waiting.count > 0)
		start_commit(rig);
}

/* --- the board --- */

static void stretch(uint8_t s[WIRE_STRETCHED_BYTES], const char *digits, size_t count)
{
	memset(s, 0, WIRE_STRETCHED_BYTES);
	memcpy(s, digits, count);
	s[WIRE_STRETCHED_BYTES - 1] = (uint8_t)count;
}

static void take_order(struct rig *rig, const struct board_order *order)
{
	switch (order->kind) {
	case ORDER_STRIKE:
		rig->releases += order->u.strike.on;
		break;
	case ORDER_TONE:
		rig->rejections += order->u.tone == TONE_REJECTED;
		rig->is_lockout_heard |= order->u.tone == TONE_WAIT;
		break;
	case ORDER_STRETCH:
		rig->entry = order->u.stretch.entry;
		rig->digit_count = order->u.stretch.count;
		memcpy(rig->digits, order->u.stretch.digits, sizeof(rig->digits));
		rig->stretch_mono_ms = rig->mono_ms + RIG_STRETCH_MS;
		break;
	case ORDER_LAMP:
	case ORDER_SEND_HELLO:
	case ORDER_SEND_STATE:
	case ORDER_SEND_DID:
	case ORDER_SEND_EVENTS:
	case ORDER_STORE_GUESS:
	case ORDER_STORE_FLOOR:
	case ORDER_STORE_SNAPSHOT:
	case ORDER_STORE_USED:
	case ORDER_FORGET:
		break;
	}
}

static void take_event(struct rig *rig, const struct wire_event *event)
{
	rig->weighed +=
		event->type == WIRE_EVENT_ACCESS_GRANTED ||
		(event->type == WIRE_EVENT_ACCESS_DENIED && event->reason == WIRE_REASON_UNKNOWN_CODE);
}

static void step(struct rig *rig, const struct board_input *input)
{
	struct board_orders orders;

	board_step(rig->board, rig->mono_ms, input, &orders);
	rig->wake_mono_ms = orders.wake_mono_ms;
	for (unsigned i = 0; i < orders.event_count; i++)
		take_event(rig, &orders.events[i]);
	for (unsigned i = 0; i < orders.count; i++)
		take_order(rig, &orders.list[i]);
	put(rig, &orders);
}

static void end_stretch(struct rig *rig)
{
	struct board_input input = { .kind = INPUT_STRETCHED };

	input.u.stretched.entry = rig->entry;
	stretch(input.u.stretched.s, rig->digits, rig->digit_count);
	rig->entry = 0;
	step(rig, &input);
}

static uint64_t due_mono_ms(const struct rig *rig)
{
	uint64_t due = rig->wake_mono_ms;

	if (rig->is_committing && rig->commit_mono_ms < due)
		due = rig->commit_mono_ms;
	if (rig->entry != 0 && rig->stretch_mono_ms < due)
		due = rig->stretch_mono_ms;
	return due;
}

static void pass(struct rig *rig, uint64_t until_mono_ms)
{
	rig->day_ms += until_mono_ms - rig->mono_ms;
	rig->mono_ms = until_mono_ms;
}

void rig_wait(struct rig *rig, uint64_t ms)
{
	const struct board_input tick = { .kind = INPUT_TICK };
	uint64_t end_mono_ms = rig->mono_ms + ms;

	while (!rig_is_off(rig) && due_mono_ms(rig) <= end_mono_ms) {
		pass(rig, due_mono_ms(rig));
		if (rig->is_committing && rig->commit_mono_ms == rig->mono_ms)
			end_commit(rig);
		else if (rig->entry != 0 && rig->stretch_mono_ms == rig->mono_ms)
			end_stretch(rig);
		else
			step(rig, &tick);
	}
	if (!rig_is_off(rig))
		pass(rig, end_mono_ms);
}

void rig_press(struct rig *rig, const char *keys, uint64_t gap_ms)
{
	for (; *keys; keys++) {
		struct board_input input = { .kind = INPUT_KEY, .u.key.key = *keys };

		rig_wait(rig, gap_ms);
		input.u.key.at_mono_ms = rig->mono_ms;
		if (rig_is_off(rig))
			return;
		step(rig, &input);
	}
}

uint64_t rig_lockout_ms(const struct rig *rig)
{
	struct wire_state state;

	board_look(rig->board, rig->mono_ms, &state);
	return (uint64_t)state.lockout_s * 1000;
}

/* --- beginnings and ends --- */

static void shut_down(struct rig *rig)
{
	journal_close(rig->journal);
	board_free(rig->board);
	rig->journal = NULL;
	rig->board = NULL;
	rig->is_committing = false;
	rig->waiting.count = rig->running.count = 0;
	rig->entry = 0;
}

static void start_board(struct rig *rig, const struct board_memory *memory)
{
	struct board_config config = { .grants_max = 8, .drift_ppm = 100 };
	struct board_input input = { .kind = INPUT_START };

	memcpy(config.tag_key, tag_key, sizeof(tag_key));
	config.seed[0] = (uint8_t)rig->boots;
	assert_int_equal(board_new(&rig->board, &config), 0);
	input.u.start.boot = 1000 + rig->boots;
	input.u.start.memory = memory;
	step(rig, &input);
}

/* Returns false when the power was cut meanwhile. */
static bool start(struct rig *rig)
{
	struct board_memory memory;
	char *sealed = NULL;
	size_t len = 0;
	int r;

	rig->boots++;
	rig->day_ms += RIG_BOOT_MS;
	rig->mono_ms = RIG_BOOT_MS;
	r = journal_open(&rig->journal, "journal.db", crash_disk_vfs(rig->disk), RIG_BOARD, LOG);
	if (r == 0)
		r = journal_recall(rig->journal, &memory, &sealed, &len);
	if (r == 0 && sealed) {
		assert_int_equal(inbox_recall(&rig->inbox, sealed, len), 0);
		memory.snapshot = &rig->inbox.snapshot;
	}
	if (r == 0)
		start_board(rig, &memory);
	else
		assert_true(rig_is_off(rig));
	free(sealed);
	return r == 0;
}

void rig_boot(struct rig *rig, enum crash_mode mode)
{
	unsigned releases = rig->releases;

	do {
		crash_disk_cut(rig->disk, mode);
		shut_down(rig);
		assert_int_equal(crash_disk_power_on(rig->disk), 0);
	} while (!start(rig));
	assert_int_equal(rig->releases, releases); /* the relay stays at rest */
}

static void tag_of(uint8_t tag[WIRE_TAG_BYTES], const char *digits)
{
	uint8_t s[WIRE_STRETCHED_BYTES];

	stretch(s, digits, strlen(digits));
	wire_tag(tag, tag_key, s);
}

static void seal_snapshot(struct rig *rig, struct wire_grant *grants, size_t count, const uint8_t *secret)
{
	struct wire_snapshot snapshot = {
		.epoch = 1,
		.rev = 1,
		.at_ms = 1700000000000,
		.mode = WIRE_MODE_NORMAL,
		.settings = { .strike_ms = 3000,
			.strike_extended_ms = 6000,
			.held_open_ms = 30000,
			.inter_key_ms = 5000,
			.zone_min = 420,
			.argon_mem_kib = 8,
			.argon_passes = 1 },
		.grants = grants,
		.grant_count = count,
	};
	char topic[WIRE_TOPIC_SIZE];
	long len;

	rig->sealed = malloc(SNAPSHOT_BYTES);
	assert_non_null(rig->sealed);
	len = wire_snapshot_encode(rig->sealed, SNAPSHOT_BYTES, &snapshot);
	assert_true(len > 0);
	wire_topic_make(topic, RIG_SITE, RIG_BOARD, WIRE_SNAPSHOT);
	len = wire_seal(rig->sealed, (size_t)len, SNAPSHOT_BYTES, topic, secret);
	assert_true(len > 0);
	rig->sealed_len = (size_t)len;
}

void rig_init(
	struct rig *rig, uint64_t seed, struct wire_grant *grants, const char *const *codes, size_t count)
{
	static const uint8_t key_seed[crypto_sign_SEEDBYTES] = { 9 };
	uint8_t public[WIRE_SIGN_PUBLIC_BYTES], secret[WIRE_SIGN_SECRET_BYTES];
	struct board_input input;

	memset(rig, 0, sizeof(*rig));
	rig->commit_ms = RIG_COMMIT_MS;
	assert_int_equal(crash_disk_new(&rig->disk, "door", seed), 0);
	crash_disk_seed_sqlite(rig->disk);
	crypto_sign_seed_keypair(public, secret, key_seed);
	assert_int_equal(inbox_init(&rig->inbox, RIG_SITE, RIG_BOARD, public, 8), 0);
	for (size_t i = 0; i < count; i++)
		tag_of(grants[i].tag, codes[i]);
	seal_snapshot(rig, grants, count, secret);

	assert_true(start(rig));
	inbox_read(&rig->inbox, &input, WIRE_SNAPSHOT, true, rig->sealed, rig->sealed_len);
	assert_int_equal(input.kind, INPUT_SNAPSHOT);
	step(rig, &input);
	rig_wait(rig, 1000);
	assert_false(rig->is_committing);
}

void rig_deinit(struct rig *rig)
{
	shut_down(rig);
	inbox_deinit(&rig->inbox);
	free(rig->sealed);
	crash_disk_free(rig->disk);
}
