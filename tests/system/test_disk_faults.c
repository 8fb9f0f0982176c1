/* rumah-door on a disk that fails: each call that writes or flushes its journal answers EIO or ENOSPC from
 * the n-th on, and a small disk that is really full. Valid codes open, the alarm stands and goes, nothing
 * that was told is lost.
 *
 * usage: test_disk_faults RUMAH_DOOR [CALLS]: every n up to CALLS for every kind of fault, instead of a few.
 * The faults are strace's, which must be allowed to trace a process that may not dump core: skipped where it
 * is not. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/system/lib/bench_board.h"
#include "tests/system/lib/process.h"
#include "tests/system/lib/sim_client.h"
#include "tests/system/lib/tracer.h"

#define CODE "48213967"
#define GAP_MS 130
#define STRIKE_MS 500 /* the shortest there is: each round waits for its end */
#define QUIET_MS 800  /* nothing more to tell */
#define SOON_MS 10000 /* under a tracer and sanitizers, on a busy machine */
#define TOLD_MAX 4096

static const char *rumah_door;
static unsigned calls_max; /* 0: those of the table */
static struct bench bench;

/* The chain's hash at each event that the door has told: what it tells later must be the same. */
static struct {
	uint64_t log, last;
	uint8_t hashes[TOLD_MAX][WIRE_HASH_BYTES];
} told;

struct fault {
	const char *calls, *error;
	unsigned first; /* of the calls that fails, counted from when the fault begins */
	bool is_once;   /* the one alone; else all after it as well */
};

/* clang-format off */
static const struct fault faults[] = {
	{ "fdatasync",      "EIO",    1, true  },
	{ "fdatasync",      "EIO",    1, false },
	{ "fdatasync",      "EIO",    2, false },
	{ "pwrite64,write", "EIO",    1, false },
	{ "pwrite64,write", "ENOSPC", 2, false },
	{ "pwrite64,write", "ENOSPC", 5, false },
};
/* clang-format on */

static int set_up(void **state)
{
	(void)state;
	memset(&told, 0, sizeof(told));
	bench_open(&bench, rumah_door);
	bench_grant(&bench, CODE, NULL);
	bench.snapshot.settings.strike_ms = STRIKE_MS;
	bench_seal(&bench, &bench.gateway);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

/* ---- what the door tells */

static void note_told(const struct wire_events *page)
{
	uint8_t hash[WIRE_HASH_BYTES];

	if (told.log == 0)
		told.log = page->log;
	assert_true(page->log == told.log);
	memcpy(hash, page->prev, sizeof(hash));
	for (unsigned i = 0; i < page->count; i++) {
		uint64_t seq = page->events[i].seq;

		wire_chain_next(hash, &page->events[i]);
		assert_true(seq < TOLD_MAX && seq <= told.last + 1);
		if (seq <= told.last)
			assert_memory_equal(hash, told.hashes[seq], sizeof(hash));
		memcpy(told.hashes[seq], hash, sizeof(hash));
		told.last = seq > told.last ? seq : told.last;
	}
}

static bool shows_storage(void)
{
	return bench.shown.alarms & WIRE_ALARM_BIT(STORAGE);
}

static bool shows_storage_within(bool is_on, int limit_ms)
{
	long long until = now_ms() + limit_ms;

	while (shows_storage() != is_on && now_ms() < until)
		(void)bench_hear(&bench, WIRE_STATE, 300);
	return shows_storage() == is_on;
}

/* All there is, until nothing more comes for a while. */
static void hear_all(bool is_acked)
{
	while (bench_hear(&bench, WIRE_EVENT, QUIET_MS)) {
		if (is_acked)
			bench_ack(&bench);
	}
}

static void move_leaf(void)
{
	char answer[256];

	assert_int_equal(sim_ask(bench.sim, "{\"do\":\"contact\",\"open\":true}", answer, sizeof(answer)), 0);
	assert_int_equal(
		sim_ask(bench.sim, "{\"do\":\"contact\",\"open\":false}", answer, sizeof(answer)), 0);
}

static void assert_opens(const char *when)
{
	assert_int_equal(sim_press(bench.sim, CODE "#", GAP_MS), 0);
	if (!sim_strike_within(bench.sim, true, SOON_MS))
		fail_msg("a valid code does not open: %s", when);
	assert_true(sim_strike_within(bench.sim, false, STRIKE_MS + SOON_MS));
}

/* ---- faults, by strace */

/* Returns strace's pid, or 0 when there is none or it may not. */
static pid_t begin_fault(const struct fault *fault)
{
	char which[64], inject[96], journal[160], wal[160];
	const char *const paths[] = { journal, wal, NULL };
	const char *const options[] = { "-e", which, "-e", inject, NULL };

	snprintf(which, sizeof(which), "trace=%s", fault->calls);
	snprintf(inject, sizeof(inject), "inject=%s:error=%s:when=%u%s", fault->calls, fault->error,
		fault->first, fault->is_once ? "" : "+");
	snprintf(journal, sizeof(journal), "%s/journal.db", bench.state);
	snprintf(wal, sizeof(wal), "%s/journal.db-wal", bench.state);
	return tracer_start(bench.pid, "/dev/null", paths, options);
}

static bool may_trace(void)
{
	const struct fault none = { "fdatasync", "EIO", 60000, false };
	pid_t pid;

	bench_start(&bench);
	pid = begin_fault(&none);
	if (pid)
		(void)process_end(pid, SIGTERM);
	bench_stop(&bench, SIGKILL);
	return pid > 0;
}

static bool is_same_kind(const struct fault *a, const struct fault *b)
{
	return strcmp(a->calls, b->calls) == 0 && strcmp(a->error, b->error) == 0 && a->is_once == b->is_once;
}

/* The disk fails, people come, the disk works again, power is cut. */
static void go_through(const struct fault *fault)
{
	char what[96];
	pid_t tracer;

	snprintf(what, sizeof(what), "%s: %s from call %u%s", fault->calls, fault->error, fault->first,
		fault->is_once ? ", once" : " on");
	tracer = begin_fault(fault);
	assert_true(tracer > 0);
	assert_opens(what);
	for (int i = 0; !fault->is_once && !shows_storage() && i < 20; i++) {
		move_leaf();
		(void)shows_storage_within(true, 500);
	}
	if (!fault->is_once && !shows_storage())
		fail_msg("no alarm: %s", what);
	(void)process_end(tracer, SIGTERM);
	if (!shows_storage_within(false, SOON_MS))
		fail_msg("the alarm stays: %s", what);
	hear_all(false);
	assert_true(process_is_alive(bench.pid));
	bench_stop(&bench, SIGKILL);
	bench_start(&bench);
	bench_link(&bench);
	hear_all(true);
	print_message(
		"%s: %llu events told, the same after a power cut\n", what, (unsigned long long)told.last);
}

static void a_disk_that_fails_neither_keeps_a_guest_out_nor_loses_what_was_told(void **state)
{
	(void)state;
	if (!may_trace()) {
		print_message("skipped: strace is missing, or may not trace here\n");
		skip();
	}
	bench.on_events = note_told;
	bench_start(&bench);
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, 1, SOON_MS));
	hear_all(true);
	for (size_t i = 0; calls_max == 0 && i < sizeof(faults) / sizeof(faults[0]); i++)
		go_through(&faults[i]);
	for (unsigned n = 1; n <= calls_max; n++) {
		for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
			struct fault fault = faults[i];

			if (i > 0 && is_same_kind(&fault, &faults[i - 1]))
				continue;
			fault.first = n;
			go_through(&fault);
		}
	}
}

/* ---- a full disk */

/* The board's folder on a disk of its own, its keys with it. Returns false where we may not mount. */
static bool give_small_disk(void)
{
	static const char *const names[] = { "sign.key", "agree.key", "identity.pub" };
	char path[160], keys[3][512];
	ssize_t len[3];

	for (int i = 0; i < 3; i++) {
		int fd;

		snprintf(path, sizeof(path), "%s/keys/%s", bench.state, names[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		len[i] = read(fd, keys[i], sizeof(keys[i]));
		assert_true(len[i] > 0 && len[i] < (ssize_t)sizeof(keys[i]));
		close(fd);
	}
	/* Of ours alone, so that it ends with us however we end. */
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("tmpfs", bench.state, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=0700") < 0)
		return false;
	snprintf(path, sizeof(path), "%s/keys", bench.state);
	assert_int_equal(mkdir(path, 0700), 0);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/keys/%s", bench.state, names[i]);
		file_write(path, "%.*s", (int)len[i], keys[i]);
	}
	return true;
}

static void fill(const char *path)
{
	static const char block[512];
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

static void a_disk_that_is_full_opens_and_tells_everything_when_there_is_room(void **state)
{
	char ballast[160];

	(void)state;
	if (!give_small_disk()) {
		print_message("skipped: no disk of its own may be mounted here\n");
		skip();
	}
	bench.on_events = note_told;
	bench_start(&bench);
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, 1, SOON_MS));
	hear_all(true);
	snprintf(ballast, sizeof(ballast), "%s/ballast", bench.state);
	fill(ballast);
	for (int i = 0; i < 100; i++) /* past what the journal's own file still has room for */
		move_leaf();
	assert_opens("on a full disk");
	assert_true(shows_storage_within(true, SOON_MS));
	assert_int_equal(unlink(ballast), 0);
	assert_true(shows_storage_within(false, SOON_MS));
	hear_all(false);
	bench_stop(&bench, SIGKILL);
	bench_start(&bench);
	bench_link(&bench);
	hear_all(true);
	assert_true(told.last > 300); /* forced, over, opened, closed, a hundred times */
	print_message("%llu events told\n", (unsigned long long)told.last);
}

static int tear_down_disk(void **state)
{
	if (bench.pid > 0)
		bench_stop(&bench, SIGKILL);
	(void)umount2(bench.state, MNT_DETACH); /* where there was one */
	return tear_down(state);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_disk_that_fails_neither_keeps_a_guest_out_nor_loses_what_was_told, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			a_disk_that_is_full_opens_and_tells_everything_when_there_is_room, set_up,
			tear_down_disk),
	};

	if (argc < 2 || argc > 3 || sodium_init() < 0) {
		fputs("usage: test_disk_faults RUMAH_DOOR [CALLS]\n", stderr);
		return 2;
	}
	rumah_door = argv[1];
	if (argc == 3)
		calls_max = (unsigned)strtoul(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
