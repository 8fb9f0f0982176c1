/* words - the words of the contract (states, modes, events, reasons, alarms) as people say them. */
#ifndef RUMAH_WORDS_OF_PEOPLE_H
#define RUMAH_WORDS_OF_PEOPLE_H

#include <stddef.h>

#include "tools/rumah/lang.h"
#include "tools/rumah/term.h"

enum word_list {
	WORDS_REQUEST,
	WORDS_DOOR,
	WORDS_MODE,
	WORDS_EVENT,
	WORDS_REASON,
	WORDS_ALARM,
	WORDS_TRUST,
	WORDS_UNIT,
	WORDS_TONE, /* of a keypad */
	WORDS_LAMP, /* beside it */
	WORDS_LINE, /* into a board */
	WORDS_LIST_COUNT
};

struct word {
	const char *word;
	struct text text;
	enum tone tone;
	const char *icon; /* a shape of its own, so that the colour is not needed; NULL: none */
};

/* NULL: a word this version does not know. */
const struct word *word_find(enum word_list list, const char *word);
/* What people say; the word itself when it is not known. */
const char *word_say(enum word_list list, const char *word);
enum tone word_tone(enum word_list list, const char *word);

#endif
