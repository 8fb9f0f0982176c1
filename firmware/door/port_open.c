#include "firmware/door/port_open.h"

#include <string.h>
#include <time.h>

#include "firmware/edge/log.h"

static int open_gpio(struct port **out, struct uv_loop_s *loop, const struct config *config,
	const struct port_events *events)
{
	const struct port_gpio_wiring wiring = { &config->pins, door_config_hardware(config).lock,
		config->board, config->keypad };
	const struct timespec second = { .tv_sec = 1 };
	char message[GPIO_MESSAGE_MAX], said[GPIO_MESSAGE_MAX] = "";
	int r;

	for (unsigned i = 1;; i++) {
		r = port_gpio_open(out, loop, &wiring, events, message);
		if (r == 0)
			return 0;
		if (strcmp(message, said) != 0)
			log_line(LOG_ERROR, "port: the lock cannot be had, so there is no door: %s", message);
		memcpy(said, message, sizeof(said));
		if (i == PORT_TRIES)
			return r;
		clock_nanosleep(
			CLOCK_MONOTONIC, 0, &second, NULL); /* a signal ends us: nothing is held yet */
	}
}

static int open_sim(struct port **out, struct uv_loop_s *loop, const struct config *config,
	const struct port_events *events)
{
	int r = port_sim_open(out, loop, config->sim_socket, events);

	if (r < 0)
		log_line(LOG_ERROR, "port: no socket for it: path=%s error=%s", config->sim_socket,
			strerror(-r));
	return r;
}

int port_open(struct port **out, struct uv_loop_s *loop, const struct config *config,
	const struct port_events *events)
{
	return door_config_is_gpio(config) ? open_gpio(out, loop, config, events)
					   : open_sim(out, loop, config, events);
}
