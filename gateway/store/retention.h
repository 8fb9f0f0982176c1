/* retention - how long what is kept, and its erasing: part of the store, with its rules (store.h). */
#ifndef RUMAH_GATEWAY_STORE_RETENTION_H
#define RUMAH_GATEWAY_STORE_RETENTION_H

#include "gateway/store/store.h"

#define STORE_ERASED "dihapus" /* stands where a name was */

/* STORE_NONE: no such kind. */
int store_retention_set(struct store *store, const char *kind, int64_t days);
int store_retention_each(
	struct store *store, int (*row)(void *ctx, const char *kind, int64_t days), void *ctx);

struct store_deletion {
	int64_t id, at_ms;
	const char *kind;
	int64_t days, count;
};
int store_deletion_add(struct store *store, const struct store_deletion *deletion);
/* Newest first, at most 200. */
int store_deletion_each(
	struct store *store, int (*row)(void *ctx, const struct store_deletion *deletion), void *ctx);

/* Erase what belongs to stays that are over since before_ms; *count: how many had something to erase. */
int store_erase_codes(struct store *store, int64_t before_ms, int64_t *count);
int store_erase_people(struct store *store, int64_t before_ms, int64_t *count);
int store_erase_requests(struct store *store, int64_t before_ms, int64_t *count);
int store_erase_letters(struct store *store, int64_t before_ms, int64_t *count);
int store_erase_reports(struct store *store, int64_t before_ms, int64_t *count);

#endif
