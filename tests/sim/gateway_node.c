/* A simulated gateway: the real service and store on a crash disk. */
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/world.h"

static void entropy(void *ctx, void *buf, size_t len)
{
	(void)ctx;
	randombytes_buf(buf, len); /* the world's own, see world.c */
}

static void publish(void *ctx, const char *board, enum wire_kind kind, const char *msg, size_t len)
{
	struct world *world = ctx;

	for (unsigned b = 0; b < world->board_count; b++)
		if (strcmp(world->boards[b].name, board) == 0)
			broker_publish(world, WORLD_GATEWAY, b, kind, msg, len);
}

static void changed(void *ctx, uint64_t seq, const char *what, const json_t *json)
{
	(void)json;
	world_mix(ctx, &seq, sizeof(seq));
	world_mix(ctx, what, strlen(what));
}

void gateway_node_make(struct world *world)
{
	struct gateway_node *gateway = &world->gateway;
	uint8_t seed[32];

	randombytes_buf(seed, sizeof(seed));
	crypto_sign_seed_keypair(gateway->identity.sign_public, gateway->identity.sign_secret, seed);
	randombytes_buf(seed, sizeof(seed));
	crypto_box_seed_keypair(gateway->identity.agree_public, gateway->identity.agree_secret, seed);
	randombytes_buf(gateway->code_key, sizeof(gateway->code_key));
	if (crash_disk_new(&gateway->disk, "gateway", prng_next(&world->prng)) != 0)
		abort();
	gateway->staff = (struct service_actor){ .staff_id = 1, .name = "desk", .role = "manager" };
}

void gateway_node_free(struct world *world)
{
	service_close(world->gateway.service);
	crash_disk_free(world->gateway.disk);
}

void gateway_node_kill(struct world *world, enum crash_mode mode)
{
	struct gateway_node *gateway = &world->gateway;

	if (!gateway->is_on && !crash_disk_is_off(gateway->disk))
		return;
	if (!crash_disk_is_off(gateway->disk))
		crash_disk_cut(gateway->disk, mode);
	gateway->is_on = false;
	gateway->is_linked = false;
	gateway->is_commit_planned = false;
	gateway->life++;
	service_close(gateway->service);
	gateway->service = NULL;
	broker_disconnect(world, WORLD_GATEWAY);
	world_sometimes(world, SOMETIMES_GATEWAY_KILLED);
	world_plan(world, world_outage_ms(world), AGENDA_GATEWAY_START, 0, gateway->life, 0);
}

bool gateway_node_survived(struct world *world, int r)
{
	struct gateway_node *gateway = &world->gateway;

	if (!crash_disk_is_off(gateway->disk)) {
		if (r < 0 && r != -ENOSPC && r != -EIO)
			world_fail(world, "F03", "the service answered %d with nothing wrong around it", r);
		return true;
	}
	world_sometimes(world, SOMETIMES_GATEWAY_CUT_IN_COMMIT);
	gateway_node_kill(world, CRASH_LOSE_UNSYNCED);
	return false;
}

void gateway_node_start(struct world *world)
{
	struct gateway_node *gateway = &world->gateway;
	struct service_config config = {
		.path = "gateway.db",
		.vfs = crash_disk_vfs(gateway->disk),
		.site = WORLD_SITE,
		.identity = &gateway->identity,
		.code_key = gateway->code_key,
		.first_settings = { .strike_ms = WORLD_STRIKE_MS,
			.strike_extended_ms = 2 * WORLD_STRIKE_MS,
			.held_open_ms = 60000,
			.inter_key_ms = 5000,
			.zone_min = 420,
			.argon_mem_kib = 8,
			.argon_passes = 1 }, /* the least libsodium takes: time is virtual */
		.random = entropy,
		.publish = publish,
		.changed = changed,
		.ctx = world,
	};
	int r;

	if (gateway->is_on)
		return;
	if (crash_disk_is_off(gateway->disk) && crash_disk_power_on(gateway->disk) != 0)
		world_fail(world, "F03", "the gateway's handles survived its process");
	if (world->knobs.cuts_in_commit && world_chance(world, 4))
		world_arm_cut(world, gateway->disk, 30);
	crash_disk_set_time(gateway->disk, world_wall_ms(world));
	r = service_open(&gateway->service, &config);
	crash_disk_cut_at(gateway->disk, 0, CRASH_LOSE_UNSYNCED);
	if (crash_disk_is_off(gateway->disk)) {
		world_sometimes(world, SOMETIMES_GATEWAY_CUT_IN_RECOVERY);
		if (r == 0)
			service_close(gateway->service);
		gateway->service = NULL;
		gateway_node_kill(world, CRASH_LOSE_UNSYNCED);
		return;
	}
	if (r == -ENOSPC && world->knobs.disk_full) { /* until somebody makes room */
		world_plan(world, 60000, AGENDA_GATEWAY_START, 0, gateway->life, 0);
		return;
	}
	if (r != 0)
		world_fail(world, "F03", "the gateway's database does not open again: %d", r);
	gateway->is_on = true;
	world_plan(world, 100 + prng_below(&world->prng, 3000), AGENDA_GATEWAY_LINK, 0, gateway->life, 0);
	world_plan(world, 50, AGENDA_GATEWAY_TICK, 0, gateway->life, 0);
}

void gateway_node_deliver(struct world *world, const struct packet *packet)
{
	struct gateway_node *gateway = &world->gateway;
	char topic[WIRE_TOPIC_SIZE];
	int r;

	if (!gateway->is_on)
		return;
	wire_topic_make(topic, WORLD_SITE, world->boards[packet->board].name, packet->kind);
	world->steps++;
	r = service_ingest(gateway->service, world_wall_ms(world), topic, packet->bytes, packet->len,
		packet->is_retained);
	if (!gateway_node_survived(world, r))
		return;
	if (!gateway->is_commit_planned) {
		gateway->is_commit_planned = true;
		world_plan(
			world, 1 + prng_below(&world->prng, 5), AGENDA_GATEWAY_COMMIT, 0, gateway->life, 0);
	}
}

void gateway_node_commit(struct world *world)
{
	struct gateway_node *gateway = &world->gateway;

	gateway->is_commit_planned = false;
	if (world->knobs.cuts_in_commit && world_chance(world, 3000))
		world_arm_cut(world, gateway->disk, 12);
	if (!gateway_node_survived(world, service_commit(gateway->service, world_wall_ms(world))))
		return;
	crash_disk_cut_at(gateway->disk, 0, CRASH_LOSE_UNSYNCED);
}

void gateway_node_tick(struct world *world)
{
	struct gateway_node *gateway = &world->gateway;
	int64_t now_ms = world_wall_ms(world);
	int64_t next_ms = now_ms + 60000;

	if (!gateway_node_survived(world, service_tick(gateway->service, now_ms, &next_ms)))
		return;
	if (next_ms <= now_ms || next_ms > now_ms + 60000)
		next_ms = now_ms + 60000;
	world_plan(world, (uint64_t)(next_ms - now_ms), AGENDA_GATEWAY_TICK, 0, gateway->life, 0);
}
