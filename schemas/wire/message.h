/* message - the other messages of the bus as structs: encode to JSON (unsealed), decode after wire_unseal().
 *
 * Every encode returns the length or -ENOSPC. Every decode returns 0 or a wire_refusal (then *out is not to
 * be used) and copies what it needs: nothing points into the message. No allocation; any thread. Unknown
 * members are ignored (at most 16 in an object), repeated ones refused, and every member has a bound, written
 * in messages/{kind}.schema.json and in the tables of message.c. Structs to encode keep these bounds: what is
 * out of them is written as it is, and refused by whoever reads it. Times are 0..WIRE_TIME_MAX_MS, counters
 * 0..2^53-1, `boot` and `log` any 64 bits (16 hex digits on the wire). */
#ifndef RUMAH_WIRE_MESSAGE_H
#define RUMAH_WIRE_MESSAGE_H

#include "schemas/wire/event.h"
#include "schemas/wire/snapshot.h"
#include "schemas/wire/topic.h"

#define WIRE_VERSION 1
#define WIRE_DEPTH_MAX 16
#define WIRE_CHALLENGE_BYTES 16
#define WIRE_ID_CHARS 16 /* action ids: [0-9a-z]{16} */
#define WIRE_WHO_MAX 32  /* opaque: [a-z0-9-]{1,32}, never a name */
#define WIRE_EVENTS_MAX 64

struct wire_head { /* gateway → board: the answer to one hello */
	uint8_t challenge[WIRE_CHALLENGE_BYTES];
	int64_t time_ms;
	uint32_t epoch;
	uint64_t rev;
	uint8_t digest[WIRE_DIGEST_BYTES];
};

struct wire_ack { /* gateway → board: committed up to and including `upto`, whose chain hash is `hash` */
	uint64_t log, upto;
	uint8_t hash[WIRE_HASH_BYTES];
};

#define WIRE_ACTIONS(X)                                                                                      \
	X(UNLOCK, "unlock")                                                                                  \
	X(IDENTIFY, "identify")                                                                              \
	X(SILENCE, "silence")                                                                                \
	X(CLEAR_LOCKOUT, "clear_lockout")                                                                    \
	X(SELF_TEST, "self_test")
#define WIRE_WHYS(X)                                                                                         \
	X(GUEST_WAITING, "guest_waiting")                                                                    \
	X(LOST_CODE, "lost_code")                                                                            \
	X(MAINTENANCE, "maintenance")                                                                        \
	X(EMERGENCY, "emergency")                                                                            \
	X(TEST, "test")                                                                                      \
	X(OTHER, "other")
enum wire_action_what {
#define X(name, word) WIRE_ACTION_##name,
	WIRE_ACTIONS(X)
#undef X
		WIRE_ACTION_COUNT
};
enum wire_action_why {
#define X(name, word) WIRE_WHY_##name,
	WIRE_WHYS(X)
#undef X
		WIRE_WHY_COUNT
};
const char *wire_action_word(enum wire_action_what what);
const char *wire_why_word(enum wire_action_why why);
int wire_action_read(enum wire_action_what *out, const char *word); /* 0 or WIRE_BAD_FORM */
int wire_why_read(enum wire_action_why *out, const char *word);

struct wire_action {
	char id[WIRE_ID_CHARS + 1];
	uint8_t challenge[WIRE_CHALLENGE_BYTES]; /* the board's newest, from its hello */
	int64_t expires_ms;                      /* at most 10 s after it was made */
	enum wire_action_what what;
	enum wire_action_why why; /* the free text stays at the gateway */
	char who[WIRE_WHO_MAX + 1];
};

struct wire_clock_state {
	enum wire_trust trust;
	uint32_t bound_ms;
};

struct wire_hello { /* board → gateway on connect, again after 3, 6, 12 … s until a head answers, then every
		       60 s */
	uint64_t boot;
	uint8_t challenge[WIRE_CHALLENGE_BYTES];
	uint32_t epoch; /* 0 with rev 0: no snapshot yet, digest all zeros */
	uint64_t rev;
	uint8_t digest[WIRE_DIGEST_BYTES];
	uint64_t log, head;            /* newest committed event; 0: none */
	uint8_t hash[WIRE_HASH_BYTES]; /* chain hash at head */
	uint64_t acked;
	struct wire_clock_state clock;
};

#define WIRE_DOOR_STATES(X)                                                                                  \
	X(LOCKED, "locked")                                                                                  \
	X(RELEASED, "released")                                                                              \
	X(OPEN, "open")                                                                                      \
	X(HELD, "held")                                                                                      \
	X(FORCED, "forced")
enum wire_door_state {
#define X(name, word) WIRE_DOOR_##name,
	WIRE_DOOR_STATES(X)
#undef X
		WIRE_DOOR_STATE_COUNT
};
const char *wire_door_word(enum wire_door_state state);

#define WIRE_ALARMS(X)                                                                                       \
	X(FORCED, "forced")                                                                                  \
	X(HELD_OPEN, "held_open")                                                                            \
	X(WRONG_CODES, "wrong_codes")                                                                        \
	X(INJECTION, "injection")                                                                            \
	X(STALE, "stale")               /* no fresh head for five minutes */                                 \
	X(EQUIVOCATION, "equivocation") /* two truths under one (epoch, rev) */                              \
	X(STORAGE, "storage")                                                                                \
	X(STUCK_INPUT, "stuck_input")                                                                        \
	X(UNUSED, "unused") /* released, nobody entered: until the next release, or ten minutes */           \
	X(TAMPER, "tamper")                                                                                  \
	X(FIRE, "fire")                                                                                      \
	X(LOCK_FAULT, "lock_fault") /* the bolt is not where it was told to be */                            \
	X(LINE_FAULT, "line_fault") /* an input bounces, or its cable is cut */                              \
	X(READER_FAULT, "reader_fault")                                                                      \
	X(POWER, "power")     /* mains lost */                                                               \
	X(BATTERY, "battery") /* low */                                                                      \
	X(CLOCK, "clock")     /* true time is not known to ten seconds */
enum wire_alarm {
#define X(name, word) WIRE_ALARM_##name,
	WIRE_ALARMS(X)
#undef X
		WIRE_ALARM_COUNT
};
const char *wire_alarm_word(enum wire_alarm alarm);
#define WIRE_ALARM_BIT(name) (1u << WIRE_ALARM_##name)

struct wire_state { /* board → all, retained; (boot, n) orders them */
	uint64_t boot, n;
	int64_t at_ms;
	enum wire_door_state door;
	bool is_released; /* the strike is energised */
	bool is_contact_open;
	enum wire_mode mode;
	int64_t mode_until_ms;
	unsigned alarms;    /* WIRE_ALARM_BIT()s */
	uint32_t lockout_s; /* seconds of lockout left, 0 when none */
	uint32_t epoch;
	uint64_t rev;
	uint8_t digest[WIRE_DIGEST_BYTES];
	struct wire_clock_state clock;
	uint64_t queue; /* events not yet acknowledged */
};

struct wire_events { /* board → gateway */
	uint64_t log;
	uint8_t prev[WIRE_HASH_BYTES]; /* chain hash before events[0] */
	unsigned count;                /* 1..64; sequence numbers are consecutive */
	struct wire_event events[WIRE_EVENTS_MAX];
};

struct wire_did { /* board → gateway */
	char id[WIRE_ID_CHARS + 1];
	bool is_done;
	enum wire_reason reason; /* why not; NONE when done */
};

struct wire_health {      /* board → all, retained, every five minutes */
	char version[17]; /* [0-9A-Za-z.+~-]{1,16} */
	uint64_t uptime_s;
	uint64_t queue;
	uint64_t journal_bytes, free_bytes;
	int32_t temp_mc;      /* milli-degrees Celsius; INT32_MIN: no sensor, then the member is absent */
	int32_t cert_days;    /* INT32_MIN: unknown, absent */
	uint64_t refused;     /* messages refused since start, all reasons */
	uint64_t relay_count; /* strike energised, since start */
};

struct wire_link { /* rumah-link → all, retained, also its last will; not sealed */
	bool is_online;
};

long wire_head_encode(char *buf, size_t size, const struct wire_head *head);
long wire_ack_encode(char *buf, size_t size, const struct wire_ack *ack);
long wire_action_encode(char *buf, size_t size, const struct wire_action *action);
long wire_hello_encode(char *buf, size_t size, const struct wire_hello *hello);
long wire_state_encode(char *buf, size_t size, const struct wire_state *state);
long wire_events_encode(char *buf, size_t size, const struct wire_events *events);
long wire_did_encode(char *buf, size_t size, const struct wire_did *did);
long wire_health_encode(char *buf, size_t size, const struct wire_health *health);
long wire_link_encode(char *buf, size_t size, const struct wire_link *link);

int wire_head_decode(struct wire_head *out, const char *msg, size_t len);
int wire_ack_decode(struct wire_ack *out, const char *msg, size_t len);
int wire_action_decode(struct wire_action *out, const char *msg, size_t len);
int wire_hello_decode(struct wire_hello *out, const char *msg, size_t len);
int wire_state_decode(struct wire_state *out, const char *msg, size_t len);
int wire_events_decode(struct wire_events *out, const char *msg, size_t len);
int wire_did_decode(struct wire_did *out, const char *msg, size_t len);
int wire_health_decode(struct wire_health *out, const char *msg, size_t len);
int wire_link_decode(struct wire_link *out, const char *msg, size_t len);

#endif
