/* service - what the gateway does, one transaction per act: requests, approvals, codes, snapshots, boards,
 * events, staff.
 *
 * Everything a gateway decides and remembers, without HTTP, MQTT, threads, clock or randomness of its own:
 * the program (main.c) and the simulator drive the same code. Decisions are in gateway/core, SQL in
 * gateway/store, this carries them together. One thread. Each call that changes something is one BEGIN
 * IMMEDIATE … COMMIT; after 0 it survives power loss, and only then are messages published and changes told.
 * service_ingest() calls are the exception: see there.
 *
 * Outcomes: 0; a service_answer, with *problem saying which field and why in words for people; or -errno. */
#ifndef RUMAH_GATEWAY_SERVICE_H
#define RUMAH_GATEWAY_SERVICE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "gateway/core/request.h"
#include "schemas/wire/code.h"
#include "schemas/wire/keyfile.h"
#include "schemas/wire/message.h"

#define SERVICE_LINK_CHARS 26   /* a private link's secret: 130 random bits in Crockford base32 */
#define SERVICE_NUMBER_CHARS 10 /* RG-7K3M-9Q, the last one a check character */
#define SERVICE_TEXT_MAX 500    /* bytes of a free text */
#define SERVICE_CODE_DIGITS 8   /* of a short code */
#define SERVICE_CODE_MAX (WIRE_LONG_CODE + 1)
#define SERVICE_PEOPLE_MAX 64 /* of one request */
#define SERVICE_DOORS_MAX 64  /* that one grant opens */

struct service; /* opaque: service_open() makes it, service_close() frees it */

enum service_answer {
	SERVICE_NOT_FOUND = 1,
	SERVICE_BAD_INPUT, /* problem->field */
	SERVICE_CONFLICT,  /* the unit is taken; problem->text names the other booking's number and times */
	SERVICE_BAD_STATE, /* no such edge from the request's state */
	SERVICE_FORBIDDEN,
	SERVICE_DENIED,   /* log-in failed; the same for unknown name, wrong password and disabled account */
	SERVICE_TOO_MANY, /* a bound was reached: grants of a door, guesses of a log-in (problem->retry_s) …
			   */
	SERVICE_STALE,    /* a board's challenge is too old for an action: it is not on line */
};

struct service_problem {
	char code[32];  /* stable word for programs, e.g. "unit_taken" */
	char field[32]; /* which input; "" when none */
	char text[200]; /* for people, Bahasa Indonesia, without personal data */
	uint32_t retry_s;
};

struct service_config {
	const char *path; /* of the database */
	const char *vfs;  /* NULL: the default */
	const char *site;
	const struct identity *identity; /* the gateway's; borrowed for life */
	const uint8_t *code_key; /* 32 bytes, from the key file that is in no backup; borrowed for life */
	int64_t letters_quota;   /* bytes of all letters; 0: no bound */
	struct wire_settings first_settings; /* of a new site; later ones are in the database (salt is made
						when all zero) */
	void (*random)(void *ctx, void *buf, size_t len);
	/* A sealed message for a board. The bytes are borrowed for the call. Its failure is not the
	 * service's: boards ask again. */
	void (*publish)(void *ctx, const char *board, enum wire_kind kind, const char *msg, size_t len);
	/* Something staff see has changed: "request", "door", "alarm", "event" and the JSON for the live
	 * stream (borrowed). */
	void (*changed)(void *ctx, uint64_t seq, const char *what, const json_t *json);
	void *ctx;
};

/* Opens, migrates, recalls. 0, a db_answer (db.h), or -errno. */
int service_open(struct service **out, const struct service_config *config);
void service_close(struct service *service); /* takes NULL */

struct service_actor {    /* who asks; written into every transition and audit row */
	int64_t staff_id; /* 0: nobody logged in (a teacher through the link, the clock, a door) */
	char name[33];
	char role[16]; /* desk, guard, manager, technician, auditor; "" when nobody */
};

/* ---- site: units, boards, settings */
struct service_unit {
	const char *id;     /* [a-z0-9][a-z0-9-]{1,31} */
	const char *parent; /* NULL or a unit: the two exclude each other */
	const char *name;   /* for people */
	const char *kind;   /* room, dorm, bed */
	unsigned capacity;
	uint32_t before_min, after_min; /* buffers kept free around a booking, and in which its code already
					   or still opens */
	const char *description;        /* NULL: none */
	bool keeps_hours;               /* bookings lie within its opening hours (units.h) */
};
int service_unit_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const struct service_unit *unit, struct service_problem *problem);
/* A board is one door. `units` are the ones whose grants go to it. Adding it makes its first snapshot (rev
 * 1). */
struct service_board {
	const char *id, *name;
	uint8_t sign_public[32], agree_public[32];
	const char *const *units;
	size_t unit_count;
};
int service_board_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const struct service_board *board, struct service_problem *problem);
/* The mode of a door, in its next snapshot. until_ms 0: until changed; hold_open needs an end. */
int service_mode_set(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *board, enum wire_mode mode, int64_t until_ms, const char *reason,
	struct service_problem *problem);
/* A day on which standing access does not open and nobody is waited for, [from, until). Goes to every board.
 */
int service_holiday_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	int64_t from_ms, int64_t until_ms, const char *name, struct service_problem *problem);
/* An expiring action. id[17] is set; the result comes as a change "door". Not available while the board is
 * not on line. */
int service_action(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *board, enum wire_action_what what, enum wire_action_why why, const char *text,
	char id[WIRE_ID_CHARS + 1], struct service_problem *problem);

/* ---- requests */
struct service_occupant {
	const char *name;
	const char *phone; /* E.164 or 08…; NULL for others than the first */
};
struct service_form;
struct service_request {
	const char *unit, *organisation /* or NULL */, *activity, *kind, *email /* or NULL */,
		*letter /* text or NULL */;
	int64_t from_ms, until_ms;
	unsigned heads;
	const struct service_occupant *occupants; /* the first is responsible */
	size_t occupant_count;
	const struct service_form *form; /* forms.h; NULL: nothing more is said */
};
struct service_receipt {
	char number[SERVICE_NUMBER_CHARS + 1];
	char link[SERVICE_LINK_CHARS + 1]; /* the only time it is told; stored is what it derives */
};
/* Public. Goes to diajukan with a soft hold and a deadline. Rivals are allowed: they queue. */
int service_request_submit(struct service *service, int64_t now_ms, const struct service_request *in,
	struct service_receipt *receipt, struct service_problem *problem);
int service_request_approve(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, struct service_problem *problem);
/* `refusal` is of the list of reasons (forms.h), and stands beside the words; NULL: of none. */
int service_request_refuse(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, const char *refusal, const char *reason, struct service_problem *problem);
/* refuse, needs, cancel, finish: the acts that need no more than a reason. Staff's; the teacher's own are
 * service_link_act(). */
int service_request_act(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, enum request_act act, const char *reason, struct service_problem *problem);
/* Same code, same grant, another end. */
int service_request_extend(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, int64_t until_ms, struct service_problem *problem);
/* One person: add (while approved), revoke, new code. `occupant` counts from 1. */
int service_occupant_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, const struct service_occupant *who, struct service_problem *problem);
int service_occupant_revoke(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, unsigned occupant, const char *reason, struct service_problem *problem);
int service_occupant_recode(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, unsigned occupant, struct service_problem *problem);
/* Another link for somebody who lost theirs, while the request waits or opens: the old one is dead at once,
 * and with it the old code, which only that link could show. Told once. Links that were sealed to a
 * responsible person's old one are not found there any more; they work on, and can be made anew singly. */
int service_occupant_relink(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, unsigned occupant, const char *reason, char link[SERVICE_LINK_CHARS + 1],
	struct service_problem *problem);
/* Weekly access for cleaners and guards; no request. The link is told once. */
struct service_standing {
	const char *name;
	const char *const *boards;
	size_t board_count;
	int64_t from_ms, until_ms;
	const struct wire_weekly *weekly;
	size_t weekly_count;
	bool is_always, opens_on_holidays;
};
int service_standing_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const struct service_standing *in, char id[WIRE_GRANT_ID_CHARS + 1],
	char link[SERVICE_LINK_CHARS + 1], struct service_problem *problem);
int service_standing_revoke(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *id, const char *reason, struct service_problem *problem);
int service_standing_relink(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *id, const char *reason, char link[SERVICE_LINK_CHARS + 1],
	struct service_problem *problem);
/* A card beside the code of standing access: what is printed on it, in the layout that the door's reader
 * sends. One card a grant; no number is ever told back. SERVICE_CONFLICT: it has one (has_card), or somebody
 * else has this one at that door (card_taken). */
struct service_card {
	const char *layout; /* schemas/wire/card.h */
	uint32_t facility;
	uint64_t number;
};
int service_card_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *id, const struct service_card *in, struct service_problem *problem);
int service_card_remove(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *id, const char *reason, struct service_problem *problem);

/* ---- the teacher's link */
/* What the link may see: state, window, and per door whether it is confirmed there; the code, opened with a
 * key derived from the link, from a day before the window to a day after. The caller frees *out (json_decref;
 * codes in it are wiped by service_view_wipe()). Changes nothing. */
int service_link_view(struct service *service, int64_t now_ms, const char *link, json_t **out,
	struct service_problem *problem);
void service_view_wipe(json_t *view);
/* cancel, finish, complete; or extend with until_ms. */
int service_link_act(struct service *service, int64_t now_ms, const char *link, enum request_act act,
	int64_t until_ms, const char *reason, struct service_problem *problem);

/* ---- staff */
/* Adds or resets; password_hash is crypto_pwhash_str() made by the caller off the loop. */
int service_staff_put(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *name, const char *role, const char *password_hash, struct service_problem *problem);
/* Log-in in three steps, since the hash is slow: begin (budget checked; hash[128] to verify off the loop, a
 * dummy for unknown names), then end with the result, which makes a session: token for the cookie (only its
 * hash is stored) and the CSRF token. */
int service_login_begin(struct service *service, int64_t now_ms, const char *name, char hash[128],
	struct service_problem *problem);
struct service_session {
	char token[SERVICE_LINK_CHARS + 1], csrf[SERVICE_LINK_CHARS + 1];
	struct service_actor actor;
	int64_t expires_ms; /* 15 min idle, 8 h in all */
	bool must_change; /* it began with a one-time password: nothing but choosing one's own (accounts.h) */
};
int service_login_end(struct service *service, int64_t now_ms, const char *name, bool is_right,
	struct service_session *out, struct service_problem *problem);
/* Looks a session up and lets it live on (written back at most once a minute). Fills actor, csrf and expiry.
 * SERVICE_DENIED. */
int service_session_find(
	struct service *service, int64_t now_ms, const char *token, struct service_session *out);
int service_logout(struct service *service, int64_t now_ms, const char *token);

/* ---- what staff see: JSON as in schemas/http/openapi.yaml; the caller frees. Change nothing. */
int service_view_units(struct service *service, int64_t now_ms, json_t **out);
int service_view_requests(
	struct service *service, int64_t now_ms, const char *state /* or NULL */, json_t **out);
/* Personal data: whoever shows it to staff writes that down with service_note_read(). */
int service_view_request(struct service *service, int64_t now_ms, const char *number,
	json_t **out); /* with transitions, rivals */
int service_note_read(
	struct service *service, const struct service_actor *actor, int64_t now_ms, const char *number);
int service_view_doors(
	struct service *service, int64_t now_ms, json_t **out); /* derived state, confirmed rev, age, queue */
int service_view_events(struct service *service, const char *board /* or NULL */, int64_t before_id,
	unsigned limit, json_t **out);
int service_view_alarms(struct service *service, json_t **out);
int service_alarm_ack(struct service *service, const struct service_actor *actor, int64_t now_ms,
	int64_t alarm, const char *note, struct service_problem *problem);
/* The live stream's full picture: {"seq", "doors", "requests", "alarms"}. */
int service_view_live(struct service *service, int64_t now_ms, json_t **out);

/* ---- boards */
/* A message from the bus, as it came. Checks seal and bounds; refusals are counted per board and reason and
 * answered 0. Events go into one open transaction, which service_commit() ends: natural group commit. Acks
 * and published answers leave after it. */
int service_ingest(struct service *service, int64_t now_ms, const char *topic, const char *msg, size_t len,
	bool is_retained);
/* Messages refused so far: of a board, or of none we know (""); for that reason (refusal.h), or for any
 * (NULL). */
uint64_t service_refusals(struct service *service, const char *board, const char *reason);
/* Commits what was ingested; sends acks and heads; tells changes. 0, or -errno: nothing was acknowledged,
 * boards send again. */
int service_commit(struct service *service, int64_t now_ms);
/* Republishes every board's newest snapshot: at start, and when the broker was lost. */
int service_publish_all(struct service *service);

/* ---- time */
/* Jobs: publish, release, expire, finish, absent, purge. Idempotent, catch up after downtime. *next_ms: call
 * again no later. */
int service_tick(struct service *service, int64_t now_ms, int64_t *next_ms);

/* Codes made ahead, so that an approval does not wait for Argon2id: make one on any thread, then put it on
 * the service's. */
struct service_spare {
	char digits[SERVICE_CODE_MAX];
	uint8_t count;
	uint8_t s[WIRE_STRETCHED_BYTES];
	/* Of a long code: its first and its last SERVICE_CODE_DIGITS, so that no short code begins or ends
	 * it. */
	uint8_t edges[2][WIRE_STRETCHED_BYTES];
};
/* How many spares of each length are wanted now, and with which settings. */
void service_spare_wanted(const struct service *service, unsigned *short_codes, unsigned *long_codes,
	struct wire_settings *settings);
int service_spare_make(struct service_spare *out, unsigned digits, const struct wire_settings *settings,
	void (*random)(void *ctx, void *buf, size_t len), void *ctx);
void service_spare_put(struct service *service, struct service_spare *spare); /* wiped from the caller's */

#endif
