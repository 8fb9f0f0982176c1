/* rumah-door under a supervisor: it is fed while the door lives, and a door that stands still is not fed,
 * ends as the supervisor wants, and leaves the strike at rest. usage: test_door_watchdog RUMAH_DOOR */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>

#include "tests/system/lib/bench_board.h"
#include "tests/system/lib/process.h"
#include "tests/system/lib/sim_client.h"

#define CODE "48213967"
#define GAP_MS 130
#define SOON_MS 10000
#define WATCHDOG_US "600000"
#define STILL_MS 1500 /* more than a watchdog's time, and than the strike's */

static const char *rumah_door;
static struct bench bench;
static int notify_fd;
static char notify_path[108];

static int set_up(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	(void)state;
	bench_open(&bench, rumah_door);
	bench_grant(&bench, CODE, NULL);
	bench_seal(&bench, &bench.gateway);
	snprintf(notify_path, sizeof(notify_path), "%s/notify", bench.dir);
	memcpy(address.sun_path, notify_path, sizeof(notify_path));
	notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(notify_fd >= 0);
	assert_int_equal(bind(notify_fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(setenv("NOTIFY_SOCKET", notify_path, 1), 0);
	assert_int_equal(setenv("WATCHDOG_USEC", WATCHDOG_US, 1), 0);
	bench_start(&bench);
	bench_link(&bench);
	assert_true(bench_is_applied(&bench, 1, SOON_MS));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(notify_fd);
	unlink(notify_path);
	bench_close(&bench);
	return 0;
}

static bool is_told(const char *word, int limit_ms)
{
	long long until = now_ms() + limit_ms;
	struct pollfd poller = { .fd = notify_fd, .events = POLLIN };
	char text[64];

	while (now_ms() < until && poll(&poller, 1, (int)(until - now_ms())) > 0) {
		ssize_t len = recv(notify_fd, text, sizeof(text) - 1, 0);

		assert_true(len > 0);
		text[len] = 0;
		if (strcmp(text, word) == 0)
			return true;
	}
	return false;
}

static void forget_what_was_told(void)
{
	char text[64];

	while (recv(notify_fd, text, sizeof(text), MSG_DONTWAIT) > 0)
		;
}

static void open_the_door(void)
{
	assert_int_equal(sim_press(bench.sim, CODE "#", GAP_MS), 0);
	assert_true(sim_strike_within(bench.sim, true, SOON_MS));
}

static void stand_still(void)
{
	int status;

	assert_int_equal(kill(bench.pid, SIGSTOP), 0);
	assert_int_equal(waitpid(bench.pid, &status, WUNTRACED), bench.pid);
	assert_true(WIFSTOPPED(status));
	forget_what_was_told();
}

static void a_door_that_lives_says_so_again_and_again(void **state)
{
	(void)state;
	assert_true(is_told("READY=1", SOON_MS));
	for (int i = 0; i < 5; i++)
		assert_true(is_told("WATCHDOG=1", SOON_MS));
	kill(bench.pid, SIGTERM);
	assert_true(is_told("STOPPING=1", SOON_MS));
}

static void one_that_stands_still_says_nothing_and_locks_as_soon_as_it_goes_on(void **state)
{
	(void)state;
	open_the_door();
	stand_still();
	assert_false(is_told("WATCHDOG=1", STILL_MS));
	assert_int_equal(kill(bench.pid, SIGCONT), 0);
	/* Its time is over: the guard does not wait for the loop to catch up. */
	assert_true(sim_strike_within(bench.sim, false, SOON_MS));
	assert_true(is_told("WATCHDOG=1", SOON_MS));
}

static void one_that_stands_still_is_killed_and_the_next_one_is_at_rest(void **state)
{
	struct sim_view view;
	int status;

	(void)state;
	open_the_door();
	stand_still();
	status = bench_stop(&bench, SIGKILL);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	bench_start(&bench);
	assert_int_equal(sim_look(bench.sim, &view), 0);
	assert_false(view.is_strike_on);
	assert_int_equal(view.releases, 0);
}

static void one_that_was_told_to_end_while_it_stood_still_ends_in_order(void **state)
{
	int status;

	(void)state;
	open_the_door();
	stand_still();
	assert_int_equal(kill(bench.pid, SIGTERM), 0);
	assert_false(is_told("STOPPING=1", 300));
	status = bench_stop(&bench, SIGCONT);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_true(is_told("STOPPING=1", SOON_MS));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		STORY(a_door_that_lives_says_so_again_and_again),
		STORY(one_that_stands_still_says_nothing_and_locks_as_soon_as_it_goes_on),
		STORY(one_that_stands_still_is_killed_and_the_next_one_is_at_rest),
		STORY(one_that_was_told_to_end_while_it_stood_still_ends_in_order),
	};

	if (argc != 2 || sodium_init() < 0) {
		fputs("usage: test_door_watchdog RUMAH_DOOR\n", stderr);
		return 2;
	}
	rumah_door = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
