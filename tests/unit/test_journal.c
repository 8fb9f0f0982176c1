/* journal: what was committed is there after any end of the process, once and in order. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/unit/journal_fixture.h"

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
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
