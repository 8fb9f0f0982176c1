#include <errno.h>
#include <fcntl.h>
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

#include "gateway/config.h"

static char folder[] = "/tmp/rumah-test-config-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/gateway.ini", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static void write_file(const char *text, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static const struct {
	const char *claim, *text;
	const char *why; /* NULL: taken */
} cases[] = {
	{ "a site is enough", "[gateway]\nsite = rumah\n", NULL },
	{ "comments and space", "; hello\n\n [gateway] \nsite=rumah ; here\n", NULL },
	{ "lines of DOS", "[gateway]\r\nsite = rumah\r\n", NULL },
	{ "no site", "[http]\nport = 1\n", "[gateway] site is missing" },
	{ "nothing at all", "", "[gateway] site is missing" },
	{ "an unknown key", "[gateway]\nsite = rumah\nsitee = x\n", "line 3 is not a key of this section" },
	{ "a key of another section", "[http]\nsite = rumah\n", "line 2 is not a key of this section" },
	{ "a key before any section", "site = rumah\n", "line 1 is not a key of this section" },
	{ "a key twice", "[gateway]\nsite = rumah\nsite = rumah\n", "line 3 stands twice" },
	{ "a bad name", "[gateway]\nsite = Rumah Guru\n", "line 2 is not a name: [a-z0-9][a-z0-9-]{1,31}" },
	{ "port 0", "[gateway]\nsite = rumah\n[http]\nport = 0\n", "line 4 is out of its bounds" },
	{ "port 65536", "[gateway]\nsite = rumah\n[http]\nport = 65536\n", "line 4 is out of its bounds" },
	{ "port -1", "[gateway]\nsite = rumah\n[http]\nport = -1\n", "line 4 is not a number" },
	{ "port 80x", "[gateway]\nsite = rumah\n[http]\nport = 80x\n", "line 4 is not a number" },
	{ "port 4294967376", "[gateway]\nsite = rumah\n[http]\nport = 4294967376\n",
		"line 4 is not a number" },
	{ "maybe", "[gateway]\nsite = rumah\n[http]\nbehind_proxy = maybe\n",
		"line 4 is neither yes nor no" },
	{ "no room for letters", "[gateway]\nsite = rumah\n[letters]\nquota_mib = 0\n",
		"line 4 is out of its bounds" },
	{ "not a line", "[gateway]\nsite = rumah\nhello\n", "line 3 is not readable" },
	{ "half a section", "[gateway\nsite = rumah\n", "line 1 is not readable" },
	{ "TLS without a key", "[gateway]\nsite = rumah\n[broker]\nca = /a\ncert = /b\n",
		"[broker] ca needs cert and key beside it" },
	{ "no TLS to another machine", "[gateway]\nsite = rumah\n[broker]\nhost = 10.0.0.1\n",
		"[broker] ca, cert and key are missing, and the broker is not on this machine" },
};

static void a_file_is_taken_whole_or_refused_with_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config config;
		char why[160] = "";
		int r;

		write_file(cases[i].text, strlen(cases[i].text));
		r = config_read(&config, path, why);
		if (r != (cases[i].why != NULL) || strcmp(why, cases[i].why ? cases[i].why : "") != 0)
			fail_msg("%s: %d %s", cases[i].claim, r, why);
		if (r == 0)
			assert_string_equal(config.site, "rumah");
	}
}

static void every_key_arrives_and_the_rest_is_as_written_in_the_manual(void **state)
{
	static const char text[] =
		"[gateway]\nsite = rumah\ndatabase = /d\nkeys = /k\n[http]\naddress = ::1\n"
		"port = 65535\npublic_url = https://a\nbehind_proxy = yes\n"
		"connections_per_address = 7\n[broker]\nhost = h\nport = 1\nca = /ca\ncert = /c\n"
		"key = /y\n[codes]\nargon_mem_kib = 8\nargon_passes = 10\n";
	struct config config;
	char why[160];

	(void)state;
	write_file(text, sizeof(text) - 1);
	assert_int_equal(config_read(&config, path, why), 0);
	assert_string_equal(config.database, "/d");
	assert_string_equal(config.keys, "/k");
	assert_string_equal(config.address, "::1");
	assert_int_equal(config.port, 65535);
	assert_true(config.is_behind_proxy);
	assert_int_equal(config.per_address, 7);
	assert_string_equal(config.host, "h");
	assert_int_equal(config.broker_port, 1);
	assert_string_equal(config.key, "/y");
	assert_int_equal(config.argon_mem_kib, 8);
	assert_int_equal(config.argon_passes, 10);

	write_file("[gateway]\nsite = rumah\n", 23);
	assert_int_equal(config_read(&config, path, why), 0);
	assert_string_equal(config.address, "127.0.0.1");
	assert_int_equal(config.port, 8080);
	assert_false(config.is_behind_proxy);
	assert_int_equal(config.broker_port, 8883);
	assert_int_equal(config.argon_mem_kib, 4096);
}

static void a_line_that_is_too_long_is_not_cut_and_taken(void **state)
{
	char text[400] = "[gateway]\nsite = rumah\ndatabase = /";
	struct config config;
	char why[160];

	(void)state;
	memset(text + strlen(text), 'a', 300);
	write_file(text, strlen(text));
	assert_int_equal(config_read(&config, path, why), 1);
}

static void what_is_no_plain_file_is_refused_without_waiting(void **state)
{
	static char big[CONFIG_BYTES_MAX + 1];
	struct config config;
	char why[160];

	(void)state;
	assert_int_equal(config_read(&config, folder, why), 1);
	unlink(path);
	assert_int_equal(config_read(&config, path, why), -ENOENT);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(config_read(&config, path, why), 1);
	unlink(path);
	memset(big, '\n', sizeof(big));
	write_file(big, sizeof(big));
	assert_int_equal(config_read(&config, path, why), 1);
	write_file("[gateway]\nsite = ru\0mah\n", 24);
	assert_int_equal(config_read(&config, path, why), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_taken_whole_or_refused_with_its_line),
		cmocka_unit_test(every_key_arrives_and_the_rest_is_as_written_in_the_manual),
		cmocka_unit_test(a_line_that_is_too_long_is_not_cut_and_taken),
		cmocka_unit_test(what_is_no_plain_file_is_refused_without_waiting),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
