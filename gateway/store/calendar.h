/* calendar - bookings as entries of calendars, and the feeds of staff: part of the store, with its rules
 * (store.h). */
#ifndef RUMAH_GATEWAY_STORE_CALENDAR_H
#define RUMAH_GATEWAY_STORE_CALENDAR_H

#include "gateway/store/store.h"

struct store_entry {
	int64_t request, from_ms, until_ms;
	const char *number, *unit_name, *organisation /* or NULL */, *activity, *state;
	uint64_t changes;   /* transitions so far */
	int64_t changed_ms; /* the newest of them */
};
/* Bookings that hold or were held and touch `span`; unit NULL: of all, else of those that exclude it. By
 * time. */
int store_entry_each(struct store *store, const char *unit, struct window span,
	int (*row)(void *ctx, const struct store_entry *entry), void *ctx);
/* Of one request, in whatever state: calls `row` once. STORE_NONE. */
int store_entry_of(struct store *store, int64_t request,
	int (*row)(void *ctx, const struct store_entry *entry), void *ctx);

int store_feed_put(struct store *store, int64_t staff, const uint8_t token_hash[32], int64_t at_ms);
int store_feed_remove(struct store *store, int64_t staff); /* STORE_NONE */
/* Whose it is, unless the account is closed. STORE_NONE. */
int store_feed_find(struct store *store, const uint8_t token_hash[32], struct store_staff *out);

#endif
