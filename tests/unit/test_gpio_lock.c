/* port_gpio: what each lock's line does at the start, released, at its deadline with the loop stuck, when
 * writes fail, when its chip goes, and at the end. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "firmware/door/port_open.h"
#include "firmware/edge/mono.h"
#include "tests/unit/gpio_rig.h"

#define LONG_MS 60000 /* a release that no test waits for */

static struct gpio_rig rig;
static int64_t wall_step_s; /* added to what the wall clock says, see __wrap_clock_gettime() */

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	int r = __real_clock_gettime(clock, now);

	if (clock == CLOCK_REALTIME)
		now->tv_sec += wall_step_s;
	return r;
}

static int set_up(void **state)
{
	(void)state;
	fake_gpio_reset();
	wall_step_s = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	gpio_rig_tear_down(&rig);
	fake_gpio_reset(); /* nothing is still taken */
	return 0;
}

/* The motor's bolt needs a line, and the others do not mind one. */
static int open_lock(enum board_lock kind, const char *lock, const char *lock_close)
{
	struct pins_text text = { 0 };

	snprintf(text.lock, sizeof(text.lock), "%s", lock);
	snprintf(text.lock_close, sizeof(text.lock_close), "%s", lock_close);
	snprintf(text.lines[LINE_BOLT], sizeof(text.lines[LINE_BOLT]), "bolt no");
	return gpio_rig_open(&rig, &text, kind);
}

static void release(uint64_t for_ms)
{
	assert_int_equal(rig.port->strike(rig.port, true, mono_now_ms() + for_ms), 0);
}

static void rest(void)
{
	assert_int_equal(rig.port->strike(rig.port, false, 0), 0);
}

/* Without the loop: it is stuck. Whether the level came about. */
static bool comes_to(const char *ref, bool is_high)
{
	for (uint64_t until = mono_now_ms() + 20000; mono_now_ms() < until;) {
		if (fake_gpio_level(ref) == is_high)
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	return false;
}

/* The same for all it was so far: a pulse is too short to be met by looking now and then. */
static bool comes_to_have_been(const char *ref, const char *history)
{
	for (uint64_t until = mono_now_ms() + 20000; mono_now_ms() < until;) {
		if (strcmp(fake_gpio_history(ref), history) == 0)
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	return false;
}

/* clang-format off */
static const struct {
	const char *name, *lock;
	enum board_lock kind;
	bool rests_high;
} levels[] = {
	{ "strike, high switches on", "lock high", LOCK_STRIKE, false },
	{ "strike, low switches on",  "lock low",  LOCK_STRIKE, true },
	{ "magnet, high switches on", "lock high", LOCK_MAGNET, true },
	{ "magnet, low switches on",  "lock low",  LOCK_MAGNET, false },
};
/* clang-format on */

static void a_lock_that_is_held_moves_between_two_levels(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		bool rest_level = levels[i].rests_high;

		print_message("  %s\n", levels[i].name);
		fake_gpio_reset();
		assert_int_equal(open_lock(levels[i].kind, levels[i].lock, ""), 0);
		assert_int_equal(fake_gpio_level("lock"), rest_level);
		release(LONG_MS);
		assert_int_equal(fake_gpio_level("lock"), !rest_level);
		rest();
		assert_int_equal(fake_gpio_level("lock"), rest_level);
		release(30);
		assert_true(comes_to("lock", rest_level)); /* by the guard: nobody turns the loop */
		release(LONG_MS);
		gpio_rig_close(&rig);
		assert_int_equal(fake_gpio_last("lock"), rest_level);
	}
}

static void a_turnstile_gets_a_pulse_for_each_passage(void **state)
{
	(void)state;
	assert_int_equal(open_lock(LOCK_TURNSTILE, "lock high 30ms", ""), 0);
	assert_string_equal(fake_gpio_history("lock"), "0");
	release(LONG_MS);
	assert_true(comes_to_have_been("lock", "010"));
	release(LONG_MS); /* the next person, while the first is let in still */
	assert_true(comes_to_have_been("lock", "01010"));
	rest();
	assert_string_equal(fake_gpio_history("lock"), "01010");
	gpio_rig_close(&rig);
}

static void a_pulse_ends_with_its_release(void **state)
{
	(void)state;
	assert_int_equal(open_lock(LOCK_TURNSTILE, "lock high 5000ms", ""), 0);
	release(LONG_MS);
	assert_true(fake_gpio_level("lock"));
	rest();
	assert_false(fake_gpio_level("lock"));
	gpio_rig_close(&rig);
}

static void a_motor_with_one_coil_gets_a_pulse(void **state)
{
	(void)state;
	assert_int_equal(open_lock(LOCK_MOTOR, "lock low 30ms", ""), 0);
	release(LONG_MS);
	assert_true(comes_to("lock", true));
	rest();
	gpio_rig_close(&rig);
	assert_string_equal(fake_gpio_history("lock"), "101");
}

static void a_motor_with_two_coils_is_driven_both_ways_and_never_at_once(void **state)
{
	(void)state;
	assert_int_equal(open_lock(LOCK_MOTOR, "lock high 5000ms", "close high 5000ms"), 0);
	/* Whatever it was when the power failed: it is told to lock. */
	assert_string_equal(fake_gpio_history("close"), "01");
	release(LONG_MS);
	assert_true(fake_gpio_level("lock"));
	assert_false(fake_gpio_level("close"));
	rest();
	assert_false(fake_gpio_level("lock"));
	assert_true(fake_gpio_level("close"));
	release(LONG_MS);
	assert_false(fake_gpio_level("close"));
	gpio_rig_close(&rig);
	assert_false(fake_gpio_last("lock"));
	assert_false(fake_gpio_last("close"));
	assert_string_equal(fake_gpio_history("close"), "0101010");
}

static void a_motor_relocks_by_itself_when_the_loop_is_stuck(void **state)
{
	(void)state;
	assert_int_equal(open_lock(LOCK_MOTOR, "lock high 30ms", "close high 30ms"), 0);
	assert_true(comes_to_have_been("close", "010"));
	release(60);
	assert_true(comes_to_have_been("lock", "010"));
	assert_true(comes_to_have_been("close", "01010"));
	gpio_rig_close(&rig);
}

static void a_lock_told_again_is_driven_anew(void **state)
{
	unsigned writes;

	(void)state;
	assert_int_equal(open_lock(LOCK_STRIKE, "lock high", ""), 0);
	rest();
	writes = fake_gpio_writes("lock");
	rest();
	assert_true(fake_gpio_writes("lock") > writes);
	gpio_rig_close(&rig);
}

static void without_its_lock_there_is_no_door(void **state)
{
	(void)state;
	fake_gpio_refuse("lock", -EBUSY);
	assert_int_equal(open_lock(LOCK_STRIKE, "lock high", ""), -EBUSY);
	assert_string_equal(rig.message, "lock is in use by \"somebody\"");
	gpio_rig_close(&rig);
}

int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left);

static unsigned sleeps;
static unsigned frees_after; /* the lock is let go by who had it */

int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *left)
{
	(void)clock;
	(void)flags;
	(void)time;
	(void)left;
	if (++sleeps == frees_after)
		fake_gpio_refuse("lock", 0);
	return 0;
}

static void a_lock_that_comes_late_is_waited_for_and_not_for_ever(void **state)
{
	static struct config config = { .port = "gpio", .lock = "strike", .relock = "timed" };
	static const struct {
		unsigned frees_after, sleeps;
		int answer;
	} waits[] = { { 0, PORT_TRIES - 1, -EBUSY }, { 3, 3, 0 } };
	const struct port_events events = { .ctx = NULL };

	(void)state;
	snprintf(config.pins.lock.ref, sizeof(config.pins.lock.ref), "lock");
	for (size_t i = 0; i < 2; i++) {
		memset(&rig, 0, sizeof(rig));
		assert_int_equal(uv_loop_init(&rig.loop), 0);
		sleeps = 0;
		frees_after = waits[i].frees_after;
		fake_gpio_refuse("lock", -EBUSY);
		assert_int_equal(port_open(&rig.port, &rig.loop, &config, &events), waits[i].answer);
		assert_int_equal(sleeps, waits[i].sleeps);
		gpio_rig_close(&rig);
	}
}

static void a_line_that_will_not_go_back_is_told_until_it_does(void **state)
{
	(void)state;
	assert_int_equal(open_lock(LOCK_STRIKE, "lock high", ""), 0);
	release(30);
	fake_gpio_fail_writes(3);
	assert_true(comes_to("lock", false));
	gpio_rig_close(&rig);
}

static bool is_back(struct gpio_rig *the_rig)
{
	(void)the_rig;
	return fake_gpio_requests("lock") == 2;
}

static void a_lock_whose_chip_came_back_is_at_rest(void **state)
{
	(void)state;
	assert_int_equal(open_lock(LOCK_MAGNET, "lock high", ""), 0);
	release(LONG_MS);
	fake_gpio_live(false);
	assert_int_equal(rig.port->strike(rig.port, false, 0), -ENODEV);
	gpio_rig_turn(&rig, 10);
	assert_false(fake_gpio_is_taken("lock"));
	assert_int_equal(rig.port->strike(rig.port, true, mono_now_ms() + 10), -ENODEV);
	fake_gpio_live(true);
	assert_true(gpio_rig_wait(&rig, is_back));
	assert_true(comes_to("lock", true));
	release(LONG_MS);
	assert_false(fake_gpio_level("lock"));
	gpio_rig_close(&rig);
}

static void the_guards_answer(void **state)
{
	(void)state;
	assert_int_equal(open_lock(LOCK_MOTOR, "lock high", "close high"), 0);
	for (int i = 0; i < 3; i++) {
		assert_true(rig.port->is_alive(rig.port));
		gpio_rig_turn(&rig, 100);
	}
	gpio_rig_close(&rig);
}

/* Three HALs of Leosac and stone-age-io add the pulse's length to the wall clock: NTP stepping back a day
 * leaves the door open for a day. */
static void test_defect_01_a_clock_that_steps_a_day_moves_no_deadline(void **state)
{
	static const int64_t steps_s[] = { -86400, 86400 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint64_t began;

		wall_step_s = 0;
		assert_int_equal(open_lock(LOCK_STRIKE, "lock high", ""), 0);
		began = mono_now_ms();
		release(200);
		wall_step_s = steps_s[i];
		assert_true(comes_to("lock", false));
		assert_true(mono_now_ms() - began >= 200); /* nor is it cut short */
		gpio_rig_close(&rig);
	}
}

/* Leosac compares with 1 what returns 0, and so reports each success as a failure; its toggle writes the
 * level that is there; inputs are requested twice. */
static void test_defect_04_success_is_success_and_a_line_is_asked_for_once(void **state)
{
	(void)state;
	assert_int_equal(open_lock(LOCK_STRIKE, "lock high", ""), 0);
	release(LONG_MS);
	rest();
	assert_string_equal(fake_gpio_history("lock"), "010");
	fake_gpio_fail_writes(1);
	assert_int_equal(rig.port->strike(rig.port, true, mono_now_ms() + LONG_MS), -EIO);
	assert_false(fake_gpio_level("lock"));
	gpio_rig_turn(&rig, 50);
	assert_int_equal(fake_gpio_requests("lock"), 1);
	assert_int_equal(fake_gpio_requests("bolt"), 1);
	gpio_rig_close(&rig);
}

static const struct {
	enum board_lock kind;
	const char *lock, *lock_close, *history;
} starts[] = {
	{ LOCK_STRIKE, "lock high", "", "0" },
	{ LOCK_STRIKE, "lock low", "", "1" },
	{ LOCK_MAGNET, "lock high", "", "1" },
	{ LOCK_MAGNET, "lock low", "", "0" },
	{ LOCK_MOTOR, "lock high", "close high", "0" },
	{ LOCK_TURNSTILE, "lock low", "", "1" },
};

/* ESPHome's locks unlock for milliseconds at each reboot: the line is an output first and gets its level
 * afterwards. */
static void test_thread_03_taking_the_line_does_not_move_the_lock(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		fake_gpio_reset();
		assert_int_equal(open_lock(starts[i].kind, starts[i].lock, starts[i].lock_close), 0);
		assert_string_equal(fake_gpio_history("lock"), starts[i].history);
		gpio_rig_close(&rig);
		assert_string_equal(fake_gpio_history("lock"), starts[i].history);
	}
}

/* Two garage doors: a relay that switches on with low flips at each start, and a reboot opens. */
static void test_thread_04_a_relay_that_switches_on_with_low_does_not_flip(void **state)
{
	(void)state;
	for (int start = 0; start < 3; start++) {
		assert_int_equal(open_lock(LOCK_STRIKE, "lock low", ""), 0);
		gpio_rig_turn(&rig, 5);
		gpio_rig_close(&rig);
	}
	assert_string_equal(fake_gpio_history("lock"), "1");
}

/* The kernel takes a line back when the process ends: what it was last is what the wiring starts from. */
static void test_thread_22_the_line_is_at_rest_before_it_is_let_go(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		fake_gpio_reset();
		assert_int_equal(open_lock(levels[i].kind, levels[i].lock, ""), 0);
		release(LONG_MS);
		gpio_rig_close(&rig);
		assert_false(fake_gpio_is_taken("lock"));
		assert_int_equal(fake_gpio_last("lock"), levels[i].rests_high);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_lock_that_is_held_moves_between_two_levels),
		TEST(a_turnstile_gets_a_pulse_for_each_passage),
		TEST(a_pulse_ends_with_its_release),
		TEST(a_motor_with_one_coil_gets_a_pulse),
		TEST(a_motor_with_two_coils_is_driven_both_ways_and_never_at_once),
		TEST(a_motor_relocks_by_itself_when_the_loop_is_stuck),
		TEST(a_lock_told_again_is_driven_anew),
		TEST(without_its_lock_there_is_no_door),
		TEST(a_lock_that_comes_late_is_waited_for_and_not_for_ever),
		TEST(a_line_that_will_not_go_back_is_told_until_it_does),
		TEST(a_lock_whose_chip_came_back_is_at_rest),
		TEST(the_guards_answer),
		TEST(test_defect_01_a_clock_that_steps_a_day_moves_no_deadline),
		TEST(test_defect_04_success_is_success_and_a_line_is_asked_for_once),
		TEST(test_thread_03_taking_the_line_does_not_move_the_lock),
		TEST(test_thread_04_a_relay_that_switches_on_with_low_does_not_flip),
		TEST(test_thread_22_the_line_is_at_rest_before_it_is_let_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
