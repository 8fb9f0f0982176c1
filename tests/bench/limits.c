#include "tests/bench/limits.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/client.h"
#include "tests/bench/world.h"
#include "tests/system/lib/process.h"

#define PAYLOAD_BYTES 300
#define PATIENCE_NS UINT64_C(5000000000)

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

static void insert(sqlite3 *db, sqlite3_stmt *statement, sqlite3_int64 i)
{
	/* As many and as large integers as an event has. */
	static const sqlite3_int64 values[] = { 1, 0, 1795600000000, 0x7edcba9876543210, 86400000,
		1795600000000, 100, 1, 2, 1, 0 };

	for (int column = 0; column < (int)(sizeof(values) / sizeof(values[0])); column++)
		sqlite3_bind_int64(statement, column + 1, column == 1 ? i : values[column]);
	sqlite3_bind_text(statement, 12, "0123456789abcdef", 16, SQLITE_STATIC);
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
	if (sqlite3_open(path, &db) != SQLITE_OK)
		broken("no database at %s", path);
	run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		"DROP TABLE IF EXISTS events; CREATE TABLE events (id INTEGER PRIMARY KEY, log INTEGER, seq "
		"INTEGER,"
		"received_ms INTEGER, boot INTEGER, mono_ms INTEGER, wall_ms INTEGER, bound_ms INTEGER, "
		"trust INTEGER,"
		"type INTEGER, reason INTEGER, n INTEGER, grant_id TEXT, UNIQUE (log, seq)) STRICT;");
	if (sqlite3_prepare_v2(db, "INSERT INTO events VALUES (NULL,?,?,?,?,?,?,?,?,?,?,?,?)", -1, &statement,
		    NULL) != SQLITE_OK)
		broken("SQLite: %s", sqlite3_errmsg(db));
	since = now_ns();
	for (unsigned i = 0; i < rows; i++) {
		if (i % 100 == 0)
			run(db, "BEGIN IMMEDIATE");
		insert(db, statement, i + 1);
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
