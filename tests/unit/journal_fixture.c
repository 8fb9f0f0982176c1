#include "tests/unit/journal_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

int set_up(void **state)
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

void remove_file(const struct fixture *f, const char *suffix)
{
	char path[128];

	snprintf(path, sizeof(path), "%s%s", f->path, suffix);
	unlink(path);
}

int tear_down(void **state)
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

int commit(struct fixture *f)
{
	return journal_commit(f->journal, &f->head, f->hash, &f->acked);
}

void reopen(struct fixture *f)
{
	journal_close(f->journal);
	f->journal = NULL;
	assert_int_equal(journal_open(&f->journal, f->path, NULL, BOARD, 99), 0);
}

void recall(struct fixture *f)
{
	char *snapshot;
	size_t len;

	assert_int_equal(journal_recall(f->journal, &f->memory, &snapshot, &len), 0);
	free(snapshot);
}

struct wire_event make_event(uint64_t i, enum wire_event_type type)
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

void add_events(struct fixture *f, uint64_t from, uint64_t count, enum wire_event_type type)
{
	for (uint64_t i = 0; i < count; i++) {
		struct board_orders orders = { .event_count = 1 };

		orders.events[0] = make_event(from + i, type);
		assert_int_equal(journal_add(f->journal, &orders, NULL, 0), 0);
	}
}

uint64_t count_events(struct fixture *f, enum wire_event_type type, uint64_t *gaps)
{
	struct wire_events page;
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

struct board_order *add_order(struct board_orders *orders, enum board_order_kind kind)
{
	struct board_order *order = &orders->list[orders->count++];

	*order = (struct board_order){ .kind = kind };
	return order;
}

void add_guess(struct fixture *f, uint32_t failures, bool is_lockout_open)
{
	struct board_orders orders = { 0 };
	struct board_order *order = add_order(&orders, ORDER_STORE_GUESS);

	order->u.guess.failures = failures;
	order->u.guess.is_lockout_open = is_lockout_open;
	assert_int_equal(journal_add(f->journal, &orders, NULL, 0), 0);
}

void add_used(struct board_orders *orders, const char *grant, int64_t until_ms, const char *forgets)
{
	struct board_order *order = add_order(orders, ORDER_STORE_USED);

	snprintf(order->u.used.grant.grant, sizeof(order->u.used.grant.grant), "%s", grant);
	order->u.used.grant.until_ms = until_ms;
	snprintf(order->u.used.forgets, sizeof(order->u.used.forgets), "%s", forgets);
}

void acknowledge(struct fixture *f)
{
	struct board_orders orders = { 0 };
	struct board_order *order = add_order(&orders, ORDER_FORGET);

	order->u.forget.upto = f->head;
	memcpy(order->u.forget.hash, f->hash, WIRE_HASH_BYTES);
	assert_int_equal(journal_add(f->journal, &orders, NULL, 0), 0);
	assert_int_equal(commit(f), 0);
	assert_true(f->acked == f->head);
}
