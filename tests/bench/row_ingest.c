/* Events from simulated boards into the gateway's database, acknowledged after COMMIT: one in a message,
 * beside a subscriber that throws away what it hears from the same broker; and fifty in a message, beside
 * SQLite's own group commit. */
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/centre.h"
#include "tests/bench/client.h"
#include "tests/bench/fleet.h"
#include "tests/bench/limits.h"
#include "tests/bench/report.h"
#include "tests/bench/rows.h"
#include "tests/bench/world.h"
#include "tests/system/lib/process.h"

#define BOARDS 8
#define PACKED 50
#define PATIENCE_NS UINT64_C(90000000000)

struct tally { /* shared with the process that discards */
	_Atomic size_t count;
	_Atomic uint64_t last_ns;
};

static void on_discard(void *ctx, struct client *client, const char *topic, const char *msg, size_t len)
{
	struct tally *tally = ctx;

	(void)client, (void)topic, (void)msg, (void)len;
	atomic_fetch_add(&tally->count, 1);
	atomic_store(&tally->last_ns, now_ns());
}

static bool never(void *ctx)
{
	(void)ctx;
	return false;
}

/* A process of its own, as the gateway is one. It counts into memory that is shared. */
static pid_t start_discarding(struct tally *tally)
{
	pid_t parent = getpid(), pid = fork();
	struct client *client;

	if (pid < 0)
		broken("no process");
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	client = client_open("bench-9", &(struct client_events){ .on_message = on_discard, .ctx = tally });
	client_subscribe(client, "bench/event");
	atomic_store(&tally->count, 0);
	clients_run(never, NULL, UINT64_MAX);
	_exit(0);
}

/* Messages a second. */
static double send_all(struct fleet *fleet)
{
	size_t messages = 0;
	uint64_t since = now_ns();

	for (size_t i = 0; i < fleet->count; i++)
		messages += fleet->boards[i].message_count;
	if (!fleet_send(fleet, since + PATIENCE_NS, NULL, NULL))
		broken("not all events were taken: %zu of %zu messages", fleet_acked(fleet), messages);
	return (double)messages / (us_since(since) / 1e6);
}

/* Messages a second that arrived; the broker throws away what finds its queue full. */
static double send_discarded(struct fleet *fleet, struct tally *tally)
{
	uint64_t since = now_ns();
	size_t seen;

	atomic_store(&tally->count, 0);
	fleet->is_discarded = true;
	if (!fleet_send(fleet, since + PATIENCE_NS, NULL, NULL))
		broken("the broker does not take the messages");
	fleet->is_discarded = false;
	do {
		seen = atomic_load(&tally->count);
		nap_ms(300);
	} while (seen != atomic_load(&tally->count));
	return (double)seen / ((double)(atomic_load(&tally->last_ns) - since) / 1e9);
}

static void measure_single(struct fleet *fleet, struct centre *centre, struct tally *tally)
{
	unsigned events = world()->is_long ? 5000 : 1500;
	double limit, rate, cpu_s;
	char note[160];

	fleet_write(fleet, events, 1, 1);
	limit = send_discarded(fleet, tally) / 2;
	cpu_s = program_cpu_s(centre->pid);
	rate = send_all(fleet);
	cpu_s = program_cpu_s(centre->pid) - cpu_s;
	limit += send_discarded(fleet, tally) / 2; /* before and after: the machine changes under us */
	snprintf(note, sizeof(note),
		"rumah-gateway: %.0f us of CPU an event, of which one Ed25519 check; 480 messages under way",
		cpu_s * 1e6 / (BOARDS * events));
	report_row(&(struct row){ "ingest, 1 event a message, acknowledged", "msg/s", rate, NULL,
		"subscriber that discards, same broker", limit, GOAL_RATIO_AT_LEAST, 0.95, note });
}

static void measure_packed(struct fleet *fleet, struct centre *centre)
{
	unsigned events = world()->is_long ? 100000 : 10000;
	double limit, rate, cpu_s;
	char note[160];

	fleet_write(fleet, events, PACKED, PACKED);
	limit = limit_group_commit(BOARDS * events) / 2;
	cpu_s = program_cpu_s(centre->pid);
	rate = send_all(fleet) * PACKED;
	cpu_s = program_cpu_s(centre->pid) - cpu_s;
	limit += limit_group_commit(BOARDS * events) / 2;
	snprintf(note, sizeof(note),
		"rumah-gateway: %.1f us of CPU an event, most of it in one thread: 4/10 the row, 3/10 the "
		"seal, "
		"1/10 JSON, 1/10 commits",
		cpu_s * 1e6 / (BOARDS * events));
	report_row(&(struct row){ "ingest, 50 events a message, acknowledged", "events/s", rate, NULL,
		"SQLite, 100 rows a commit, same columns", limit, GOAL_RATIO_AT_LEAST, 1.5, note });
}

void row_ingest(void)
{
	struct tally *tally =
		mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t lost, doubled;
	struct centre centre;
	struct fleet fleet;
	char dir[PATH_MAX];
	pid_t discarding;

	if (tally == MAP_FAILED)
		broken("no memory");
	atomic_store(&tally->count, 1);
	discarding = start_discarding(tally);
	for (int i = 0; i < 1000 && atomic_load(&tally->count) != 0; i++)
		nap_ms(10);
	world_folder(dir, "ingest");
	centre_open(&centre, dir);
	centre_add_unit(&centre, "ruang");
	fleet_make(&fleet, BOARDS, "muat");
	fleet_enrol(&fleet, &centre, "ruang");
	fleet_join(&fleet);
	fleet.retry_ms = 2000; /* as a board: what the broker throws away costs time */
	measure_single(&fleet, &centre, tally);
	measure_packed(&fleet, &centre);
	fleet_compare(&fleet, centre.database, &lost, &doubled);
	if (lost || doubled)
		broken("%llu events lost, %llu doubled", (unsigned long long)lost,
			(unsigned long long)doubled);
	process_end(discarding, SIGKILL);
	fleet_leave(&fleet);
	fleet_free(&fleet);
	centre_close(&centre);
}
