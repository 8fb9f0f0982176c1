/* store_reports - see reports.h */
#include "gateway/store/reports.h"

#include "gateway/store/sql.h"

int store_report_add(struct store *store, const struct store_report *report)
{
	return sql_run(store,
		"INSERT INTO problem_reports (request, kind, text, at_ms) VALUES (?1, ?2, ?3, ?4)", "itti",
		report->request, report->kind, report->text, report->at_ms);
}

int store_report_close(struct store *store, int64_t id, int64_t at_ms, const char *who, const char *note)
{
	return sql_change(store,
		"UPDATE problem_reports SET closed_ms = ?2, closed_by = ?3, note = ?4"
		" WHERE id = ?1 AND closed_ms IS NULL",
		"iitt", id, at_ms, who, note);
}

int store_report_each(struct store *store, int64_t since_ms,
	int (*row)(void *ctx, const struct store_report *report), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT problem_reports.id, number, unit, problem_reports.kind, text, request,"
		" problem_reports.at_ms, closed_ms, closed_by, note FROM problem_reports"
		" JOIN requests ON requests.id = request WHERE closed_ms IS NULL OR closed_ms > ?1"
		" ORDER BY problem_reports.at_ms DESC, problem_reports.id DESC LIMIT 500",
		"i", since_ms);

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		struct store_report report = { sql_i(st, 0), sql_t(st, 1), sql_t(st, 2), sql_t(st, 3),
			sql_t(st, 4), sql_i(st, 5), sql_i(st, 6), sql_i(st, 7), sql_t(st, 8), sql_t(st, 9) };

		r = row(ctx, &report);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_report_count(struct store *store, int64_t request, unsigned *count)
{
	int64_t value;
	int r = sql_integer(
		store, &value, "SELECT count(*) FROM problem_reports WHERE request = ?1", "i", request);

	if (r == 0)
		*count = (unsigned)value;
	return r;
}

static int each_audit(struct store *store, sqlite3_stmt *st, int r,
	int (*row)(void *ctx, const struct store_audit *audit), void *ctx)
{
	while (r == 0 && (r = sql_next(store, st)) == 0) {
		struct store_audit audit = { sql_i(st, 0), sql_i(st, 1), sql_t(st, 2), sql_t(st, 3),
			sql_t(st, 4), sql_t(st, 5), sql_t(st, 6) };

		r = row(ctx, &audit);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_audit_each(struct store *store, const struct store_audit_search *search,
	int (*row)(void *ctx, const struct store_audit *audit), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT id, at_ms, who, role, what, subject, detail FROM audit"
		" WHERE (?1 IS NULL OR who = ?1) AND (?2 IS NULL OR what = ?2) AND (?3 IS NULL OR subject = "
		"?3)"
		" AND at_ms >= ?4 AND at_ms < ?5 AND (?6 = 0 OR id < ?6) ORDER BY id DESC LIMIT ?7",
		"tttiiid", search->who, search->what, search->subject, search->span.from_ms,
		search->span.until_ms, search->before_id, search->limit);

	return each_audit(store, st, r, row, ctx);
}

int store_reading_each(struct store *store, const char *subject,
	int (*row)(void *ctx, const struct store_audit *audit), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT id, at_ms, who, role, what, subject, detail FROM audit"
		" WHERE subject = ?1 AND what IN ('read_request', 'read_letter', 'read_export') ORDER BY id "
		"LIMIT 1000",
		"t", subject);

	return each_audit(store, st, r, row, ctx);
}

int store_usage_each(struct store *store, struct window span,
	int (*row)(void *ctx, const struct store_usage *usage), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT unit, count(*), sum(state = 'tidak_hadir'), sum(min(until_ms, ?2) - max(from_ms, ?1))"
		" FROM requests WHERE state IN ('disetujui', 'berlangsung', 'selesai', 'tidak_hadir')"
		" AND until_ms > ?1 AND from_ms < ?2 GROUP BY unit ORDER BY unit",
		"ii", span.from_ms, span.until_ms);

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		struct store_usage usage = { sql_t(st, 0), sql_i(st, 1), sql_i(st, 2), sql_i(st, 3) };

		r = row(ctx, &usage);
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}

int store_answers_read(struct store *store, struct window span, struct store_answers *out)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT count(*), count(answered_ms), coalesce(sum(answered_ms - at_ms), 0),"
		" coalesce(max(answered_ms - at_ms), 0) FROM (SELECT at_ms, (SELECT min(t.at_ms) FROM "
		"transitions AS t"
		" WHERE t.request = requests.id AND t.act IN ('approve', 'refuse', 'needs')) AS answered_ms"
		" FROM requests WHERE at_ms >= ?1 AND at_ms < ?2)",
		"ii", span.from_ms, span.until_ms);

	if (r == 0)
		r = sql_next(store, st);
	if (r != 0)
		return r;
	*out = (struct store_answers){ sql_i(st, 0), sql_i(st, 1), sql_i(st, 2), sql_i(st, 3) };
	sql_rest(st);
	return 0;
}

int store_refusal_reason_each(struct store *store, struct window span,
	int (*row)(void *ctx, const char *refusal, int64_t count), void *ctx)
{
	sqlite3_stmt *st;
	int r = sql_query(store, &st,
		"SELECT coalesce(refusal, ''), count(*) FROM requests JOIN transitions ON request = "
		"requests.id"
		" WHERE act = 'refuse' AND transitions.at_ms >= ?1 AND transitions.at_ms < ?2 GROUP BY 1 "
		"ORDER BY 2 DESC, 1",
		"ii", span.from_ms, span.until_ms);

	while (r == 0 && (r = sql_next(store, st)) == 0) {
		r = row(ctx, sql_t(st, 0), sql_i(st, 1));
		if (r != 0) {
			sql_rest(st);
			return r;
		}
	}
	return r == STORE_NONE ? 0 : r;
}
