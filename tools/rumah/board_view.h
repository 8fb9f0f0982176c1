/* board_view - the picture of one board (firmware/door/look.h) as a box of lines for a terminal. Pure but for
 * the language and the colours. */
#ifndef RUMAH_BOARD_VIEW_H
#define RUMAH_BOARD_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "tools/rumah/lang.h"
#include "tools/rumah/term.h"

struct board_view {
	unsigned width; /* columns; in fewer than BOARD_VIEW_WIDE all stands in one column */
	int zone_min;
	int64_t age_ms;     /* since the picture came */
	bool is_connected;  /* else what is shown is old, and says so */
	const char *footer; /* "" for none */
};

#define BOARD_VIEW_WIDE 72
#define BOARD_VIEW_MIN 30

/* Lines with newlines between them, the caller's; NULL: no memory. */
char *board_view_draw(const json_t *picture, const struct board_view *view);

/* How a line of the board ("contact") is called, and what it says when it is active and when not. */
struct board_line_words {
	const char *line;
	struct text name, active, passive;
	enum tone active_tone, passive_tone;
};
extern const struct board_line_words board_lines[];
extern const size_t board_line_count;

#endif
