/* What people type: names, e-mail addresses, telephone numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "gateway/core/text.h"

static void plain_text(void **state)
{
	/* clang-format off */
	static const struct { const char *text; bool may_break, is_plain; } rows[] = {
		{ "Sari Dewi", false, true },
		{ "Ibu Ñañez — 東京 🎓", false, true },
		{ "", false, false }, { "   ", false, false },
		{ "a\nb", false, false }, { "a\nb", true, true }, { "\n", true, false },
		{ "a\tb", true, false }, { "a\x7f", true, false }, { "a\x01", true, false },
		{ "\x80", false, false }, { "\xc3", false, false }, { "\xc3(", false, false },       /* broken */
		{ "\xc0\xaf", false, false }, { "\xe0\x80\xaf", false, false },                   /* overlong */
		{ "\xf0\x80\x80\xaf", false, false },
		{ "\xed\xa0\x80", false, false }, { "\xed\x9f\xbf", false, true },               /* a surrogate; just before */
		{ "\xee\x80\x80", false, true },
		{ "\xf4\x90\x80\x80", false, false }, { "\xf4\x8f\xbf\xbf", false, true },     /* past U+10FFFF; the last */
		{ "\xf5\x80\x80\x80", false, false }, { "\xff", false, false },
		{ "12345678901", false, false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
			text_is_plain(rows[i].text, i + 1 == sizeof(rows) / sizeof(rows[0]) ? 10 : 100,
				rows[i].may_break),
			rows[i].is_plain);
}

static void email_addresses_are_only_looked_at(void **state)
{
	(void)state;
	assert_true(text_is_email("sari@sekolah.sch.id"));
	assert_false(text_is_email("sari"));
	assert_false(text_is_email("@sekolah"));
	assert_false(text_is_email("sari@"));
	assert_false(text_is_email("a@b@c"));
	assert_false(text_is_email("sari dewi@sekolah"));
	assert_false(text_is_email(""));
}

static void telephone_numbers_become_e164(void **state)
{
	/* clang-format off */
	static const struct { const char *typed, *stored; } rows[] = {
		{ "081234567890", "+6281234567890" },
		{ "0812 3456 7890", "+6281234567890" },
		{ "0812-3456-7890", "+6281234567890" },
		{ "6281234567890", "+6281234567890" },
		{ "+62 812 3456 7890", "+6281234567890" },
		{ "(021) 555.1234", "+62215551234" },
		{ "+31612345678", "+31612345678" },
		{ "31612345678", NULL },       /* of which country? */
		{ "+0812345678", NULL }, { "00812345678", NULL },
		{ "0812", NULL }, { "", NULL }, { "+", NULL },
		{ "0812x4567890", NULL }, { "0812/34567890", NULL }, { "0812345678901234567", NULL },
		{ "+1234567890123456", NULL }, /* 16 digits */
		{ "+123456789012345", "+123456789012345" },
		{ "08123456789012345", NULL },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[TEXT_PHONE_MAX + 1] = "untouched";
		int r = text_phone(out, rows[i].typed);

		assert_int_equal(r, rows[i].stored ? 0 : -EINVAL);
		assert_string_equal(out, rows[i].stored ? rows[i].stored : "untouched");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text),
		cmocka_unit_test(email_addresses_are_only_looked_at),
		cmocka_unit_test(telephone_numbers_become_e164),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
