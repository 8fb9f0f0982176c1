/* table - rows of text in columns that line up, whatever the letters. Cells are cleaned (term_clean()). When
 * the rows are wider than the terminal, the widest columns give way; without a terminal nothing is cut. */
#ifndef RUMAH_TABLE_H
#define RUMAH_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "tools/rumah/term.h"

#define TABLE_COLUMNS_MAX 12

struct table; /* opaque: table_new() makes it, table_free() frees it */

/* `titles` ends with NULL and must outlive the table. NULL: no memory. */
struct table *table_new(const char *const *titles);
void table_free(struct table *table); /* takes NULL */

/* Adds the next cell, copying it; NULL is an empty cell. Rows fill from left to right. 0 or -ENOMEM. */
int table_add(struct table *table, enum tone tone, const char *text);
__attribute__((format(printf, 3, 4))) int table_addf(
	struct table *table, enum tone tone, const char *format, ...);

size_t table_rows(const struct table *table);
/* `width` 0: whatever it takes. */
void table_print(const struct table *table, FILE *to, unsigned width);

#endif
