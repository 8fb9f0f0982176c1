#include "firmware/door/keypad_device.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "firmware/door/watch.h"
#include "firmware/edge/log.h"
#include "firmware/edge/mono.h"

#define BATCH 64
#define EVENT_DEVICES_MAX 64 /* looked through for a name */
#define BAUD "9600"

struct keypad_device {
	struct uv_loop_s *loop;
	struct keypad_device_events events;
	bool is_serial, is_gone, is_shifted;
	bool is_dropping; /* events were lost: until the report that follows */
	const char *where;
	size_t where_len; /* of a serial path, which may be followed by its speed */
	int fd;           /* -1: not there */
	struct watch *watch;
	uint64_t ignored;
};

/* --- what is configured --- */

static const struct {
	const char *word;
	speed_t speed;
} speeds[] = { { "1200", B1200 }, { "2400", B2400 }, { "4800", B4800 }, { BAUD, B9600 }, { "19200", B19200 },
	{ "38400", B38400 }, { "57600", B57600 }, { "115200", B115200 } };
#define SPEED_COUNT (sizeof(speeds) / sizeof(speeds[0]))

static const char *after(const char *text, const char *word)
{
	size_t len = strlen(word);

	return strncmp(text, word, len) == 0 ? text + len : NULL;
}

/* The speed of "/dev/ttyS1 9600"; SPEED_COUNT: none of ours. */
static size_t find_speed(const char *path)
{
	const char *space = strchr(path, ' ');
	size_t i = 0;

	while (i < SPEED_COUNT && strcmp(speeds[i].word, space ? space + 1 : BAUD) != 0)
		i++;
	return i;
}

bool keypad_device_ok(const char *text)
{
	const char *where = after(text, "serial ");

	if (strlen(text) >= KEYPAD_DEVICE_TEXT_MAX)
		return false;
	if (where)
		return where[0] == '/' && find_speed(where) < SPEED_COUNT;
	where = after(text, "usb ");
	return where && where[0] > ' ';
}

/* --- what a key is --- */

/* clang-format off */
static const struct { /* as the kernel names them in <linux/input-event-codes.h> */
	uint16_t code;
	char key, shifted;
} keys[] = {
	{ KEY_0, '0', 0 }, { KEY_1, '1', 0 }, { KEY_2, '2', 0 }, { KEY_3, '3', '#' }, { KEY_4, '4', 0 },
	{ KEY_5, '5', 0 }, { KEY_6, '6', 0 }, { KEY_7, '7', 0 }, { KEY_8, '8', '*' }, { KEY_9, '9', 0 },
	{ KEY_KP0, '0', '0' }, { KEY_KP1, '1', '1' }, { KEY_KP2, '2', '2' }, { KEY_KP3, '3', '3' },
	{ KEY_KP4, '4', '4' }, { KEY_KP5, '5', '5' }, { KEY_KP6, '6', '6' }, { KEY_KP7, '7', '7' },
	{ KEY_KP8, '8', '8' }, { KEY_KP9, '9', '9' },
	{ KEY_NUMERIC_0, '0', '0' }, { KEY_NUMERIC_1, '1', '1' }, { KEY_NUMERIC_2, '2', '2' },
	{ KEY_NUMERIC_3, '3', '3' }, { KEY_NUMERIC_4, '4', '4' }, { KEY_NUMERIC_5, '5', '5' },
	{ KEY_NUMERIC_6, '6', '6' }, { KEY_NUMERIC_7, '7', '7' }, { KEY_NUMERIC_8, '8', '8' },
	{ KEY_NUMERIC_9, '9', '9' }, { KEY_NUMERIC_STAR, '*', '*' }, { KEY_NUMERIC_POUND, '#', '#' },
	{ KEY_KPASTERISK, '*', '*' }, { KEY_BACKSPACE, '*', '*' }, { KEY_ESC, '*', '*' },
	{ KEY_ENTER, '#', '#' }, { KEY_KPENTER, '#', '#' },
};
/* clang-format on */

static char find_key(unsigned code, bool is_shifted)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i].code == code)
			return is_shifted ? keys[i].shifted : keys[i].key;
	}
	return 0;
}

static void take_code(struct keypad_device *device, const struct input_event *event)
{
	uint64_t at_ms = (uint64_t)event->input_event_sec * 1000 + (uint64_t)event->input_event_usec / 1000;
	bool is_down = event->value == 1; /* 2 is auto-repeat */
	char key;

	if (event->code == KEY_LEFTSHIFT || event->code == KEY_RIGHTSHIFT) {
		device->is_shifted = event->value != 0;
		return;
	}
	if (!is_down)
		return;
	key = find_key(event->code, device->is_shifted);
	if (key)
		device->events.on_key(device->events.ctx, key, at_ms);
	else
		device->ignored++;
}

static void take_event(struct keypad_device *device, const struct input_event *event)
{
	if (event->type == EV_SYN && event->code == SYN_DROPPED) {
		device->is_dropping = true;
		device->is_shifted = false;
		device->events.on_spoilt(device->events.ctx);
	} else if (event->type == EV_SYN) {
		device->is_dropping = false;
	} else if (event->type == EV_KEY && !device->is_dropping) {
		take_code(device, event);
	}
}

static void take_byte(struct keypad_device *device, char byte)
{
	if ((byte >= '0' && byte <= '9') || byte == '*' || byte == '#')
		device->events.on_key(device->events.ctx, byte, mono_now_ms());
	else
		device->ignored++;
}

/* --- the descriptor --- */

static void tell_gone(struct keypad_device *device, bool is_gone)
{
	if (device->is_gone == is_gone)
		return;
	device->is_gone = is_gone;
	device->events.on_gone(device->events.ctx, is_gone);
}

static void let_go(struct keypad_device *device)
{
	watch_close(device->watch);
	device->watch = NULL;
	if (device->fd >= 0)
		close(device->fd);
	device->fd = -1;
	device->is_shifted = device->is_dropping = false;
}

static void lose(struct keypad_device *device, int error)
{
	log_line(LOG_ALARM, "keypad: it has gone: device=%.*s error=%s", (int)device->where_len,
		device->where, strerror(-error));
	let_go(device);
	tell_gone(device, true);
}

/* What can be read now, once: the loop comes again when there is more. 0, or -errno: gone. */
static int read_some(struct keypad_device *device)
{
	union {
		struct input_event events[BATCH];
		char bytes[BATCH];
	} got;
	size_t unit = device->is_serial ? 1 : sizeof(got.events[0]);
	ssize_t len = read(device->fd, &got, BATCH * unit);

	if (len < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (len == 0 || (size_t)len % unit != 0)
		return -EIO; /* hung up; the kernel gives whole events */
	for (size_t i = 0; i < (size_t)len / unit; i++) {
		if (device->is_serial)
			take_byte(device, got.bytes[i]);
		else
			take_event(device, &got.events[i]);
	}
	sodium_memzero(&got, sizeof(got)); /* digits of a code */
	return 0;
}

static void on_ready(void *ctx, int error)
{
	struct keypad_device *device = ctx;
	int r = error < 0 ? error : read_some(device);

	if (r < 0)
		lose(device, r);
}

static int open_path(const char *path, int flags)
{
	int fd = open(path, flags | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

static int open_named(const char *name)
{
	char path[32], its[KEYPAD_DEVICE_TEXT_MAX];

	for (unsigned i = 0; i < EVENT_DEVICES_MAX; i++) {
		int fd;

		(void)snprintf(path, sizeof(path), "/dev/input/event%u", i);
		fd = open_path(path, O_RDONLY);
		if (fd < 0)
			continue;
		memset(its, 0, sizeof(its));
		if (ioctl(fd, EVIOCGNAME(sizeof(its) - 1), its) >= 0 && strcmp(its, name) == 0)
			return fd;
		close(fd);
	}
	return -ENOENT;
}

static int set_up_usb(int fd)
{
	int clock = CLOCK_BOOTTIME; /* as mono_now_ms() */

	if (ioctl(fd, EVIOCGRAB, 1) < 0 || ioctl(fd, EVIOCSCLOCKID, &clock) < 0)
		return -errno;
	return 0;
}

static int set_up_serial(int fd, const char *path)
{
	speed_t speed = speeds[find_speed(path)].speed;
	struct termios settings;

	if (tcgetattr(fd, &settings) < 0)
		return -errno;
	cfmakeraw(&settings);
	settings.c_cflag |= CLOCAL | CREAD;
	cfsetspeed(&settings, speed);
	/* What was typed while nobody listened is nobody's code. */
	if (tcsetattr(fd, TCSANOW, &settings) < 0 || tcflush(fd, TCIFLUSH) < 0 || ioctl(fd, TIOCEXCL) < 0)
		return -errno;
	return 0;
}

static int open_serial(struct keypad_device *device)
{
	char path[KEYPAD_DEVICE_TEXT_MAX];

	memcpy(path, device->where, device->where_len);
	path[device->where_len] = '\0';
	return open_path(path, O_RDWR);
}

static int take(struct keypad_device *device)
{
	int r;

	if (device->is_serial)
		r = open_serial(device);
	else if (device->where[0] == '/')
		r = open_path(device->where, O_RDONLY);
	else
		r = open_named(device->where);
	if (r < 0)
		return r;
	device->fd = r;
	r = device->is_serial ? set_up_serial(device->fd, device->where) : set_up_usb(device->fd);
	if (r == 0)
		r = watch_open_fd(&device->watch, device->loop, device->fd, on_ready, device);
	if (r < 0)
		let_go(device);
	return r;
}

int keypad_device_open(struct keypad_device **out, struct uv_loop_s *loop, const char *text,
	const struct keypad_device_events *events)
{
	struct keypad_device *device = calloc(1, sizeof(*device));
	int r;

	assert(keypad_device_ok(text));

	if (!device)
		return -ENOMEM;
	device->loop = loop;
	device->events = *events;
	device->fd = -1;
	device->is_serial = after(text, "serial ") != NULL;
	device->where = after(text, device->is_serial ? "serial " : "usb ");
	device->where_len = device->is_serial ? strcspn(device->where, " ") : strlen(device->where);
	r = take(device);
	if (r < 0)
		log_line(LOG_ALARM, "keypad: cannot be had: device=%.*s error=%s", (int)device->where_len,
			device->where, strerror(-r));
	*out = device;
	return 0;
}

void keypad_device_look(struct keypad_device *device)
{
	if (!device)
		return;
	if (device->fd < 0 && take(device) == 0)
		log_line(LOG_WARNING, "keypad: it is back: device=%.*s", (int)device->where_len,
			device->where);
	tell_gone(device, device->fd < 0);
}

uint64_t keypad_device_ignored(const struct keypad_device *device)
{
	return device->ignored;
}

void keypad_device_close(struct keypad_device *device)
{
	if (!device)
		return;
	let_go(device);
	free(device);
}
