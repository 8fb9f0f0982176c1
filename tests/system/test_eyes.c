/* The technician's eyes on a real rumah-door with a simulated port: rumah board watch and rumah board
 * selftest, at a terminal and in pipes, with a person who does what he is asked, and one who does not. usage:
 * test_eyes RUMAH_DOOR RUMAH */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/system/lib/bench_board.h"
#include "tests/system/lib/process.h"
#include "tests/system/lib/sim_client.h"

#define CODE "48213967"
#define SOON_MS 10000
#define STORY_MS 60000

static const char *rumah_door, *rumah;
static struct bench bench;

static int set_up(void **state)
{
	(void)state;
	bench_open(&bench, rumah_door);
	bench_grant(&bench, CODE, NULL);
	bench_seal(&bench, &bench.gateway);
	bench_start(&bench);
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, bench.snapshot.rev, SOON_MS));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bench_close(&bench);
	return 0;
}

static void tell_sim(const char *command)
{
	char answer[4096];

	assert_int_equal(sim_ask(bench.sim, command, answer, sizeof(answer)), 0);
	assert_string_equal(answer, "{\"ok\":true}");
}

/* ---- rumah, and who reads what it says */
struct run {
	pid_t pid;
	int in, out; /* its input; its prompts or its terminal */
	int report;  /* --json: its standard output; else -1 */
	struct termios before;
	size_t len, done; /* read, and acted upon */
	char text[1 << 18];
};

static struct run run; /* large, and one at a time */

static void exec_rumah(const char *const *words)
{
	const char *argv[32] = { rumah, "--lang", "en", "board" };
	size_t argc = 4;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (; *words; words++)
		argv[argc++] = *words;
	argv[argc++] = "--socket";
	argv[argc++] = bench.look_path;
	argv[argc++] = "--board";
	argv[argc] = BENCH_BOARD;
	setenv("RUMAH_HOME", bench.dir, 1);
	setenv("TERM", "xterm", 1);
	execv(rumah, (char *const *)(uintptr_t)argv);
	_exit(127);
}

static void start_at_a_terminal(const char *const *words)
{
	struct winsize size = { .ws_row = 30, .ws_col = 80 };
	int master, slave;

	memset(&run, 0, sizeof(run));
	assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
	assert_int_equal(tcgetattr(slave, &run.before), 0);
	run.pid = fork();
	assert_true(run.pid >= 0);
	if (run.pid == 0) {
		close(master);
		if (login_tty(slave) < 0)
			_exit(126);
		exec_rumah(words);
	}
	close(slave);
	run.in = run.out = master;
	run.report = -1;
}

static void start_in_pipes(const char *const *words)
{
	int in[2], out[2], report[2];

	memset(&run, 0, sizeof(run));
	assert_true(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0 && pipe2(report, O_CLOEXEC) == 0);
	run.pid = fork();
	assert_true(run.pid >= 0);
	if (run.pid == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(report[1], STDOUT_FILENO);
		dup2(out[1], STDERR_FILENO);
		exec_rumah(words);
	}
	close(in[0]);
	close(out[1]);
	close(report[1]);
	run.in = in[1];
	run.out = out[0];
	run.report = report[0];
}

/* Reads what there is within limit_ms; false at the end. */
static bool read_more(int limit_ms)
{
	struct pollfd poller = { .fd = run.out, .events = POLLIN };
	ssize_t count;

	if (poll(&poller, 1, limit_ms) <= 0)
		return true;
	count = read(run.out, run.text + run.len, sizeof(run.text) - 1 - run.len);
	if (count <= 0)
		return false;
	run.len += (size_t)count;
	run.text[run.len] = 0;
	return true;
}

static void await_text(const char *text)
{
	long long until = now_ms() + SOON_MS;

	while (!strstr(run.text + run.done, text)) {
		if (now_ms() > until || !read_more(100))
			fail_msg("\"%s\" did not come, but: %s", text, run.text + run.done);
	}
	run.done = (size_t)(strstr(run.text + run.done, text) - run.text) + strlen(text);
}

static void type(const char *keys)
{
	assert_int_equal(write(run.in, keys, strlen(keys)), strlen(keys));
}

static void assert_terminal_as_before(void)
{
	struct termios now;

	assert_int_equal(tcgetattr(run.in, &now), 0);
	assert_int_equal(now.c_lflag, run.before.c_lflag);
	assert_int_equal(now.c_cc[VSUSP], run.before.c_cc[VSUSP]);
}

/* Its exit code, after which all it said is in run.text. */
static int end_run(void)
{
	long long until = now_ms() + SOON_MS;
	int status;

	while (read_more(100) && now_ms() < until)
		;
	assert_int_equal(waitpid(run.pid, &status, 0), run.pid);
	run.pid = 0;
	if (run.report < 0)
		assert_terminal_as_before();
	if (run.in != run.out)
		close(run.in);
	close(run.out);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static json_t *read_report(void)
{
	static char text[1 << 16];
	size_t len = 0;
	ssize_t count;
	json_t *report;

	while ((count = read(run.report, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)count;
	text[len] = 0;
	close(run.report);
	report = json_loads(text, 0, NULL);
	if (!report)
		fail_msg("no report: %s", text);
	return report;
}

/* ---- the person */
struct act { /* when this is asked, that is done at the door, or typed */
	const char *prompt, *sim, *keys;
};

/* clang-format off */
static const struct act willing[] = {
	{ "Did you hear it?", NULL, "y" },
	{ "Did you see it change?", NULL, "y" },
	{ "Press key 1 ", "{\"do\":\"press\",\"keys\":\"1234567890*#\",\"gap_ms\":130}", NULL },
	{ "Press the exit button now", "{\"do\":\"rex\",\"active\":true}", NULL },
	{ "Let the exit button go", "{\"do\":\"rex\",\"active\":false}", NULL },
	{ "then open the door", "{\"do\":\"contact\",\"open\":true}", NULL },
	{ "Shut the door", "{\"do\":\"contact\",\"open\":false}", NULL },
	{ "then type your code", "{\"do\":\"press\",\"keys\":\"*" CODE "#\",\"gap_ms\":130}", NULL },
	{ "Open the box", "{\"do\":\"line\",\"line\":\"tamper\",\"active\":true}", NULL },
	{ "Shut the box", "{\"do\":\"line\",\"line\":\"tamper\",\"active\":false}", NULL },
	{ "May it be tried now?", NULL, "n" },
	{ 0 },
};
static const struct act unlucky[] = { /* a buzzer without a wire, two keys swapped, a button cut off, a jammed bolt */
	{ "Did you hear it?", NULL, "n" },
	{ "Press key 1 ", "{\"do\":\"press\",\"keys\":\"132\",\"gap_ms\":130}", NULL },
	{ "then type your code", "{\"do\":\"press\",\"keys\":\"*" CODE "#\",\"gap_ms\":130}", NULL },
	{ 0 },
};
/* clang-format on */

/* Does each thing once for each time that it is asked; prompts that are drawn again each second count once.
 */
static void play(const struct act *acts)
{
	long long until = now_ms() + STORY_MS;
	const struct act *last = NULL;

	while (read_more(200)) {
		const char *from = run.text + run.done, *first = NULL;
		const struct act *next = NULL;

		if (now_ms() > until)
			fail_msg("it does not end: %s", run.text);
		for (const struct act *act = acts; act->prompt; act++) {
			const char *at = strstr(from, act->prompt);

			if (at && (!first || at < first)) {
				first = at;
				next = act;
			}
		}
		if (!next)
			continue;
		run.done = (size_t)(first - run.text) + strlen(next->prompt);
		/* At a terminal a prompt is drawn again in its line until a result ends that line. */
		if (next == last && !memchr(from, '\n', (size_t)(first - from)))
			continue;
		last = next;
		if (next->sim)
			tell_sim(next->sim);
		if (next->keys)
			type(next->keys);
	}
}

static const char *result_of(const json_t *report, const char *name)
{
	const json_t *check;
	size_t i;

	json_array_foreach(json_object_get(report, "checks"), i, check)
	{
		if (strcmp(json_string_value(json_object_get(check, "name")), name) == 0)
			return json_string_value(json_object_get(check, "result"));
	}
	return "none";
}

static const char *note_of(const json_t *report, const char *name)
{
	const json_t *check;
	size_t i;

	json_array_foreach(json_object_get(report, "checks"), i, check)
	{
		if (strcmp(json_string_value(json_object_get(check, "name")), name) == 0)
			return json_string_value(json_object_get(check, "note"));
	}
	return "none";
}

static const char *const passed[] = { "clock", "storage", "gateway", "buzzer", "lamp", "keypad", "rex",
	"contact", "lock", "tamper" };
static const char *const skipped[] = { "hold", "partner", "fire", "mains", "battery" };

static void a_willing_person_and_a_good_door_pass(void **state)
{
	static const char *const words[] = { "selftest", "--json", "--wait", "15", NULL };
	json_t *report;
	struct sim_view view;

	(void)state;
	start_in_pipes(words);
	play(willing);
	assert_int_equal(end_run(), 0);
	report = read_report();
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
		if (strcmp(result_of(report, passed[i]), "passed") != 0)
			fail_msg("%s: %s: %s\n%s", passed[i], result_of(report, passed[i]),
				note_of(report, passed[i]), run.text);
	}
	for (size_t i = 0; i < sizeof(skipped) / sizeof(skipped[0]); i++)
		assert_string_equal(result_of(report, skipped[i]), "skipped");
	assert_true(json_is_true(json_object_get(report, "ok")));
	json_decref(report);
	/* Twelve keys were no wrong code, and the lamp shows what stands. */
	assert_int_equal(sim_look(bench.sim, &view), 0);
	assert_int_equal(view.releases, 1);
	assert_null(strstr(view.tones, "rejected"));
	/* No digit of the code is in what was said. */
	assert_null(strstr(run.text, CODE));
}

static void faults_are_found_and_named(void **state)
{
	static const char *const words[] = { "selftest", "--json", "--wait", "2", "--only", "buzzer",
		"--only", "keypad", "--only", "rex", "--only", "lock", NULL };
	json_t *report;

	(void)state;
	tell_sim("{\"do\":\"line\",\"line\":\"bolt\",\"active\":true}"); /* and it stays */
	start_in_pipes(words);
	play(unlucky);
	assert_int_equal(end_run(), 1);
	report = read_report();
	assert_false(json_is_true(json_object_get(report, "ok")));
	assert_true(json_is_true(json_object_get(report, "is_complete")));
	assert_int_equal(json_array_size(json_object_get(report, "checks")), 4);
	assert_string_equal(result_of(report, "buzzer"), "failed");
	assert_string_equal(result_of(report, "keypad"), "failed");
	assert_string_equal(note_of(report, "keypad"), "key 3 did not come; another key came 1 times");
	assert_string_equal(result_of(report, "rex"), "failed");
	assert_string_equal(note_of(report, "rex"), "nothing changed");
	assert_string_equal(result_of(report, "lock"), "failed");
	assert_string_equal(note_of(report, "lock"), "the bolt was not drawn back");
	json_decref(report);
}

static void with_nobody_to_ask_what_needs_a_person_is_skipped(void **state)
{
	static const char *const words[] = { "selftest", "--json", "--wait", "1", NULL };
	json_t *report;

	(void)state;
	start_in_pipes(words);
	close(run.in);
	run.in = open("/dev/null", O_WRONLY | O_CLOEXEC);
	while (read_more(200))
		;
	assert_int_equal(end_run(), 1);
	report = read_report();
	assert_string_equal(result_of(report, "clock"), "passed");
	assert_string_equal(result_of(report, "buzzer"), "skipped");
	assert_string_equal(result_of(report, "rex"), "failed");
	assert_string_equal(result_of(report, "fire"), "skipped");
	json_decref(report);
}

static void at_a_terminal_the_countdown_is_one_line_and_a_table_ends_it(void **state)
{
	static const char *const words[] = { "selftest", "--wait", "15", NULL };

	(void)state;
	start_at_a_terminal(words);
	play(willing);
	assert_int_equal(end_run(), 0);
	assert_non_null(strstr(run.text, "  Press the exit button now"));
	assert_non_null(strstr(run.text, "10 passed, 0 failed, 5 skipped, 0 not wired"));
}

static void q_ends_a_selftest(void **state)
{
	static const char *const words[] = { "selftest", "--only", "rex", NULL };

	(void)state;
	start_at_a_terminal(words);
	await_text("Press the exit button now");
	type("q");
	await_text("ended before it was through");
	assert_int_equal(end_run(), 1);
}

static void watch_draws_each_change_and_leaves_the_terminal_as_it_was(void **state)
{
	static const char *const words[] = { "watch", NULL };
	struct winsize narrow = { .ws_row = 40, .ws_col = 40 };

	(void)state;
	start_at_a_terminal(words);
	await_text("\033[?1049h");
	await_text("● shut");
	tell_sim("{\"do\":\"contact\",\"open\":true}");
	await_text("○ open");
	await_text("▲ forced open");
	assert_int_equal(ioctl(run.in, TIOCSWINSZ, &narrow), 0);
	await_text("q quits \033[0m─────────────────────────────┘");
	type("q");
	await_text("\033[?1049l");
	assert_int_equal(end_run(), 0);
}

static void watch_says_that_a_picture_is_old_and_finds_the_door_again(void **state)
{
	static const char *const words[] = { "watch", NULL };

	(void)state;
	start_at_a_terminal(words);
	await_text("● shut");
	bench_stop(&bench, SIGKILL);
	await_text("no answer");
	bench_start(&bench);
	await_text("rumah-door");
	assert_int_equal(kill(run.pid, SIGTERM), 0); /* somebody else ends it */
	await_text("\033[?1049l");
	assert_int_equal(end_run(), 0);
}

static void watch_tells_programs_one_object_a_line(void **state)
{
	static const char *const words[] = { "watch", "--json", NULL };
	char line[8192] = "";
	size_t len = 0;
	json_t *picture;

	(void)state;
	start_in_pipes(words);
	while (len < sizeof(line) - 1 && read(run.report, line + len, 1) == 1 && line[len] != '\n')
		len++;
	picture = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
	assert_non_null(picture);
	assert_string_equal(json_string_value(json_object_get(picture, "board")), BENCH_BOARD);
	json_decref(picture);
	assert_int_equal(kill(run.pid, SIGINT), 0);
	close(run.report);
	assert_int_equal(end_run(), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		STORY(a_willing_person_and_a_good_door_pass),
		STORY(faults_are_found_and_named),
		STORY(with_nobody_to_ask_what_needs_a_person_is_skipped),
		STORY(at_a_terminal_the_countdown_is_one_line_and_a_table_ends_it),
		STORY(q_ends_a_selftest),
		STORY(watch_draws_each_change_and_leaves_the_terminal_as_it_was),
		STORY(watch_says_that_a_picture_is_old_and_finds_the_door_again),
		STORY(watch_tells_programs_one_object_a_line),
	};

	if (argc != 3 || sodium_init() < 0) {
		fputs("usage: test_eyes RUMAH_DOOR RUMAH\n", stderr);
		return 2;
	}
	rumah_door = argv[1];
	rumah = argv[2];
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
