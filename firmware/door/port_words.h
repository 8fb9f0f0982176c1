/* port_words - what a port has and does, in the words of the local sockets: lines, tones, lamps. */
#ifndef RUMAH_DOOR_PORT_WORDS_H
#define RUMAH_DOOR_PORT_WORDS_H

#include "firmware/core/board.h"

const char *port_line_word(enum board_line line);
const char *port_tone_word(enum board_tone tone);
const char *port_lamp_word(enum board_lamp lamp);
/* What the word (NULL: none) stands for, or -EINVAL. */
int port_line_read(const char *word);
int port_tone_read(const char *word);
int port_lamp_read(const char *word);

#endif
