#include "firmware/core/alarms.h"

#include <assert.h>

#define BIT(name) WIRE_ALARM_BIT(name)
#define LOUD (BIT(FORCED) | BIT(HELD_OPEN) | BIT(TAMPER))
#define QUIET BIT(UNUSED) /* not even the lamp shows it */

enum wire_reason alarms_reason(enum wire_alarm alarm)
{
	static const enum wire_reason reasons[] = {
		[WIRE_ALARM_FORCED] = WIRE_REASON_FORCED,
		[WIRE_ALARM_HELD_OPEN] = WIRE_REASON_HELD,
		[WIRE_ALARM_WRONG_CODES] = WIRE_REASON_WRONG_CODES,
		[WIRE_ALARM_INJECTION] = WIRE_REASON_TOO_FAST,
		[WIRE_ALARM_STALE] = WIRE_REASON_STALE_HEAD,
		[WIRE_ALARM_EQUIVOCATION] = WIRE_REASON_EQUIVOCATION,
		[WIRE_ALARM_STORAGE] = WIRE_REASON_STORAGE,
		[WIRE_ALARM_STUCK_INPUT] = WIRE_REASON_STUCK,
		[WIRE_ALARM_UNUSED] = WIRE_REASON_UNUSED,
		[WIRE_ALARM_TAMPER] = WIRE_REASON_TAMPER,
		[WIRE_ALARM_FIRE] = WIRE_REASON_FIRE,
		[WIRE_ALARM_LOCK_FAULT] = WIRE_REASON_LOCK_FAULT,
		[WIRE_ALARM_LINE_FAULT] = WIRE_REASON_LINE_FAULT,
		[WIRE_ALARM_READER_FAULT] = WIRE_REASON_READER_FAULT,
		[WIRE_ALARM_POWER] = WIRE_REASON_POWER,
		[WIRE_ALARM_BATTERY] = WIRE_REASON_BATTERY,
		[WIRE_ALARM_CLOCK] = WIRE_REASON_CLOCK,
	};

	static_assert(sizeof(reasons) / sizeof(reasons[0]) == WIRE_ALARM_COUNT, "an alarm without a reason");
	return reasons[alarm];
}

bool alarms_are_loud(unsigned alarms)
{
	return (alarms & LOUD) != 0;
}

/* What the person at the door must know first comes first. */
enum board_lamp alarms_lamp(const struct alarms_look *look)
{
	if (look->is_released)
		return LAMP_RELEASED;
	if (look->alarms & (LOUD | BIT(FIRE)))
		return LAMP_ALARM;
	if (look->is_closed)
		return LAMP_CLOSED;
	if (look->is_waiting)
		return LAMP_WAIT;
	return look->alarms & ~QUIET ? LAMP_FAULT : LAMP_READY;
}
