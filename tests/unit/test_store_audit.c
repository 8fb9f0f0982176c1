/* T27: whoever edits, deletes, reorders or cuts the audit is found, and the first bad row is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/core/audit.h"
#include "gateway/store/store.h"
#include "tests/sim/prng.h"

#define ROWS 500
#define CASES 25 /* of each of the four kinds */

struct place {
	char dir[64], path[96];
};

static void make(struct place *place)
{
	struct store *store;

	snprintf(place->dir, sizeof(place->dir), "/tmp/rumah-audit-XXXXXX");
	assert_non_null(mkdtemp(place->dir));
	snprintf(place->path, sizeof(place->path), "%s/gateway.db", place->dir);
	assert_int_equal(store_open(&store, place->path, NULL), 0);
	assert_int_equal(store_begin(store), 0);
	for (int i = 0; i < ROWS; i++) {
		char subject[16];

		snprintf(subject, sizeof(subject), "RG-%d", i);
		assert_int_equal(store_audit_add(store, 1000 + i, "ani", "desk", "approve", subject, ""), 0);
	}
	assert_int_equal(store_commit(store), 0);
	store_close(store);
}

static void clear(const struct place *place)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	for (int i = 0; i < 3; i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s%s", place->path, ends[i]);
		unlink(path);
	}
	rmdir(place->dir);
}

static void harm(sqlite3 *db, int kind, unsigned at)
{
	char sql[600];

	switch (kind) {
	case 0:
		snprintf(sql, sizeof(sql), "UPDATE audit SET who = 'eve' WHERE id = %u", at);
		break;
	case 1: /* and the later ones move up */
		snprintf(sql, sizeof(sql),
			"DELETE FROM audit WHERE id = %u; UPDATE audit SET id = -id WHERE id > %u;"
			"UPDATE audit SET id = -id - 1 WHERE id < 0",
			at, at);
		break;
	case 2: /* two neighbours change places */
		snprintf(sql, sizeof(sql),
			"UPDATE audit SET id = 0 WHERE id = %u; UPDATE audit SET id = %u WHERE id = %u;"
			"UPDATE audit SET id = %u WHERE id = 0",
			at, at, at + 1, at + 1);
		break;
	default:
		snprintf(sql, sizeof(sql), "DELETE FROM audit WHERE id >= %u", at);
		break;
	}
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static void each_kind_of_harm_is_found(void **state)
{
	struct place place;
	struct store *store;
	struct prng prng;
	sqlite3 *db;
	int64_t bad;

	(void)state;
	prng_init(&prng, 27);
	make(&place);
	assert_int_equal(store_open(&store, place.path, NULL), 0);
	assert_int_equal(store_audit_verify(store, ROWS, &bad), 0);
	assert_int_equal(sqlite3_open(place.path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db,
			"PRAGMA synchronous = OFF; DROP TRIGGER audit_stay; DROP TRIGGER audit_last;", NULL,
			NULL, NULL),
		SQLITE_OK);
	for (int i = 0; i < 4 * CASES; i++) {
		unsigned at = 1 + (unsigned)prng_below(&prng, ROWS - 1);

		assert_int_equal(
			sqlite3_exec(db, "CREATE TABLE kept AS SELECT * FROM audit", NULL, NULL, NULL),
			SQLITE_OK);
		harm(db, i % 4, at);
		assert_int_equal(store_audit_verify(store, ROWS, &bad), STORE_NONE);
		assert_int_equal(bad, at);
		assert_int_equal(
			sqlite3_exec(db,
				"DELETE FROM audit; INSERT INTO audit SELECT * FROM kept; DROP TABLE kept",
				NULL, NULL, NULL),
			SQLITE_OK);
		assert_int_equal(store_audit_verify(store, ROWS, &bad), 0);
	}
	sqlite3_close(db);
	store_close(store);
	clear(&place);
}

static void texts_cannot_flow_into_each_other(void **state)
{
	struct audit_row a = { 1, 2, "ab", "c", "d", "e", "f" }, b = { 1, 2, "a", "bc", "d", "e", "f" };
	uint8_t hash_a[AUDIT_HASH_BYTES], hash_b[AUDIT_HASH_BYTES];

	(void)state;
	audit_start(hash_a);
	audit_start(hash_b);
	audit_next(hash_a, &a);
	audit_next(hash_b, &b);
	assert_memory_not_equal(hash_a, hash_b, sizeof(hash_a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_harm_is_found),
		cmocka_unit_test(texts_cannot_flow_into_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
