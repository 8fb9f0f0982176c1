#include "tests/sim/journal_life.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PATH "journal.db"

#define complain(life, what) fail_msg("%s: %s: n=%ju", (life)->title, what, (uintmax_t)(life)->n)

void life_init(struct life *life, const char *title, uint64_t n, uint64_t seed, size_t snapshot_bytes)
{
	memset(life, 0, sizeof(*life));
	life->title = title;
	life->n = n;
	book_init(&life->book, snapshot_bytes);
	assert_int_equal(crash_disk_new(&life->disk, "board", seed), 0);
	crash_disk_seed_sqlite(life->disk);
}

void life_deinit(struct life *life)
{
	life_close(life);
	crash_disk_free(life->disk);
}

int life_open(struct life *life)
{
	return journal_open(&life->journal, PATH, crash_disk_vfs(life->disk), BOOK_BOARD, BOOK_LOG);
}

void life_close(struct life *life)
{
	journal_close(life->journal);
	life->journal = NULL;
}

int life_commit(struct life *life, const struct board_orders *orders, const char *sealed, size_t sealed_len)
{
	int r;

	assert_int_equal(journal_add(life->journal, orders, sealed, sealed_len), 0);
	book_try(&life->book);
	r = journal_commit(life->journal, &life->head, life->hash, &life->acked);
	if (r == 0) {
		book_committed(&life->book);
		if (life->head != life->book.next.head || life->acked != life->book.next.acked ||
			memcmp(life->hash, book_hash(life->head), WIRE_HASH_BYTES) != 0)
			complain(life, "a commit tells another head");
	}
	return r;
}

int life_step(struct life *life)
{
	struct board_orders orders;
	const char *sealed;
	size_t len;

	book_step(&life->book, life->number++, &orders, &sealed, &len);
	return life_commit(life, &orders, sealed, len);
}

void life_power(struct life *life, enum crash_mode mode)
{
	crash_disk_cut(life->disk, mode);
	life_close(life);
	assert_int_equal(crash_disk_power_on(life->disk), 0);
	crash_disk_set_capacity(life->disk, UINT64_MAX);
	for (enum crash_fault fault = 0; fault < CRASH_FAULTS; fault++)
		crash_disk_fail_at(life->disk, fault, 0, false);
}

void life_check_events(struct life *life)
{
	static struct wire_events page;
	struct wire_event given;
	uint64_t seq = 1, head = life->book.next.head, acked = life->book.next.acked;
	/* All of an event but the padding at its end. */
	const size_t said = offsetof(struct wire_event, grant) + sizeof(given.grant);
	int n = 0;

	if (acked > JOURNAL_HISTORY && journal_read(life->journal, 1, 1, &page) == 0)
		seq = acked - JOURNAL_HISTORY + 1;
	for (; seq <= head; seq += (uint64_t)n) {
		n = journal_read(life->journal, seq, WIRE_EVENTS_MAX, &page);
		if (n <= 0 || memcmp(page.prev, book_hash(seq - 1), WIRE_HASH_BYTES) != 0)
			complain(life, "an event is missing");
		for (int i = 0; i < n; i++) {
			book_event(&given, seq + (uint64_t)i);
			if (memcmp(&given, &page.events[i], said) != 0)
				complain(life, "an event is not as it was given");
		}
	}
	assert_int_equal(journal_read(life->journal, head + 1, 1, &page), 0);
}

static void complain_of_memory(const struct life *life, const struct board_memory *memory, size_t len)
{
	const struct book_page *page = &life->book.pages[0];

	fail_msg(
		"%s: lost, half there or made up: n=%ju: committed and recalled: head %ju %ju, acked %ju %ju,"
		" floor %jd %jd, failures %u %u, used %u %zu, snapshot %ju (%zu bytes)",
		life->title, (uintmax_t)life->n, (uintmax_t)page->head, (uintmax_t)memory->head,
		(uintmax_t)page->acked, (uintmax_t)memory->acked, (intmax_t)page->floor_ms,
		(intmax_t)memory->floor_ms, page->failures, memory->failures,
		page->used_behind - page->used_first, memory->used_count, (uintmax_t)page->rev, len);
}

void life_check(struct life *life, bool is_strict)
{
	struct board_memory memory;
	char *sealed = NULL;
	size_t len, page, small;

	if (life_open(life) != 0)
		complain(life, "it does not open");
	if (journal_recall(life->journal, &memory, &sealed, &len) != 0)
		complain(life, "nothing can be recalled");
	if (!book_find(&life->book, &memory, sealed, len, &page, &small))
		complain_of_memory(life, &memory, len);
	free(sealed);
	if (is_strict && page != small)
		complain(life, "guess row and used grants stand elsewhere");
	book_go_on(&life->book, page, small);
	if (journal_check(life->journal) != 0)
		complain(life, "damaged");
	life_check_events(life);
}

/* --- files, through the VFS --- */

static sqlite3_file *open_file(struct life *life, const char *path)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(crash_disk_vfs(life->disk));
	sqlite3_file *file = calloc(1, (size_t)vfs->szOsFile);

	assert_non_null(file);
	assert_int_equal(vfs->xOpen(vfs, path, file,
				 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB, NULL),
		SQLITE_OK);
	return file;
}

static void close_file(sqlite3_file *file)
{
	file->pMethods->xClose(file);
	free(file);
}

void *life_save_file(struct life *life, const char *path, size_t *len)
{
	sqlite3_file *file = open_file(life, path);
	sqlite3_int64 size;
	void *bytes;

	assert_int_equal(file->pMethods->xFileSize(file, &size), SQLITE_OK);
	bytes = malloc((size_t)size);
	assert_non_null(bytes);
	assert_int_equal(file->pMethods->xRead(file, bytes, (int)size, 0), SQLITE_OK);
	close_file(file);
	*len = (size_t)size;
	return bytes;
}

void life_load_file(struct life *life, const char *path, const void *bytes, size_t len)
{
	sqlite3_file *file = open_file(life, path);

	assert_int_equal(file->pMethods->xWrite(file, bytes, (int)len, 0), SQLITE_OK);
	assert_int_equal(file->pMethods->xTruncate(file, (sqlite3_int64)len), SQLITE_OK);
	assert_int_equal(file->pMethods->xSync(file, SQLITE_SYNC_FULL), SQLITE_OK);
	close_file(file);
}
