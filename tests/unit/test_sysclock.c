/* sysclock: which clocks of the operating system are believed, and how far. With the core's clock: what a
 * door makes of a board that wakes in 1970, of a dead battery, and of a time that jumps. */
#include <errno.h>
#include <linux/rtc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cmocka.h>

#include "firmware/core/clock.h"
#include "firmware/door/sysclock.h"

#define NOW_S INT64_C(1795503061) /* 24 November 2026 */
#define NOW_MS (NOW_S * 1000)
#define DAY_S INT64_C(86400)
#define Y1970 INT64_C(0)
#define Y2000 INT64_C(946684800)
#define Y2099 INT64_C(4070908800)

/* ---- the fakes */
static struct timex kernel;
static int kernel_state;
static unsigned chip_flags;
static int chip_error;

int __wrap_adjtimex(struct timex *clock);
int __wrap_adjtimex(struct timex *clock)
{
	assert_int_equal(clock->modes, 0); /* we look, and set nothing */
	*clock = kernel;
	if (kernel_state < 0)
		errno = EPERM;
	return kernel_state;
}

int __wrap_ioctl(int fd, unsigned long request, void *out);
int __wrap_ioctl(int fd, unsigned long request, void *out)
{
	assert_true(fd >= 0);
	assert_int_equal(request, RTC_VL_READ);
	if (chip_error) {
		errno = chip_error;
		return -1;
	}
	*(unsigned *)out = chip_flags;
	return 0;
}

/* ---- the kernel */
/* clang-format off */
static const struct {
	const char *name;
	int state, status;
	long maxerror_us, fraction;
	int want;
	int64_t wall_ms;
	uint32_t bound_ms;
} kernels[] = {
	{ "kept by a daemon",                   TIME_OK,    0,          2500,     250000,    0, NOW_MS + 250, 3 },
	{ "in nanoseconds",                     TIME_OK,    STA_NANO,   2500,     250000000, 0, NOW_MS + 250, 3 },
	{ "phase locked",                       TIME_OK,    STA_PLL,    0,        0,         0, NOW_MS, 1 },
	{ "a leap second comes",                TIME_INS,   STA_INS,    500,      0,         0, NOW_MS, 1 },
	{ "within a leap second",               TIME_OOP,   STA_INS,    500,      0,         0, NOW_MS, 1 },
	{ "after it",                           TIME_WAIT,  0,          500,      0,         0, NOW_MS, 1 },
	{ "long without a correction",          TIME_OK,    0,          15999999, 0,         0, NOW_MS, 16000 },
	{ "nobody keeps it",                    TIME_ERROR, STA_UNSYNC, 16000000, 0,         SYSCLOCK_UNSYNCED, 0, 0 },
	{ "unsynchronised, whatever it says",   TIME_OK,    STA_UNSYNC, 10,       0,         SYSCLOCK_UNSYNCED, 0, 0 },
	{ "the reference is lost",              TIME_ERROR, STA_PPSFREQ, 10,      0,         SYSCLOCK_UNSYNCED, 0, 0 },
	{ "an error that is none",              TIME_OK,    0,          -1,       0,         SYSCLOCK_UNSYNCED, 0, 0 },
	{ "not to be asked",                    -1,         0,          10,       0,         SYSCLOCK_UNSYNCED, 0, 0 },
};
/* clang-format on */

static void the_kernel_is_believed_while_somebody_keeps_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		const struct timex clock = { .status = kernels[i].status,
			.maxerror = kernels[i].maxerror_us,
			.time = { NOW_S, kernels[i].fraction } };
		int64_t wall_ms = 0;
		uint32_t bound_ms = 0;
		int r = sysclock_judge_kernel(kernels[i].state, &clock, &wall_ms, &bound_ms);

		if (r != kernels[i].want || wall_ms != kernels[i].wall_ms || bound_ms != kernels[i].bound_ms)
			fail_msg("%s: %d, %lld ms, +- %u", kernels[i].name, r, (long long)wall_ms, bound_ms);
	}
}

/* ---- the chip */
/* clang-format off */
static const struct {
	const char *name;
	struct sysclock_chip chip;
	int64_t floor_ms;
	int want;
	uint32_t bound_ms;
} chips[] = {
	{ "kept power, an hour since the floor",   { true, NOW_S, 0, 0 }, NOW_MS - 3600000, 0, 60000 + 360 },
	{ "a driver that knows nothing of power",  { true, NOW_S, -ENOTTY, 0 }, NOW_MS - 3600000, 0, 60000 + 360 },
	{ "another way to say so",                 { true, NOW_S, -EINVAL, 0 }, NOW_MS - 3600000, 0, 60000 + 360 },
	{ "a battery to change soon",              { true, NOW_S, 0, RTC_VL_BACKUP_LOW }, NOW_MS - 3600000, 0, 60000 + 360 },
	{ "on its battery now",                    { true, NOW_S, 0, RTC_VL_BACKUP_SWITCH }, NOW_MS - 3600000, 0, 60000 + 360 },
	{ "a year in a drawer: 52 minutes of drift", { true, NOW_S, 0, 0 }, NOW_MS - 365 * DAY_S * 1000, 0, 60000 + 3153600 },
	{ "a second behind the floor, as it reads whole ones", { true, NOW_S, 0, 0 }, NOW_MS + 1000, 0, 60000 },
	{ "at the floor less what a hand sets wrong", { true, NOW_S, 0, 0 }, NOW_MS + 60000, 0, 60000 },
	{ "behind that",                           { true, NOW_S, 0, 0 }, NOW_MS + 60001, SYSCLOCK_IMPLAUSIBLE, 0 },
	{ "as far ahead as may be",                { true, NOW_S, 0, 0 }, NOW_MS - SYSCLOCK_RTC_AGE_MAX_MS, 0, 60000 + 3456000 },
	{ "further",                               { true, NOW_S + 1, 0, 0 }, NOW_MS - SYSCLOCK_RTC_AGE_MAX_MS, SYSCLOCK_IMPLAUSIBLE, 0 },
	{ "a dead battery that reads 2099",        { true, Y2099, -ENOTTY, 0 }, NOW_MS, SYSCLOCK_IMPLAUSIBLE, 0 },
	{ "a dead battery that reads 2000",        { true, Y2000, -ENOTTY, 0 }, NOW_MS, SYSCLOCK_IMPLAUSIBLE, 0 },
	{ "a dead battery that reads 1970",        { true, Y1970, -ENOTTY, 0 }, NOW_MS, SYSCLOCK_IMPLAUSIBLE, 0 },
	{ "a dead battery on a new board",         { true, Y2000, -ENOTTY, 0 }, 0, SYSCLOCK_NO_FLOOR, 0 },
	{ "a good one on a new board",             { true, NOW_S, 0, 0 }, 0, SYSCLOCK_NO_FLOOR, 0 },
	{ "it says that its time is not valid",    { true, NOW_S, 0, RTC_VL_DATA_INVALID }, NOW_MS, SYSCLOCK_LOST_POWER, 0 },
	{ "it says that its battery is empty",     { true, NOW_S, 0, RTC_VL_BACKUP_EMPTY }, NOW_MS, SYSCLOCK_LOST_POWER, 0 },
	{ "it says that it ran slowly",            { true, NOW_S, 0, RTC_VL_ACCURACY_LOW }, NOW_MS, SYSCLOCK_LOST_POWER, 0 },
	{ "its time cannot be read",               { false, 0, 0, 0 }, NOW_MS, SYSCLOCK_NO_CHIP, 0 },
	{ "before 1970",                           { true, -1, 0, 0 }, NOW_MS, SYSCLOCK_NO_CHIP, 0 },
	{ "past all years",                        { true, INT64_MAX, 0, 0 }, NOW_MS, SYSCLOCK_NO_CHIP, 0 },
	{ "we may not ask it",                     { true, NOW_S, -EACCES, 0 }, NOW_MS, SYSCLOCK_NOT_ALLOWED, 0 },
	{ "another has it open",                   { true, NOW_S, -EBUSY, 0 }, NOW_MS, SYSCLOCK_NOT_ALLOWED, 0 },
};
/* clang-format on */

static void a_chip_is_believed_when_it_kept_power_and_may_be_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(chips) / sizeof(chips[0]); i++) {
		int64_t wall_ms = 0;
		uint32_t bound_ms = 0;
		int r = sysclock_judge_chip(&chips[i].chip, chips[i].floor_ms, &wall_ms, &bound_ms);

		if (r != chips[i].want || bound_ms != chips[i].bound_ms ||
			(r == 0 && wall_ms != chips[i].chip.seconds * 1000))
			fail_msg("%s: %d, %lld ms, +- %u", chips[i].name, r, (long long)wall_ms, bound_ms);
	}
}

/* ---- asking */
static char chip_time[] = "/tmp/rumah-rtc-XXXXXX";

static void write_chip(const char *text)
{
	FILE *file = fopen(chip_time, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int ask(enum sysclock_source source, int64_t floor_ms, int64_t *wall_ms, uint32_t *bound_ms)
{
	const struct sysclock clock = { source, floor_ms, chip_time, "/dev/null" };

	return sysclock_read(&clock, wall_ms, bound_ms);
}

static void the_system_is_asked_as_configured(void **state)
{
	int64_t wall_ms;
	uint32_t bound_ms;

	(void)state;
	kernel = (struct timex){ .maxerror = 2000, .time = { NOW_S, 0 } };
	kernel_state = TIME_OK;
	write_chip("1795503000\n");
	chip_flags = 0;
	chip_error = 0;
	assert_int_equal(ask(SYSCLOCK_NONE, NOW_MS, &wall_ms, &bound_ms), SYSCLOCK_UNSYNCED);
	assert_int_equal(ask(SYSCLOCK_KERNEL, 0, &wall_ms, &bound_ms), 0);
	assert_int_equal(wall_ms, NOW_MS);
	kernel_state = -1;
	assert_int_equal(ask(SYSCLOCK_KERNEL, 0, &wall_ms, &bound_ms), -EPERM);

	assert_int_equal(ask(SYSCLOCK_RTC, NOW_MS - 61000, &wall_ms, &bound_ms), 0);
	assert_int_equal(wall_ms, 1795503000000);
	chip_flags = RTC_VL_DATA_INVALID;
	assert_int_equal(ask(SYSCLOCK_RTC, NOW_MS - 61000, &wall_ms, &bound_ms), SYSCLOCK_LOST_POWER);
	chip_error = ENOTTY;
	assert_int_equal(ask(SYSCLOCK_RTC, NOW_MS - 61000, &wall_ms, &bound_ms), 0);
	write_chip("yesterday\n");
	assert_int_equal(ask(SYSCLOCK_RTC, NOW_MS, &wall_ms, &bound_ms), SYSCLOCK_NO_CHIP);
	write_chip("");
	assert_int_equal(ask(SYSCLOCK_RTC, NOW_MS, &wall_ms, &bound_ms), SYSCLOCK_NO_CHIP);
	unlink(chip_time);
	assert_int_equal(ask(SYSCLOCK_RTC, NOW_MS, &wall_ms, &bound_ms), SYSCLOCK_NO_CHIP);
}

static void each_source_has_a_word(void **state)
{
	(void)state;
	for (enum sysclock_source source = SYSCLOCK_NONE; source <= SYSCLOCK_RTC; source++)
		assert_int_equal(sysclock_source_read(sysclock_word(source)), source);
	assert_int_equal(sysclock_source_read("sundial"), -EINVAL);
	for (int answer = 0; answer <= SYSCLOCK_NO_FLOOR; answer++)
		assert_non_null(sysclock_answer_word(answer));
	assert_string_equal(sysclock_answer_word(-EPERM), strerror(EPERM));
}

/* ---- with the core */

/* Thread 13: no RTC, the board wakes in 1970: it counts from the floor and says so, and goes on from there.
 */
static void test_thread_13_a_board_that_wakes_in_1970_counts_from_its_floor(void **state)
{
	struct clock clock;
	int64_t wall_ms = 0, step_ms;
	uint32_t bound_ms = 0;

	(void)state;
	kernel = (struct timex){ .status = STA_UNSYNC, .maxerror = 16000000, .time = { 30, 0 } };
	kernel_state = TIME_ERROR;
	assert_int_equal(ask(SYSCLOCK_KERNEL, NOW_MS, &wall_ms, &bound_ms), SYSCLOCK_UNSYNCED);
	clock_init(&clock, 1000, NOW_MS, 100);
	assert_int_equal(clock_read(&clock, 1000).trust, WIRE_TRUST_FLOOR);
	assert_int_equal(clock_read(&clock, 1000).wall_ms, NOW_MS);
	/* Even if somebody vouched for it: true time cannot be before the floor. */
	assert_int_equal(clock_vouch(&clock, 2000, 30000, 10, &step_ms), CLOCK_BEHIND_FLOOR);
	assert_true(clock_read(&clock, 3600000).wall_ms > NOW_MS + 3598000);
}

/* A dead battery that reads 2099 neither opens what is to come nor closes the door for ever, even where
 * somebody vouched for it: the signed time takes over, and the floor was not raised. */
static void a_dead_battery_that_reads_2099_is_overruled(void **state)
{
	struct clock clock;
	int64_t step_ms;

	(void)state;
	clock_init(&clock, 0, NOW_MS, 100);
	assert_int_equal(clock_vouch(&clock, 1000, Y2099 * 1000, 60000, &step_ms), 0);
	assert_true(clock_lower(&clock, 1000) <= NOW_MS + 1000);
	assert_int_equal(clock_answer(&clock, 1000, 1100, NOW_MS + 1000, &step_ms), 0);
	assert_int_equal(clock_read(&clock, 1100).trust, WIRE_TRUST_TRUSTED);
	assert_in_range(clock_read(&clock, 1100).wall_ms, NOW_MS, NOW_MS + 2000);
	assert_int_equal(clock_vouch(&clock, 2000, Y2099 * 1000, 60000, &step_ms), CLOCK_CONTRADICTED);
}

/* Thread 21: what is known of time never goes back, so an old signed thing never becomes new again. */
static void test_thread_21_the_floor_is_monotonic_whatever_the_clocks_say(void **state)
{
	static const int64_t says[] = { Y1970, Y2000, NOW_S - DAY_S, NOW_S + DAY_S, NOW_S, NOW_S - 1 };
	int64_t lower_ms = NOW_MS, step_ms;
	struct clock clock;
	uint64_t mono_ms = 0;

	(void)state;
	clock_init(&clock, 0, NOW_MS, 100);
	for (size_t i = 0; i < 6 * 6; i++) {
		mono_ms += 1000;
		clock_vouch(&clock, mono_ms, says[i % 6] * 1000, 100, &step_ms);
		clock_answer(&clock, mono_ms, mono_ms + 10, says[i / 6] * 1000, &step_ms);
		assert_true(clock_lower(&clock, mono_ms + 10) >= lower_ms);
		lower_ms = clock_lower(&clock, mono_ms + 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_is_believed_while_somebody_keeps_it),
		cmocka_unit_test(a_chip_is_believed_when_it_kept_power_and_may_be_right),
		cmocka_unit_test(the_system_is_asked_as_configured),
		cmocka_unit_test(each_source_has_a_word),
		cmocka_unit_test(test_thread_13_a_board_that_wakes_in_1970_counts_from_its_floor),
		cmocka_unit_test(a_dead_battery_that_reads_2099_is_overruled),
		cmocka_unit_test(test_thread_21_the_floor_is_monotonic_whatever_the_clocks_say),
	};
	int fd = mkstemp(chip_time);

	if (fd < 0)
		return 1;
	close(fd);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
