/* reports - what goes wrong in a unit, what could be offered instead of it, and who looked at whose data.
 * Outcomes as in service.h. */
#ifndef RUMAH_GATEWAY_REPORTS_H
#define RUMAH_GATEWAY_REPORTS_H

#include "gateway/service/service.h"

#define REPORTS_PER_REQUEST 20 /* of one stay; after that somebody should come */
#define REPORTS_AUDIT_MAX 500  /* rows of one answer */

/* A teacher's, by link, while the request opens or until a day after. kind: ac, lampu, pintu, wifi,
 * kebersihan, lainnya. */
int reports_add(struct service *service, int64_t now_ms, const char *link, const char *kind, const char *text,
	struct service_problem *problem);
int reports_close(struct service *service, const struct service_actor *actor, int64_t now_ms, int64_t report,
	const char *note, struct service_problem *problem);
int reports_view(struct service *service, int64_t now_ms, json_t **out);

/* Slots that are free now: near the wished time in the request's own unit, and in others of its kind that
 * hold as many. */
int reports_suggest(struct service *service, int64_t now_ms, const char *number, json_t **out,
	struct service_problem *problem);

/* Who read of a request: names for staff who may know, roles for the teacher. */
int reports_views_of(
	struct service *service, const char *number, json_t **out, struct service_problem *problem);
int reports_views_by_link(
	struct service *service, const char *link, json_t **out, struct service_problem *problem);

struct reports_search {
	const char *who, *what, *subject; /* NULL: any */
	int64_t from_ms, until_ms;        /* until_ms 0: no bound */
	int64_t before_id;                /* 0: from the newest */
	unsigned limit;                   /* at most REPORTS_AUDIT_MAX */
};
/* Within a span of at most 400 days: how much of their open time units were used, how soon staff answered,
 * who did not come, and why requests were refused. No person in it. */
int reports_figures(struct service *service, int64_t from_ms, int64_t until_ms, json_t **out,
	struct service_problem *problem);
int reports_audit(struct service *service, const struct reports_search *search, json_t **out);

#endif
