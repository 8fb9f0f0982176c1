/* port - the pins of one door: lock, buzzer, lamp, keypad, reader and lines. Made by the simulated back end
 * (port_sim.c) or, on a board, by a GPIO chip. One thread: the loop's; callbacks return at once.
 *
 * A port knows polarity, debouncing, pins and the lock's rest level; "on" is "released", whatever that means
 * for the coil. A port holds its strike to the deadline it was given even when the loop is stuck: it has a
 * timer of its own. Closing a port, or the process ending in any way, leaves the strike at rest. */
#ifndef RUMAH_DOOR_PORT_H
#define RUMAH_DOOR_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/board.h"
#include "firmware/door/gpio_lines.h"

struct uv_loop_s;
struct pins;

struct port_events { /* what the port tells; all on the loop's thread */
	/* '0'..'9', '*', '#', and when its last edge was seen (CLOCK_BOOTTIME) */
	void (*on_key)(void *ctx, char key, uint64_t at_mono_ms);
	/* a card's frame, parity checked: board.h says how its bits lie in the bytes */
	void (*on_card)(void *ctx, unsigned bits, const uint8_t bytes[BOARD_CARD_BYTES]);
	/* begins, or is over: the port says so, also of faults that come one by one */
	void (*on_reader)(void *ctx, enum board_reader_fault fault, bool is_active);
	void (*on_line)(void *ctx, enum board_line line, bool is_active); /* debounced; after the start */
	void (*on_line_fault)(void *ctx, enum board_line line, enum board_line_fault fault, bool is_active);
	void *ctx;
};

struct port {
	/* Released until until_mono_ms (CLOCK_BOOTTIME) at the latest, or at rest now. Told again what
	 * stands, it drives its pins anew: a lock did not follow. 0 or -errno. */
	int (*strike)(struct port *port, bool on, uint64_t until_mono_ms);
	void (*tone)(struct port *port, enum board_tone tone);
	void (*lamp)(struct port *port, enum board_lamp lamp);
	bool (*is_active)(struct port *port, enum board_line line); /* false where it is not wired */
	unsigned (*wired)(struct port *port);                       /* LINE_BIT()s of the lines there are */
	/* Whether the timer that guards the strike answered when last asked, and asks it again. */
	bool (*is_alive)(struct port *port);
	void (*close)(struct port *port); /* strike off, then frees when the loop has closed its handles */
};

/* A door made of a local socket (SOCK_STREAM at `path`, mode 0600): one JSON command a line, one JSON answer
 * a line.
 *   {"do":"press","keys":"12345678#","gap_ms":150}   {"do":"contact","open":true} {"do":"rex","active":true}
 *   {"do":"line","line":"tamper","active":true}      contact, rex, bolt, tamper, fire, mains, battery, hold,
 *                                                    partner; a bolt moved by hand no longer follows the
 * strike
 *   {"do":"fault","line":"rex","fault":"cut","active":true}   bouncing, cut; or without "line" the reader's:
 *                                                    lines_low, noise, form
 *   {"do":"card","bits":26,"number":"2a5c81c0"}      hexadecimal, the first bit first
 *   {"do":"show"} → {"ok":true,"strike":false,"strike_ms_left":0,"last_on_ms":3000,"contact":"closed",
 *                    "rex":false,"releases":3,"lamp":"ready","lines":["bolt"],   (those that are active)
 *                    "tones":["key","accepted"]}                                 (the newest 32)
 *   {"do":"watch"} → the same now and at each change, until the client leaves
 * "press" is answered when its last key is down; "last_on_ms" is how long the last release really was. Every
 * answer has "ok"; a bad command is {"ok":false,"error":"…"}. 0 or -errno. */
int port_sim_open(
	struct port **out, struct uv_loop_s *loop, const char *path, const struct port_events *events);

struct port_gpio_wiring {
	const struct pins *pins; /* borrowed until the port is closed */
	enum board_lock lock;
	const char *board;  /* the lines' consumer is named after it */
	const char *keypad; /* keypad_device.h, borrowed too; NULL or "": none of that kind */
};

/* A door on the lines of a GPIO chip. Without its lock's line there is no door: -errno, with a sentence in
 * `message`. Every other line that cannot be had is a fault of that line, told once the loop runs, and is
 * tried again every two seconds; so is the lock's when its chip goes away later. */
int port_gpio_open(struct port **out, struct uv_loop_s *loop, const struct port_gpio_wiring *wiring,
	const struct port_events *events, char message[static GPIO_MESSAGE_MAX]);

#endif
