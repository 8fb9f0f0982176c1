/* gpio_lines on a real kernel: run in the guest, whose agent exports SIM. */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "firmware/door/gpio_lines.h"
#include "tests/kernel/world.h"

#define EDGES_MAX 300

static struct world world;

static struct gpio_lines *take(enum gpio_use use, unsigned levels, unsigned count, const char *const refs[])
{
	struct gpio_want want = { .consumer = "kernel test", .use = use, .levels = levels, .count = count };
	struct gpio_lines *lines = NULL;
	char message[GPIO_MESSAGE_MAX] = "";
	int r;

	memcpy(want.refs, refs, count * sizeof(*refs));
	r = gpio_lines_open(&lines, &want, message);
	if (r < 0)
		fail_msg("%s: %s", refs[0], message);
	return lines;
}

static int refused(const char *message_has, enum gpio_use use, unsigned count, const char *const refs[])
{
	struct gpio_want want = { .consumer = "kernel test", .use = use, .count = count };
	struct gpio_lines *lines = NULL;
	char message[GPIO_MESSAGE_MAX] = "";
	int r;

	memcpy(want.refs, refs, count * sizeof(*refs));
	r = gpio_lines_open(&lines, &want, message);
	assert_null(lines);
	if (!strstr(message, message_has))
		fail_msg("\"%s\" does not say \"%s\"", message, message_has);
	return r;
}

/* Reads until nothing has come for `quiet_ms`. */
static unsigned gather(struct gpio_lines *lines, struct gpio_edge *edges, int quiet_ms, bool *has_gap)
{
	struct pollfd wait = { .fd = gpio_lines_fd(lines), .events = POLLIN };
	unsigned count = 0;

	*has_gap = false;
	while (poll(&wait, 1, quiet_ms) > 0) {
		bool gap = false;
		int got = gpio_lines_read(lines, edges + count, EDGES_MAX - count, &gap);

		assert_true(got >= 0);
		count += (unsigned)got;
		*has_gap |= gap;
		assert_true(count < EDGES_MAX);
	}
	return count;
}

static void an_output_has_its_level_from_the_first_moment(void **state)
{
	static const char *const refs[] = { "door1-lock", "door1-buzzer" };
	struct gpio_lines *lines = take(GPIO_OUTPUT, 2, 2, refs);

	(void)state;
	assert_false(world_level(world_line("door1-lock")));
	assert_true(world_level(world_line("door1-buzzer")));
	assert_int_equal(gpio_lines_set(lines, 1), 0);
	assert_true(world_level(world_line("door1-lock")));
	assert_false(world_level(world_line("door1-buzzer")));
	gpio_lines_close(lines);
	/* The simulator's chip goes back to its pull, as some real ones do. */
	assert_false(world_level(world_line("door1-lock")));
}

static void a_line_is_found_by_name_and_by_chip(void **state)
{
	static const char *const refs[] = { "door1-contact", "doorboard:6" };
	struct gpio_lines *lines = take(GPIO_INPUT, 0, 2, refs);
	unsigned levels;

	(void)state;
	assert_int_equal(gpio_lines_levels(lines, &levels), 0);
	assert_int_equal(levels, 2); /* the contact rests low, the button high */
	gpio_lines_close(lines);
}

static void what_cannot_be_had_is_refused_in_words(void **state)
{
	static const char *const lock[] = { "door1-lock" }, *const missing[] = { "door9-lock" };
	struct gpio_lines *holder = take(GPIO_OUTPUT, 0, 1, lock);

	(void)state;
	assert_int_equal(refused("kernel test", GPIO_OUTPUT, 1, lock), -EBUSY);
	gpio_lines_close(holder);
	assert_int_equal(refused("door9-lock", GPIO_OUTPUT, 1, missing), -ENOENT);
	holder = take(GPIO_OUTPUT, 0, 1, lock); /* a refusal has taken nothing */
	gpio_lines_close(holder);
}

static void send_pulse(unsigned line)
{
	world_pull(&world, line, false);
	world_wait_us(50);
	world_pull(&world, line, true);
}

/* The longest card there is, at the standard's shortest distance and with a reader that is busy meanwhile. */
static void pulses_of_two_lines_come_in_order_and_none_is_lost(void **state)
{
	static const char *const refs[] = { "door1-d0", "door1-d1" };
	unsigned sent[2] = { world_line("door1-d0"), world_line("door1-d1") };
	struct gpio_lines *lines = take(GPIO_PULSES, 0, 2, refs);
	struct gpio_edge edges[EDGES_MAX];
	struct timespec now;
	bool has_gap;
	unsigned count;

	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		send_pulse(sent[i % 3 == 0]);
		usleep(1000);
	}
	count = gather(lines, edges, 300, &has_gap);
	clock_gettime(CLOCK_BOOTTIME, &now);
	assert_int_equal(count, 64);
	assert_false(has_gap);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(edges[i].line, i % 3 == 0);
		assert_false(edges[i].is_rising);
		assert_true(i == 0 || edges[i].at_ns > edges[i - 1].at_ns);
	}
	/* On the clock that the core's times are of. */
	assert_in_range((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec - edges[63].at_ns, 0,
		60 * UINT64_C(1000000000));
	gpio_lines_close(lines);
}

/* What the queue cannot hold is told: either all came, or a gap did. */
static void a_burst_never_loses_a_pulse_without_a_word(void **state)
{
	static const char *const refs[] = { "door1-d0", "door1-d1" };
	unsigned line = world_line("door1-d0");
	struct gpio_lines *lines = take(GPIO_PULSES, 0, 2, refs);
	struct gpio_edge edges[EDGES_MAX];
	bool has_gap;
	unsigned count;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		world_pull(&world, line, false);
		world_pull(&world, line, true);
	}
	count = gather(lines, edges, 300, &has_gap);
	print_message("burst: %u of 100 pulses%s\n", count, has_gap ? ", and a gap" : "");
	assert_true(count == 100 || has_gap);
	gpio_lines_close(lines);
}

/* 33 changes, where the older interface keeps the first 16: the level is read after them, and is the last
 * one. */
static void after_a_burst_the_level_is_the_lines_own(void **state)
{
	static const char *const refs[] = { "door1-contact" };
	unsigned line = world_line("door1-contact"), levels;
	struct gpio_lines *lines = take(GPIO_LEVELS, 0, 1, refs);
	struct gpio_edge edges[EDGES_MAX];
	bool has_gap;

	(void)state;
	for (unsigned i = 0; i < 33; i++)
		world_pull(&world, line, i % 2 == 0);
	assert_true(gather(lines, edges, 300, &has_gap) > 0);
	assert_int_equal(gpio_lines_levels(lines, &levels), 0);
	assert_int_equal(levels, 1);
	world_pull(&world, line, false);
	assert_true(gather(lines, edges, 300, &has_gap) > 0);
	assert_int_equal(gpio_lines_levels(lines, &levels), 0);
	assert_int_equal(levels, 0);
	gpio_lines_close(lines);
}

static void set_live(const char *value)
{
	FILE *live = fopen("/sys/kernel/config/gpio-sim/board/live", "we");

	assert_non_null(live);
	assert_true(fputs(value, live) >= 0);
	assert_int_equal(fclose(live), 0);
}

/* Last, since the simulator's chip is a new one afterwards. */
static void a_chip_that_has_gone_is_noticed(void **state)
{
	static const char *const out[] = { "door1-lock" }, *const in[] = { "door1-contact" };
	struct gpio_lines *lock = take(GPIO_OUTPUT, 0, 1, out), *contact = take(GPIO_LEVELS, 0, 1, in);
	unsigned levels;

	(void)state;
	world_close(&world);
	set_live("0");
	assert_int_equal(gpio_lines_levels(contact, &levels), -ENODEV);
	assert_int_equal(gpio_lines_set(lock, 1), -ENODEV);
	gpio_lines_close(lock);
	gpio_lines_close(contact);
	set_live("1");
	lock = take(GPIO_OUTPUT, 0, 1, out);
	gpio_lines_close(lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_output_has_its_level_from_the_first_moment),
		cmocka_unit_test(a_line_is_found_by_name_and_by_chip),
		cmocka_unit_test(what_cannot_be_had_is_refused_in_words),
		cmocka_unit_test(pulses_of_two_lines_come_in_order_and_none_is_lost),
		cmocka_unit_test(a_burst_never_loses_a_pulse_without_a_word),
		cmocka_unit_test(after_a_burst_the_level_is_the_lines_own),
		cmocka_unit_test(a_chip_that_has_gone_is_noticed),
	};

	world_open(&world);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
