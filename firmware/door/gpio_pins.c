#include "firmware/door/gpio_pins.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/core/debounce.h"
#include "firmware/door/gpio_pin_words.h"
#include "firmware/door/port_words.h"

#define INPUT_WORDS (PIN_NC | PIN_NO | PIN_UP | PIN_DOWN | PIN_EXTERNAL | PIN_MS | PIN_PAIR)
#define OUTPUT_WORDS (PIN_HIGH | PIN_LOW)
#define DATA_WORDS (PIN_UP | PIN_EXTERNAL)

struct reading {
	struct pins *pins;
	const struct pins_text *text;
	const struct board_hardware *hardware;
	char *message;
};

static int refuse(const struct reading *reading, const char *section, const char *key, const char *what)
{
	snprintf(reading->message, PINS_MESSAGE_MAX, "[%s] %s: %s", section, key, what);
	return -EINVAL;
}

static int refuse_pin(const struct reading *reading, const char *key, const char *what)
{
	return refuse(reading, "pins", key, what);
}

/* 0 or -EINVAL. */
static int read_pin(
	const struct reading *reading, struct pin *pin, const char *key, const char *text, unsigned *words)
{
	const char *complaint = pin_words_read(pin, words, text);

	return complaint ? refuse_pin(reading, key, complaint) : 0;
}

/* Where the resistor pulls, the line is when the circuit is open. */
static int read_input(const struct reading *reading, struct pin *pin, const char *key, const char *text)
{
	unsigned words;
	int r;

	if (!text[0])
		return 0;
	r = read_pin(reading, pin, key, text, &words);
	if (r < 0)
		return r;
	if (words & ~(unsigned)INPUT_WORDS)
		return refuse_pin(reading, key, "high and low are for outputs");
	if (!(words & (PIN_NC | PIN_NO)))
		return refuse_pin(
			reading, key, "say nc or no: does its circuit open or close when it happens?");
	if (!(words & PIN_MS))
		pin->ms = DEBOUNCE_MS;
	if (pin->ms < DEBOUNCE_MIN_MS || pin->ms > DEBOUNCE_MAX_MS)
		return refuse_pin(reading, key, "wants 5ms to 2000ms of quiet");
	pin->is_active_high = !(words & PIN_NC) == !!(words & PIN_DOWN);
	if (!(words & PIN_EXTERNAL))
		pin->bias = words & PIN_DOWN ? GPIO_BIAS_DOWN : GPIO_BIAS_UP;
	return 0;
}

static int read_output(const struct reading *reading, struct pin *pin, const char *key, const char *text)
{
	unsigned words;
	int r;

	if (!text[0])
		return 0;
	r = read_pin(reading, pin, key, text, &words);
	if (r < 0)
		return r;
	if (words & ~(unsigned)(OUTPUT_WORDS | PIN_MS))
		return refuse_pin(reading, key, "an output knows high, low and a time");
	if (!(words & OUTPUT_WORDS))
		return refuse_pin(reading, key, "say high or low: which level switches it on?");
	pin->is_active_high = words & PIN_HIGH;
	return 0;
}

static bool is_pulsed(const struct reading *reading)
{
	return reading->hardware->lock == LOCK_MOTOR || reading->hardware->lock == LOCK_TURNSTILE;
}

static int read_lock_pin(const struct reading *reading, struct pin *pin, const char *key, const char *text)
{
	int r = read_output(reading, pin, key, text);

	if (r < 0 || !text[0])
		return r;
	if (!is_pulsed(reading))
		return pin->ms == 0
			       ? 0
			       : refuse_pin(reading, key, "a time is for a motor's or a turnstile's pulse");
	if (pin->ms == 0)
		pin->ms = PIN_PULSE_MS;
	if (pin->ms < PIN_PULSE_MIN_MS || pin->ms > PIN_PULSE_MAX_MS)
		return refuse_pin(reading, key, "wants a pulse of 20ms to 5000ms");
	return 0;
}

static int read_lock(const struct reading *reading)
{
	const struct pins_text *text = reading->text;
	struct pins *pins = reading->pins;
	int r;

	if (!text->lock[0])
		return refuse_pin(reading, "lock", "is missing: a door without a lock is none");
	r = read_lock_pin(reading, &pins->lock, "lock", text->lock);
	if (r == 0)
		r = read_lock_pin(reading, &pins->lock_close, "lock_close", text->lock_close);
	if (r == 0 && text->lock_close[0] && reading->hardware->lock != LOCK_MOTOR)
		r = refuse_pin(reading, "lock_close", "only a motor has a second coil");
	return r;
}

static int read_sign(const struct reading *reading, struct pin *pin, const char *key, const char *text)
{
	int r = read_output(reading, pin, key, text);

	return r == 0 && pin->ms != 0 ? refuse_pin(reading, key, "its times are given by what it tells") : r;
}

static int read_data(const struct reading *reading, struct pin *pin, const char *key, const char *text)
{
	unsigned words;
	int r = read_pin(reading, pin, key, text, &words);

	if (r < 0)
		return r;
	if (words & ~(unsigned)DATA_WORDS)
		return refuse_pin(
			reading, key, "knows up and external: the line rests high, and nothing may delay it");
	pin->bias = words & PIN_EXTERNAL ? GPIO_BIAS_AS_IS : GPIO_BIAS_UP;
	return 0;
}

static int read_cards(const struct reading *reading, unsigned *cards)
{
	char copy[sizeof(reading->text->cards)], *parts[PIN_WORDS_MAX];
	unsigned count;

	memcpy(copy, reading->text->cards, sizeof(copy));
	count = pin_words_split(copy, parts);
	for (unsigned i = 0; i < count && count <= PIN_WORDS_MAX; i++) {
		enum wire_card_layout card;

		if (wire_card_read(&card, parts[i]) < 0 || (*cards & (1u << card)))
			return refuse(
				reading, "reader", "cards", "wants some of 26 32 34 37-h10302 37-h10304");
		*cards |= 1u << card;
	}
	return count <= PIN_WORDS_MAX ? 0 : refuse(reading, "reader", "cards", "too many");
}

static int read_profile(const struct reading *reading)
{
	static const char *const words[WIEGAND_KEYS_COUNT] = {
		[WIEGAND_KEYS_NONE] = "none",
		[WIEGAND_KEYS_4BIT] = "4bit",
		[WIEGAND_KEYS_8BIT] = "8bit",
		[WIEGAND_KEYS_BUFFERED] = "buffered",
	};
	const struct pins_text *text = reading->text;
	struct wiegand_profile *profile = &reading->pins->reader;
	struct wiegand test;
	unsigned keys = 0;
	int r;

	while (keys < WIEGAND_KEYS_COUNT && strcmp(words[keys], text->keys) != 0)
		keys++;
	if (keys == WIEGAND_KEYS_COUNT)
		return refuse(reading, "reader", "keys", "wants none, 4bit, 8bit or buffered");
	if ((keys == WIEGAND_KEYS_BUFFERED) != (text->facility[0] != 0))
		return refuse(
			reading, "reader", "keypad_facility", "goes with keys = buffered, and that with it");
	*profile = (struct wiegand_profile){
		.keys = keys,
		.keypad_facility = (uint8_t)strtoul(text->facility, NULL, 10),
		.frame_gap_ms = text->frame_gap[0] ? (uint8_t)strtoul(text->frame_gap, NULL, 10)
						   : WIEGAND_FRAME_GAP_MS,
		.ignores_star = strcmp(text->star, "ignored") == 0,
	};
	r = read_cards(reading, &profile->cards);
	if (r == 0 && wiegand_init(&test, profile) < 0)
		r = refuse(reading, "reader", "keys",
			"no reader is like this: nothing to read, two layouts of 37 bits, or a gap out of 5 "
			"to 100");
	return r;
}

static int read_reader(const struct reading *reading)
{
	const struct pins_text *text = reading->text;
	bool has_profile =
		text->keys[0] || text->cards[0] || text->facility[0] || text->frame_gap[0] || text->star[0];
	int r;

	if (!text->d0[0] && !text->d1[0])
		return has_profile
			       ? refuse_pin(reading, "d0", "is missing, and [reader] says there is a reader")
			       : 0;
	if (!text->d0[0] || !text->d1[0])
		return refuse_pin(
			reading, text->d0[0] ? "d1" : "d0", "is missing: a reader has two data lines");
	r = read_data(reading, &reading->pins->d0, "d0", text->d0);
	if (r == 0)
		r = read_data(reading, &reading->pins->d1, "d1", text->d1);
	if (r == 0 && reading->pins->d0.bias != reading->pins->d1.bias)
		r = refuse_pin(
			reading, "d1", "up or external, but the same as d0: they are asked for together");
	return r < 0 ? r : read_profile(reading);
}

/* Lines without words. How many, or -EINVAL. */
static int read_list(const struct reading *reading, struct pin *pins, const char *key, const char *text)
{
	char copy[PINS_TEXT_MAX], *parts[PIN_WORDS_MAX];
	struct gpio_ref ref;
	unsigned count;

	memcpy(copy, text, strlen(text) + 1);
	count = pin_words_split(copy, parts);
	for (unsigned i = 0; i < count && count <= MATRIX_ROWS; i++) {
		if (!gpio_ref_parse(&ref, parts[i]))
			return refuse_pin(reading, key, "wants names of lines or chip:offset");
		memcpy(pins[i].ref, parts[i], strlen(parts[i]) + 1);
		pins[i].bias = GPIO_BIAS_UP;
	}
	return (int)count;
}

static int read_matrix(const struct reading *reading)
{
	const struct pins_text *text = reading->text;
	int rows, columns;

	if (!text->rows[0] && !text->columns[0])
		return 0;
	rows = read_list(reading, reading->pins->rows, "rows", text->rows);
	if (rows < 0)
		return rows;
	columns = read_list(reading, reading->pins->columns, "columns", text->columns);
	if (columns < 0)
		return columns;
	if (rows != MATRIX_ROWS)
		return refuse_pin(reading, "rows", "wants the four rows of a keypad, the one with 1 first");
	if (columns < MATRIX_COLUMNS_MAX - 1 || columns > MATRIX_COLUMNS_MAX)
		return refuse_pin(
			reading, "columns", "wants its three or four columns, the one with 1 first");
	reading->pins->column_count = (unsigned)columns;
	return 0;
}

static unsigned add_pin(const char *refs[], unsigned count, const struct pin *pin)
{
	if (pin->ref[0])
		refs[count++] = pin->ref;
	if (pin->pair[0])
		refs[count++] = pin->pair;
	return count;
}

static int check_twice(const struct reading *reading)
{
	const struct pins *pins = reading->pins;
	const char *refs[2 * sizeof(*pins) / sizeof(pins->lock)];
	unsigned count = add_pin(refs, 0, &pins->lock);

	count = add_pin(refs, count, &pins->lock_close);
	for (unsigned i = 0; i < LINE_COUNT; i++)
		count = add_pin(refs, count, &pins->lines[i]);
	count = add_pin(refs, count, &pins->d0);
	count = add_pin(refs, count, &pins->d1);
	for (unsigned i = 0; i < MATRIX_ROWS; i++)
		count = add_pin(refs, count, &pins->rows[i]);
	for (unsigned i = 0; i < MATRIX_COLUMNS_MAX; i++)
		count = add_pin(refs, count, &pins->columns[i]);
	count = add_pin(refs, count, &pins->buzzer);
	count = add_pin(refs, count, &pins->lamp);
	for (unsigned i = 0; i < count; i++) {
		for (unsigned k = 0; k < i; k++) {
			if (strcmp(refs[i], refs[k]) != 0)
				continue;
			snprintf(reading->message, PINS_MESSAGE_MAX, "[pins]: %s is given to two things",
				refs[i]);
			return -EINVAL;
		}
	}
	return 0;
}

static int check_needs(const struct reading *reading)
{
	const struct board_hardware *hardware = reading->hardware;
	const struct pin *lines = reading->pins->lines;

	if (hardware->relock != RELOCK_TIMED && !lines[LINE_CONTACT].ref[0])
		return refuse_pin(reading, "contact", "is missing: relock = opening or closing goes by it");
	if (hardware->lock == LOCK_MOTOR && !lines[LINE_BOLT].ref[0])
		return refuse_pin(reading, "bolt", "is missing: a motor lock is known by where its bolt is");
	if (hardware->rex_releases && !lines[LINE_REX].ref[0])
		return refuse_pin(reading, "rex", "is missing: rex_releases = yes goes by it");
	if (hardware->fire_releases && !lines[LINE_FIRE].ref[0])
		return refuse_pin(reading, "fire", "is missing: fire_releases = yes goes by it");
	return 0;
}

int pins_read(struct pins *pins, const struct pins_text *text, const struct board_hardware *hardware,
	char message[static PINS_MESSAGE_MAX])
{
	const struct reading reading = { pins, text, hardware, message };
	int r;

	*pins = (struct pins){ 0 };
	r = read_lock(&reading);
	for (unsigned i = 0; i < LINE_COUNT && r == 0; i++)
		r = read_input(&reading, &pins->lines[i], port_line_word((enum board_line)i), text->lines[i]);
	if (r == 0)
		r = read_reader(&reading);
	if (r == 0)
		r = read_matrix(&reading);
	if (r == 0)
		r = read_sign(&reading, &pins->buzzer, "buzzer", text->buzzer);
	if (r == 0)
		r = read_sign(&reading, &pins->lamp, "lamp", text->lamp);
	if (r == 0)
		r = check_needs(&reading);
	return r == 0 ? check_twice(&reading) : r;
}
