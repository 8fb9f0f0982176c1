/* F01, F03: power is cut while opening and migrating our real databases, and once more while
 * the next start recovers. The start after that finds a sound database at the newest schema. */
#include "schemas/wire/db.h"
#include "tests/sim/crash_vfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Opens and closes on a disk whose power may go. Returns whether it did. */
static bool start_and_stop(struct crash_disk *disk, const struct db_schema *schema)
{
	sqlite3 *db = NULL;
	int r = db_open(&db, "data.db", crash_disk_vfs(disk), schema);
	bool was_cut;

	if (r == 0)
		sqlite3_close(db);
	was_cut = crash_disk_is_off(disk);
	if (r != 0 && !was_cut)
		fail_msg("%s: db_open() answers %d with the power on", schema->name, r);
	assert_int_equal(crash_disk_power_on(disk), 0);
	crash_disk_cut_at(disk, 0, CRASH_KEEP_ALL);
	return was_cut;
}

static bool survives_two_cuts(const struct db_schema *schema, uint64_t n, enum crash_mode mode)
{
	struct crash_disk *disk;
	sqlite3 *db = NULL;
	bool was_cut;

	assert_int_equal(crash_disk_new(&disk, "machine", n * CRASH_MODES + mode), 0);
	crash_disk_seed_sqlite(disk);
	crash_disk_cut_at(disk, n, mode);
	was_cut = start_and_stop(disk, schema);
	crash_disk_cut_at(disk, 1 + n % 17, (mode + 1) % CRASH_MODES);
	start_and_stop(disk, schema);

	assert_int_equal(db_open(&db, "data.db", crash_disk_vfs(disk), schema), 0);
	assert_int_equal(db_check(db), 0);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	crash_disk_free(disk);
	return was_cut;
}

static void sweep(const struct db_schema *schema, uint64_t stride)
{
	uint64_t n = 1;

	for (uint64_t i = 0; survives_two_cuts(schema, n, i % CRASH_MODES); i++)
		n += i % CRASH_MODES == CRASH_MODES - 1 ? stride : 0;
	print_message("%s: %llu operations to its schema\n", schema->name, (unsigned long long)n);
}

static void test_board_is_made_in_spite_of_power_cuts(void **state)
{
	(void)state;
	sweep(&db_schema_board, 1);
}

static void test_gateway_is_made_in_spite_of_power_cuts(void **state)
{
	(void)state;
	/* Its migrations are many and slow to make: a stride of 11 meets each of them in other places. */
	sweep(&db_schema_gateway, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_board_is_made_in_spite_of_power_cuts),
		cmocka_unit_test(test_gateway_is_made_in_spite_of_power_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
