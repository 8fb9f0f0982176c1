/* Letters are known by how they begin, whatever they are called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "gateway/core/letter.h"

/* clang-format off */
static const struct { const char *bytes; size_t len; int type; } rows[] = {
	{ "%PDF-1.7", 8, LETTER_PDF }, { "%PDF-", 5, LETTER_PDF }, { "%PDF", 4, -1 }, { "%pdf-1.7", 8, -1 },
	{ "\xff\xd8\xff\xe0", 4, LETTER_JPEG }, { "\xff\xd8\xff", 3, LETTER_JPEG }, { "\xff\xd8", 2, -1 },
	{ "\x89PNG\r\n\x1a\n", 8, LETTER_PNG }, { "\x89PNG\r\n\x1a", 7, -1 }, { "\x89PNG\n\n\x1a\n", 8, -1 },
	{ "GIF89a..", 8, -1 }, { "<html>%P", 8, -1 }, { "MZ......", 8, -1 }, { "PK\x03\x04....", 8, -1 }, { "", 0, -1 },
};
/* clang-format on */

static void a_letter_is_what_it_begins_as(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum letter_type type;
		int r = letter_type_of(&type, (const uint8_t *)rows[i].bytes, rows[i].len);

		assert_int_equal(r, rows[i].type < 0 ? -EINVAL : 0);
		if (r == 0)
			assert_int_equal(type, rows[i].type);
	}
}

static void every_type_has_its_words(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LETTER_TYPE_COUNT; i++) {
		enum letter_type type;

		assert_int_equal(letter_word_read(&type, letter_word(i)), 0);
		assert_int_equal(type, i);
	}
	assert_string_equal(letter_content_type(LETTER_JPEG), "image/jpeg");
	assert_int_equal(letter_word_read(&(enum letter_type){ 0 }, "gif"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_letter_is_what_it_begins_as),
		cmocka_unit_test(every_type_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
