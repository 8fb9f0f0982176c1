/* effect - see effect.h */
#include "gateway/core/effect.h"

#define BEGINS 1
#define ENDS 2
#define ANY WIRE_REASON_COUNT

/* clang-format off */
static const struct row {
	enum wire_event_type type;
	enum wire_reason reason; /* or ANY */
	enum wire_alarm alarm;
	int what;
} rows[] = {
	{ WIRE_EVENT_DOOR_FORCED,         ANY,                       WIRE_ALARM_FORCED,       BEGINS },
	{ WIRE_EVENT_HELD_OPEN,           ANY,                       WIRE_ALARM_HELD_OPEN,    BEGINS },
	{ WIRE_EVENT_LOCKOUT_STARTED,     ANY,                       WIRE_ALARM_WRONG_CODES,  BEGINS },
	{ WIRE_EVENT_LOCKOUT_ENDED,       ANY,                       WIRE_ALARM_WRONG_CODES,  ENDS },
	{ WIRE_EVENT_INJECTION_SUSPECTED, ANY,                       WIRE_ALARM_INJECTION,    BEGINS },
	{ WIRE_EVENT_STALE,               ANY,                       WIRE_ALARM_STALE,        BEGINS },
	{ WIRE_EVENT_STORAGE_FAULT,       ANY,                       WIRE_ALARM_STORAGE,      BEGINS },
	{ WIRE_EVENT_STORAGE_RESTORED,    ANY,                       WIRE_ALARM_STORAGE,      ENDS },
	{ WIRE_EVENT_STUCK_INPUT,         ANY,                       WIRE_ALARM_STUCK_INPUT,  BEGINS },
	{ WIRE_EVENT_SNAPSHOT_REFUSED,    WIRE_REASON_EQUIVOCATION,  WIRE_ALARM_EQUIVOCATION, BEGINS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_FORCED,        WIRE_ALARM_FORCED,       ENDS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_HELD,          WIRE_ALARM_HELD_OPEN,    ENDS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_WRONG_CODES,   WIRE_ALARM_WRONG_CODES,  ENDS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_TOO_FAST,      WIRE_ALARM_INJECTION,    ENDS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_STALE_HEAD,    WIRE_ALARM_STALE,        ENDS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_STORAGE,       WIRE_ALARM_STORAGE,      ENDS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_EQUIVOCATION,  WIRE_ALARM_EQUIVOCATION, ENDS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_STUCK,         WIRE_ALARM_STUCK_INPUT,  ENDS },
	{ WIRE_EVENT_LINE_FAULT,          ANY,                       WIRE_ALARM_LINE_FAULT,   BEGINS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_LINE_FAULT,    WIRE_ALARM_LINE_FAULT,   ENDS },
	{ WIRE_EVENT_READER_FAULT,        ANY,                       WIRE_ALARM_READER_FAULT, BEGINS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_READER_FAULT,  WIRE_ALARM_READER_FAULT, ENDS },
	{ WIRE_EVENT_ALARM_RAISED,        WIRE_REASON_TAMPER,        WIRE_ALARM_TAMPER,       BEGINS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_TAMPER,        WIRE_ALARM_TAMPER,       ENDS },
	{ WIRE_EVENT_ALARM_RAISED,        WIRE_REASON_FIRE,          WIRE_ALARM_FIRE,         BEGINS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_FIRE,          WIRE_ALARM_FIRE,         ENDS },
	{ WIRE_EVENT_ALARM_RAISED,        WIRE_REASON_LOCK_FAULT,    WIRE_ALARM_LOCK_FAULT,   BEGINS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_LOCK_FAULT,    WIRE_ALARM_LOCK_FAULT,   ENDS },
	{ WIRE_EVENT_ALARM_RAISED,        WIRE_REASON_POWER,         WIRE_ALARM_POWER,        BEGINS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_POWER,         WIRE_ALARM_POWER,        ENDS },
	{ WIRE_EVENT_ALARM_RAISED,        WIRE_REASON_BATTERY,       WIRE_ALARM_BATTERY,      BEGINS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_BATTERY,       WIRE_ALARM_BATTERY,      ENDS },
	{ WIRE_EVENT_ALARM_RAISED,        WIRE_REASON_CLOCK,         WIRE_ALARM_CLOCK,        BEGINS },
	{ WIRE_EVENT_ALARM_CLEARED,       WIRE_REASON_CLOCK,         WIRE_ALARM_CLOCK,        ENDS },
};
/* clang-format on */

struct effect effect_of(const struct wire_event *event, int64_t now_ms)
{
	struct effect effect = { .is_live = now_ms - event->wall_ms <= EFFECT_LIVE_MS };

	effect.is_use = event->type == WIRE_EVENT_ACCESS_GRANTED && event->grant[0] != '\0';
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].type != event->type || (rows[i].reason != ANY && rows[i].reason != event->reason))
			continue;
		effect.is_raise = rows[i].what == BEGINS;
		effect.is_clear = rows[i].what == ENDS;
		effect.alarm = rows[i].alarm;
		break;
	}
	return effect;
}
