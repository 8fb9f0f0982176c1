/* A simulated board: the real core, journal, inbox and outbox; everything around them is virtual. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/world.h"

#define STRETCH_MS 60 /* what Argon2id takes on the slowest board */

uint64_t board_node_mono_ms(const struct board_node *node)
{
	int64_t up = (int64_t)(node->world->now_ms - node->booted_ms);

	return (uint64_t)(up + up * node->drift_ppm / 1000000);
}

/* True milliseconds from now until the board's monotonic clock shows mono_ms. */
static uint64_t until_mono(const struct board_node *node, uint64_t mono_ms)
{
	uint64_t now = board_node_mono_ms(node);

	if (mono_ms <= now)
		return 1;
	return mono_ms - now + 1 - (uint64_t)((int64_t)(mono_ms - now) * node->drift_ppm / 1000000 > 0);
}

void board_node_make(struct world *world, unsigned index)
{
	struct board_node *node = &world->boards[index];
	uint8_t seed[32];

	node->world = world;
	node->index = index;
	(void)snprintf(node->name, sizeof(node->name), "door-%u", index);
	randombytes_buf(seed, sizeof(seed));
	crypto_sign_seed_keypair(node->identity.sign_public, node->identity.sign_secret, seed);
	randombytes_buf(seed, sizeof(seed));
	crypto_box_seed_keypair(node->identity.agree_public, node->identity.agree_secret, seed);
	if (wire_board_keys(&node->keys, node->identity.agree_secret, world->gateway.identity.agree_public,
		    node->identity.agree_public, world->gateway.identity.agree_public) != 0 ||
		crash_disk_new(&node->disk, node->name, prng_next(&world->prng)) != 0)
		abort();
	node->drift_ppm = (int32_t)prng_below(&world->prng, 161) - 80;
	node->has_rtc = prng_one_in(&world->prng, 3);
	wires_fit(node);
	node->outbox.sign_secret = node->identity.sign_secret;
	memcpy(node->outbox.site, WORLD_SITE, sizeof(WORLD_SITE));
	memcpy(node->outbox.board, node->name, sizeof(node->name));
	if (inbox_init(&node->inbox, WORLD_SITE, node->name, world->gateway.identity.sign_public, 512) != 0)
		abort();
}

void board_node_free(struct board_node *node)
{
	if (!node->world)
		return;
	journal_close(node->journal);
	board_free(node->core);
	free(node->sealed);
	inbox_deinit(&node->inbox);
	crash_disk_free(node->disk);
}

static void forget_ram(struct board_node *node)
{
	node->is_on = false;
	if (node->is_linked)
		node->offline_since_ms = node->world->now_ms;
	node->is_linked = false;
	node->life++;
	journal_close(node->journal);
	node->journal = NULL;
	board_free(node->core);
	node->core = NULL;
	node->token_count = 0;
	node->is_storing = false;
	free(node->sealed);
	node->sealed = NULL;
	node->is_strike_on = false; /* a relay without its program falls back by hardware */
	if (!node->is_bolt_jammed)
		node->lines |= LINE_BIT(BOLT);
	node->wake_at_ms = 0;
}

void board_node_cut(struct board_node *node, enum crash_mode mode)
{
	struct world *world = node->world;

	if (!node->is_on && !crash_disk_is_off(node->disk))
		return;
	if (!crash_disk_is_off(node->disk))
		crash_disk_cut(node->disk, mode);
	forget_ram(node);
	broker_disconnect(world, node->index);
	world_sometimes(world, SOMETIMES_BOARD_CUT);
	world_plan(world, world_outage_ms(world), AGENDA_BOARD_POWER, node->index, node->life, 0);
}

/* A commit that met a power cut, or a disk that was armed to lose power inside it. */
static bool is_dead(struct board_node *node, enum sometimes what)
{
	if (!crash_disk_is_off(node->disk))
		return false;
	world_sometimes(node->world, what);
	board_node_cut(node, CRASH_LOSE_UNSYNCED);
	return true;
}

void board_node_power_on(struct board_node *node)
{
	struct world *world = node->world;
	struct board_memory memory = { 0 };
	struct board_config config = { .grants_max = 512, .drift_ppm = 100 };
	struct board_input input = { .kind = INPUT_START };
	char *sealed = NULL;
	size_t sealed_len = 0;
	int r;

	if (node->is_on)
		return;
	if (crash_disk_is_off(node->disk) && crash_disk_power_on(node->disk) != 0)
		world_fail(world, "S7", "%s: a handle survived its process", node->name);
	if (world->knobs.cuts_in_commit && world_chance(world, 4))
		world_arm_cut(world, node->disk, 30);
	node->booted_ms = world->now_ms;
	r = journal_open(&node->journal, "journal.db", crash_disk_vfs(node->disk), node->name,
		prng_next(&world->entropy));
	if (r == 0)
		r = journal_recall(node->journal, &memory, &sealed, &sealed_len);
	crash_disk_cut_at(node->disk, 0, CRASH_LOSE_UNSYNCED);
	if (r != 0) {
		free(sealed);
		if (is_dead(node, SOMETIMES_BOARD_CUT_IN_RECOVERY))
			return;
		if ((r == -EIO || r == -ENOSPC) && (world->knobs.disk_eio || world->knobs.disk_full)) {
			forget_ram(node); /* a disk that fails: the technician comes */
			world_plan(world, 60000, AGENDA_BOARD_POWER, node->index, node->life, 0);
			return;
		}
		world_fail(world, "F01", "%s: the journal does not open again: %d", node->name, r);
	}
	if (sealed) {
		r = inbox_recall(&node->inbox, sealed, sealed_len);
		if (r != 0)
			world_fail(world, "S7", "%s: the stored snapshot is refused: %d", node->name, r);
		memory.snapshot = &node->inbox.snapshot;
		wire_digest(memory.digest, sealed, sealed_len);
	}
	config.hardware = node->hardware;
	memcpy(config.tag_key, node->keys.tag_key, sizeof(config.tag_key));
	randombytes_buf(config.seed, sizeof(config.seed));
	if (board_new(&node->core, &config) != 0)
		abort();
	node->is_on = true;
	oracle_recalled(node, &memory);
	input.u.start.boot = prng_next(&world->entropy) >> 1;
	input.u.start.memory = &memory;
	input.u.start.wired = (1u << LINE_COUNT) - 1;
	input.u.start.lines = node->lines;
	board_node_input(node, &input);
	free(sealed);
	if (node->has_rtc && node->is_on) {
		input = (struct board_input){ .kind = INPUT_CLOCK };
		input.u.clock.wall_ms = world_wall_ms(world) + (int64_t)prng_below(&world->prng, 1000) - 500;
		input.u.clock.bound_ms = 600;
		board_node_input(node, &input);
	}
	world_plan(world, world_outage_ms(world) / 4, AGENDA_BOARD_LINK, node->index, node->life, 1);
}

static void begin_store(struct board_node *node)
{
	struct world *world = node->world;
	uint64_t takes = 1 + prng_below(&world->prng, world->knobs.sync_ms + 1);

	if (node->is_storing || node->token_count == 0)
		return;
	if (prng_one_in(&world->prng, 200))
		takes += 400; /* an SD card collecting its garbage */
	node->is_storing = true;
	world_plan(world, takes, AGENDA_BOARD_STORED, node->index, node->life, 0);
}

static void stored(struct board_node *node)
{
	struct world *world = node->world;
	struct board_input input = { .kind = INPUT_STORED };
	uint32_t tokens[256];
	unsigned count = node->token_count;
	int r;

	memcpy(tokens, node->tokens, sizeof(tokens));
	node->token_count = 0;
	if (world->knobs.cuts_in_commit && world_chance(world, 2000))
		world_arm_cut(world, node->disk, 12);
	r = journal_commit(node->journal, &input.u.stored.head, input.u.stored.hash, &input.u.stored.acked);
	if (is_dead(node, SOMETIMES_BOARD_CUT_IN_COMMIT))
		return;
	crash_disk_cut_at(node->disk, 0, CRASH_LOSE_UNSYNCED);
	node->is_storing = false;
	if (r == 0)
		oracle_stored(node, input.u.stored.head, input.u.stored.hash);
	input.u.stored.error = r;
	for (unsigned i = 0; i < count && node->is_on; i++) {
		input.u.stored.token = tokens[i];
		board_node_input(node, &input);
	}
	if (node->is_on)
		begin_store(node);
}

static void strike(struct board_node *node, bool on, uint64_t until_ms)
{
	node->is_strike_on = on;
	node->strike_until_ms = until_ms;
	wires_strike(node, on);
}

static void send(struct board_node *node, const struct board_order *order)
{
	char buf[WIRE_MESSAGE_MAX];
	enum wire_kind kind = WIRE_EVENT;
	long len;

	if (order->kind == ORDER_SEND_EVENTS) {
		struct wire_events events;
		int r = journal_read(node->journal, order->u.events.first, order->u.events.count, &events);

		if (r <= 0)
			world_fail(node->world, "S11",
				"%s: events %llu.. were ordered sent and cannot be read: %d", node->name,
				(unsigned long long)order->u.events.first, r);
		if (order->u.events.first <= node->seen.sent_head)
			world_sometimes(node->world, SOMETIMES_EVENTS_RESENT);
		else
			node->seen.sent_head = order->u.events.first + (unsigned)r - 1;
		len = outbox_write_events(&node->outbox, &events, buf, sizeof(buf));
	} else {
		len = outbox_write(&node->outbox, order, buf, sizeof(buf), &kind);
	}
	if (len <= 0)
		world_fail(node->world, "S18", "%s: an order makes no message: %ld", node->name, len);
	if (node->is_linked)
		broker_publish(node->world, node->index, node->index, kind, buf, (size_t)len);
}

static void stretch(struct board_node *node, const struct board_order *order)
{
	if (wire_stretch(
		    node->s, order->u.stretch.digits, order->u.stretch.count, order->u.stretch.settings) != 0)
		abort();
	node->entry = order->u.stretch.entry;
	node->entry_digits = order->u.stretch.count;
	world_plan(node->world, STRETCH_MS, AGENDA_BOARD_STRETCHED, node->index, node->life, 0);
}

static void carry_out(struct board_node *node, const struct board_order *order)
{
	switch (order->kind) {
	case ORDER_STRIKE:
		strike(node, order->u.strike.on, order->u.strike.until_mono_ms);
		break;
	case ORDER_STRETCH:
		stretch(node, order);
		break;
	case ORDER_SEND_HELLO:
	case ORDER_SEND_STATE:
	case ORDER_SEND_DID:
	case ORDER_SEND_EVENTS:
		send(node, order);
		break;
	case ORDER_FORGET:
		oracle_forget(node, order->u.forget.upto);
		break;
	case ORDER_TONE:
	case ORDER_LAMP:
	case ORDER_STORE_GUESS:
	case ORDER_STORE_FLOOR:
	case ORDER_STORE_SNAPSHOT:
	case ORDER_STORE_USED:
		break; /* stores were collected by journal_add() */
	}
}

static void plan_wake(struct board_node *node, uint64_t wake_mono_ms)
{
	uint64_t in = until_mono(node, wake_mono_ms);

	if (node->wake_at_ms == node->world->now_ms + in)
		return;
	node->wake_at_ms = node->world->now_ms + in;
	world_plan(node->world, in, AGENDA_BOARD_WAKE, node->index, node->life, node->wake_at_ms);
}

void board_node_input(struct board_node *node, struct board_input *input)
{
	struct world *world = node->world;
	struct board_orders orders;
	uint64_t hash;

	board_step(node->core, board_node_mono_ms(node), input, &orders);
	world->steps++;
	hash = board_hash(node->core);
	world_mix(world, &hash, sizeof(hash));
	oracle_step(node, input, &orders);
	if (journal_add(node->journal, &orders, node->sealed, node->sealed_len) != 0)
		abort();
	if (orders.store_token) {
		if (node->token_count == 256)
			world_fail(world, "S18", "%s: 256 steps wait for the disk", node->name);
		node->tokens[node->token_count++] = orders.store_token;
	}
	for (unsigned i = 0; i < orders.count; i++)
		carry_out(node, &orders.list[i]);
	begin_store(node);
	if (node->is_on)
		plan_wake(node, orders.wake_mono_ms);
}

void board_node_deliver(struct board_node *node, const struct packet *packet)
{
	struct board_input input;

	if (packet->kind == WIRE_SNAPSHOT) {
		free(node->sealed);
		node->sealed = malloc(packet->len);
		if (!node->sealed)
			abort();
		memcpy(node->sealed, packet->bytes, packet->len);
		node->sealed_len = packet->len;
	}
	inbox_read(&node->inbox, &input, packet->kind, packet->is_retained, packet->bytes, packet->len);
	if (packet->is_forged && input.kind != INPUT_REFUSED)
		world_fail(node->world, "S21", "%s: a forged %s was believed", node->name,
			wire_kind_info(packet->kind)->word);
	if (packet->board != node->index && input.kind != INPUT_REFUSED)
		world_fail(node->world, "S6", "%s: another board's %s was believed", node->name,
			wire_kind_info(packet->kind)->word);
	if (input.kind == INPUT_REFUSED && packet->is_forged)
		world_sometimes(node->world, SOMETIMES_FORGERY_REFUSED);
	if (input.kind == INPUT_REFUSED && packet->board != node->index)
		world_sometimes(node->world, SOMETIMES_CROSS_DELIVERY_REFUSED);
	board_node_input(node, &input);
}

void board_node_link(struct board_node *node, bool is_online)
{
	struct board_input input = { .kind = INPUT_LINK, .u.is_online = is_online };

	if (!node->is_on || node->is_linked == is_online)
		return;
	node->is_linked = is_online;
	if (!is_online) {
		node->offline_since_ms = node->world->now_ms;
		world_plan(node->world, 500 + prng_below(&node->world->prng, 20000), AGENDA_BOARD_LINK,
			node->index, node->life, 1);
	} else if (node->world->now_ms - node->offline_since_ms > 7ull * 24 * 3600 * 1000) {
		world_sometimes(node->world, SOMETIMES_WEEK_OFFLINE);
	}
	board_node_input(node, &input);
}

void board_node_handle(struct board_node *node, const struct agenda_item *item)
{
	struct board_input input = { 0 };

	switch ((int)item->kind) {
	case AGENDA_BOARD_WAKE:
		if (item->a != node->wake_at_ms)
			return;
		node->wake_at_ms = 0;
		input.kind = INPUT_TICK;
		break;
	case AGENDA_BOARD_STORED:
		stored(node);
		return;
	case AGENDA_BOARD_STRETCHED:
		input.kind = INPUT_STRETCHED;
		input.u.stretched.entry = node->entry;
		memcpy(input.u.stretched.s, node->s, sizeof(node->s));
		break;
	case AGENDA_BOARD_KEY:
		input.kind = INPUT_KEY;
		input.u.key.key = (char)item->a;
		input.u.key.at_mono_ms = UINT64_MAX; /* now */
		break;
	default:
		abort();
	}
	board_node_input(node, &input);
}
