/* The boards' journals against the gateway's database, row by row; see fleet.h. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "tests/bench/fleet.h"
#include "tests/bench/samples.h"

static struct wire_event read_event(sqlite3_stmt *rows)
{
	struct wire_event event = { .seq = (uint64_t)sqlite3_column_int64(rows, 0),
		.boot = (uint64_t)sqlite3_column_int64(rows, 1),
		.mono_ms = (uint64_t)sqlite3_column_int64(rows, 2),
		.wall_ms = sqlite3_column_int64(rows, 3),
		.bound_ms = (uint32_t)sqlite3_column_int64(rows, 4),
		.trust = (enum wire_trust)sqlite3_column_int(rows, 5),
		.type = (enum wire_event_type)sqlite3_column_int(rows, 6),
		.reason = (enum wire_reason)sqlite3_column_int(rows, 7),
		.n = sqlite3_column_int64(rows, 8) };
	const char *grant = (const char *)sqlite3_column_text(rows, 9);

	snprintf(event.grant, sizeof(event.grant), "%s", grant ? grant : "");
	return event;
}

static void compare(const struct fleet_board *board, sqlite3_stmt *rows, uint64_t *lost, uint64_t *doubled)
{
	uint8_t hash[WIRE_HASH_BYTES];
	uint64_t last = 0, held = 0;

	wire_chain_start(hash, board->name, board->log);
	sqlite3_bind_text(rows, 1, board->name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(rows, 2, (sqlite3_int64)board->log);
	while (sqlite3_step(rows) == SQLITE_ROW) {
		struct wire_event event = read_event(rows);

		if (event.seq == last)
			(*doubled)++;
		else
			held++;
		last = event.seq;
		wire_chain_next(hash, &event);
	}
	sqlite3_reset(rows);
	*lost += board->event_count - held;
	if (held == board->event_count && memcmp(hash, board->hash, sizeof(hash)) != 0)
		broken("%s: what the gateway holds is not what the board said", board->name);
}

void fleet_compare(const struct fleet *fleet, const char *database, uint64_t *lost, uint64_t *doubled)
{
	static const char sql[] =
		"SELECT seq, boot, mono_ms, wall_ms, bound_ms, trust, type, reason, n, grant_id FROM events"
		" WHERE log = (SELECT id FROM logs WHERE board = ?1 AND log = ?2) ORDER BY seq";
	sqlite3_stmt *rows;
	sqlite3 *db;

	*lost = *doubled = 0;
	if (sqlite3_open_v2(database, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
		sqlite3_prepare_v2(db, sql, -1, &rows, NULL) != SQLITE_OK)
		broken("%s cannot be read: %s", database, sqlite3_errmsg(db));
	for (size_t i = 0; i < fleet->count; i++)
		compare(&fleet->boards[i], rows, lost, doubled);
	sqlite3_finalize(rows);
	sqlite3_close(db);
}
