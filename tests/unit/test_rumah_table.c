/* Text on a terminal: columns that line up, names that cannot take the terminal over, words for every word.
 */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/core/request.h"
#include "schemas/wire/event.h"
#include "schemas/wire/message.h"
#include "schemas/wire/snapshot.h"
#include "tools/rumah/doors_view.h"
#include "tools/rumah/table.h"
#include "tools/rumah/words.h"

/* clang-format off */
static const struct { const char *text; size_t columns; const char *clean; } texts[] = {
	{ "Ani",                     3, "Ani" },
	{ "Zoë",                     3, "Zoë" },
	{ "Zoe\xcc\x88",             3, "Zoe\xcc\x88" },  /* the dots come by themselves */
	{ "東京",                     4, "東京" },
	{ "a\033[31mb",              7, "a?[31mb" },      /* an escape sequence */
	{ "a\nb\tc",                 5, "a?b?c" },
	{ "a\xc2\x9b" "31mb",        6, "a?31mb" },       /* CSI as one C1 control */
	{ "a\xff" "b",               3, "a?b" },
	{ "\xe2\x80\xae" "txt",      4, "?txt" },         /* turns the direction round */
	{ "\xc0\xaf",                2, "??" },           /* overlong */
	{ "\xed\xa0\x80",            3, "???" },          /* a surrogate */
	{ "\xe2\x82",                2, "??" },           /* cut */
};
/* clang-format on */

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *clean = term_clean(texts[i].text);

		assert_non_null(clean);
		assert_string_equal(clean, texts[i].clean);
		assert_int_equal(term_columns(clean), texts[i].columns);
		free(clean);
	}
	assert_int_equal(term_fit("Zoë東京", 4), 4);
	assert_int_equal(term_fit("Zoë東京", 5), 7);
}

static char *print(const struct table *table, unsigned width)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	assert_non_null(to);
	table_print(table, to, width);
	fclose(to);
	return text;
}

static void test_columns_line_up(void **state)
{
	static const char *const titles[] = { "NAMA", "UNIT", "PINTU", NULL };
	struct table *table = table_new(titles);
	char *text;

	(void)state;
	assert_non_null(table);
	table_add(table, TONE_STRONG, "Zoë");
	table_add(table, TONE_PLAIN, "Ruang Rapat 1");
	table_add(table, TONE_GOOD, "siap");
	table_add(table, TONE_PLAIN, "東京");
	table_add(table, TONE_PLAIN, NULL);
	table_addf(table, TONE_PLAIN, "%d", 7);
	assert_int_equal(table_rows(table), 2);
	text = print(table, 0);
	assert_string_equal(text, "NAMA  UNIT           PINTU\n"
				  "Zoë   Ruang Rapat 1  siap\n"
				  "東京                 7\n");
	free(text);
	text = print(table, 23);
	assert_string_equal(text, "NAMA  UNIT        PINTU\n"
				  "Zoë   Ruang Rap…  siap\n"
				  "東京              7\n");
	free(text);
	table_free(table);
}

/* Each word the contract has is one that rumah can say. */
static void test_words_are_known(void **state)
{
	(void)state;
#define X(name, code, word) assert_non_null(word_find(WORDS_TRUST, word));
	WIRE_TRUSTS(X)
#undef X
#define X(name, code, word, noise) assert_non_null(word_find(WORDS_EVENT, word));
	WIRE_EVENT_TYPES(X)
#undef X
#define X(name, code, word) assert_non_null(word_find(WORDS_REASON, word));
	WIRE_REASONS(X)
#undef X
#define X(name, word) assert_non_null(word_find(WORDS_MODE, word));
	WIRE_MODES(X)
#undef X
#define X(name, word) assert_non_null(word_find(WORDS_DOOR, word));
	WIRE_DOOR_STATES(X)
#undef X
#define X(name, word) assert_non_null(word_find(WORDS_ALARM, word));
	WIRE_ALARMS(X)
#undef X
#define X(name, word) assert_non_null(word_find(WORDS_REQUEST, word));
	REQUEST_STATES(X)
#undef X
	assert_null(word_find(WORDS_DOOR, "ajar"));
	assert_string_equal(word_say(WORDS_DOOR, "ajar"), "ajar");
}

static json_t *door(const char *board, const char *state, bool is_online, bool is_ready)
{
	return json_pack("{s:s, s:s, s:s, s:b, s:b, s:I, s:I, s:I, s:[]}", "board", board, "name", board,
		"state", state, "is_online", is_online, "is_ready", is_ready, "heard_ms", (json_int_t)1000,
		"wanted_rev", (json_int_t)8, "confirmed_rev", (json_int_t)(is_ready ? 8 : 7), "alarms");
}

static void test_doors_come_worst_first(void **state)
{
	json_t *doors = json_array(), *again;
	struct table *table;
	char *text;

	(void)state;
	lang_is_english = true;
	json_array_append_new(doors, door("a-well", "locked", true, true));
	json_array_append_new(doors, door("b-behind", "locked", true, false));
	json_array_append_new(doors, door("c-gone", "open", false, true));
	json_array_append_new(doors, door("d-forced", "forced", true, true));
	again = door("d-forced", "forced", true, true);
	json_array_append_new(json_object_get(again, "alarms"), json_string("forced"));
	json_array_append_new(json_object_get(again, "alarms"), json_string("storage"));
	assert_int_equal(doors_view_put(doors, again), 0);
	json_decref(again);
	assert_int_equal(json_array_size(doors), 4);
	table = doors_view_table(doors, 4000);
	assert_non_null(table);
	text = print(table, 0);
	assert_string_equal(text, "DOOR      BOARD     STATE            HEARD  LIST   QUEUE  NOTE\n"
				  "d-forced  d-forced  ▲ forced open    3 s    ✓ 8    0      storage fault\n"
				  "c-gone    c-gone    × not connected  3 s    ✓ 8    0      \n"
				  "b-behind  b-behind  ■ locked         3 s    … 7/8  0      \n"
				  "a-well    a-well    ■ locked         3 s    ✓ 8    0      \n");
	free(text);
	table_free(table);
	json_decref(doors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_columns_line_up),
		cmocka_unit_test(test_words_are_known),
		cmocka_unit_test(test_doors_come_worst_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
