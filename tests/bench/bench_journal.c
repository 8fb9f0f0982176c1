/* bench_journal - what an event costs in the journal, and a start and a whole check with a million of them.
 * By hand: bench_journal [DIR], on the disk that is meant. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "firmware/door/journal.h"

#define BOARD "kamar-1"
#define EVENTS 1000000
#define SINGLES 500

static char dir[4096], path[4200];

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

static void must(int r, const char *what)
{
	if (r == 0)
		return;
	fprintf(stderr, "bench_journal: %s: %d\n", what, r);
	exit(1);
}

static void row(const char *what, double value, const char *unit)
{
	printf("%-60s %10.2f %s\n", what, value, unit);
}

static struct wire_event make_event(uint64_t i)
{
	return (struct wire_event){
		.boot = UINT64_C(0x123456789abcdef0),
		.mono_ms = i * 1000,
		.wall_ms = 1760000000000 + (int64_t)i * 1000,
		.bound_ms = 40,
		.trust = WIRE_TRUST_TRUSTED,
		.type = WIRE_EVENT_ACCESS_GRANTED,
		.reason = WIRE_REASON_CODE,
		.grant = "0123456789abcdef",
	};
}

static void add(struct journal *journal, uint64_t from, unsigned count)
{
	struct board_orders orders = { .event_count = count };

	for (unsigned i = 0; i < count; i++)
		orders.events[i] = make_event(from + i);
	must(journal_add(journal, &orders, NULL, 0), "add");
}

static void fill(struct journal *journal)
{
	uint8_t hash[WIRE_HASH_BYTES];
	uint64_t head = 0, acked;
	double since = now_ms();
	struct stat info;

	while (head < EVENTS) {
		for (unsigned i = 0; i < 64; i++)
			add(journal, head + i * BOARD_EVENTS_MAX, BOARD_EVENTS_MAX);
		must(journal_commit(journal, &head, hash, &acked), "commit");
	}
	row("events stored, 1024 a commit", (double)head / (now_ms() - since), "thousand a second");
	must(stat(path, &info), "stat");
	row("bytes an event with a grant", (double)info.st_size / (double)head, "");
}

static void time_singles(struct journal *journal)
{
	uint8_t hash[WIRE_HASH_BYTES];
	uint64_t head, acked;
	double since = now_ms();

	for (unsigned i = 0; i < SINGLES; i++) {
		add(journal, i, 1);
		must(journal_commit(journal, &head, hash, &acked), "commit");
	}
	row("one event made durable, mean of 500 with their checkpoints", (now_ms() - since) / SINGLES, "ms");
}

static void time_start(void)
{
	struct board_memory memory;
	struct journal *journal;
	char *snapshot;
	size_t len;
	double since = now_ms();

	must(journal_open(&journal, path, NULL, BOARD, 1), "open");
	must(journal_recall(journal, &memory, &snapshot, &len), "recall");
	row("opened and recalled with a million events", now_ms() - since, "ms");
	free(snapshot);
	since = now_ms();
	must(journal_check(journal), "check");
	row("checked whole, pages and chain", now_ms() - since, "ms");
	journal_close(journal);
}

int main(int argc, char **argv)
{
	struct journal *journal;

	if (argc > 2 || sodium_init() < 0)
		return 2;
	snprintf(dir, sizeof(dir), "%.4000s/bench-journal-XXXXXX", argc == 2 ? argv[1] : "/tmp");
	if (!mkdtemp(dir))
		must(1, "folder");
	snprintf(path, sizeof(path), "%s/journal.db", dir);
	must(journal_open(&journal, path, NULL, BOARD, 1), "open");
	time_singles(journal);
	fill(journal);
	journal_close(journal);
	time_start();
	unlink(path);
	rmdir(dir);
	return 0;
}
