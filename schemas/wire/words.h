/* words - the lists of words that enums are spelt with on the wire; private to this library.
 * A list is indexed by the enum's value; codes that begin at 1 leave a NULL at 0. */
#ifndef RUMAH_WIRE_WORDS_H
#define RUMAH_WIRE_WORDS_H

#include <stddef.h>

struct words {
	const char *const *list;
	unsigned count;
};

extern const struct words words_trust, words_event_type, words_reason, words_mode, words_action, words_why,
	words_door, words_alarm;

/* The word of a value; "?" for a value outside of the list, which no receiver accepts. Static storage. */
const char *words_spell(const struct words *words, unsigned value);
/* The value of the word at text[0..len): 0, or WIRE_BAD_FORM with *value untouched. */
int words_read(const struct words *words, unsigned *value, const char *text, size_t len);

#endif
