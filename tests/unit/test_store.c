/* store, hasher: what the loop gives away and gets back. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>
#include <uv.h>

#include "firmware/door/hasher.h"
#include "firmware/door/store.h"
#include "firmware/edge/mono.h"

#define BOARD "kamar-1"

static uv_loop_t loop;
static struct store *store;
static char dir[64], path[80];
static struct {
	int answers, pages;
	uint32_t token, read_on_answer;
	int error;
	uint64_t head;
	unsigned events;
	uint64_t first;
} seen;

static void on_stored(void *ctx, const struct board_input *input)
{
	(void)ctx;
	assert_int_equal(input->kind, INPUT_STORED);
	assert_true(input->u.stored.token >= seen.token);
	seen.answers++;
	seen.token = input->u.stored.token;
	seen.error = input->u.stored.error;
	seen.head = input->u.stored.head;
	if (seen.read_on_answer)
		store_read(store, 1, seen.read_on_answer);
}

static void on_events(void *ctx, const struct wire_events *events)
{
	(void)ctx;
	seen.pages++;
	seen.events = events->count;
	seen.first = events->events[0].seq;
}

static const struct store_events events = { on_stored, on_events, NULL };

static void open_store(int standing_error)
{
	struct journal *journal;

	assert_int_equal(journal_open(&journal, path, NULL, BOARD, 7), 0);
	assert_int_equal(store_open(&store, &loop, journal, standing_error, &events), 0);
}

static void close_store(void)
{
	while (store_finish(store))
		uv_run(&loop, UV_RUN_ONCE);
	store_close(store);
	uv_run(&loop, UV_RUN_DEFAULT);
}

static int set_up(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof(seen));
	snprintf(dir, sizeof(dir), "/tmp/rumah-store-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/journal.db", dir);
	assert_int_equal(uv_loop_init(&loop), 0);
	open_store(0);
	return 0;
}

static int tear_down(void **state)
{
	char file[96];

	(void)state;
	close_store();
	assert_int_equal(uv_loop_close(&loop), 0);
	unlink(path);
	snprintf(file, sizeof(file), "%s-wal", path);
	unlink(file);
	snprintf(file, sizeof(file), "%s-shm", path);
	unlink(file);
	return rmdir(dir);
}

static void put(uint32_t token)
{
	struct board_orders orders = { .event_count = 1, .store_token = token };

	orders.events[0] =
		(struct wire_event){ .boot = 1, .trust = WIRE_TRUST_FLOOR, .type = WIRE_EVENT_REX };
	store_put(store, &orders, NULL, 0);
}

static bool turn_until(const int *count, int wanted, int limit_ms)
{
	uint64_t until = mono_now_ms() + (uint64_t)limit_ms;

	while (*count < wanted && mono_now_ms() < until)
		uv_run(&loop, UV_RUN_NOWAIT);
	return *count >= wanted;
}

static void answers_come_in_order_and_stand_for_those_before(void **state)
{
	(void)state;
	for (uint32_t token = 1; token <= 50; token++)
		put(token);
	while (seen.token < 50)
		uv_run(&loop, UV_RUN_ONCE);
	assert_int_equal(seen.error, 0);
	assert_int_equal(seen.head, 50);
	/* what came during one commit went into the next together */
	assert_in_range(seen.answers, 1, 3);
}

static void events_are_read_back(void **state)
{
	(void)state;
	for (uint32_t token = 1; token <= 10; token++)
		put(token);
	store_read(store, 3, 4);
	assert_true(turn_until(&seen.pages, 1, 5000));
	assert_int_equal(seen.events, 4);
	assert_int_equal(seen.first, 3);
	store_read(store, 11, 4); /* none: nothing is handed out */
	store_read(store, 10, 4);
	assert_true(turn_until(&seen.pages, 2, 5000));
	assert_int_equal(seen.first, 10);
}

static void a_read_ordered_by_an_answer_gets_pages_of_its_own(void **state)
{
	(void)state;
	put(1);
	put(2);
	assert_true(turn_until(&seen.answers, 2, 5000));
	seen.read_on_answer = 2;
	put(3);
	store_read(store, 1, 1); /* runs with the commit whose answer orders another */
	assert_true(turn_until(&seen.pages, 2, 5000));
	assert_int_equal(seen.events, 2);
}

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_failure_is_told_tried_again_and_told_when_it_worked(void **state)
{
	(void)state;
	limit_files(0);
	put(1);
	put(2);
	while (seen.token < 2)
		uv_run(&loop, UV_RUN_ONCE);
	assert_true(seen.error < 0);
	assert_int_equal(seen.head, 0);
	limit_files(RLIM_INFINITY);
	seen.answers = 0;
	assert_true(turn_until(&seen.answers, 1, 5000)); /* nobody put anything: the retry of each second */
	assert_int_equal(seen.token, 2);
	assert_int_equal(seen.error, 0);
	assert_int_equal(seen.head, 2);
}

static void a_journal_that_is_not_durable_says_so_each_time(void **state)
{
	(void)state;
	close_store();
	open_store(-EROFS);
	put(1);
	assert_true(turn_until(&seen.answers, 1, 5000));
	assert_int_equal(seen.error, -EROFS);
	assert_int_equal(seen.head, 1); /* and yet the centre can be told */
}

static void what_waits_at_the_end_is_stored(void **state)
{
	(void)state;
	for (uint32_t token = 1; token <= 5; token++)
		put(token);
	close_store();
	open_store(0);
	put(6);
	while (seen.token < 6)
		uv_run(&loop, UV_RUN_ONCE);
	assert_int_equal(seen.head, 6);
}

static struct {
	int answers;
	uint32_t entries[8];
	uint8_t s[8][WIRE_STRETCHED_BYTES];
} stretched;

static void on_stretched(void *ctx, uint32_t entry, int error, const uint8_t s[WIRE_STRETCHED_BYTES])
{
	(void)ctx;
	assert_int_equal(error, 0);
	stretched.entries[stretched.answers] = entry;
	memcpy(stretched.s[stretched.answers++], s, WIRE_STRETCHED_BYTES);
}

static void codes_are_stretched_one_at_a_time_and_the_newest_waits(void **state)
{
	const struct hasher_events hasher_events = { on_stretched, NULL };
	const struct wire_settings settings = { .argon_mem_kib = 64, .argon_passes = 1 };
	const char digits[WIRE_LONG_CODE] = "12345678";
	uint8_t expected[WIRE_STRETCHED_BYTES];
	struct hasher *hasher;

	(void)state;
	assert_int_equal(wire_stretch(expected, digits, 8, &settings), 0);
	assert_int_equal(hasher_open(&hasher, &loop, &hasher_events), 0);
	for (uint32_t entry = 1; entry <= 3; entry++) {
		struct board_order order = { .kind = ORDER_STRETCH };

		order.u.stretch.entry = entry;
		order.u.stretch.count = 8;
		memcpy(order.u.stretch.digits, digits, sizeof(digits));
		order.u.stretch.settings = &settings;
		hasher_start(hasher, &order);
		assert_true(sodium_is_zero((const unsigned char *)order.u.stretch.digits, sizeof(digits)));
	}
	assert_true(hasher_is_busy(hasher));
	assert_true(turn_until(&stretched.answers, 2, 10000));
	assert_int_equal(stretched.entries[0], 1);
	assert_int_equal(stretched.entries[1], 3); /* 2 was given up when 3 came */
	assert_memory_equal(stretched.s[0], expected, sizeof(expected));
	assert_memory_equal(stretched.s[1], expected, sizeof(expected));
	assert_false(hasher_is_busy(hasher));
	hasher_close(hasher);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(answers_come_in_order_and_stand_for_those_before),
		TEST(events_are_read_back),
		TEST(a_read_ordered_by_an_answer_gets_pages_of_its_own),
		TEST(a_failure_is_told_tried_again_and_told_when_it_worked),
		TEST(a_journal_that_is_not_durable_says_so_each_time),
		TEST(what_waits_at_the_end_is_stored),
		TEST(codes_are_stretched_one_at_a_time_and_the_newest_waits),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
