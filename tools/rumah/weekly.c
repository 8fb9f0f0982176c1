#include "tools/rumah/weekly.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

/* In either language; three letters do. */
static int take_day(const char **text, unsigned *day)
{
	/* clang-format off */
	static const char *const names[][2] = {
		{ "senin", "monday" }, { "selasa", "tuesday" }, { "rabu", "wednesday" }, { "kamis", "thursday" },
		{ "jumat", "friday" }, { "sabtu", "saturday" }, { "minggu", "sunday" },
	};
	/* clang-format on */
	size_t len = 0;

	while (isalpha((unsigned char)(*text)[len]))
		len++;
	for (unsigned i = 0; len >= 3 && i < 7; i++) {
		for (unsigned j = 0; j < 2; j++) {
			if (len <= strlen(names[i][j]) && strncasecmp(*text, names[i][j], len) == 0) {
				*text += len;
				*day = i;
				return 0;
			}
		}
	}
	return -EINVAL;
}

static int take_days(const char **text, unsigned *days)
{
	unsigned first, last;

	*days = 0;
	do {
		*text += **text == ',';
		if (take_day(text, &first) < 0)
			return -EINVAL;
		last = first;
		if (**text == '-') {
			++*text;
			if (take_day(text, &last) < 0)
				return -EINVAL;
		}
		for (unsigned day = first;; day = (day + 1) % 7) { /* sabtu-senin goes round */
			*days |= 1u << day;
			if (day == last)
				break;
		}
	} while (**text == ',');
	return 0;
}

static int take_minute(const char **text, unsigned *minute)
{
	unsigned parts[2] = { 0 };

	for (int i = 0; i < 2; i++) {
		if (i == 1 && **text != '.' && **text != ':')
			return -EINVAL;
		*text += i;
		if (!isdigit((unsigned char)**text))
			return -EINVAL;
		while (isdigit((unsigned char)**text) && parts[i] < 100)
			parts[i] = parts[i] * 10 + (unsigned)(*(*text)++ - '0');
	}
	*minute = parts[0] * 60 + parts[1];
	return parts[1] > 59 || *minute > 1440 ? -EINVAL : 0;
}

int weekly_read(struct weekly *out, const char *text)
{
	struct weekly weekly;

	text += strspn(text, " ");
	if (take_days(&text, &weekly.days) < 0 || *text != ' ')
		return -EINVAL;
	text += strspn(text, " ");
	if (take_minute(&text, &weekly.from_min) < 0 || *text++ != '-' ||
		take_minute(&text, &weekly.to_min) < 0)
		return -EINVAL;
	if (*text || weekly.from_min > 1439 || weekly.to_min == 0)
		return -EINVAL;
	*out = weekly;
	return 0;
}
