/* units - the house after it was furnished: units described, closed, taken out of use; opening hours and
 * holidays; boards that move to other doors; and when a unit is free, for anybody who asks. Outcomes as in
 * service.h. Acts are written down with who and, where one is asked for, why. */
#ifndef RUMAH_GATEWAY_UNITS_H
#define RUMAH_GATEWAY_UNITS_H

#include "gateway/core/hours.h"
#include "gateway/service/service.h"

#define UNITS_SPAN_MS (62 * 24 * 60 * 60 * 1000LL) /* the longest that is looked over at once */

struct units_edit {
	const char *name, *description;          /* NULL: as it is; description "": none */
	int64_t capacity, before_min, after_min; /* -1: as it is; bookings keep the buffers they have */
	int keeps_hours;                         /* -1: as it is */
};
int units_edit(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *unit,
	const struct units_edit *edit, struct service_problem *problem);
/* Takes it out of use. SERVICE_CONFLICT while anything waits for it or is booked in it, or it has parts. */
int units_remove(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *unit,
	const char *reason, struct service_problem *problem);
/* Closes it, what contains it and what is in it. SERVICE_CONFLICT names the booking in the way. */
int units_close(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *unit,
	int64_t from_ms, int64_t until_ms, const char *reason, int64_t *id, struct service_problem *problem);
/* Opens it again before its time, or calls the closure off. */
int units_reopen(struct service *service, const struct service_actor *actor, int64_t now_ms, int64_t closure,
	const char *reason, struct service_problem *problem);
int units_view_closures(struct service *service, int64_t now_ms, json_t **out);

/* Opening hours, all of them anew. None: those of the nearest unit around it that has some, or always open.
 */
int units_set_hours(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *unit, const struct hours *list, size_t count, struct service_problem *problem);
int units_remove_holiday(struct service *service, const struct service_actor *actor, int64_t now_ms,
	int64_t from_ms, struct service_problem *problem);
int units_view_holidays(struct service *service, json_t **out);

/* Public: when it is taken, asked for or closed, without saying by whom. Times have the other bookings'
 * buffers and this unit's own in them: what touches none of the taken and closed ones can be booked. */
int units_view_busy(struct service *service, const char *unit, int64_t from_ms, int64_t until_ms,
	json_t **out, struct service_problem *problem);

/* Another name (NULL: as it is), or other units (NULL: as they are): those whose grants go to this door.
 * People who are approved keep their codes, at the doors that are theirs now. */
int units_move_board(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *board, const char *name, const char *const *units, size_t unit_count, const char *reason,
	struct service_problem *problem);

#endif
