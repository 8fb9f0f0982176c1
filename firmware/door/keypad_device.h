/* keypad_device - a keypad that is a device of the kernel's: over USB an input device (evdev), or a serial
 * line that sends '0'..'9', '*' and '#' as they are pressed. One thread: the loop's.
 *
 * A USB keypad is grabbed, so that what is typed at the door reaches no console. On numeric pads Enter is '#'
 * and Backspace or Escape is '*'. All other keys, the letters A to D among them, are no keys of a code:
 * ignored and counted. Auto-repeat is ignored. A serial keypad that keeps its digits and sends them in one
 * burst looks like a machine to the core and is refused there.
 *
 * Unplugged, it is a fault of the reader until it is back: it is looked for whenever keypad_device_look() is
 * called. */
#ifndef RUMAH_DOOR_KEYPAD_DEVICE_H
#define RUMAH_DOOR_KEYPAD_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#define KEYPAD_DEVICE_TEXT_MAX 160

struct uv_loop_s;
struct keypad_device; /* opaque: keypad_device_open() makes it, keypad_device_close() frees it */

struct keypad_device_events {
	void (*on_key)(void *ctx, char key, uint64_t at_mono_ms); /* CLOCK_BOOTTIME */
	void (*on_gone)(void *ctx, bool is_gone);                 /* at each change; not gone at first */
	void (*on_spoilt)(void *ctx); /* keys were lost: what is being typed is not what was pressed */
	void *ctx;
};

/* "usb /dev/input/by-id/…", "usb NAME OF THE DEVICE", "serial /dev/ttyUSB0 [1200..115200]"; 9600 baud unless
 * it is said otherwise, eight bits, no parity. */
bool keypad_device_ok(const char *text);

/* A device that is not there is no reason to fail: keypad_device_look() tells. `text` is borrowed until it is
 * closed and must be ok (asserted). 0 or -errno. */
int keypad_device_open(struct keypad_device **out, struct uv_loop_s *loop, const char *text,
	const struct keypad_device_events *events);
void keypad_device_look(struct keypad_device *device); /* every second or so; takes NULL */
uint64_t keypad_device_ignored(const struct keypad_device *device);
void keypad_device_close(struct keypad_device *device); /* takes NULL */

#endif
