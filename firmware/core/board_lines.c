#include <assert.h>

#include "firmware/core/board_inside.h"

#define X(name, code, word) static_assert(LINE_##name == (code), "lines are told by their number");
WIRE_LINES(X)
#undef X

static bool is_active(const struct board *board, enum board_line line)
{
	return board->lines >> line & 1;
}

bool step_is_interlocked(const struct step *step)
{
	const struct board *board = step->board;

	return is_active(board, LINE_PARTNER) && !signals_stands(&board->signals, SIGNAL_FIRE);
}

/* --- what stands because of the wires --- */

struct telling {
	enum wire_alarm alarm;
	enum wire_event_type type;
	enum wire_reason reason;
	int64_t n;
};

static struct telling telling_of(unsigned signal)
{
	/* clang-format off */
	static const struct telling rows[] = {
		[SIGNAL_TAMPER]  = { WIRE_ALARM_TAMPER,  WIRE_EVENT_ALARM_RAISED, WIRE_REASON_TAMPER, 0 },
		[SIGNAL_FIRE]    = { WIRE_ALARM_FIRE,    WIRE_EVENT_ALARM_RAISED, WIRE_REASON_FIRE, 0 },
		[SIGNAL_MAINS]   = { WIRE_ALARM_POWER,   WIRE_EVENT_ALARM_RAISED, WIRE_REASON_POWER, 0 },
		[SIGNAL_BATTERY] = { WIRE_ALARM_BATTERY, WIRE_EVENT_ALARM_RAISED, WIRE_REASON_BATTERY, 0 },
		/* somebody took the reader off the wall */
		[SIGNAL_OF_READER(READER_FAULT_LINES_LOW)] = { WIRE_ALARM_TAMPER, WIRE_EVENT_READER_FAULT, WIRE_REASON_LINES_LOW, 0 },
		[SIGNAL_OF_READER(READER_FAULT_NOISE)] = { WIRE_ALARM_READER_FAULT, WIRE_EVENT_READER_FAULT, WIRE_REASON_NOISE, 0 },
		[SIGNAL_OF_READER(READER_FAULT_FORM)]  = { WIRE_ALARM_READER_FAULT, WIRE_EVENT_READER_FAULT, WIRE_REASON_FORM, 0 },
	};
	static const enum wire_reason of_line[] = {
		[LINE_FAULT_BOUNCING] = WIRE_REASON_BOUNCING, [LINE_FAULT_CUT] = WIRE_REASON_CUT,
	};
	/* clang-format on */
	unsigned line = (signal - SIGNAL_LINE) / LINE_FAULT_COUNT;

	static_assert(sizeof(rows) / sizeof(rows[0]) == SIGNAL_LINE, "a signal that nobody tells of");
	if (signal < SIGNAL_LINE)
		return rows[signal];
	return (struct telling){ WIRE_ALARM_LINE_FAULT, WIRE_EVENT_LINE_FAULT,
		of_line[(signal - SIGNAL_LINE) % LINE_FAULT_COUNT], line };
}

static void set_signal(struct step *step, unsigned signal, bool is_now_active)
{
	struct telling telling = telling_of(signal);

	if (!signals_set(&step->board->signals, step->now_mono_ms, signal, is_now_active))
		return;
	step_alarm(step, telling.alarm);
	step_event(step, telling.type, telling.reason, telling.n);
	if (signal == SIGNAL_FIRE)
		step_door(step, door_fire(&step->board->door, step->now_mono_ms, true));
}

static bool is_told_by_another(const struct board *board, enum wire_alarm alarm)
{
	for (unsigned signal = 0; signal < SIGNAL_COUNT; signal++) {
		if (signals_stands(&board->signals, signal) && telling_of(signal).alarm == alarm)
			return true;
	}
	return false;
}

void step_follow_signals(struct step *step)
{
	struct board *board = step->board;
	int signal;

	while ((signal = signals_over(&board->signals, step->now_mono_ms)) >= 0) {
		enum wire_alarm alarm = telling_of((unsigned)signal).alarm;

		if (!is_told_by_another(board, alarm))
			step_alarm_over(step, alarm);
		if (signal == SIGNAL_FIRE)
			step_door(step, door_fire(&board->door, step->now_mono_ms, false));
	}
}

/* --- the lines --- */

static void contact(struct step *step, bool is_now_active)
{
	step_door(step, door_contact(&step->board->door, step->now_mono_ms, is_now_active));
}

/* In any mode and in any lockout: nobody is locked in. */
static void rex(struct step *step, bool is_now_active)
{
	step_door(step, door_rex(&step->board->door, step->now_mono_ms, is_now_active));
}

static void bolt(struct step *step, bool is_now_active)
{
	(void)step; /* step_follow_bolt() looks at it */
	(void)is_now_active;
}

static void partner(struct step *step, bool is_now_active)
{
	(void)step; /* step_is_interlocked() does */
	(void)is_now_active;
}

static void tamper(struct step *step, bool is_now_active)
{
	set_signal(step, SIGNAL_TAMPER, is_now_active);
}

static void fire(struct step *step, bool is_now_active)
{
	set_signal(step, SIGNAL_FIRE, is_now_active);
}

static void mains(struct step *step, bool is_now_active)
{
	set_signal(step, SIGNAL_MAINS, is_now_active);
}

static void battery(struct step *step, bool is_now_active)
{
	set_signal(step, SIGNAL_BATTERY, is_now_active);
}

static void (*const deeds[])(struct step *step, bool is_now_active) = {
	[LINE_CONTACT] = contact,
	[LINE_REX] = rex,
	[LINE_BOLT] = bolt,
	[LINE_TAMPER] = tamper,
	[LINE_FIRE] = fire,
	[LINE_MAINS] = mains,
	[LINE_BATTERY] = battery,
	[LINE_HOLD] = step_hold_switch,
	[LINE_PARTNER] = partner,
};
static_assert(sizeof(deeds) / sizeof(deeds[0]) == LINE_COUNT, "a line without a deed");

void step_line(struct step *step, enum board_line line, bool is_now_active)
{
	struct board *board = step->board;

	assert(line < LINE_COUNT);
	if (is_now_active == is_active(board, line))
		return;
	board->lines ^= 1u << line;
	deeds[line](step, is_now_active);
}

/* What is so when the board wakes. The leaf and the button are in door_init(); the key of a switch must be
 * turned once more, since after a power cut nothing opens by itself. */
void step_first_lines(struct step *step)
{
	static const enum board_line lines[] = { LINE_TAMPER, LINE_FIRE, LINE_MAINS, LINE_BATTERY };

	for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		deeds[lines[i]](step, is_active(step->board, lines[i]));
}

void step_line_fault(struct step *step, enum board_line line, enum board_line_fault fault, bool is_now_active)
{
	assert(line < LINE_COUNT && fault < LINE_FAULT_COUNT);
	set_signal(step, SIGNAL_OF_LINE(line, fault), is_now_active);
	if (line == LINE_HOLD && is_now_active)
		step_hold_switch(step, false); /* what a broken cable says opens no door */
}

void step_reader(struct step *step, enum board_reader_fault fault, bool is_now_active)
{
	struct entry *entry = &step->board->entry;

	assert(fault < READER_FAULT_COUNT);
	/* Maybe a key was lost: what is half typed would only be a wrong code. */
	if (is_now_active && entry->state == ENTRY_TYPING) {
		entry_end(entry);
		step_tone(step, TONE_CLEARED);
	}
	set_signal(step, SIGNAL_OF_READER(fault), is_now_active);
}

/* --- the lock monitor --- */

static void tell_lock_again(struct step *step)
{
	step->is_strike_again = true;
	step_event(step, WIRE_EVENT_LOCK_RETRIED, WIRE_REASON_LOCK_FAULT, step->board->bolt.retries);
}

void step_follow_bolt(struct step *step)
{
	struct board *board = step->board;
	const struct door *door = &board->door;
	struct bolt_look look = {
		.is_wanted_thrown = door->lock_until_mono_ms == 0,
		.is_thrown = is_active(board, LINE_BOLT),
		/* a turnstile is free for an instant */
		.is_asked = (board->wired & LINE_BIT(BOLT)) && !door->is_contact_open &&
			    board->hardware.lock != LOCK_TURNSTILE,
	};
	enum bolt_answer answer;

	answer = bolt_follow(&board->bolt, step->now_mono_ms, &look);
	if (answer == BOLT_FAULT)
		step_raise(step, WIRE_ALARM_LOCK_FAULT);
	if (answer == BOLT_FAULT || answer == BOLT_RETRY)
		tell_lock_again(step);
	if (answer == BOLT_OVER)
		step_alarm_over(step, WIRE_ALARM_LOCK_FAULT);
}
