#include "tests/bench/limits.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "schemas/wire/db.h"
#include "schemas/wire/event.h"
#include "tests/bench/client.h"
#include "tests/bench/world.h"
#include "tests/system/lib/process.h"

#define PAYLOAD_BYTES 300
#define PATIENCE_NS UINT64_C(5000000000)
#define LOGS 8
#define TURN 50 /* rows of one log before the next one's */

struct echo {
	uint64_t sent_ns, turned_ns, back_ns;
};

static char payload[PAYLOAD_BYTES];

static void on_there(void *ctx, struct client *client, const char *topic, const char *msg, size_t len)
{
	struct echo *echo = ctx;

	(void)topic;
	echo->turned_ns = now_ns();
	client_publish(client, "bench/back", msg, len, false);
}

static void on_back(void *ctx, struct client *client, const char *topic, const char *msg, size_t len)
{
	(void)client, (void)topic, (void)msg, (void)len;
	((struct echo *)ctx)->back_ns = now_ns();
}

static bool is_back(void *ctx)
{
	return ((struct echo *)ctx)->back_ns != 0;
}

void limit_echo(unsigned count, unsigned pause_ms, struct samples *echoes, struct samples *hops)
{
	struct echo echo;
	struct client *a =
		client_open("bench-1", &(struct client_events){ .on_message = on_back, .ctx = &echo });
	struct client *b =
		client_open("bench-2", &(struct client_events){ .on_message = on_there, .ctx = &echo });

	client_subscribe(a, "bench/back");
	client_subscribe(b, "bench/there");
	for (unsigned i = 0; i < count; i++) {
		nap_ms(pause_ms);
		echo = (struct echo){ .sent_ns = now_ns() };
		client_publish(a, "bench/there", payload, sizeof(payload), false);
		if (!clients_run(is_back, &echo, echo.sent_ns + PATIENCE_NS))
			broken("an echo does not come back");
		samples_add(echoes, (double)(echo.back_ns - echo.sent_ns) / 1000);
		if (!hops)
			continue;
		samples_add(hops, (double)(echo.turned_ns - echo.sent_ns) / 1000);
		samples_add(hops, (double)(echo.back_ns - echo.turned_ns) / 1000);
	}
	client_close(a);
	client_close(b);
}

void limit_fdatasync(unsigned count, unsigned pause_ms, struct samples *syncs)
{
	static char block[4096];
	char path[PATH_MAX];
	int fd;

	world_path(path, "append");
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		broken("no file at %s", path);
	for (unsigned i = 0; i < count; i++) {
		uint64_t since;

		nap_ms(pause_ms);
		since = now_ns();
		if (write(fd, block, sizeof(block)) != sizeof(block) || fdatasync(fd) < 0)
			broken("%s cannot be written", path);
		samples_add(syncs, us_since(since));
	}
	close(fd);
	unlink(path);
}

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		broken("SQLite: %s", sqlite3_errmsg(db));
}

/* The very rows that measure_packed() in row_ingest.c brings: eight logs, fifty of each by turns. */
static void insert(sqlite3 *db, sqlite3_stmt *statement, unsigned i)
{
	const sqlite3_int64 seq = i / (LOGS * TURN) * TURN + i % TURN + 1;
	const sqlite3_int64 values[] = { i / TURN % LOGS + 1, seq, 1795600000000, 0x7edcba9876543210,
		1000 * seq, 1795600000000, 100, WIRE_TRUST_TRUSTED,
		seq % 2 ? WIRE_EVENT_DOOR_OPENED : WIRE_EVENT_DOOR_CLOSED, 0, 0 };

	for (int column = 0; column < (int)(sizeof(values) / sizeof(values[0])); column++)
		sqlite3_bind_int64(statement, column + 1, values[column]);
	if (sqlite3_step(statement) != SQLITE_DONE)
		broken("SQLite: %s", sqlite3_errmsg(db));
	sqlite3_reset(statement);
}

double limit_group_commit(unsigned rows)
{
	char path[PATH_MAX];
	sqlite3_stmt *statement;
	sqlite3 *db;
	uint64_t since;
	double seconds;

	world_path(path, "group.db");
	unlink(path);
	if (db_open(&db, path, NULL, &db_schema_gateway) != 0)
		broken("no database at %s", path);
	run(db, "INSERT INTO boards VALUES ('muat', 'muat', zeroblob(32), zeroblob(32), 0, 'normal', 0, 1, "
		"0, "
		"0);"
		"WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < 8)"
		"INSERT INTO logs SELECT n, 'muat', n, 0, zeroblob(32), 0 FROM n");
	if (sqlite3_prepare_v2(db,
		    "INSERT INTO events (log, seq, received_ms, boot, mono_ms, wall_ms, bound_ms, trust, "
		    "type,"
		    " reason, n, grant_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, NULL)",
		    -1, &statement, NULL) != SQLITE_OK)
		broken("SQLite: %s", sqlite3_errmsg(db));
	since = now_ns();
	for (unsigned i = 0; i < rows; i++) {
		if (i % 100 == 0)
			run(db, "BEGIN IMMEDIATE");
		insert(db, statement, i);
		if (i % 100 == 99)
			run(db, "COMMIT");
	}
	if (rows % 100)
		run(db, "COMMIT");
	seconds = us_since(since) / 1e6;
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return rows / seconds;
}
