#include <assert.h>

#include "firmware/core/board_inside.h"

#define X(name, code, word) static_assert(LINE_##name == (code), "lines are told by their number");
WIRE_LINES(X)
#undef X

static void contact(struct step *step, bool is_active)
{
	step_door(step, door_contact(&step->board->door, step->now_mono_ms, is_active));
}

static void rex(struct step *step, bool is_active)
{
	struct board *board = step->board;

	step_door(step, door_rex(&board->door, step->now_mono_ms, is_active));
	/* Only where the lock needs it to let people out, and then in any mode: nobody is locked in. */
	if (is_active && (board->hardware.rex_releases || board->applied.settings.rex_releases))
		step_door(step,
			door_release(&board->door, step->now_mono_ms, board->applied.settings.strike_ms));
}

void step_line(struct step *step, enum board_line line, bool is_active)
{
	struct board *board = step->board;

	assert(line < LINE_COUNT);
	if (is_active == ((board->lines >> line & 1) != 0))
		return;
	board->lines ^= 1u << line;
	if (line == LINE_CONTACT)
		contact(step, is_active);
	if (line == LINE_REX)
		rex(step, is_active);
}
