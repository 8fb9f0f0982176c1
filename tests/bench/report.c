#include "tests/bench/report.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static bool is_met(const struct row *row)
{
	switch (row->goal_kind) {
	case GOAL_AT_MOST:
		return row->figure <= row->goal;
	case GOAL_AT_LEAST:
		return row->figure >= row->goal;
	case GOAL_RATIO_AT_MOST:
		return row->figure <= row->goal * row->limit;
	case GOAL_RATIO_AT_LEAST:
		return row->figure >= row->goal * row->limit;
	case GOAL_NONE:
		break;
	}
	return true;
}

static const char *rows_path(void)
{
	const char *path = getenv("BENCH_ROWS");

	if (!path)
		broken("BENCH_ROWS is not set: tests/bench/run sets it");
	return path;
}

static void put_goal(json_t *line, const struct row *row)
{
	bool is_ratio = row->goal_kind == GOAL_RATIO_AT_MOST || row->goal_kind == GOAL_RATIO_AT_LEAST;
	bool is_most = row->goal_kind == GOAL_AT_MOST || row->goal_kind == GOAL_RATIO_AT_MOST;
	char goal[64];

	if (row->goal_kind == GOAL_NONE)
		return;
	snprintf(goal, sizeof(goal), "%s %g%s", is_most ? "<=" : ">=", row->goal, is_ratio ? " x" : "");
	json_object_set_new(line, "goal", json_string(goal));
	json_object_set_new(line, "is_met", json_boolean(is_met(row)));
}

void report_row(const struct row *row)
{
	json_t *line =
		json_pack("{s:s, s:s, s:f}", "what", row->what, "unit", row->unit, "figure", row->figure);
	FILE *file = fopen(rows_path(), "a");

	if (!line || !file || !isfinite(row->figure) || (row->limit_what && !isfinite(row->limit)))
		broken("no figure for: %s", row->what);
	if (row->samples) {
		json_object_set_new(line, "p50", json_real(samples_at(row->samples, 0.5)));
		json_object_set_new(line, "p99", json_real(samples_at(row->samples, 0.99)));
		json_object_set_new(line, "max", json_real(samples_at(row->samples, 1)));
		json_object_set_new(line, "n", json_integer((json_int_t)row->samples->count));
	}
	if (row->limit_what) {
		json_object_set_new(line, "limit_what", json_string(row->limit_what));
		json_object_set_new(line, "limit", json_real(row->limit));
		json_object_set_new(line, "ratio", json_real(row->figure / row->limit));
	}
	put_goal(line, row);
	if (row->note)
		json_object_set_new(line, "note", json_string(row->note));
	if (json_dumpf(line, file, JSON_COMPACT) != 0 || fputc('\n', file) == EOF || fclose(file) != 0)
		broken("the row cannot be written: %s", row->what);
	json_decref(line);
}

static json_t *read_rows(void)
{
	FILE *file = fopen(rows_path(), "r");
	json_t *rows = json_array(), *row;

	while (file && rows && (row = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)))
		json_array_append_new(rows, row);
	if (!file || !rows)
		broken("no rows in %s", rows_path());
	fclose(file);
	return rows;
}

/* "model name" of the first processor, as the kernel tells it; on other machines the kernel says less. */
static void read_cpu(char *cpu, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char line[256], *colon;

	snprintf(cpu, size, "unknown");
	while (file && fgets(line, sizeof(line), file)) {
		colon = strchr(line, ':');
		if (strncmp(line, "model name", 10) != 0 || !colon)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(cpu, size, "%s", colon + 2);
		break;
	}
	if (file)
		fclose(file);
}

static json_t *describe_machine(void)
{
	struct utsname name;
	double load[3] = { 0 };
	char cpu[256];

	uname(&name);
	read_cpu(cpu, sizeof(cpu));
	if (getloadavg(load, 3) < 0)
		load[0] = load[1] = load[2] = 0;
	return json_pack("{s:I, s:s, s:s, s:s, s:[f, f, f]}", "cores",
		(json_int_t)sysconf(_SC_NPROCESSORS_ONLN), "cpu", cpu, "kernel", name.release, "architecture",
		name.machine, "load", load[0], load[1], load[2]);
}

static const char *text_of(const json_t *row, const char *name)
{
	const char *text = json_string_value(json_object_get(row, name));

	return text ? text : "";
}

/* Three figures that matter, and no exponent. */
static const char *number_of(char text[static 32], const json_t *row, const char *name)
{
	const json_t *number = json_object_get(row, name);
	double value = json_number_value(number);

	if (!number)
		text[0] = '\0';
	else
		snprintf(text, 32, "%.*f", fabs(value) >= 100 ? 0 : fabs(value) >= 10 ? 1 : 2, value);
	return text;
}

static int print_row(const json_t *row)
{
	const json_t *verdict = json_object_get(row, "is_met");
	char figure[32], p50[32], p99[32], limit[32], ratio[32];

	printf("%-50s %-7s %9s %9s %9s | %-42s %9s %8s | %-9s %s\n", text_of(row, "what"),
		text_of(row, "unit"), number_of(figure, row, "figure"), number_of(p50, row, "p50"),
		number_of(p99, row, "p99"), text_of(row, "limit_what"), number_of(limit, row, "limit"),
		number_of(ratio, row, "ratio"), text_of(row, "goal"),
		!verdict                ? ""
		: json_is_true(verdict) ? "met"
					: "MISSED");
	if (text_of(row, "note")[0])
		printf("    %s\n", text_of(row, "note"));
	return json_is_false(verdict);
}

int report_table(const char *path)
{
	json_t *rows = read_rows(), *machine = describe_machine(), *run, *row;
	int missed = 0;
	size_t i;

	printf("%lld cores, %s, Linux %s, load %.1f\n\n",
		(long long)json_integer_value(json_object_get(machine, "cores")), text_of(machine, "cpu"),
		text_of(machine, "kernel"),
		json_real_value(json_array_get(json_object_get(machine, "load"), 0)));
	printf("%-50s %-7s %9s %9s %9s | %-42s %9s %8s | %-9s\n", "measured", "unit", "figure", "p50", "p99",
		"the limit beside it", "limit", "ratio", "goal");
	json_array_foreach(rows, i, row) missed += print_row(row);
	run = json_pack("{s:o, s:i, s:o}", "machine", machine, "missed", missed, "rows", rows);
	if (!run || json_dump_file(run, path, JSON_INDENT(1)) != 0)
		broken("the results cannot be written: %s", path);
	json_decref(run);
	return missed;
}
