#include "gateway/http/pages.h"

#include <assert.h>

#include "web_pages.h" /* made by gateway/web/embed.cmake: web_form_html[] and its like */

#define HTML "text/html; charset=utf-8"
#define STYLE "text/css; charset=utf-8"
#define SCRIPT "text/javascript; charset=utf-8"
#define FILE_OF(name) (const char *)(name), sizeof(name)

static const struct page pages[] = {
	[PAGE_FORM] = { HTML, FILE_OF(web_form_html) },
	[PAGE_TEACHER] = { HTML, FILE_OF(web_teacher_html) },
	[PAGE_STAFF] = { HTML, FILE_OF(web_staff_html) },
	[PAGE_STYLE] = { STYLE, FILE_OF(web_app_css) },
	[PAGE_FORM_SCRIPT] = { SCRIPT, FILE_OF(web_form_js) },
	[PAGE_TEACHER_SCRIPT] = { SCRIPT, FILE_OF(web_teacher_js) },
	[PAGE_STAFF_SCRIPT] = { SCRIPT, FILE_OF(web_staff_js) },
	[PAGE_SHARED_SCRIPT] = { SCRIPT, FILE_OF(web_shared_js) },
};

const struct page *page_get(enum page_id id)
{
	assert(id < PAGE_COUNT);
	return &pages[id];
}
