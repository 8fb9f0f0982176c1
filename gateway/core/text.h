/* text - what people type: names, words, telephone numbers. Pure. */
#ifndef RUMAH_GATEWAY_TEXT_H
#define RUMAH_GATEWAY_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define TEXT_PHONE_MAX 16 /* + and 15 digits */

/* UTF-8, 1 to max bytes, not blank, no control characters but (where may_break) line feeds. */
bool text_is_plain(const char *text, size_t max, bool may_break);
/* An e-mail address is only looked at: one @ with something on both sides, no spaces. */
bool text_is_email(const char *text);
/* Indonesian habits to E.164: 0812…, 62812…, +62 812-…  → +62812…; other countries with their +. 0, or
 * -EINVAL with `out` untouched. */
int text_phone(char out[static TEXT_PHONE_MAX + 1], const char *text);

#endif
