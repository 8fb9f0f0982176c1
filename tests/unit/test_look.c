/* look: who looks sees the door and can do it no harm. */
#include <errno.h>
#include <jansson.h>
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
#include <uv.h>

#include "firmware/door/look.h"
#include "tests/unit/text_client.h"

static uv_loop_t loop;
static struct look *look;
static char dir[64], path[80];
static struct look_picture shown;
static enum board_tone tone;
static enum board_lamp lamp;

static void paint(void *ctx, struct look_picture *out)
{
	(void)ctx;
	*out = shown;
}

static void on_tone(void *ctx, enum board_tone which)
{
	(void)ctx;
	tone = which;
}

static void on_lamp(void *ctx, enum board_lamp which)
{
	(void)ctx;
	lamp = which;
}

static int set_up(void **state)
{
	const struct look_events events = { paint, on_tone, on_lamp, NULL };

	(void)state;
	shown = (struct look_picture){
		.board = "kamar-1",
		.state = { .clock = { WIRE_TRUST_HOLDOVER, 40 },
			.rev = 5,
			.alarms = WIRE_ALARM_BIT(STORAGE) },
		.health = { .version = "0.1.0", .temp_mc = INT32_MIN, .cert_days = 300, .relay_count = 3 },
		.lines = LINE_BIT(REX) | LINE_BIT(FIRE),
		.wired = LINE_BIT(CONTACT) | LINE_BIT(REX),
		.clock_source = "rtc",
		.lamp = LAMP_READY,
	};
	tone = TONE_COUNT;
	lamp = LAMP_COUNT;
	snprintf(dir, sizeof(dir), "/tmp/rumah-look-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/look.sock", dir);
	assert_int_equal(uv_loop_init(&loop), 0);
	assert_int_equal(look_open(&look, &loop, path, "", &events), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	look_close(look);
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&loop), 0);
	unlink(path);
	rmdir(dir);
	return 0;
}

static json_t *picture_of(const char *line)
{
	json_t *picture = json_loads(line, 0, NULL);

	if (!picture || !json_is_true(json_object_get(picture, "ok")))
		fail_msg("no picture: %s", line);
	return picture;
}

static void assert_ok(const char *line)
{
	assert_string_equal(line, "{\"ok\":true}");
}

static void the_picture_is_whole(void **state)
{
	int fd = text_connect(&loop, path);

	(void)state;
	assert_string_equal(text_ask(&loop, fd, "{\"do\":\"look\"}"),
		"{\"ok\":true,\"board\":\"kamar-1\",\"version\":\"0.1.0\",\"uptime_s\":0,\"door\":\"locked\","
		"\"mode\":\"normal\",\"mode_until_ms\":0,\"alarms\":[\"storage\"],\"lockout_s\":0,"
		"\"lock\":{\"is_released\":false,\"left_ms\":0,\"releases\":3},"
		"\"lines\":{\"contact\":false,\"rex\":true},\"keys\":0,\"tone\":\"none\",\"lamp\":\"ready\","
		"\"clock\":{\"trust\":\"holdover\",\"at_ms\":0,\"bound_ms\":40,\"source\":\"rtc\","
		"\"is_vouched\":false},\"link\":false,\"epoch\":0,\"rev\":5,\"queue\":0,\"journal_bytes\":0,"
		"\"free_bytes\":0,\"refused\":0,\"cert_days\":300}");
	close(fd);
}

/* There is no word that moves the lock, sets a line or presses a key; nor is anything done outside a test. */
static void nothing_opens_and_nothing_is_done_without_a_test(void **state)
{
	static const char *const rows[] = { "", "{}", "[]", "null", "{\"do\":7}", "{\"do\":\"strike\"}",
		"{\"do\":\"unlock\"}", "{\"do\":\"open\"}", "{\"do\":\"press\",\"keys\":\"1#\"}",
		"{\"do\":\"line\",\"line\":\"rex\",\"active\":true}", "{\"do\":\"rex\",\"active\":true}",
		"{\"do\":\"card\",\"bits\":26,\"number\":\"2a5c81c0\"}", "{\"do\":\"look\",\"do\":\"look\"}",
		"{\"do\":\"tone\",\"tone\":\"identify\"}", "{\"do\":\"lamp\",\"lamp\":\"alarm\"}",
		"{\"do\":\"keys\"}", "{\"do\":\"end\"}" };
	int fd = text_connect(&loop, path);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *answer = text_ask(&loop, fd, rows[i]);

		if (!strstr(answer, "\"ok\":false") || !strstr(answer, "\"error\":"))
			fail_msg("%s: %s", rows[i], answer);
	}
	assert_int_equal(tone, TONE_COUNT);
	assert_int_equal(lamp, LAMP_COUNT);
	close(fd);
}

static void who_watches_sees_a_change_soon_and_a_burst_once(void **state)
{
	int fd = text_connect(&loop, path);
	json_t *picture;

	(void)state;
	json_decref(picture_of(text_ask(&loop, fd, "{\"do\":\"watch\"}")));
	shown.state.door = WIRE_DOOR_OPEN;
	for (int i = 0; i < 1000; i++)
		look_changed(look);
	look_tone(look, TONE_ACCEPTED);
	picture = picture_of(text_hear(&loop, fd));
	assert_string_equal(json_string_value(json_object_get(picture, "door")), "open");
	assert_string_equal(json_string_value(json_object_get(picture, "tone")), "accepted");
	json_decref(picture);
	shown.state.queue = 9; /* nobody says that it changed: the next second shows it */
	picture = picture_of(text_hear(&loop, fd));
	assert_int_equal(json_integer_value(json_object_get(picture, "queue")), 9);
	json_decref(picture);
	close(fd);
}

/* Keys are counted, and compared in a test; which they were is nowhere to be seen. */
static void keys_are_counted_and_never_told(void **state)
{
	static const char typed[] = "4821";
	int fd = text_connect(&loop, path);
	const char *line;

	(void)state;
	for (const char *key = typed; *key; key++)
		look_key(look, *key);
	line = text_ask(&loop, fd, "{\"do\":\"look\"}");
	assert_non_null(strstr(line, "\"keys\":4,"));
	assert_null(strstr(line, typed));
	assert_null(strstr(line, "test"));
	close(fd);
}

static void a_test_compares_each_key_with_its_place(void **state)
{
	int fd = text_connect(&loop, path);
	const char *key = LOOK_KEYS;

	(void)state;
	assert_ok(text_ask(&loop, fd, "{\"do\":\"test\"}"));
	assert_ok(text_ask(&loop, fd, "{\"do\":\"keys\"}"));
	for (; *key && *key != '7'; key++)
		look_key(look, *key);
	look_key(look, '9'); /* a row of the matrix that is swapped */
	assert_non_null(
		strstr(text_ask(&loop, fd, "{\"do\":\"look\"}"), "\"test\":{\"right\":6,\"wrong\":1}"));
	for (; *key; key++)
		look_key(look, *key);
	look_key(look, '5'); /* the test is through: a guest's key is not compared */
	assert_non_null(
		strstr(text_ask(&loop, fd, "{\"do\":\"look\"}"), "\"test\":{\"right\":12,\"wrong\":1}"));
	assert_ok(text_ask(&loop, fd, "{\"do\":\"end\"}"));
	assert_null(strstr(text_ask(&loop, fd, "{\"do\":\"look\"}"), "\"test\""));
	close(fd);
}

static void a_test_makes_a_noise_and_lights_the_lamp(void **state)
{
	int fd = text_connect(&loop, path);

	(void)state;
	assert_ok(text_ask(&loop, fd, "{\"do\":\"test\"}"));
	assert_ok(text_ask(&loop, fd, "{\"do\":\"tone\",\"tone\":\"identify\"}"));
	assert_int_equal(tone, TONE_IDENTIFY);
	assert_non_null(strstr(text_ask(&loop, fd, "{\"do\":\"tone\",\"tone\":\"accepted\"}"), "\"error\""));
	assert_ok(text_ask(&loop, fd, "{\"do\":\"lamp\",\"lamp\":\"alarm\"}"));
	assert_int_equal(lamp, LAMP_ALARM);
	assert_non_null(strstr(text_ask(&loop, fd, "{\"do\":\"lamp\",\"lamp\":\"blue\"}"), "\"error\""));
	assert_ok(text_ask(&loop, fd, "{\"do\":\"lamp\"}"));
	assert_int_equal(lamp, LAMP_READY);
	shown.lamp = LAMP_ALARM;
	tone = TONE_COUNT;
	assert_non_null(
		strstr(text_ask(&loop, fd, "{\"do\":\"tone\",\"tone\":\"identify\"}"), "an alarm stands"));
	assert_int_equal(tone, TONE_COUNT);
	close(fd);
}

static void one_tests_at_a_time_and_leaving_ends_it(void **state)
{
	int first = text_connect(&loop, path), second = text_connect(&loop, path);

	(void)state;
	assert_ok(text_ask(&loop, first, "{\"do\":\"test\"}"));
	assert_ok(text_ask(&loop, first, "{\"do\":\"lamp\",\"lamp\":\"fault\"}"));
	assert_non_null(strstr(text_ask(&loop, second, "{\"do\":\"test\"}"), "busy"));
	assert_non_null(strstr(text_ask(&loop, second, "{\"do\":\"end\"}"), "begin with"));
	close(first);
	for (int i = 0; i < 1000 && lamp != LAMP_READY; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
	assert_int_equal(lamp, LAMP_READY); /* what stands is shown again */
	assert_ok(text_ask(&loop, second, "{\"do\":\"test\"}"));
	close(second);
}

static void only_we_may_connect_unless_a_group_is_named(void **state)
{
	const struct look_events events = { paint, on_tone, on_lamp, NULL };
	struct look *other = NULL;
	struct stat info;
	char second[96];

	(void)state;
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	snprintf(second, sizeof(second), "%s/2.sock", dir);
	assert_int_equal(look_open(&other, &loop, second, "no-such-group-here", &events), -ENOENT);
	assert_null(other);
	if (geteuid() == 0) {
		assert_int_equal(look_open(&other, &loop, second, "daemon", &events), 0);
		assert_int_equal(stat(second, &info), 0);
		assert_int_equal(info.st_mode & 0777, 0660);
		assert_true(info.st_gid != getegid());
		look_close(other);
	}
	uv_run(&loop, UV_RUN_NOWAIT);
	unlink(second);
}

static void without_a_look_nothing_is_asked_of_it(void **state)
{
	(void)state;
	look_changed(NULL);
	look_key(NULL, '1');
	look_tone(NULL, TONE_KEY);
	look_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(the_picture_is_whole),
		TEST(nothing_opens_and_nothing_is_done_without_a_test),
		TEST(who_watches_sees_a_change_soon_and_a_burst_once),
		TEST(keys_are_counted_and_never_told),
		TEST(a_test_compares_each_key_with_its_place),
		TEST(a_test_makes_a_noise_and_lights_the_lamp),
		TEST(one_tests_at_a_time_and_leaving_ends_it),
		TEST(only_we_may_connect_unless_a_group_is_named),
		cmocka_unit_test(without_a_look_nothing_is_asked_of_it),
	};

	umask(077); /* as harden_process() sets it */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
