/* rumah board selftest: one check after the other, and a table of what came of them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/numbers.h"
#include "tools/rumah/screen.h"
#include "tools/rumah/selftest.h"
#include "tools/rumah/table.h"

#define WAIT_S 20
#define WAIT_MAX_S 600
#define RESULTS 4

static const struct {
	struct text text, count;
	const char *icon;
	enum tone tone;
} results[RESULTS] = {
	[SELFTEST_PASSED] = { { "lulus", "passed" }, { "lulus", "passed" }, "✓", TONE_GOOD },
	[SELFTEST_FAILED] = { { "gagal", "failed" }, { "gagal", "failed" }, "✗", TONE_BAD },
	[SELFTEST_SKIPPED] = { { "dilewati", "skipped" }, { "dilewati", "skipped" }, "–", TONE_WATCH },
	[SELFTEST_ABSENT] = { { "tidak terpasang", "not wired" }, { "tidak terpasang", "not wired" }, "·",
		TONE_FAINT },
};

struct report {
	struct table *table;
	json_t *list;
	unsigned counts[RESULTS];
};

static bool is_wanted(const struct call *call, const char *name)
{
	const char *only;

	if (!args_option(&call->args, "only"))
		return true;
	for (size_t i = 0; (only = args_option_at(&call->args, "only", i)); i++) {
		if (strcmp(only, name) == 0)
			return true;
	}
	return false;
}

static int check_names(const struct call *call)
{
	const char *only;

	for (size_t i = 0; (only = args_option_at(&call->args, "only", i)); i++) {
		size_t c = 0;

		while (c < selftest_check_count && strcmp(selftest_checks[c].name, only) != 0)
			c++;
		if (c == selftest_check_count)
			return call_fail(call, CALL_MISUSED, "usage", "%s",
				T("--only: nama satu pemeriksaan, seperti keypad, rex, contact, lock; lihat "
				  "rumah(1)",
					"--only: the name of a check, like keypad, rex, contact, lock; see "
					"rumah(1)"));
	}
	return CALL_DONE;
}

static void note_result(struct report *report, const struct selftest *test,
	const struct selftest_check *check, enum selftest_result result)
{
	const char *text = lang_pick(results[result].text);

	report->counts[result]++;
	table_add(report->table, TONE_PLAIN, lang_pick(check->title));
	table_addf(report->table, results[result].tone, "%s %s", results[result].icon, text);
	table_add(report->table, TONE_FAINT, test->note);
	json_array_append_new(report->list, json_pack("{s:s, s:s, s:s}", "name", check->name, "result",
						    selftest_word(result), "note", test->note));
	fprintf(test->person.to, "%s%s %s%s%s%s\n", term_begin(results[result].tone), results[result].icon,
		lang_pick(check->title), term_end(results[result].tone), test->note[0] ? ": " : "",
		test->note);
	fflush(test->person.to);
}

/* CALL_DONE; CALL_REFUSED when the person ended it; CALL_UNREACHABLE when the door went, which is said. */
static int run_checks(struct selftest *test, struct report *report)
{
	for (size_t i = 0; i < selftest_check_count; i++) {
		const struct selftest_check *check = &selftest_checks[i];
		enum selftest_result result;

		if (!is_wanted(test->call, check->name))
			continue;
		test->note[0] = 0;
		result = check->run(test, check);
		if (result == SELFTEST_GONE)
			return CALL_UNREACHABLE;
		if (result == SELFTEST_ENDED)
			return CALL_REFUSED;
		note_result(report, test, check, result);
	}
	return CALL_DONE;
}

static int tell_report(struct call *call, const struct place *place, struct report *report, int r)
{
	bool is_ok = r == CALL_DONE && report->counts[SELFTEST_FAILED] == 0;

	if (call->is_json) {
		call_print_json(call, json_pack("{s:b, s:s, s:b, s:O}", "ok", is_ok, "board", place->board,
					      "is_complete", r == CALL_DONE, "checks", report->list));
		return is_ok ? CALL_DONE : CALL_REFUSED;
	}
	putchar('\n');
	table_print(report->table, stdout, term_width());
	putchar('\n');
	for (size_t i = 0; i < RESULTS; i++)
		printf("%s%u %s", i > 0 ? ", " : "", report->counts[i], lang_pick(results[i].count));
	puts(r == CALL_DONE ? "" : T("; diakhiri sebelum selesai", "; ended before it was through"));
	return is_ok ? CALL_DONE : CALL_REFUSED;
}

static int run_and_tell(struct selftest *test)
{
	static const char *titles[4];
	struct report report = { .list = json_array() };
	int r;

	titles[0] = T("PERIKSA", "CHECK");
	titles[1] = T("HASIL", "RESULT");
	titles[2] = T("CATATAN", "NOTE");
	report.table = table_new(titles);
	if (!report.table || !report.list) {
		r = call_no_memory(test->call);
	} else {
		fprintf(test->person.to, "%s%s%s\n%s\n\n", term_begin(TONE_STRONG), test->place->board,
			term_end(TONE_STRONG),
			T("Yang terjadi di pintu tercatat seperti biasa: beri tahu petugas dahulu.\n"
			  "s melewati satu pemeriksaan, q mengakhiri.",
				"What happens at the door is on record as always: tell the desk first.\n"
				"s skips one check, q ends."));
		r = run_checks(test, &report);
		if (r != CALL_UNREACHABLE)
			r = tell_report(test->call, test->place, &report, r);
	}
	table_free(report.table);
	json_decref(report.list);
	return r;
}

static int begin(struct selftest *test, struct doorsock **eyes, int64_t wait_ms)
{
	const struct place *place = test->place;
	json_t *answer;
	int r = doorsock_open(eyes, place->path);

	if (r == 0)
		r = doorsock_open(&test->hand, place->path);
	if (r < 0)
		return place_fail(test->call, place, r);
	r = place_ask(test->call, place, test->hand, json_pack("{s:s}", "do", "test"), DOORSOCK_TIMEOUT_MS,
		&answer);
	if (r != CALL_DONE)
		return r;
	json_decref(answer);
	r = doorsock_send(*eyes, json_pack("{s:s}", "do", "watch"));
	if (r == 0)
		r = person_init(&test->person, test->call->is_json ? stderr : stdout, *eyes, wait_ms);
	return r < 0 ? place_fail(test->call, place, r) : CALL_DONE;
}

int cmd_board_selftest(struct call *call)
{
	struct place place;
	struct selftest test = { .call = call, .place = &place };
	struct doorsock *eyes = NULL;
	int64_t wait_s = WAIT_S;
	int r = number_option(call, &wait_s, "wait", 1, WAIT_MAX_S);

	if (r == CALL_DONE)
		r = check_names(call);
	if (r == CALL_DONE)
		r = place_find(call, &place, PLACE_LOOK);
	if (r == CALL_DONE)
		r = begin(&test, &eyes, wait_s * 1000);
	if (r == CALL_DONE && screen_open(false) < 0)
		r = call_fail(call, CALL_REFUSED, "terminal", "%s",
			T("terminal tidak dapat dipakai", "the terminal cannot be used"));
	if (r == CALL_DONE)
		r = run_and_tell(&test);
	screen_close();
	person_deinit(&test.person);
	doorsock_close(test.hand);
	doorsock_close(eyes);
	return r;
}
