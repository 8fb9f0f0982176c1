#include "tests/unit/gpio_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "firmware/edge/mono.h"

#define WAIT_MS 20000 /* for a machine that is busy with others */

static void on_key(void *ctx, char key, uint64_t at_mono_ms)
{
	struct gpio_rig *rig = ctx;

	assert_true(rig->key_count < RIG_KEYS_MAX);
	rig->key_mono_ms[rig->key_count] = at_mono_ms;
	rig->keys[rig->key_count++] = key;
	rig->keys[rig->key_count] = 0;
}

static void on_card(void *ctx, unsigned bits, const uint8_t bytes[BOARD_CARD_BYTES])
{
	struct gpio_rig *rig = ctx;

	rig->cards++;
	rig->card_bits = bits;
	memcpy(rig->card, bytes, BOARD_CARD_BYTES);
}

static void on_reader(void *ctx, enum board_reader_fault fault, bool is_active)
{
	struct gpio_rig *rig = ctx;

	rig->reader_tells[fault]++;
	rig->reader_faults[fault] = is_active;
}

static void on_line(void *ctx, enum board_line line, bool is_active)
{
	struct gpio_rig *rig = ctx;

	rig->line_tells[line]++;
	rig->lines[line] = is_active;
}

static void on_line_fault(void *ctx, enum board_line line, enum board_line_fault fault, bool is_active)
{
	struct gpio_rig *rig = ctx;

	rig->fault_tells[line][fault]++;
	rig->faults[line][fault] = is_active;
}

int gpio_rig_open(struct gpio_rig *rig, const struct pins_text *text, enum board_lock lock)
{
	return gpio_rig_open_with(rig, text, lock, NULL);
}

int gpio_rig_open_with(
	struct gpio_rig *rig, const struct pins_text *text, enum board_lock lock, const char *keypad)
{
	const struct board_hardware hardware = { .lock = lock };
	const struct port_gpio_wiring wiring = { &rig->pins, lock, "kamar-1", keypad };
	const struct port_events events = { on_key, on_card, on_reader, on_line, on_line_fault, rig };
	char message[PINS_MESSAGE_MAX];

	memset(rig, 0, sizeof(*rig));
	assert_int_equal(uv_loop_init(&rig->loop), 0);
	if (pins_read(&rig->pins, text, &hardware, message) < 0)
		fail_msg("%s", message);
	return port_gpio_open(&rig->port, &rig->loop, &wiring, &events, rig->message);
}

void gpio_rig_close(struct gpio_rig *rig)
{
	if (rig->port)
		rig->port->close(rig->port);
	rig->port = NULL;
	assert_int_equal(uv_run(&rig->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&rig->loop), 0);
}

void gpio_rig_tear_down(struct gpio_rig *rig)
{
	if (rig->port)
		gpio_rig_close(rig);
}

static void wait_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

void gpio_rig_turn(struct gpio_rig *rig, uint64_t for_ms)
{
	uint64_t until = mono_now_ms() + for_ms;

	do {
		uv_run(&rig->loop, UV_RUN_NOWAIT);
		wait_a_little();
	} while (mono_now_ms() < until);
}

bool gpio_rig_wait(struct gpio_rig *rig, bool (*is_true)(struct gpio_rig *rig))
{
	uint64_t until = mono_now_ms() + WAIT_MS;

	while (!is_true(rig) && mono_now_ms() < until) {
		uv_run(&rig->loop, UV_RUN_NOWAIT);
		wait_a_little();
	}
	return is_true(rig);
}

uint64_t gpio_rig_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t gpio_rig_send(uint64_t frame, unsigned bits, uint64_t at_ns)
{
	for (unsigned i = bits; i-- > 0; at_ns += 2000000)
		fake_gpio_fall((frame >> i) & 1 ? "d1" : "d0", at_ns);
	return at_ns - 2000000;
}
