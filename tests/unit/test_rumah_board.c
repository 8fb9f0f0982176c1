/* What rumah shows of a board: a box that keeps its shape whatever stands in it, and says what is old. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schemas/wire/message.h"
#include "tools/rumah/board_view.h"

#define AT_MS INT64_C(1795503061000) /* 24 Nov 2026 13.51.01 WIB */

static const char well[] =
	"{\"ok\":true,\"board\":\"kamar-1\",\"version\":\"0.1.0\",\"uptime_s\":7200,\"door\":\"locked\","
	"\"mode\":\"normal\",\"mode_until_ms\":0,\"alarms\":[],\"lockout_s\":0,"
	"\"lock\":{\"is_released\":false,\"left_ms\":0,\"releases\":3},"
	"\"lines\":{\"contact\":false,\"rex\":false},\"keys\":12,\"tone\":\"none\",\"lamp\":\"ready\","
	"\"clock\":{\"trust\":\"trusted\",\"at_ms\":1795503061000,\"bound_ms\":12,\"source\":\"kernel\","
	"\"is_vouched\":true},\"link\":true,\"epoch\":1,\"rev\":5,\"queue\":0,\"journal_bytes\":94208,"
	"\"free_bytes\":7000000000,\"refused\":0}";

static char *draw(const json_t *picture, unsigned width, bool is_connected)
{
	struct board_view view = { .width = width,
		.zone_min = 420,
		.age_ms = is_connected ? 0 : 65000,
		.is_connected = is_connected,
		.footer = "q quits" };
	char *text = board_view_draw(picture, &view);

	assert_non_null(text);
	return text;
}

static void test_a_board_that_is_well(void **state)
{
	json_t *picture = json_loads(well, 0, NULL);
	char *text = draw(picture, 80, true);

	(void)state;
	assert_string_equal(text,
		"┌ kamar-1 ─ rumah-door 0.1.0, board up 2 h ────────────────────────────────────┐\n"
		"│ ■ locked   ■ lock at rest  (released 3 times)                                │\n"
		"├ lines ─────────────────────────┬ board ──────────────────────────────────────┤\n"
		"│ door leaf       ● shut         │ clock           24 Nov 2026 13.51.01 WIB    │\n"
		"│ exit button     ○ not pressed  │                 trusted ± 12 ms             │\n"
		"│ keypad          12 keys        │ system clock    kernel, vouched for         │\n"
		"│ lamp            ready          │ gateway         ● connected                 │\n"
		"│ last tone       –              │ list of grants  5                           │\n"
		"│                                │ queue           0 events                    │\n"
		"│                                │ journal         92 KiB, 6.5 GiB left        │\n"
		"│                                │ refused         0                           │\n"
		"├ alarms ────────────────────────┴─────────────────────────────────────────────┤\n"
		"│ none                                                                         │\n"
		"└ q quits ─────────────────────────────────────────────────────────────────────┘");
	free(text);
	json_decref(picture);
}

/* Every row of the box is as wide as the box. */
static void assert_box(const char *text, size_t width)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char row[1024] = "";

		assert_true(len < sizeof(row));
		memcpy(row, text, len);
		if (term_columns(row) != width)
			fail_msg("%zu columns and not %zu: %s", term_columns(row), width, row);
		text += len + (text[len] == '\n');
	}
}

static json_t *full_picture(void)
{
	json_t *picture = json_loads(well, 0, NULL), *lines = json_object_get(picture, "lines"), *alarms;

	for (size_t i = 0; i < board_line_count; i++)
		json_object_set_new(lines, board_lines[i].line, json_true());
	alarms = json_object_get(picture, "alarms");
#define X(name, word) json_array_append_new(alarms, json_string(word));
	WIRE_ALARMS(X)
#undef X
	json_object_set_new(picture, "lockout_s", json_integer(1800));
	json_object_set_new(picture, "cert_days", json_integer(3));
	json_object_set_new(picture, "temp_mc", json_integer(41200));
	json_object_set_new(picture, "mode", json_string("hold_open"));
	json_object_set_new(picture, "mode_until_ms", json_integer(AT_MS));
	json_object_set_new(json_object_get(picture, "lock"), "is_released", json_true());
	return picture;
}

static void test_the_box_keeps_its_shape(void **state)
{
	json_t *pictures[] = { json_loads(well, 0, NULL), full_picture(), json_object() };

	(void)state;
	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
		for (unsigned width = 20; width <= 120; width++) {
			char *text = draw(pictures[i], width, i != 1);

			assert_box(text, width < BOARD_VIEW_MIN ? BOARD_VIEW_MIN : width > 100 ? 100 : width);
			free(text);
		}
		json_decref(pictures[i]);
	}
}

static void test_what_is_old_says_so(void **state)
{
	json_t *picture = json_loads(well, 0, NULL);
	char *text = draw(picture, 80, false);

	(void)state;
	assert_non_null(strstr(text, "no answer; this is 65 s old"));
	assert_null(strstr(text, "board up 2 h"));
	free(text);
	json_decref(picture);
}

static void test_names_cannot_take_the_terminal_over(void **state)
{
	json_t *picture = json_loads(well, 0, NULL);
	char *text;

	(void)state;
	json_object_set_new(picture, "board", json_string("x\033[2Jy"));
	json_object_set_new(picture, "door", json_string("\033]0;z\007"));
	text = draw(picture, 80, true);
	assert_null(strchr(text, '\033'));
	assert_null(strchr(text, '\007'));
	free(text);
	json_decref(picture);
}

static void test_a_clock_that_knows_nothing(void **state)
{
	json_t *picture = json_loads(well, 0, NULL), *clock = json_object_get(picture, "clock");
	char *text;

	(void)state;
	json_object_set_new(clock, "trust", json_string("floor"));
	json_object_set_new(clock, "bound_ms", json_integer(UINT32_MAX));
	json_object_set_new(clock, "at_ms", json_integer(0));
	json_object_set_new(clock, "source", json_string("rtc"));
	json_object_set_new(clock, "is_vouched", json_false());
	text = draw(picture, 80, true);
	assert_non_null(strstr(text, "1 Jan 1970 07.00.00 WIB"));
	assert_non_null(strstr(text, "floor only, at the earliest"));
	assert_non_null(strstr(text, "rtc, not vouched for"));
	free(text);
	json_decref(picture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_board_that_is_well),
		cmocka_unit_test(test_the_box_keeps_its_shape),
		cmocka_unit_test(test_what_is_old_says_so),
		cmocka_unit_test(test_names_cannot_take_the_terminal_over),
		cmocka_unit_test(test_a_clock_that_knows_nothing),
	};

	lang_is_english = true;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
