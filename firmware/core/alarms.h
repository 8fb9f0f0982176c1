/* alarms - what each alarm is called when it ends, whether the corridor hears it, and what the lamp shows of
 * all that stands. Pure. */
#ifndef RUMAH_CORE_ALARMS_H
#define RUMAH_CORE_ALARMS_H

#include <stdbool.h>

#include "firmware/core/board.h"

enum wire_reason alarms_reason(enum wire_alarm alarm);
/* Whether one of them (WIRE_ALARM_BIT()s) sounds TONE_ALARM: those that somebody standing there can end. */
bool alarms_are_loud(unsigned alarms);

struct alarms_look {
	unsigned alarms;
	bool is_released; /* somebody may come in */
	bool is_closed;   /* by its mode */
	bool is_waiting;  /* no code is weighed now */
};
enum board_lamp alarms_lamp(const struct alarms_look *look);

#endif
