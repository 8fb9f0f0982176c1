/* bench_board - a real rumah-door in a private folder, with the test as its gateway, its link and its guest.
 * Every function ends the test when something fails that is not the thing under test. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "schemas/wire/code.h"
#include "schemas/wire/keyfile.h"
#include "schemas/wire/message.h"
#include "tests/system/lib/seqpacket.h"

#define BENCH_SITE "rumah"
#define BENCH_BOARD "kamar-1"
#define BENCH_STRIKE_MS 1000
#define BENCH_GRANTS_MAX 10000

struct bench {
	const char *program;
	char dir[64], config[96], log[96], sim_path[96], link_path[96], look_path[96], state[96];
	struct identity gateway, board;
	uint8_t tag_key[WIRE_KEY_BYTES];
	pid_t pid;
	int sim; /* the keypad's descriptor */
	struct seqpacket link;
	struct wire_snapshot snapshot;
	struct wire_grant *grants; /* of snapshot */
	char *sealed;              /* the newest made */
	size_t sealed_len;
	struct wire_hello hello; /* the newest heard */
	struct wire_state shown;
	struct wire_events events; /* the newest message of them */
	/* Each message of events, and each that is delivered, as it goes by; NULL: nobody looks. */
	void (*on_events)(const struct wire_events *events);
	void (*on_delivery)(enum wire_kind kind, const char *msg, size_t len);
};

/* Makes folder, keys and configuration; starts nothing. `program`: rumah-door. */
void bench_open(struct bench *bench, const char *program);
void bench_close(struct bench *bench); /* kills what runs, removes the folder */

void bench_start(struct bench *bench);           /* and opens the keypad */
int bench_stop(struct bench *bench, int signal); /* the wait status */

/* A grant that is good from now for a day, also offline and at the floor; long_code may be NULL. */
void bench_grant(struct bench *bench, const char *code, const char *long_code);
/* Seals the snapshot with the next rev, by `by` (the gateway, or a stranger). */
void bench_seal(struct bench *bench, const struct identity *by);

/* rumah-link's side: connects, says online, answers the hello with a head, and delivers the newest snapshot.
 */
void bench_link(struct bench *bench);
void bench_unlink(struct bench *bench);
void bench_deliver(struct bench *bench, enum wire_kind kind, const char *msg, size_t len);
/* Hears until a message of `kind` has come (hello, state and events are decoded, seal checked); heads are
 * sent for hellos. Returns false after limit_ms. */
bool bench_hear(struct bench *bench, enum wire_kind kind, int limit_ms);
/* Hears until the door shows `rev` applied. */
bool bench_is_applied(struct bench *bench, uint64_t rev, int limit_ms);
/* Acknowledges bench->events. */
void bench_ack(struct bench *bench);
/* Sends an action made for the newest challenge, signed by the gateway. */
void bench_act(struct bench *bench, enum wire_action_what what, const char *id);
int64_t wall_ms(void);
