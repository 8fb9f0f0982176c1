/* retention - how long what is kept after a stay, and the job that erases the rest and says so.
 *
 *   code     what is kept of the digits              request  who asked, what for, reasons that people wrote
 *   people   names and telephone numbers             letter   the letters that were handed in
 *   report   what teachers reported
 *
 * What is not about a person stays: that a unit was used, when, and how it ended. Outcomes as in service.h.
 */
#ifndef RUMAH_GATEWAY_RETENTION_H
#define RUMAH_GATEWAY_RETENTION_H

#include "gateway/service/service.h"

#define RETENTION_DAYS_MAX 36500

/* The reason is written down. */
int retention_set(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *kind, int64_t days, const char *reason, struct service_problem *problem);
/* The rules, and what was erased by them, newest first. */
int retention_view(struct service *service, json_t **out);

#endif
