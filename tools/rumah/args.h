/* args - reads a command's arguments by the very line that its help prints, so that the two cannot drift
 * apart.
 *
 *   NUMBER              a word that must stand there           [NAME]           one that may
 *   --from TIME         an option that must stand there        [--until TIME]   one that may
 *   [--watch]           a flag                                 NAME...          once or more often (also an
 * option's) on|off              one of these words (also an option's value)
 *
 * Options may stand anywhere and be written --name=value; what follows -- is words. Pure; everything points
 * into `usage` and `argv`. */
#ifndef RUMAH_ARGS_H
#define RUMAH_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#define ARGS_MAX 96 /* the longest list is that of 64 people */
#define ARGS_MESSAGE_MAX 300

struct args {
	const char *words[ARGS_MAX];
	size_t word_count;
	struct {
		const char *name; /* without the dashes; not ended by 0 */
		size_t name_len;
		const char *value; /* "" of a flag */
	} options[ARGS_MAX];
	size_t option_count;
};

/* 0, or 1 with the reason for people in `message`. Values are never repeated in it: one may be a secret. */
int args_read(struct args *args, const char *usage, char *const *argv, size_t argc,
	char message[static ARGS_MESSAGE_MAX]);

/* The index-th word, or NULL. */
const char *args_word(const struct args *args, size_t index);
/* The option's value (the index-th of several), or NULL. */
const char *args_option(const struct args *args, const char *name);
const char *args_option_at(const struct args *args, const char *name, size_t index);
bool args_has(const struct args *args, const char *name);

#endif
