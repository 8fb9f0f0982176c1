#include "firmware/door/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_board_name(const char *value)
{
	return wire_name_ok(value) && strcmp(value, "gateway") != 0;
}

static bool is_port(const char *value)
{
	return strcmp(value, "sim") == 0 || strcmp(value, "gpio") == 0;
}

static bool is_clock(const char *value)
{
	return sysclock_source_read(value) >= 0;
}

static const char *const lock_words[] = { [LOCK_STRIKE] = "strike",
	[LOCK_MAGNET] = "magnet",
	[LOCK_MOTOR] = "motor",
	[LOCK_TURNSTILE] = "turnstile" };
static const char *const relock_words[] = {
	[RELOCK_TIMED] = "timed", [RELOCK_OPENING] = "opening", [RELOCK_CLOSING] = "closing"
};
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Where in the list the word stands; `count` when it does not. */
static size_t find(const char *const words[], size_t count, const char *word)
{
	size_t i = 0;

	while (i < count && strcmp(words[i], word) != 0)
		i++;
	return i;
}

static bool is_lock(const char *value)
{
	return find(lock_words, COUNT(lock_words), value) < COUNT(lock_words);
}

static bool is_relock(const char *value)
{
	return find(relock_words, COUNT(relock_words), value) < COUNT(relock_words);
}

static bool is_yes_or_no(const char *value)
{
	return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0;
}

static bool is_byte(const char *value)
{
	return strspn(value, "0123456789") == strlen(value) && strlen(value) <= 3 &&
	       strtoul(value, NULL, 10) <= UINT8_MAX;
}

static bool is_star(const char *value)
{
	return strcmp(value, "clears") == 0 || strcmp(value, "ignored") == 0;
}

#define FIELD(name) offsetof(struct config, name), sizeof(((struct config *)0)->name)
#define PIN(name) FIELD(pins_text.name)
#define NAME "wants 2 to 32 of a-z, 0-9 and -"
#define PATH "wants an absolute path"
#define SOCKET "wants an absolute path of at most 107 characters"
/* clang-format off */
static const struct config_key keys[] = {
	/* section  name        where it goes        optional  what it must be */
	{ "door",  "site",      FIELD(site),         false, wire_name_ok,            NAME },
	{ "door",  "board",     FIELD(board),        false, is_board_name,           NAME ", and is not gateway" },
	{ "door",  "dir",       FIELD(dir),          false, config_is_absolute_path, PATH },
	{ "door",  "gateway",   FIELD(gateway),      false, config_is_absolute_path, PATH },
	{ "door",  "clock",     FIELD(clock),        true,  is_clock,                "wants kernel, rtc or none" },
	{ "link",  "socket",    FIELD(link_socket),  false, config_is_socket_path,   SOCKET },
	{ "link",  "group",     FIELD(link_group),   true,  NULL,                    "" },
	{ "lock",  "kind",      FIELD(lock),         true,  is_lock,                 "wants strike, magnet, motor or turnstile" },
	{ "lock",  "relock",    FIELD(relock),       true,  is_relock,               "wants timed, opening or closing" },
	{ "lock",  "rex_releases",  FIELD(rex_releases),  true, is_yes_or_no,        "wants yes or no" },
	{ "lock",  "fire_releases", FIELD(fire_releases), true, is_yes_or_no,        "wants yes or no" },
	{ "look",  "socket",    FIELD(look_socket),  true,  config_is_socket_path,   SOCKET },
	{ "look",  "group",     FIELD(look_group),   true,  NULL,                    "" },
	{ "port",  "kind",      FIELD(port),         false, is_port,                 "wants sim or gpio" },
	{ "port",  "socket",    FIELD(sim_socket),   true,  config_is_socket_path,   SOCKET },
	{ "pins",  "lock",      PIN(lock),                  true, NULL, "" }, /* gpio_pins.c reads these */
	{ "pins",  "lock_close", PIN(lock_close),           true, NULL, "" },
	{ "pins",  "contact",   PIN(lines[LINE_CONTACT]),   true, NULL, "" },
	{ "pins",  "rex",       PIN(lines[LINE_REX]),       true, NULL, "" },
	{ "pins",  "bolt",      PIN(lines[LINE_BOLT]),      true, NULL, "" },
	{ "pins",  "tamper",    PIN(lines[LINE_TAMPER]),    true, NULL, "" },
	{ "pins",  "fire",      PIN(lines[LINE_FIRE]),      true, NULL, "" },
	{ "pins",  "mains",     PIN(lines[LINE_MAINS]),     true, NULL, "" },
	{ "pins",  "battery",   PIN(lines[LINE_BATTERY]),   true, NULL, "" },
	{ "pins",  "hold",      PIN(lines[LINE_HOLD]),      true, NULL, "" },
	{ "pins",  "partner",   PIN(lines[LINE_PARTNER]),   true, NULL, "" },
	{ "pins",  "d0",        PIN(d0),                    true, NULL, "" },
	{ "pins",  "d1",        PIN(d1),                    true, NULL, "" },
	{ "pins",  "rows",      PIN(rows),                  true, NULL, "" },
	{ "pins",  "columns",   PIN(columns),               true, NULL, "" },
	{ "pins",  "buzzer",    PIN(buzzer),                true, NULL, "" },
	{ "pins",  "lamp",      PIN(lamp),                  true, NULL, "" },
	{ "keypad", "device",   FIELD(keypad),              true, keypad_device_ok,
	  "wants usb and a path or a name, or serial, a path and perhaps a speed" },
	{ "reader", "keys",     PIN(keys),                  true, NULL, "" },
	{ "reader", "cards",    PIN(cards),                 true, NULL, "" },
	{ "reader", "keypad_facility", PIN(facility),       true, is_byte,   "wants 0 to 255" },
	{ "reader", "frame_gap_ms", PIN(frame_gap),         true, is_byte,   "wants 5 to 100" },
	{ "reader", "star",     PIN(star),                  true, is_star,   "wants clears or ignored" },
};
/* clang-format on */

static int refuse(const char *path, const char *what, char *message)
{
	snprintf(message, CONFIG_MESSAGE_MAX, "%.80s: %.115s", path, what);
	return -EINVAL;
}

static int check_gpio(struct config *config, const char *path, char message[static CONFIG_MESSAGE_MAX])
{
	const struct board_hardware hardware = door_config_hardware(config);
	char what[PINS_MESSAGE_MAX];

	if (config->sim_socket[0])
		return refuse(path, "[port] socket: is for kind = sim", message);
	if (pins_read(&config->pins, &config->pins_text, &hardware, what) < 0)
		return refuse(path, what, message);
	return 0;
}

static int check_sim(const struct config *config, const char *path, char message[static CONFIG_MESSAGE_MAX])
{
	static const struct pins_text none;

	if (!config->sim_socket[0])
		return refuse(path, "[port] socket: is missing", message);
	if (memcmp(&config->pins_text, &none, sizeof(none)) != 0 || config->keypad[0])
		return refuse(path, "[pins], [reader] and [keypad] are for [port] kind = gpio", message);
	return 0;
}

/* One socket cannot be two things. */
static int check_sockets(const struct config *config, const char *path, char *message)
{
	const struct {
		const char *section, *socket;
	} sockets[] = { { "link", config->link_socket }, { "port", config->sim_socket },
		{ "look", config->look_socket } };
	char what[64];

	for (size_t i = 0; i < COUNT(sockets); i++) {
		for (size_t j = 0; j < i; j++) {
			if (!sockets[i].socket[0] || strcmp(sockets[i].socket, sockets[j].socket) != 0)
				continue;
			snprintf(what, sizeof(what), "[%s] socket and [%s] socket are the same",
				sockets[j].section, sockets[i].section);
			return refuse(path, what, message);
		}
	}
	return 0;
}

int door_config_read(struct config *config, const char *path, char message[static CONFIG_MESSAGE_MAX])
{
	int r;

	*config = (struct config){
		.clock = "none",
		.lock = "strike",
		.relock = "timed",
		.rex_releases = "no",
		.fire_releases = "no",
	};
	r = config_read(config, keys, sizeof(keys) / sizeof(keys[0]), path, message);
	if (r < 0)
		return r;
	r = door_config_is_gpio(config) ? check_gpio(config, path, message)
					: check_sim(config, path, message);
	return r < 0 ? r : check_sockets(config, path, message);
}

bool door_config_is_gpio(const struct config *config)
{
	return strcmp(config->port, "gpio") == 0;
}

enum sysclock_source door_config_clock(const struct config *config)
{
	return (enum sysclock_source)sysclock_source_read(config->clock);
}

struct board_hardware door_config_hardware(const struct config *config)
{
	return (struct board_hardware){
		.lock = (enum board_lock)find(lock_words, COUNT(lock_words), config->lock),
		.relock = (enum board_relock)find(relock_words, COUNT(relock_words), config->relock),
		.rex_releases = strcmp(config->rex_releases, "yes") == 0,
		.fire_releases = strcmp(config->fire_releases, "yes") == 0,
	};
}
