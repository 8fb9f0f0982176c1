#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/door/gpio_inputs.h"
#include "firmware/door/gpio_keypad.h"
#include "firmware/door/gpio_lock.h"
#include "firmware/door/gpio_reader.h"
#include "firmware/door/gpio_signs.h"
#include "firmware/door/keypad_device.h"
#include "firmware/door/port.h"
#include "firmware/door/watch.h"
#include "firmware/edge/mono.h"

/* A chip that goes away wakes nobody (seen on Linux 6.1): it is looked for. */
#define LOOK_EVERY_MS 2000

struct port_gpio {
	struct port port;
	struct port_events events;
	struct gpio_faults faults;
	char consumer[GPIO_REF_MAX];
	const struct pins *pins;
	struct gpio_lock *lock;
	struct gpio_inputs *inputs;
	struct gpio_reader *reader;
	struct gpio_keypad *keypad;
	struct keypad_device *device;
	struct gpio_sign *buzzer, *lamp;
	struct watch *look;
};

static int strike(struct port *port, bool on, uint64_t until_mono_ms)
{
	struct port_gpio *gpio = (struct port_gpio *)port;

	return on ? gpio_lock_release(gpio->lock, until_mono_ms) : gpio_lock_rest(gpio->lock);
}

static void tone(struct port *port, enum board_tone which)
{
	gpio_sign_play(((struct port_gpio *)port)->buzzer, &sign_tones[which]);
}

static void lamp(struct port *port, enum board_lamp which)
{
	gpio_sign_play(((struct port_gpio *)port)->lamp, &sign_lamps[which]);
}

static bool is_active(struct port *port, enum board_line line)
{
	return gpio_inputs_is_active(((struct port_gpio *)port)->inputs, line);
}

static unsigned wired(struct port *port)
{
	return gpio_inputs_wired(((struct port_gpio *)port)->inputs);
}

static bool is_alive(struct port *port)
{
	return gpio_lock_is_alive(((struct port_gpio *)port)->lock);
}

static void look(void *ctx)
{
	struct port_gpio *gpio = ctx;
	uint64_t now = mono_now_ms();

	watch_set(gpio->look, now + LOOK_EVERY_MS);
	(void)gpio_lock_look(gpio->lock); /* it says so itself, and a strike that is ordered fails */
	gpio_inputs_look(gpio->inputs);
	gpio_reader_look(gpio->reader);
	gpio_keypad_look(gpio->keypad);
	keypad_device_look(gpio->device);
	gpio_faults_look(&gpio->faults, now);
	gpio_sign_look(gpio->buzzer);
	gpio_sign_look(gpio->lamp);
}

static void close_port(struct port *port)
{
	struct port_gpio *gpio = (struct port_gpio *)port;

	gpio_lock_close(gpio->lock); /* first: the door is safe before anything else */
	watch_close(gpio->look);
	gpio_inputs_close(gpio->inputs);
	gpio_reader_close(gpio->reader);
	gpio_keypad_close(gpio->keypad);
	keypad_device_close(gpio->device);
	gpio_sign_close(gpio->buzzer);
	gpio_sign_close(gpio->lamp);
	free(gpio);
}

static void on_device_key(void *ctx, char key, uint64_t at_mono_ms)
{
	struct port_gpio *gpio = ctx;

	gpio->events.on_key(gpio->events.ctx, key, at_mono_ms);
}

static void on_device_gone(void *ctx, bool is_gone)
{
	struct port_gpio *gpio = ctx;

	gpio_faults_stand(&gpio->faults, FAULT_OF_DEVICE, READER_FAULT_LINES_LOW, is_gone);
}

static void on_device_spoilt(void *ctx)
{
	struct port_gpio *gpio = ctx;

	gpio_faults_pass(&gpio->faults, READER_FAULT_FORM, mono_now_ms());
}

static int open_device(struct port_gpio *gpio, struct uv_loop_s *loop, const char *keypad)
{
	const struct keypad_device_events events = { on_device_key, on_device_gone, on_device_spoilt, gpio };

	return keypad && keypad[0] ? keypad_device_open(&gpio->device, loop, keypad, &events) : 0;
}

static int open_parts(struct port_gpio *gpio, struct uv_loop_s *loop)
{
	int r = gpio_inputs_open(&gpio->inputs, loop, gpio->pins, gpio->consumer, &gpio->events);

	if (r == 0)
		r = gpio_reader_open(&gpio->reader, loop, gpio->pins, gpio->consumer, &gpio->faults);
	if (r == 0)
		r = gpio_keypad_open(&gpio->keypad, loop, gpio->pins, gpio->consumer, &gpio->faults);
	if (r == 0)
		r = gpio_sign_open(&gpio->buzzer, loop, &gpio->pins->buzzer, gpio->consumer);
	if (r == 0)
		r = gpio_sign_open(&gpio->lamp, loop, &gpio->pins->lamp, gpio->consumer);
	if (r == 0)
		r = watch_open_timer(&gpio->look, loop, look, gpio);
	return r;
}

int port_gpio_open(struct port **out, struct uv_loop_s *loop, const struct port_gpio_wiring *wiring,
	const struct port_events *events, char message[static GPIO_MESSAGE_MAX])
{
	struct port_gpio *gpio = calloc(1, sizeof(*gpio));
	int r;

	memcpy(message, "no memory", sizeof("no memory"));
	if (!gpio)
		return -ENOMEM;
	gpio->port = (struct port){ strike, tone, lamp, is_active, wired, is_alive, close_port };
	gpio->events = *events;
	gpio->faults.events = &gpio->events;
	gpio->pins = wiring->pins;
	/* The kernel keeps 31 characters of it. */
	snprintf(gpio->consumer, sizeof(gpio->consumer), "rumah-door %.20s", wiring->board);
	r = gpio_lock_open(&gpio->lock, wiring->pins, wiring->lock, gpio->consumer, message);
	if (r == 0) {
		memcpy(message, "no memory", sizeof("no memory"));
		r = open_parts(gpio, loop);
	}
	if (r == 0) {
		r = open_device(gpio, loop, wiring->keypad);
	}
	if (r < 0) {
		close_port(&gpio->port);
		return r;
	}
	watch_set(gpio->look, 0); /* tells what is missing once the loop runs and the core has begun */
	*out = &gpio->port;
	return 0;
}
