/* config - what rumah-door is told by its configuration file (rumah-door(8) has an example). */
#ifndef RUMAH_DOOR_CONFIG_H
#define RUMAH_DOOR_CONFIG_H

#include <limits.h>

#include "firmware/core/board.h"
#include "firmware/door/gpio_pins.h"
#include "firmware/door/keypad_device.h"
#include "firmware/door/sysclock.h"
#include "firmware/edge/config_reader.h"
#include "schemas/wire/topic.h"

struct config {
	char site[WIRE_NAME_MAX + 1], board[WIRE_NAME_MAX + 1];
	char dir[PATH_MAX / 2];              /* keys and journal; made when it is not there */
	char gateway[PATH_MAX / 2];          /* the gateway's identity.pub */
	char link_socket[108];               /* where rumah-link finds us */
	char link_group[33];                 /* whose members may connect; "": only our own user */
	char lock[10];                       /* "strike", "magnet", "motor", "turnstile" */
	char relock[8];                      /* "timed", "opening", "closing" */
	char rex_releases[4];                /* "yes", "no" */
	char fire_releases[4];               /* "yes", "no" */
	char port[8];                        /* "sim", "gpio" */
	char sim_socket[108];                /* of the simulated port; "" with gpio */
	char clock[8];                       /* whose time is vouched for: a word of sysclock.h */
	char look_socket[108];               /* of the technician's eyes; "": none */
	char look_group[33];                 /* whose members may look; "": only our own user */
	char keypad[KEYPAD_DEVICE_TEXT_MAX]; /* a device of the kernel's, as keypad_device.h reads it; "":
						none */
	struct pins_text pins_text;          /* [pins] and [reader] as they were written, */
	struct pins pins;                    /* and what they mean; none with sim */
};

/* 0, or -errno with the reason for a person in `message`. */
int door_config_read(struct config *config, const char *path, char message[static CONFIG_MESSAGE_MAX]);
bool door_config_is_gpio(const struct config *config);
enum sysclock_source door_config_clock(const struct config *config);
struct board_hardware door_config_hardware(const struct config *config);

#endif
