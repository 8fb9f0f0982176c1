/* gpio_rig - a port of a door on fake_gpio's lines, and what it told. For the tests of port_gpio. */
#ifndef RUMAH_TESTS_GPIO_RIG_H
#define RUMAH_TESTS_GPIO_RIG_H

#include <uv.h>

#include "firmware/door/gpio_pins.h"
#include "firmware/door/port.h"
#include "tests/unit/fake_gpio.h"

#define RIG_KEYS_MAX 512

struct gpio_rig {
	uv_loop_t loop;
	struct pins pins;
	struct port *port;
	char message[GPIO_MESSAGE_MAX];
	char keys[RIG_KEYS_MAX + 1];
	uint64_t key_mono_ms[RIG_KEYS_MAX];
	unsigned key_count, cards, card_bits;
	uint8_t card[BOARD_CARD_BYTES];
	unsigned line_tells[LINE_COUNT];
	bool lines[LINE_COUNT]; /* as told last */
	unsigned fault_tells[LINE_COUNT][LINE_FAULT_COUNT];
	bool faults[LINE_COUNT][LINE_FAULT_COUNT];
	unsigned reader_tells[READER_FAULT_COUNT];
	bool reader_faults[READER_FAULT_COUNT];
};

/* Reads the pins, as a configuration would give them, and opens the port. 0 or -errno with rig->message. */
int gpio_rig_open(struct gpio_rig *rig, const struct pins_text *text, enum board_lock lock);
/* And with a keypad that is a device (keypad_device.h). */
int gpio_rig_open_with(
	struct gpio_rig *rig, const struct pins_text *text, enum board_lock lock, const char *keypad);
void gpio_rig_close(struct gpio_rig *rig);     /* the port, when it is open, and the loop */
void gpio_rig_tear_down(struct gpio_rig *rig); /* closes what a test that failed left open */
/* Turns the loop for so long, or until `is_true` of the rig. Whether it was. */
void gpio_rig_turn(struct gpio_rig *rig, uint64_t for_ms);
bool gpio_rig_wait(struct gpio_rig *rig, bool (*is_true)(struct gpio_rig *rig));
/* The frame's bits as edges of d0 and d1, the first at at_ns, 2 ms apart. Returns the last edge's time. */
uint64_t gpio_rig_send(uint64_t frame, unsigned bits, uint64_t at_ns);
uint64_t gpio_rig_now_ns(void);

#endif
