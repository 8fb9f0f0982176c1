/* rumah-worlds - runs simulated sites, one seed after the other.
 *
 *   rumah-worlds --seed N               one world
 *   rumah-worlds --seeds N [--from S]   N worlds
 *   rumah-worlds --events N [--from S]  worlds until N events happened
 *   --jobs N     as many processes side by side
 *   --hashes     print each world's hash (the same on every compiler), nothing else
 *   --cover      fail unless every SOMETIMES state was reached
 *
 * A world that breaks an invariant prints its seed and how to see it again, and the program fails. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/sim/world.h"

#define JOBS_MAX 64

static const char *const words[] = {
#define X(name) #name,
	SOMETIMES(X)
#undef X
};

struct campaign {
	uint64_t from, seeds, events;
	unsigned jobs;
	bool is_loud, has_hashes, must_cover;
};

/* Every jobs-th seed from the job's own on. */
static void work(const struct campaign *campaign, unsigned job, struct tally *tally)
{
	for (uint64_t i = job; i < campaign->seeds; i += campaign->jobs) {
		if (tally->events >= campaign->events / campaign->jobs)
			break;
		world_run(campaign->from + i, tally, campaign->is_loud);
		if (campaign->has_hashes)
			(void)printf("%" PRIu64 " %016" PRIx64 "\n", campaign->from + i, tally->hash);
	}
}

static int work_side_by_side(const struct campaign *campaign, struct tally *tallies)
{
	pid_t pids[JOBS_MAX];
	int failed = 0;

	for (unsigned job = 0; job < campaign->jobs; job++) {
		pids[job] = fork();
		if (pids[job] == 0) {
			work(campaign, job, &tallies[job]);
			(void)fflush(stdout);
			_exit(EXIT_SUCCESS);
		}
		if (pids[job] < 0)
			return EXIT_FAILURE;
	}
	for (unsigned job = 0; job < campaign->jobs; job++) {
		int status = 0;

		if (waitpid(pids[job], &status, 0) < 0 || status != 0)
			failed = EXIT_FAILURE;
	}
	return failed;
}

static int report(const struct tally *tallies, const struct campaign *campaign, double took_s)
{
	struct tally sum = { 0 };
	int missing = 0;

	for (unsigned job = 0; job < campaign->jobs; job++) {
		sum.worlds += tallies[job].worlds;
		sum.steps += tallies[job].steps;
		sum.events += tallies[job].events;
		for (int i = 0; i < SOMETIMES_COUNT; i++)
			sum.sometimes[i] += tallies[job].sometimes[i];
	}
	(void)printf("%" PRIu64 " worlds, %" PRIu64 " events, %" PRIu64
		     " of them steps of a core or a gateway, in %.1f s: %.2f seeds/s, %.0f events/s\n",
		sum.worlds, sum.events, sum.steps, took_s, (double)sum.worlds / took_s,
		(double)sum.events / took_s);
	for (int i = 0; i < SOMETIMES_COUNT; i++) {
		(void)printf("  %-28s %" PRIu64 "\n", words[i], sum.sometimes[i]);
		missing += sum.sometimes[i] == 0;
	}
	if (!campaign->must_cover || missing == 0)
		return EXIT_SUCCESS;
	(void)fprintf(stderr, "sim: %d interesting states were never reached\n", missing);
	return EXIT_FAILURE;
}

static double now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int run(const struct campaign *campaign)
{
	struct tally *tallies = mmap(
		NULL, JOBS_MAX * sizeof(*tallies), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double begin_s = now_s();
	int r = 0;

	if (tallies == MAP_FAILED)
		return EXIT_FAILURE;
	if (campaign->jobs > 1)
		r = work_side_by_side(campaign, tallies);
	else
		work(campaign, 0, tallies);
	if (r == 0 && !campaign->has_hashes)
		r = report(tallies, campaign, now_s() - begin_s);
	(void)munmap(tallies, JOBS_MAX * sizeof(*tallies));
	return r;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "seed", 1, NULL, 's' }, { "seeds", 1, NULL, 'n' },
		{ "from", 1, NULL, 'f' }, { "events", 1, NULL, 'e' }, { "jobs", 1, NULL, 'j' },
		{ "hashes", 0, NULL, 'h' }, { "cover", 0, NULL, 'c' }, { NULL, 0, NULL, 0 } };
	struct campaign campaign = { .from = 1, .seeds = UINT64_MAX, .events = UINT64_MAX, .jobs = 1 };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		uint64_t number = optarg ? strtoull(optarg, NULL, 10) : 0;

		if (option == 's') {
			campaign.from = number;
			campaign.seeds = 1;
			campaign.is_loud = true;
		} else if (option == 'n') {
			campaign.seeds = number;
		} else if (option == 'f') {
			campaign.from = number;
		} else if (option == 'e') {
			campaign.events = number;
		} else if (option == 'j' && number >= 1 && number <= JOBS_MAX) {
			campaign.jobs = (unsigned)number;
		} else if (option == 'h') {
			campaign.has_hashes = true;
		} else if (option == 'c') {
			campaign.must_cover = true;
		} else {
			(void)fputs("rumah-worlds: see the top of tests/sim/rumah_worlds.c\n", stderr);
			return 2;
		}
	}
	if (campaign.seeds == UINT64_MAX && campaign.events == UINT64_MAX)
		campaign.seeds = 10;
	return run(&campaign);
}
