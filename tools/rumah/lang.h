/* lang - the two languages rumah speaks. A text stands in both where it is used, so that the compiler sees
 * that neither is missing and that both take the same values. Bahasa Indonesia comes first. */
#ifndef RUMAH_LANG_H
#define RUMAH_LANG_H

#include <stdbool.h>

extern bool lang_is_english; /* set once, at start */

#define T(indonesian, english) (lang_is_english ? (english) : (indonesian))

struct text { /* for tables */
	const char *indonesian, *english;
};
const char *lang_pick(struct text text);

/* "id", "en", or NULL: what RUMAH_LANG, LC_ALL, LC_MESSAGES or LANG say, Indonesian when they say neither.
 * 0, or -EINVAL. */
int lang_choose(const char *wanted);

#endif
