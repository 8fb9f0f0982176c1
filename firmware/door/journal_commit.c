/* The one transaction that makes a batch durable.
 *
 * seq and hash are given inside it, on a copy of the memory row that replaces the journal's own only after
 * the commit: what is rolled back was never given. A commit that failed is never taken for durable; the same
 * connection then writes its next frames over the failed ones, so they cannot come back later. */
#include <errno.h>
#include <string.h>

#include "firmware/door/journal_private.h"
#include "schemas/wire/db.h"

/* Deleting one old row at each acknowledgement would write a page more each time; in one go after a long
 * outage it would hold the disk for seconds. */
#define DELETE_FROM 256
#define DELETE_AT_MOST 4096

static int append(struct journal *journal, struct rows_memory *next, const struct wire_event *event)
{
	struct wire_event numbered = *event;
	bool is_anchor;

	numbered.seq = ++next->head;
	is_anchor = numbered.seq % ROWS_ANCHOR_EVERY == 0;
	wire_chain_next(next->hash, &numbered);
	return rows_add_event(&journal->rows, &numbered, is_anchor ? next->hash : NULL);
}

/* A gap event with the times of `like`, the event at whose place something is missing. */
static int append_gap(struct journal *journal, struct rows_memory *next, const struct wire_event *like,
	uint64_t lost, enum wire_reason reason)
{
	struct wire_event gap = {
		.boot = like->boot,
		.mono_ms = like->mono_ms,
		.wall_ms = like->wall_ms,
		.bound_ms = like->bound_ms,
		.trust = like->trust,
		.type = WIRE_EVENT_GAP,
		.reason = reason,
		.n = (int64_t)lost,
	};

	return append(journal, next, &gap);
}

static int append_dropped(struct journal *journal, struct rows_memory *next, const struct wire_event *like)
{
	uint64_t dropped = next->dropped;

	if (dropped == 0)
		return 0;
	next->dropped = 0;
	return append_gap(journal, next, like, dropped, WIRE_REASON_JOURNAL_FULL);
}

static int append_or_drop(
	struct journal *journal, struct rows_memory *next, const struct batch_event *waiting)
{
	const struct wire_event *event = &waiting->event;
	int r = 0;

	if (waiting->lost_before > 0)
		r = append_gap(journal, next, event, waiting->lost_before, WIRE_REASON_STORAGE);
	if (r < 0)
		return r;
	if (wire_event_type_is_noise(event->type) &&
		next->head - next->acked >= journal->unacknowledged_max) {
		next->dropped++;
		return 0;
	}
	r = append_dropped(journal, next, event);
	return r < 0 ? r : append(journal, next, event);
}

static int write_events(struct journal *journal, struct rows_memory *next)
{
	const struct batch *batch = &journal->back;
	int r = 0;

	for (size_t i = 0; i < batch->count && r == 0; i++)
		r = append_or_drop(journal, next, &batch->events[i]);
	if (r == 0 && batch->lost > 0)
		r = append_gap(journal, next, &batch->last_lost, batch->lost, WIRE_REASON_STORAGE);
	return r;
}

static int write_used(struct journal *journal)
{
	int r = 0;

	for (size_t i = 0; i < journal->back.used_count && r == 0; i++) {
		const struct batch_used *used = &journal->back.used[i];

		if (used->forgets[0])
			r = rows_delete_used(&journal->rows, used->forgets);
		if (r == 0)
			r = rows_save_used(&journal->rows, &used->grant);
	}
	return r;
}

static void take_guess(struct rows_memory *next, const struct batch *batch)
{
	if (!batch->has_guess)
		return;
	next->failures = batch->failures;
	next->is_lockout_open = batch->is_lockout_open;
	next->is_entry_open = batch->is_entry_open;
}

/* Acknowledged is what the centre committed of our own chain; whoever names another hash means another. */
static int forget(struct journal *journal, struct rows_memory *next)
{
	uint8_t hash[WIRE_HASH_BYTES];

	for (size_t i = 0; i < journal->back.forget_count; i++) {
		const struct batch_forget *told = &journal->back.forgets[i];
		int r;

		if (told->upto <= next->acked || told->upto > next->head)
			continue;
		r = journal_hash_at(journal, told->upto, hash);
		if (r < 0)
			return r;
		if (memcmp(hash, told->hash, WIRE_HASH_BYTES) == 0)
			next->acked = told->upto;
	}
	return 0;
}

/* Acknowledged events older than the history go, a bounded number at a time. What stays begins at an anchor,
 * so that its chain can be followed. */
static int delete_history(struct journal *journal, const struct rows_memory *next, uint64_t *oldest)
{
	uint64_t below = next->acked > JOURNAL_HISTORY ? next->acked - JOURNAL_HISTORY : 0;

	if (*oldest == 0 || below < *oldest + DELETE_FROM)
		return 0;
	if (below > *oldest + DELETE_AT_MOST)
		below = *oldest + DELETE_AT_MOST;
	below -= below % ROWS_ANCHOR_EVERY;
	*oldest = below;
	return rows_delete_events(&journal->rows, below);
}

static int write_all(struct journal *journal, struct rows_memory *next, uint64_t *oldest)
{
	const struct batch *batch = &journal->back;
	int r = write_events(journal, next);

	if (r == 0)
		r = write_used(journal);
	if (r == 0 && batch->has_snapshot)
		r = rows_save_snapshot(
			&journal->rows, batch->epoch, batch->rev, batch->sealed, batch->sealed_len);
	if (r == 0)
		r = forget(journal, next);
	if (r < 0)
		return r;

	take_guess(next, batch);
	if (batch->has_floor && batch->floor_ms > next->floor_ms)
		next->floor_ms = batch->floor_ms;
	if (*oldest == 0 && next->head > 0)
		*oldest = 1;
	return delete_history(journal, next, oldest);
}

static int write_small(struct journal *journal, struct rows_memory *next, uint64_t *oldest)
{
	(void)oldest;
	take_guess(next, &journal->back);
	return write_used(journal);
}

static int transact(
	struct journal *journal, int (*write)(struct journal *, struct rows_memory *, uint64_t *oldest))
{
	struct rows_memory next = journal->memory;
	uint64_t oldest = journal->oldest;
	int r = rows_run(&journal->rows, ROWS_BEGIN);

	if (r < 0)
		return r;
	r = write(journal, &next, &oldest);
	if (r == 0)
		r = rows_save_memory(&journal->rows, &next);
	if (r == 0)
		r = rows_run(&journal->rows, ROWS_COMMIT);
	if (r < 0) {
		/* Some failures have rolled back already; the answer to a rollback then says nothing new. */
		if (!sqlite3_get_autocommit(journal->rows.db))
			(void)rows_run(&journal->rows, ROWS_ROLLBACK);
		return r;
	}
	journal->memory = next;
	journal->oldest = oldest;
	return 0;
}

static void commit_small(struct journal *journal)
{
	struct batch *batch = &journal->back;

	if (!batch->has_guess && batch->used_count == 0)
		return;
	if (transact(journal, write_small) == 0) {
		batch->has_guess = false;
		batch->used_count = 0;
	}
}

int journal_commit(struct journal *journal, uint64_t *head, uint8_t hash[WIRE_HASH_BYTES], uint64_t *acked)
{
	int r = 0;

	pthread_mutex_lock(&journal->lock);
	batch_move(&journal->back, &journal->front);
	pthread_mutex_unlock(&journal->lock);

	if (!batch_is_empty(&journal->back)) {
		r = transact(journal, write_all);
		if (r == 0) {
			pthread_mutex_lock(&journal->lock);
			batch_clear(&journal->back);
			pthread_mutex_unlock(&journal->lock);
			journal_measure(journal);
		} else {
			commit_small(journal);
		}
	}
	*head = journal->memory.head;
	*acked = journal->memory.acked;
	memcpy(hash, journal->memory.hash, WIRE_HASH_BYTES);
	return r;
}
