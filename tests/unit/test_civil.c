/* Numbers of civil servants, teachers and citizens: which are taken, which are refused, what is kept. None of
 * these is anybody's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/core/civil.h"

/* clang-format off */
static const struct { const char *text; bool is_nip, is_nuptk, holds_nik; const char *masked; } rows[] = {
	{ "198003152005012005",     true,  false, false, "1980…005" },
	{ "19800315 200501 2 005",  true,  false, false, "1980…005" },
	{ "198003152021211005",     true,  false, false, "1980…005" }, /* NI PPPK: 21 where others have a month */
	{ "198002302005012005",     false, false, false, NULL }, /* 30 February */
	{ "198000152005012005",     false, false, false, NULL },
	{ "198013152005012005",     false, false, false, NULL },
	{ "198003002005012005",     false, false, false, NULL },
	{ "192903152005012005",     false, false, false, NULL },
	{ "202003152005012005",     false, false, false, NULL },
	{ "198003152005013005",     false, false, false, NULL }, /* sex 3 */
	{ "198003152005011005",     true,  false, false, "1980…005" },
	{ "19800315200501200",      false, false, false, NULL },
	{ "1980031520050120055",    false, false, false, NULL },
	{ "19800315200501200x",     false, false, false, NULL },
	{ "4145743644200013",       false, true,  true,  "4145…013" },
	{ "8744 7586 6030 0032",    false, true,  true,  "8744…032" },
	{ "3174051203900002",       false, false, true,  NULL }, /* a NIK: 12 March 1990 */
	{ "3174055203900002",       false, false, true,  NULL }, /* a woman's */
	{ "3174055203300032",       false, true,  true,  "3174…032" }, /* year 30: more likely a NUPTK */
	{ "1074051203900002",       false, true,  true,  "1074…002" }, /* no such province */
	{ "9874051203900002",       false, true,  true,  "9874…002" },
	{ "3174051213900002",       false, true,  true,  "3174…002" }, /* no such month */
	{ "3174053203900002",       false, true,  true,  "3174…002" }, /* 32 March */
	{ "NIK saya 3174051203900002.", false, false, true, NULL },
	{ "3174.0512.0390.0002",    false, false, true,  NULL },
	{ "3174-0512-0390-0002 ya", false, false, true,  NULL },
	{ "3174051203900002/1",     false, false, true,  NULL },
	{ "081234567890",           false, false, false, NULL },
	{ "Surat 421.3/017/2026",   false, false, false, NULL },
	{ "12345678901234567",      false, false, false, NULL }, /* 17 digits */
	{ "- 1",                    false, false, false, NULL },
	{ "",                       false, false, false, NULL },
};
/* clang-format on */

static void every_number_is_taken_for_what_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char masked[CIVIL_MASKED_SIZE];

		if (civil_is_nip(rows[i].text) != rows[i].is_nip ||
			civil_is_nuptk(rows[i].text) != rows[i].is_nuptk ||
			civil_holds_nik(rows[i].text) != rows[i].holds_nik)
			fail_msg("%s", rows[i].text);
		if (!rows[i].masked)
			continue;
		civil_mask(masked, rows[i].text);
		assert_string_equal(masked, rows[i].masked);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_number_is_taken_for_what_it_is) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
