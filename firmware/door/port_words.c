#include "firmware/door/port_words.h"

#include <errno.h>
#include <string.h>

/* clang-format off */
static const char *const lines[LINE_COUNT] = {
#define X(name, code, word) [code] = word,
	WIRE_LINES(X)
#undef X
};
static const char *const tones[TONE_COUNT] = {
	[TONE_KEY] = "key", [TONE_CLEARED] = "cleared", [TONE_ACCEPTED] = "accepted",
	[TONE_ACCEPTED_OFFLINE] = "accepted_offline", [TONE_REJECTED] = "rejected", [TONE_WAIT] = "wait",
	[TONE_PREALARM] = "prealarm", [TONE_ALARM] = "alarm", [TONE_SILENCE] = "silence",
	[TONE_IDENTIFY] = "identify",
};
static const char *const lamps[LAMP_COUNT] = {
	[LAMP_READY] = "ready", [LAMP_RELEASED] = "released", [LAMP_WAIT] = "wait", [LAMP_CLOSED] = "closed",
	[LAMP_FAULT] = "fault", [LAMP_ALARM] = "alarm",
};
/* clang-format on */

static int find(const char *const words[], int count, const char *word)
{
	for (int i = 0; word && i < count; i++) {
		if (strcmp(words[i], word) == 0)
			return i;
	}
	return -EINVAL;
}

const char *port_line_word(enum board_line line)
{
	return lines[line];
}

const char *port_tone_word(enum board_tone tone)
{
	return tones[tone];
}

const char *port_lamp_word(enum board_lamp lamp)
{
	return lamps[lamp];
}

int port_line_read(const char *word)
{
	return find(lines, LINE_COUNT, word);
}

int port_tone_read(const char *word)
{
	return find(tones, TONE_COUNT, word);
}

int port_lamp_read(const char *word)
{
	return find(lamps, LAMP_COUNT, word);
}
