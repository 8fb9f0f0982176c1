/* config: a slip in a configuration file is refused with its line, never taken for a default. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "firmware/door/config.h"

#define DOOR "[door]\nsite = rumah\nboard = kamar-1\ndir = /var/lib/rumah\n"
#define GATEWAY "gateway = /etc/rumah/gateway.pub\n"
#define LINK "[link]\nsocket = /run/rumah/link.sock\n"
#define LOOK "[look]\nsocket = /run/rumah/look.sock\ngroup = rumah-admin\n"
#define PORT "[port]\nkind = sim\nsocket = /run/rumah/sim.sock\n"
#define GPIO "[port]\nkind = gpio\n[pins]\nlock = GPIO17 high ; the coil\n"
#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static char path[] = "/tmp/rumah-config-XXXXXX";

/* clang-format off */
static const struct {
	const char *name, *text, *complaint; /* NULL: accepted */
} rows[] = {
	{ "the least there must be",    DOOR GATEWAY LINK PORT, NULL },
	{ "comments and blanks",        "# a\n; b\n\n" DOOR GATEWAY LINK PORT "\n", NULL },
	{ "all there is",               DOOR GATEWAY "clock = kernel\n" LINK "group = rumah-link\n" LOOK PORT, NULL },
	{ "the clock chip",             DOOR GATEWAY "clock = rtc\n" LINK PORT, NULL },
	{ "eyes where the pins are",    DOOR GATEWAY LINK "[look]\nsocket = /run/rumah/sim.sock\n" PORT, "are the same" },
	{ "eyes with a long path",      "[look]\nsocket = /" HUNDRED TEN "\n", "too long" },
	{ "CRLF",                       "[door]\r\nsite = rumah\r\nboard = kamar-1\r\ndir = /d\r\ngateway = /g\r\n" LINK PORT, NULL },
	{ "empty",                      "", "[door] site: is missing" },
	{ "no gateway",                 DOOR LINK PORT, "[door] gateway: is missing" },
	{ "unknown key",                DOOR GATEWAY "strike = 3\n" LINK PORT, ":6: [door] strike: no such key" },
	{ "key of another section",     DOOR GATEWAY LINK "kind = sim\n" PORT, ":8: [link] kind: no such key" },
	{ "said twice",                 DOOR "site = rumah\n" GATEWAY LINK PORT, ":5: [door] site: said twice" },
	{ "no value",                   "[door]\nsite =\n", ":2: [door] site: has no value" },
	{ "no equals sign",             "[door]\nsite\n", ":2: " },
	{ "no section",                 "site = rumah\n", ":1: [] site: no such key" },
	{ "a name with capitals",       "[door]\nsite = Rumah\n", ":2: [door] site: wants 2 to 32" },
	{ "a name with a wildcard",     "[door]\nboard = +\n", ":2: [door] board: wants 2 to 32" },
	{ "a board called gateway",     "[door]\nboard = gateway\n", "and is not gateway" },
	{ "a name too long",            "[door]\nsite = " HUNDRED "\n", ":2: [door] site: too long" },
	{ "a relative folder",          "[door]\ndir = state\n", ":2: [door] dir: wants an absolute path" },
	{ "a socket path too long",     "[link]\nsocket = /" HUNDRED TEN "\n", "too long" },
	{ "a port nobody knows",        "[port]\nkind = gpio9\n", "wants sim" },
	{ "a clock nobody knows",       "[door]\nclock = sundial\n", "wants kernel, rtc or none" },
	{ "a door of pins",             DOOR GATEWAY LINK GPIO "contact = GPIO27 nc\n", NULL },
	{ "pins with a reader",         DOOR GATEWAY LINK GPIO "d0 = a\nd1 = b\n[reader]\nkeys = 8bit\nframe_gap_ms = 40\nstar = clears\n", NULL },
	{ "pins without a lock",        DOOR GATEWAY LINK "[port]\nkind = gpio\n", "[pins] lock: is missing" },
	{ "a lock nobody makes",        DOOR GATEWAY LINK "[lock]\nkind = chain\n" PORT, "[lock] kind: wants strike, magnet, motor or turnstile" },
	{ "a relock nobody knows",      DOOR GATEWAY LINK "[lock]\nrelock = never\n" PORT, "[lock] relock: wants timed, opening or closing" },
	{ "neither yes nor no",                  DOOR GATEWAY LINK "[lock]\nfire_releases = ja\n" PORT, "[lock] fire_releases: wants yes or no" },
	{ "pins that contradict",       DOOR GATEWAY LINK GPIO "rex = GPIO17 no\n", "GPIO17 is given to two things" },
	{ "pins that the lock needs",   DOOR GATEWAY LINK "[lock]\nkind = motor\n" GPIO, "[pins] bolt: is missing" },
	{ "a pin nobody knows",         DOOR GATEWAY LINK GPIO "bell = GPIO4 no\n", "[pins] bell: no such key" },
	{ "a pin too long",             DOOR GATEWAY LINK GPIO "rex = " HUNDRED HUNDRED "\n", "[pins] rex: too long" },
	{ "a socket for pins",          DOOR GATEWAY LINK "[port]\nkind = gpio\nsocket = /s\n", "[port] socket: is for kind = sim" },
	{ "pins for a socket",          DOOR GATEWAY LINK PORT "[pins]\nlock = GPIO17 high\n", "are for [port] kind = gpio" },
	{ "a simulation without one",   DOOR GATEWAY LINK "[port]\nkind = sim\n", "[port] socket: is missing" },
	{ "a USB keypad",               DOOR GATEWAY LINK GPIO "[keypad]\ndevice = usb Acme Keypad\n", NULL },
	{ "a serial keypad",            DOOR GATEWAY LINK GPIO "[keypad]\ndevice = serial /dev/ttyS0 9600\n", NULL },
	{ "a keypad without a kind",    DOOR GATEWAY LINK GPIO "[keypad]\ndevice = /dev/input/event0\n", "wants usb and a path" },
	{ "a facility too large",       DOOR GATEWAY LINK GPIO "[reader]\nkeypad_facility = 256\n", "wants 0 to 255" },
	{ "a gap in words",             DOOR GATEWAY LINK GPIO "[reader]\nframe_gap_ms = 3O\n", "wants 5 to 100" },
	{ "a star nobody knows",        DOOR GATEWAY LINK GPIO "[reader]\nstar = shines\n", "wants clears or ignored" },
	{ "one socket for two things",  DOOR GATEWAY LINK "[port]\nkind = sim\nsocket = /run/rumah/link.sock\n", "are the same" },
};
/* clang-format on */

static void each_row_is_accepted_or_refused_with_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char message[CONFIG_MESSAGE_MAX];
		struct config config;
		FILE *file = fopen(path, "w");
		int r;

		assert_non_null(file);
		fputs(rows[i].text, file);
		fclose(file);
		r = door_config_read(&config, path, message);
		if ((r == 0) != (rows[i].complaint == NULL) ||
			(rows[i].complaint && !strstr(message, rows[i].complaint)))
			fail_msg("%s: %d %s", rows[i].name, r, message);
	}
}

static void values_arrive_and_defaults_stand(void **state)
{
	char message[CONFIG_MESSAGE_MAX];
	struct config config;
	FILE *file = fopen(path, "w");

	(void)state;
	assert_non_null(file);
	fputs(DOOR GATEWAY LINK PORT, file);
	fclose(file);
	assert_int_equal(door_config_read(&config, path, message), 0);
	assert_string_equal(config.site, "rumah");
	assert_string_equal(config.board, "kamar-1");
	assert_string_equal(config.dir, "/var/lib/rumah");
	assert_string_equal(config.gateway, "/etc/rumah/gateway.pub");
	assert_string_equal(config.link_socket, "/run/rumah/link.sock");
	assert_string_equal(config.sim_socket, "/run/rumah/sim.sock");
	assert_string_equal(config.link_group, "");
	assert_string_equal(config.look_socket, "");
	assert_int_equal(door_config_clock(&config), SYSCLOCK_NONE);
}

static void the_lock_is_what_is_written(void **state)
{
	/* clang-format off */
	static const struct { const char *text; struct board_hardware hardware; } locks[] = {
		{ "", { 0 } },
		{ "kind = strike\nrelock = timed\nrex_releases = no\nfire_releases = no\n", { 0 } },
		{ "kind = magnet\nrelock = opening\n", { .lock = LOCK_MAGNET, .relock = RELOCK_OPENING } },
		{ "kind = motor\nrelock = closing\n", { .lock = LOCK_MOTOR, .relock = RELOCK_CLOSING } },
		{ "kind = turnstile\nrex_releases = yes\n", { .lock = LOCK_TURNSTILE, .rex_releases = true } },
		{ "fire_releases = yes\n", { .fire_releases = true } },
	};
	/* clang-format on */
	char message[CONFIG_MESSAGE_MAX];
	struct config config;

	(void)state;
	for (size_t i = 0; i < sizeof(locks) / sizeof(locks[0]); i++) {
		struct board_hardware read;
		FILE *file = fopen(path, "w");

		assert_non_null(file);
		fprintf(file, DOOR GATEWAY LINK "[lock]\n%s" PORT, locks[i].text);
		fclose(file);
		assert_int_equal(door_config_read(&config, path, message), 0);
		read = door_config_hardware(&config);
		if (read.lock != locks[i].hardware.lock || read.relock != locks[i].hardware.relock ||
			read.rex_releases != locks[i].hardware.rex_releases ||
			read.fire_releases != locks[i].hardware.fire_releases)
			fail_msg("%s", locks[i].text);
	}
}

static void what_is_no_plain_small_file_is_refused(void **state)
{
	char message[CONFIG_MESSAGE_MAX];
	char fifo[64];
	struct config config;
	FILE *file = fopen(path, "w");

	(void)state;
	assert_non_null(file);
	for (int i = 0; i < 70000; i++)
		fputc('#', file);
	fclose(file);
	assert_int_equal(door_config_read(&config, path, message), -EFBIG);
	assert_int_equal(door_config_read(&config, "/tmp", message), -EINVAL);
	assert_int_equal(door_config_read(&config, "/nowhere/door.ini", message), -ENOENT);
	assert_non_null(strstr(message, "/nowhere/door.ini"));
	snprintf(fifo, sizeof(fifo), "%s.fifo", path);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(door_config_read(&config, fifo, message), -EINVAL);
	unlink(fifo);
}

static int make_file(void **state)
{
	(void)state;
	return close(mkstemp(path));
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_is_accepted_or_refused_with_its_reason),
		cmocka_unit_test(values_arrive_and_defaults_stand),
		cmocka_unit_test(the_lock_is_what_is_written),
		cmocka_unit_test(what_is_no_plain_small_file_is_refused),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
