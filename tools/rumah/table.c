#include "tools/rumah/table.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2         /* blanks between columns */
#define NARROWEST 8   /* a column is not cut further than to this */
#define CELL_MAX 1024 /* of table_addf() */

struct cell {
	char *text;
	enum tone tone;
};

struct table {
	const char *const *titles;
	size_t columns, count, room;
	struct cell *cells;
};

struct table *table_new(const char *const *titles)
{
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->titles = titles;
	while (titles[table->columns] && table->columns < TABLE_COLUMNS_MAX)
		table->columns++;
	return table;
}

void table_free(struct table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i].text);
	free(table->cells);
	free(table);
}

int table_add(struct table *table, enum tone tone, const char *text)
{
	char *copy = term_clean(text ? text : "");

	if (copy && table->count == table->room) {
		size_t room = table->room ? table->room * 2 : 64;
		struct cell *cells = realloc(table->cells, room * sizeof(*cells));

		if (cells) {
			table->cells = cells;
			table->room = room;
		}
	}
	if (!copy || table->count == table->room) {
		free(copy);
		return -ENOMEM;
	}
	table->cells[table->count++] = (struct cell){ copy, tone };
	return 0;
}

int table_addf(struct table *table, enum tone tone, const char *format, ...)
{
	char text[CELL_MAX];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	return table_add(table, tone, text);
}

size_t table_rows(const struct table *table)
{
	return table->count / table->columns;
}

/* How wide each column is: as its widest cell, less what does not fit. */
static void measure(const struct table *table, size_t *widths, unsigned width)
{
	size_t total = (table->columns - 1) * GAP;

	assert(table->columns > 0);
	for (size_t c = 0; c < table->columns; c++)
		widths[c] = term_columns(table->titles[c]);
	for (size_t i = 0; i < table->count; i++) {
		size_t columns = term_columns(table->cells[i].text), *widest = &widths[i % table->columns];

		*widest = columns > *widest ? columns : *widest;
	}
	for (size_t c = 0; c < table->columns; c++)
		total += widths[c];
	while (width > 0 && total > width) {
		size_t *widest = widths;

		for (size_t c = 1; c < table->columns; c++)
			widest = widths[c] > *widest ? &widths[c] : widest;
		if (*widest <= NARROWEST)
			break;
		--*widest;
		total--;
	}
}

static void print_cell(FILE *to, const char *text, enum tone tone, size_t width, bool is_last)
{
	size_t columns = term_columns(text);
	bool is_cut = columns > width;
	size_t bytes = is_cut ? term_fit(text, width - 1) : strlen(text);

	fprintf(to, "%s%.*s%s%s", term_begin(tone), (int)bytes, text, is_cut ? "…" : "", term_end(tone));
	if (is_last)
		return;
	if (is_cut) {
		char kept[CELL_MAX];

		snprintf(kept, sizeof(kept), "%.*s", (int)bytes, text);
		columns = term_columns(kept) + 1;
	}
	fprintf(to, "%*s", (int)(width - columns + GAP), "");
}

void table_print(const struct table *table, FILE *to, unsigned width)
{
	size_t widths[TABLE_COLUMNS_MAX] = { 0 };

	measure(table, widths, width);
	for (size_t c = 0; c < table->columns; c++)
		print_cell(to, table->titles[c], TONE_FAINT, widths[c], c + 1 == table->columns);
	fputc('\n', to);
	for (size_t i = 0; i + table->columns <= table->count; i += table->columns) {
		for (size_t c = 0; c < table->columns; c++) {
			const struct cell *cell = &table->cells[i + c];
			bool is_last = c + 1 == table->columns;

			print_cell(to, cell->text, cell->tone, widths[c], is_last);
		}
		fputc('\n', to);
	}
}
