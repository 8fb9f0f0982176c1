/* How fast simulated worlds go by: both cores, journal, store and a model broker in virtual time, on one
 * processor. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/report.h"
#include "tests/bench/rows.h"
#include "tests/bench/world.h"

struct campaign {
	uint64_t worlds, events;
};

/* Its first line says how many worlds and events there were. */
static struct campaign run(const char *seeds)
{
	struct campaign campaign = { 0 };
	char program[PATH_MAX], line[512];
	int ends[2], status;
	FILE *out;
	pid_t pid;

	snprintf(program, sizeof(program), "%.4000s/tests/sim/rumah-worlds", world()->programs);
	if (pipe(ends) < 0 || (pid = fork()) < 0)
		broken("no process");
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl(program, program, "--seeds", seeds, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	out = fdopen(ends[0], "r");
	while (out && fgets(line, sizeof(line), out)) {
		if (strstr(line, " worlds, "))
			sscanf(line, "%" SCNu64 " worlds, %" SCNu64 " events", &campaign.worlds,
				&campaign.events);
	}
	if (!out || waitpid(pid, &status, 0) != pid || status != 0 || campaign.events == 0)
		broken("rumah-worlds does not work");
	fclose(out);
	return campaign;
}

void row_sim(void)
{
	uint64_t since = now_ns();
	struct campaign campaign = run(world()->is_long ? "200" : "6");
	double took_s = us_since(since) / 1e6, cpu_s;
	struct rusage used;
	char note[96];

	getrusage(RUSAGE_CHILDREN, &used);
	cpu_s = (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec +
		(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	snprintf(note, sizeof(note), "%" PRIu64 " worlds, %" PRIu64 " events", campaign.worlds,
		campaign.events);
	report_row(&(struct row){ "simulator, one process: worlds", "seeds/s",
		(double)campaign.worlds / took_s, NULL, "with a processor to itself (by CPU time)",
		(double)campaign.worlds / cpu_s, .note = note });
	report_row(
		&(struct row){ "simulator, one process: events", "events/s", (double)campaign.events / took_s,
			NULL, "with a processor to itself (by CPU time)", (double)campaign.events / cpu_s });
}
