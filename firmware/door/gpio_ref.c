#include "firmware/door/gpio_ref.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define OFFSET_MAX 4095 /* no chip has as many */

bool gpio_ref_parse(struct gpio_ref *ref, const char *text)
{
	size_t len = strlen(text);
	const char *colon = strrchr(text, ':');
	char *end;
	unsigned long offset;

	if (len == 0 || len > GPIO_REF_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isgraph((unsigned char)text[i]))
			return false;
	}
	*ref = (struct gpio_ref){ 0 };
	memcpy(ref->name, text, len);
	if (!colon || strspn(colon + 1, "0123456789") != strlen(colon + 1) || !colon[1])
		return true;
	offset = strtoul(colon + 1, &end, 10);
	if (colon == text || offset > OFFSET_MAX)
		return false;
	ref->name[colon - text] = 0;
	ref->offset = (unsigned)offset;
	ref->has_offset = true;
	return true;
}
