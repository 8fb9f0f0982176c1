/* event - what happened at a door: the record, its words, and the hash chain over it.
 * Pure; no allocation; any thread. */
#ifndef RUMAH_WIRE_EVENT_H
#define RUMAH_WIRE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#define WIRE_HASH_BYTES 32
#define WIRE_GRANT_ID_CHARS 16 /* [0-9a-z]; opaque: 80 random bits in Crockford base32 */

/* How much the wall clock could be believed when the event happened; see firmware/core/clock.h. */
#define WIRE_TRUSTS(X)                                                                                       \
	X(TRUSTED, 1, "trusted")                                                                             \
	X(HOLDOVER, 2, "holdover")                                                                           \
	X(FLOOR, 3, "floor")

/* clang-format off */
/* name, code (in the hash chain: never reused), word, is noise (may be dropped first when a million events fill the board) */
#define WIRE_EVENT_TYPES(X) \
	X(BOOT,               1, "boot",               false) /* n: journal events found at start */ \
	X(ACCESS_GRANTED,     2, "access_granted",     false) /* reason: code, long_code, action */ \
	X(ACCESS_DENIED,      3, "access_denied",      false) /* n: how many, of those told once a minute; reason storage: errno */ \
	X(LOCKOUT_STARTED,    4, "lockout_started",    false) /* n: seconds */ \
	X(LOCKOUT_ENDED,      5, "lockout_ended",      false) \
	X(INJECTION_SUSPECTED,6, "injection_suspected",false) /* keys faster than a hand; n: how many bursts */ \
	X(DOOR_OPENED,        7, "door_opened",        true) \
	X(DOOR_CLOSED,        8, "door_closed",        true) \
	X(DOOR_FORCED,        9, "door_forced",        false) /* opened with nothing to allow it */ \
	X(HELD_OPEN,         10, "held_open",          false) /* open past the limit */ \
	X(REX,               11, "rex",                true) \
	X(UNUSED,            12, "unused",             false) /* released, nobody entered */ \
	X(MODE_CHANGED,      13, "mode_changed",       false) \
	X(SNAPSHOT_APPLIED,  14, "snapshot_applied",   false) /* n: rev */ \
	X(SNAPSHOT_REFUSED,  15, "snapshot_refused",   false) /* n: rev */ \
	X(ACTION_DONE,       16, "action_done",        false) \
	X(ACTION_REFUSED,    17, "action_refused",     false) /* n: how many since the last one; at most one a minute */ \
	X(ALARM_CLEARED,     18, "alarm_cleared",      false) /* reason: which alarm */ \
	X(CLOCK_CHANGED,     19, "clock_changed",      true) /* trust changed, or a step past the bound; n: step in ms */ \
	X(STORAGE_FAULT,     20, "storage_fault",      false) /* n: errno */ \
	X(STORAGE_RESTORED,  21, "storage_restored",   false) \
	X(GAP,               22, "gap",                false) /* n: events lost between the last one and this */ \
	X(STALE,             23, "stale",              false) /* no fresh head for five minutes */ \
	X(MESSAGE_REFUSED,   24, "message_refused",    true)  /* n: how many since the last one; at most one a minute */ \
	X(STUCK_INPUT,       25, "stuck_input",        false) \
	X(ALARM_RAISED,      26, "alarm_raised",       false) /* reason: which alarm, of those without a type of their own */ \
	X(LINE_FAULT,        27, "line_fault",         false) /* reason: bouncing, cut; n: the line, see WIRE_LINES */ \
	X(READER_FAULT,      28, "reader_fault",       false) /* reason: lines_low, noise, form */ \
	X(RELEASED,          29, "released",           false) /* by no code: reason fire, hold_switch; until RELOCKED */ \
	X(RELOCKED,          30, "relocked",           false) /* reason: what had released it */ \
	X(LOCK_RETRIED,      31, "lock_retried",       true)  /* the bolt did not follow, and was told again; n: which time */

#define WIRE_REASONS(X) \
	X(NONE,              0, "none") \
	X(CODE,              1, "code") \
	X(LONG_CODE,         2, "long_code") \
	X(ACTION,            3, "action") \
	X(REX_RELEASE,       4, "rex_release") \
	X(UNKNOWN_CODE,      5, "unknown_code") \
	X(NOT_YET,           6, "not_yet") \
	X(EXPIRED,           7, "expired") \
	X(OUTSIDE_HOURS,     8, "outside_hours") \
	X(HOLIDAY,           9, "holiday") \
	X(ALREADY_USED,     10, "already_used") \
	X(LOCKDOWN,         11, "lockdown") \
	X(CLOSED,           12, "closed") \
	X(LOCKED_OUT,       13, "locked_out") \
	X(OFFLINE_TOO_LONG, 14, "offline_too_long") \
	X(CLOCK_FLOOR,      15, "clock_floor")    /* booted without a clock, and the grant does not allow that */ \
	X(CLOCK_UNSURE,     16, "clock_unsure")   /* the bound is wider than the edge tolerance and touches the edge */ \
	X(TOO_FAST,         17, "too_fast") \
	X(BAD_LENGTH,       18, "bad_length")     /* digits then '#', but no code has that many */ \
	X(BUSY,             19, "busy")           /* the previous entry is still being worked out */ \
	X(ROLLBACK,         20, "rollback")       /* a snapshot older than the one applied */ \
	X(EQUIVOCATION,     21, "equivocation")   /* the same (epoch, rev) with other bytes */ \
	X(TOO_MANY_GRANTS,  22, "too_many_grants") \
	X(WRONG_CHALLENGE,  23, "wrong_challenge") \
	X(REPLAYED,         24, "replayed") \
	X(RETAINED,         25, "retained")       /* an action must never be a retained message */ \
	X(FORCED,           26, "forced") \
	X(HELD,             27, "held") \
	X(WRONG_CODES,      28, "wrong_codes") \
	X(STORAGE,          29, "storage") \
	X(STALE_HEAD,       30, "stale_head") \
	X(NORMAL,           31, "normal") \
	X(HOLD_OPEN,        32, "hold_open") \
	X(IDENTIFY,         33, "identify") \
	X(SILENCE,          34, "silence") \
	X(CLEAR_LOCKOUT,    35, "clear_lockout") \
	X(SELF_TEST,        36, "self_test") \
	X(JOURNAL_FULL,     37, "journal_full") \
	X(POWER_CUT,        38, "power_cut")      /* an entry was under way when power failed: counted as wrong */ \
	X(UNLOCK,           39, "unlock") \
	X(CLOCK,            40, "clock")          /* an action needs trusted time */ \
	X(FLOOD,            41, "flood") \
	X(STUCK,            42, "stuck")          /* an input held longer than anybody holds it */ \
	X(CARD,             43, "card") \
	X(UNKNOWN_CARD,     44, "unknown_card") \
	X(INTERLOCK,        45, "interlock")      /* sluice: the other door is not shut and locked */ \
	X(TAMPER,           46, "tamper") \
	X(FIRE,             47, "fire") \
	X(POWER,            48, "power")          /* mains lost */ \
	X(BATTERY,          49, "battery") \
	X(LOCK_FAULT,       50, "lock_fault")     /* the bolt is not where it was told to be */ \
	X(LINE_FAULT,       51, "line_fault") \
	X(READER_FAULT,     52, "reader_fault") \
	X(HOLD_SWITCH,      53, "hold_switch")    /* the keyed switch at the door */ \
	X(BOUNCING,         54, "bouncing") \
	X(CUT,              55, "cut") \
	X(LINES_LOW,        56, "lines_low")      /* the reader is unplugged or shorted */ \
	X(NOISE,            57, "noise") \
	X(FORM,             58, "form")           /* frames of a wrong length, parity or complement */ \
	X(UNUSED,           59, "unused")

/* n of LINE_FAULT; firmware/core/board.h says what each is. Never reused either. */
#define WIRE_LINES(X) \
	X(CONTACT, 0, "contact") \
	X(REX,     1, "rex") \
	X(BOLT,    2, "bolt") \
	X(TAMPER,  3, "tamper") \
	X(FIRE,    4, "fire") \
	X(MAINS,   5, "mains") \
	X(BATTERY, 6, "battery") \
	X(HOLD,    7, "hold") \
	X(PARTNER, 8, "partner")
/* clang-format on */

enum wire_trust {
#define X(name, code, word) WIRE_TRUST_##name = code,
	WIRE_TRUSTS(X)
#undef X
};
enum wire_event_type {
#define X(name, code, word, noise) WIRE_EVENT_##name = code,
	WIRE_EVENT_TYPES(X)
#undef X
		WIRE_EVENT_TYPE_COUNT
};
enum wire_reason {
#define X(name, code, word) WIRE_REASON_##name = code,
	WIRE_REASONS(X)
#undef X
		WIRE_REASON_COUNT
};

const char *wire_trust_word(enum wire_trust trust);
const char *wire_event_type_word(enum wire_event_type type);
const char *wire_reason_word(enum wire_reason reason);
bool wire_event_type_is_noise(enum wire_event_type type);
/* Words from outside: 0, or WIRE_BAD_FORM with *out untouched. */
int wire_trust_read(enum wire_trust *out, const char *word);
int wire_event_type_read(enum wire_event_type *out, const char *word);
int wire_reason_read(enum wire_reason *out, const char *word);

struct wire_event {
	uint64_t seq;      /* from 1, gap-free within a log */
	uint64_t boot;     /* random, one per start of the board's program */
	uint64_t mono_ms;  /* monotonic clock of that boot */
	int64_t wall_ms;   /* best estimate of true time, ms since 1970 UTC */
	uint32_t bound_ms; /* true time is within wall_ms ± this; UINT32_MAX: only the lower edge is known */
	enum wire_trust trust;
	enum wire_event_type type;
	enum wire_reason reason;
	int64_t n;                           /* meaning by type, above; 0 where none */
	char grant[WIRE_GRANT_ID_CHARS + 1]; /* "" where nobody asked */
};

/* h(0) of a log: BLAKE2b-256("rumah log/1" 0x00 board 0x00 log, little-endian 64 bit). */
void wire_chain_start(uint8_t hash[static WIRE_HASH_BYTES], const char *board, uint64_t log);

/* h(n) = BLAKE2b-256(h(n-1) ‖ event), over a fixed little-endian layout: seq 8, boot 8, mono_ms 8, wall_ms 8,
 * bound_ms 4, trust 1, type 2, reason 2, n 8, grant 16 (zeros when ""). In place. */
void wire_chain_next(uint8_t hash[static WIRE_HASH_BYTES], const struct wire_event *event);

#endif
