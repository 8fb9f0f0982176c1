/* keypad_device: keys of an input device, which a FIFO stands for, and of a serial line, a pseudo-terminal.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include <cmocka.h>

#include "firmware/door/keypad_device.h"
#include "firmware/edge/mono.h"

#define TOLD_MAX 64
#define TURNS_MAX 500 /* of 10 ms */

static struct {
	char dir[64], path[96], text[128];
	uv_loop_t loop;
	struct keypad_device *device;
	int fd; /* the keypad's side */
	char keys[TOLD_MAX];
	uint64_t at_ms[TOLD_MAX];
	unsigned key_count, gone_count, spoilt_count;
	bool is_gone;
	int grab_error;
	unsigned grabs;
} bench;

/* A FIFO is no input device: what only one of those answers is answered here. */
int __real_ioctl(int fd, unsigned long request, void *value);
int __wrap_ioctl(int fd, unsigned long request, void *value);
int __wrap_ioctl(int fd, unsigned long request, void *value)
{
	if (request == EVIOCGRAB && bench.grab_error != 0) {
		errno = bench.grab_error;
		return -1;
	}
	bench.grabs += request == EVIOCGRAB;
	if (request == EVIOCGRAB || request == EVIOCSCLOCKID)
		return 0;
	return __real_ioctl(fd, request, value);
}

static void on_key(void *ctx, char key, uint64_t at_mono_ms)
{
	(void)ctx;
	assert_true(bench.key_count < TOLD_MAX);
	bench.keys[bench.key_count] = key;
	bench.at_ms[bench.key_count++] = at_mono_ms;
}

static void on_gone(void *ctx, bool is_gone)
{
	(void)ctx;
	bench.is_gone = is_gone;
	bench.gone_count++;
}

static void on_spoilt(void *ctx)
{
	(void)ctx;
	bench.spoilt_count++;
}

static const struct keypad_device_events events = { on_key, on_gone, on_spoilt, NULL };

static int set_up(void **state)
{
	(void)state;
	memset(&bench, 0, sizeof(bench));
	(void)snprintf(bench.dir, sizeof(bench.dir), "/tmp/rumah-keypad-XXXXXX");
	assert_non_null(mkdtemp(bench.dir));
	(void)snprintf(bench.path, sizeof(bench.path), "%s/keypad", bench.dir);
	(void)snprintf(bench.text, sizeof(bench.text), "usb %s", bench.path);
	bench.fd = -1;
	return uv_loop_init(&bench.loop);
}

static int tear_down(void **state)
{
	(void)state;
	keypad_device_close(bench.device);
	uv_run(&bench.loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&bench.loop), 0);
	if (bench.fd >= 0)
		close(bench.fd);
	unlink(bench.path);
	rmdir(bench.dir);
	return 0;
}

static void turn(unsigned turns)
{
	while (turns-- > 0) {
		uv_run(&bench.loop, UV_RUN_NOWAIT);
		poll(NULL, 0, 10);
	}
}

static void wait_for_keys(unsigned count)
{
	for (unsigned i = 0; i < TURNS_MAX && bench.key_count < count; i++)
		turn(1);
	assert_int_equal(bench.key_count, count);
}

static void wait_until_gone(void)
{
	for (unsigned i = 0; i < TURNS_MAX && !bench.is_gone; i++)
		turn(1);
	assert_true(bench.is_gone);
}

static void plug_in_usb(void)
{
	assert_int_equal(mkfifo(bench.path, 0600), 0);
	bench.fd = open(bench.path, O_RDWR | O_CLOEXEC);
	assert_true(bench.fd >= 0);
}

static void open_device(void)
{
	assert_int_equal(keypad_device_open(&bench.device, &bench.loop, bench.text, &events), 0);
	keypad_device_look(bench.device);
}

static void say(unsigned type, unsigned code, int value)
{
	struct input_event event = { .type = (uint16_t)type, .code = (uint16_t)code, .value = value };

	event.input_event_sec = 12;
	event.input_event_usec = 345678;
	assert_int_equal(write(bench.fd, &event, sizeof(event)), sizeof(event));
}

static void press(unsigned code)
{
	say(EV_KEY, code, 1);
	say(EV_SYN, SYN_REPORT, 0);
	say(EV_KEY, code, 2); /* held: the kernel repeats it */
	say(EV_KEY, code, 0);
	say(EV_SYN, SYN_REPORT, 0);
}

static void keys_of_a_usb_keypad_come_once_each(void **state)
{
	static const unsigned codes[] = { KEY_0, KEY_1, KEY_9, KEY_KP0, KEY_KP5, KEY_KP9, KEY_NUMERIC_7,
		KEY_NUMERIC_STAR, KEY_NUMERIC_POUND, KEY_KPASTERISK, KEY_BACKSPACE, KEY_ESC, KEY_ENTER,
		KEY_KPENTER };

	(void)state;
	plug_in_usb();
	open_device();
	assert_int_equal(bench.grabs, 1);
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		press(codes[i]);
	wait_for_keys(sizeof(codes) / sizeof(codes[0]));
	turn(3);
	assert_int_equal(bench.key_count, 14);
	assert_memory_equal(bench.keys, "0190597*#***##", 14);
	assert_int_equal(bench.at_ms[0], 12345);
	assert_int_equal(bench.gone_count, 0);
}

static void shift_makes_the_signs_of_a_keyboard(void **state)
{
	(void)state;
	plug_in_usb();
	open_device();
	say(EV_KEY, KEY_LEFTSHIFT, 1);
	press(KEY_3);
	press(KEY_8);
	press(KEY_1); /* '!' */
	say(EV_KEY, KEY_LEFTSHIFT, 0);
	press(KEY_3);
	wait_for_keys(3);
	assert_memory_equal(bench.keys, "#*3", 3);
	assert_int_equal(keypad_device_ignored(bench.device), 1);
}

static void letters_are_ignored_and_counted(void **state)
{
	(void)state;
	plug_in_usb();
	open_device();
	press(KEY_A);
	press(KEY_D);
	press(KEY_NUMERIC_A);
	press(KEY_POWER);
	say(EV_MSC, MSC_SCAN, 4);
	press(KEY_2);
	wait_for_keys(1);
	assert_int_equal(bench.keys[0], '2');
	assert_int_equal(keypad_device_ignored(bench.device), 4);
}

static void lost_events_spoil_what_is_typed(void **state)
{
	(void)state;
	plug_in_usb();
	open_device();
	press(KEY_1);
	say(EV_SYN, SYN_DROPPED, 0);
	say(EV_KEY, KEY_2, 1); /* belongs to what was lost */
	say(EV_SYN, SYN_REPORT, 0);
	press(KEY_3);
	wait_for_keys(2);
	assert_memory_equal(bench.keys, "13", 2);
	assert_int_equal(bench.spoilt_count, 1);
}

static void test_thread_18_an_unplugged_keypad_is_told_and_found_again(void **state)
{
	(void)state;
	open_device(); /* not there yet */
	assert_true(bench.is_gone);
	assert_int_equal(bench.gone_count, 1);
	keypad_device_look(bench.device);
	assert_int_equal(bench.gone_count, 1);

	plug_in_usb();
	keypad_device_look(bench.device);
	assert_false(bench.is_gone);
	press(KEY_4);
	wait_for_keys(1);

	close(bench.fd);
	bench.fd = -1;
	unlink(bench.path);
	wait_until_gone();
	plug_in_usb();
	keypad_device_look(bench.device);
	assert_false(bench.is_gone);
	press(KEY_5);
	wait_for_keys(2);
	assert_int_equal(bench.gone_count, 4);
}

static void a_keypad_that_somebody_else_reads_is_not_ours(void **state)
{
	(void)state;
	plug_in_usb();
	bench.grab_error = EBUSY;
	open_device();
	assert_true(bench.is_gone);
	bench.grab_error = 0;
	keypad_device_look(bench.device);
	assert_false(bench.is_gone);
}

static void half_an_event_is_no_keypad(void **state)
{
	(void)state;
	plug_in_usb();
	open_device();
	assert_int_equal(write(bench.fd, "half", 4), 4);
	wait_until_gone();
}

static void plug_in_serial(void)
{
	bench.fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(bench.fd >= 0);
	assert_int_equal(grantpt(bench.fd), 0);
	assert_int_equal(unlockpt(bench.fd), 0);
	(void)snprintf(bench.text, sizeof(bench.text), "serial %s 2400", ptsname(bench.fd));
}

static void bytes_of_a_serial_keypad_are_keys(void **state)
{
	uint64_t before_ms = mono_now_ms();

	(void)state;
	plug_in_serial();
	assert_int_equal(write(bench.fd, "99", 2), 2); /* before anybody listens */
	open_device();
	assert_int_equal(write(bench.fd, "0A1*#\r\n\x03", 8), 8);
	wait_for_keys(4);
	assert_memory_equal(bench.keys, "01*#", 4);
	assert_true(bench.at_ms[0] >= before_ms);
	turn(3);
	assert_int_equal(keypad_device_ignored(bench.device), 4);
	close(bench.fd);
	bench.fd = -1;
	wait_until_gone();
}

static void a_file_is_no_serial_line(void **state)
{
	(void)state;
	(void)snprintf(bench.text, sizeof(bench.text), "serial /dev/null");
	open_device();
	assert_true(bench.is_gone);
}

static void a_name_that_no_device_has_is_not_found(void **state)
{
	(void)state;
	(void)snprintf(bench.text, sizeof(bench.text), "usb A keypad nobody makes");
	open_device();
	assert_true(bench.is_gone);
}

static void what_may_be_configured(void **state)
{
	static const struct {
		const char *text;
		bool is_ok;
	} rows[] = {
		{ "usb /dev/input/by-id/usb-Acme_Keypad-event-kbd", true },
		{ "usb Acme USB Keypad", true },
		{ "serial /dev/ttyUSB0", true },
		{ "serial /dev/ttyUSB0 115200", true },
		{ "serial /dev/ttyUSB0 300", false },
		{ "serial /dev/ttyUSB0 9600 8n1", false },
		{ "serial ttyUSB0", false },
		{ "usb ", false },
		{ "usb", false },
		{ "", false },
		{ "bluetooth /dev/input/event0", false },
	};
	char longest[KEYPAD_DEVICE_TEXT_MAX + 1] = "usb /";

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (keypad_device_ok(rows[i].text) != rows[i].is_ok)
			fail_msg("%s", rows[i].text);
	}
	memset(longest + 5, 'x', sizeof(longest) - 6);
	assert_false(keypad_device_ok(longest));
	longest[KEYPAD_DEVICE_TEXT_MAX - 1] = '\0';
	assert_true(keypad_device_ok(longest));
	keypad_device_look(NULL);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		STORY(keys_of_a_usb_keypad_come_once_each),
		STORY(shift_makes_the_signs_of_a_keyboard),
		STORY(letters_are_ignored_and_counted),
		STORY(lost_events_spoil_what_is_typed),
		STORY(test_thread_18_an_unplugged_keypad_is_told_and_found_again),
		STORY(a_keypad_that_somebody_else_reads_is_not_ours),
		STORY(half_an_event_is_no_keypad),
		STORY(bytes_of_a_serial_keypad_are_keys),
		STORY(a_file_is_no_serial_line),
		STORY(a_name_that_no_device_has_is_not_found),
		cmocka_unit_test(what_may_be_configured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
