/* journal - the board's durable memory: events and their chain, the guess budget, the time floor, the
 * snapshot.
 *
 * SQLite (schemas/sql/board), WAL, synchronous=FULL: once journal_commit() has returned 0, what it was given
 * survives loss of power. Events are kept in RAM (batch.h) while storage fails, and a GAP event says how many
 * were lost past that. At JOURNAL_MAX unacknowledged events new noise is counted into a GAP instead of
 * stored; access and tamper are stored while the disk takes them. Acknowledged events stay as a history of
 * JOURNAL_HISTORY.
 *
 * journal_add() and journal_bytes() return at once and may be called while another thread is in one of the
 * others, which wait for the disk; of those one at a time. No clock and no chance: the same calls on the same
 * disk give the same database. */
#ifndef RUMAH_DOOR_JOURNAL_H
#define RUMAH_DOOR_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/core/board.h"

#define JOURNAL_MAX 1000000
#define JOURNAL_BACKLOG 4096
#define JOURNAL_HISTORY 10000

struct journal; /* opaque: journal_open() makes it, journal_close() frees it */

enum journal_answer { JOURNAL_TOO_NEW = 1, JOURNAL_FOREIGN = 2, JOURNAL_CORRUPT = 3 };

/* Opens or creates `path` on `vfs` (NULL: the default) for `board`. new_log: a random number, used when the
 * database is born here. 0, a journal_answer, or -errno, with *out untouched. Takes the same time with a
 * million events as with none: it checks the counters, the snapshot's pages and the newest events, and leaves
 * the rest to journal_check(). */
int journal_open(
	struct journal **out, const char *path, const char *vfs, const char *board, uint64_t new_log);
void journal_close(struct journal *journal); /* takes NULL; what was added and not committed is lost */

/* What can still be had of a damaged journal of `board`: guess budget, floor and used grants, as far as their
 * rows' own sums vouch for them, and the sealed snapshot, whose seal the caller checks. What cannot is as in
 * an empty one; log, head and chain are never taken. *snapshot is the caller's to free. Returns whether the
 * budget and the floor were among it. */
bool journal_salvage(const char *path, const char *vfs, const char *board, struct board_memory *memory,
	char **snapshot, size_t *snapshot_len);

/* Noise is left out at this many unacknowledged events; JOURNAL_MAX unless told otherwise. For small disks.
 */
void journal_limit(struct journal *journal, uint64_t unacknowledged_max);

/* What INPUT_START needs, but for the decoded snapshot: memory->snapshot is NULL, and its sealed bytes are
 * put at *snapshot (the caller frees; NULL and 0 when there is none). 0 or -errno. */
int journal_recall(
	struct journal *journal, struct board_memory *memory, char **snapshot, size_t *snapshot_len);

/* One step's worth to remember: the STORE_ and FORGET orders and the events of `orders`; `sealed` are the
 * bytes ORDER_STORE_SNAPSHOT speaks of (borrowed; NULL otherwise). Collected; nothing is durable before
 * journal_commit(). 0, or -ENOMEM when there was none for the snapshot: all the rest was taken. */
int journal_add(
	struct journal *journal, const struct board_orders *orders, const char *sealed, size_t sealed_len);

/* Makes everything added before the call durable in one transaction. On failure (-ENOSPC, -EIO …) events stay
 * in the backlog, the newest of every other kind stays to be tried again with the next commit; the guess
 * budget and the used grants, which are small, are tried once more on their own: a full disk often has room
 * for them. *head and *hash: the newest stored event, *acked: the newest forgotten one, also after a failure.
 * ORDER_FORGET counts only when its hash is the chain's at `upto`. */
int journal_commit(struct journal *journal, uint64_t *head, uint8_t hash[WIRE_HASH_BYTES], uint64_t *acked);

/* Reads up to `count` (at most WIRE_EVENTS_MAX) stored events from seq `first` and the chain hash before
 * them. Returns how many (0: none, also when `first` is no longer kept), or -errno. */
int journal_read(struct journal *journal, uint64_t first, unsigned count, struct wire_events *out);

/* Reads everything: the pages, then the chain over all events kept. 0, JOURNAL_CORRUPT, or -errno. */
int journal_check(struct journal *journal);

/* Bytes of the database's files as of the last commit, for health. */
uint64_t journal_bytes(struct journal *journal);

#endif
