/* gpio_pins: what an electrician can say of a pin, and what is refused with a sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/door/gpio_pins.h"

#define LONG "0123456789012345678901234567890123456789012345678" /* one more than a name may have */
#define LOCK .lock = "lock high"
#define READER .d0 = "d0", .d1 = "d1", .keys = "8bit"

/* clang-format off */
static const struct {
	const char *name;
	struct board_hardware hardware;
	struct pins_text text;
	const char *complaint; /* NULL: accepted */
} rows[] = {
	{ "a lock is enough",             { 0 }, { LOCK }, NULL },
	{ "no lock is not",               { 0 }, { .lamp = "lamp high" }, "[pins] lock: is missing" },
	{ "chip and offset",              { 0 }, { .lock = "doorboard:3 low" }, NULL },
	{ "spaces and tabs",              { 0 }, { .lock = " lock \t high " }, NULL },
	{ "a name that is too long",      { 0 }, { .lock = LONG " high" }, "[pins] lock: wants a line's name" },
	{ "an offset too far",            { 0 }, { .lock = "gpiochip0:4096 high" }, "[pins] lock: wants a line's name" },
	{ "an offset of no chip",         { 0 }, { .lock = ":3 high" }, "[pins] lock: wants a line's name" },
	{ "a colon in a name",            { 0 }, { .lock = "SPI:CE high" }, NULL },
	{ "a name and nothing",           { 0 }, { .lock = "lock" }, "[pins] lock: say high or low" },
	{ "only spaces",                  { 0 }, { .lock = "  " }, "[pins] lock: wants a line's name" },
	{ "too many words",               { 0 }, { .lock = "lock high a b c d e f g h" }, "[pins] lock: wants a line's name" },
	{ "a word nobody knows",          { 0 }, { .lock = "lock hihg" }, "[pins] lock: knows nc, no" },
	{ "the same word twice",          { 0 }, { .lock = "lock high high" }, "[pins] lock: the same thing" },
	{ "high and low",                 { 0 }, { .lock = "lock high low" }, "[pins] lock: two words that contradict" },
	{ "a lock like a switch",         { 0 }, { .lock = "lock nc" }, "[pins] lock: an output knows" },
	{ "a strike has no pulse",        { 0 }, { .lock = "lock high 500ms" }, "[pins] lock: a time is for a motor" },
	{ "a turnstile has",              { .lock = LOCK_TURNSTILE }, { .lock = "lock high 500ms" }, NULL },
	{ "one too short",                { .lock = LOCK_TURNSTILE }, { .lock = "lock high 19ms" }, "[pins] lock: wants a pulse" },
	{ "one too long",                 { .lock = LOCK_TURNSTILE }, { .lock = "lock high 5001ms" }, "[pins] lock: wants a pulse" },
	{ "a time without its unit",      { .lock = LOCK_TURNSTILE }, { .lock = "lock high 500" }, "[pins] lock: knows nc, no" },
	{ "a time with zeros before it",  { .lock = LOCK_TURNSTILE }, { .lock = "lock high 0500ms" }, "[pins] lock: knows nc, no" },
	{ "a second coil of a strike",    { 0 }, { LOCK, .lock_close = "close high" }, "[pins] lock_close: only a motor" },
	{ "a motor",                      { .lock = LOCK_MOTOR }, { LOCK, .lock_close = "close low", .lines[LINE_BOLT] = "bolt no" }, NULL },
	{ "a motor without its bolt",     { .lock = LOCK_MOTOR }, { LOCK }, "[pins] bolt: is missing" },
	{ "a switch",                     { 0 }, { LOCK, .lines[LINE_REX] = "rex no up 30ms" }, NULL },
	{ "neither nc nor no",            { 0 }, { LOCK, .lines[LINE_REX] = "rex up" }, "[pins] rex: say nc or no" },
	{ "both",                         { 0 }, { LOCK, .lines[LINE_REX] = "rex nc no" }, "[pins] rex: two words" },
	{ "up and down",                  { 0 }, { LOCK, .lines[LINE_REX] = "rex no up down" }, "[pins] rex: two words" },
	{ "a switch like an output",      { 0 }, { LOCK, .lines[LINE_FIRE] = "fire high" }, "[pins] fire: high and low" },
	{ "quiet for too short",          { 0 }, { LOCK, .lines[LINE_HOLD] = "hold no 4ms" }, "[pins] hold: wants 5ms" },
	{ "quiet for too long",           { 0 }, { LOCK, .lines[LINE_HOLD] = "hold no 2001ms" }, "[pins] hold: wants 5ms" },
	{ "relock by a contact",          { .relock = RELOCK_CLOSING }, { LOCK, .lines[LINE_CONTACT] = "c nc" }, NULL },
	{ "relock by none",               { .relock = RELOCK_OPENING }, { LOCK }, "[pins] contact: is missing" },
	{ "a release by no button",       { .rex_releases = true }, { LOCK }, "[pins] rex: is missing" },
	{ "a release by no fire panel",   { .fire_releases = true }, { LOCK }, "[pins] fire: is missing" },
	{ "a changeover switch",          { 0 }, { LOCK, .lines[LINE_CONTACT] = "c1 nc pair c2 external 80ms" }, NULL },
	{ "a pair of one",                { 0 }, { LOCK, .lines[LINE_CONTACT] = "c1 nc pair" }, "[pins] contact: pair wants" },
	{ "a pair with itself",           { 0 }, { LOCK, .lines[LINE_CONTACT] = "c1 nc pair c1" }, "[pins]: c1 is given to two" },
	{ "two pairs",                    { 0 }, { LOCK, .lines[LINE_CONTACT] = "c1 nc pair c2 pair c3" }, "[pins] contact: the same thing" },
	{ "a pair of an output",          { 0 }, { .lock = "lock high pair l2" }, "[pins] lock: an output knows" },
	{ "one line for two things",      { 0 }, { LOCK, .lines[LINE_REX] = "lock no" }, "[pins]: lock is given to two things" },
	{ "one line twice in a keypad",   { 0 }, { LOCK, .rows = "a b c a", .columns = "d e f" }, "[pins]: a is given to two" },
	{ "a reader",                     { 0 }, { LOCK, READER, .cards = "26 37-h10304", .frame_gap = "50", .star = "ignored" }, NULL },
	{ "data lines with a resistor",   { 0 }, { LOCK, .d0 = "d0 external", .d1 = "d1 external", .keys = "4bit" }, NULL },
	{ "half a reader",                { 0 }, { LOCK, .d1 = "d1", .keys = "8bit" }, "[pins] d0: is missing: a reader has two" },
	{ "the other half",               { 0 }, { LOCK, .d0 = "d0", .keys = "8bit" }, "[pins] d1: is missing" },
	{ "a reader without wires",       { 0 }, { LOCK, .keys = "8bit" }, "[pins] d0: is missing, and [reader]" },
	{ "wires without a reader",       { 0 }, { LOCK, .d0 = "d0", .d1 = "d1" }, "[reader] keys: wants none" },
	{ "data lines that are debounced", { 0 }, { LOCK, .d0 = "d0 50ms", .d1 = "d1", .keys = "8bit" }, "[pins] d0: knows up and external" },
	{ "data lines not alike",         { 0 }, { LOCK, .d0 = "d0", .d1 = "d1 external", .keys = "8bit" }, "[pins] d1: up or external" },
	{ "a wrong word of a data line",  { 0 }, { LOCK, .d0 = "d0", .d1 = "d1 upp", .keys = "8bit" }, "[pins] d1: knows nc" },
	{ "cards nobody knows",           { 0 }, { LOCK, READER, .cards = "35" }, "[reader] cards: wants some of" },
	{ "cards twice",                  { 0 }, { LOCK, READER, .cards = "26 26" }, "[reader] cards: wants some of" },
	{ "too many cards",               { 0 }, { LOCK, READER, .cards = "26 32 34 26 32 34 26 32 34" }, "[reader] cards: too many" },
	{ "two layouts of 37 bits",       { 0 }, { LOCK, READER, .cards = "37-h10302 37-h10304" }, "[reader] keys: no reader" },
	{ "nothing to read",              { 0 }, { LOCK, .d0 = "d0", .d1 = "d1", .keys = "none" }, "[reader] keys: no reader" },
	{ "a gap too short",              { 0 }, { LOCK, READER, .frame_gap = "4" }, "[reader] keys: no reader" },
	{ "a buffered keypad",            { 0 }, { LOCK, .d0 = "d0", .d1 = "d1", .keys = "buffered", .facility = "200" }, NULL },
	{ "one without its facility",     { 0 }, { LOCK, .d0 = "d0", .d1 = "d1", .keys = "buffered" }, "[reader] keypad_facility:" },
	{ "a facility of none",           { 0 }, { LOCK, READER, .facility = "200" }, "[reader] keypad_facility:" },
	{ "a keypad of twelve keys",      { 0 }, { LOCK, .rows = "a b c d", .columns = "e f g" }, NULL },
	{ "a keypad of sixteen",          { 0 }, { LOCK, .rows = "a b c d", .columns = "e f g h" }, NULL },
	{ "three rows",                   { 0 }, { LOCK, .rows = "a b c", .columns = "e f g" }, "[pins] rows: wants the four" },
	{ "five rows",                    { 0 }, { LOCK, .rows = "a b c d e", .columns = "e f g" }, "[pins] rows: wants the four" },
	{ "two columns",                  { 0 }, { LOCK, .rows = "a b c d", .columns = "e f" }, "[pins] columns: wants its three" },
	{ "no columns",                   { 0 }, { LOCK, .rows = "a b c d" }, "[pins] columns: wants its three" },
	{ "no rows",                      { 0 }, { LOCK, .columns = "e f g" }, "[pins] rows: wants the four" },
	{ "a row of no chip",             { 0 }, { LOCK, .rows = "a b c :1", .columns = "e f g" }, "[pins] rows: wants names" },
	{ "a buzzer with a time",         { 0 }, { LOCK, .buzzer = "b high 50ms" }, "[pins] buzzer: its times" },
	{ "a lamp with no level",         { 0 }, { LOCK, .lamp = "l" }, "[pins] lamp: say high or low" },
};
/* clang-format on */

static void each_row_is_accepted_or_refused_with_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char message[PINS_MESSAGE_MAX] = "";
		struct pins pins;
		int r = pins_read(&pins, &rows[i].text, &rows[i].hardware, message);

		print_message("  %s: %s\n", rows[i].name, message);
		assert_int_equal(r == 0, rows[i].complaint == NULL);
		if (rows[i].complaint)
			assert_memory_equal(message, rows[i].complaint, strlen(rows[i].complaint));
	}
}

static void what_was_said_is_what_is_meant(void **state)
{
	const struct board_hardware motor = { .lock = LOCK_MOTOR };
	const struct pins_text text = {
		.lock = "lock low 700ms",
		.lock_close = "close high",
		.lines[LINE_BOLT] = "chip:7 nc down 20ms",
		.lines[LINE_TAMPER] = "tamper external nc",
		.d0 = "d0",
		.d1 = "d1",
		.rows = "r0 r1 r2 r3",
		.columns = "c0 c1 c2",
		.buzzer = "buzzer low",
		.keys = "buffered",
		.facility = "7",
		.star = "ignored",
	};
	char message[PINS_MESSAGE_MAX];
	struct pins pins;

	(void)state;
	assert_int_equal(pins_read(&pins, &text, &motor, message), 0);
	assert_string_equal(pins.lock.ref, "lock");
	assert_false(pins.lock.is_active_high);
	assert_int_equal(pins.lock.ms, 700);
	assert_true(pins.lock_close.is_active_high);
	assert_int_equal(pins.lock_close.ms, PIN_PULSE_MS);
	assert_string_equal(pins.lines[LINE_BOLT].ref, "chip:7");
	assert_false(pins.lines[LINE_BOLT].is_active_high);
	assert_int_equal(pins.lines[LINE_BOLT].bias, GPIO_BIAS_DOWN);
	assert_int_equal(pins.lines[LINE_BOLT].ms, 20);
	assert_true(pins.lines[LINE_TAMPER].is_active_high);
	assert_int_equal(pins.lines[LINE_TAMPER].bias, GPIO_BIAS_AS_IS);
	assert_int_equal(pins.lines[LINE_TAMPER].ms, 50);
	assert_int_equal(pins.d0.bias, GPIO_BIAS_UP);
	assert_int_equal(pins.column_count, 3);
	assert_string_equal(pins.rows[3].ref, "r3");
	assert_false(pins.buzzer.is_active_high);
	assert_string_equal(pins.lamp.ref, "");
	assert_int_equal(pins.reader.keys, WIEGAND_KEYS_BUFFERED);
	assert_int_equal(pins.reader.keypad_facility, 7);
	assert_int_equal(pins.reader.frame_gap_ms, WIEGAND_FRAME_GAP_MS);
	assert_true(pins.reader.ignores_star);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_is_accepted_or_refused_with_its_reason),
		cmocka_unit_test(what_was_said_is_what_is_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
