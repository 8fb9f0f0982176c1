/* gpio_ref - a line as a person names it: by its own name, or by its chip's and an offset. */
#ifndef RUMAH_DOOR_GPIO_REF_H
#define RUMAH_DOOR_GPIO_REF_H

#include <stdbool.h>

#define GPIO_REF_MAX 48 /* characters: the kernel has 31 for a name or a label */

struct gpio_ref {
	char name[GPIO_REF_MAX + 1]; /* of a line, or of a chip when has_offset */
	bool has_offset;
	unsigned offset;
};

/* "name", or "chip:offset". Returns whether it can be one: 1 to GPIO_REF_MAX printable characters. */
bool gpio_ref_parse(struct gpio_ref *ref, const char *text);

#endif
