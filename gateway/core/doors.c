/* doors - see doors.h */
#include "gateway/core/doors.h"

#include <assert.h>
#include <stddef.h>

const char *doors_word(enum doors_shown shown)
{
	static const char *const words[] = {
#define X(name, rank, word) [rank] = word,
		DOORS_SHOWN(X)
#undef X
	};

	assert(shown >= DOORS_FIRE && shown <= DOORS_LOCKED);
	return words[shown];
}

bool doors_is_online(const struct doors_look *look)
{
	return !look->is_link_lost && look->heard_ms > 0 && look->now_ms - look->heard_ms <= DOORS_OFFLINE_MS;
}

#define BIT(name) WIRE_ALARM_BIT(name)

/* clang-format off */
static const struct { unsigned alarms; enum doors_shown shown; bool outlives_link; } by_alarm[] = {
	{ BIT(FIRE),                                       DOORS_FIRE,        true },
	{ BIT(FORCED),                                     DOORS_FORCED,      true },
	{ BIT(INJECTION) | BIT(TAMPER),                    DOORS_TAMPERED,    true },
	{ BIT(WRONG_CODES),                                DOORS_WRONG_CODES, true },
	{ BIT(HELD_OPEN),                                  DOORS_HELD_OPEN,   true },
	{ BIT(STUCK_INPUT) | BIT(STORAGE) | BIT(EQUIVOCATION) | BIT(LOCK_FAULT) | BIT(LINE_FAULT) | BIT(READER_FAULT) |
	  BIT(POWER) | BIT(BATTERY),                       DOORS_FAULTY,      false },
};
/* clang-format on */

static enum doors_shown show_calm(const struct doors_look *look)
{
	const struct wire_state *state = look->state;

	if (look->is_booked_soon)
		return DOORS_UNCONFIRMED;
	if (state->clock.trust == WIRE_TRUST_FLOOR)
		return DOORS_CLOCK_UNSURE;
	if (state->mode == WIRE_MODE_HOLD_OPEN)
		return DOORS_KEPT_OPEN;
	if (state->is_contact_open)
		return DOORS_OPEN;
	return state->is_released ? DOORS_UNLOCKED : DOORS_LOCKED;
}

enum doors_shown doors_show(const struct doors_look *look)
{
	bool is_online = doors_is_online(look);

	if (!look->state)
		return DOORS_OFFLINE;
	for (size_t i = 0; i < sizeof(by_alarm) / sizeof(by_alarm[0]); i++) {
		if ((look->state->alarms & by_alarm[i].alarms) && (is_online || by_alarm[i].outlives_link))
			return by_alarm[i].shown;
	}
	return is_online ? show_calm(look) : DOORS_OFFLINE;
}
