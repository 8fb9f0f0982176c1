/* journal: what was committed is there after any end of the process, once and in order. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>
#include <sqlite3.h>

#include "firmware/door/journal.h"

#define BOARD "kamar-1"
#define LOG 0x1122334455667788u
#define NOISE WIRE_EVENT_DOOR_OPENED
#define ACCESS WIRE_EVENT_ACCESS_GRANTED

struct fixture {
	char dir[64], path[96];
	struct journal *journal;
	struct board_orders orders;
	struct board_memory memory;
	uint64_t head, acked;
	uint8_t hash[WIRE_HASH_BYTES];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/rumah-journal-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/journal.db", f->dir);
	assert_int_equal(journal_open(&f->journal, f->path, NULL, BOARD, LOG), 0);
	*state = f;
	return 0;
}

static void remove_file(const struct fixture *f, const char *suffix)
{
	char path[128];

	snprintf(path, sizeof(path), "%s%s", f->path, suffix);
	unlink(path);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	journal_close(f->journal);
	remove_file(f, "");
	remove_file(f, "-wal");
	remove_file(f, "-shm");
	rmdir(f->dir);
	free(f);
	return 0;
}

static int commit(struct fixture *f)
{
	return journal_commit(f->journal, &f->head, f->hash, &f->acked);
}

static void reopen(struct fixture *f)
{
	journal_close(f->journal);
	f->journal = NULL;
	assert_int_equal(journal_open(&f->journal, f->path, NULL, BOARD, 99), 0);
}

static void recall(struct fixture *f)
{
	char *snapshot;
	size_t len;

	assert_int_equal(journal_recall(f->journal, &f->memory, &snapshot, &len), 0);
	free(snapshot);
}

/* The i-th event of a test: no two alike. */
static struct wire_event make_event(uint64_t i, enum wire_event_type type)
{
	struct wire_event event = {
		.boot = UINT64_C(0xfedcba9876543210),
		.mono_ms = i * 1000,
		.wall_ms = 1700000000000 + (int64_t)i,
		.bound_ms = i % 2 ? UINT32_MAX : 5,
		.trust = WIRE_TRUST_HOLDOVER,
		.type = type,
		.reason = WIRE_REASON_CODE,
		.n = -(int64_t)i,
	};

	if (type == ACCESS)
		memcpy(event.grant, "0123456789abcdef", 17);
	return event;
}

static void add_events(struct fixture *f, uint64_t from, uint64_t count, enum wire_event_type type)
{
	for (uint64_t i = 0; i < count; i++) {
		struct board_orders orders = { .event_count = 1 };

		orders.events[0] = make_event(from + i, type);
		assert_int_equal(journal_add(f->journal, &orders, NULL, 0), 0);
	}
}

/* Reads the whole log in messages of 64 and checks its chain from the start. Returns how many events of
 * `type` there are; *gaps adds up what gap events say. */
static uint64_t count_events(struct fixture *f, enum wire_event_type type, uint64_t *gaps)
{
	static struct wire_events page;
	uint8_t hash[WIRE_HASH_BYTES];
	uint64_t seq = 0, found = 0;
	int n;

	*gaps = 0;
	wire_chain_start(hash, BOARD, LOG);
	while ((n = journal_read(f->journal, seq + 1, WIRE_EVENTS_MAX, &page)) > 0) {
		assert_memory_equal(page.prev, hash, sizeof(hash));
		assert_true(page.log == LOG);
		for (int i = 0; i < n; i++) {
			assert_true(page.events[i].seq == ++seq);
			wire_chain_next(hash, &page.events[i]);
			found += page.events[i].type == type;
			if (page.events[i].type == WIRE_EVENT_GAP)
				*gaps += (uint64_t)page.events[i].n;
		}
	}
	assert_int_equal(n, 0);
	assert_true(seq == f->head);
	assert_memory_equal(hash, f->hash, sizeof(hash));
	return found;
}

static void a_log_is_born_once_and_belongs_to_one_board(void **state)
{
	struct fixture *f = *state;
	uint8_t start[WIRE_HASH_BYTES];
	struct journal *other;

	reopen(f);
	recall(f);
	wire_chain_start(start, BOARD, LOG);
	assert_true(f->memory.log == LOG);
	assert_true(f->memory.head == 0);
	assert_memory_equal(f->memory.hash, start, sizeof(start));
	assert_int_equal(journal_open(&other, f->path, NULL, "kamar-2", LOG), JOURNAL_FOREIGN);
}

static void committed_events_can_be_read_from_any_place(void **state)
{
	struct fixture *f = *state;
	static struct wire_events page;
	uint8_t hash[WIRE_HASH_BYTES];
	struct wire_event event;

	add_events(f, 1, 200, ACCESS);
	assert_int_equal(commit(f), 0);
	assert_true(f->head == 200);

	wire_chain_start(hash, BOARD, LOG);
	for (uint64_t seq = 1; seq <= 200; seq++) {
		assert_int_equal(journal_read(f->journal, seq, 7, &page), seq <= 194 ? 7 : (int)(201 - seq));
		assert_memory_equal(page.prev, hash, sizeof(hash));
		event = make_event(seq, ACCESS);
		event.seq = seq;
		assert_memory_equal(&page.events[0], &event, sizeof(event));
		wire_chain_next(hash, &event);
	}
	assert_memory_equal(hash, f->hash, sizeof(hash));
	assert_int_equal(journal_read(f->journal, 201, 1, &page), 0);
	assert_int_equal(journal_read(f->journal, 0, 1, &page), 0);
}

static void what_was_not_committed_is_not_there(void **state)
{
	struct fixture *f = *state;

	add_events(f, 1, 3, ACCESS);
	assert_int_equal(commit(f), 0);
	add_events(f, 4, 3, ACCESS);
	reopen(f);
	recall(f);
	assert_true(f->memory.head == 3);
}

static void a_killed_process_keeps_what_it_committed(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid;

	journal_close(f->journal);
	f->journal = NULL;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (journal_open(&f->journal, f->path, NULL, BOARD, 1) == 0) {
			add_events(f, 1, 70, ACCESS);
			if (commit(f) == 0)
				add_events(f, 71, 5, ACCESS);
		}
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	reopen(f);
	recall(f);
	assert_true(f->memory.head == 70);
	add_events(f, 71, 1, ACCESS);
	assert_int_equal(commit(f), 0);
	assert_true(f->head == 71);
	assert_int_equal(journal_check(f->journal), 0);
}

static struct board_order *add_order(struct board_orders *orders, enum board_order_kind kind)
{
	struct board_order *order = &orders->list[orders->count++];

	*order = (struct board_order){ .kind = kind };
	return order;
}

static void add_guess(struct fixture *f, uint32_t failures, bool is_lockout_open)
{
	struct board_orders orders = { 0 };
	struct board_order *order = add_order(&orders, ORDER_STORE_GUESS);

	order->u.guess.failures = failures;
	order->u.guess.is_lockout_open = is_lockout_open;
	assert_int_equal(journal_add(f->journal, &orders, NULL, 0), 0);
}

static void the_newest_of_each_kind_is_recalled(void **state)
{
	struct fixture *f = *state;
	struct board_orders orders = { 0 };
	uint8_t digest[WIRE_DIGEST_BYTES];
	char *snapshot;
	size_t len;

	add_guess(f, 3, false);
	add_guess(f, 6, true);
	add_order(&orders, ORDER_STORE_FLOOR)->u.floor_ms = 5000;
	add_order(&orders, ORDER_STORE_FLOOR)->u.floor_ms = 6000;
	add_order(&orders, ORDER_STORE_SNAPSHOT)->u.snapshot.rev = 8;
	assert_int_equal(journal_add(f->journal, &orders, "sealed bytes", 12), 0);
	assert_int_equal(commit(f), 0);

	/* The floor never goes back. */
	orders = (struct board_orders){ 0 };
	add_order(&orders, ORDER_STORE_FLOOR)->u.floor_ms = 4000;
	assert_int_equal(journal_add(f->journal, &orders, NULL, 0), 0);
	assert_int_equal(commit(f), 0);

	reopen(f);
	assert_int_equal(journal_recall(f->journal, &f->memory, &snapshot, &len), 0);
	assert_int_equal(f->memory.failures, 6);
	assert_true(f->memory.is_lockout_open);
	assert_false(f->memory.is_entry_open);
	assert_true(f->memory.floor_ms == 6000);
	assert_int_equal(len, 12);
	assert_memory_equal(snapshot, "sealed bytes", 12);
	wire_digest(digest, "sealed bytes", 12);
	assert_memory_equal(f->memory.digest, digest, sizeof(digest));
	free(snapshot);
}

static void add_used(struct board_orders *orders, const char *grant, int64_t until_ms, const char *forgets)
{
	struct board_order *order = add_order(orders, ORDER_STORE_USED);

	snprintf(order->u.used.grant.grant, sizeof(order->u.used.grant.grant), "%s", grant);
	order->u.used.grant.until_ms = until_ms;
	snprintf(order->u.used.forgets, sizeof(order->u.used.forgets), "%s", forgets);
}

static void used_grants_mirror_the_core(void **state)
{
	struct fixture *f = *state;
	struct board_orders orders = { 0 };

	add_used(&orders, "aaaa", 10, "");
	add_used(&orders, "bbbb", 30, "");
	add_used(&orders, "cccc", 20, "aaaa");
	assert_int_equal(journal_add(f->journal, &orders, NULL, 0), 0);
	assert_int_equal(commit(f), 0);
	reopen(f);
	recall(f);
	assert_int_equal(f->memory.used_count, 2);
	assert_string_equal(f->memory.used[0].grant, "bbbb");
	assert_string_equal(f->memory.used[1].grant, "cccc");
	assert_true(f->memory.used[1].until_ms == 20);
}

static void only_a_true_acknowledgement_forgets(void **state)
{
	/* clang-format off */
	static const struct { const char *name; uint64_t upto, hash_of; uint64_t acked; } rows[] = {
		{ "hash of another event",       50,  51,  0 },
		{ "right",                       50,  50, 50 },
		{ "older than the last",         40,  40, 50 },
		{ "beyond the newest",          101, 100, 50 },
		{ "at an anchor",                64,  64, 64 },
		{ "just past an anchor",         65,  65, 65 },
		{ "the newest",                 100, 100, 100 },
	};
	/* clang-format on */
	struct fixture *f = *state;
	static struct wire_events page;

	add_events(f, 1, 100, ACCESS);
	assert_int_equal(commit(f), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct board_orders orders = { 0 };
		struct board_order *order = add_order(&orders, ORDER_FORGET);

		order->u.forget.upto = rows[i].upto;
		if (journal_read(f->journal, rows[i].hash_of + 1, 1, &page) == 1)
			memcpy(order->u.forget.hash, page.prev, WIRE_HASH_BYTES);
		else
			memcpy(order->u.forget.hash, f->hash, WIRE_HASH_BYTES);
		assert_int_equal(journal_add(f->journal, &orders, NULL, 0), 0);
		assert_int_equal(commit(f), 0);
		if (f->acked != rows[i].acked)
			fail_msg("%s: acked %ju", rows[i].name, (uintmax_t)f->acked);
	}
	reopen(f);
	recall(f);
	assert_true(f->memory.acked == 100);
}

static void acknowledge(struct fixture *f)
{
	struct board_orders orders = { 0 };
	struct board_order *order = add_order(&orders, ORDER_FORGET);

	order->u.forget.upto = f->head;
	memcpy(order->u.forget.hash, f->hash, WIRE_HASH_BYTES);
	assert_int_equal(journal_add(f->journal, &orders, NULL, 0), 0);
	assert_int_equal(commit(f), 0);
	assert_true(f->acked == f->head);
}

static void acknowledged_events_stay_as_a_bounded_history(void **state)
{
	struct fixture *f = *state;
	static struct wire_events page;

	for (int i = 0; i < 13; i++) {
		add_events(f, (uint64_t)i * 1000 + 1, 1000, ACCESS);
		assert_int_equal(commit(f), 0);
		acknowledge(f);
	}
	assert_true(f->head == 13000);
	assert_int_equal(journal_read(f->journal, 1, 1, &page), 0);
	assert_int_equal(journal_read(f->journal, 13000 - JOURNAL_HISTORY + 1, 64, &page), 64);
	assert_int_equal(journal_check(f->journal), 0);
	reopen(f);
	assert_int_equal(journal_check(f->journal), 0);
}

static void a_full_journal_leaves_noise_out_and_says_how_much(void **state)
{
	struct fixture *f = *state;
	uint64_t gaps;

	journal_limit(f->journal, 10);
	add_events(f, 1, 12, NOISE); /* 10 fit */
	assert_int_equal(commit(f), 0);
	assert_true(f->head == 10);
	reopen(f); /* the count of what was left out survives */
	journal_limit(f->journal, 10);
	add_events(f, 13, 1, NOISE);
	add_events(f, 14, 2, ACCESS);
	assert_int_equal(commit(f), 0);
	assert_true(f->head == 13);
	assert_int_equal(count_events(f, ACCESS, &gaps), 2);
	assert_int_equal(gaps, 3);

	acknowledge(f);
	add_events(f, 16, 5, NOISE);
	assert_int_equal(commit(f), 0);
	assert_int_equal(count_events(f, NOISE, &gaps), 15);
	assert_int_equal(gaps, 3);
}

/* No file of this process grows past `bytes`: a full disk, for those who have no disk to fill. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_failed_commit_gives_nothing_and_loses_nothing(void **state)
{
	struct fixture *f = *state;
	uint8_t hash[WIRE_HASH_BYTES];
	uint64_t gaps;

	add_events(f, 1, 5, ACCESS);
	assert_int_equal(commit(f), 0);
	memcpy(hash, f->hash, sizeof(hash));

	limit_files(4096);
	for (int i = 0; i < 3; i++) {
		add_events(f, 6 + (uint64_t)i, 1, ACCESS);
		add_guess(f, 4 + (uint32_t)i, false);
		assert_true(commit(f) < 0);
		assert_true(f->head == 5);
		assert_memory_equal(hash, f->hash, sizeof(hash));
	}
	limit_files(RLIM_INFINITY);

	assert_int_equal(commit(f), 0);
	assert_true(f->head == 8);
	assert_int_equal(count_events(f, ACCESS, &gaps), 8);
	assert_int_equal(gaps, 0);
	recall(f);
	assert_int_equal(f->memory.failures, 6);
	reopen(f);
	assert_int_equal(journal_check(f->journal), 0);
}

static void a_lockout_is_kept_where_its_events_find_no_room(void **state)
{
	struct fixture *f = *state;
	struct stat wal;
	char path[128];

	/* A log long enough that its newest page is not rewritten, then a write-ahead log that begins anew.
	 */
	add_events(f, 1, 60, ACCESS);
	assert_int_equal(commit(f), 0);
	snprintf(path, sizeof(path), "%s-wal", f->path);
	assert_int_equal(stat(path, &wal), 0);
	/* One frame of 4120 bytes more: room for the memory row, not for the events. */
	limit_files((rlim_t)wal.st_size + 4120);
	add_events(f, 61, 500, ACCESS);
	add_guess(f, 7, true);
	assert_true(commit(f) < 0);
	limit_files(RLIM_INFINITY);
	assert_true(f->head == 60);
	reopen(f);
	recall(f);
	assert_int_equal(f->memory.failures, 7);
	assert_true(f->memory.is_lockout_open);
	assert_true(f->memory.head == 60);
}

static void past_the_backlog_noise_goes_first_and_a_gap_tells(void **state)
{
	struct fixture *f = *state;
	uint64_t gaps;

	limit_files(4096);
	add_events(f, 1, 3500, NOISE); /* 3072 have room */
	assert_true(commit(f) < 0);
	add_events(f, 3501, 1100, ACCESS); /* 1024 have room */
	assert_true(commit(f) < 0);
	limit_files(RLIM_INFINITY);

	assert_int_equal(commit(f), 0);
	assert_int_equal(count_events(f, ACCESS, &gaps), 1024);
	assert_int_equal(gaps, 3500 - 3072 + 1100 - 1024);
	assert_int_equal(count_events(f, NOISE, &gaps), 3072);
	assert_int_equal(journal_check(f->journal), 0);
}

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
		TEST(a_log_is_born_once_and_belongs_to_one_board),
		TEST(committed_events_can_be_read_from_any_place),
		TEST(what_was_not_committed_is_not_there),
		TEST(a_killed_process_keeps_what_it_committed),
		TEST(the_newest_of_each_kind_is_recalled),
		TEST(used_grants_mirror_the_core),
		TEST(only_a_true_acknowledgement_forgets),
		TEST(acknowledged_events_stay_as_a_bounded_history),
		TEST(a_full_journal_leaves_noise_out_and_says_how_much),
		TEST(a_failed_commit_gives_nothing_and_loses_nothing),
		TEST(a_lockout_is_kept_where_its_events_find_no_room),
		TEST(past_the_backlog_noise_goes_first_and_a_gap_tells),
		TEST(damage_is_found_or_harmless),
		TEST(a_value_that_changed_by_itself_is_damage),
		TEST(of_a_damaged_journal_what_is_sound_can_be_had),
		TEST(what_is_not_a_journal_is_refused),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
