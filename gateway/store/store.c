/* store - the database and its transactions; see store.h */
#include "gateway/store/store.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "gateway/store/sql.h"
#include "schemas/wire/db.h"

#define CHECKPOINT_PAGES 4000

int store_open(struct store **out, const char *path, const char *vfs)
{
	struct store *store = calloc(1, sizeof(*store));
	int r;

	if (!store)
		return -ENOMEM;
	/* SQLite sets twenty pages ready for each database, a statement's temporary table of a row or two
	 * among them: making and forgetting these was a third of an approval. Refused once SQLite is in use,
	 * and then the same as before. */
	(void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* nobody asks, and each allocation takes a lock */
	r = db_open(&store->db, path, vfs, &db_schema_gateway);
	if (r != 0) {
		free(store);
		return r;
	}
	/* Pages that a burst of events fills again and again are copied into the database once per
	 * checkpoint: four times as seldom as SQLite would, for a log of 16 MiB. */
	sqlite3_wal_autocheckpoint(store->db, CHECKPOINT_PAGES);
	*out = store;
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	store_rollback(store);
	for (size_t i = 0; i < SQL_STATEMENTS; i++)
		sqlite3_finalize(store->slots[i].statement);
	sqlite3_close(store->db);
	free(store);
}

int store_begin(struct store *store)
{
	int r;

	assert(!store->is_open);
	r = sql_run(store, "BEGIN IMMEDIATE", "");
	store->is_open = r == 0;
	return r;
}

int store_commit(struct store *store)
{
	int r;

	assert(store->is_open);
	r = sql_run(store, "COMMIT", "");
	if (r != 0)
		store_rollback(store);
	store->is_open = false;
	return r;
}

void store_rollback(struct store *store)
{
	/* SQLite has already rolled back after some failures (a full disk): then there is nothing to do. */
	if (store->is_open && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	store->is_open = false;
}

bool store_is_open(const struct store *store)
{
	return store->is_open;
}

int store_mark(struct store *store)
{
	return sql_run(store, "SAVEPOINT mark", "");
}

int store_keep(struct store *store)
{
	return sql_run(store, "RELEASE mark", "");
}

int store_take_back(struct store *store)
{
	int r = sql_run(store, "ROLLBACK TO mark", "");

	return r == 0 ? store_keep(store) : r;
}
