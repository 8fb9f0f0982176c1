/* The other half of the oracle: what the gateway keeps, what its page claims, and what must be so after heal
 * and quiet. */
#include <sqlite3.h>

#include "tests/sim/oracle.h"

static int64_t ask(struct world *world, sqlite3 *db, const char *sql, const char *board, uint64_t log)
{
	sqlite3_stmt *stmt = NULL;
	int64_t answer = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		world_fail(world, "S8", "%s", sqlite3_errmsg(db));
	(void)sqlite3_bind_text(stmt, 1, board, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(stmt, 2, (sqlite3_int64)log);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		answer = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	return answer;
}

static sqlite3 *open_gateway(struct world *world)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2("gateway.db", &db, SQLITE_OPEN_READWRITE, crash_disk_vfs(world->gateway.disk)) !=
		SQLITE_OK)
		world_fail(world, "F03", "the gateway's database does not open");
	return db;
}

/* S9, S20: what the gateway signed it has; what its page claims a door has confirmed. */
void oracle_checkpoint(struct world *world)
{
	json_t *view = NULL, *door;
	size_t i;
	sqlite3 *db;

	if (!world->gateway.is_on || world->knobs.disk_full || world->knobs.disk_eio ||
		!prng_one_in(&world->prng, 8))
		return;
	db = open_gateway(world);
	for (unsigned b = 0; b < world->board_count; b++) {
		const uint64_t *acked = world->oracle->boards[b].acked;

		if (acked[1] && ask(world, db, "SELECT upto FROM logs WHERE board = ?1 AND log = ?2",
					world->boards[b].name, acked[0]) < (int64_t)acked[1])
			world_fail(world, "S9", "%s: the gateway lost events it had acknowledged",
				world->boards[b].name);
	}
	(void)sqlite3_close(db);
	if (!gateway_node_survived(
		    world, service_view_doors(world->gateway.service, world_wall_ms(world), &view)) ||
		!view)
		return;
	json_array_foreach(json_object_get(view, "doors"), i, door)
	{
		json_int_t confirmed = json_integer_value(json_object_get(door, "confirmed_rev"));

		if (i < world->board_count && confirmed > (json_int_t)world->boards[i].seen.rev)
			world_fail(world, "S20", "the page claims rev %lld of %s, which has %llu",
				(long long)confirmed, world->boards[i].name,
				(unsigned long long)world->boards[i].seen.rev);
	}
	json_decref(view);
}

/* L1..L3, S8, S12: everything is healed and has been quiet. */
void oracle_at_rest(struct world *world)
{
	sqlite3 *db;

	if (!world->gateway.is_on)
		world_fail(world, "L5", "the gateway did not come back");
	db = open_gateway(world);
	for (unsigned b = 0; b < world->board_count; b++) {
		struct board_node *node = &world->boards[b];
		struct wire_state state;
		int64_t upto, count, rev;

		if (!node->is_on || !node->is_linked)
			world_fail(world, "L1", "%s did not come back", node->name);
		board_look(node->core, board_node_mono_ms(node), &state);
		upto = ask(world, db, "SELECT upto FROM logs WHERE board = ?1 AND log = ?2", node->name,
			node->seen.log);
		count = ask(world, db,
			"SELECT count(*) FROM events WHERE log = (SELECT id FROM logs WHERE board = ?1 AND "
			"log = ?2)",
			node->name, node->seen.log);
		rev = ask(world, db, "SELECT rev FROM boards WHERE id = ?1 AND ?2", node->name, 1);
		if (upto != (int64_t)node->seen.head)
			world_fail(world, "L1", "%s has %llu events, the gateway %lld", node->name,
				(unsigned long long)node->seen.head, (long long)upto);
		if (count != upto)
			world_fail(world, "S8", "%s: %lld rows for %lld events", node->name, (long long)count,
				(long long)upto);
		if (rev != (int64_t)state.rev)
			world_fail(world, "L2", "%s has rev %llu, the gateway %lld", node->name,
				(unsigned long long)state.rev, (long long)rev);
		if (state.queue > 8)
			world_fail(world, "L1", "%s still has %llu events to send", node->name,
				(unsigned long long)state.queue);
		if (state.clock.trust != WIRE_TRUST_TRUSTED)
			world_fail(world, "L1", "%s has no trusted time", node->name);
	}
	(void)sqlite3_close(db);
}
