/* store - everything the gateway remembers, as rows of an SQLite database (schemas/sql/gateway).
 *
 * One thread. Writes belong between store_begin() and store_commit(); without them each is its own
 * transaction. Every function answers 0; a store_answer; or -errno. Texts in rows handed to a callback are
 * borrowed for the call. A callback goes on with 0; anything else ends the walk and is passed up. Callbacks
 * do not walk the same list again. Decides nothing. */
#ifndef RUMAH_GATEWAY_STORE_H
#define RUMAH_GATEWAY_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway/core/link.h"
#include "gateway/core/number.h"
#include "gateway/core/request.h"
#include "gateway/core/text.h"
#include "gateway/core/window.h"
#include "schemas/wire/card.h"
#include "schemas/wire/code.h"
#include "schemas/wire/message.h"

#define STORE_TEXT_MAX 500 /* bytes of a free text */

enum store_answer {
	STORE_NONE = 1, /* no such row; a walk's end is 0 */
	STORE_TAKEN,    /* the unit is held by another request then: the trigger's word */
	STORE_TWIN,     /* a row with that key is there */
	STORE_CLOSED,   /* the unit is closed then: the trigger's word */
};

struct store; /* opaque: store_open() makes it, store_close() frees it */

/* 0, a db_answer (schemas/wire/db.h), or -errno, with *out untouched. */
int store_open(struct store **out, const char *path, const char *vfs);
void store_close(struct store *store); /* rolls back what is open; takes NULL */
int store_begin(struct store *store);  /* BEGIN IMMEDIATE */
int store_commit(struct store *store); /* after a failure nothing is kept: rolled back */
void store_rollback(struct store *store);
bool store_is_open(const struct store *store); /* between begin and commit */
/* Within a transaction: what is written after a mark is kept, or taken back. One mark at a time. */
int store_mark(struct store *store);
int store_keep(struct store *store);
int store_take_back(struct store *store);

/* ---- site, units (store_site.c) */
struct store_site {
	char name[WIRE_NAME_MAX + 1];
	uint64_t starts;
	struct wire_settings settings; /* holidays included */
};
int store_site_read(struct store *store, struct store_site *out);         /* STORE_NONE: a new database */
int store_site_write(struct store *store, const struct store_site *site); /* but for the holidays */
int store_holiday_add(struct store *store, struct window day, const char *name);

struct store_unit {
	char id[WIRE_NAME_MAX + 1], parent[WIRE_NAME_MAX + 1]; /* parent "": none */
	char name[STORE_TEXT_MAX + 1], kind[8];
	unsigned capacity;
	uint32_t before_min, after_min;
	char description[STORE_TEXT_MAX + 1]; /* "": none */
	bool keeps_hours;                     /* bookings lie within its opening hours (units.h) */
	int64_t removed_ms;                   /* 0: in use */
};
int store_unit_add(struct store *store, const struct store_unit *unit);
int store_unit_read(struct store *store, const char *id, struct store_unit *out);
/* Those in use. */
int store_unit_each(struct store *store, int (*row)(void *ctx, const struct store_unit *unit), void *ctx);

/* ---- boards and their snapshots (store_boards.c) */
struct store_board {
	char id[WIRE_NAME_MAX + 1], name[STORE_TEXT_MAX + 1];
	uint8_t sign_public[32], agree_public[32];
	int64_t added_ms;
	enum wire_mode mode;
	int64_t mode_until_ms;
	uint32_t epoch;
	uint64_t rev, confirmed_rev;
	uint8_t digest[WIRE_DIGEST_BYTES]; /* of the newest snapshot; zeros before the first */
};
int store_board_add(struct store *store, const struct store_board *board); /* epoch and revs as given */
int store_board_each(struct store *store, int (*row)(void *ctx, const struct store_board *board), void *ctx);
int store_board_set_mode(struct store *store, const char *board, enum wire_mode mode, int64_t until_ms);
int store_board_confirm(struct store *store, const char *board, uint64_t rev);
int store_unit_door_add(struct store *store, const char *unit, const char *board);
/* The doors that a grant for `unit` goes to: those of the unit, of what it is in, and of what is in it. */
int store_unit_door_each(
	struct store *store, const char *unit, int (*row)(void *ctx, const char *board), void *ctx);
int store_board_unit_each(
	struct store *store, const char *board, int (*row)(void *ctx, const char *unit), void *ctx);
/* The newest snapshot of a board, sealed, replacing the one before. */
int store_snapshot_write(struct store *store, const char *board, uint32_t epoch, uint64_t rev, int64_t at_ms,
	const uint8_t digest[WIRE_DIGEST_BYTES], const char *msg, size_t len);
int store_snapshot_read(
	struct store *store, const char *board, char **msg, size_t *len); /* the caller frees */
int store_snapshot_at(struct store *store, const char *board, int64_t *at_ms);
/* STORE_NONE: not made here, or too long ago. */
int store_revision_digest(struct store *store, const char *board, uint32_t epoch, uint64_t rev,
	uint8_t digest[WIRE_DIGEST_BYTES]);

/* ---- requests (store_requests.c) */
struct store_request {
	int64_t id;
	char number[NUMBER_CHARS + 1];
	enum request_state state;
	char unit[WIRE_NAME_MAX + 1];
	int64_t from_ms, until_ms;
	uint32_t before_min, after_min;
	char organisation[201], activity[201], kind[33], email[255],
		letter[STORE_TEXT_MAX + 1]; /* "": none */
	unsigned heads;
	int64_t at_ms, deadline_ms;
	char reason[STORE_TEXT_MAX + 1];
};
int store_request_add(struct store *store, struct store_request *request); /* sets id; STORE_TWIN: number */
int store_request_read(struct store *store, const char *number, struct store_request *out);
int store_request_read_id(struct store *store, int64_t id, struct store_request *out);
/* STORE_TAKEN. reason NULL: left as it is. */
int store_request_set_state(struct store *store, int64_t id, enum request_state state, const char *reason);
int store_request_set_end(struct store *store, int64_t id, int64_t until_ms); /* STORE_TAKEN */
int store_request_set_deadline(struct store *store, int64_t id, int64_t deadline_ms);
/* state REQUEST_STATE_COUNT: those that wait or hold, and of the others what ended after since_ms. Oldest
 * submission first. */
int store_request_each(struct store *store, enum request_state state, int64_t since_ms,
	int (*row)(void *ctx, const struct store_request *request), void *ctx);
/* Others whose times touch this one's in units that exclude its unit; is_held: those that hold, else those
 * that wait. */
int store_rival_each(struct store *store, const struct store_request *request, bool is_held,
	int (*row)(void *ctx, const struct store_request *rival), void *ctx);
int store_rival_count(
	struct store *store, const struct store_request *request, unsigned *count); /* waiting */
/* The first request in `state` whose deadline (is_deadline) or end, buffer included, is not after now_ms.
 * STORE_NONE with *next_ms: when the next is due, INT64_MAX for never. */
int store_request_due(struct store *store, enum request_state state, bool is_deadline, int64_t now_ms,
	struct store_request *out, int64_t *next_ms);
/* Is there a request with grants not confirmed at `board` that begins before before_ms and has not ended? */
int store_unconfirmed_before(
	struct store *store, const char *board, int64_t now_ms, int64_t before_ms, bool *is_there);

struct store_transition {
	int64_t at_ms;
	const char *act, *from /* NULL: it began */, *to, *who, *reason /* or NULL */;
};
int store_transition_add(struct store *store, int64_t request, const struct store_transition *transition);
int store_transition_each(struct store *store, int64_t request,
	int (*row)(void *ctx, const struct store_transition *transition), void *ctx);

struct store_occupant {
	int64_t id, request;
	unsigned n;
	char name[201], phone[TEXT_PHONE_MAX + 1]; /* phone "": none */
	uint8_t link_id[LINK_ID_BYTES], link_public[LINK_KEY_BYTES];
	uint8_t link_sealed[LINK_CHARS + LINK_SEAL_BYTES];
	bool has_link_sealed;
	int64_t revoked_ms; /* 0: not */
};
int store_occupant_add(struct store *store, struct store_occupant *occupant); /* sets id */
int store_occupant_read(struct store *store, int64_t request, unsigned n, struct store_occupant *out);
int store_occupant_read_id(struct store *store, int64_t id, struct store_occupant *out);
int store_occupant_find(
	struct store *store, const uint8_t link_id[LINK_ID_BYTES], struct store_occupant *out);
int store_occupant_each(struct store *store, int64_t request,
	int (*row)(void *ctx, const struct store_occupant *occupant), void *ctx);
/* Another link: its id, public half and (where it has one) sealed copy as they are in `occupant`. */
int store_occupant_set_link(struct store *store, const struct store_occupant *occupant);
int store_occupant_revoke(struct store *store, int64_t id, int64_t at_ms);

/* ---- grants (store_grants.c) */
#define STORE_LOCKED_BYTES (WIRE_STRETCHED_BYTES + LINK_LOCK_BYTES)
#define STORE_EDGES_BYTES (2 * WIRE_STRETCHED_BYTES + LINK_LOCK_BYTES)
#define STORE_SEALED_MAX (WIRE_CODE_MAX + 1 + WIRE_LONG_CODE + LINK_SEAL_BYTES)
struct store_grant {
	char id[WIRE_GRANT_ID_CHARS + 1];
	int64_t occupant, standing; /* one of the two; 0: not this */
	struct window window;
	int64_t made_ms, revoked_ms, used_ms; /* 0: not */
	uint8_t stretched[STORE_LOCKED_BYTES], long_stretched[STORE_LOCKED_BYTES];
	uint8_t edge_stretched[STORE_EDGES_BYTES]; /* first and last digits of the long code */
	uint8_t sealed[STORE_SEALED_MAX];
	size_t sealed_len;
};
int store_grant_add(struct store *store, const struct store_grant *grant);
int store_grant_read(struct store *store, const char *id, struct store_grant *out);
/* The one grant of an occupant or of standing access (the other 0). */
int store_grant_find(struct store *store, int64_t occupant, int64_t standing, struct store_grant *out);
int store_grant_set_code(struct store *store, const struct store_grant *grant);
int store_grant_set_end(struct store *store, const char *id, int64_t until_ms);
int store_grant_revoke(struct store *store, const char *id, int64_t at_ms);
/* 0 with the first use stored; STORE_NONE: not the first, or no such grant. */
int store_grant_use(struct store *store, const char *id, int64_t at_ms);

struct store_grant_door {
	const char *board;
	uint8_t tag[WIRE_TAG_BYTES], long_tag[WIRE_TAG_BYTES];
	uint64_t rev;
};
int store_grant_door_put(struct store *store, const char *grant, const struct store_grant_door *door);
int store_grant_door_each(struct store *store, const char *grant,
	int (*row)(void *ctx, const struct store_grant_door *door), void *ctx);
/* Requests with a grant at the board that reached its present form in (above_rev, upto_rev]. */
int store_grant_door_requests(struct store *store, const char *board, uint64_t above_rev, uint64_t upto_rev,
	int (*row)(void *ctx, int64_t request), void *ctx);
int store_grant_door_touch(struct store *store, const char *grant, const char *board, uint64_t rev);
/* Takes a tag for a grant. STORE_TWIN: another code at that door has it. */
int store_tag_add(
	struct store *store, const char *board, const uint8_t tag[WIRE_TAG_BYTES], const char *grant);
/* What a board's snapshot holds: not revoked, and not over at now_ms. By id. */
int store_snapshot_grant_each(struct store *store, const char *board, int64_t now_ms,
	int (*row)(void *ctx, const struct wire_grant *grant), void *ctx);
/* Forgets tags and doors of grants that ended or were revoked before before_ms. */
int store_tag_purge(struct store *store, int64_t before_ms);

/* ---- the card of standing access (store_cards.c) */
#define STORE_CARD_BYTES (1 + WIRE_CARD_BYTES + LINK_LOCK_BYTES)
/* STORE_TWIN: it has one. */
int store_card_add(
	struct store *store, const char *grant, const uint8_t locked[STORE_CARD_BYTES], int64_t made_ms);
int store_card_read(
	struct store *store, const char *grant, uint8_t locked[STORE_CARD_BYTES]); /* STORE_NONE */
/* And its tags: the card is free for somebody else at once. STORE_NONE: it has none. */
int store_card_remove(struct store *store, const char *grant);
int store_grant_door_card(struct store *store, const char *grant, const char *board,
	const uint8_t tag[WIRE_TAG_BYTES], uint64_t rev);

struct store_standing {
	int64_t id;
	char name[201];
	bool is_always, opens_on_holidays;
	struct window window;
	uint8_t link_id[LINK_ID_BYTES], link_public[LINK_KEY_BYTES];
	int64_t made_ms, revoked_ms;
	unsigned weekly_count;
	struct wire_weekly weekly[WIRE_WEEKLY_MAX];
};
int store_standing_add(struct store *store, struct store_standing *standing); /* sets id */
int store_standing_read(struct store *store, int64_t id, struct store_standing *out);
int store_standing_find(
	struct store *store, const uint8_t link_id[LINK_ID_BYTES], struct store_standing *out);
int store_standing_set_link(struct store *store, const struct store_standing *standing);
int store_standing_revoke(struct store *store, int64_t id, int64_t at_ms);
/* Live long grants at a board: its snapshot wants making anew each day. */
int store_standing_count(struct store *store, const char *board, int64_t now_ms, size_t *count);

/* ---- events and alarms (store_events.c) */
struct store_log {
	int64_t id;
	uint64_t log, upto;
	uint8_t hash[WIRE_HASH_BYTES];
};
int store_log_read(struct store *store, const char *board, uint64_t log, struct store_log *out);
int store_log_add(struct store *store, const char *board, struct store_log *log, int64_t at_ms); /* sets id */
int store_log_write(struct store *store, const struct store_log *log);
int store_log_count(struct store *store, const char *board, unsigned *count);
int store_log_gap_add(struct store *store, int64_t log, uint64_t from_seq, uint64_t until_seq, int64_t at_ms);
int store_event_add(
	struct store *store, int64_t log, const struct wire_event *event, int64_t received_ms, int64_t *id);
int store_event_read(struct store *store, int64_t log, uint64_t seq, struct wire_event *out);
struct store_event {
	int64_t id, received_ms;
	const char *board;
	uint64_t log;
	struct wire_event event;
	const char *number; /* the request its grant is of; NULL: none */
};
/* Newest first; board NULL: all; before_id 0: from the newest. */
int store_event_each(struct store *store, const char *board, int64_t before_id, unsigned limit,
	int (*row)(void *ctx, const struct store_event *event), void *ctx);

struct store_alarm {
	int64_t id;
	const char *board, *alarm;
	int64_t began_ms, ended_ms, acked_ms; /* 0: not */
	const char *acked_by, *note;          /* or NULL */
};
/* STORE_TWIN: it is active. ended_ms not 0: it was over before we heard. */
int store_alarm_add(struct store *store, const char *board, const char *alarm, int64_t began_ms,
	int64_t ended_ms, int64_t *id);
int store_alarm_end(struct store *store, const char *board, const char *alarm, int64_t at_ms,
	int64_t *id); /* STORE_NONE */
int store_alarm_ack(struct store *store, int64_t id, int64_t at_ms, const char *by, const char *note);
int store_alarm_each(struct store *store, int64_t id /* 0: active, unacknowledged, or ended after since_ms */,
	int64_t since_ms, int (*row)(void *ctx, const struct store_alarm *alarm), void *ctx);

/* ---- what boards say of themselves (store_doors.c) */
int store_state_write(
	struct store *store, const char *board, const struct wire_state *state, int64_t heard_ms);
int store_state_read(struct store *store, const char *board, struct wire_state *out, int64_t *heard_ms);
int store_health_write(
	struct store *store, const char *board, const struct wire_health *health, int64_t at_ms);
struct store_action {
	char id[WIRE_ID_CHARS + 1];
	char board[WIRE_NAME_MAX + 1], what[17], why[17], who[WIRE_NAME_MAX + 1];
	char text[STORE_TEXT_MAX + 1];
	int64_t at_ms, expires_ms;
	bool has_answer, is_done;
	char reason[33];
};
int store_action_add(struct store *store, const struct store_action *action);
/* STORE_NONE: no such action of that board, or it was answered before. */
int store_action_answer(struct store *store, const char *board, const struct wire_did *did, int64_t at_ms);
int store_action_newest(struct store *store, const char *board, struct store_action *out);
int store_refusal_add(
	struct store *store, const char *board, const char *kind, const char *reason, uint32_t count);
int store_refusal_count(
	struct store *store, const char *board, const char *reason /* or NULL */, uint64_t *count);

/* ---- staff (store_staff.c) */
struct store_staff {
	int64_t id;
	char name[WIRE_NAME_MAX + 1], role[16], password[128];
	int64_t disabled_ms;   /* 0: may log in */
	int64_t once_until_ms; /* the password is a one-time one, good until then; 0: their own */
};
int store_staff_read(struct store *store, const char *name, struct store_staff *out);
/* By name; without the passwords. */
int store_staff_each(struct store *store, int (*row)(void *ctx, const struct store_staff *staff), void *ctx);
/* Adds or changes role and password by name; a change ends that person's sessions. */
int store_staff_put(struct store *store, struct store_staff *staff, int64_t at_ms);
int store_staff_set_password(
	struct store *store, int64_t id, const char *password, int64_t once_until_ms, int64_t at_ms);
/* at_ms 0: may log in again. Closing ends their sessions. */
int store_staff_set_disabled(struct store *store, int64_t id, int64_t at_ms);
/* Those of a role who may log in, but for one. */
int store_staff_count(struct store *store, const char *role, int64_t but_id, unsigned *count);

struct store_session {
	struct store_staff staff; /* without the password */
	int64_t began_ms, seen_ms;
};
int store_session_add(struct store *store, const uint8_t token_hash[32], int64_t staff, int64_t at_ms);
int store_session_read(struct store *store, const uint8_t token_hash[32], struct store_session *out);
int store_session_seen(struct store *store, const uint8_t token_hash[32], int64_t at_ms);
int store_session_end(struct store *store, const uint8_t token_hash[32]);
int store_session_end_all(struct store *store, int64_t staff, const uint8_t *but_hash /* or NULL */);
/* Ends those begun or last seen before. */
int store_session_purge(struct store *store, int64_t began_before_ms, int64_t seen_before_ms);
int store_failures_read(struct store *store, const char *account, unsigned *count, int64_t *until_ms);
int store_failures_write(struct store *store, const char *account, unsigned count, int64_t until_ms);

/* Adds a row to the audit and its hash to the chain. */
int store_audit_add(struct store *store, int64_t at_ms, const char *who, const char *role, const char *what,
	const char *subject, const char *detail);
/* Walks the chain. 0; or STORE_NONE with *bad: the id of the first row that does not fit (one past the last
 * when rows are missing at the end, as `expected` says; 0: not known). */
int store_audit_verify(struct store *store, uint64_t expected, int64_t *bad);

#endif
