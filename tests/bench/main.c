/* rumah-bench - one measurement, or the table of those that were made: see tests/bench/run, which calls it.
 */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "tests/bench/report.h"
#include "tests/bench/rows.h"

static const struct {
	const char *name;
	void (*run)(void);
} rows[] = {
	/* clang-format off */
	{ "hop",            row_hop },
	{ "core",           row_core },
	{ "door",           row_door },
	{ "start",          row_start },
	{ "board-memory",   row_board_memory },
	{ "gateway-memory", row_gateway_memory },
	{ "approve",        row_approve },
	{ "ingest",         row_ingest },
	{ "loss",           row_loss },
	{ "sim",            row_sim },
	{ "wear",           row_wear },
	{ "idle",           row_idle }, /* no measurement: what others are compared with */
	/* clang-format on */
};

int main(int argc, char **argv)
{
	if (sodium_init() < 0)
		broken("libsodium does not start");
	if (argc == 3 && strcmp(argv[1], "table") == 0) {
		report_table(argv[2]);
		return 0;
	}
	for (size_t i = 0; argc == 2 && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(argv[1], rows[i].name) != 0)
			continue;
		rows[i].run();
		return 0;
	}
	fputs("usage: rumah-bench ROW | table FILE\n", stderr);
	return 2;
}
