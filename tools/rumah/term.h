/* term - what kind of terminal we write to: colours, width, and text that cannot take it over. */
#ifndef RUMAH_TERM_H
#define RUMAH_TERM_H

#include <stdbool.h>
#include <stddef.h>

enum tone { TONE_PLAIN, TONE_STRONG, TONE_FAINT, TONE_GOOD, TONE_WATCH, TONE_BAD };

/* Colours only on a terminal, and never when NO_COLOR is set to anything or TERM is dumb. */
void term_init(void);
bool term_is_tty(void);
bool term_has_colour(void);
unsigned term_width(void);  /* columns; 0: no terminal, so that nothing is cut */
unsigned term_height(void); /* rows; 0: no terminal */

/* "" without colours. */
const char *term_begin(enum tone tone);
const char *term_end(enum tone tone);

/* Columns that UTF-8 takes on a terminal; a byte that is no UTF-8 takes one. */
size_t term_columns(const char *text);
/* The length in bytes of what fits into `columns`. */
size_t term_fit(const char *text, size_t columns);
/* A copy without control characters (names come from strangers, and a terminal obeys escape sequences) nor
 * broken UTF-8: each becomes "?". The caller frees it; NULL: no memory. */
char *term_clean(const char *text);

#endif
