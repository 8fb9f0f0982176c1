/* board_fixture - a board on a bench: a little world of journal, Argon2id and centre around the real core.
 *
 * Plays inputs, answers what the core asks (unless told to hold the answer back), writes down what came out,
 * and checks after every step what must hold in any story: the strike comes first and never past a deadline
 * it was given, tones of rejection come after what they wait for, the next wake-up is ahead. */
#ifndef RUMAH_TESTS_BOARD_FIXTURE_H
#define RUMAH_TESTS_BOARD_FIXTURE_H

#include "firmware/core/board.h"

#define FIXTURE_LOG 512
#define FIXTURE_SEQS 4096 /* hashes are kept of so many of the newest */
#define FIXTURE_HELD 16
#define FIXTURE_EPOCH_MS                                                                                     \
	INT64_C(1760000000000) /* Thursday 9 October 2025, 08:53:20 UTC: when the tests play */

/* Short words for stories. */
#define NOW FIXTURE_EPOCH_MS
#define MIN INT64_C(60000)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)
#define EVENTS(f, type, why) fixture_events(f, WIRE_EVENT_##type, WIRE_REASON_##why)
#define HAS_ALARM(f, alarm) ((fixture_state(f).alarms & WIRE_ALARM_BIT(alarm)) != 0)

struct fixture {
	struct board *board;
	uint64_t now_ms;
	struct board_orders out; /* of the newest step */
	uint64_t inputs;         /* steps so far */

	/* the world's true time at now_ms */
	int64_t true_ms;

	/* the journal */
	struct board_memory memory;
	uint8_t hashes[FIXTURE_SEQS][WIRE_HASH_BYTES];        /* of the chain at seq % FIXTURE_SEQS */
	struct wire_snapshot stored_snapshot, given_snapshot; /* deep enough: their grants are the test's */
	uint8_t given_digest[WIRE_DIGEST_BYTES];
	int store_error; /* what commits answer */
	uint32_t newest_token;
	bool is_holding_stores, is_holding_stretch;
	unsigned held_store_count;
	struct fixture_store {
		struct board_orders orders;
		struct wire_snapshot snapshot; /* as given when these were ordered */
		uint8_t digest[WIRE_DIGEST_BYTES];
	} held_stores[FIXTURE_HELD];
	uint32_t held_entry;
	char held_digits[WIRE_LONG_CODE];
	unsigned held_count;

	/* what came out since fixture_forget() */
	unsigned event_count, tone_count;
	struct wire_event events[FIXTURE_LOG];
	enum board_tone tones[FIXTURE_LOG];
	unsigned orders[ORDER_FORGET + 1];
	struct board_order last[ORDER_FORGET + 1];

	enum board_lamp lamp;
	struct board_hardware hardware;
	unsigned wired, lines; /* at start; all but the lock monitor's, and none active */
	bool is_strike_on;
	uint64_t strike_until_ms;
	bool is_online;
};

/* A grant with codes derived from its id: the short one is its first 8 characters, which are digits; the long
 * one the same with "0000" after it. */
struct wire_grant fixture_grant(const char *digits8, int64_t from_ms, int64_t until_ms);
/* Gives it a card: 26 bits, facility 7, this number. */
void fixture_give_card(struct wire_grant *grant, uint32_t number);
struct wire_settings fixture_settings(void);
/* A normal snapshot of these grants. */
struct wire_snapshot fixture_plan(uint64_t rev, struct wire_grant *grants, size_t count);

void fixture_setup(struct fixture *f); /* a journal without a snapshot, a board not started */
/* Another lock, after fixture_setup() or fixture_cut(). */
void fixture_fit(struct fixture *f, const struct board_hardware *hardware);
void fixture_teardown(struct fixture *f);
void fixture_start(struct fixture *f); /* INPUT_START with what the journal has */
void fixture_cut(struct fixture *f); /* power fails: what was not stored is gone; a new board, not started */
void fixture_step(struct fixture *f, const struct board_input *input);
void fixture_kind(struct fixture *f, enum board_input_kind kind); /* an input with nothing more to say */
void fixture_wait(struct fixture *f, uint64_t ms);                /* with the ticks the core asks for */
void fixture_press(struct fixture *f, const char *keys);          /* 200 ms before each key */
void fixture_line(struct fixture *f, enum board_line line, bool is_active);
void fixture_card(struct fixture *f, uint32_t number); /* such a card at the reader, 200 ms later */
void fixture_contact(struct fixture *f, bool is_open);
void fixture_rex(struct fixture *f, bool is_active);
void fixture_link(struct fixture *f, bool is_online);
void fixture_snapshot(struct fixture *f, const struct wire_snapshot *snapshot);
void fixture_head(struct fixture *f); /* answers the newest hello with the true time */
void fixture_ack(struct fixture *f, uint64_t upto);
/* An action asked with the newest challenge, expiring in 10 s; "id" is filled up to 16 characters. */
struct board_input fixture_action(const struct fixture *f, const char *id, enum wire_action_what what);
void fixture_answer_stores(struct fixture *f);
/* A retry of the journal's, with no step between: the newest token is answered again. */
void fixture_retry_stores(struct fixture *f);   /* those held back */
void fixture_answer_stretch(struct fixture *f); /* that held back */
void fixture_clear(struct fixture *f);          /* forgets what came out so far */

unsigned fixture_events(const struct fixture *f, enum wire_event_type type, enum wire_reason reason);
const struct wire_event *fixture_event(
	const struct fixture *f, enum wire_event_type type); /* the newest, or NULL */
bool fixture_heard(const struct fixture *f, enum board_tone tone);
struct wire_state fixture_state(const struct fixture *f);

/* Ready for guests: started, online, time trusted, these grants applied. After fixture_setup(). */
void fixture_begin(struct fixture *f, struct wire_grant *grants, size_t count);
/* The same with a strike. */
void fixture_open(struct fixture *f, struct wire_grant *grants, size_t count);

#endif
