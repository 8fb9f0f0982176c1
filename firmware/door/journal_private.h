/* journal_private - what journal.c (opening, reading) and journal_commit.c (writing) share. */
#ifndef RUMAH_DOOR_JOURNAL_PRIVATE_H
#define RUMAH_DOOR_JOURNAL_PRIVATE_H

#include <pthread.h>

#include "firmware/door/journal.h"
#include "firmware/door/journal_rows.h"

struct journal {
	struct rows rows;
	struct rows_memory memory; /* as committed */
	uint64_t oldest;           /* event kept; 0: none */
	uint64_t unacknowledged_max;

	pthread_mutex_t lock; /* over `front`, `bytes`, and changes of `back` */
	struct batch front;   /* added since the last commit began */
	struct batch back;    /* being committed, or failed to be */
	uint64_t bytes;
};

/* The chain's hash at `seq`, an event that is kept. 0 or -errno. */
int journal_hash_at(struct journal *journal, uint64_t seq, uint8_t hash[WIRE_HASH_BYTES]);
/* Puts the size of the files where journal_bytes() finds it. */
void journal_measure(struct journal *journal);

#endif
