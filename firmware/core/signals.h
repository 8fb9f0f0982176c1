/* signals - what is wrong at the door as its wires tell it, without their chatter: a signal stands at once,
 * and is over when it was quiet for a minute. A lid that rattles is one alarm an hour long, not a thousand in
 * the journal; and for a minute after a fire nobody's return is a forced door. Pure. */
#ifndef RUMAH_CORE_SIGNALS_H
#define RUMAH_CORE_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/board.h"

#define SIGNAL_QUIET_MS (60 * 1000)

enum signal_name {
	SIGNAL_TAMPER,
	SIGNAL_FIRE,
	SIGNAL_MAINS,
	SIGNAL_BATTERY,
	SIGNAL_READER,                                    /* one for each board_reader_fault */
	SIGNAL_LINE = SIGNAL_READER + READER_FAULT_COUNT, /* one for each line and board_line_fault */
	SIGNAL_COUNT = SIGNAL_LINE + LINE_COUNT * LINE_FAULT_COUNT
};
#define SIGNAL_OF_READER(fault) (SIGNAL_READER + (unsigned)(fault))
#define SIGNAL_OF_LINE(line, fault) (SIGNAL_LINE + (unsigned)(line)*LINE_FAULT_COUNT + (unsigned)(fault))

struct signals {
	struct {
		bool is_active, is_standing;
		uint64_t over_mono_ms; /* of one that stands and is not active */
	} list[SIGNAL_COUNT];
};

/* True when it begins to stand. */
bool signals_set(struct signals *signals, uint64_t now_mono_ms, unsigned name, bool is_active);
/* The next one that is over by now: its name; -1: none. */
int signals_over(struct signals *signals, uint64_t now_mono_ms);
bool signals_stands(const struct signals *signals, unsigned name);
bool signals_is_active(const struct signals *signals, unsigned name);
/* When signals_over() will next answer; UINT64_MAX: never. */
uint64_t signals_next_mono_ms(const struct signals *signals);

#endif
