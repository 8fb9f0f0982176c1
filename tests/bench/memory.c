#include "tests/bench/memory.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/door/journal.h"
#include "tests/bench/plan.h"
#include "tests/bench/samples.h"

void parties_meet(struct parties *parties, struct door *door, const char *name)
{
	char gateway_dir[PATH_MAX], keys_dir[PATH_MAX], below[64];

	world_folder(gateway_dir, "gateway-keys");
	world_identity(&parties->gateway, gateway_dir);
	door_prepare(door, name, gateway_dir);
	snprintf(below, sizeof(below), "%s/keys", name);
	world_folder(keys_dir, below);
	world_identity(&parties->board, keys_dir);
	plan_tag_key(parties->tag_key, &parties->board, &parties->gateway);
}

static void commit(struct journal *journal)
{
	uint8_t hash[WIRE_HASH_BYTES];
	uint64_t head, acked;

	if (journal_commit(journal, &head, hash, &acked) != 0)
		broken("a journal cannot be written");
}

static void add_snapshot(struct journal *journal, const struct door *door, const struct parties *parties,
	const struct wire_snapshot *plan)
{
	struct board_orders orders = { .count = 2 };
	size_t len;
	char *sealed = plan_seal(plan, door->board, &parties->gateway, &len);

	orders.list[0].kind = ORDER_STORE_FLOOR;
	orders.list[0].u.floor_ms = plan->at_ms;
	orders.list[1].kind = ORDER_STORE_SNAPSHOT;
	orders.list[1].u.snapshot.epoch = plan->epoch;
	orders.list[1].u.snapshot.rev = plan->rev;
	if (journal_add(journal, &orders, sealed, len) != 0)
		broken("a journal takes no snapshot");
	commit(journal);
	free(sealed);
}

static void add_events(struct journal *journal, size_t count, int64_t wall_ms)
{
	struct board_orders orders = { .event_count = 1 };

	orders.events[0] = (struct wire_event){ .boot = 7,
		.wall_ms = wall_ms,
		.bound_ms = 100,
		.trust = WIRE_TRUST_TRUSTED,
		.type = WIRE_EVENT_ACCESS_GRANTED,
		.reason = WIRE_REASON_CODE,
		.grant = "grant00000000000" };
	for (size_t i = 0; i < count; i++) {
		orders.events[0].mono_ms = i;
		if (journal_add(journal, &orders, NULL, 0) != 0)
			broken("a journal takes no event");
		if ((i + 1) % (JOURNAL_BACKLOG / 2) == 0)
			commit(journal);
	}
	commit(journal);
}

void memory_write(const struct door *door, const struct parties *parties, const struct wire_snapshot *plan,
	size_t event_count)
{
	struct journal *journal;
	char path[PATH_MAX];

	world_path(path, "%s/journal.db", door->board);
	if (journal_open(&journal, path, NULL, door->board, randombytes_random()) != 0)
		broken("no journal at %s", path);
	add_snapshot(journal, door, parties, plan);
	add_events(journal, event_count, plan->at_ms);
	journal_close(journal);
}
