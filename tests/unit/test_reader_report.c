/* reader_report: a finding in words, in two languages, and for programs; nothing that was typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/rumah/lang.h"
#include "tools/rumah/reader_report.h"

#define MS UINT64_C(1000000)

static void send(struct reader_test *test, uint64_t frame, unsigned bits, uint64_t t_ns)
{
	for (; bits-- > 0; t_ns += 2 * MS)
		reader_test_feed(test, frame >> bits & 1 ? WIEGAND_D1 : WIEGAND_D0, t_ns);
}

/* Printed in one language; the caller frees it. */
static char *print(const struct reader_test *test, bool is_english)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	assert_non_null(to);
	lang_is_english = is_english;
	reader_report_print(test, to);
	assert_int_equal(fclose(to), 0);
	return text;
}

static void a_good_reader_gets_its_configuration(void **state)
{
	struct reader_test test = { 0 };
	char *text;

	(void)state;
	send(&test, 0xe1, 8, 1000 * MS);
	send(&test, 0x0c607cf, 26, 2000 * MS);
	reader_test_end(&test, true, true);
	text = print(&test, true);
	assert_non_null(strstr(text, "All of it reads well."));
	assert_non_null(strstr(text, "[reader]\n  keys = 8bit\n  cards = 26\n  frame_gap_ms = 30\n"));
	assert_non_null(strstr(text, "frames 2 · of 8 bits: 1 · of 26 bits: 1\n"));
	free(text);
	text = print(&test, false);
	assert_non_null(strstr(text, "Semua terbaca dengan benar."));
	assert_non_null(strstr(text, "bingkai 2"));
	free(text);
}

static void programs_get_the_same(void **state)
{
	struct reader_test test = { 0 };
	json_t *report;

	(void)state;
	send(&test, 0x1e, 8, 1000 * MS); /* '1' on swapped lines */
	reader_test_end(&test, true, true);
	report = reader_report_json(&test);
	assert_non_null(report);
	assert_string_equal(json_string_value(json_object_get(report, "finding")), "swapped");
	assert_true(json_is_false(json_object_get(report, "is_good")));
	assert_string_equal(json_string_value(json_object_get(report, "keys")), "8bit");
	assert_int_equal(json_array_size(json_object_get(report, "cards")), 0);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(report, "lengths"), "8")), 1);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(report, "interval_us"), "longest")), 2000);
	json_decref(report);
}

static void every_finding_says_what_it_is_and_what_to_do(void **state)
{
	static const struct {
		struct reader_test test;
		enum reader_finding finding;
	} rows[] = {
		{ { .is_low = true }, READER_TEST_LINES_LOW },
		{ { .frames = 0 }, READER_TEST_SILENT },
		{ { .edges = { 9, 9 }, .lost = 1 }, READER_TEST_LOST },
		{ { .edges = { 99, 99 }, .overlaps = 99 }, READER_TEST_NO_GROUND },
		{ { .edges = { 24, 0 }, .frames = 3, .lengths = { [8] = 3 } }, READER_TEST_ONE_LINE },
		{ { .edges = { 9, 9 }, .echoes = 9 }, READER_TEST_RINGING },
		{ { .edges = { 99, 99 }, .frames = 2, .lengths = { [8] = 1, [7] = 1 } },
			READER_TEST_MISSING_BITS },
		{ { .edges = { 99, 99 }, .frames = 2, .lengths = { [8] = 1, [9] = 1 } },
			READER_TEST_EXTRA_BITS },
		{ { .edges = { 99, 99 }, .frames = 2, .lengths = { [35] = 2 } }, READER_TEST_UNKNOWN_LENGTH },
		{ { .edges = { 99, 99 }, .frames = 1, .lengths = { [26] = 1 }, .cards_wrong = 1 },
			READER_TEST_WRONG_BITS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text[2];

		assert_string_equal(reader_finding_word(reader_test_find(&rows[i].test)),
			reader_finding_word(rows[i].finding));
		for (unsigned english = 0; english <= 1; english++) {
			text[english] = print(&rows[i].test, english);
			assert_in_range(strcspn(text[english], "\n"), 10, 80);
			assert_null(strstr(text[english], "[reader]"));
		}
		assert_string_not_equal(text[0], text[1]);
		free(text[0]);
		free(text[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_reader_gets_its_configuration),
		cmocka_unit_test(programs_get_the_same),
		cmocka_unit_test(every_finding_says_what_it_is_and_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
