/* journal_life - a board's journal on a disk that misbehaves, the book of what it was given, and the checks
 * after each end of such a life. Assertions are cmocka's. One thread. */
#ifndef TESTS_SIM_JOURNAL_LIFE_H
#define TESTS_SIM_JOURNAL_LIFE_H

#include "firmware/door/journal.h"
#include "tests/sim/crash_vfs.h"
#include "tests/sim/journal_book.h"

struct life {
	const char *title;
	uint64_t n; /* where the fault strikes; with the title in every complaint */
	struct crash_disk *disk;
	struct journal *journal; /* NULL: closed */
	struct book book;
	unsigned number;      /* of the next step */
	uint64_t head, acked; /* as the newest commit told */
	uint8_t hash[WIRE_HASH_BYTES];
};

/* A new disk. `seed` decides the chances of its cuts. */
void life_init(struct life *life, const char *title, uint64_t n, uint64_t seed, size_t snapshot_bytes);
void life_deinit(struct life *life);

int life_open(struct life *life); /* journal_open()'s answer */
void life_close(struct life *life);
/* Gives the next step to the journal and commits: its answer. */
int life_step(struct life *life);
/* The same for orders made otherwise. */
int life_commit(struct life *life, const struct board_orders *orders, const char *sealed, size_t sealed_len);

/* Power goes off (if it is not already) and comes back; every fault is healed. */
void life_power(struct life *life, enum crash_mode mode);
/* Opens, and fails the test unless everything promised is there, nothing is there in half, the chain holds,
 * and each event is the one given. `is_strict`: guess row and used grants stand where the rest stands. Leaves
 * it open, and the book at what was found. */
void life_check(struct life *life, bool is_strict);

/* Only that each event, but for those acknowledged long ago, is there as it was given. */
void life_check_events(struct life *life);

/* The bytes of a file as readers see them; the caller frees. */
void *life_save_file(struct life *life, const char *path, size_t *len);
void life_load_file(struct life *life, const char *path, const void *bytes, size_t len);

#endif
