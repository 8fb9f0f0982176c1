#include "schemas/wire/words.h"

#include <string.h>

#include "schemas/wire/message.h"

#define X(name, code, word) [code] = word,
static const char *const trusts[] = { WIRE_TRUSTS(X) };
static const char *const reasons[] = { WIRE_REASONS(X) };
#undef X
#define X(name, code, word, noise) [code] = word,
static const char *const event_types[] = { WIRE_EVENT_TYPES(X) };
#undef X
#define X(name, code, word, noise) [code] = noise,
static const bool noises[] = { WIRE_EVENT_TYPES(X) };
#undef X
#define X(name, word) word,
static const char *const modes[] = { WIRE_MODES(X) };
static const char *const actions[] = { WIRE_ACTIONS(X) };
static const char *const whys[] = { WIRE_WHYS(X) };
static const char *const doors[] = { WIRE_DOOR_STATES(X) };
static const char *const alarms[] = { WIRE_ALARMS(X) };
#undef X
#define X(name, word) [WIRE_##name] = word,
static const char *const refusals[] = { [WIRE_ACCEPTED] = "accepted", WIRE_REFUSALS(X) };
#undef X

#define LIST(array)                                                                                          \
	{                                                                                                    \
		array, sizeof(array) / sizeof((array)[0])                                                    \
	}
const struct words words_trust = LIST(trusts);
const struct words words_event_type = LIST(event_types);
const struct words words_reason = LIST(reasons);
const struct words words_mode = LIST(modes);
const struct words words_action = LIST(actions);
const struct words words_why = LIST(whys);
const struct words words_door = LIST(doors);
const struct words words_alarm = LIST(alarms);

const char *words_spell(const struct words *words, unsigned value)
{
	return value < words->count && words->list[value] ? words->list[value] : "?";
}

int words_read(const struct words *words, unsigned *value, const char *text, size_t len)
{
	for (unsigned i = 0; i < words->count; i++) {
		const char *word = words->list[i];

		if (word && strlen(word) == len && memcmp(word, text, len) == 0) {
			*value = i;
			return 0;
		}
	}
	return WIRE_BAD_FORM;
}

const char *wire_refusal_word(int refusal)
{
	return refusal >= 0 && refusal < WIRE_REFUSAL_COUNT ? refusals[refusal] : "error";
}

bool wire_event_type_is_noise(enum wire_event_type type)
{
	return type < sizeof(noises) / sizeof(noises[0]) && noises[type];
}

const char *wire_trust_word(enum wire_trust trust)
{
	return words_spell(&words_trust, trust);
}

const char *wire_event_type_word(enum wire_event_type type)
{
	return words_spell(&words_event_type, type);
}

const char *wire_reason_word(enum wire_reason reason)
{
	return words_spell(&words_reason, reason);
}

const char *wire_mode_word(enum wire_mode mode)
{
	return words_spell(&words_mode, mode);
}

const char *wire_action_word(enum wire_action_what what)
{
	return words_spell(&words_action, what);
}

const char *wire_why_word(enum wire_action_why why)
{
	return words_spell(&words_why, why);
}

const char *wire_door_word(enum wire_door_state state)
{
	return words_spell(&words_door, state);
}

const char *wire_alarm_word(enum wire_alarm alarm)
{
	return words_spell(&words_alarm, alarm);
}

#define READ(words)                                                                                          \
	unsigned value;                                                                                      \
	int r = words_read(&(words), &value, word, strlen(word));                                            \
	if (r == 0)                                                                                          \
		*out = value;                                                                                \
	return r

int wire_trust_read(enum wire_trust *out, const char *word)
{
	READ(words_trust);
}

int wire_event_type_read(enum wire_event_type *out, const char *word)
{
	READ(words_event_type);
}

int wire_reason_read(enum wire_reason *out, const char *word)
{
	READ(words_reason);
}

int wire_mode_read(enum wire_mode *out, const char *word)
{
	READ(words_mode);
}

int wire_action_read(enum wire_action_what *out, const char *word)
{
	READ(words_action);
}

int wire_why_read(enum wire_action_why *out, const char *word)
{
	READ(words_why);
}
