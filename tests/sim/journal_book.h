/* journal_book - what a journal was given, and what it must therefore hold.
 *
 * Everything given follows from its number: event `seq`, snapshot `rev`, one-time grant `n` look the same in
 * every life, so that a book holds counters alone and the journal's answers can be compared byte by byte. A
 * page is all that a commit makes durable together; the book keeps those whose commit was begun, and which
 * of them is the newest that was promised. One thread. */
#ifndef TESTS_SIM_JOURNAL_BOOK_H
#define TESTS_SIM_JOURNAL_BOOK_H

#include "firmware/core/board.h"

#define BOOK_BOARD "kamar-1"
#define BOOK_LOG UINT64_C(0x1122334455667788)
#define BOOK_SEQ_MAX 12000
#define BOOK_USED_MAX 8
#define BOOK_PAGES_MAX 64
#define BOOK_SNAPSHOT_MAX (128 * 1024)

struct book_page {
	uint64_t head, acked;
	uint32_t failures;
	bool is_lockout_open, is_entry_open;
	int64_t floor_ms;
	uint64_t rev;                     /* of the snapshot; 0: none */
	unsigned used_first, used_behind; /* grants used_first .. used_behind - 1 are kept as used */
};

struct book {
	size_t snapshot_bytes;                  /* about how large they are */
	struct book_page next;                  /* with all that was given */
	struct book_page pages[BOOK_PAGES_MAX]; /* [0] is committed, the others were tried since */
	size_t page_count;
};

void book_event(struct wire_event *event, uint64_t seq);
/* Of the chain at seq, up to BOOK_SEQ_MAX. */
const uint8_t *book_hash(uint64_t seq);
/* The "sealed bytes" of a snapshot; they stay until the next call. */
const char *book_snapshot(const struct book *book, uint64_t rev, size_t *len);

void book_init(struct book *book, size_t snapshot_bytes);
/* Makes the orders of the step with this number, and takes them into `next`: a few events always, and by
 * turns a guess row, a floor, a snapshot, a used grant (which past a few takes the place of the oldest), an
 * acknowledgement. *sealed is NULL in steps without a snapshot. */
void book_step(struct book *book, unsigned number, struct board_orders *orders, const char **sealed,
	size_t *sealed_len);
/* Adds `count` events, up to BOARD_EVENTS_MAX, and nothing else. */
void book_add_events(struct book *book, unsigned count, struct board_orders *orders);
/* Adds an acknowledgement of all events up to `upto`. */
void book_add_forget(struct book *book, uint64_t upto, struct board_orders *orders);

void book_try(struct book *book);       /* a commit of `next` begins */
void book_committed(struct book *book); /* ... and was promised */

/* Looks for what was recalled. False when it is on no page: something is lost, half there, or made up. *page:
 * where events, floor, acknowledgement and snapshot stand; *small: guess row and used grants, which after a
 * commit that failed may be newer, since they are tried once more alone; else both are the same. */
bool book_find(const struct book *book, const struct board_memory *memory, const char *sealed, size_t len,
	size_t *page, size_t *small);
/* Life goes on from these pages, which are durable. */
void book_go_on(struct book *book, size_t page, size_t small);

#endif
