/* bench_door - what rumah-door costs: a start with a full journal and 10,000 grants, and its memory when
 * idle. usage: bench_door RUMAH_DOOR [RUMAH_LINK]   (RUMAH_LINK: its memory alone, not connected; see
 * link_memory.sh) */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "firmware/door/journal.h"
#include "tests/system/lib/bench_board.h"
#include "tests/system/lib/process.h"
#include "tests/system/lib/sim_client.h"

#define CODE "48213967"
#define EVENTS 1000000
#define GRANTS 10000
#define STARTS 5

static void row(const char *what, double value, const char *unit, double limit)
{
	printf("%-64s %10.2f %-6s limit %10.2f %s\n", what, value, unit, limit,
		value <= limit ? "ok" : "MISSED");
}

static long read_kib(pid_t pid, const char *name)
{
	char path[64], line[256];
	long kib = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	file = fopen(path, "r");
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, strlen(name)) == 0)
			kib = strtol(line + strlen(name), NULL, 10);
	}
	fclose(file);
	return kib;
}

/* What the process has spent on a processor: on a busy machine the one number that says something about us.
 */
static double cpu_ms(pid_t pid)
{
	unsigned long long ns = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%llu", &ns) != 1)
		ns = 0;
	if (file)
		fclose(file);
	return (double)ns / 1e6;
}

static void add_grants(struct bench *bench, size_t count)
{
	/* A tag each without Argon2id: what is looked up is the same. */
	while (bench->snapshot.grant_count < count) {
		size_t n = bench->snapshot.grant_count++;
		struct wire_grant *grant = &bench->grants[n];

		*grant = bench->grants[0];
		snprintf(grant->id, sizeof(grant->id), "%016u", (unsigned)n);
		randombytes_buf(grant->tag, sizeof(grant->tag));
	}
}

/* From exec to a strike that moves, the hand's own time taken out. */
static void measure_start(struct bench *bench, const char *what)
{
	double best = 1e9, worst = 0, cpu = 1e9;

	for (int i = 0; i < STARTS; i++) {
		long long begun = now_ms();
		double took;

		bench_start(bench);
		/* The socket answers when the core has started: from here on a code opens. */
		took = (double)(now_ms() - begun);
		cpu = cpu_ms(bench->pid) < cpu ? cpu_ms(bench->pid) : cpu;
		best = took < best ? took : best;
		worst = took > worst ? took : worst;
		if (i == 0) {
			assert_int_equal(sim_press(bench->sim, CODE "#", 120), 0);
			assert_true(sim_strike_within(bench->sim, true, 2000));
		}
		bench_stop(bench, SIGTERM);
	}
	row(what, best, "ms", 500);
	printf("%-64s %10.2f ms\n", "  worst of 5", worst);
	printf("%-64s %10.2f ms\n", "  least on a processor", cpu);
}

static void fill_journal(struct bench *bench)
{
	struct board_orders orders = { .event_count = BOARD_EVENTS_MAX };
	uint8_t hash[WIRE_HASH_BYTES];
	struct journal *journal;
	uint64_t head = 0, acked;
	char path[160];
	struct stat info;
	long long begun = now_ms();

	snprintf(path, sizeof(path), "%s/journal.db", bench->state);
	assert_int_equal(journal_open(&journal, path, NULL, BENCH_BOARD, 1), 0);
	while (head < EVENTS) {
		for (int batch = 0; batch < 64; batch++) {
			for (unsigned i = 0; i < BOARD_EVENTS_MAX; i++) {
				orders.events[i] = (struct wire_event){ .boot = UINT64_C(0x123456789abcdef0),
					.mono_ms = head + i,
					.wall_ms = 1760000000000 + (int64_t)head,
					.bound_ms = 40,
					.trust = WIRE_TRUST_TRUSTED,
					.type = WIRE_EVENT_ACCESS_GRANTED,
					.reason = WIRE_REASON_CODE,
					.grant = "0123456789abcdef" };
			}
			assert_int_equal(journal_add(journal, &orders, NULL, 0), 0);
		}
		assert_int_equal(journal_commit(journal, &head, hash, &acked), 0);
	}
	journal_close(journal);
	assert_int_equal(stat(path, &info), 0);
	printf("%-64s %10.2f\n", "bytes an event, a million of access_granted with grant",
		(double)info.st_size / EVENTS);
	printf("%-64s %10.2f\n", "thousand events a second stored, 1024 a commit",
		EVENTS / (double)(now_ms() - begun));
}

static void measure_append(struct bench *bench)
{
	struct board_orders orders = { .event_count = 1 };
	uint8_t hash[WIRE_HASH_BYTES];
	struct journal *journal;
	uint64_t head, acked;
	char path[160];
	long long begun;

	snprintf(path, sizeof(path), "%s/journal.db", bench->state);
	assert_int_equal(journal_open(&journal, path, NULL, BENCH_BOARD, 1), 0);
	orders.events[0] =
		(struct wire_event){ .boot = 1, .trust = WIRE_TRUST_TRUSTED, .type = WIRE_EVENT_REX };
	begun = now_ms();
	for (int i = 0; i < 500; i++) {
		assert_int_equal(journal_add(journal, &orders, NULL, 0), 0);
		assert_int_equal(journal_commit(journal, &head, hash, &acked), 0);
	}
	printf("%-64s %10.2f ms\n", "one event committed durably, mean of 500, checkpoints and all",
		(double)(now_ms() - begun) / 500);
	journal_close(journal);
}

static void measure_memory(struct bench *bench, const char *what)
{
	bench_start(bench);
	bench_link(bench);
	assert_true(bench_is_applied(bench, bench->snapshot.rev, 20000));
	assert_int_equal(sim_press(bench->sim, CODE "#", 120), 0);
	assert_true(sim_strike_within(bench->sim, true, 2000));
	nap_ms(1500);
	row(what, (double)read_kib(bench->pid, "Pss:") / 1024, "MiB", 8);
	printf("%-64s %10.2f MiB\n", "  of it private and dirty",
		(double)read_kib(bench->pid, "Private_Dirty:") / 1024);
	bench_unlink(bench);
	bench_stop(bench, SIGTERM);
}

int main(int argc, char **argv)
{
	struct bench bench;

	if (argc != 2 || sodium_init() < 0) {
		fputs("usage: bench_door RUMAH_DOOR\n", stderr);
		return 2;
	}
	bench_open(&bench, argv[1]);
	bench.snapshot.settings.argon_mem_kib = 4096;
	bench.snapshot.settings.argon_passes = 3;
	bench_grant(&bench, CODE, NULL);
	add_grants(&bench, 256);
	bench_seal(&bench, &bench.gateway);
	measure_memory(&bench, "PSS of rumah-door, 256 grants, after a code");
	measure_append(&bench);
	add_grants(&bench, GRANTS);
	bench_seal(&bench, &bench.gateway);
	measure_memory(&bench, "PSS of rumah-door, 10,000 grants, after a code");
	measure_start(&bench, "start to able to unlock, 10,000 grants");
	fill_journal(&bench);
	measure_start(&bench, "start to able to unlock, 10,000 grants and a million events");
	bench_close(&bench);
	return 0;
}
