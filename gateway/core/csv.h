/* csv - writes a field of a CSV file (RFC 4180), so that a spreadsheet shows what somebody wrote and does not
 * carry it out: what begins like a formula gets an apostrophe before it. Pure. */
#ifndef RUMAH_GATEWAY_CSV_H
#define RUMAH_GATEWAY_CSV_H

#include <stddef.h>

/* Writes `text` as one field, in quotation marks, with an end mark. Returns its length; `size` or more: it
 * did not fit, and `out` is cut. */
size_t csv_field(char *out, size_t size, const char *text);

#endif
