/* recall - the board's memory at start, whatever became of the disk: a sound journal, a fresh one beside the
 * damaged one, or one in RAM, with what a disk that can only be read still holds. A dead disk never stops a
 * door. */
#ifndef RUMAH_DOOR_RECALL_H
#define RUMAH_DOOR_RECALL_H

#include "firmware/door/inbox.h"
#include "firmware/door/journal.h"

struct recall {
	struct journal *journal;    /* the caller's to close */
	int standing_error;         /* 0, or why nothing of this journal is durable: see store.h */
	struct board_memory memory; /* its snapshot lives in the inbox */
};

/* Opens dir/journal.db. 0; JOURNAL_TOO_NEW or JOURNAL_FOREIGN, which only a person can settle; or -ENOMEM. */
int recall_open(struct recall *recall, struct inbox *inbox, const char *dir, const char *board);

#endif
