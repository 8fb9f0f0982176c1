#include "firmware/door/gpio_pin_words.h"

#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const struct { const char *text; unsigned word; } pin_words[] = {
	{ "nc", PIN_NC },     { "no", PIN_NO },     { "high", PIN_HIGH }, { "low", PIN_LOW },
	{ "up", PIN_UP },     { "down", PIN_DOWN }, { "external", PIN_EXTERNAL },
	{ "pair", PIN_PAIR },
};
/* clang-format on */

unsigned pin_words_split(char *text, char *words[static PIN_WORDS_MAX])
{
	unsigned count = 0;
	char *rest = text;

	for (char *word; (word = strsep(&rest, " \t")) != NULL;) {
		if (!word[0])
			continue;
		if (count == PIN_WORDS_MAX)
			return PIN_WORDS_MAX + 1;
		words[count++] = word;
	}
	return count;
}

/* "50ms". 0 when it is none. */
static uint32_t read_ms(const char *word)
{
	char *end;
	unsigned long ms;

	if (word[0] < '1' || word[0] > '9')
		return 0;
	ms = strtoul(word, &end, 10);
	return strcmp(end, "ms") == 0 && ms <= 100000 ? (uint32_t)ms : 0;
}

static unsigned read_word(const char *text, uint32_t *ms)
{
	for (size_t i = 0; i < sizeof(pin_words) / sizeof(pin_words[0]); i++) {
		if (strcmp(pin_words[i].text, text) == 0)
			return pin_words[i].word;
	}
	*ms = read_ms(text);
	return *ms ? PIN_MS : 0;
}

static bool is_two_of(unsigned words, unsigned set)
{
	words &= set;
	return (words & (words - 1)) != 0;
}

static bool contradicts_itself(unsigned words)
{
	return is_two_of(words, PIN_NC | PIN_NO) || is_two_of(words, PIN_HIGH | PIN_LOW) ||
	       is_two_of(words, PIN_UP | PIN_DOWN);
}

const char *pin_words_read(struct pin *pin, unsigned *words, const char *text)
{
	char copy[PIN_TEXT_MAX], *parts[PIN_WORDS_MAX];
	struct gpio_ref ref;
	unsigned count;

	*words = 0;
	memcpy(copy, text, strlen(text) + 1);
	count = pin_words_split(copy, parts);
	if (count == 0 || count > PIN_WORDS_MAX || !gpio_ref_parse(&ref, parts[0]))
		return "wants a line's name or chip:offset, and words";
	*pin = (struct pin){ 0 };
	memcpy(pin->ref, parts[0], strlen(parts[0]) + 1);
	for (unsigned i = 1; i < count; i++) {
		unsigned word = read_word(parts[i], &pin->ms);

		if (word == 0)
			return "knows nc, no, high, low, up, down, external, pair and a time like 50ms";
		if (*words & word)
			return "the same thing said twice";
		*words |= word;
		if (word != PIN_PAIR)
			continue;
		if (++i == count || !gpio_ref_parse(&ref, parts[i]))
			return "pair wants the other contact's line after it";
		memcpy(pin->pair, parts[i], strlen(parts[i]) + 1);
	}
	return contradicts_itself(*words) ? "two words that contradict each other" : NULL;
}
