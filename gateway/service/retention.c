/* retention - see retention.h */
#include "gateway/service/retention.h"

#include <stdio.h>
#include <string.h>

#include "gateway/service/inside.h"
#include "gateway/store/retention.h"

static const struct {
	const char *kind;
	int (*erase)(struct store *store, int64_t before_ms, int64_t *count);
} kinds[] = {
	{ "code", store_erase_codes },
	{ "people", store_erase_people },
	{ "request", store_erase_requests },
	{ "letter", store_erase_letters },
	{ "report", store_erase_reports },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct rules {
	int64_t days[KINDS]; /* 0: no rule */
};

static int keep_rule(void *ctx, const char *kind, int64_t days)
{
	struct rules *rules = ctx;

	for (size_t i = 0; i < KINDS; i++) {
		if (strcmp(kind, kinds[i].kind) == 0)
			rules->days[i] = days;
	}
	return 0;
}

int retention_run(struct service *service, int64_t now_ms)
{
	static const struct service_actor clock = { .name = "clock" };
	struct rules rules = { { 0 } };
	int r = store_retention_each(service->store, keep_rule, &rules);

	for (size_t i = 0; r == 0 && i < KINDS; i++) {
		struct store_deletion deletion = {
			.at_ms = now_ms, .kind = kinds[i].kind, .days = rules.days[i]
		};
		char detail[64];

		if (deletion.days == 0)
			continue;
		r = kinds[i].erase(service->store, now_ms - deletion.days * WINDOW_DAY_MS, &deletion.count);
		if (r != 0 || deletion.count == 0)
			continue;
		snprintf(detail, sizeof(detail), "count=%lld days=%lld", (long long)deletion.count,
			(long long)deletion.days);
		r = store_deletion_add(service->store, &deletion);
		if (r == 0)
			r = audit(service, &clock, now_ms, "erase", deletion.kind, detail);
	}
	return r;
}

int retention_set(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *kind, int64_t days, const char *reason, struct service_problem *problem)
{
	char detail[SERVICE_TEXT_MAX + 32];
	int r = may(actor, ROLE_ACT_RETENTION, problem);

	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r != 0)
		return r;
	if (days < 1 || days > RETENTION_DAYS_MAX)
		return answer(
			problem, SERVICE_BAD_INPUT, "bad_days", "days", "Masa simpan 1 sampai 36.500 hari.");
	r = begin(service, now_ms);
	if (r != 0)
		return r;
	snprintf(detail, sizeof(detail), "%lld: %s", (long long)days, reason);
	r = store_retention_set(service->store, kind, days);
	if (r == STORE_NONE)
		r = answer(problem, SERVICE_BAD_INPUT, "bad_kind", "kind", "Jenis data itu tidak dikenal.");
	if (r == 0)
		r = audit(service, actor, now_ms, "retention", kind, detail);
	return end(service, r, now_ms, problem);
}

static int rule_row(void *ctx, const char *kind, int64_t days)
{
	struct json_put put = { json_object(), false };

	put_text(&put, "kind", kind);
	put_number(&put, "days", days);
	return list_put(ctx, &put);
}

static int deletion_row(void *ctx, const struct store_deletion *deletion)
{
	struct json_put put = { json_object(), false };

	put_number(&put, "id", deletion->id);
	put_number(&put, "at_ms", deletion->at_ms);
	put_text(&put, "kind", deletion->kind);
	put_number(&put, "days", deletion->days);
	put_number(&put, "count", deletion->count);
	return list_put(ctx, &put);
}

int retention_view(struct service *service, json_t **out)
{
	struct json_put put = { json_object(), false };
	json_t *rules = json_array(), *deletions = json_array();
	int r = store_retention_each(service->store, rule_row, rules);

	if (r == 0)
		r = store_deletion_each(service->store, deletion_row, deletions);
	put_json(&put, "rules", rules);
	put_json(&put, "deletions", deletions);
	if (r == 0)
		return put_end(&put, out);
	json_decref(put.json);
	return r;
}
