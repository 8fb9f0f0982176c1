/* No event is lost and none counted twice: through a gateway that stands still for seconds, a broker whose
 * queue is Debian's (1000 messages: it throws away thousands of acknowledged ones here), a broker that is
 * killed, and a full disk. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/bench/centre.h"
#include "tests/bench/fleet.h"
#include "tests/bench/report.h"
#include "tests/bench/rows.h"
#include "tests/bench/world.h"

#define BOARDS 8
#define WINDOW 400 /* of each board: 3,200 messages for a queue of 1,000 */
#define STILL_NS UINT64_C(3000000000)
#define PATIENCE_NS UINT64_C(100000000000)
#define PATIENCE_LONG_NS UINT64_C(1500000000000)

struct ordeal {
	struct fleet *fleet;
	struct centre *centre;
	size_t messages;
	const char *ballast; /* fills the disk; NULL: no disk of our own, its files must not grow instead */
	unsigned step;
	uint64_t until_ns; /* of the step under way, 0: none is */
};

static void stop_gateway(struct ordeal *ordeal)
{
	kill(ordeal->centre->pid, SIGSTOP);
}

static void go_on(struct ordeal *ordeal)
{
	kill(ordeal->centre->pid, SIGCONT);
}

static void kill_broker(struct ordeal *ordeal)
{
	(void)ordeal;
	broker_do("broker_kill");
	broker_do("broker_start");
}

static void allow_file_bytes(const struct ordeal *ordeal, rlim_t bytes)
{
	struct rlimit limit;

	if (prlimit(ordeal->centre->pid, RLIMIT_FSIZE, NULL, &limit) < 0)
		broken("the gateway's limits cannot be read");
	limit.rlim_cur = bytes;
	if (prlimit(ordeal->centre->pid, RLIMIT_FSIZE, &limit, NULL) < 0)
		broken("the gateway's limits cannot be set");
}

static void fill_disk(struct ordeal *ordeal)
{
	static const char block[4096];
	int fd;

	if (!ordeal->ballast) {
		allow_file_bytes(ordeal, 4096);
		return;
	}
	fd = open(ordeal->ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (fd >= 0 && write(fd, block, sizeof(block)) > 0)
		;
	if (fd < 0 || errno != ENOSPC)
		broken("the disk does not become full");
	close(fd);
}

static void empty_disk(struct ordeal *ordeal)
{
	if (!ordeal->ballast)
		allow_file_bytes(ordeal, RLIM_INFINITY);
	else if (unlink(ordeal->ballast) < 0)
		broken("the disk stays full");
}

/* A step without an end is over at once. One with an end stands for STILL_NS, in which nothing new is
 * acknowledged: else a fast machine is done before the next step. */
static const struct {
	double at; /* share of the messages acknowledged */
	void (*begin)(struct ordeal *ordeal);
	void (*end)(struct ordeal *ordeal);
} steps[] = {
	{ 0.1, stop_gateway, go_on },
	{ 0.3, kill_broker, NULL },
	{ 0.5, fill_disk, empty_disk },
	{ 0.7, stop_gateway, go_on },
	{ 0.85, kill_broker, NULL },
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

static void go_through(void *ctx)
{
	struct ordeal *ordeal = ctx;

	if (ordeal->until_ns != 0 && now_ns() >= ordeal->until_ns) {
		steps[ordeal->step++].end(ordeal);
		ordeal->until_ns = 0;
	}
	if (ordeal->until_ns != 0 || ordeal->step == STEPS ||
		(double)fleet_acked(ordeal->fleet) < steps[ordeal->step].at * (double)ordeal->messages)
		return;
	steps[ordeal->step].begin(ordeal);
	if (steps[ordeal->step].end)
		ordeal->until_ns = now_ns() + STILL_NS;
	else
		ordeal->step++;
}

/* How often the broker's log says that it throws messages away: once for each time it begins to. */
static unsigned count_drops(void)
{
	char path[PATH_MAX], line[512];
	unsigned count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%.4000s/mosquitto.log", world()->broker_dir);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		count += strstr(line, "being dropped for client gateway") != NULL;
	if (file)
		fclose(file);
	return count;
}

static void go(struct ordeal *ordeal)
{
	for (size_t i = 0; i < ordeal->fleet->count; i++)
		ordeal->messages += ordeal->fleet->boards[i].message_count;
	if (!fleet_send(ordeal->fleet, now_ns() + (world()->is_long ? PATIENCE_LONG_NS : PATIENCE_NS),
		    go_through, ordeal))
		broken("%zu of %zu messages are acknowledged, and then no more", fleet_acked(ordeal->fleet),
			ordeal->messages);
	if (ordeal->step != STEPS)
		broken("it was over before everything had happened");
	if (count_drops() == 0)
		broken("the broker threw nothing away: nothing was put to the test");
}

static void report(const struct ordeal *ordeal, uint64_t events, uint64_t lost, uint64_t doubled)
{
	char note[200];

	snprintf(note, sizeof(note),
		"%llu events in %zu messages, sent %zu times; gateway still 2 x 3 s, broker killed twice, "
		"disk full 3 s (%s)",
		(unsigned long long)events, ordeal->messages, ordeal->fleet->sent,
		ordeal->ballast ? "ENOSPC" : "EFBIG");
	report_row(&(struct row){ "events lost", "events", (double)lost, NULL, "what the boards told",
		(double)events, GOAL_AT_MOST, 0, note });
	report_row(&(struct row){ "events counted twice", "events", (double)doubled, NULL,
		"what the boards told", (double)events, GOAL_AT_MOST, 0 });
	if (lost || doubled)
		broken("%llu events lost, %llu counted twice", (unsigned long long)lost,
			(unsigned long long)doubled);
}

void row_loss(void)
{
	unsigned events = world()->is_long ? 1000000 : 50000;
	char dir[PATH_MAX], ballast[PATH_MAX];
	struct centre centre;
	struct fleet fleet;
	struct ordeal ordeal = { .fleet = &fleet, .centre = &centre };
	uint64_t lost, doubled;

	world_folder(dir, "loss");
	/* A disk of its own where we may have one (tests/bench/run takes it away again). */
	if (mount("tmpfs", dir, "tmpfs", MS_NOSUID | MS_NODEV, world()->is_long ? "size=400m" : "size=40m") ==
		0) {
		world_path(ballast, "loss/ballast");
		ordeal.ballast = ballast;
	}
	signal(SIGXFSZ,
		SIG_IGN); /* the gateway inherits it: a file that may not grow is an error, not the end */
	centre_open(&centre, dir);
	centre_add_unit(&centre, "ruang");
	fleet_make(&fleet, BOARDS, "uji");
	fleet_enrol(&fleet, &centre, "ruang");
	fleet_write(&fleet, events / BOARDS, 1, world()->is_long ? 20 : 3);
	fleet_join(&fleet);
	fleet.window = WINDOW;
	fleet.retry_ms = 2000;
	go(&ordeal);
	fleet_compare(&fleet, centre.database, &lost, &doubled);
	report(&ordeal, events / BOARDS * BOARDS, lost, doubled);
	fleet_leave(&fleet);
	fleet_free(&fleet);
	centre_close(&centre);
	if (ordeal.ballast)
		umount(dir);
}
