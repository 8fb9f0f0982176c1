/* A broker as mosquitto 2.0 is when things go wrong: queues and retained messages newer than its last save
 * are gone after a kill, queues are bounded and drop, what was under way to a client that vanished may come
 * twice. In a hostile world it also replays, forges and delivers to the wrong door. */
#include <stdlib.h>
#include <string.h>

#include "tests/sim/world.h"

static struct packet *copy(const struct packet *packet)
{
	size_t size = sizeof(*packet) + packet->len;
	struct packet *new = malloc(size);

	if (!new)
		abort();
	memcpy(new, packet, size);
	return new;
}

static void set(struct packet **slot, struct packet *packet)
{
	free(*slot);
	*slot = packet;
}

void broker_init(struct world *world)
{
	world->broker.is_on = true;
}

static void drop_queue(struct world *world, unsigned client)
{
	for (unsigned i = 0; i < world->broker.clients[client].queued; i++)
		free(world->broker.clients[client].queue[i]);
	world->broker.clients[client].queued = 0;
}

void broker_deinit(struct world *world)
{
	for (unsigned c = 0; c <= WORLD_GATEWAY; c++)
		drop_queue(world, c);
	for (unsigned b = 0; b < WORLD_BOARDS_MAX; b++) {
		for (unsigned k = 0; k < WIRE_KIND_COUNT; k++) {
			set(&world->broker.retained[b][k], NULL);
			set(&world->broker.saved[b][k], NULL);
		}
	}
	for (unsigned i = 0; i < WORLD_ARCHIVE; i++)
		set(&world->broker.archive[i], NULL);
}

static uint64_t travel_ms(struct world *world)
{
	uint64_t ms = 1 + prng_below(&world->prng, world->knobs.latency_ms + 1);

	if (world_chance(world, world->knobs.reorder))
		ms += prng_below(&world->prng, 2000);
	if (world_chance(world, world->knobs.late)) /* log-uniform up to three days */
		ms += 1ull << prng_below(&world->prng, 28);
	return ms;
}

static void send_off(struct world *world, enum agenda_kind kind, struct packet *packet, uint64_t in_ms)
{
	struct agenda_item item = { .at_ms = world->now_ms + in_ms, .kind = kind, .packet = packet };

	agenda_add(&world->agenda, &item);
}

/* On its way to a connected client; `packet` is taken. */
static void forward(struct world *world, struct packet *packet)
{
	packet->session = world->broker.clients[packet->to].session;
	if (world_chance(world, world->knobs.duplicate))
		send_off(world, AGENDA_DELIVER, copy(packet), travel_ms(world));
	send_off(world, AGENDA_DELIVER, packet, travel_ms(world));
}

static void queue_or_forward(struct world *world, struct packet *packet)
{
	if (world->broker.clients[packet->to].is_connected) {
		forward(world, packet);
		return;
	}
	if (world->broker.clients[packet->to].queued == WORLD_QUEUE_MAX) {
		world_sometimes(world, SOMETIMES_BROKER_QUEUE_OVERFLOW);
		free(packet);
		return;
	}
	world->broker.clients[packet->to].queue[world->broker.clients[packet->to].queued++] = packet;
}

static struct packet *packet_new(
	unsigned from, unsigned board, enum wire_kind kind, const char *msg, size_t len)
{
	struct packet *packet = malloc(sizeof(*packet) + len);

	if (!packet)
		abort();
	memset(packet, 0, sizeof(*packet));
	packet->from = from;
	packet->to = wire_kind_info(kind)->is_from_gateway ? board : WORLD_GATEWAY;
	packet->board = board;
	packet->kind = kind;
	packet->len = len;
	memcpy(packet->bytes, msg, len);
	return packet;
}

void broker_publish(
	struct world *world, unsigned from, unsigned board, enum wire_kind kind, const char *msg, size_t len)
{
	struct packet *packet = packet_new(from, board, kind, msg, len);

	oracle_published(world, packet);
	if (!world->broker.is_on || world_chance(world, world->knobs.drop)) {
		free(packet);
		return;
	}
	send_off(world, AGENDA_ARRIVE, packet, travel_ms(world));
}

void broker_arrive(struct world *world, struct packet *packet)
{
	struct broker_model *broker = &world->broker;

	if (!broker->is_on) {
		free(packet);
		return;
	}
	if (world->knobs.is_hostile_broker)
		set(&broker->archive[broker->archived++ % WORLD_ARCHIVE], copy(packet));
	if (wire_kind_info(packet->kind)->is_retained) {
		struct packet *kept = copy(packet);

		kept->is_retained = true;
		set(&broker->retained[packet->board][packet->kind], kept);
	}
	queue_or_forward(world, packet);
}

void broker_deliver(struct world *world, struct packet *packet)
{
	unsigned to = packet->to;

	if (!world->broker.is_on || !world->broker.clients[to].is_connected ||
		packet->session != world->broker.clients[to].session) {
		/* The receiver went away under it: QoS 1 sends it again, when the broker still knows it. */
		if (world->broker.is_on && !packet->is_hostile && prng_one_in(&world->prng, 2))
			queue_or_forward(world, packet);
		else
			free(packet);
		return;
	}
	if (to == WORLD_GATEWAY)
		gateway_node_deliver(world, packet);
	else if (world->boards[to].is_on && world->boards[to].is_linked)
		board_node_deliver(&world->boards[to], packet);
	free(packet);
}

void broker_connect(struct world *world, unsigned client)
{
	struct broker_model *broker = &world->broker;
	unsigned queued = broker->clients[client].queued;

	if (!broker->is_on || broker->clients[client].is_connected)
		return;
	broker->clients[client].is_connected = true;
	broker->clients[client].session++;
	broker->clients[client].queued = 0;
	for (unsigned i = 0; i < queued; i++)
		forward(world, broker->clients[client].queue[i]);
	for (unsigned b = 0; b < world->board_count; b++) {
		for (unsigned k = 0; k < WIRE_KIND_COUNT; k++) {
			struct packet *kept = broker->retained[b][k];

			if (kept && kept->to == client)
				forward(world, copy(kept));
		}
	}
}

void broker_disconnect(struct world *world, unsigned client)
{
	world->broker.clients[client].is_connected = false;
}

void broker_save(struct world *world)
{
	if (!world->broker.is_on)
		return;
	for (unsigned b = 0; b < world->board_count; b++)
		for (unsigned k = 0; k < WIRE_KIND_COUNT; k++)
			set(&world->broker.saved[b][k],
				world->broker.retained[b][k] ? copy(world->broker.retained[b][k]) : NULL);
}

void broker_kill(struct world *world)
{
	if (!world->broker.is_on)
		return;
	world->broker.is_on = false;
	for (unsigned c = 0; c <= WORLD_GATEWAY; c++) {
		drop_queue(world, c);
		world->broker.clients[c].is_connected = false;
	}
	for (unsigned b = 0; b < world->board_count; b++) {
		for (unsigned k = 0; k < WIRE_KIND_COUNT; k++) {
			struct packet *saved = world->broker.saved[b][k];
			struct packet *kept = world->broker.retained[b][k];

			if (kept && (!saved || saved->len != kept->len ||
					    memcmp(saved->bytes, kept->bytes, kept->len) != 0))
				world_sometimes(world, SOMETIMES_BROKER_FORGOT_RETAINED);
			set(&world->broker.retained[b][k], saved ? copy(saved) : NULL);
		}
	}
	for (unsigned b = 0; b < world->board_count; b++)
		board_node_link(&world->boards[b], false);
	world->gateway.is_linked = false;
	world_plan(world, 1000 + prng_below(&world->prng, 60000), AGENDA_BROKER_START, 0, 0, 0);
}

void broker_start(struct world *world)
{
	world->broker.is_on = true;
}

/* One hostile act: an old message again, to its own door or another, whole or with a bit changed, perhaps
 * marked retained. */
void broker_mischief(struct world *world)
{
	struct broker_model *broker = &world->broker;
	unsigned known = broker->archived < WORLD_ARCHIVE ? broker->archived : WORLD_ARCHIVE;
	struct packet *packet;

	if (!broker->is_on || known == 0)
		return;
	packet = copy(broker->archive[prng_below(&world->prng, known)]);
	packet->is_hostile = true;
	packet->is_retained = prng_one_in(&world->prng, 4);
	if (packet->to != WORLD_GATEWAY && prng_one_in(&world->prng, 3))
		packet->to = (unsigned)prng_below(&world->prng, world->board_count);
	if (prng_one_in(&world->prng, 3)) {
		size_t at = prng_below(&world->prng, packet->len);

		packet->bytes[at] ^= (char)(1u << prng_below(&world->prng, 8));
		packet->is_forged = true;
	}
	if (broker->clients[packet->to].is_connected)
		forward(world, packet);
	else
		free(packet);
}
