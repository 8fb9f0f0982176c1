#include "firmware/door/journal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/door/journal_private.h"
#include "schemas/wire/db.h"

/* Goes along the chain, event by event. */
struct walk {
	uint64_t next; /* seq expected next */
	bool has_hash; /* not before the anchor it begins at */
	uint8_t hash[WIRE_HASH_BYTES];
	uint64_t first;          /* of the events wanted */
	struct wire_events *out; /* NULL: none is wanted */
};

static void walk_from(struct walk *walk, const struct journal *journal, uint64_t anchor)
{
	*walk = (struct walk){ .next = anchor };
	if (anchor == 0) {
		walk->next = 1;
		walk->has_hash = true;
		wire_chain_start(walk->hash, journal->memory.board, journal->memory.log);
	}
}

static int walk_on(void *ctx, const struct wire_event *event, const uint8_t *anchor)
{
	struct walk *walk = ctx;

	if (event->seq != walk->next || (event->seq % ROWS_ANCHOR_EVERY == 0) != (anchor != NULL))
		return -EUCLEAN;
	walk->next++;
	if (!walk->has_hash) {
		assert(anchor); /* a walk without a hash starts where one is stored */
		memcpy(walk->hash, anchor, WIRE_HASH_BYTES);
		walk->has_hash = true;
		return 0;
	}
	if (walk->out && event->seq == walk->first)
		memcpy(walk->out->prev, walk->hash, WIRE_HASH_BYTES);
	wire_chain_next(walk->hash, event);
	if (anchor && memcmp(anchor, walk->hash, WIRE_HASH_BYTES) != 0)
		return -EUCLEAN;
	if (walk->out && event->seq >= walk->first)
		walk->out->events[walk->out->count++] = *event;
	return 0;
}

/* Follows the chain from `anchor` to the newest event, which must end at the hash in the memory row. */
static int check_chain(struct journal *journal, uint64_t anchor)
{
	struct walk walk;
	int r;

	walk_from(&walk, journal, anchor);
	r = rows_read_events(&journal->rows, walk.next, UINT32_MAX, walk_on, &walk);
	if (r < 0)
		return r;
	if (walk.next != journal->memory.head + 1 ||
		memcmp(walk.hash, journal->memory.hash, WIRE_HASH_BYTES) != 0)
		return -EUCLEAN;
	return 0;
}

int journal_hash_at(struct journal *journal, uint64_t seq, uint8_t hash[WIRE_HASH_BYTES])
{
	struct walk walk;
	int r;

	walk_from(&walk, journal, seq - seq % ROWS_ANCHOR_EVERY);
	r = rows_read_events(&journal->rows, walk.next, seq + 1 - walk.next, walk_on, &walk);
	if (r == 0 && walk.next != seq + 1)
		r = -EUCLEAN;
	memcpy(hash, walk.hash, WIRE_HASH_BYTES);
	return r;
}

static int check_table(struct journal *journal, const char *pragma)
{
	sqlite3_stmt *row = NULL;
	int r = sqlite3_prepare_v2(journal->rows.db, pragma, -1, &row, NULL);
	const unsigned char *text;
	bool is_ok = false;

	if (r == SQLITE_OK)
		r = sqlite3_step(row);
	if (r == SQLITE_ROW) {
		text = sqlite3_column_text(row, 0);
		is_ok = text && strcmp((const char *)text, "ok") == 0;
		r = SQLITE_OK;
	}
	sqlite3_finalize(row);
	if (r != SQLITE_OK)
		return db_errno(r);
	return is_ok ? 0 : -EUCLEAN;
}

static int give_birth(struct journal *journal, const char *board, uint64_t new_log)
{
	struct rows_memory *memory = &journal->memory;

	*memory = (struct rows_memory){ .log = new_log };
	memcpy(memory->board, board, strlen(board));
	wire_chain_start(memory->hash, board, new_log);
	return rows_save_memory(&journal->rows, memory); /* one statement is one transaction */
}

static int load(struct journal *journal, const char *board, uint64_t new_log)
{
	struct board_used used[BOARD_USED_MAX];
	uint64_t newest = 0;
	size_t count;
	int r = rows_load_memory(&journal->rows, &journal->memory);

	if (r == -ENOENT)
		r = give_birth(journal, board, new_log);
	if (r == 0 && strcmp(journal->memory.board, board) != 0)
		return JOURNAL_FOREIGN;
	if (r == 0)
		r = check_table(journal, "PRAGMA quick_check('snapshot')");
	if (r == 0)
		r = check_table(journal, "PRAGMA quick_check('used')");
	if (r == 0)
		r = rows_load_used(&journal->rows, used, BOARD_USED_MAX, &count);
	if (r == 0)
		r = rows_edges(&journal->rows, &journal->oldest, &newest);
	if (r == 0 && newest != journal->memory.head)
		r = -EUCLEAN;
	if (r == 0)
		r = check_chain(journal, newest - newest % ROWS_ANCHOR_EVERY);
	return r;
}

static int open_rows(struct journal *journal, const char *path, const char *vfs)
{
	sqlite3 *db;
	int r = db_open(&db, path, vfs, &db_schema_board);

	switch (r) {
	case 0:
		break;
	case DB_TOO_NEW:
		return JOURNAL_TOO_NEW;
	case DB_FOREIGN:
		return JOURNAL_FOREIGN;
	case DB_CORRUPT:
		return JOURNAL_CORRUPT;
	default:
		return r;
	}
	/* A write-ahead log of 1 MiB before it is folded in keeps recovery at start short and the file small;
	 * few pages are ever wanted twice, so a small cache will do. */
	r = db_exec(db, "PRAGMA wal_autocheckpoint = 256; PRAGMA journal_size_limit = 1048576;"
			"PRAGMA cache_size = -256;");
	if (r < 0) {
		sqlite3_close(db);
		return r;
	}
	return rows_open(&journal->rows, db);
}

int journal_open(struct journal **out, const char *path, const char *vfs, const char *board, uint64_t new_log)
{
	struct journal *journal;
	int r;

	assert(wire_name_ok(board));
	journal = calloc(1, sizeof(*journal));
	if (!journal)
		return -ENOMEM;
	pthread_mutex_init(&journal->lock, NULL);
	journal->unacknowledged_max = JOURNAL_MAX;

	r = batch_init(&journal->front);
	if (r == 0)
		r = batch_init(&journal->back);
	if (r == 0)
		r = open_rows(journal, path, vfs);
	if (r == 0)
		r = load(journal, board, new_log);
	if (r != 0)
		goto fail;

	journal_measure(journal);
	*out = journal;
	return 0;
fail:
	journal_close(journal);
	return r == -EUCLEAN ? JOURNAL_CORRUPT : r;
}

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	rows_close(&journal->rows);
	batch_deinit(&journal->front);
	batch_deinit(&journal->back);
	pthread_mutex_destroy(&journal->lock);
	free(journal);
}

void journal_limit(struct journal *journal, uint64_t unacknowledged_max)
{
	journal->unacknowledged_max = unacknowledged_max;
}

bool journal_salvage(const char *path, const char *vfs, const char *board, struct board_memory *memory,
	char **snapshot, size_t *snapshot_len)
{
	struct rows_memory row;
	struct rows rows;
	sqlite3 *db = NULL;
	bool has_row;

	*memory = (struct board_memory){ 0 };
	*snapshot = NULL;
	*snapshot_len = 0;
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, vfs) != SQLITE_OK) {
		sqlite3_close(db);
		return false;
	}
	rows_open_damaged(&rows, db);
	has_row = rows_load_memory(&rows, &row) == 0 && strcmp(row.board, board) == 0;
	if (has_row) {
		memory->floor_ms = row.floor_ms;
		memory->failures = row.failures;
		memory->is_lockout_open = row.is_lockout_open;
		memory->is_entry_open = row.is_entry_open;
	}
	/* Both leave what they could read before they failed. */
	(void)rows_load_used(&rows, memory->used, BOARD_USED_MAX, &memory->used_count);
	(void)rows_load_snapshot(&rows, snapshot, snapshot_len);
	rows_close(&rows);
	return has_row;
}

int journal_recall(
	struct journal *journal, struct board_memory *memory, char **snapshot, size_t *snapshot_len)
{
	const struct rows_memory *row = &journal->memory;
	int r;

	*memory = (struct board_memory){
		.log = row->log,
		.head = row->head,
		.acked = row->acked,
		.floor_ms = row->floor_ms,
		.failures = row->failures,
		.is_lockout_open = row->is_lockout_open,
		.is_entry_open = row->is_entry_open,
	};
	memcpy(memory->hash, row->hash, WIRE_HASH_BYTES);

	r = rows_load_used(&journal->rows, memory->used, BOARD_USED_MAX, &memory->used_count);
	if (r < 0)
		return r;
	r = rows_load_snapshot(&journal->rows, snapshot, snapshot_len);
	if (r == 0 && *snapshot)
		wire_digest(memory->digest, *snapshot, *snapshot_len);
	return r;
}

int journal_add(
	struct journal *journal, const struct board_orders *orders, const char *sealed, size_t sealed_len)
{
	int r;

	pthread_mutex_lock(&journal->lock);
	r = batch_add(&journal->front, journal->back.count, orders, sealed, sealed_len);
	pthread_mutex_unlock(&journal->lock);
	return r;
}

int journal_read(struct journal *journal, uint64_t first, unsigned count, struct wire_events *out)
{
	struct walk walk;
	int r;

	assert(count >= 1 && count <= WIRE_EVENTS_MAX);
	out->log = journal->memory.log;
	out->count = 0;
	if (first == 0 || first > journal->memory.head || (journal->oldest > 1 && first <= journal->oldest))
		return 0;

	walk_from(&walk, journal, (first - 1) - (first - 1) % ROWS_ANCHOR_EVERY);
	walk.first = first;
	walk.out = out;
	r = rows_read_events(&journal->rows, walk.next, first + count - walk.next, walk_on, &walk);
	return r < 0 ? r : (int)out->count;
}

int journal_check(struct journal *journal)
{
	int r = db_check(journal->rows.db);

	if (r != 0)
		return r == DB_CORRUPT ? JOURNAL_CORRUPT : r;
	r = check_chain(journal, journal->oldest > 1 ? journal->oldest : 0);
	return r == -EUCLEAN ? JOURNAL_CORRUPT : r;
}

static uint64_t file_bytes(sqlite3 *db, int which)
{
	sqlite3_file *file = NULL;
	sqlite3_int64 size = 0;

	if (sqlite3_file_control(db, "main", which, &file) != SQLITE_OK || !file || !file->pMethods ||
		file->pMethods->xFileSize(file, &size) != SQLITE_OK)
		return 0;
	return (uint64_t)size;
}

void journal_measure(struct journal *journal)
{
	uint64_t bytes = file_bytes(journal->rows.db, SQLITE_FCNTL_FILE_POINTER) +
			 file_bytes(journal->rows.db, SQLITE_FCNTL_JOURNAL_POINTER);

	pthread_mutex_lock(&journal->lock);
	journal->bytes = bytes;
	pthread_mutex_unlock(&journal->lock);
}

uint64_t journal_bytes(struct journal *journal)
{
	uint64_t bytes;

	pthread_mutex_lock(&journal->lock);
	bytes = journal->bytes;
	pthread_mutex_unlock(&journal->lock);
	return bytes;
}
