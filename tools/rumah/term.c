#include "tools/rumah/term.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool is_tty, has_colour;

static const char *const codes[] = {
	[TONE_PLAIN] = "",
	[TONE_STRONG] = "\033[1m",
	[TONE_FAINT] = "\033[2m",
	[TONE_GOOD] = "\033[32m",
	[TONE_WATCH] = "\033[33m",
	[TONE_BAD] = "\033[1;31m",
};

void term_init(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	is_tty = isatty(STDOUT_FILENO);
	has_colour = is_tty && !(no_color && no_color[0]) && term && strcmp(term, "dumb") != 0;
}

bool term_is_tty(void)
{
	return is_tty;
}

bool term_has_colour(void)
{
	return has_colour;
}

static struct winsize size(void)
{
	struct winsize size = { 0 };

	if (!is_tty || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return (struct winsize){ 0 };
	return size;
}

unsigned term_width(void)
{
	unsigned width = size().ws_col;

	return is_tty && width == 0 ? 80 : width;
}

unsigned term_height(void)
{
	unsigned height = size().ws_row;

	return is_tty && height == 0 ? 24 : height;
}

const char *term_begin(enum tone tone)
{
	return has_colour ? codes[tone] : "";
}

const char *term_end(enum tone tone)
{
	return has_colour && tone != TONE_PLAIN ? "\033[0m" : "";
}

/* One character of UTF-8: its length in bytes, 0 when it is none. */
static size_t decode(uint32_t *out, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = at[0] < 0x80   ? 1
		     : at[0] < 0xc2 ? 0
		     : at[0] < 0xe0 ? 2
		     : at[0] < 0xf0 ? 3
		     : at[0] < 0xf5 ? 4
				    : 0;
	uint32_t c;

	if (len == 0)
		return 0;
	c = len == 1 ? at[0] : at[0] & (0xffU >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (at[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*out = c;
	return len;
}

static size_t columns_of(uint32_t c)
{
	static const struct {
		uint32_t from, to;
		size_t columns;
	} ranges[] = {
		{ 0x0300, 0x036f, 0 }, { 0x200b, 0x200f, 0 },
		{ 0xfe00, 0xfe0f, 0 }, /* set over what is before them */
		{ 0x1100, 0x115f, 2 }, { 0x2e80, 0xa4cf, 2 }, { 0xac00, 0xd7a3, 2 }, /* East Asian: wide */
		{ 0xf900, 0xfaff, 2 }, { 0xfe30, 0xfe6f, 2 }, { 0xff00, 0xff60, 2 },
		{ 0x1f300, 0x1faff, 2 }, /* pictures */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (c >= ranges[i].from && c <= ranges[i].to)
			return ranges[i].columns;
	}
	return 1;
}

size_t term_fit(const char *text, size_t columns)
{
	size_t at = 0;

	while (text[at]) {
		uint32_t c = '?';
		size_t len = decode(&c, text + at), wide = columns_of(c);

		if (wide > columns)
			break;
		columns -= wide;
		at += len ? len : 1;
	}
	return at;
}

size_t term_columns(const char *text)
{
	size_t columns = 0;

	while (*text) {
		uint32_t c = '?';
		size_t len = decode(&c, text);

		columns += columns_of(c);
		text += len ? len : 1;
	}
	return columns;
}

/* C0 and C1 controls, and what turns the direction of writing round: a name must look like what it is. */
static bool is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

char *term_clean(const char *text)
{
	char *out = malloc(strlen(text) + 1), *to = out;

	if (!out)
		return NULL;
	while (*text) {
		uint32_t c;
		size_t len = decode(&c, text);

		if (len == 0 || is_unsafe(c)) {
			*to++ = '?';
			text += len ? len : 1;
		} else {
			memcpy(to, text, len);
			to += len;
			text += len;
		}
	}
	*to = 0;
	return out;
}
