/* calendar - bookings for calendar programs (iCalendar), without a person's name in any of them.
 * Outcomes as in service.h. *out is malloc()ed text of *len bytes, the caller's to free. Change nothing but
 * where they say so. */
#ifndef RUMAH_GATEWAY_CALENDAR_H
#define RUMAH_GATEWAY_CALENDAR_H

#include "gateway/service/service.h"

/* One booking, by its link: the same entry for ever, which says when it was changed or called off. */
int calendar_of_link(
	struct service *service, const char *link, char **out, size_t *len, struct service_problem *problem);
/* Public: when a unit is taken, and nothing more. A month back, half a year ahead. */
int calendar_of_unit(struct service *service, int64_t now_ms, const char *unit, char **out, size_t *len,
	struct service_problem *problem);
/* Staff's: unit, organisation and activity of all bookings, for whoever has the token. */
int calendar_of_feed(struct service *service, int64_t now_ms, const char *token, char **out, size_t *len,
	struct service_problem *problem);

/* A new token for one's own feed, told this once; the one before is dead. Changes that, as does its end. */
int calendar_feed_make(struct service *service, const struct service_actor *actor, int64_t now_ms,
	char token[SERVICE_LINK_CHARS + 1], struct service_problem *problem);
int calendar_feed_end(struct service *service, const struct service_actor *actor, int64_t now_ms,
	struct service_problem *problem);

#endif
