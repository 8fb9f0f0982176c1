/* reports - what teachers report, who looked at what, and what the audit holds: part of the store (store.h).
 */
#ifndef RUMAH_GATEWAY_STORE_REPORTS_H
#define RUMAH_GATEWAY_STORE_REPORTS_H

#include "gateway/store/store.h"

struct store_report {
	int64_t id;
	const char *number, *unit, *kind,
		*text;                     /* number and unit of its request; ignored when it is added */
	int64_t request, at_ms, closed_ms; /* closed_ms 0: open */
	const char *closed_by, *note;      /* NULL: none */
};
int store_report_add(struct store *store, const struct store_report *report);
int store_report_close(struct store *store, int64_t id, int64_t at_ms, const char *who, const char *note);
/* Open ones, and those closed after since_ms; newest first. */
int store_report_each(struct store *store, int64_t since_ms,
	int (*row)(void *ctx, const struct store_report *report), void *ctx);
int store_report_count(struct store *store, int64_t request, unsigned *count);

struct store_audit {
	int64_t id, at_ms;
	const char *who, *role, *what, *subject, *detail;
};
struct store_audit_search {
	const char *who, *what, *subject; /* NULL: any */
	struct window span;
	int64_t before_id; /* 0: from the newest */
	unsigned limit;
};
/* Newest first. */
int store_audit_each(struct store *store, const struct store_audit_search *search,
	int (*row)(void *ctx, const struct store_audit *audit), void *ctx);
struct store_usage {
	const char *unit;                  /* id */
	int64_t bookings, absent, held_ms; /* held_ms: within the span, without buffers */
};
/* Units in which something was booked that touches `span`. */
int store_usage_each(struct store *store, struct window span,
	int (*row)(void *ctx, const struct store_usage *usage), void *ctx);
struct store_answers {                                  /* of the requests submitted within a span */
	int64_t requests, answered, sum_ms, longest_ms; /* from submission to the first word of staff */
};
int store_answers_read(struct store *store, struct window span, struct store_answers *out);
/* Why requests were refused within `span`; "" : by none of the list. */
int store_refusal_reason_each(struct store *store, struct window span,
	int (*row)(void *ctx, const char *refusal, int64_t count), void *ctx);

/* Who read of a subject, oldest first. */
int store_reading_each(struct store *store, const char *subject,
	int (*row)(void *ctx, const struct store_audit *audit), void *ctx);

#endif
