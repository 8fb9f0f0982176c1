/* base32 - see base32.h */
#include "gateway/core/base32.h"

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

char base32_char(unsigned value)
{
	return alphabet[value & 31];
}

void base32_upper(char *out, const uint8_t *random, size_t count)
{
	for (size_t i = 0; i < count; i++)
		out[i] = base32_char(random[i]);
	out[count] = '\0';
}

void base32_lower(char *out, const uint8_t *random, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char c = base32_char(random[i]);

		out[i] = c >= 'A' ? (char)(c - 'A' + 'a') : c;
	}
	out[count] = '\0';
}

int base32_value(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		return 0;
	if (c == 'I' || c == 'L')
		return 1;
	for (int i = 0; i < 32; i++) {
		if (alphabet[i] == c)
			return i;
	}
	return -1;
}
