/* rumah-door and its disk: real file systems, a root that is read-only, a card that has become so, a write
 * that hangs, and flushes that really come before anything is told. usage: test_board_storage RUMAH_DOOR
 * Needs root, for mounts of its own: what may not be done here is skipped, in words. */
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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/system/lib/bench_board.h"
#include "tests/system/lib/process.h"
#include "tests/system/lib/sim_client.h"
#include "tests/system/lib/tracer.h"

#define CODE "48213967"
#define WRONG "11223344#"
#define GAP_MS 130
#define STRIKE_MS 500
#define SOON_MS 10000
#define OPEN_MS 5000 /* a hanging card may hold a code up for three seconds, once: then the alarm stands */

static const char *rumah_door;
static struct bench bench;
static int home_fd = -1; /* the mounts we came from */
static pid_t tracer;     /* 0: none */

static int set_up(void **state)
{
	(void)state;
	bench_open(&bench, rumah_door);
	bench_grant(&bench, CODE, NULL);
	bench.snapshot.settings.strike_ms = STRIKE_MS;
	bench_seal(&bench, &bench.gateway);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const leftovers[] = { "notify", "trace", "disk.img" };
	char path[96];

	(void)state;
	if (tracer > 0)
		(void)process_end(tracer, SIGKILL);
	tracer = 0;
	if (bench.pid > 0)
		bench_stop(&bench, SIGKILL);
	if (home_fd >= 0) {
		assert_int_equal(setns(home_fd, CLONE_NEWNS), 0);
		close(home_fd);
		home_fd = -1;
	}
	for (size_t i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", bench.dir, leftovers[i]);
		unlink(path);
	}
	bench_close(&bench);
	return 0;
}

static void press(const char *keys)
{
	assert_int_equal(sim_press(bench.sim, keys, GAP_MS), 0);
}

static bool opens(void)
{
	press(CODE "#");
	return sim_strike_within(bench.sim, true, OPEN_MS);
}

static void assert_opens(void)
{
	if (!opens())
		fail_msg("a valid code does not open");
	assert_true(sim_strike_within(bench.sim, false, STRIKE_MS + SOON_MS));
}

static bool shows_storage_within(bool is_on, int limit_ms)
{
	long long until = now_ms() + limit_ms;

	while (!(bench.shown.alarms & WIRE_ALARM_BIT(STORAGE)) == is_on && now_ms() < until)
		(void)bench_hear(&bench, WIRE_STATE, 300);
	return !(bench.shown.alarms & WIRE_ALARM_BIT(STORAGE)) != is_on;
}

static void deliver_and_leave(void)
{
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, bench.snapshot.rev, SOON_MS));
	bench_unlink(&bench);
}

/* Runs a program to its end with what it says thrown away. Returns its exit code; 127: it is not there. */
static int run(const char *const *argv)
{
	pid_t pid = fork();
	int status, fd;

	assert_true(pid >= 0);
	if (pid == 0) {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

#define RUN(...) run((const char *const[]){ __VA_ARGS__, NULL })

/* A mount namespace of our own, which tear_down() leaves. False where we may not have one. */
static bool have_own_mounts(void)
{
	home_fd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (home_fd < 0 || unshare(CLONE_NEWNS) < 0) {
		if (home_fd >= 0)
			close(home_fd);
		home_fd = -1;
		print_message("skipped: no mounts of our own may be had here: %s\n", strerror(errno));
		return false;
	}
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	return true;
}

/* ---- file systems of boards */

static void live_on(const char *type, const char *const *mkfs, const char *const *fsck)
{
	char image[96], journal[128], state_keys[128];
	struct stat info;

	snprintf(image, sizeof(image), "%s/disk.img", bench.dir);
	snprintf(state_keys, sizeof(state_keys), "%s/keys", bench.state);
	if (!have_own_mounts())
		skip();
	assert_int_equal(RUN("truncate", "--size=128M", image), 0);
	if (run(mkfs) != 0 || RUN("mount", "-t", type, "-o", "loop", image, "/mnt") != 0) {
		unlink(image);
		print_message("skipped: this machine makes or mounts no %s\n", type);
		skip();
	}
	assert_int_equal(RUN("cp", "-a", state_keys, "/mnt/keys"), 0);
	assert_int_equal(mount("/mnt", bench.state, NULL, MS_BIND, NULL), 0);

	bench_start(&bench);
	deliver_and_leave();
	assert_opens();
	for (int i = 0; i < 6; i++)
		press(WRONG);
	assert_true(sim_tone_within(bench.sim, "rejected", SOON_MS));
	bench_stop(&bench, SIGKILL);
	bench_start(&bench);
	press(CODE "#");
	assert_false(sim_strike_within(bench.sim, true, 1000)); /* the lockout lived */
	bench_link(&bench);
	assert_true(bench_hear(&bench, WIRE_EVENT, SOON_MS));
	assert_int_equal(bench.events.events[0].seq, 1);
	assert_int_equal(WEXITSTATUS(bench_stop(&bench, SIGTERM)), 0);
	assert_int_equal(RUN(rumah_door, "--check", "--config", bench.config), 0);
	snprintf(journal, sizeof(journal), "%s/journal.db", bench.state);
	assert_int_equal(stat(journal, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);

	assert_int_equal(umount(bench.state), 0);
	assert_int_equal(umount("/mnt"), 0);
	assert_int_equal(run(fsck), 0);
	unlink(image);
}

static void a_journal_lives_on_ext4(void **state)
{
	char image[96];
	const char *const mkfs[] = { "mkfs.ext4", "-q", "-F", image, NULL };
	const char *const fsck[] = { "fsck.ext4", "-n", "-f", image, NULL };

	(void)state;
	snprintf(image, sizeof(image), "%s/disk.img", bench.dir);
	live_on("ext4", mkfs, fsck);
}

static void a_journal_lives_on_f2fs(void **state)
{
	char image[96];
	const char *const mkfs[] = { "mkfs.f2fs", "-q", image, NULL };
	const char *const fsck[] = { "fsck.f2fs", "--dry-run", image, NULL };

	(void)state;
	snprintf(image, sizeof(image), "%s/disk.img", bench.dir);
	live_on("f2fs", mkfs, fsck);
}

/* ---- what cannot be written */

/* All is read-only but the bench's own folder, which has the state and stands for /run as well. */
static void make_root_read_only(void)
{
	assert_int_equal(mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "size=64m,mode=1777"), 0);
	assert_int_equal(mount(bench.dir, bench.dir, NULL, MS_BIND, NULL), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), 0);
	assert_int_equal(mkdir("/var/lib/rumah-door-test", 0700), -1);
	assert_int_equal(errno, EROFS);
}

static void make_state_read_only(void)
{
	assert_int_equal(mount(bench.state, bench.state, NULL, MS_BIND, NULL), 0);
	assert_int_equal(mount(NULL, bench.state, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), 0);
}

static void with_a_read_only_root_a_door_is_a_whole_door(void **state)
{
	(void)state;
	if (!have_own_mounts())
		skip();
	make_root_read_only();
	bench_start(&bench);
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, 1, SOON_MS));
	assert_int_equal(bench.shown.alarms & WIRE_ALARM_BIT(STORAGE), 0);
	bench_unlink(&bench);
	assert_opens();
	bench_stop(&bench, SIGKILL);
	bench_start(&bench);
	assert_opens(); /* from the journal */
}

/* A card goes read-only when it dies. After a power cut, with no network, the door still knows its codes,
 * counts wrong ones, and says what is wrong as soon as somebody hears. */
static void a_card_gone_read_only_opens_after_a_power_cut_without_a_network(void **state)
{
	(void)state;
	if (!have_own_mounts())
		skip();
	bench_start(&bench);
	deliver_and_leave();
	assert_opens();
	bench_stop(&bench, SIGKILL); /* with the snapshot in SQLite's log still */
	make_root_read_only();
	make_state_read_only();

	bench_start(&bench);
	assert_opens();
	bench_link(&bench);
	assert_true(shows_storage_within(true, SOON_MS));
	/* A revocation holds all the same. */
	bench.snapshot.grant_count = 0;
	bench_seal(&bench, &bench.gateway);
	deliver_and_leave();
	press(CODE "#");
	assert_false(sim_strike_within(bench.sim, true, 1000));
}

/* ---- a write that hangs */

static int notify_fd;

static void watch_the_watchdog(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", bench.dir);
	notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(notify_fd >= 0);
	assert_int_equal(bind(notify_fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", address.sun_path, 1), 0);
	assert_int_equal(setenv("WATCHDOG_USEC", "3000000", 1), 0);
}

static void leave_the_watchdog(void)
{
	char path[96];

	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	close(notify_fd);
	snprintf(path, sizeof(path), "%s/notify", bench.dir);
	unlink(path);
}

static bool is_fed_within(int limit_ms)
{
	long long until = now_ms() + limit_ms;
	char text[256];

	while (recv(notify_fd, text, sizeof(text), 0) > 0) /* what came before */
		;
	while (now_ms() < until) {
		ssize_t len = recv(notify_fd, text, sizeof(text) - 1, 0);

		if (len > 0) {
			text[len] = 0;
			if (strstr(text, "WATCHDOG=1"))
				return true;
		}
		nap_ms(5);
	}
	return false;
}

/* Decided: the store does not hold back the watchdog. A restart would hang on the same card; the alarm calls
 * somebody, and the door goes on. */
static void a_write_that_hangs_raises_the_alarm_and_the_door_goes_on(void **state)
{
	char journal[128], wal[128];
	const char *const paths[] = { journal, wal, NULL };
	const char *const options[] = { "-e", "trace=fdatasync", "-e", "inject=fdatasync:delay_enter=600s",
		NULL };

	(void)state;
	snprintf(journal, sizeof(journal), "%s/journal.db", bench.state);
	snprintf(wal, sizeof(wal), "%s/journal.db-wal", bench.state);
	watch_the_watchdog();
	bench_start(&bench);
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, 1, SOON_MS));
	while (bench_hear(&bench, WIRE_EVENT, 500))
		bench_ack(&bench);
	tracer = tracer_start(bench.pid, "/dev/null", paths, options);
	if (tracer == 0) {
		leave_the_watchdog();
		print_message("skipped: strace is missing, or may not trace here\n");
		skip();
	}
	assert_opens();
	assert_true(shows_storage_within(true, 2 * SOON_MS));
	assert_opens(); /* while it hangs */
	press(WRONG);
	assert_true(
		sim_tone_within(bench.sim, "rejected", SOON_MS)); /* nor does a wrong code wait for ever */
	assert_true(is_fed_within(SOON_MS));
	(void)process_end(tracer, SIGTERM);
	tracer = 0;
	assert_true(shows_storage_within(false, SOON_MS));
	leave_the_watchdog();
}

/* ---- flushed, then told */

enum seen { SEEN_WRITE, SEEN_FLUSH, SEEN_TOLD, SEEN_OTHER };

/* One line of strace. A call that was interrupted counts where it ends. */
static enum seen read_call(const char *line)
{
	bool is_over = !strstr(line, "<unfinished") && strstr(line, " = ");

	if (strstr(line, "pwrite64") && strstr(line, "-wal"))
		return SEEN_WRITE;
	if (strstr(line, "fdatasync") && is_over && strstr(line, "= 0"))
		return SEEN_FLUSH;
	if (strstr(line, "sendto(") && strstr(line, "\\\"events\\\""))
		return SEEN_TOLD;
	return SEEN_OTHER;
}

static void every_event_is_flushed_before_it_is_told(void **state)
{
	char out[128], line[4096], answer[256];
	const char *const paths[] = { NULL };
	const char *const options[] = { "-s", "400", "-yy", "-e", "trace=pwrite64,fdatasync,sendto", NULL };
	unsigned told = 0, flushes = 0;
	bool is_unflushed = false;
	FILE *file;

	(void)state;
	snprintf(out, sizeof(out), "%s/trace", bench.dir);
	bench_start(&bench);
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, 1, SOON_MS));
	while (bench_hear(&bench, WIRE_EVENT, 500))
		bench_ack(&bench);
	tracer = tracer_start(bench.pid, out, paths, options);
	if (tracer == 0) {
		print_message("skipped: strace is missing, or may not trace here\n");
		skip();
	}
	for (int i = 0; i < 10; i++) { /* one commit at a time */
		assert_int_equal(sim_ask(bench.sim,
					 i % 2 == 0 ? "{\"do\":\"contact\",\"open\":true}"
						    : "{\"do\":\"contact\",\"open\":false}",
					 answer, sizeof(answer)),
			0);
		assert_true(bench_hear(&bench, WIRE_EVENT, SOON_MS));
		bench_ack(&bench);
		nap_ms(50);
	}
	(void)process_end(tracer, SIGTERM);
	tracer = 0;
	file = fopen(out, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		enum seen seen = read_call(line);

		flushes += seen == SEEN_FLUSH;
		if (seen == SEEN_WRITE)
			is_unflushed = true;
		else if (seen == SEEN_FLUSH)
			is_unflushed = false;
		else if (seen == SEEN_TOLD && ++told && is_unflushed)
			fail_msg("told before it was flushed: %s", line);
	}
	fclose(file);
	unlink(out);
	print_message("%u messages of events, %u flushes\n", told, flushes);
	assert_true(told >= 10);
	assert_true(flushes >= 10);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		STORY(a_journal_lives_on_ext4),
		STORY(a_journal_lives_on_f2fs),
		STORY(with_a_read_only_root_a_door_is_a_whole_door),
		STORY(a_card_gone_read_only_opens_after_a_power_cut_without_a_network),
		STORY(a_write_that_hangs_raises_the_alarm_and_the_door_goes_on),
		STORY(every_event_is_flushed_before_it_is_told),
	};

	if (argc != 2 || sodium_init() < 0) {
		fputs("usage: test_board_storage RUMAH_DOOR\n", stderr);
		return 2;
	}
	rumah_door = realpath(argv[1], NULL); /* who changes mounts is put into the root folder */
	if (!rumah_door)
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
