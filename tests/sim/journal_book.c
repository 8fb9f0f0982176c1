#include "tests/sim/journal_book.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* --- what is given --- */

void book_event(struct wire_event *event, uint64_t seq)
{
	*event = (struct wire_event){
		.seq = seq,
		.boot = UINT64_C(0xfedcba9876543210),
		.mono_ms = seq * 1000,
		.wall_ms = 1700000000000 + (int64_t)seq,
		.bound_ms = seq % 2 ? UINT32_MAX : 5,
		.trust = WIRE_TRUST_HOLDOVER,
		.type = seq % 3 ? WIRE_EVENT_ACCESS_GRANTED : WIRE_EVENT_DOOR_OPENED,
		.reason = WIRE_REASON_CODE,
		.n = -(int64_t)seq,
	};
	if (seq % 3)
		memcpy(event->grant, "0123456789abcdef", sizeof(event->grant));
}

const uint8_t *book_hash(uint64_t seq)
{
	static uint8_t hashes[BOOK_SEQ_MAX + 1][WIRE_HASH_BYTES];
	static uint64_t known;
	struct wire_event event;

	assert(seq <= BOOK_SEQ_MAX);
	if (known == 0)
		wire_chain_start(hashes[0], BOOK_BOARD, BOOK_LOG);
	for (; known < seq; known++) {
		memcpy(hashes[known + 1], hashes[known], WIRE_HASH_BYTES);
		book_event(&event, known + 1);
		wire_chain_next(hashes[known + 1], &event);
	}
	return hashes[seq];
}

const char *book_snapshot(const struct book *book, uint64_t rev, size_t *len)
{
	static char bytes[BOOK_SNAPSHOT_MAX];

	*len = 100 + (size_t)(rev * 977) % book->snapshot_bytes;
	assert(*len <= sizeof(bytes));
	for (size_t i = 0; i < *len; i++)
		bytes[i] = (char)('a' + (rev * 7 + i / 3) % 26);
	return bytes;
}

static void make_used(struct board_used *used, unsigned n)
{
	*used = (struct board_used){ .until_ms = 1700000000000 + n };
	snprintf(used->grant, sizeof(used->grant), "once%012u", n);
}

/* --- steps --- */

void book_init(struct book *book, size_t snapshot_bytes)
{
	*book = (struct book){ .snapshot_bytes = snapshot_bytes, .page_count = 1 };
}

static struct board_order *push(struct board_orders *orders, enum board_order_kind kind)
{
	struct board_order *order = &orders->list[orders->count++];

	assert(orders->count <= BOARD_ORDERS_MAX);
	*order = (struct board_order){ .kind = kind };
	return order;
}

void book_add_events(struct book *book, unsigned count, struct board_orders *orders)
{
	for (; count > 0; count--)
		book_event(&orders->events[orders->event_count++], ++book->next.head);
}

void book_add_forget(struct book *book, uint64_t upto, struct board_orders *orders)
{
	struct board_order *order = push(orders, ORDER_FORGET);

	order->u.forget.upto = upto;
	memcpy(order->u.forget.hash, book_hash(upto), WIRE_HASH_BYTES);
	if (upto > book->next.acked)
		book->next.acked = upto;
}

static void add_guess(struct book *book, unsigned number, struct board_orders *orders)
{
	struct board_order *order = push(orders, ORDER_STORE_GUESS);

	book->next.failures = number + 1;
	book->next.is_lockout_open = number % 2;
	book->next.is_entry_open = number % 4 < 2;
	order->u.guess.failures = book->next.failures;
	order->u.guess.is_lockout_open = book->next.is_lockout_open;
	order->u.guess.is_entry_open = book->next.is_entry_open;
}

static void add_used(struct book *book, struct board_orders *orders)
{
	struct board_order *order = push(orders, ORDER_STORE_USED);
	struct board_used oldest;

	make_used(&order->u.used.grant, book->next.used_behind++);
	if (book->next.used_behind - book->next.used_first <= 3)
		return;
	make_used(&oldest, book->next.used_first++);
	memcpy(order->u.used.forgets, oldest.grant, sizeof(oldest.grant));
}

void book_step(struct book *book, unsigned number, struct board_orders *orders, const char **sealed,
	size_t *sealed_len)
{
	*orders = (struct board_orders){ 0 };
	*sealed = NULL;
	*sealed_len = 0;
	book_add_events(book, 1 + number % 3, orders);
	if (number % 2 == 0)
		add_guess(book, number, orders);
	if (number % 3 == 1)
		push(orders, ORDER_STORE_FLOOR)->u.floor_ms = book->next.floor_ms =
			1000 * (int64_t)(number + 1);
	if (number % 4 != 3) {
		struct board_order *order = push(orders, ORDER_STORE_SNAPSHOT);

		order->u.snapshot.epoch = 1;
		order->u.snapshot.rev = ++book->next.rev;
		*sealed = book_snapshot(book, book->next.rev, sealed_len);
	}
	if (number % 3 == 0)
		add_used(book, orders);
	if (number % 4 == 2)
		book_add_forget(book, book->next.head - 1, orders);
}

void book_try(struct book *book)
{
	assert(book->page_count < BOOK_PAGES_MAX);
	book->pages[book->page_count++] = book->next;
}

void book_committed(struct book *book)
{
	book->pages[0] = book->pages[book->page_count - 1];
	book->page_count = 1;
}

/* --- comparing --- */

static bool has_log(const struct book *book, const struct book_page *page, const struct board_memory *memory,
	const char *sealed, size_t len)
{
	size_t given_len = 0;
	const char *given = page->rev ? book_snapshot(book, page->rev, &given_len) : NULL;

	return memory->log == BOOK_LOG && memory->head == page->head && memory->acked == page->acked &&
	       memcmp(memory->hash, book_hash(page->head), WIRE_HASH_BYTES) == 0 &&
	       memory->floor_ms == page->floor_ms && len == given_len &&
	       (sealed != NULL) == (given != NULL) && (!given || memcmp(sealed, given, len) == 0);
}

static bool is_among(const struct board_memory *memory, const struct board_used *used)
{
	for (size_t i = 0; i < memory->used_count; i++)
		if (strcmp(memory->used[i].grant, used->grant) == 0)
			return memory->used[i].until_ms == used->until_ms;
	return false;
}

static bool has_small(const struct book_page *page, const struct board_memory *memory)
{
	struct board_used used;

	for (unsigned n = page->used_first; n < page->used_behind; n++) {
		make_used(&used, n);
		if (!is_among(memory, &used))
			return false;
	}
	return memory->used_count == page->used_behind - page->used_first &&
	       memory->failures == page->failures && memory->is_lockout_open == page->is_lockout_open &&
	       memory->is_entry_open == page->is_entry_open;
}

bool book_find(const struct book *book, const struct board_memory *memory, const char *sealed, size_t len,
	size_t *page, size_t *small)
{
	size_t i = 0;

	while (i < book->page_count && !has_log(book, &book->pages[i], memory, sealed, len))
		i++;
	*page = i;
	while (i < book->page_count && !has_small(&book->pages[i], memory))
		i++;
	*small = i;
	return i < book->page_count;
}

void book_go_on(struct book *book, size_t page, size_t small)
{
	const struct book_page newer = book->pages[small];

	book->next = book->pages[page];
	book->next.failures = newer.failures;
	book->next.is_lockout_open = newer.is_lockout_open;
	book->next.is_entry_open = newer.is_entry_open;
	book->next.used_first = newer.used_first;
	book->next.used_behind = newer.used_behind;
	book->pages[0] = book->next;
	book->page_count = 1;
}
