/* service_world - one gateway's service in memory, a board that signs, and time that stands where it is put:
 * for the tests of gateway/service. */
#ifndef TESTS_UNIT_SERVICE_WORLD_H
#define TESTS_UNIT_SERVICE_WORLD_H

#include <jansson.h>

#include "gateway/service/service.h"
#include "tests/sim/prng.h"

#define DAY_MS (24LL * 60 * 60 * 1000)
#define HOUR_MS (60LL * 60 * 1000)
#define MINUTE_MS 60000LL
#define START_MS 1767571200000LL /* Monday 5 January 2026, 00.00 UTC */
#define SENT_MAX 256

struct sent { /* what the service published, newest last; a ring */
	char board[WIRE_NAME_MAX + 1];
	enum wire_kind kind;
	char *msg;
	size_t len;
};

struct test_board {
	char id[WIRE_NAME_MAX + 1];
	struct identity identity;
	struct wire_board_keys keys;
	uint64_t boot, n, log, seq; /* seq: newest event made */
	uint8_t hash[WIRE_HASH_BYTES];
};

struct world {
	char dir[64], path[96];
	struct service *service;
	struct service_config config;
	struct service_actor desk, manager, guard, clock;
	struct identity identity;
	uint8_t code_key[32];
	struct prng prng;
	int64_t now_ms;
	struct sent sent[SENT_MAX];
	size_t sent_count;
	unsigned told[4]; /* changes: request, door, alarm, event */
	uint64_t told_seq;
	struct service_problem problem;
	struct test_board door, entrance, spare; /* of r1; of the dormitory; unknown to the gateway */
};

/* Units r1 (room, buffers 15/15), dorm with beds dorm-1 and dorm-2; boards door (r1) and entrance (dorm). */
void world_open(struct world *world, uint64_t seed);
/* The same on a VFS of its own (sim/crash_vfs.h), without units and boards: world_furnish() adds them. */
void world_open_on(struct world *world, uint64_t seed, const char *vfs);
void world_furnish(struct world *world);
void world_close(struct world *world);
/* Closes and opens the service on the same database. */
void world_restart(struct world *world);

void board_make(struct world *world, struct test_board *board, const char *id);
/* Newest message of that kind to that board; NULL: none. */
const struct sent *world_last(const struct world *world, const char *board, enum wire_kind kind);
size_t world_count(const struct world *world, const char *board, enum wire_kind kind);
/* The newest snapshot sent to a board, its seal checked; grants has room for 64. */
void world_snapshot(
	struct world *world, const char *board, struct wire_snapshot *out, struct wire_grant *grants);

/* Seals what was encoded into msg and hands it to the service. */
void world_say(
	struct world *world, struct test_board *board, enum wire_kind kind, char *msg, long len, size_t size);
void board_hello(struct world *world, struct test_board *board, uint32_t epoch, uint64_t rev,
	const uint8_t digest[WIRE_DIGEST_BYTES]);
/* A hello or state that names the newest snapshot it was sent. */
void board_hello_newest(struct world *world, struct test_board *board);
void board_state(struct world *world, struct test_board *board, const struct wire_state *state);
/* Makes `count` events after board->seq into *out and moves the chain on. */
void board_make_events(struct world *world, struct test_board *board, unsigned count,
	enum wire_event_type type, const char *grant, struct wire_events *out);
void board_send_events(struct world *world, struct test_board *board, const struct wire_events *events);
void world_commit(struct world *world);

/* A request for `unit` with `people` people, from and until in hours from now. Its receipt. */
struct service_receipt world_submit(
	struct world *world, const char *unit, int64_t from_h, int64_t until_h, unsigned people);
struct service_receipt world_approved(
	struct world *world, const char *unit, int64_t from_h, int64_t until_h, unsigned people);
/* The code that a link shows, into digits and long digits. */
void world_code(struct world *world, const char *link, char digits[11], char long_digits[13]);
json_t *world_request(struct world *world, const char *number); /* view_request */
/* The state's word of a request; static storage until the next call. */
const char *world_state_of(struct world *world, const char *number);

/* What staff see. Alarms of that word; is_active: of those only the active. A door's member. */
json_t *world_alarms_of(struct world *world);
unsigned world_alarm_count(struct world *world, const char *word, bool is_active);
size_t world_event_count(struct world *world); /* of "door", at most 500 */
json_t *world_door_of(struct world *world, const char *id);
bool world_door_flag(struct world *world, const char *key); /* of "door" */
int64_t world_door_number(struct world *world, const char *key);

#endif
