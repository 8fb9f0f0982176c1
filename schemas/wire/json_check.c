/* The grammar of RFC 8259, byte by byte, without recursion and without believing anything. */
#include <string.h>

#include "schemas/wire/json.h"
#include "schemas/wire/message.h"
#include "schemas/wire/refusal.h"

struct scan {
	const unsigned char *at, *end;
	unsigned depth;
	uint32_t objects; /* bit d: the container at depth d is an object */
};

_Static_assert(WIRE_DEPTH_MAX < 32, "one bit for every level");

static void skip_space(struct scan *scan)
{
	while (scan->at < scan->end &&
		(*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\t' || *scan->at == '\r'))
		scan->at++;
}

static bool take(struct scan *scan, unsigned char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

static bool take_literal(struct scan *scan, const char *literal)
{
	size_t len = strlen(literal);

	if ((size_t)(scan->end - scan->at) < len || memcmp(scan->at, literal, len) != 0)
		return false;
	scan->at += len;
	return true;
}

static bool take_digits(struct scan *scan)
{
	const unsigned char *from = scan->at;

	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
		scan->at++;
	return scan->at > from;
}

static bool take_number(struct scan *scan)
{
	take(scan, '-');
	if (!take(scan, '0') && !take_digits(scan))
		return false;
	if (take(scan, '.') && !take_digits(scan))
		return false;
	if (take(scan, 'e') || take(scan, 'E')) {
		if (!take(scan, '+'))
			take(scan, '-');
		return take_digits(scan);
	}
	return true;
}

/* The four digits of \uXXXX, or -1. */
static int take_hex4(struct scan *scan)
{
	int value = 0;

	if (scan->end - scan->at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		unsigned char c = *scan->at++;

		if (c >= '0' && c <= '9')
			value = value << 4 | (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			value = value << 4 | ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return value;
}

/* What follows a backslash. U+0000 and lone surrogates are refused: they end strings early in some readers
 * and are no text in others. */
static bool take_escape(struct scan *scan)
{
	int unit;

	if (scan->at == scan->end)
		return false;
	if (*scan->at != 'u')
		return memchr("\"\\/bfnrt", *scan->at++, 8) != NULL;
	scan->at++;
	unit = take_hex4(scan);
	if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff))
		return false;
	if (unit < 0xd800 || unit > 0xdbff)
		return true;
	if (!take(scan, '\\') || !take(scan, 'u'))
		return false;
	unit = take_hex4(scan);
	return unit >= 0xdc00 && unit <= 0xdfff;
}

/* One character of UTF-8 past ASCII: shortest form only, no surrogates, at most U+10FFFF (RFC 3629). */
static bool take_multibyte(struct scan *scan)
{
	unsigned char lead = *scan->at++, low = 0x80, high = 0xbf;
	int more;

	if (lead >= 0xc2 && lead <= 0xdf) {
		more = 1;
	} else if (lead >= 0xe0 && lead <= 0xef) {
		more = 2;
		low = lead == 0xe0 ? 0xa0 : 0x80;
		high = lead == 0xed ? 0x9f : 0xbf;
	} else if (lead >= 0xf0 && lead <= 0xf4) {
		more = 3;
		low = lead == 0xf0 ? 0x90 : 0x80;
		high = lead == 0xf4 ? 0x8f : 0xbf;
	} else {
		return false;
	}
	for (; more > 0; more--, low = 0x80, high = 0xbf) {
		if (scan->at == scan->end || *scan->at < low || *scan->at > high)
			return false;
		scan->at++;
	}
	return true;
}

static bool take_string(struct scan *scan)
{
	if (!take(scan, '"'))
		return false;
	while (scan->at < scan->end) {
		unsigned char c = *scan->at;

		if (c == '"') {
			scan->at++;
			return true;
		}
		if (c < 0x20)
			return false;
		if (c >= 0x80) {
			if (!take_multibyte(scan))
				return false;
			continue;
		}
		scan->at++;
		if (c == '\\' && !take_escape(scan))
			return false;
	}
	return false;
}

static bool take_name(struct scan *scan)
{
	skip_space(scan);
	if (!take_string(scan))
		return false;
	skip_space(scan);
	return take(scan, ':');
}

/* A value that is no container. */
static bool take_scalar(struct scan *scan)
{
	if (scan->at == scan->end)
		return false;
	switch (*scan->at) {
	case '"':
		return take_string(scan);
	case 't':
		return take_literal(scan, "true");
	case 'f':
		return take_literal(scan, "false");
	case 'n':
		return take_literal(scan, "null");
	default:
		return take_number(scan);
	}
}

/* After a value: closes what ends here and steps to the next value. 0 with *is_done when the text is over. */
static int take_ends(struct scan *scan, bool *is_done)
{
	for (;;) {
		bool is_object = scan->objects >> scan->depth & 1;

		skip_space(scan);
		if (scan->depth == 0) {
			*is_done = true;
			return scan->at == scan->end ? 0 : WIRE_NOT_JSON;
		}
		if (take(scan, ','))
			return is_object && !take_name(scan) ? WIRE_NOT_JSON : 0;
		if (!take(scan, is_object ? '}' : ']'))
			return WIRE_NOT_JSON;
		scan->depth--;
	}
}

int json_check(const char *text, size_t len)
{
	struct scan scan = { .at = (const unsigned char *)text, .end = (const unsigned char *)text + len };
	bool is_done = false;
	int r = 0;

	skip_space(&scan);
	if (scan.at == scan.end || *scan.at != '{')
		return WIRE_NOT_JSON;

	while (r == 0 && !is_done) {
		bool is_object;

		skip_space(&scan);
		is_object = take(&scan, '{');
		if (!is_object && !take(&scan, '[')) {
			if (!take_scalar(&scan))
				return WIRE_NOT_JSON;
			r = take_ends(&scan, &is_done);
			continue;
		}
		if (++scan.depth > WIRE_DEPTH_MAX)
			return WIRE_TOO_DEEP;
		scan.objects &= ~(1u << scan.depth);
		scan.objects |= (uint32_t)is_object << scan.depth;

		skip_space(&scan);
		if (scan.at < scan.end && *scan.at == (is_object ? '}' : ']'))
			r = take_ends(&scan, &is_done); /* empty: it ends at once */
		else if (is_object && !take_name(&scan))
			r = WIRE_NOT_JSON;
	}
	return r;
}
