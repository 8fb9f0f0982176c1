#include "firmware/door/recall.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/core/guess.h"
#include "firmware/edge/log.h"
#include "firmware/edge/paths.h"

#define NAME "journal.db"
#define DAMAGED "journal.db.damaged" /* one is kept, the newest: a bad card must not fill itself */
#define RAM_EVENTS_MAX 20000         /* some 2 MiB */

static uint64_t new_log(void)
{
	uint64_t log;

	randombytes_buf(&log, sizeof(log));
	return log;
}

static int set_aside(const char *dir)
{
	static const char *const parts[][2] = {
		{ NAME "-wal", DAMAGED "-wal" }, { NAME "-shm", DAMAGED "-shm" }, { NAME, DAMAGED }
	}; /* the database last: cut off before, it is set aside at the next start */
	char from[PATH_MAX], to[PATH_MAX];

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (path_join(from, dir, parts[i][0]) < 0 || path_join(to, dir, parts[i][1]) < 0)
			return -ENAMETOOLONG;
		if (rename(from, to) < 0 && errno != ENOENT)
			return -errno;
	}
	return 0;
}

static int open_on_disk(struct recall *recall, const char *dir, const char *board, bool *is_fresh)
{
	char path[PATH_MAX];
	int r = path_join(path, dir, NAME);

	*is_fresh = false;
	if (r == 0)
		r = journal_open(&recall->journal, path, NULL, board, new_log());
	if (r != JOURNAL_CORRUPT)
		return r;
	log_line(LOG_ALARM, "recall: the journal is damaged, set aside, and a new log begun: kept=%.200s/%s",
		dir, DAMAGED);
	r = set_aside(dir);
	if (r == 0)
		r = journal_open(&recall->journal, path, NULL, board, new_log());
	*is_fresh = true;
	return r == JOURNAL_CORRUPT ? -EIO : r;
}

static int open_journal(struct recall *recall, const char *dir, const char *board, bool *is_fresh)
{
	int r = open_on_disk(recall, dir, board, is_fresh);

	if (r >= 0)
		return r;
	log_line(LOG_ALARM, "recall: no journal on disk, events are kept in memory alone: error=%s",
		strerror(-r));
	recall->standing_error = r;
	*is_fresh = true;
	r = journal_open(&recall->journal, ":memory:", NULL, board, new_log());
	if (r == 0)
		journal_limit(recall->journal, RAM_EVENTS_MAX);
	return r;
}

/* The newest snapshot of the gateway that is in the journal, if its seal holds. */
static void recall_snapshot(struct recall *recall, struct inbox *inbox, const char *sealed, size_t len)
{
	int r = inbox_recall(inbox, sealed, len);

	if (r == 0)
		recall->memory.snapshot = &inbox->snapshot;
	else
		log_line(
			LOG_ALARM, "recall: the stored snapshot is refused: reason=%s", wire_refusal_word(r));
}

int recall_open(struct recall *recall, struct inbox *inbox, const char *dir, const char *board)
{
	char *sealed = NULL;
	size_t len = 0;
	bool is_fresh;
	int r;

	*recall = (struct recall){ 0 };
	r = open_journal(recall, dir, board, &is_fresh);
	if (r != 0)
		return r;
	r = journal_recall(recall->journal, &recall->memory, &sealed, &len);
	if (r < 0) {
		log_line(LOG_ALARM, "recall: the journal cannot be read: error=%s", strerror(-r));
		is_fresh = true;
	}
	if (sealed)
		recall_snapshot(recall, inbox, sealed, len);
	free(sealed);
	/* Wrong codes that were counted are not forgotten to the good of whoever damaged the card. */
	if (is_fresh && recall->memory.failures < GUESS_FREE)
		recall->memory.failures = GUESS_FREE;
	return 0;
}
