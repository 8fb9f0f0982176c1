/* The model behind the crash VFS, seen through SQLite's file methods: what a cut, a full or a failing disk
 * leaves. */
#include "tests/sim/crash_vfs.h"

#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SEEDS 200 /* chance must have shown all it can do by then */

static struct crash_disk *make_disk(uint64_t seed)
{
	struct crash_disk *disk;

	assert_int_equal(crash_disk_new(&disk, "disk", seed), 0);
	return disk;
}

/* Returns NULL where SQLite would get SQLITE_CANTOPEN. */
static sqlite3_file *open_file(struct crash_disk *disk, const char *path, int flags)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(crash_disk_vfs(disk));
	sqlite3_file *file = calloc(1, (size_t)vfs->szOsFile);

	assert_non_null(file);
	if (vfs->xOpen(vfs, path, file, SQLITE_OPEN_READWRITE | flags, NULL) == SQLITE_OK)
		return file;
	free(file);
	return NULL;
}

/* Opens it when it is there already. */
static sqlite3_file *create_file(struct crash_disk *disk, const char *path)
{
	sqlite3_file *file = open_file(disk, path, SQLITE_OPEN_CREATE);

	if (!file)
		abort();
	return file;
}

static void close_file(sqlite3_file *file)
{
	assert_int_equal(file->pMethods->xClose(file), SQLITE_OK);
	free(file);
}

static int put(sqlite3_file *file, char c, int length, sqlite3_int64 offset)
{
	char bytes[8192];

	memset(bytes, c, sizeof(bytes));
	return file->pMethods->xWrite(file, bytes, length, offset);
}

static int sync_file(sqlite3_file *file)
{
	return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

static int delete_file(struct crash_disk *disk, const char *path, int sync)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(crash_disk_vfs(disk));

	return vfs->xDelete(vfs, path, sync);
}

/* What is in the file under `path`, as a string with _ for zero bytes; "-" when there is none. */
static const char *content(struct crash_disk *disk, const char *path)
{
	static char bytes[8193];
	sqlite3_file *file = open_file(disk, path, 0);
	sqlite3_int64 size;

	if (!file)
		return "-";
	assert_int_equal(file->pMethods->xFileSize(file, &size), SQLITE_OK);
	assert_true(size < (sqlite3_int64)sizeof(bytes));
	assert_int_equal(file->pMethods->xRead(file, bytes, (int)size, 0), SQLITE_OK);
	for (sqlite3_int64 i = 0; i < size; i++)
		if (bytes[i] == '\0')
			bytes[i] = '_';
	bytes[size] = '\0';
	close_file(file);
	return bytes;
}

static void cut_and_return(struct crash_disk *disk, enum crash_mode mode)
{
	crash_disk_cut(disk, mode);
	assert_int_equal(crash_disk_power_on(disk), 0);
}

/* Each step is an operation and a mark: w writes four of it, a appends four, t leaves two bytes, e grows to
 * four, s syncs, d deletes, D deletes and syncs the directory, n makes the file anew and writes four. The cut
 * then loses what is not synced. */
struct cut_row {
	const char *title;
	const char *steps;
	const char *expected;
};

/* clang-format off */
static const struct cut_row cut_rows[] = {
	{ "a file that was never synced is gone with its name", "wx",          "-" },
	{ "a synced write stays",                               "wxs.",        "xxxx" },
	{ "a write after the sync is undone",                   "wxs.wy",      "xxxx" },
	{ "so are two, the older bytes being the right ones",   "wxs.wywz",    "xxxx" },
	{ "growth is undone",                                   "wxs.ay",      "xxxx" },
	{ "synced growth stays",                                "wxs.ays.",    "xxxxyyyy" },
	{ "a truncation is undone",                             "wxs.t.",      "xxxx" },
	{ "a synced truncation stays",                          "wxs.t.s.",    "xx" },
	{ "bytes cut off do not shine through new ones",        "wxt.s.ays.",  "xxyyyy" },
	{ "nor through the zeros of growth without any",        "wxt.e.s.",    "xx__" },
	{ "truncation and growth are undone together",          "wxs.t.ay",    "xxxx" },
	{ "a deletion alone comes back",                        "wxs.d.",      "xxxx" },
	{ "a deletion with its directory synced does not",      "wxs.D.",      "-" },
	{ "a new file of the same name gives way to the old",   "wxs.d.ny",    "xxxx" },
	{ "once synced it replaces it",                         "wxs.d.nys.",  "yyyy" },
};
/* clang-format on */

static void take_step(struct crash_disk *disk, sqlite3_file **file, const char *step)
{
	sqlite3_int64 size;

	if (step[0] == 'n') {
		close_file(*file);
		*file = create_file(disk, "f");
	}
	switch (step[0]) {
	case 'n':
	case 'w':
		assert_int_equal(put(*file, step[1], 4, 0), SQLITE_OK);
		break;
	case 'a':
		assert_int_equal((*file)->pMethods->xFileSize(*file, &size), SQLITE_OK);
		assert_int_equal(put(*file, step[1], 4, size), SQLITE_OK);
		break;
	case 't':
		assert_int_equal((*file)->pMethods->xTruncate(*file, 2), SQLITE_OK);
		break;
	case 'e':
		assert_int_equal((*file)->pMethods->xTruncate(*file, 4), SQLITE_OK);
		break;
	case 's':
		assert_int_equal(sync_file(*file), SQLITE_OK);
		break;
	default:
		assert_int_equal(delete_file(disk, "f", step[0] == 'D'), SQLITE_OK);
		break;
	}
}

static void test_cut_loses_what_was_not_synced(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cut_rows) / sizeof(cut_rows[0]); i++) {
		struct crash_disk *disk = make_disk(1);
		sqlite3_file *file = create_file(disk, "f");
		uint64_t hash;

		for (const char *step = cut_rows[i].steps; *step; step += 2)
			take_step(disk, &file, step);
		hash = crash_disk_hash(disk); /* must tell what the medium holds, and disturb nothing */
		close_file(file);
		cut_and_return(disk, CRASH_LOSE_UNSYNCED);
		if (strcmp(content(disk, "f"), cut_rows[i].expected) != 0)
			fail_msg("%s: left with %s", cut_rows[i].title, content(disk, "f"));
		assert_true(crash_disk_hash(disk) == hash);
		crash_disk_free(disk);
	}
}

static void test_killed_process_leaves_all_but_still_pending(void **state)
{
	struct crash_disk *disk = make_disk(1);
	sqlite3_file *file = create_file(disk, "f");

	(void)state;
	put(file, 'x', 4, 0);
	close_file(file);
	cut_and_return(disk, CRASH_KEEP_ALL);
	assert_string_equal(content(disk, "f"), "xxxx");
	cut_and_return(disk, CRASH_LOSE_UNSYNCED);
	assert_string_equal(content(disk, "f"), "-");
	crash_disk_free(disk);
}

static void test_subset_shows_every_combination(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct crash_disk *disk = make_disk(seed);
		sqlite3_file *file = create_file(disk, "f");
		const char *left;

		put(file, '.', 2, 0);
		sync_file(file);
		put(file, 'x', 1, 0);
		put(file, 'y', 1, 1);
		close_file(file);
		cut_and_return(disk, CRASH_KEEP_SUBSET);
		left = content(disk, "f");
		assert_int_equal(strlen(left), 2);
		seen |= 1u << ((left[0] == 'x') + 2 * (left[1] == 'y'));
		crash_disk_free(disk);
	}
	assert_int_equal(seen, 0xf);
}

/* A truncation that survives an older one that does not cuts off more than it did in its time. */
static void test_subset_of_truncations_leaves_nothing_behind(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct crash_disk *disk = make_disk(seed);
		sqlite3_file *file = create_file(disk, "f");
		const char *left;

		put(file, 'x', 8, 0);
		sync_file(file);
		file->pMethods->xTruncate(file, 4);
		file->pMethods->xTruncate(file, 2);
		close_file(file);
		cut_and_return(disk, CRASH_KEEP_SUBSET);
		file = create_file(disk, "f");
		file->pMethods->xTruncate(file, 8);
		close_file(file);
		left = content(disk, "f");
		if (strcmp(left, "xxxxxxxx") != 0 && strcmp(left, "xxxx____") != 0)
			assert_string_equal(left, "xx______");
		crash_disk_free(disk);
	}
}

/* Two writes of four sectors each: cut into the first, the second is not there; into the second, the first is
 * whole. */
static void test_tear_parts_one_write_where_a_sector_ends(void **state)
{
	bool has_head = false, has_tail = false;

	(void)state;
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct crash_disk *disk = make_disk(seed);
		sqlite3_file *file = create_file(disk, "f");
		const char *left;
		int n_partings = 0;

		put(file, '.', 4096, 0);
		sync_file(file);
		put(file, 'x', 2048, 0);
		put(file, 'y', 2048, 2048);
		close_file(file);
		cut_and_return(disk, CRASH_TEAR_ONE);
		left = content(disk, "f");
		for (int at = 1; at < 4096; at++) {
			if (left[at] != left[at - 1]) {
				assert_int_equal(at % 512, 0);
				n_partings += at != 2048;
			}
		}
		assert_int_equal(n_partings, 1);
		assert_true(left[2048] == '.' && left[4095] == '.' ? memchr(left, 'x', 2048) != NULL
								   : left[0] == 'x' && left[2047] == 'x');
		has_head |= left[0] == 'x' && left[2047] == '.';
		has_tail |= left[0] == '.' && left[2047] == 'x';
		crash_disk_free(disk);
	}
	assert_true(has_head && has_tail);
}

static void test_reading_past_the_end_gives_zeros(void **state)
{
	struct crash_disk *disk = make_disk(1);
	sqlite3_vfs *vfs = sqlite3_vfs_find("disk");
	sqlite3_file *file = create_file(disk, "f");
	char bytes[4] = "....";
	int exists = 1;

	(void)state;
	assert_int_equal(vfs->xAccess(vfs, "f", SQLITE_ACCESS_EXISTS, &exists), SQLITE_OK);
	assert_false(exists); /* SQLite takes an empty journal for none */
	put(file, 'x', 2, 0);
	assert_int_equal(vfs->xAccess(vfs, "f", SQLITE_ACCESS_EXISTS, &exists), SQLITE_OK);
	assert_true(exists);
	assert_int_equal(file->pMethods->xRead(file, bytes, 4, 0), SQLITE_IOERR_SHORT_READ);
	assert_memory_equal(bytes, "xx\0\0", 4);
	assert_int_equal(delete_file(disk, "g", 0), SQLITE_IOERR_DELETE_NOENT);
	close_file(file);
	crash_disk_free(disk);
}

static void test_dead_handles_fail_until_closed(void **state)
{
	struct crash_disk *disk = make_disk(1);
	sqlite3_vfs *vfs = sqlite3_vfs_find("disk");
	sqlite3_file *file = create_file(disk, "f");
	const sqlite3_io_methods *methods = file->pMethods;
	sqlite3_int64 size;
	void volatile *region;
	char byte;
	int flag;

	(void)state;
	put(file, 'x', 1, 0);
	sync_file(file);
	crash_disk_cut(disk, CRASH_LOSE_UNSYNCED);
	assert_int_equal(put(file, 'y', 1, 0) & 0xff, SQLITE_IOERR);
	assert_int_equal(sync_file(file) & 0xff, SQLITE_IOERR);
	assert_int_equal(methods->xRead(file, &byte, 1, 0) & 0xff, SQLITE_IOERR);
	assert_int_equal(methods->xTruncate(file, 0) & 0xff, SQLITE_IOERR);
	assert_int_equal(methods->xFileSize(file, &size) & 0xff, SQLITE_IOERR);
	assert_int_equal(methods->xLock(file, SQLITE_LOCK_SHARED) & 0xff, SQLITE_IOERR);
	assert_int_equal(methods->xUnlock(file, SQLITE_LOCK_NONE) & 0xff, SQLITE_IOERR);
	assert_int_equal(methods->xCheckReservedLock(file, &flag) & 0xff, SQLITE_IOERR);
	assert_int_equal(methods->xShmMap(file, 0, 32768, 1, &region) & 0xff, SQLITE_IOERR);
	assert_int_equal(
		methods->xShmLock(file, 0, 1, SQLITE_SHM_LOCK | SQLITE_SHM_SHARED) & 0xff, SQLITE_IOERR);
	assert_int_equal(vfs->xAccess(vfs, "f", SQLITE_ACCESS_EXISTS, &flag) & 0xff, SQLITE_IOERR);
	assert_int_equal(delete_file(disk, "f", 1) & 0xff, SQLITE_IOERR);
	assert_null(open_file(disk, "f", 0));

	assert_int_equal(crash_disk_power_on(disk), -EBUSY);
	close_file(file);
	assert_int_equal(crash_disk_power_on(disk), 0);
	assert_string_equal(content(disk, "f"), "x");
	crash_disk_free(disk);
}

static void test_cut_at_counts_from_now(void **state)
{
	struct crash_disk *disk = make_disk(1);
	sqlite3_file *file = create_file(disk, "f");

	(void)state;
	put(file, 'x', 4, 0);
	assert_int_equal(crash_disk_operations(disk), 1);
	crash_disk_cut_at(disk, 2, CRASH_LOSE_UNSYNCED);
	assert_int_equal(sync_file(file), SQLITE_OK);
	assert_false(crash_disk_is_off(disk));
	assert_int_equal(put(file, 'y', 4, 0), SQLITE_IOERR_WRITE);
	assert_true(crash_disk_is_off(disk));
	assert_int_equal(crash_disk_operations(disk), 3);
	close_file(file);
	assert_int_equal(crash_disk_power_on(disk), 0);
	assert_string_equal(content(disk, "f"), "xxxx");
	crash_disk_free(disk);
}

/* The kernel's bargain: after a failed sync the page counts as clean, and only a new write makes it dirty. */
static void test_failed_sync_is_not_made_good_by_the_next(void **state)
{
	for (int is_rewritten = 0; is_rewritten < 2; is_rewritten++) {
		struct crash_disk *disk = make_disk(1);
		sqlite3_file *file = create_file(disk, "f");

		(void)state;
		put(file, 'x', 4, 0);
		sync_file(file);
		put(file, 'y', 4, 0);
		crash_disk_fail_at(disk, CRASH_FAIL_SYNC, 1, false);
		assert_int_equal(sync_file(file), SQLITE_IOERR_FSYNC);
		assert_string_equal(content(disk, "f"), "yyyy");
		if (is_rewritten)
			put(file, 'y', 1, 0);
		assert_int_equal(sync_file(file), SQLITE_OK);
		close_file(file);
		cut_and_return(disk, CRASH_LOSE_UNSYNCED);
		assert_string_equal(content(disk, "f"), is_rewritten ? "yyyy" : "xxxx");
		assert_int_equal(crash_disk_faults(disk), 1);
		crash_disk_free(disk);
	}
}

static void test_full_disk_takes_what_fits_and_overwrites(void **state)
{
	struct crash_disk *disk = make_disk(1);
	sqlite3_file *file = create_file(disk, "f");

	(void)state;
	crash_disk_set_capacity(disk, 6);
	assert_int_equal(put(file, 'x', 4, 0), SQLITE_OK);
	assert_int_equal(put(file, 'y', 4, 4), SQLITE_FULL);
	assert_int_equal(put(file, 'z', 4, 0), SQLITE_OK);
	assert_string_equal(content(disk, "f"), "zzzzyy");
	assert_int_equal(crash_disk_used_bytes(disk), 6);
	assert_int_equal(delete_file(disk, "f", 0), SQLITE_OK);
	close_file(file);
	assert_int_equal(crash_disk_used_bytes(disk), 0);
	crash_disk_free(disk);
}

static void test_faults_come_once_or_for_ever(void **state)
{
	struct crash_disk *disk = make_disk(1);
	sqlite3_file *file = create_file(disk, "f");

	(void)state;
	crash_disk_fail_at(disk, CRASH_FAIL_WRITE, 2, false);
	assert_int_equal(put(file, 'x', 1, 0), SQLITE_OK);
	assert_int_equal(put(file, 'y', 1, 0), SQLITE_IOERR_WRITE);
	assert_int_equal(put(file, 'z', 1, 0), SQLITE_OK);
	crash_disk_fail_at(disk, CRASH_FAIL_WRITE, 1, true);
	assert_int_equal(put(file, 'y', 1, 0), SQLITE_IOERR_WRITE);
	assert_int_equal(put(file, 'y', 1, 0), SQLITE_IOERR_WRITE);
	crash_disk_fail_at(disk, CRASH_FAIL_WRITE, 0, false);
	assert_string_equal(content(disk, "f"), "z");
	close_file(file);
	crash_disk_free(disk);
}

static void test_rot_flips_one_bit_of_the_medium(void **state)
{
	struct crash_disk *disk = make_disk(1);
	sqlite3_file *file = create_file(disk, "f");
	int64_t bit;

	(void)state;
	put(file, 'x', 4, 0);
	assert_int_equal(crash_disk_rot(disk, "f"), -ENOENT); /* nothing of it is there to rot */
	sync_file(file);
	put(file, 'y', 4, 0);
	bit = crash_disk_rot(disk, "f");
	assert_in_range(bit, 0, 31);
	assert_string_equal(content(disk, "f"), "yyyy"); /* readers see the page cache */
	close_file(file);
	cut_and_return(disk, CRASH_LOSE_UNSYNCED);
	for (int i = 0; i < 4; i++)
		assert_int_equal(content(disk, "f")[i], i == bit / 8 ? 'x' ^ 1 << bit % 8 : 'x');
	crash_disk_free(disk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_loses_what_was_not_synced),
		cmocka_unit_test(test_killed_process_leaves_all_but_still_pending),
		cmocka_unit_test(test_subset_shows_every_combination),
		cmocka_unit_test(test_subset_of_truncations_leaves_nothing_behind),
		cmocka_unit_test(test_tear_parts_one_write_where_a_sector_ends),
		cmocka_unit_test(test_reading_past_the_end_gives_zeros),
		cmocka_unit_test(test_dead_handles_fail_until_closed),
		cmocka_unit_test(test_cut_at_counts_from_now),
		cmocka_unit_test(test_failed_sync_is_not_made_good_by_the_next),
		cmocka_unit_test(test_full_disk_takes_what_fits_and_overwrites),
		cmocka_unit_test(test_faults_come_once_or_for_ever),
		cmocka_unit_test(test_rot_flips_one_bit_of_the_medium),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
