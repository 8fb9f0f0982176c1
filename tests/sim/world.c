#include "tests/sim/world.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_MS 3600000ull
#define QUIET_MS (40 * 60000ull) /* the longest lockout, and hellos to spare */

/* libsodium asks for randomness itself (sealed boxes, nonces): in a simulation it comes from the seed as
 * well. */
static struct prng *entropy_now;

static const char *entropy_name(void)
{
	return "simulated";
}

static uint32_t entropy_word(void)
{
	return (uint32_t)prng_next(entropy_now);
}

static void entropy_fill(void *const buf, const size_t size)
{
	uint8_t *out = buf;

	for (size_t i = 0; i < size; i += 8) {
		uint64_t word = prng_next(entropy_now);

		for (size_t j = 0; j < 8 && i + j < size; j++)
			out[i + j] = (uint8_t)(word >> (8 * j));
	}
}

static struct randombytes_implementation entropy_source = {
	.implementation_name = entropy_name,
	.random = entropy_word,
	.buf = entropy_fill,
};

int64_t world_wall_ms(const struct world *world)
{
	return WORLD_START_WALL_MS + (int64_t)world->now_ms;
}

void world_plan(
	struct world *world, uint64_t in_ms, enum agenda_kind kind, unsigned who, uint32_t life, uint64_t a)
{
	struct agenda_item item = {
		.at_ms = world->now_ms + in_ms, .kind = kind, .who = who, .life = life, .a = a
	};

	agenda_add(&world->agenda, &item);
}

bool world_chance(struct world *world, uint32_t one_in)
{
	return one_in != 0 && !world->is_healing && prng_one_in(&world->prng, one_in);
}

uint64_t world_outage_ms(struct world *world)
{
	return 1000 + prng_below(&world->prng, world_chance(world, 6) ? 3600000 : 30000);
}

void world_arm_cut(struct world *world, struct crash_disk *disk, uint64_t within)
{
	uint64_t n = 1 + prng_below(&world->prng, within); /* one draw a line: C does not order arguments */
	enum crash_mode mode = (enum crash_mode)prng_below(&world->prng, CRASH_MODES);

	crash_disk_cut_at(disk, n, mode);
}

void world_mix(struct world *world, const void *bytes, size_t len)
{
	const uint8_t *b = bytes;

	for (size_t i = 0; i < len; i++)
		world->hash = (world->hash ^ b[i]) * 0x100000001b3u;
}

void world_sometimes(struct world *world, enum sometimes what)
{
	world->tally->sometimes[what]++;
}

void world_fail(struct world *world, const char *invariant, const char *format, ...)
{
	va_list args;

	(void)fprintf(stderr, "sim: %s is broken at %llu ms of seed %llu, after %llu steps: ", invariant,
		(unsigned long long)world->now_ms, (unsigned long long)world->seed,
		(unsigned long long)world->steps);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fprintf(stderr, "\nsim: see it again with: rumah-worlds --seed %llu\n",
		(unsigned long long)world->seed);
	abort();
}

static uint32_t rate(struct prng *prng, uint32_t low, uint32_t high)
{
	if (prng_one_in(prng, 2))
		return 0;
	return low + (uint32_t)prng_below(prng, high - low);
}

/* Swarm testing: every fault is in half of the worlds, at a rate of its own. */
static void choose_knobs(struct world *world)
{
	struct prng *prng = &world->prng;
	struct knobs *knobs = &world->knobs;

	knobs->drop = rate(prng, 5, 200);
	knobs->duplicate = rate(prng, 3, 50);
	knobs->reorder = rate(prng, 3, 50);
	knobs->late = rate(prng, 50, 1000);
	knobs->board_cut = rate(prng, 10, 100);
	knobs->gateway_cut = rate(prng, 20, 200);
	knobs->broker_kill = rate(prng, 20, 200);
	knobs->partition = rate(prng, 10, 100);
	knobs->is_hostile_broker = prng_one_in(prng, 2);
	knobs->has_attacker = prng_one_in(prng, 3);
	knobs->cuts_in_commit = prng_one_in(prng, 2);
	if (!knobs->has_attacker) { /* a dead disk does not remember guesses: its worlds have no guesser */
		knobs->disk_full = rate(prng, 20, 200);
		knobs->disk_eio = rate(prng, 20, 200);
	}
	knobs->latency_ms = 1 + (uint32_t)prng_below(prng, 200);
	knobs->sync_ms = (uint32_t)prng_below(prng, 40);
	knobs->chaos_ms = 2 * HOUR_MS + prng_below(prng, 10 * HOUR_MS);
	if (prng_one_in(prng, 40))
		knobs->chaos_ms = 9 * 24 * HOUR_MS;
}

static void heal_disks(struct world *world)
{
	for (unsigned d = 0; d <= world->board_count; d++) {
		struct crash_disk *disk =
			d < world->board_count ? world->boards[d].disk : world->gateway.disk;

		crash_disk_set_capacity(disk, UINT64_MAX);
		crash_disk_fail_at(disk, CRASH_FAIL_SYNC, 0, false);
		crash_disk_fail_at(disk, CRASH_FAIL_WRITE, 0, false);
	}
}

static void break_disk(struct world *world, unsigned b)
{
	struct crash_disk *disk = world->boards[b].disk;

	if (world_chance(world, 3)) {
		heal_disks(world);
	} else if (world_chance(world, world->knobs.disk_full)) {
		bool is_gateway = prng_one_in(&world->prng, 4);

		disk = is_gateway ? world->gateway.disk : disk;
		crash_disk_set_capacity(disk, crash_disk_used_bytes(disk));
		world_sometimes(world, is_gateway ? SOMETIMES_GATEWAY_DISK_FULL : SOMETIMES_BOARD_DISK_FULL);
	} else if (world_chance(world, world->knobs.disk_eio)) {
		uint64_t n = 1 + prng_below(&world->prng, 20);

		crash_disk_fail_at(disk, CRASH_FAIL_WRITE, n, prng_one_in(&world->prng, 2));
		world_sometimes(world, SOMETIMES_BOARD_DISK_EIO);
	}
}

static void cut_off(struct world *world, unsigned b)
{
	struct board_node *node = &world->boards[b];
	uint64_t for_ms = 10000 + prng_below(&world->prng, 1800000);

	if (world->knobs.chaos_ms > 8 * 24 * HOUR_MS && b == 0)
		for_ms = 7 * 24 * HOUR_MS + 2 * HOUR_MS;
	if (node->partition_until_ms > world->now_ms)
		return;
	node->partition_until_ms = world->now_ms + for_ms;
	broker_disconnect(world, b);
	board_node_link(node, false);
}

/* Every half minute each fault has its chance. */
static void mischief(struct world *world)
{
	struct prng *prng = &world->prng;
	unsigned b = (unsigned)prng_below(prng, world->board_count);

	if (world->is_healing)
		return;
	if (world_chance(world, world->knobs.board_cut))
		board_node_cut(&world->boards[b], (enum crash_mode)prng_below(prng, CRASH_MODES));
	if (world_chance(world, world->knobs.gateway_cut))
		gateway_node_kill(world, (enum crash_mode)prng_below(prng, CRASH_MODES));
	if (world_chance(world, world->knobs.broker_kill))
		broker_kill(world);
	if (world_chance(world, world->knobs.partition))
		cut_off(world, b);
	if (world->knobs.chaos_ms > 8 * 24 * HOUR_MS && world->now_ms < HOUR_MS)
		cut_off(world, 0); /* for a week and more */
	if (world->knobs.disk_full || world->knobs.disk_eio)
		break_disk(world, b);
	if (world->knobs.is_hostile_broker)
		for (unsigned n = (unsigned)prng_below(prng, 6); n > 0; n--)
			broker_mischief(world);
	wires_mischief(world, b);
	oracle_checkpoint(world);
	world_plan(world, 30000, AGENDA_MISCHIEF, 0, 0, 0);
}

static void link_board(struct world *world, struct board_node *node)
{
	if (node->is_linked)
		return;
	if (!world->broker.is_on || (node->partition_until_ms > world->now_ms && !world->is_healing)) {
		uint64_t in = 1000 + prng_below(&world->prng, 30000);

		if (node->partition_until_ms > world->now_ms + in && !world->is_healing)
			in = node->partition_until_ms - world->now_ms;
		world_plan(world, in, AGENDA_BOARD_LINK, node->index, node->life, 1);
		return;
	}
	broker_disconnect(world, node->index);
	broker_connect(world, node->index);
	board_node_link(node, true);
}

static void link_gateway(struct world *world)
{
	struct gateway_node *gateway = &world->gateway;

	if (gateway->is_linked)
		return;
	if (!world->broker.is_on) {
		world_plan(world, 1000 + prng_below(&world->prng, 10000), AGENDA_GATEWAY_LINK, 0,
			gateway->life, 0);
		return;
	}
	broker_disconnect(world, WORLD_GATEWAY);
	broker_connect(world, WORLD_GATEWAY);
	gateway->is_linked = true;
	(void)gateway_node_survived(world, service_publish_all(gateway->service));
}

static void handle_gateway(struct world *world, const struct agenda_item *item)
{
	if (item->life != world->gateway.life)
		return;
	if (item->kind == AGENDA_GATEWAY_START)
		gateway_node_start(world);
	else if (!world->gateway.is_on)
		return;
	else if (item->kind == AGENDA_GATEWAY_LINK)
		link_gateway(world);
	else if (item->kind == AGENDA_GATEWAY_COMMIT)
		gateway_node_commit(world);
	else
		gateway_node_tick(world);
}

/* What happens at a door happens whether its board is on or not; but a bolt moves by its board's relay. */
static void move_wire(struct board_node *node, const struct agenda_item *item)
{
	enum board_line line = (enum board_line)(item->a / 2);
	struct board_input input;

	if (line == LINE_BOLT && item->life != node->life)
		return;
	if (wires_move(node, line, item->a % 2, &input) && node->is_on)
		board_node_input(node, &input);
}

static void handle_board(struct world *world, const struct agenda_item *item)
{
	struct board_node *node = &world->boards[item->who];

	if (item->kind == AGENDA_BOARD_LINE) {
		move_wire(node, item);
		return;
	}
	if (item->life != node->life)
		return;
	if (item->kind == AGENDA_BOARD_POWER) {
		board_node_power_on(node);
		return;
	}
	if (!node->is_on)
		return;
	if (item->kind == AGENDA_BOARD_LINK)
		link_board(world, node);
	else if (item->kind == AGENDA_BOARD_CUT)
		board_node_cut(node, CRASH_LOSE_UNSYNCED);
	else
		board_node_handle(node, item);
}

static void handle(struct world *world, const struct agenda_item *item)
{
	switch (item->kind) {
	case AGENDA_BOARD_WAKE:
	case AGENDA_BOARD_STORED:
	case AGENDA_BOARD_STRETCHED:
	case AGENDA_BOARD_LINK:
	case AGENDA_BOARD_CUT:
	case AGENDA_BOARD_POWER:
	case AGENDA_BOARD_KEY:
	case AGENDA_BOARD_LINE:
		handle_board(world, item);
		break;
	case AGENDA_DELIVER:
		broker_deliver(world, item->packet);
		break;
	case AGENDA_ARRIVE:
		broker_arrive(world, item->packet);
		break;
	case AGENDA_BROKER_SAVE:
		broker_save(world);
		world_plan(world, 1000 + prng_below(&world->prng, 120000), AGENDA_BROKER_SAVE, 0, 0, 0);
		break;
	case AGENDA_BROKER_KILL:
		broker_kill(world);
		break;
	case AGENDA_BROKER_START:
		broker_start(world);
		if (world->gateway.is_on)
			world_plan(world, 500, AGENDA_GATEWAY_LINK, 0, world->gateway.life, 0);
		break;
	case AGENDA_GATEWAY_LINK:
	case AGENDA_GATEWAY_COMMIT:
	case AGENDA_GATEWAY_TICK:
	case AGENDA_GATEWAY_KILL:
	case AGENDA_GATEWAY_START:
		handle_gateway(world, item);
		break;
	case AGENDA_GUEST:
		people_guest(world, item->who);
		break;
	case AGENDA_STAFF:
		people_staff(world);
		break;
	case AGENDA_ATTACKER:
		people_attacker(world, item->who);
		break;
	case AGENDA_MISCHIEF:
		mischief(world);
		break;
	}
}

static void run_until(struct world *world, uint64_t end_ms)
{
	struct agenda_item item;

	while (agenda_take(&world->agenda, &item) == 0) {
		if (item.at_ms > end_ms) {
			agenda_add(&world->agenda, &item);
			break;
		}
		world->now_ms = item.at_ms;
		world->events++;
		handle(world, &item);
	}
	world->now_ms = end_ms;
}

static void begin(struct world *world)
{
	struct prng *prng = &world->prng;

	choose_knobs(world);
	world->board_count = 1 + (unsigned)prng_below(prng, WORLD_BOARDS_MAX - 2);
	if (world->knobs.chaos_ms > 8 * 24 * HOUR_MS)
		world->board_count = 2; /* a long story of few doors */
	broker_init(world);
	gateway_node_make(world);
	crash_disk_seed_sqlite(world->gateway.disk);
	world->is_healing = true; /* nothing breaks before there is a site */
	gateway_node_start(world);
	for (unsigned b = 0; b < world->board_count; b++)
		board_node_make(world, b);
	people_begin(world);
	for (unsigned b = 0; b < world->board_count; b++)
		board_node_power_on(&world->boards[b]);
	world->is_healing = false;
	world_plan(world, 30000, AGENDA_MISCHIEF, 0, 0, 0);
	world_plan(world, 1000, AGENDA_BROKER_SAVE, 0, 0, 0);
}

/* Somebody comes and switches everything on. */
static void heal(struct world *world)
{
	world->is_healing = true;
	heal_disks(world);
	if (!world->broker.is_on)
		broker_start(world);
	gateway_node_start(world);
	for (unsigned b = 0; b < world->board_count; b++) {
		struct board_node *node = &world->boards[b];

		board_node_power_on(node);
		world_plan(world, 1000, AGENDA_BOARD_LINK, b, node->life, 1);
	}
}

static bool is_all_told(const struct world *world)
{
	struct wire_state state;

	for (unsigned b = 0; b < world->board_count; b++) {
		const struct board_node *node = &world->boards[b];

		if (!node->is_on)
			return true; /* the oracle will say so */
		board_look(node->core, board_node_mono_ms(node), &state);
		if (state.queue > 0)
			return false;
	}
	return true;
}

/* A quiet door has things to tell, too: a lock that does not obey is told again, and an alarm ends. What it
 * said as the bell rang has a minute to arrive. */
static void let_arrive(struct world *world)
{
	uint64_t end_ms = world->knobs.chaos_ms + QUIET_MS;

	for (unsigned i = 0; i < 60 && !is_all_told(world); i++)
		run_until(world, end_ms += 1000);
}

void world_run(uint64_t seed, struct tally *tally, bool is_loud)
{
	struct world *world = calloc(1, sizeof(*world));

	if (!world)
		abort();
	world->seed = seed;
	world->tally = tally;
	world->hash = 0xcbf29ce484222325u;
	prng_init(&world->prng, seed);
	prng_init(&world->entropy, ~seed);
	entropy_now = &world->entropy;
	if (randombytes_set_implementation(&entropy_source) != 0)
		abort();
	agenda_init(&world->agenda);
	world->oracle = oracle_new();
	begin(world);
	run_until(world, world->knobs.chaos_ms);
	heal(world);
	run_until(world, world->knobs.chaos_ms + QUIET_MS);
	let_arrive(world);
	oracle_at_rest(world);
	tally->worlds++;
	tally->steps += world->steps;
	tally->events += world->events;
	tally->hash = world->hash;
	if (is_loud)
		(void)printf("seed %llu: %u doors, %llu steps, %llu min of chaos, hash %016llx\n",
			(unsigned long long)seed, world->board_count, (unsigned long long)world->steps,
			(unsigned long long)(world->knobs.chaos_ms / 60000), (unsigned long long)world->hash);
	for (unsigned b = 0; b < world->board_count; b++)
		board_node_free(&world->boards[b]);
	gateway_node_free(world);
	broker_deinit(world);
	agenda_deinit(&world->agenda);
	oracle_free(world->oracle);
	free(world);
}
