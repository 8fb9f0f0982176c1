/* rumah-door, the real process with a simulated port: stories of a guest, a link that comes and goes or is
 * owned, a disk that fails, and ends of every kind. usage: test_door_process RUMAH_DOOR */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/system/lib/bench_board.h"
#include "tests/system/lib/process.h"
#include "tests/system/lib/sim_client.h"

#define CODE "48213967"
#define LONG_CODE "402817365918"
#define WRONG "11223344#"
#define GAP_MS                                                                                               \
	130 /* a quick hand; under 100 ms it is a machine, and a loaded test machine is late by some         \
	     */
#define SOON_MS 3000

static const char *rumah_door;
static struct bench bench;

static int set_up(void **state)
{
	(void)state;
	bench_open(&bench, rumah_door);
	bench_grant(&bench, CODE, LONG_CODE);
	bench_seal(&bench, &bench.gateway);
	bench_start(&bench);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

/* The door has its snapshot and true time, and nobody on the line any more. */
static void deliver_and_leave(void)
{
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, bench.snapshot.rev, SOON_MS));
	bench_unlink(&bench);
}

static void press(const char *keys)
{
	assert_int_equal(sim_press(bench.sim, keys, GAP_MS), 0);
}

static bool opens(const char *code)
{
	char keys[32];

	snprintf(keys, sizeof(keys), "%s#", code);
	press(keys);
	return sim_strike_within(bench.sim, true, 500);
}

static void a_code_opens_with_nobody_on_the_line_and_the_strike_falls_in_time(void **state)
{
	struct sim_view view;

	(void)state;
	deliver_and_leave();
	assert_true(opens(CODE));
	assert_true(sim_strike_within(bench.sim, false, BENCH_STRIKE_MS + 500));
	assert_int_equal(sim_look(bench.sim, &view), 0);
	assert_in_range(view.last_on_ms, BENCH_STRIKE_MS - 20, BENCH_STRIKE_MS + 100);
	assert_int_equal(view.releases, 1);
}

static void without_a_snapshot_nothing_opens(void **state)
{
	(void)state;
	assert_false(opens(CODE));
	assert_true(sim_tone_within(bench.sim, "rejected", SOON_MS));
}

static void a_revoked_code_opens_no_more(void **state)
{
	(void)state;
	deliver_and_leave();
	assert_true(opens(CODE));
	bench.snapshot.grant_count = 0;
	bench_seal(&bench, &bench.gateway);
	deliver_and_leave();
	assert_true(sim_strike_within(bench.sim, false, BENCH_STRIKE_MS + 500));
	assert_false(opens(CODE));
}

static void what_a_stranger_sealed_or_rolled_back_is_not_obeyed(void **state)
{
	struct identity stranger = bench.gateway;
	char *old = malloc(bench.sealed_len);
	size_t old_len = bench.sealed_len;

	(void)state;
	assert_non_null(old);
	memcpy(old, bench.sealed, old_len); /* rev 1: the code opens */
	bench.snapshot.grant_count = 0;
	bench_seal(&bench, &bench.gateway); /* rev 2: it does not */
	deliver_and_leave();

	crypto_sign_keypair(stranger.sign_public, stranger.sign_secret);
	bench.snapshot.grant_count = 1;
	bench_seal(&bench, &stranger); /* rev 3 by nobody we know */
	bench_link(&bench);
	bench_deliver(&bench, WIRE_SNAPSHOT, old, old_len);
	while (bench_hear(&bench, WIRE_STATE, 300))
		assert_int_equal(bench.shown.rev, 2);
	assert_false(opens(CODE));
	free(old);
}

static void events_come_until_they_are_acknowledged_and_then_no_more(void **state)
{
	(void)state;
	deliver_and_leave();
	assert_true(opens(CODE));
	bench_link(&bench);
	assert_true(bench_hear(&bench, WIRE_EVENT, SOON_MS));
	assert_int_equal(bench.events.events[0].seq, 1);
	assert_int_equal(bench.events.events[0].type, WIRE_EVENT_BOOT);
	bench_unlink(&bench); /* not acknowledged: they come again */
	bench_link(&bench);
	assert_true(bench_hear(&bench, WIRE_EVENT, SOON_MS));
	assert_int_equal(bench.events.events[0].seq, 1);
	do {
		bench_ack(&bench);
	} while (bench_hear(&bench, WIRE_EVENT, 1500));
	bench_unlink(&bench);
	assert_int_equal(WEXITSTATUS(bench_stop(&bench, SIGTERM)), 0);
	bench_start(&bench);
	bench_link(&bench);
	assert_true(bench_hear(&bench, WIRE_EVENT, SOON_MS));
	assert_int_equal(
		bench.events.events[0].type, WIRE_EVENT_BOOT); /* of the second start, and nothing older */
	assert_true(bench.events.events[0].seq > 1);
}

static void a_staff_action_opens_once(void **state)
{
	struct sim_view view;

	(void)state;
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, 1, SOON_MS));
	bench_act(&bench, WIRE_ACTION_UNLOCK, "0123456789abcdef");
	assert_true(bench_hear(&bench, WIRE_DID, SOON_MS));
	assert_true(sim_strike_within(bench.sim, true, 500));
	assert_true(sim_strike_within(bench.sim, false, BENCH_STRIKE_MS + 500));
	bench_act(&bench, WIRE_ACTION_UNLOCK, "0123456789abcdef");
	assert_true(bench_hear(&bench, WIRE_DID, SOON_MS));
	nap_ms(100);
	assert_int_equal(sim_look(bench.sim, &view), 0);
	assert_int_equal(view.releases, 1);
}

/* F27: each way to end with the strike on, and at rest after it. */
static void every_end_leaves_the_strike_at_rest(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGKILL, SIGSEGV };
	struct sim_view view;

	(void)state;
	deliver_and_leave();
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		assert_true(opens(CODE));
		bench_stop(&bench, signals[i]);
		bench_start(&bench);
		assert_int_equal(sim_look(bench.sim, &view), 0);
		assert_false(view.is_strike_on);
		assert_int_equal(view.releases, 0);
	}
	assert_true(opens(CODE)); /* at the floor, with the stored snapshot */
}

static void a_lockout_outlives_kill_and_the_long_code_opens_in_it(void **state)
{
	(void)state;
	deliver_and_leave();
	for (int i = 0; i < 6; i++)
		press(WRONG);
	assert_true(sim_tone_within(bench.sim, "rejected", SOON_MS));
	assert_false(opens(CODE));
	bench_stop(&bench, SIGKILL);
	bench_start(&bench);
	assert_false(opens(CODE));
	assert_true(opens(LONG_CODE));
}

static void limit_files(rlim_t bytes)
{
	const struct rlimit limit = { bytes, RLIM_INFINITY };

	assert_int_equal(prlimit(bench.pid, RLIMIT_FSIZE, &limit, NULL), 0);
}

/* F06: a disk that takes nothing. */
static void a_full_disk_opens_and_tells_everything_later(void **state)
{
	bool is_told = false;
	uint64_t next = 1;

	(void)state;
	deliver_and_leave();
	limit_files(0);
	assert_true(opens(CODE));
	press(WRONG);
	assert_true(sim_tone_within(bench.sim, "rejected", SOON_MS));
	bench_link(&bench);
	assert_true(bench_hear(&bench, WIRE_STATE, SOON_MS));
	assert_true(bench.shown.alarms & WIRE_ALARM_BIT(STORAGE));
	limit_files(RLIM_INFINITY);
	while (!is_told && bench_hear(&bench, WIRE_EVENT, SOON_MS)) {
		for (unsigned i = 0; i < bench.events.count; i++) {
			if (bench.events.events[i].seq < next)
				continue;
			assert_int_equal(bench.events.events[i].seq, next++);
			is_told |= bench.events.events[i].type == WIRE_EVENT_STORAGE_RESTORED;
		}
		bench_ack(&bench);
	}
	assert_true(is_told);
	while (bench.shown.alarms && bench_hear(&bench, WIRE_STATE, SOON_MS))
		;
	assert_false(bench.shown.alarms & WIRE_ALARM_BIT(STORAGE));
}

/* F08: no journal to be had at all. */
static void without_a_disk_the_door_opens_and_the_centre_hears_of_it(void **state)
{
	char path[160];
	bool is_heard = false;

	(void)state;
	bench_stop(&bench, SIGTERM);
	snprintf(path, sizeof(path), "%s/journal.db", bench.state);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	bench_start(&bench);
	deliver_and_leave();
	assert_true(opens(CODE));
	bench_link(&bench);
	assert_true(bench_hear(&bench, WIRE_STATE, SOON_MS));
	assert_true(bench.shown.alarms & WIRE_ALARM_BIT(STORAGE));
	while (!is_heard && bench_hear(&bench, WIRE_EVENT, SOON_MS)) {
		for (unsigned i = 0; i < bench.events.count; i++)
			is_heard |= bench.events.events[i].type == WIRE_EVENT_ACCESS_GRANTED;
		bench_ack(&bench);
	}
	assert_true(is_heard);
}

/* F07 */
static void a_damaged_journal_is_set_aside_and_the_door_goes_on(void **state)
{
	char path[160];
	struct stat info;
	uint64_t log;
	int fd;

	(void)state;
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, 1, SOON_MS));
	log = bench.hello.log;
	bench_stop(&bench, SIGTERM);
	snprintf(path, sizeof(path), "%s/journal.db", bench.state);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &info), 0);
	for (off_t at = 100; at < info.st_size; at += 512)
		assert_int_equal(pwrite(fd, "rot", 3, at), 3);
	close(fd);

	bench_start(&bench);
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, 1, SOON_MS));
	assert_true(bench.hello.log != log);
	assert_true(opens(CODE));
	snprintf(path, sizeof(path), "%s/journal.db.damaged", bench.state);
	assert_int_equal(stat(path, &info), 0);
}

/* F07: a flipped bit among the events costs the events, not the codes, the budget or the revision. */
static void what_a_damaged_journal_still_holds_is_carried_over(void **state)
{
	char path[160], *file;
	struct stat info;
	char *grant;
	int fd;

	(void)state;
	deliver_and_leave();
	assert_true(opens(CODE));
	for (int i = 0; i < 6; i++)
		press(WRONG);
	assert_true(sim_tone_within(bench.sim, "rejected", SOON_MS));
	bench_stop(&bench, SIGTERM);

	snprintf(path, sizeof(path), "%s/journal.db", bench.state);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0 && fstat(fd, &info) == 0);
	file = malloc((size_t)info.st_size);
	assert_non_null(file);
	assert_int_equal(pread(fd, file, (size_t)info.st_size, 0), info.st_size);
	/* The granted access names its grant, and no other place does but the snapshot, in quotes. */
	grant = memmem(file, (size_t)info.st_size, bench.grants[0].id, 16);
	while (grant && grant[-1] == '"')
		grant = memmem(grant + 1, (size_t)(file + info.st_size - grant - 1), bench.grants[0].id, 16);
	assert_non_null(grant);
	assert_int_equal(pwrite(fd, "x", 1, grant - file), 1);
	free(file);
	close(fd);

	bench_start(&bench);
	assert_false(opens(CODE));     /* locked out, as before */
	assert_true(opens(LONG_CODE)); /* of the snapshot that nobody delivered anew */
	snprintf(path, sizeof(path), "%s/journal.db.damaged", bench.state);
	assert_int_equal(stat(path, &info), 0);
}

static void flood(long long until)
{
	static uint8_t noise[600];
	long long next = now_ms();
	int sent = 0;

	randombytes_buf(noise, sizeof(noise));
	while (now_ms() < until) {
		struct frame frame = { FRAME_DELIVER, WIRE_HEAD, false, sizeof(noise), 0, noise,
			sizeof(noise) };
		uint8_t buf[FRAME_HEADER_BYTES + sizeof(noise)];
		size_t len = frame_write(buf, &frame);

		for (int i = 0; i < 100; i++, sent++) {
			if (seqpacket_send(&bench.link, buf, len) < 0)
				_exit(1);
		}
		next += 10; /* 100 each 10 ms: 10,000 a second */
		if (next > now_ms())
			nap_ms((long)(next - now_ms()));
	}
}

/* F20 */
static void a_flood_from_the_link_does_not_delay_a_code(void **state)
{
	long long pressed;
	pid_t pid;
	int status;

	(void)state;
	deliver_and_leave();
	assert_int_equal(seqpacket_connect(&bench.link, bench.link_path, SOON_MS), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		flood(now_ms() + 4000);
		_exit(0);
	}
	for (int i = 0; i < 2; i++) {
		press(CODE);
		press("#");
		pressed = now_ms();
		if (!sim_strike_within(bench.sim, true, 500)) {
			struct sim_view view;

			assert_int_equal(sim_look(bench.sim, &view), 0);
			fail_msg("did not open: tones %s", view.tones);
		}
		print_message(
			"code complete to strike under 10,000 messages/s: %lld ms\n", now_ms() - pressed);
		assert_true(sim_strike_within(bench.sim, false, BENCH_STRIKE_MS + 500));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void a_second_door_in_the_same_folder_is_refused(void **state)
{
	pid_t pid = process_start(rumah_door, bench.config, bench.log);
	int status;

	(void)state;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	deliver_and_leave();
	assert_true(opens(CODE));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		STORY(a_code_opens_with_nobody_on_the_line_and_the_strike_falls_in_time),
		STORY(without_a_snapshot_nothing_opens),
		STORY(a_revoked_code_opens_no_more),
		STORY(what_a_stranger_sealed_or_rolled_back_is_not_obeyed),
		STORY(events_come_until_they_are_acknowledged_and_then_no_more),
		STORY(a_staff_action_opens_once),
		STORY(every_end_leaves_the_strike_at_rest),
		STORY(a_lockout_outlives_kill_and_the_long_code_opens_in_it),
		STORY(a_full_disk_opens_and_tells_everything_later),
		STORY(without_a_disk_the_door_opens_and_the_centre_hears_of_it),
		STORY(a_damaged_journal_is_set_aside_and_the_door_goes_on),
		STORY(what_a_damaged_journal_still_holds_is_carried_over),
		STORY(a_flood_from_the_link_does_not_delay_a_code),
		STORY(a_second_door_in_the_same_folder_is_refused),
	};

	if (argc != 2 || sodium_init() < 0) {
		fputs("usage: test_door_process RUMAH_DOOR\n", stderr);
		return 2;
	}
	rumah_door = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
