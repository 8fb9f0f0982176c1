/* Fields of CSV files: what is written is read, and nothing is carried out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "gateway/core/csv.h"

/* clang-format off */
static const struct { const char *text, *field; } rows[] = {
	{ "Sari", "\"Sari\"" }, { "", "\"\"" }, { "  ", "\"  \"" }, { "a,b", "\"a,b\"" },
	{ "kata \"dalam\" tanda", "\"kata \"\"dalam\"\" tanda\"" }, { "dua\nbaris", "\"dua\nbaris\"" },
	{ "=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"" }, { "+6281", "\"'+6281\"" }, { "-1", "\"'-1\"" },
	{ "@SUM(A1)", "\"'@SUM(A1)\"" }, { "|calc", "\"'|calc\"" }, { "%0a", "\"'%0a\"" },
	{ " =1", "\"' =1\"" }, { "\t=1", "\"'\t=1\"" }, { "1=1", "\"1=1\"" }, { "a@b", "\"a@b\"" },
};
/* clang-format on */

static void a_field_is_quoted_and_no_formula(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[80];

		assert_int_equal(csv_field(out, sizeof(out), rows[i].text), strlen(rows[i].field));
		assert_string_equal(out, rows[i].field);
	}
}

static void what_does_not_fit_is_cut_and_said(void **state)
{
	char out[8];

	(void)state;
	for (size_t size = 0; size < 6; size++) {
		memset(out, '#', sizeof(out));
		assert_int_equal(csv_field(out, size, "Sari"), 6);
		assert_int_equal(out[size], '#');
		if (size > 0)
			assert_int_equal(strlen(out), size - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_field_is_quoted_and_no_formula),
		cmocka_unit_test(what_does_not_fit_is_cut_and_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
