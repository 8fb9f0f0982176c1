/* report - the rows of the table: a figure, the limit measured beside it in the same minute, the goal.
 * A row goes to the file that BENCH_ROWS names as one line of JSON, for the table at the end of the run. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "tests/bench/samples.h"

enum goal_kind {
	GOAL_NONE,
	GOAL_AT_MOST,       /* the figure */
	GOAL_AT_LEAST,      /* ... */
	GOAL_RATIO_AT_MOST, /* the figure divided by the limit */
	GOAL_RATIO_AT_LEAST,
};

struct row {
	const char *what;
	const char *unit;
	double figure;
	struct samples *samples; /* where the figure comes from, for p50 and p99; NULL: it is one count */
	const char *limit_what;  /* NULL: no limit stands beside it */
	double limit;
	enum goal_kind goal_kind;
	double goal;
	const char *note; /* NULL: nothing to add */
};

void report_row(const struct row *row);
/* Prints the table of all rows in the file, and writes the whole run to `path` as JSON. Returns how many
 * goals were missed. */
int report_table(const char *path);
