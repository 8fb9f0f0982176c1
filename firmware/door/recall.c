#include "firmware/door/recall.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "firmware/core/guess.h"
#include "firmware/edge/log.h"
#include "firmware/edge/paths.h"

#define NAME "journal.db"
#define DAMAGED "journal.db.damaged"          /* one is kept, the newest: a bad card must not fill itself */
#define RAM_EVENTS_MAX 20000                  /* some 2 MiB */
#define COPY_DIR "/dev/shm/rumah-door-XXXXXX" /* memory: what no disk can fail at */
#define COPY_BYTES_MAX (48u << 20)            /* half a million events; the service has 128 MiB */

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

struct salvage {
	struct board_memory memory;
	char *sealed; /* owned */
	size_t len;
	bool is_whole; /* budget and floor are among it */
};

static void add_order(struct journal *journal, struct board_order *order, const struct salvage *salvage)
{
	struct board_orders orders = { .count = 1 };

	orders.list[0] = *order;
	/* Without memory for it the snapshot is left to the gateway, which sends it again. */
	(void)journal_add(journal, &orders, salvage->sealed, salvage->len);
}

/* Gives a new journal what could be had of the damaged one. */
static void carry_over(struct recall *recall, struct inbox *inbox, const struct salvage *salvage)
{
	const struct board_memory *memory = &salvage->memory;
	struct board_order order = { .kind = ORDER_STORE_GUESS };
	uint8_t hash[WIRE_HASH_BYTES];
	uint64_t head, acked;
	int r;

	order.u.guess.failures = memory->failures;
	order.u.guess.is_lockout_open = memory->is_lockout_open;
	order.u.guess.is_entry_open = memory->is_entry_open;
	add_order(recall->journal, &order, salvage);
	order = (struct board_order){ .kind = ORDER_STORE_FLOOR, .u.floor_ms = memory->floor_ms };
	add_order(recall->journal, &order, salvage);
	for (size_t i = 0; i < memory->used_count; i++) {
		order = (struct board_order){ .kind = ORDER_STORE_USED };
		order.u.used.grant = memory->used[i];
		add_order(recall->journal, &order, salvage);
	}
	if (salvage->sealed && inbox_recall(inbox, salvage->sealed, salvage->len) == 0) {
		order = (struct board_order){ .kind = ORDER_STORE_SNAPSHOT };
		order.u.snapshot.epoch = inbox->snapshot.epoch;
		order.u.snapshot.rev = inbox->snapshot.rev;
		add_order(recall->journal, &order, salvage);
	}
	r = journal_commit(recall->journal, &head, hash, &acked);
	log_line(LOG_WARNING, "recall: carried over: budget=%d used=%zu snapshot=%d stored=%d",
		salvage->is_whole, memory->used_count, order.kind == ORDER_STORE_SNAPSHOT, r == 0);
}

static int begin_anew(
	struct recall *recall, struct inbox *inbox, const char *dir, const char *board, const char *path)
{
	struct salvage salvage;
	int r;

	log_line(LOG_ALARM, "recall: the journal is damaged, set aside, and a new log begun: kept=%.200s/%s",
		dir, DAMAGED);
	salvage.is_whole = journal_salvage(path, NULL, board, &salvage.memory, &salvage.sealed, &salvage.len);
	/* Wrong codes that were counted are not forgotten to the good of whoever damaged the card. */
	if (!salvage.is_whole)
		salvage.memory.failures = GUESS_FREE;
	r = set_aside(dir);
	if (r == 0)
		r = journal_open(&recall->journal, path, NULL, board, new_log());
	if (r == 0)
		carry_over(recall, inbox, &salvage);
	free(salvage.sealed);
	return r == JOURNAL_CORRUPT ? -EIO : r;
}

static int open_on_disk(struct recall *recall, struct inbox *inbox, const char *dir, const char *board)
{
	char path[PATH_MAX];
	int r = path_join(path, dir, NAME);

	if (r == 0)
		r = journal_open(&recall->journal, path, NULL, board, new_log());
	return r == JOURNAL_CORRUPT ? begin_anew(recall, inbox, dir, board, path) : r;
}

/* Adds to *copied; past COPY_BYTES_MAX in all: -EFBIG. */
static int copy_file(const char *from, const char *to, size_t *copied)
{
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), out, r = 0;
	char buf[16 * 1024];
	ssize_t count;

	if (in < 0)
		return -errno;
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0)
		r = -errno;
	while (r == 0 && (count = read(in, buf, sizeof(buf))) != 0) {
		*copied += count > 0 ? (size_t)count : 0;
		if (count < 0)
			r = -errno;
		else if (*copied > COPY_BYTES_MAX)
			r = -EFBIG;
		else if (write(out, buf, (size_t)count) != count)
			r = -ENOSPC;
	}
	close(in);
	if (out >= 0)
		close(out);
	return r;
}

static void remove_copy(const char *folder)
{
	static const char *const parts[] = { NAME, NAME "-wal", NAME "-shm" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (path_join(path, folder, parts[i]) == 0)
			unlink(path);
	}
	rmdir(folder);
}

/* What a disk that takes no writes still holds: a card gone read-only must not cost a board its grants when
 * it starts again without a network. Reading a journal takes writing (SQLite has its log to fold in), so a
 * copy in memory is read. 0 or -errno. */
static int salvage_unwritable(struct salvage *salvage, const char *dir, const char *board)
{
	char folder[] = COPY_DIR, from[PATH_MAX], to[PATH_MAX];
	size_t copied = 0;
	int r;

	if (!mkdtemp(folder))
		return -errno;
	r = path_join(from, dir, NAME);
	if (r == 0)
		r = path_join(to, folder, NAME);
	if (r == 0)
		r = copy_file(from, to, &copied);
	if (r == 0 && path_join(from, dir, NAME "-wal") == 0 && path_join(to, folder, NAME "-wal") == 0)
		r = copy_file(from, to, &copied);
	if (r == -ENOENT && copied > 0) /* all of the log was folded in */
		r = 0;
	if (r == 0 && path_join(to, folder, NAME) == 0)
		salvage->is_whole =
			journal_salvage(to, NULL, board, &salvage->memory, &salvage->sealed, &salvage->len);
	remove_copy(folder);
	return r;
}

static int open_journal(struct recall *recall, struct inbox *inbox, const char *dir, const char *board)
{
	struct salvage salvage = { 0 };
	int r = open_on_disk(recall, inbox, dir, board), has_none;

	if (r >= 0)
		return r;
	log_line(LOG_ALARM, "recall: no journal on disk, events are kept in memory alone: error=%s",
		strerror(-r));
	recall->standing_error = r;
	r = journal_open(&recall->journal, ":memory:", NULL, board, new_log());
	if (r != 0)
		return r;
	journal_limit(recall->journal, RAM_EVENTS_MAX);
	has_none = salvage_unwritable(&salvage, dir, board);
	if (has_none == 0)
		carry_over(recall, inbox, &salvage);
	else
		log_line(LOG_ALARM, "recall: nothing could be read either: error=%s", strerror(-has_none));
	free(salvage.sealed);
	return 0;
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
	int r;

	*recall = (struct recall){ 0 };
	r = open_journal(recall, inbox, dir, board);
	if (r != 0)
		return r;
	r = journal_recall(recall->journal, &recall->memory, &sealed, &len);
	if (r < 0)
		log_line(LOG_ALARM, "recall: the journal cannot be read: error=%s", strerror(-r));
	if (sealed)
		recall_snapshot(recall, inbox, sealed, len);
	free(sealed);
	/* Nobody knows how many wrong codes there were. */
	if ((r < 0 || recall->standing_error) && recall->memory.failures < GUESS_FREE)
		recall->memory.failures = GUESS_FREE;
	return 0;
}
