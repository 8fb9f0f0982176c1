/* board_inside - what the files board*.c share: the board, and one step under way. Not for others.
 *
 *   board.c           takes an input, lets time pass, hands the input on
 *   board_access.c    keys, codes and cards: who may come in
 *   board_lines.c     contact, REX and the other lines, and what stands because of them
 *   board_holds.c     mode, keyed switch and fire: what holds the door released
 *   board_alarms.c    what begins and ends, what of it is heard and seen
 *   board_messages.c  snapshots, heads, acknowledgements, actions: what the centre says
 *   board_follow.c    what follows from what changed: time trust, guesses, storage
 *   board_order.c     puts a step's orders together, in their order
 *
 * Within a step the parts note what they want (struct step); board_order.c makes the list of it at the end,
 * so that the strike comes first whatever was decided in which order, and each kind of order comes once. */
#ifndef RUMAH_CORE_BOARD_INSIDE_H
#define RUMAH_CORE_BOARD_INSIDE_H

#include "firmware/core/actions.h"
#include "firmware/core/alarms.h"
#include "firmware/core/backlog.h"
#include "firmware/core/board.h"
#include "firmware/core/bolt.h"
#include "firmware/core/clock.h"
#include "firmware/core/door.h"
#include "firmware/core/entry.h"
#include "firmware/core/gate.h"
#include "firmware/core/grants.h"
#include "firmware/core/guess.h"
#include "firmware/core/signals.h"
#include "firmware/core/used.h"

#define BOARD_EVERY_MS (60 * 1000)       /* hello and state, at least; and the longest sleep */
#define BOARD_ASK_AGAIN_MS 3000          /* a first hello without a head: longer than a head may take */
#define BOARD_FRESH_MS (5 * 60 * 1000)   /* after a head's question; then its answer is stale */
#define BOARD_RECORD_MS ENTRY_STORE_MS   /* a code waits for the record of its entry, so long at most */
#define BOARD_CLOCK_BOUND_MS (10 * 1000) /* true time known worse than that is an alarm */
#define BOARD_HOLD_MS (4 * 60 * 1000)    /* holds without an end of their own; renewed at half of it */
#define BOARD_ALARM_LEVEL 7 /* wrong codes from the second lockout on are an alarm (faults T01) */

/* What one snapshot says. */
struct plan {
	uint32_t epoch;
	uint64_t rev; /* 0: no snapshot yet */
	uint8_t digest[WIRE_DIGEST_BYTES];
	enum wire_mode mode;
	int64_t mode_until_ms;
	struct wire_settings settings;
	struct grants grants;
};

enum board_gate { /* events that somebody outside could cause without end */
	GATE_LOCKED_OUT,
	GATE_BAD_LENGTH,
	GATE_BUSY,
	GATE_TOO_FAST,
	GATE_REFUSED,
	GATE_SNAPSHOT,
	GATE_ACTION,
	GATE_SWITCH,
	GATE_INTERLOCK,
	GATE_COUNT
};

enum board_hold { HOLD_OF_MODE = 1 << 0, HOLD_OF_SWITCH = 1 << 1, HOLD_OF_FIRE = 1 << 2 };

struct guess_row { /* as stored */
	uint32_t failures;
	bool is_lockout_open, is_entry_open;
};

struct board {
	uint8_t tag_key[WIRE_KEY_BYTES];
	uint32_t drift_ppm;
	struct board_hardware hardware;
	bool is_started;
	uint64_t boot, started_mono_ms, now_mono_ms;

	struct clock clock;
	struct guess guess;
	struct door door;
	struct bolt bolt;
	struct signals signals;
	struct entry entry;
	struct actions actions;
	struct used used;
	struct backlog backlog;
	struct gate gates[GATE_COUNT];
	unsigned lines, wired; /* LINE_BIT()s: which are active, and which exist */

	/* The coming plan is being stored. It already takes away (revoked, locked down), and gives only once
	 * it is applied. One place: a still newer snapshot takes it over, and what was stored of the one
	 * before is overwritten by the next transaction. */
	struct plan applied, coming;
	bool is_coming;

	enum wire_mode mode;         /* what is in force now */
	uint64_t hold_until_mono_ms; /* of mode hold_open; 0: not held by it */
	unsigned holds;              /* board_hold bits: what holds the door released */
	bool is_switched;            /* the key was turned while the mode was normal */
	enum wire_trust trust;       /* as last told */
	unsigned alarms;
	bool is_silenced;        /* until another loud alarm begins, or none stands */
	enum board_tone pattern; /* as last ordered: PREALARM, ALARM or SILENCE */
	uint64_t fresh_until_mono_ms, stale_mono_ms;

	/* Tokens are given in order and answered in order. */
	uint32_t token, token_done;
	/* whose answer is waited for; 0: none */
	uint32_t token_entry, token_reject, token_coming, token_forget;

	/* A code stretched, or a card read, before "an entry is open" was on record: weighed when it is, or
	 * at held_until. */
	enum grants_credential held_credential;
	uint8_t held_tag[WIRE_TAG_BYTES];
	uint64_t held_until_mono_ms; /* 0: none is held */

	struct guess_row guess_row;    /* as last ordered */
	uint64_t strike_until_mono_ms; /* as last ordered */
	enum board_lamp lamp;          /* as last ordered; LAMP_COUNT: none yet */
	bool is_online, is_hello_due;
	uint64_t hello_mono_ms; /* the next one */
	uint64_t hello_wait_ms; /* until the one after it; doubles while nobody answers */
	uint64_t state_mono_ms, state_sent_hash, states_sent;

	void *room; /* of the grants, one allocation */
	size_t room_bytes;
};

/* At most one for the input, one of what it answered late, one for silence. Events: as time passes 4 of trust
 * and guesses, 5 of the door, 6 alarms of the wires that end with the fire's end of the door, 3 of mode and
 * holds, 3 of freshness, clock and an entry given up; 6 of the input; 3 of holds and 2 of the bolt after it.
 */
#define STEP_TONES_MAX 5

struct step {
	struct board *board;
	uint64_t now_mono_ms;
	struct clock_reading time;
	struct board_orders *out;

	unsigned tone_count;
	enum board_tone tones[STEP_TONES_MAX];
	bool is_rejecting;    /* TONE_REJECTED once what this step stores is stored */
	bool is_working;      /* digits to stretch */
	bool is_strike_again; /* the lock is told what it was told */
	struct board_order stretch;
	bool has_used, has_did, has_snapshot;
	struct board_order used, did;
};

/* board_order.c */
int64_t board_wire_time(int64_t wall_ms); /* brought into what the wire has room for: until the end of 9999 */
void step_tone(struct step *step, enum board_tone tone);
struct wire_event *step_event(
	struct step *step, enum wire_event_type type, enum wire_reason reason, int64_t n);
void step_grant_event(struct step *step, enum wire_event_type type, enum wire_reason reason,
	const struct wire_grant *grant);
/* An event behind a gate, n: how many since the last; NULL while it is closed. */
struct wire_event *step_gated_event(
	struct step *step, enum board_gate gate, enum wire_event_type type, enum wire_reason reason);
void step_finish(struct step *step);

/* board_alarms.c */
void step_alarm(struct step *step, enum wire_alarm alarm);
void step_alarm_over(struct step *step, enum wire_alarm alarm);
void step_raise(struct step *step, enum wire_alarm alarm); /* with its event */
/* Events and alarms for door_order bits. */
void step_door(struct step *step, unsigned door_orders);
void step_follow_clock(struct step *step);
enum board_tone step_pattern(const struct step *step); /* PREALARM, ALARM or SILENCE */
enum board_lamp step_lamp(const struct step *step);

/* board_holds.c */
/* The mode of `plan` at the time now read. */
enum wire_mode step_mode(const struct step *step, const struct plan *plan);
void step_follow_mode(struct step *step);
void step_hold_switch(struct step *step, bool is_on);

/* board_follow.c */
void step_follow_trust(struct step *step, int64_t clock_step_ms);
void step_follow_guess(struct step *step);
void step_follow_freshness(struct step *step);
void step_stored(struct step *step, const struct board_input *input);

/* board_access.c */
void step_key(struct step *step, char key, uint64_t at_mono_ms);
void step_card(struct step *step, const struct wire_card *card);
void step_stretched(struct step *step, uint32_t entry, int error, const uint8_t s[WIRE_STRETCHED_BYTES]);
void step_given_up(struct step *step);
/* Weighs the code that is held, if there is one and its record is stored, cannot be, or takes too long. */
void step_weigh_held(struct step *step);
/* Power failed while somebody typed. */
void step_power_cut(struct step *step);

/* board_lines.c */
void step_first_lines(struct step *step);
void step_line(struct step *step, enum board_line line, bool is_now_active);
void step_line_fault(
	struct step *step, enum board_line line, enum board_line_fault fault, bool is_now_active);
void step_reader(struct step *step, enum board_reader_fault fault, bool is_now_active);
void step_follow_signals(struct step *step);
void step_follow_bolt(struct step *step);
/* Sluice: the other door is not shut and locked. */
bool step_is_interlocked(const struct step *step);

/* board_messages.c */
void plan_fill(
	struct plan *plan, const struct wire_snapshot *snapshot, const uint8_t digest[WIRE_DIGEST_BYTES]);
void step_snapshot(
	struct step *step, const struct wire_snapshot *snapshot, const uint8_t digest[WIRE_DIGEST_BYTES]);
void step_head(struct step *step, const struct wire_head *head);
void step_ack(struct step *step, const struct wire_ack *ack);
void step_action(struct step *step, const struct wire_action *action, bool is_retained);
void step_refused(struct step *step);

/* board.c */
void board_set_door(struct board *board); /* what the applied settings say about the door */
bool board_is_fresh(const struct board *board, uint64_t now_mono_ms);

#endif
