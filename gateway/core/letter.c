/* letter - see letter.h */
#include "gateway/core/letter.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static const struct {
	const char *word, *content_type;
} types[] = {
#define X(name, word, content_type) [LETTER_##name] = { word, content_type },
	LETTER_TYPES(X)
#undef X
};

int letter_type_of(enum letter_type *out, const uint8_t *head, size_t len)
{
	static const struct {
		enum letter_type type;
		size_t len;
		const char *magic;
	} magics[] = {
		{ LETTER_PDF, 5, "%PDF-" },
		{ LETTER_JPEG, 3, "\xff\xd8\xff" },
		{ LETTER_PNG, 8, "\x89PNG\r\n\x1a\n" },
	};

	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (len >= magics[i].len && memcmp(head, magics[i].magic, magics[i].len) == 0) {
			*out = magics[i].type;
			return 0;
		}
	}
	return -EINVAL;
}

const char *letter_word(enum letter_type type)
{
	assert(type < LETTER_TYPE_COUNT);
	return types[type].word;
}

const char *letter_content_type(enum letter_type type)
{
	assert(type < LETTER_TYPE_COUNT);
	return types[type].content_type;
}

int letter_word_read(enum letter_type *out, const char *word)
{
	for (unsigned i = 0; i < LETTER_TYPE_COUNT; i++) {
		if (strcmp(word, types[i].word) == 0) {
			*out = (enum letter_type)i;
			return 0;
		}
	}
	return -EINVAL;
}
