/* letter - what kind of file a letter is, by how it begins: nobody's word is taken for it, and nothing of it
 * is parsed. Pure. */
#ifndef RUMAH_GATEWAY_LETTER_H
#define RUMAH_GATEWAY_LETTER_H

#include <stddef.h>
#include <stdint.h>

#define LETTER_MAX_BYTES (5 << 20)
#define LETTER_HEAD_BYTES 8 /* as many as it takes to know */

#define LETTER_TYPES(X)                                                                                      \
	X(PDF, "pdf", "application/pdf")                                                                     \
	X(JPEG, "jpeg", "image/jpeg")                                                                        \
	X(PNG, "png", "image/png")
enum letter_type {
#define X(name, word, content_type) LETTER_##name,
	LETTER_TYPES(X)
#undef X
		LETTER_TYPE_COUNT
};

/* 0, or -EINVAL: none of them. */
int letter_type_of(enum letter_type *out, const uint8_t *head, size_t len);
const char *letter_word(enum letter_type type); /* also the end of its name */
const char *letter_content_type(enum letter_type type);
int letter_word_read(enum letter_type *out, const char *word); /* 0 or -EINVAL */

#endif
