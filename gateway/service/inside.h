/* inside - what the files of the service share; private to gateway/service.
 *
 * An act is begin() … end(): one transaction, in which rows change, boards are marked dirty, and changes are
 * noted. end() makes the dirty boards' snapshots, commits, and only then publishes and tells. What was
 * ingested before waits in the same transaction and is committed first. */
#ifndef RUMAH_GATEWAY_SERVICE_INSIDE_H
#define RUMAH_GATEWAY_SERVICE_INSIDE_H

#include "gateway/core/busy.h"
#include "gateway/core/doors.h"
#include "gateway/core/hours.h"
#include "gateway/core/roles.h"
#include "gateway/service/service.h"
#include "gateway/store/store.h"

#define CHANGED_EVENTS_MAX                                                                                   \
	32 /* told singly after one commit: a flood after an outage is for the page's next look */
#define REFUSED_UNKNOWN "unknown" /* of a board, site or kind of message that is not ours */
#define SPARES_MAX 64
#define CHALLENGE_FRESH_MS DOORS_OFFLINE_MS

struct board { /* one door: its row, its secrets, and what it said since the gateway began */
	struct store_board row;
	struct wire_board_keys keys;

	bool has_state, is_link_lost;
	struct wire_state state;
	int64_t heard_ms;                        /* 0: not since the gateway began */
	int64_t hello_ms;                        /* 0: none */
	uint8_t challenge[WIRE_CHALLENGE_BYTES]; /* of the newest hello */
	uint64_t hello_log, hello_head;          /* its newest event */
	uint64_t hello_acked;                    /* it forgot so much of that log: it had our word */
	bool is_ahead; /* it named a newer snapshot than we ever made: we were restored */

	bool is_dirty; /* wants a new snapshot in this transaction */
	char *staged;  /* that snapshot, sealed; published after the commit */
	size_t staged_len;
	uint8_t staged_digest[WIRE_DIGEST_BYTES];
	bool wants_snapshot, wants_head, is_changed; /* after the commit */
	bool was_online;                             /* as last told */
	uint32_t refused[WIRE_KIND_COUNT][WIRE_REFUSAL_COUNT];
};

enum change_what { CHANGE_REQUEST, CHANGE_ALARM, CHANGE_EVENT };
struct change {
	enum change_what what;
	int64_t id;
};
struct pending_ack {
	struct board *board;
	struct store_log log;
};

struct service {
	struct service_config config;
	struct store *store;
	struct store_site site;
	struct board *boards; /* by id */
	size_t board_count, board_room;
	uint32_t refused_unknown;
	uint64_t seq;

	struct change *changes;
	size_t change_count, change_room, event_changes;
	struct pending_ack *acks;
	size_t ack_count, ack_room;

	char *message;              /* WIRE_MESSAGE_MAX bytes to encode into */
	struct wire_events *events; /* one message's, decoded */
	struct service_spare short_spares[SPARES_MAX], long_spares[SPARES_MAX];
	unsigned short_count, long_count;
	int64_t now_ms;     /* the newest time we were told */
	int64_t cleaned_ms; /* when jobs last swept */
};

/* ---- service.c */
int begin(struct service *service, int64_t now_ms);
/* r 0: commits, publishes, tells. Else rolls back. Returns r, or what went wrong with the commit. */
int end(struct service *service, int r, int64_t now_ms, struct service_problem *problem);
void drop(struct service *service); /* rolls back and forgets what waited for the commit */
int answer(
	struct service_problem *problem, int answer, const char *code, const char *field, const char *text);
int not_found(struct service_problem *problem, int r, const char *text); /* STORE_NONE to SERVICE_NOT_FOUND */
int may(const struct service_actor *actor, enum role_act act, struct service_problem *problem);
struct board *board_find(struct service *service, const char *id); /* NULL: none */
int board_remember(struct service *service, const struct store_board *row);
void draw(struct service *service, void *buf, size_t len);
int audit(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *what,
	const char *subject, const char *detail);

/* ---- staff.c, accounts.c */
void session_hash(uint8_t out[32], const char *token);
/* 0; or SERVICE_CONFLICT when nobody else could manage the site without this account. */
int account_must_stay(
	struct service *service, const struct store_staff *staff, struct service_problem *problem);

/* ---- publish.c: sealed messages out */
int publish_sealed(struct service *service, const char *board, enum wire_kind kind, long len);
void publish_after_commit(struct service *service, int64_t now_ms);

/* ---- snapshots.c */
/* Makes and stores a snapshot for each dirty board. SERVICE_TOO_MANY: more than a door may hold. */
int snapshots_make(struct service *service, int64_t now_ms, struct service_problem *problem);
void snapshots_applied(struct service *service); /* after the commit */
void snapshots_dropped(struct service *service); /* after a rollback */

/* ---- changes.c */
int change_note(struct service *service, enum change_what what, int64_t id);
void changes_tell(struct service *service, int64_t now_ms);

/* ---- spare.c */
/* A code of that many digits, from the spares or made now. 0, -ENOMEM. The caller wipes it. */
int spare_take(struct service *service, struct service_spare *out, unsigned digits);

/* ---- grants.c */
struct doors {
	size_t count;
	struct board *list[SERVICE_DOORS_MAX];
};
int doors_of_unit(
	struct service *service, const char *unit, struct doors *out, struct service_problem *problem);
int doors_of_grant(struct service *service, const char *grant, struct doors *out);
/* Gives a new grant (its occupant or standing, window and made_ms set) codes at those doors, sealed to
 * `link_key`. */
int grant_give(struct service *service, struct store_grant *grant, const struct doors *doors,
	const uint8_t link_key[LINK_KEY_BYTES]);
/* The same grant, other digits. */
int grant_recode(struct service *service, struct store_grant *grant, const uint8_t link_key[LINK_KEY_BYTES]);
/* Puts a live grant, with the codes it has, at one more door. Where somebody else has one of those codes, it
 * gets others, sealed to the same link. */
int grant_add_door(struct service *service, const char *id, struct board *board);
int grant_revoke(struct service *service, const char *grant, int64_t now_ms);
/* The next snapshot of each of its doors says something new of this grant. */
int grant_touch(struct service *service, const char *grant);
/* Locks a secret with the key file's key: len + LINK_LOCK_BYTES into out. */
void secret_lock(struct service *service, uint8_t *out, const uint8_t *secret, size_t len);
/* ---- cards.c: the grant's card opens nothing from the next snapshot on. STORE_NONE: it has none. */
int card_forget(struct service *service, const char *grant);
int grant_set_end(struct service *service, const char *grant, int64_t until_ms);
/* ---- links.c, occupants.c */
struct new_link {
	char secret[LINK_CHARS + 1];
	uint8_t id[LINK_ID_BYTES], public[LINK_KEY_BYTES];
};
void new_link_make(struct service *service, struct new_link *out);
int occupant_check(const struct service_occupant *who, bool needs_phone, struct store_occupant *out,
	struct service_problem *problem);
/* Adds person `n` with a link; `responsible` NULL: this is the responsible one, and the link is told. */
int occupant_put(struct service *service, struct store_occupant *occupant,
	const uint8_t responsible[LINK_KEY_BYTES], char link[LINK_CHARS + 1]);
int occupants_grant(struct service *service, const struct store_request *request, int64_t now_ms,
	struct service_problem *problem);
int occupants_revoke(struct service *service, int64_t request, int64_t now_ms);
int occupants_set_end(struct service *service, const struct store_request *request, int64_t until_ms);

/* ---- requests.c */
/* One step of a request: state, transition, change. The edge was asked for by request_step(). */
int request_move(struct service *service, struct store_request *request, enum request_act act,
	enum request_state to, int64_t now_ms, const char *who, const char *reason);
/* What a step means for its grants, and the step itself. `who` as in transitions. */
int request_carry_out(struct service *service, struct store_request *request, enum request_act act,
	enum request_by by, int64_t now_ms, const char *who, const char *reason,
	struct service_problem *problem);
int request_extend(struct service *service, struct store_request *request, int64_t until_ms,
	enum request_by by, int64_t now_ms, const char *who, struct service_problem *problem);
int request_needs_text(const char *reason, bool is_needed, struct service_problem *problem);

/* ---- site.c */
int board_attach_units(struct service *service, const char *board, const char *const *units, size_t count,
	struct service_problem *problem);

/* ---- fits.c: may a request have its unit then */
void spell_time(
	const struct service *service, int64_t at_ms, char *out, size_t size); /* 9 Nov 08.00, local */
/* 0; or SERVICE_CONFLICT naming what is booked. */
int fits_unbooked(
	struct service *service, const struct store_request *request, struct service_problem *problem);
/* 0; SERVICE_CONFLICT: closed; or SERVICE_BAD_INPUT: outside the hours the unit keeps. */
int fits_open(struct service *service, const struct store_request *request, struct service_problem *problem);
/* What the store's triggers said, in words. */
int fits_said_no(int r, struct service_problem *problem);
size_t site_holidays(const struct service *service, struct window holidays[WIRE_HOLIDAYS_MAX]);
struct unit_week {
	struct hours_week week; /* points into holidays */
	struct window holidays[WIRE_HOLIDAYS_MAX];
};
int unit_week(struct service *service, const char *unit, struct unit_week *out);

/* ---- forms.c */
struct json_put;
struct store_form;
struct service_form;
/* 0; or SERVICE_BAD_INPUT when somebody wrote a NIK. `text` may be NULL. */
int form_refuses_nik(const char *text, const char *field, struct service_problem *problem);
/* Copies what people typed: plain, within its size, without a NIK. */
int form_copy_text(char *out, size_t size, const char *text, bool is_needed, bool may_break,
	const char *field, struct service_problem *problem);
int form_check_kind(
	struct service *service, const struct store_request *request, struct service_problem *problem);
/* `in` NULL: nothing more is said. The request's organisation and heads are set. */
int form_check(struct service *service, const struct service_form *in, const struct store_request *request,
	struct store_form *out, struct service_problem *problem);
int form_put(struct service *service, int64_t request, struct json_put *put);

/* ---- letters.c */
/* The request of its responsible person's link; whatever its state. */
int request_of_link(struct service *service, const char *link, struct store_request *out,
	struct service_problem *problem);

/* ---- retention.c */
/* Erases what its time is over for, in the open transaction. Idempotent. */
int retention_run(struct service *service, int64_t now_ms);

/* ---- units_view.c */
struct busy_list {
	struct busy *list; /* free() */
	size_t count, room;
	struct store_unit unit;
};
/* When the unit is not free within `span` and a day around it, its own buffers included; merged. STORE_NONE.
 */
int busy_collect(struct service *service, const char *unit, struct window span, struct busy_list *out);

/* ---- alarms (ingest_alarms.c): the alarms of the gateway's own have words beside wire_alarm's */
#define ALARM_RESTORED "restored" /* a board knows a newer snapshot than we ever made */
#define ALARM_LOG_GAP "log_gap"   /* events a board forgot on our word are not here */
int alarm_raise(
	struct service *service, struct board *board, const char *alarm, int64_t began_ms, int64_t ended_ms);
int alarm_clear(struct service *service, struct board *board, const char *alarm, int64_t at_ms);

/* ---- ingest_events.c */
int ingest_events(struct service *service, struct board *board, int64_t now_ms);

/* ---- view_*.c: one thing each, a new reference; NULL: no memory */
struct json_put { /* an object being filled; is_bad: something did not fit into memory */
	json_t *json;
	bool is_bad;
};
void put_text(struct json_put *put, const char *key, const char *text); /* left out when NULL or "" */
void put_number(struct json_put *put, const char *key, int64_t value);
void put_time(struct json_put *put, const char *key, int64_t value_ms); /* left out when 0 */
void put_flag(struct json_put *put, const char *key, bool value);
void put_json(struct json_put *put, const char *key, json_t *value); /* takes the reference */
int put_end(struct json_put *put, json_t **out);                     /* 0, or -ENOMEM */
int list_add(json_t *list, int r, json_t *item);  /* r, or -ENOMEM; takes the item when r is 0 */
int list_put(json_t *list, struct json_put *put); /* put_end() and list_add() */
int list_wrap(
	const char *key, int r, json_t *list, json_t **out); /* {key: list}; takes the list in any case */
int view_request(struct service *service, const struct store_request *request, json_t **out);
int view_requests(struct service *service, enum request_state state, int64_t since_ms, json_t **out);
int view_grant_doors(struct service *service, const char *grant, json_t **out);
int view_door(struct service *service, struct board *board, int64_t now_ms, json_t **out);
int view_alarm(const struct store_alarm *alarm, json_t **out);
int view_event(const struct store_event *event, json_t **out);
bool board_is_online(const struct board *board, int64_t now_ms);

#endif
