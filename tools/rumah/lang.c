#include "tools/rumah/lang.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool lang_is_english;

const char *lang_pick(struct text text)
{
	return T(text.indonesian, text.english);
}

static const char *from_environment(void)
{
	static const char *const names[] = { "RUMAH_LANG", "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && value[0])
			return value;
	}
	return "";
}

int lang_choose(const char *wanted)
{
	if (!wanted) {
		lang_is_english = strncmp(from_environment(), "en", 2) == 0;
		return 0;
	}
	if (strcmp(wanted, "id") != 0 && strcmp(wanted, "en") != 0)
		return -EINVAL;
	lang_is_english = wanted[0] == 'e';
	return 0;
}
