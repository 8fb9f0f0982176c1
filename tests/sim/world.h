/* world - one simulated site: real board cores and journals, the real gateway service and store, a broker
 * that forgets as the real one does, people, faults, virtual time, and one 64-bit seed for everything.
 *
 *   people ──keys──> board_node ──packets──> broker_model ──packets──> gateway_node <──acts── staff
 *                    core, journal           loses, doubles,           service, store
 *                    on a crash disk         replays, forges           on a crash disk
 *
 * A run has two phases: chaos, in which safety is checked after every step (oracle.c), then heal and quiet,
 * after which liveness must hold. The same seed is the same history, whatever the compiler: world.hash says
 * so. */
#ifndef TESTS_SIM_WORLD_H
#define TESTS_SIM_WORLD_H

#include "firmware/core/board.h"
#include "firmware/door/inbox.h"
#include "firmware/door/journal.h"
#include "firmware/door/outbox.h"
#include "gateway/service/service.h"
#include "schemas/wire/keyfile.h"
#include "tests/sim/agenda.h"
#include "tests/sim/crash_vfs.h"
#include "tests/sim/prng.h"

#define WORLD_BOARDS_MAX 8
#define WORLD_GUESTS_MAX 64
#define WORLD_QUEUE_MAX 100 /* of the broker, for one absent client; small, so that it overflows */
#define WORLD_ARCHIVE 64    /* packets a hostile broker remembers */
#define WORLD_SITE "sim"
#define WORLD_GATEWAY WORLD_BOARDS_MAX    /* the gateway's place among the broker's clients */
#define WORLD_START_WALL_MS 1767571200000 /* Monday 2026-01-05 00.00 UTC */
#define WORLD_STRIKE_MS 5000

/* Interesting states: every one must have been reached in a campaign, or its faults are not being tested. */
/* clang-format off */
#define SOMETIMES(X) \
	X(OPENED_BY_CODE) \
	X(OPENED_BY_LONG_CODE) \
	X(OPENED_BY_ACTION) \
	X(OPENED_OFFLINE) \
	X(OPENED_IN_HOLDOVER) \
	X(OPENED_AT_FLOOR) \
	X(OPENED_WHILE_GATEWAY_DOWN) \
	X(REFUSED_REVOKED) \
	X(REFUSED_EARLY) \
	X(REFUSED_EXPIRED) \
	X(REFUSED_LOCKDOWN) \
	X(LOCKED_OUT) \
	X(LONG_CODE_IN_LOCKOUT) \
	X(ACTION_LATE) \
	X(ACTION_REPLAYED) \
	X(SNAPSHOT_ROLLBACK_REFUSED) \
	X(FORGERY_REFUSED) \
	X(CROSS_DELIVERY_REFUSED) \
	X(BROKER_FORGOT_RETAINED) \
	X(BROKER_QUEUE_OVERFLOW) \
	X(BOARD_CUT) \
	X(BOARD_CUT_IN_COMMIT) \
	X(BOARD_CUT_IN_RECOVERY) \
	X(GATEWAY_CUT_IN_COMMIT) \
	X(GATEWAY_CUT_IN_RECOVERY) \
	X(GATEWAY_KILLED) \
	X(BOARD_DISK_FULL) \
	X(BOARD_DISK_EIO) \
	X(GATEWAY_DISK_FULL) \
	X(EVENTS_RESENT) \
	X(HELD_OPEN_ALARM) \
	X(FORCED_ALARM) \
	X(STALE_ALARM) \
	X(ENTRY_CUT_BY_POWER) \
	X(DOUBLE_BOOKING_REFUSED) \
	X(APPROVED_WHILE_BOARD_OFF) \
	X(REVOKED_WHILE_BOARD_OFF) \
	X(MODE_HOLD_OPEN) \
	X(RELEASED_BY_FIRE) \
	X(RELEASED_BY_REX) \
	X(RELEASED_BY_SWITCH) \
	X(REFUSED_BY_INTERLOCK) \
	X(LOCK_FAULT_ALARM) \
	X(TAMPER_ALARM) \
	X(POWER_ALARM) \
	X(WEEK_OFFLINE)
/* clang-format on */
enum sometimes {
#define X(name) SOMETIMES_##name,
	SOMETIMES(X)
#undef X
		SOMETIMES_COUNT
};

struct tally { /* of a campaign */
	uint64_t worlds, steps, events, hash;
	uint64_t sometimes[SOMETIMES_COUNT];
};

struct packet {
	unsigned from, to; /* clients of the broker */
	unsigned board;    /* of the topic; differs from `to` when a hostile broker cross-delivers */
	enum wire_kind kind;
	bool is_retained;
	bool is_hostile;  /* replayed, forged or cross-delivered */
	bool is_forged;   /* bytes were changed */
	uint32_t session; /* of the receiver's connection */
	size_t len;
	char bytes[];
};

struct knobs { /* rates are "one in n" of an opportunity; 0 is never */
	uint32_t drop, duplicate, reorder, late;
	uint32_t board_cut, gateway_cut, broker_kill, partition;
	uint32_t disk_full, disk_eio;
	bool is_hostile_broker, has_attacker, cuts_in_commit;
	uint32_t latency_ms, sync_ms;
	uint64_t chaos_ms;
};

struct guest {
	char number[SERVICE_NUMBER_CHARS + 1], link[SERVICE_LINK_CHARS + 1], name[40];
	char code[SERVICE_CODE_MAX], long_code[SERVICE_CODE_MAX];
	char grant[WIRE_GRANT_ID_CHARS + 1];
	unsigned board;
	int64_t from_ms, until_ms;
	unsigned stage, visits;
	bool is_approved, is_revoked;
	uint8_t s[WIRE_STRETCHED_BYTES]; /* of the short code */
};

struct board_node {
	struct world *world;
	unsigned index;
	char name[WIRE_NAME_MAX + 1];
	struct identity identity;
	struct wire_board_keys keys;
	struct crash_disk *disk;
	int32_t drift_ppm; /* what its oscillator really does */

	bool is_on, is_linked;
	uint32_t life;
	uint64_t booted_ms, offline_since_ms, partition_until_ms;
	struct board *core;
	struct journal *journal;
	struct inbox inbox;
	struct outbox outbox;
	uint64_t wake_at_ms; /* planned; a newer plan voids an older one */

	uint32_t tokens[256]; /* steps waiting for the disk */
	unsigned token_count;
	bool is_storing;
	char *sealed; /* of the snapshot being handed over */
	size_t sealed_len;

	uint32_t entry; /* being stretched */
	unsigned entry_digits;
	uint8_t s[WIRE_STRETCHED_BYTES];

	struct board_hardware hardware;
	unsigned lines; /* active now, contact among them; wires.c moves them */
	bool is_strike_on, is_bolt_jammed, has_rtc;
	uint64_t strike_until_ms; /* mono, as ordered */
	uint64_t keypad_free_ms;

	struct { /* what the oracle holds against it */
		uint32_t epoch;
		uint64_t rev, log, head, acked, sent_head;
		uint64_t guesses[64]; /* true times of the latest wrong codes taken */
		unsigned guess_count;
		bool is_hold_open;
	} seen;
};

struct gateway_node {
	struct crash_disk *disk;
	struct identity identity;
	uint8_t code_key[32];
	struct service *service;
	bool is_on, is_linked, is_commit_planned;
	uint32_t life;
	struct service_actor staff;
};

struct broker_model {
	bool is_on;
	struct {
		bool is_connected;
		uint32_t session;
		unsigned queued;
		struct packet *queue[WORLD_QUEUE_MAX];
	} clients[WORLD_BOARDS_MAX + 1];
	struct packet *retained[WORLD_BOARDS_MAX][WIRE_KIND_COUNT];
	struct packet *saved[WORLD_BOARDS_MAX][WIRE_KIND_COUNT];
	struct packet *archive[WORLD_ARCHIVE];
	unsigned archived;
};

struct oracle;

struct world {
	uint64_t seed;
	struct prng prng;    /* of the world's course */
	struct prng entropy; /* what programs get for randomness */
	struct knobs knobs;
	uint64_t now_ms;
	bool is_healing;
	struct agenda agenda;
	struct broker_model broker;
	struct gateway_node gateway;
	unsigned board_count;
	struct board_node boards[WORLD_BOARDS_MAX];
	unsigned guest_count;
	struct guest guests[WORLD_GUESTS_MAX];
	struct oracle *oracle;
	uint64_t steps;  /* inputs to cores, messages to the service */
	uint64_t events; /* things that happened: agenda items */
	uint64_t hash;   /* of the whole history */
	struct tally *tally;
};

/* world.c */
/* Adds to tally->sometimes, ->steps and ->events; sets ->hash. */
void world_run(uint64_t seed, struct tally *tally, bool is_loud);
int64_t world_wall_ms(const struct world *world);
void world_plan(
	struct world *world, uint64_t in_ms, enum agenda_kind kind, unsigned who, uint32_t life, uint64_t a);
bool world_chance(struct world *world, uint32_t one_in); /* never while healing, never when 0 */
/* How long something stays away: half a minute, at times an hour. */
uint64_t world_outage_ms(struct world *world);
/* Power will go within one of the disk's next `within` operations. */
void world_arm_cut(struct world *world, struct crash_disk *disk, uint64_t within);
void world_mix(struct world *world, const void *bytes, size_t len);
void world_sometimes(struct world *world, enum sometimes what);
/* Prints the seed, the time, the invariant and the command to see it again, then aborts. */
_Noreturn void world_fail(struct world *world, const char *invariant, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* board_node.c */
void board_node_make(struct world *world, unsigned index);
void board_node_free(struct board_node *node);
void board_node_power_on(struct board_node *node);
void board_node_cut(struct board_node *node, enum crash_mode mode);
void board_node_input(struct board_node *node, struct board_input *input);
void board_node_deliver(struct board_node *node, const struct packet *packet);
void board_node_link(struct board_node *node, bool is_online);
void board_node_handle(struct board_node *node, const struct agenda_item *item);
uint64_t board_node_mono_ms(const struct board_node *node);

/* wires.c */
void wires_fit(struct board_node *node);             /* which lock it has, and how it is wired */
void wires_strike(struct board_node *node, bool on); /* bolt and leaf follow what the lock was told */
void wires_mischief(struct world *world, unsigned board);
/* The wire moves, also while the board is off. True when the board is to hear of it: *input says what. */
bool wires_move(struct board_node *node, enum board_line line, bool is_active, struct board_input *input);
bool wires_are_active(const struct board_node *node, enum board_line line);

/* gateway_node.c */
void gateway_node_make(struct world *world);
void gateway_node_free(struct world *world);
void gateway_node_start(struct world *world);
void gateway_node_kill(struct world *world, enum crash_mode mode);
void gateway_node_deliver(struct world *world, const struct packet *packet);
void gateway_node_commit(struct world *world);
void gateway_node_tick(struct world *world);
/* Every call into the service goes through its result: a cut during the call is the gateway's death. */
bool gateway_node_survived(struct world *world, int r);

/* broker_model.c */
void broker_init(struct world *world);
void broker_deinit(struct world *world);
void broker_connect(struct world *world, unsigned client);
void broker_disconnect(struct world *world, unsigned client);
void broker_publish(
	struct world *world, unsigned from, unsigned board, enum wire_kind kind, const char *msg, size_t len);
void broker_arrive(struct world *world, struct packet *packet);
void broker_deliver(struct world *world, struct packet *packet);
void broker_save(struct world *world);
void broker_kill(struct world *world);
void broker_start(struct world *world);
void broker_mischief(struct world *world);

/* people.c */
void people_begin(struct world *world);
void people_guest(struct world *world, unsigned index);
void people_staff(struct world *world);
void people_attacker(struct world *world, unsigned board);
void people_type(struct world *world, unsigned board, const char *digits);

/* oracle.c */
struct oracle *oracle_new(void);
void oracle_free(struct oracle *oracle);
void oracle_published(struct world *world, const struct packet *packet);
void oracle_step(struct board_node *node, const struct board_input *input, const struct board_orders *orders);
void oracle_forget(struct board_node *node, uint64_t upto);
void oracle_learned(struct world *world, struct guest *guest);
void oracle_stored(struct board_node *node, uint64_t head, const uint8_t hash[WIRE_HASH_BYTES]);
void oracle_recalled(struct board_node *node, const struct board_memory *memory);
void oracle_checkpoint(struct world *world); /* reads the gateway's database */
void oracle_at_rest(struct world *world);    /* after heal and quiet: liveness */

#endif
