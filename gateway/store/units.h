/* units - units after they were added, and their times: part of the store, with its rules (store.h). */
#ifndef RUMAH_GATEWAY_STORE_UNITS_H
#define RUMAH_GATEWAY_STORE_UNITS_H

#include "gateway/core/busy.h"
#include "gateway/store/store.h"

/* Name, description, capacity, buffers and keeps_hours as given. */
int store_unit_write(struct store *store, const struct store_unit *unit);
/* STORE_TAKEN: something is booked in it or it has parts. */
int store_unit_remove(struct store *store, const char *id, int64_t at_ms);

/* Its own hours, or of the nearest unit around it that has some; count 0: nowhere. */
int store_unit_hours_read(struct store *store, const char *unit, struct hours_week *out);
int store_unit_hours_write(struct store *store, const char *unit, const struct hours *list, size_t count);

struct store_closure {
	int64_t id;
	char unit[WIRE_NAME_MAX + 1];
	struct window window; /* until_ms: when it was opened again, if that was before */
	char reason[STORE_TEXT_MAX + 1];
};
int store_closure_add(struct store *store, struct store_closure *closure); /* sets id; STORE_TAKEN */
/* STORE_NONE also when it was over. */
int store_closure_end(struct store *store, int64_t id, int64_t at_ms);
/* Those that are not over at `after_ms`, by time. */
int store_closure_each(struct store *store, int64_t after_ms,
	int (*row)(void *ctx, const struct store_closure *closure), void *ctx);
/* Those that touch `span` and exclude `unit`. */
int store_closure_near(struct store *store, const char *unit, struct window span,
	int (*row)(void *ctx, const struct store_closure *closure), void *ctx);

/* When `unit` is not free within `span`: bookings and requests with their buffers, and closures, of every
 * unit that excludes it. Not merged. */
int store_busy_each(struct store *store, const char *unit, struct window span,
	int (*row)(void *ctx, const struct busy *busy), void *ctx);

int store_holiday_each(
	struct store *store, int (*row)(void *ctx, struct window day, const char *name), void *ctx);
int store_holiday_remove(struct store *store, int64_t from_ms);

int store_board_rename(struct store *store, const char *board, const char *name);
int store_unit_door_clear(struct store *store, const char *board);
/* The live grants of people that a board should have by its units and has not (is_missing), or has and should
 * not.
 */
int store_grant_astray_each(struct store *store, const char *board, bool is_missing, int64_t now_ms,
	int (*row)(void *ctx, const char *grant), void *ctx);
int store_grant_door_remove(struct store *store, const char *grant, const char *board);
/* As store_tag_add(); a tag that the grant has had there before is no twin. */
int store_tag_restore(
	struct store *store, const char *board, const uint8_t tag[WIRE_TAG_BYTES], const char *grant);

#endif
