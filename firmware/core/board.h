/* board - the whole decision of one door: inputs and the monotonic clock in, orders out.
 *
 * Pure: no clock, pins, files, sockets; no allocation after board_new(); the same inputs give the same
 * orders, byte for byte. What it remembers across a power cut is what it ordered stored and was told is
 * stored (struct board_memory).
 *
 *   keys, cards, lines   ─┐                       ┌─ strike, tones, lamp
 *   messages, unsealed   ─┼─> board_step() ───────┼─ things to store, in one transaction per step
 *   "stored", "stretched"─┘   at now_mono_ms      └─ messages to send, digits to stretch, when to wake
 *
 * Of pins, polarity and debouncing the core knows nothing: it hears of lines in words (enum board_line) and
 * says "released until"; what that means for the coil of this lock is the port's.
 *
 * The edge carries orders out in the order given: the strike first, then what is stored, tones where they
 * stand. The tone of a rejected code is not among the orders of the step that decides it: it follows
 * INPUT_STORED (guess.h says why).
 *
 * Snapshots. One newer than the newest heard is copied at once and ordered stored. Until INPUT_STORED answers
 * it already takes away: what it revokes does not open, a lockdown secures the strike; what it brings opens
 * only then. When it could not be stored it applies all the same, with alarm STORAGE, since a revocation must
 * hold; hello and state report it, and the journal tries again. A still newer one takes the place of one
 * being stored: the edge stores both in order, and only the newest is ever applied. Grants whose `id` stays
 * keep what is known of them: a one-time grant that was used and then extended stays used.
 *
 * Messages are sent, and actions run, only as far as the newest two challenges reach (actions.h); which
 * events go when is backlog.h's. The answer to an action that came again says REPLAYED: the first answer is
 * the one that counts. */
#ifndef RUMAH_CORE_BOARD_H
#define RUMAH_CORE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schemas/wire/card.h"
#include "schemas/wire/code.h"
#include "schemas/wire/message.h"

#define BOARD_CARD_BYTES WIRE_CARD_BYTES
#define BOARD_USED_MAX 256        /* one-time grants remembered as used */
#define BOARD_ORDERS_MAX 22       /* no step gives more; asserted */
#define BOARD_EVENTS_MAX 36       /* events of one step; asserted */
#define BOARD_DRIFT_MAX_PPM 10000 /* a clock worse than 1 % is no clock */
/* 285,000 years of uptime; the wire's integers end there too */
#define BOARD_MONO_MAX_MS (UINT64_C(1) << 53)

struct board; /* opaque: board_new() makes it, board_free() frees it */

/* What the door is wired to, in the order of WIRE_LINES; each is "active" in the sense given here. */
enum board_line {
	LINE_CONTACT, /* the leaf is open */
	LINE_REX,     /* request to exit: somebody wants out */
	LINE_BOLT,    /* lock monitor: the bolt is thrown, the door secured */
	LINE_TAMPER,  /* the box or the reader was opened */
	LINE_FIRE,    /* the fire alarm panel calls */
	LINE_MAINS,   /* mains lost: the board runs on its battery */
	LINE_BATTERY, /* the battery is low */
	LINE_HOLD,    /* keyed switch: hold the door released */
	LINE_PARTNER, /* sluice: the other door is not shut and locked */
	LINE_COUNT
};
#define LINE_BIT(name) (1u << LINE_##name)

enum board_line_fault {
	LINE_FAULT_BOUNCING, /* changes faster than anything it could tell of */
	LINE_FAULT_CUT,      /* the cable is cut or shorted */
	LINE_FAULT_COUNT
};

enum board_reader_fault {
	READER_FAULT_LINES_LOW, /* both data lines low: unplugged or shorted */
	READER_FAULT_NOISE,     /* edges that are no bits */
	READER_FAULT_FORM,      /* frames of a wrong length, parity or complement */
	READER_FAULT_COUNT
};

enum board_lock {
	LOCK_STRIKE,    /* fail-secure: released while energised */
	LOCK_MAGNET,    /* fail-safe: released while not; lets people out by REX and fire, whatever is set */
	LOCK_MOTOR,     /* drives its bolt, and says where it is (LINE_BOLT) */
	LOCK_TURNSTILE, /* a short pulse frees it for one passage, told by LINE_CONTACT */
};

enum board_relock {
	RELOCK_TIMED,   /* when the release's time is over */
	RELOCK_OPENING, /* as soon as the leaf opens, and then at the latest */
	RELOCK_CLOSING, /* when the leaf has been opened and shut again, and then at the latest */
};

struct board_hardware { /* what the electrician decided; all zeros is a strike on a timer */
	enum board_lock lock;
	enum board_relock relock; /* needs LINE_CONTACT */
	bool rex_releases;        /* REX releases the lock; a snapshot's settings may add it */
	bool fire_releases;       /* so does the fire alarm, as long as it lasts */
};

struct board_config {
	struct board_hardware hardware;
	size_t grants_max; /* room for grants, twice (applied and coming); WIRE_GRANTS_MAX on a board */
	uint8_t tag_key[WIRE_KEY_BYTES];
	uint8_t seed[32];   /* random, new at each start: challenges come from it */
	uint32_t drift_ppm; /* of the oscillator without sync: 100 unless the board's is known better */
};

/* A one-time grant that opened. The journal's table mirrors the core's: it forgets a row only when told. */
struct board_used {
	char grant[WIRE_GRANT_ID_CHARS + 1];
	int64_t until_ms;
};

/* What survives a power cut: read from the journal at start, handed to INPUT_START. */
struct board_memory {
	uint64_t log;                  /* born with the database */
	uint64_t head, acked;          /* newest stored and newest acknowledged event; 0: none */
	uint8_t hash[WIRE_HASH_BYTES]; /* chain hash at head */
	int64_t floor_ms;              /* newest trusted time ever stored; 0: none */
	uint32_t failures;             /* of the guess budget, guess.h */
	bool is_lockout_open;          /* a lockout was not served to its end: served anew in full */
	bool is_entry_open;            /* power failed while somebody typed: counted as a wrong code */
	size_t used_count;             /* one-time grants already used */
	struct board_used used[BOARD_USED_MAX];
	const struct wire_snapshot *snapshot; /* borrowed for the call, seal checked again; NULL: none yet */
	uint8_t digest[WIRE_DIGEST_BYTES];
};

enum board_input_kind {
	INPUT_START, /* first, once */
	INPUT_TICK,  /* the time asked for in wake_mono_ms has come */
	INPUT_KEY,
	INPUT_CARD,
	INPUT_READER,
	INPUT_LINE,
	INPUT_LINE_FAULT,
	INPUT_CLOCK,    /* the operating system's clock, where somebody vouches for it (RTC, NTP) */
	INPUT_LINK,     /* rumah-link reached or lost the broker */
	INPUT_SNAPSHOT, /* messages: seal checked and decoded by the edge, board and kind bound by the topic
			 */
	INPUT_HEAD,
	INPUT_ACK,
	INPUT_ACTION,
	INPUT_REFUSED,   /* a message the edge refused: counted, and told once a minute */
	INPUT_STRETCHED, /* answer to ORDER_STRETCH */
	INPUT_STORED,    /* answer to a step with store_token != 0 */
	INPUT_KIND_COUNT
};

struct board_input {
	enum board_input_kind kind;
	union {
		struct {
			uint64_t boot; /* random */
			const struct board_memory *memory;
			unsigned lines, wired; /* LINE_BIT()s: which are active, and which exist */
		} start;
		struct {
			char key; /* '0'..'9', '*', '#' */
			/* When its last edge was seen: what tells a hand from a machine, however late the
			 * loop got to it. In the future it counts as now. */
			uint64_t at_mono_ms;
		} key;
		struct wire_card card;
		struct {
			enum board_reader_fault fault;
			bool is_active;
		} reader;
		struct {
			enum board_line line;
			bool is_active; /* debounced */
		} line;
		struct {
			enum board_line line;
			enum board_line_fault fault;
			bool is_active;
		} line_fault;
		bool is_online; /* LINK */
		struct {
			int64_t wall_ms;
			uint32_t bound_ms;
		} clock;
		struct {
			const struct wire_snapshot *snapshot; /* borrowed for the call */
			uint8_t digest[WIRE_DIGEST_BYTES];
		} snapshot;
		struct wire_head head;
		struct wire_ack ack;
		struct {
			struct wire_action action;
			bool is_retained;
		} action;
		struct {
			enum wire_kind kind;
			int refusal;
		} refused;
		struct {
			uint32_t entry;
			int error; /* 0, or -errno: no memory for Argon2id */
			uint8_t s[WIRE_STRETCHED_BYTES];
		} stretched;
		struct {
			uint32_t token;
			int error;                     /* 0, or -errno */
			uint64_t head;                 /* newest event stored, also after an error */
			uint8_t hash[WIRE_HASH_BYTES]; /* of the chain at head */
			uint64_t acked; /* newest event forgotten: ORDER_FORGET took effect up to here */
		} stored;
	} u;
};

enum board_tone {
	TONE_KEY, /* a key was taken */
	TONE_CLEARED,
	TONE_ACCEPTED,
	TONE_ACCEPTED_OFFLINE, /* open, and the centre cannot be reached */
	TONE_REJECTED,         /* wrong, early, expired, other door: all alike */
	TONE_WAIT,     /* no code is weighed now: locked out, still working, or the sluice's other door */
	TONE_PREALARM, /* held open soon; these two sound until another of them or SILENCE, and one-off */
	TONE_ALARM,    /* tones sound in between; forced, held open, tampered with */
	TONE_SILENCE,  /* end of the pattern */
	TONE_IDENTIFY,
	TONE_COUNT
};

/* The one lamp at the door: what stands. */
enum board_lamp {
	LAMP_READY,    /* a code may be typed */
	LAMP_RELEASED, /* come in */
	LAMP_WAIT,     /* locked out, or the sluice's other door is not shut */
	LAMP_CLOSED,   /* lockdown, or closed: most codes do not open now */
	LAMP_FAULT,    /* for the technician; codes open */
	LAMP_ALARM,    /* forced, held open, tampered with, fire */
	LAMP_COUNT
};

enum board_order_kind {
	ORDER_STRIKE, /* on until until_mono_ms at the latest, timed by the port as well; or off now */
	ORDER_TONE,
	ORDER_LAMP,
	ORDER_STRETCH, /* Argon2id over the digits, off the loop; answered by INPUT_STRETCHED */
	ORDER_SEND_HELLO,
	ORDER_SEND_STATE,
	ORDER_SEND_DID,
	ORDER_SEND_EVENTS, /* stored events from first, at most count, in one message */
	ORDER_STORE_GUESS, /* the rest belongs to this step's one transaction, with the events */
	ORDER_STORE_FLOOR,
	ORDER_STORE_SNAPSHOT, /* the sealed bytes just given with INPUT_SNAPSHOT, and (epoch, rev) */
	ORDER_STORE_USED,     /* a one-time grant, in place of `forgets` when that is not "" */
	ORDER_FORGET, /* acknowledged events up to and including upto, if the chain's hash there is `hash`;
			 else nothing: somebody acknowledged another chain. INPUT_STORED tells what came of it
		       */
};

struct board_order {
	enum board_order_kind kind;
	union {
		struct {
			bool on;
			uint64_t until_mono_ms;
		} strike;
		enum board_tone tone;
		enum board_lamp lamp;
		struct {
			uint32_t entry;
			uint8_t count;
			char digits[WIRE_LONG_CODE]; /* wipe after use */
			const struct wire_settings
				*settings; /* borrowed until the next step: salt and cost */
		} stretch;
		struct wire_hello hello;
		struct wire_state state;
		struct wire_did did;
		struct {
			uint64_t first;
			uint32_t count;
		} events;
		struct {
			uint32_t failures;
			bool is_lockout_open, is_entry_open;
		} guess;
		int64_t floor_ms;
		struct {
			uint32_t epoch;
			uint64_t rev;
		} snapshot;
		struct {
			struct board_used grant;
			char forgets[WIRE_GRANT_ID_CHARS + 1];
		} used;
		struct {
			uint64_t upto;
			uint8_t hash[WIRE_HASH_BYTES];
		} forget;
	} u;
};

struct board_orders {
	unsigned count;
	struct board_order list[BOARD_ORDERS_MAX];
	unsigned event_count;
	struct wire_event events[BOARD_EVENTS_MAX]; /* to append to the journal, which gives them seq */
	uint32_t store_token;  /* not 0: answer with INPUT_STORED when events, STORE_ and FORGET orders of
				  this step are durable, or could not be made so. In order; the answer to one
				  token stands for all before it. The newest one that failed is answered again
				  with error 0 when a retry has stored it */
	uint64_t wake_mono_ms; /* call INPUT_TICK no later than this; at most a minute ahead */
};

/* Allocates everything it will ever use. 0, -EINVAL, or -ENOMEM with *out untouched. */
int board_new(struct board **out, const struct board_config *config);
void board_free(struct board *board); /* wipes; takes NULL */

/* One step. now_mono_ms never goes back and stays under BOARD_MONO_MAX_MS (asserted: the edge reads
 * CLOCK_BOOTTIME). Writes all of *orders. */
void board_step(struct board *board, uint64_t now_mono_ms, const struct board_input *input,
	struct board_orders *orders);

/* FNV-1a of everything that decides: equal after equal histories, on every compiler. */
uint64_t board_hash(const struct board *board);

/* For edges that show the door: the state as it would be sent now (no new message number is taken). */
void board_look(const struct board *board, uint64_t now_mono_ms, struct wire_state *out);

#endif
