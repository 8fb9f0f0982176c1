/* pages - the pages and their scripts, embedded in the program when it was built (gateway/web). */
#ifndef RUMAH_GATEWAY_PAGES_H
#define RUMAH_GATEWAY_PAGES_H

#include <stddef.h>

enum page_id {
	PAGE_FORM,
	PAGE_TEACHER,
	PAGE_STAFF,
	PAGE_STYLE,
	PAGE_FORM_SCRIPT,
	PAGE_TEACHER_SCRIPT,
	PAGE_STAFF_SCRIPT,
	PAGE_SHARED_SCRIPT,
	PAGE_COUNT
};

struct page {
	const char *type;
	const char *bytes;
	size_t len;
};

const struct page *page_get(enum page_id id);

#endif
