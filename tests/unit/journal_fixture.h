/* journal_fixture - a journal in a folder of its own, and what the tests of it do again and again. Whatever
 * goes wrong in here ends the test. */
#pragma once

#include <stdint.h>

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

/* *state becomes a struct fixture. */
int set_up(void **state);
int tear_down(void **state);
/* The journal's file with `suffix`. */
void remove_file(const struct fixture *f, const char *suffix);

int commit(struct fixture *f); /* what journal_commit() answers */
void reopen(struct fixture *f);
void recall(struct fixture *f); /* to f->memory, without the snapshot */

/* The i-th event of a test: no two alike. */
struct wire_event make_event(uint64_t i, enum wire_event_type type);
void add_events(struct fixture *f, uint64_t from, uint64_t count, enum wire_event_type type);
/* Reads the whole log in messages of 64 and checks its chain from the start. Returns how many events of
 * `type` there are; *gaps adds up what gap events say. */
uint64_t count_events(struct fixture *f, enum wire_event_type type, uint64_t *gaps);

struct board_order *add_order(struct board_orders *orders, enum board_order_kind kind);
void add_guess(struct fixture *f, uint32_t failures, bool is_lockout_open);
void add_used(struct board_orders *orders, const char *grant, int64_t until_ms, const char *forgets);
void acknowledge(struct fixture *f); /* all there is */
