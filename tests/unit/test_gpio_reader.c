/* port_gpio: a reader's edges and a keypad's keys, as they come out of the kernel's queue. What frames mean
 * is test_wiegand.c's and test_keypad_matrix.c's. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/gpio_rig.h"

#define MS UINT64_C(1000000)

static struct gpio_rig rig;
static FILE *said; /* standard error, while a test looks at it */
static int real_stderr;

static int set_up(void **state)
{
	(void)state;
	fake_gpio_reset();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	gpio_rig_tear_down(&rig);
	fake_gpio_reset(); /* nothing is still taken */
	return 0;
}

static void open_reader(const char *keys, const char *cards)
{
	struct pins_text text = { .lock = "lock high", .d0 = "d0", .d1 = "d1 up" };

	snprintf(text.keys, sizeof(text.keys), "%s", keys);
	snprintf(text.cards, sizeof(text.cards), "%s", cards);
	assert_int_equal(gpio_rig_open(&rig, &text, LOCK_STRIKE), 0);
}

/* Both lines were high and silent for a frame gap: it listens. */
static void get_ready(void)
{
	gpio_rig_turn(&rig, 2 * WIEGAND_FRAME_GAP_MS + 10);
}

static bool has_key(struct gpio_rig *the_rig)
{
	return the_rig->key_count > 0;
}

static bool has_card(struct gpio_rig *the_rig)
{
	return the_rig->cards > 0;
}

static bool is_noisy(struct gpio_rig *the_rig)
{
	return the_rig->reader_faults[READER_FAULT_NOISE];
}

static bool is_malformed(struct gpio_rig *the_rig)
{
	return the_rig->reader_faults[READER_FAULT_FORM];
}

static bool is_low(struct gpio_rig *the_rig)
{
	return the_rig->reader_faults[READER_FAULT_LINES_LOW];
}

static bool is_not_low(struct gpio_rig *the_rig)
{
	return !the_rig->reader_faults[READER_FAULT_LINES_LOW];
}

static uint64_t even_parity(uint64_t bits)
{
	return (uint64_t)__builtin_parityll(bits);
}

/* P, 8 facility, 16 number, P. */
static uint64_t make_26(unsigned facility, unsigned number)
{
	uint64_t value = (uint64_t)facility << 16 | number;

	return even_parity(value >> 12) << 25 | value << 1 | !even_parity(value & 0xfff);
}

static void a_key_is_told_with_the_moment_of_its_edge(void **state)
{
	uint64_t now, last;

	(void)state;
	open_reader("4bit", "");
	get_ready();
	now = gpio_rig_now_ns();
	last = gpio_rig_send(7, 4, now);
	assert_true(gpio_rig_wait(&rig, has_key));
	assert_string_equal(rig.keys, "7");
	assert_int_equal(rig.key_mono_ms[0], last / MS);
	gpio_rig_close(&rig);
}

static void a_card_is_told_whole(void **state)
{
	const uint64_t frame = make_26(77, 12345);

	(void)state;
	open_reader("8bit", "26");
	get_ready();
	gpio_rig_send(frame, 26, gpio_rig_now_ns());
	assert_true(gpio_rig_wait(&rig, has_card));
	assert_int_equal(rig.card_bits, 26);
	assert_int_equal(
		(uint64_t)rig.card[0] << 24 | rig.card[1] << 16 | rig.card[2] << 8 | rig.card[3], frame << 6);
	gpio_rig_close(&rig);
}

static void a_frame_nobody_declared_is_a_fault(void **state)
{
	(void)state;
	open_reader("8bit", "26");
	get_ready();
	gpio_rig_send(5, 9, gpio_rig_now_ns());
	assert_true(gpio_rig_wait(&rig, is_malformed));
	assert_int_equal(rig.key_count + rig.cards, 0);
	gpio_rig_close(&rig);
}

static void a_reader_that_is_unplugged_and_comes_back(void **state)
{
	(void)state;
	open_reader("4bit", "");
	get_ready();
	fake_gpio_drive("d0", false);
	fake_gpio_drive("d1", false);
	assert_true(gpio_rig_wait(&rig, is_low));
	fake_gpio_drive("d0", true);
	fake_gpio_drive("d1", true);
	assert_true(gpio_rig_wait(&rig, is_not_low));
	get_ready();
	gpio_rig_send(3, 4, gpio_rig_now_ns());
	assert_true(gpio_rig_wait(&rig, has_key));
	gpio_rig_close(&rig);
}

static void a_reader_whose_lines_are_missing_is_a_fault(void **state)
{
	(void)state;
	fake_gpio_refuse("d1", -EBUSY);
	open_reader("4bit", "");
	assert_int_equal(rig.reader_tells[READER_FAULT_LINES_LOW], 0); /* the core has not begun */
	assert_true(gpio_rig_wait(&rig, is_low));
	fake_gpio_refuse("d1", 0);
	assert_true(gpio_rig_wait(&rig, is_not_low));
	get_ready();
	gpio_rig_send(3, 4, gpio_rig_now_ns());
	assert_true(gpio_rig_wait(&rig, has_key));
	fake_gpio_live(false);
	assert_true(gpio_rig_wait(&rig, is_low));
	gpio_rig_close(&rig);
}

static void open_keypad(void)
{
	const struct pins_text text = { .lock = "lock high", .rows = "r0 r1 r2 r3", .columns = "c0 c1 c2" };

	assert_int_equal(gpio_rig_open(&rig, &text, LOCK_STRIKE), 0);
}

static void press(const char *row, const char *column, unsigned keys)
{
	fake_gpio_join(row, column, true);
	for (int i = 0; i < 2000 && rig.key_count < keys; i++)
		gpio_rig_turn(&rig, 5);
	assert_int_equal(rig.key_count, keys);
	fake_gpio_join(row, column, false);
	gpio_rig_turn(&rig, 100);
}

static void a_bare_keypad_is_scanned(void **state)
{
	static const char *const rows[] = { "r0", "r1", "r2", "r3" }, *const columns[] = { "c0", "c1", "c2" };

	(void)state;
	open_keypad();
	gpio_rig_turn(&rig, 50);
	for (unsigned row = 0; row < 4; row++) {
		for (unsigned column = 0; column < 3; column++)
			press(rows[row], columns[column], row * 3 + column + 1);
	}
	assert_string_equal(rig.keys, "123456789*0#");
	gpio_rig_close(&rig);
}

static void two_keys_at_once_are_none(void **state)
{
	(void)state;
	open_keypad();
	gpio_rig_turn(&rig, 50);
	fake_gpio_join("r0", "c0", true);
	fake_gpio_join("r1", "c1", true);
	assert_true(gpio_rig_wait(&rig, is_malformed));
	assert_int_equal(rig.key_count, 0);
	gpio_rig_close(&rig);
}

static void a_keypad_whose_chip_goes_is_a_fault(void **state)
{
	(void)state;
	open_keypad();
	fake_gpio_live(false);
	assert_true(gpio_rig_wait(&rig, is_low));
	fake_gpio_live(true);
	assert_true(gpio_rig_wait(&rig, is_not_low));
	gpio_rig_turn(&rig, 50);
	press("r1", "c1", 1);
	assert_string_equal(rig.keys, "5");
	gpio_rig_close(&rig);
}

static void begin_listening(void)
{
	said = tmpfile();
	assert_non_null(said);
	fflush(stderr);
	real_stderr = dup(STDERR_FILENO);
	dup2(fileno(said), STDERR_FILENO);
}

static const char *end_listening(void)
{
	static char text[65536];
	size_t len;

	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	rewind(said);
	len = fread(text, 1, sizeof(text) - 1, said);
	text[len] = 0;
	fclose(said);
	return text;
}

/* Leosac takes 12 to 15 for '1', does not look at the complement, and writes the code to its log. Frames are
 * queued 100 ms apart in the past: the whole keyboard at once, as after a loop that was stuck. */
static void test_defect_05_sixteen_and_256_frames_and_no_digit_in_the_log(void **state)
{
	const char *log;
	uint64_t at;

	(void)state;
	open_reader("4bit", "");
	get_ready();
	begin_listening();
	at = gpio_rig_now_ns();
	for (unsigned frame = 0; frame < 16; frame++, at += 100 * MS)
		gpio_rig_send(frame, 4, at);
	for (int i = 0; i < 1000 && rig.key_count < 12; i++)
		gpio_rig_turn(&rig, 5);
	assert_string_equal(rig.keys, "0123456789*#");
	gpio_rig_close(&rig);
	open_reader("8bit", "");
	get_ready();
	at = gpio_rig_now_ns();
	for (unsigned frame = 0; frame < 256; frame++, at += 100 * MS)
		gpio_rig_send(frame, 8, at);
	for (int i = 0; i < 1000 && rig.key_count < 12; i++)
		gpio_rig_turn(&rig, 5);
	/* 0x4b, 0x5a, 0x69 (9), 0x78 … 0xf0 (0) */
	assert_string_equal(rig.keys, "#*9876543210");
	gpio_rig_close(&rig);
	log = end_listening();
	assert_null(strstr(log, "0123"));
	assert_null(strstr(log, "9876"));
}

/* go-gpiocdev on a Raspberry Pi: the kernel keeps 16 edges, a card has more. */
static void test_thread_05_a_whole_card_waits_for_a_busy_loop_and_a_gap_drops_it(void **state)
{
	const uint64_t frame = make_26(200, 65000);

	(void)state;
	open_reader("none", "26");
	get_ready();
	for (int i = 0; i < 4; i++) /* 104 edges, none of them read meanwhile */
		gpio_rig_send(frame, 26, gpio_rig_now_ns() + (uint64_t)i * 100 * MS);
	for (int i = 0; i < 1000 && rig.cards < 4; i++)
		gpio_rig_turn(&rig, 5);
	assert_int_equal(rig.cards, 4);
	gpio_rig_turn(&rig, 300);
	gpio_rig_send(frame, 26, gpio_rig_now_ns());
	fake_gpio_gap("d0"); /* the numbers of the events have a gap: whatever it looks like, it is dropped */
	assert_true(gpio_rig_wait(&rig, is_noisy));
	gpio_rig_turn(&rig, 100);
	assert_int_equal(rig.cards, 4);
	gpio_rig_close(&rig);
}

/* onoff: the first read after a start is always wrong. */
static void test_thread_07_nothing_is_read_before_both_lines_were_high_and_silent(void **state)
{
	(void)state;
	fake_gpio_drive("d0", false); /* in the middle of something, or not plugged in */
	open_reader("4bit", "");
	gpio_rig_send(7, 4, gpio_rig_now_ns());
	get_ready();
	assert_int_equal(rig.key_count, 0);
	fake_gpio_drive("d0", true);
	for (int i = 0; i < 5; i++)
		get_ready();
	gpio_rig_send(7, 4, gpio_rig_now_ns());
	assert_true(gpio_rig_wait(&rig, has_key));
	assert_string_equal(rig.keys, "7");
	gpio_rig_close(&rig);
}

static bool is_unplugged(struct gpio_rig *the_rig)
{
	return the_rig->reader_faults[READER_FAULT_LINES_LOW];
}

static void a_keypad_that_is_a_device_is_heard_until_it_is_unplugged(void **state)
{
	const struct pins_text text = { .lock = "lock high" };
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	char keypad[64];

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(grantpt(fd), 0);
	assert_int_equal(unlockpt(fd), 0);
	snprintf(keypad, sizeof(keypad), "serial %s", ptsname(fd));
	assert_int_equal(gpio_rig_open_with(&rig, &text, LOCK_STRIKE, keypad), 0);
	assert_int_equal(write(fd, "5", 1), 1);
	assert_true(gpio_rig_wait(&rig, has_key));
	assert_string_equal(rig.keys, "5");
	assert_false(is_unplugged(&rig));
	close(fd);
	assert_true(gpio_rig_wait(&rig, is_unplugged));
	gpio_rig_close(&rig);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_key_is_told_with_the_moment_of_its_edge),
		TEST(a_card_is_told_whole),
		TEST(a_frame_nobody_declared_is_a_fault),
		TEST(a_reader_that_is_unplugged_and_comes_back),
		TEST(a_reader_whose_lines_are_missing_is_a_fault),
		TEST(a_bare_keypad_is_scanned),
		TEST(two_keys_at_once_are_none),
		TEST(a_keypad_whose_chip_goes_is_a_fault),
		TEST(a_keypad_that_is_a_device_is_heard_until_it_is_unplugged),
		TEST(test_defect_05_sixteen_and_256_frames_and_no_digit_in_the_log),
		TEST(test_thread_05_a_whole_card_waits_for_a_busy_loop_and_a_gap_drops_it),
		TEST(test_thread_07_nothing_is_read_before_both_lines_were_high_and_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
