/* journal, damaged: a flipped bit is found, and what is sound can be had. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>
#include <sqlite3.h>

#include "tests/unit/journal_fixture.h"

static void flip(const struct fixture *f, long at)
{
	int fd = open(f->path, O_RDWR | O_CLOEXEC);
	uint8_t byte;

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= (uint8_t)(1u << (at % 8));
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* Every byte that differs from the file as written is found at open or by the whole check, or does not
 * matter: never a crash, never a value that was not stored. */
static void damage_is_found_or_harmless(void **state)
{
	struct fixture *f = *state;
	struct stat file;
	int found = 0, harmless = 0;

	add_events(f, 1, 150, ACCESS);
	add_guess(f, 2, false);
	assert_int_equal(commit(f), 0);
	journal_close(f->journal);
	assert_int_equal(stat(f->path, &file), 0);

	for (int i = 0; i < 250; i++) {
		long at = (long)randombytes_uniform((uint32_t)file.st_size);
		int r;

		flip(f, at);
		f->journal = NULL;
		r = journal_open(&f->journal, f->path, NULL, BOARD, 1);
		if (r == 0) {
			recall(f);
			assert_true(f->memory.log == LOG && f->memory.head == 150);
			assert_int_equal(f->memory.failures, 2);
			r = journal_check(f->journal);
		}
		journal_close(f->journal);
		found += r != 0;
		harmless += r == 0;
		flip(f, at);
	}
	assert_true(found > 0);
	print_message("found %d, harmless %d\n", found, harmless);
	assert_int_equal(journal_open(&f->journal, f->path, NULL, BOARD, 1), 0);
}

/* What SQLite takes for sound, since only a value changed. */
static void a_value_that_changed_by_itself_is_damage(void **state)
{
	static const char *const rows[] = { "UPDATE memory SET one = 1" /* changes nothing */,
		"UPDATE memory SET failures = 2", "UPDATE memory SET floor_ms = 1",
		"UPDATE memory SET log = 1", "UPDATE memory SET is_lockout_open = 0",
		"UPDATE memory SET acked = 2", "UPDATE used SET until_ms = 11",
		"UPDATE used SET grant_id = 'bbbb'", "UPDATE event SET reason = 2 WHERE seq = 150",
		"UPDATE event SET type = 99 WHERE seq = 140", "UPDATE event SET hash = NULL WHERE seq = 128",
		"DELETE FROM event WHERE seq = 149", "DELETE FROM event WHERE seq = 150",
		"UPDATE event SET grant_id = 'x' WHERE seq = 130" };
	struct fixture *f = *state;
	struct board_orders orders = { 0 };

	add_used(&orders, "aaaa", 10, "");
	assert_int_equal(journal_add(f->journal, &orders, NULL, 0), 0);
	add_events(f, 1, 150, ACCESS);
	add_guess(f, 3, true);
	assert_int_equal(commit(f), 0);
	journal_close(f->journal);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char copy[128];
		sqlite3 *db;

		assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
		snprintf(copy, sizeof(copy), "VACUUM INTO '%s.copy'", f->path);
		assert_int_equal(sqlite3_exec(db, copy, NULL, NULL, NULL), SQLITE_OK);
		sqlite3_close(db);
		snprintf(copy, sizeof(copy), "%s.copy", f->path);
		assert_int_equal(sqlite3_open(copy, &db), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, rows[i], NULL, NULL, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_changes(db), 1);
		sqlite3_close(db);
		f->journal = NULL;
		if (journal_open(&f->journal, copy, NULL, BOARD, 1) != (i == 0 ? 0 : JOURNAL_CORRUPT))
			fail_msg("%s", rows[i]);
		journal_close(f->journal);
		remove_file(f, ".copy");
		remove_file(f, ".copy-wal");
		remove_file(f, ".copy-shm");
	}
	assert_int_equal(journal_open(&f->journal, f->path, NULL, BOARD, 1), 0);
}

static void of_a_damaged_journal_what_is_sound_can_be_had(void **state)
{
	struct fixture *f = *state;
	struct board_orders orders = { 0 };
	struct stat file;
	char *snapshot;
	size_t len;
	int had = 0;

	add_used(&orders, "aaaa", 10, "");
	add_order(&orders, ORDER_STORE_FLOOR)->u.floor_ms = 5000;
	add_order(&orders, ORDER_STORE_SNAPSHOT)->u.snapshot.rev = 8;
	assert_int_equal(journal_add(f->journal, &orders, "sealed bytes", 12), 0);
	add_events(f, 1, 150, ACCESS);
	add_guess(f, 3, true);
	assert_int_equal(commit(f), 0);
	journal_close(f->journal);
	f->journal = NULL;
	assert_int_equal(stat(f->path, &file), 0);
	for (int i = 0; i < 250; i++) {
		long at = (long)randombytes_uniform((uint32_t)file.st_size);

		flip(f, at);
		if (journal_salvage(f->path, NULL, BOARD, &f->memory, &snapshot, &len)) {
			had++;
			assert_int_equal(f->memory.failures, 3);
			assert_true(f->memory.is_lockout_open);
			assert_true(f->memory.floor_ms == 5000);
		}
		if (f->memory.used_count > 0)
			assert_string_equal(f->memory.used[0].grant, "aaaa");
		free(snapshot);
		flip(f, at);
	}
	assert_true(had > 200);
	assert_false(journal_salvage("/nowhere/journal.db", NULL, BOARD, &f->memory, &snapshot, &len));
	assert_false(journal_salvage(f->path, NULL, "kamar-2", &f->memory, &snapshot, &len));
	free(snapshot);
}

static void what_is_not_a_journal_is_refused(void **state)
{
	/* clang-format off */
	static const struct { const char *name; const char *bytes; size_t len; int answer; } rows[] = {
		{ "text",           "this is no database, and long enough to be read as one ....................."
		                    "..........................................................................", 150, JOURNAL_FOREIGN },
		{ "header and no more", "SQLite format 3", 16, JOURNAL_FOREIGN },
	};
	/* clang-format on */
	struct fixture *f = *state;
	struct journal *journal;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char path[128];
		FILE *file;

		snprintf(path, sizeof(path), "%s.not", f->path);
		file = fopen(path, "w");
		assert_non_null(file);
		assert_int_equal(fwrite(rows[i].bytes, 1, rows[i].len, file), rows[i].len);
		fclose(file);
		if (journal_open(&journal, path, NULL, BOARD, 1) != rows[i].answer)
			fail_msg("%s", rows[i].name);
		unlink(path);
	}
	assert_int_equal(journal_open(&journal, "/nowhere/journal.db", NULL, BOARD, 1), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(damage_is_found_or_harmless),
		TEST(a_value_that_changed_by_itself_is_damage),
		TEST(of_a_damaged_journal_what_is_sound_can_be_had),
		TEST(what_is_not_a_journal_is_refused),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
