/* iCalendar to the byte: line ends, folding, escapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "gateway/core/ical.h"

#define HEAD                                                                                                 \
	"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Rumah "                                                 \
	"Guru//rumah-gateway//ID\r\nCALSCALE:GREGORIAN\r\n"                                                  \
	"NAME:Rumah\r\nX-WR-CALNAME:Rumah\r\nREFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n"
#define TAIL "END:VCALENDAR\r\n"

static void a_calendar_is_written_to_the_byte(void **state)
{
	static const char golden[] =
		HEAD "BEGIN:VEVENT\r\nUID:RG-7K3M-9Q@rumah\r\nSEQUENCE:3\r\nDTSTAMP:20260105T000000Z\r\n"
		     "DTSTART:20260105T003000Z\r\nDTEND:20260105T051500Z\r\nSTATUS:CONFIRMED\r\n"
		     "SUMMARY:Rapat\\, lalu makan\\; kelas A\\\\B\r\nLOCATION:Ruang 1\r\nDESCRIPTION:baris "
		     "1\\nbaris 2\r\n"
		     "END:VEVENT\r\n" TAIL;
	const struct ical_event event = { "RG-7K3M-9Q@rumah", 3, 1767571200000, 1767573000000, 1767590100000,
		ICAL_CONFIRMED, "Rapat, lalu makan; kelas A\\B", "Ruang 1", "baris 1\nbaris 2" };
	struct ical ical;
	char out[1024];
	size_t len;

	(void)state;
	ical_begin(&ical, out, sizeof(out), "Rumah");
	ical_put(&ical, &event);
	len = ical_end(&ical);
	assert_int_equal(len, sizeof(golden) - 1);
	assert_memory_equal(out, golden, len);

	/* Whatever room is missing, it is noticed and not overrun. */
	for (size_t size = 0; size < len; size++) {
		out[size] = '#';
		ical_begin(&ical, out, size, "Rumah");
		ical_put(&ical, &event);
		assert_int_equal(ical_end(&ical), 0);
		assert_int_equal(out[size], '#');
	}
}

static void an_empty_calendar_is_one_too(void **state)
{
	struct ical ical;
	char out[512];
	size_t len;

	(void)state;
	ical_begin(&ical, out, sizeof(out), "Rumah");
	len = ical_end(&ical);
	assert_int_equal(len, sizeof(HEAD TAIL) - 1);
	assert_memory_equal(out, HEAD TAIL, len);
}

/* Unfolds, and looks at every physical line. */
static size_t unfold(char *to, const char *from, size_t len)
{
	size_t octets = 0, out = 0;

	for (size_t i = 0; i < len; i++) {
		if (from[i] == '\r' && i + 2 < len && from[i + 1] == '\n' && from[i + 2] == ' ') {
			/* A character is whole on either side of a fold. */
			assert_true(i + 3 < len && (from[i + 3] & 0xc0) != 0x80);
			i += 2;
			octets = 1;
			continue;
		}
		octets = from[i] == '\n' ? 0 : octets + (from[i] != '\r');
		assert_true(octets <= 75);
		to[out++] = from[i];
	}
	to[out] = '\0';
	return out;
}

static void long_lines_are_folded_between_characters(void **state)
{
	static const char *const characters[] = { "a", "é", "界", "😀", ",", "\n" };
	static const char *const written[] = { "a", "é", "界", "😀", "\\,", "\\n" };

	(void)state;
	for (size_t c = 0; c < sizeof(characters) / sizeof(characters[0]); c++) {
		for (size_t shift = 0; shift < 8; shift++) {
			char text[512] = "", wanted[640] = "", out[4096], flat[4096];
			struct ical_event event = { "u", 0, 0, 0, 1000, ICAL_TENTATIVE, text, NULL, "" };
			struct ical ical;
			size_t len, text_len = shift, wanted_len = shift;

			memset(text, 'x', shift);
			memset(wanted, 'x', shift);
			for (size_t i = 0; i < 80; i++) {
				text_len += (size_t)snprintf(
					text + text_len, sizeof(text) - text_len, "%s", characters[c]);
				wanted_len += (size_t)snprintf(
					wanted + wanted_len, sizeof(wanted) - wanted_len, "%s", written[c]);
			}
			ical_begin(&ical, out, sizeof(out), "Rumah");
			ical_put(&ical, &event);
			len = ical_end(&ical);
			assert_int_not_equal(len, 0);
			unfold(flat, out, len);
			assert_non_null(strstr(flat, wanted));
			assert_null(strstr(flat, "DESCRIPTION"));
			assert_non_null(strstr(flat, "STATUS:TENTATIVE\r\n"));
		}
	}
}

static void what_is_called_off_says_so(void **state)
{
	const struct ical_event event = { "u", 9, 0, 0, 1000, ICAL_CANCELLED, "x", NULL, NULL };
	struct ical ical;
	char out[1024] = "";

	(void)state;
	ical_begin(&ical, out, sizeof(out) - 1, "Rumah");
	ical_put(&ical, &event);
	assert_int_not_equal(ical_end(&ical), 0);
	assert_non_null(strstr(out, "SEQUENCE:9\r\n"));
	assert_non_null(strstr(out, "STATUS:CANCELLED\r\n"));
}

static void every_day_until_2200_has_its_date(void **state)
{
	(void)state;
	for (int64_t day = 0; day < INT64_C(230) * 366; day++) {
		time_t at_s = (time_t)(day * 86400 + day % 86400);
		struct ical_event event = { "u", (uint64_t)day, 0, (int64_t)at_s * 1000, 0, ICAL_CONFIRMED,
			"s", NULL, "" };
		char out[1024], wanted[48], sequence[48];
		struct ical ical;
		struct tm tm;

		ical_begin(&ical, out, sizeof(out), "Rumah");
		ical_put(&ical, &event);
		assert_int_not_equal(ical_end(&ical), 0);
		assert_non_null(gmtime_r(&at_s, &tm));
		strftime(wanted, sizeof(wanted), "DTSTART:%Y%m%dT%H%M%SZ\r\n", &tm);
		snprintf(sequence, sizeof(sequence), "SEQUENCE:%lld\r\n", (long long)day);
		if (!strstr(out, wanted) || !strstr(out, sequence))
			fail_msg("day %lld is not %s", (long long)day, wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_calendar_is_written_to_the_byte),
		cmocka_unit_test(an_empty_calendar_is_one_too),
		cmocka_unit_test(long_lines_are_folded_between_characters),
		cmocka_unit_test(every_day_until_2200_has_its_date),
		cmocka_unit_test(what_is_called_off_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
