/* civil - see civil.h */
#include "gateway/core/civil.h"

#include <string.h>

#define NIP_DIGITS 18
#define NIK_DIGITS 16

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits of a text that has nothing else but spaces; false when there are not exactly `count`. */
static bool take_digits(char *digits, size_t count, const char *text)
{
	size_t found = 0;

	for (; *text; text++) {
		if (*text == ' ')
			continue;
		if (!is_digit(*text) || found == count)
			return false;
		digits[found++] = *text;
	}
	return found == count;
}

static unsigned number_at(const char *digits, size_t count)
{
	unsigned value = 0;

	for (size_t i = 0; i < count; i++)
		value = 10 * value + (unsigned)(digits[i] - '0');
	return value;
}

static bool is_date(unsigned month, unsigned day)
{
	static const unsigned char days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

bool civil_is_nip(const char *text)
{
	char digits[NIP_DIGITS];
	unsigned year;

	if (!take_digits(digits, NIP_DIGITS, text))
		return false;
	year = number_at(digits, 4);
	return year >= 1930 && year < 2020 && is_date(number_at(digits + 4, 2), number_at(digits + 6, 2)) &&
	       (digits[14] == '1' || digits[14] == '2');
}

/* The region, the birth date, and a year of birth that a NUPTK cannot be taken for: no 2 or 3 in its tens. */
static bool has_shape_of_nik(const char *digits)
{
	unsigned province = number_at(digits, 2), day = number_at(digits + 6, 2);

	if (province < 11 || province > 97 || digits[10] == '2' || digits[10] == '3')
		return false;
	return is_date(number_at(digits + 8, 2), day > 40 ? day - 40 : day);
}

bool civil_is_nuptk(const char *text)
{
	char digits[NIK_DIGITS];

	return take_digits(digits, NIK_DIGITS, text) && !has_shape_of_nik(digits);
}

bool civil_holds_nik(const char *text)
{
	size_t run = 0;

	for (; *text; text++) {
		if (is_digit(*text))
			run++;
		else if (run == 0 || !strchr(" .-", *text)) {
			if (run == NIK_DIGITS)
				return true;
			run = 0;
		}
	}
	return run == NIK_DIGITS;
}

void civil_mask(char out[static CIVIL_MASKED_SIZE], const char *number)
{
	char digits[NIP_DIGITS] = { 0 };
	size_t count = 0;

	for (; *number; number++) {
		if (*number != ' ')
			digits[count++] = *number;
	}
	memcpy(out, digits, 4);
	memcpy(out + 4, "…", 3);
	memcpy(out + 7, digits + count - 3, 3);
	out[10] = '\0';
}
