/* text - see text.h */
#include "gateway/core/text.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

/* Bytes of the UTF-8 character at `at`: 0 for what is not one (overlong, a surrogate, past U+10FFFF). */
static size_t utf8_length(const uint8_t *at)
{
	uint32_t c = at[0];
	size_t length = c < 0x80                ? 1
			: c >= 0xc2 && c < 0xe0 ? 2
			: (c & 0xf0) == 0xe0    ? 3
			: c >= 0xf0 && c < 0xf5 ? 4
						: 0;

	if (length < 2)
		return length;
	c &= 0x7fu >> length;
	for (size_t i = 1; i < length; i++) { /* an end mark is no continuation: this stops at it */
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (at[i] & 0x3f);
	}
	if (length == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000)))
		return 0;
	if (length == 4 && (c < 0x10000 || c > 0x10ffff))
		return 0;
	return length;
}

static bool is_control(uint8_t byte, bool may_break)
{
	if (byte == '\n')
		return !may_break;
	return byte < 0x20 || byte == 0x7f;
}

bool text_is_plain(const char *text, size_t max, bool may_break)
{
	const uint8_t *at = (const uint8_t *)text;
	bool is_blank = true;

	if (strnlen(text, max + 1) > max)
		return false;
	while (*at) {
		size_t length = utf8_length(at);

		if (length == 0 || is_control(*at, may_break))
			return false;
		if (*at > ' ')
			is_blank = false;
		at += length;
	}
	return !is_blank;
}

bool text_is_email(const char *text)
{
	const char *at = strchr(text, '@');

	return text_is_plain(text, 254, false) && at && at > text && at[1] != '\0' && !strchr(at + 1, '@') &&
	       !strchr(text, ' ');
}

/* The digits of `text` into digits[TEXT_PHONE_MAX + 1]; the count, or 0 when something else stands there or
 * there are too many. */
static size_t only_digits(char *digits, const char *text)
{
	size_t count = 0;

	for (; *text; text++) {
		if (strchr(" -.()", *text))
			continue;
		if (*text < '0' || *text > '9' || count == TEXT_PHONE_MAX)
			return 0;
		digits[count++] = *text;
	}
	digits[count] = '\0';
	return count;
}

int text_phone(char out[static TEXT_PHONE_MAX + 1], const char *text)
{
	char digits[TEXT_PHONE_MAX + 1] = "";
	bool has_plus = *text == '+';
	size_t count = only_digits(digits, text + has_plus);
	size_t skip = !has_plus && digits[0] == '0' ? 1 : 0;
	const char *country = skip ? "62" : "";

	if (count == 0)
		return -EINVAL;
	if (!has_plus && !skip && strncmp(digits, "62", 2) != 0)
		return -EINVAL;
	count = count - skip + strlen(country);
	if (count < 8 || count > TEXT_PHONE_MAX - 1 || digits[skip] == '0')
		return -EINVAL;
	out[0] = '+';
	memcpy(out + 1, country, strlen(country));
	memcpy(out + 1 + strlen(country), digits + skip, strlen(digits + skip) + 1);
	return 0;
}
