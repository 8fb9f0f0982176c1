/* door: every row is one thing that happens at a door, and what must come of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/core/door.h"
#include "tests/sim/prng.h"

enum what { TICK, RELEASE, HOLD, SECURE, OPENS, CLOSES, REX_ON, REX_OFF, FIRE_ON, FIRE_OFF, WHAT_COUNT };

struct deed {
	enum what what;
	uint64_t at_ms;
	unsigned orders;
	enum wire_door_state state;
	uint64_t until_ms; /* what the lock was told afterwards; 0: at rest */
};

struct where { /* the door of a story; all zeros is a strike on a timer, with a contact */
	enum board_lock lock;
	enum board_relock relock;
	bool has_no_contact;
	uint32_t pre_alarm_ms, rex_release_ms;
};

struct story {
	const char *name;
	struct where where;
	struct deed deeds[13];
};

#define HELD_MS 30000
#define STRIKE_MS 5000
#define END                                                                                                  \
	{                                                                                                    \
		.at_ms = UINT64_MAX                                                                          \
	}

static unsigned play(struct door *door, enum what what, uint64_t now)
{
	switch (what) {
	case TICK:
		return door_tick(door, now);
	case RELEASE:
		return door_release(door, now, STRIKE_MS);
	case HOLD:
		return door_hold(door, now, 100000);
	case SECURE:
		return door_secure(door, now);
	case OPENS:
		return door_contact(door, now, true);
	case CLOSES:
		return door_contact(door, now, false);
	case REX_ON:
		return door_rex(door, now, true);
	case REX_OFF:
		return door_rex(door, now, false);
	case FIRE_ON:
		return door_fire(door, now, true);
	case FIRE_OFF:
		return door_fire(door, now, false);
	case WHAT_COUNT:
		break;
	}
	return 0;
}

/* clang-format off */
#define ON DOOR_STRIKE_ON
#define OFF DOOR_STRIKE_OFF
#define SAY(what) DOOR_SAY_##what
#define IS(state) WIRE_DOOR_##state
#define STRIKE { 0 }

static const struct story stories[] = {
	{ "a release goes unused", STRIKE, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ TICK,     4999, 0,                                  IS(RELEASED), 5000 },
		{ TICK,     5000, OFF | SAY(UNUSED),                  IS(LOCKED),      0 },
		{ TICK,     5001, 0,                                  IS(LOCKED),      0 },
		{ TICK,   604999, 0,                                  IS(LOCKED),      0 },
		{ TICK,   605000, SAY(UNUSED_OVER),                   IS(LOCKED),      0 }, END } },
	{ "a guest comes in", STRIKE, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    2000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ CLOSES,   3000, SAY(CLOSED),                        IS(RELEASED), 5000 },
		{ TICK,     5000, OFF,                                IS(LOCKED),      0 }, END } },
	{ "the door stays open past the strike and is closed", STRIKE, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    2000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ TICK,     5000, OFF,                                IS(OPEN),        0 },
		{ CLOSES,   9000, SAY(CLOSED),                        IS(LOCKED),      0 }, END } },
	{ "two grants, one deadline: the second at 4 of 5", STRIKE, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ RELEASE,  4000, ON,                                 IS(RELEASED), 9000 },
		{ TICK,     5000, 0,                                  IS(RELEASED), 9000 },
		{ TICK,     9000, OFF | SAY(UNUSED),                  IS(LOCKED),      0 }, END } },
	{ "a release called late begins anew", STRIKE, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ RELEASE,  7000, ON | OFF | SAY(UNUSED) | SAY(UNUSED_OVER), IS(RELEASED),12000 }, END } },
	{ "an opening one millisecond after the deadline is forced", STRIKE, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    5000, OFF | SAY(UNUSED) | SAY(UNUSED_OVER) | SAY(FORCED), IS(FORCED), 0 }, END } },
	{ "held open is told, and its end", STRIKE, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    2000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ TICK,    32000, OFF,                                IS(OPEN),        0 },
		{ TICK,    34999, 0,                                  IS(OPEN),        0 },
		{ TICK,    35000, SAY(HELD),                          IS(HELD),        0 },
		{ RELEASE, 36000, ON,                                 IS(HELD),    41000 },
		{ TICK,    41000, OFF,                                IS(HELD),        0 },
		{ CLOSES,  50000, SAY(CLOSED) | SAY(HELD_OVER),       IS(LOCKED),      0 }, END } },
	{ "held open, closed while released", STRIKE, {
		{ REX_ON,      0, SAY(REX),                           IS(LOCKED),      0 },
		{ OPENS,     100, SAY(OPENED),                        IS(OPEN),        0 },
		{ REX_OFF,   200, 0,                                  IS(OPEN),        0 },
		{ TICK,    30100, SAY(HELD),                          IS(HELD),        0 },
		{ RELEASE, 36000, ON,                                 IS(HELD),    41000 },
		{ CLOSES,  37000, SAY(CLOSED) | SAY(HELD_OVER),       IS(RELEASED),41000 },
		{ TICK,    41000, OFF,                                IS(LOCKED),      0 }, END } },
	{ "forced, and closed", STRIKE, {
		{ OPENS,     100, SAY(FORCED),                        IS(FORCED),      0 },
		{ TICK,    90000, 0,                                  IS(FORCED),      0 },
		{ CLOSES,  90100, SAY(CLOSED) | SAY(FORCED_OVER),     IS(LOCKED),      0 }, END } },
	{ "forced, and somebody with a code comes", STRIKE, {
		{ OPENS,     100, SAY(FORCED),                        IS(FORCED),      0 },
		{ RELEASE,  1000, ON | SAY(FORCED_OVER),              IS(OPEN),     6000 },
		{ TICK,     6000, OFF,                                IS(OPEN),        0 },
		{ TICK,    36000, SAY(HELD),                          IS(HELD),        0 }, END } },
	{ "who asks to leave may open (T06: and releases nothing)", STRIKE, {
		{ REX_ON,   1000, SAY(REX),                           IS(LOCKED),      0 },
		{ REX_OFF,  1100, 0,                                  IS(LOCKED),      0 },
		{ OPENS,    6099, SAY(OPENED),                        IS(OPEN),        0 }, END } },
	{ "a request to leave excuses for five seconds", STRIKE, {
		{ REX_ON,   1000, SAY(REX),                           IS(LOCKED),      0 },
		{ REX_OFF,  1100, 0,                                  IS(LOCKED),      0 },
		{ OPENS,    6100, SAY(FORCED),                        IS(FORCED),      0 }, END } },
	{ "a button that chatters is told once a second", STRIKE, {
		{ REX_ON,   1000, SAY(REX),                           IS(LOCKED),      0 },
		{ REX_ON,   1050, 0,                                  IS(LOCKED),      0 },
		{ REX_OFF,  1100, 0,                                  IS(LOCKED),      0 },
		{ REX_OFF,  1150, 0,                                  IS(LOCKED),      0 },
		{ REX_ON,   1999, 0,                                  IS(LOCKED),      0 },
		{ REX_OFF,  1999, 0,                                  IS(LOCKED),      0 },
		{ REX_ON,   2000, SAY(REX),                           IS(LOCKED),      0 }, END } },
	{ "a stuck button is a fault and excuses nothing (F23)", STRIKE, {
		{ REX_ON,      0, SAY(REX),                           IS(LOCKED),      0 },
		{ TICK,    59999, 0,                                  IS(LOCKED),      0 },
		{ TICK,    60000, SAY(STUCK),                         IS(LOCKED),      0 },
		{ OPENS,   61000, SAY(FORCED),                        IS(FORCED),      0 },
		{ CLOSES,  62000, SAY(CLOSED) | SAY(FORCED_OVER),     IS(LOCKED),      0 },
		{ RELEASE, 63000, ON,                                 IS(RELEASED),68000 },
		{ REX_OFF, 64000, SAY(STUCK_OVER),                    IS(RELEASED),68000 },
		{ TICK,    68000, OFF | SAY(UNUSED),                  IS(LOCKED),      0 },
		{ OPENS,   68001, SAY(UNUSED_OVER) | SAY(FORCED),     IS(FORCED),      0 },
		{ CLOSES,  68002, SAY(CLOSED) | SAY(FORCED_OVER),     IS(LOCKED),      0 },
		{ REX_ON,  69000, SAY(REX),                           IS(LOCKED),      0 }, /* mended */
		{ OPENS,   69001, SAY(OPENED),                        IS(OPEN),        0 }, END } },
	{ "told late, nothing is left out", STRIKE, {
		{ REX_ON,      0, SAY(REX),                           IS(LOCKED),      0 },
		{ OPENS,     100, SAY(OPENED),                        IS(OPEN),        0 },
		{ RELEASE,   200, ON,                                 IS(OPEN),     5200 },
		{ TICK,    70000, OFF | SAY(HELD) | SAY(STUCK),       IS(HELD),        0 }, END } },
	{ "hold-open has an end and misses nobody", STRIKE, {
		{ HOLD,        0, ON,                                 IS(RELEASED),100000 },
		{ RELEASE,  1000, ON,                                 IS(RELEASED),100000 },
		{ OPENS,    2000, SAY(OPENED),                        IS(OPEN),    100000 },
		{ TICK,    99999, 0,                                  IS(OPEN),    100000 },
		{ CLOSES,  99999, SAY(CLOSED),                        IS(RELEASED),100000 },
		{ TICK,   100000, OFF,                                IS(LOCKED),      0 }, END } },
	{ "nobody comes through a held door", STRIKE, {
		{ HOLD,        0, ON,                                 IS(RELEASED),100000 },
		{ TICK,   100000, OFF,                                IS(LOCKED),      0 }, END } },
	{ "a lockdown ends a release at once", STRIKE, {
		{ SECURE,      0, 0,                                  IS(LOCKED),      0 },
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ SECURE,   1000, OFF,                                IS(LOCKED),      0 }, END } },
	{ "a lockdown with the door open", STRIKE, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ SECURE,   2000, OFF,                                IS(OPEN),        0 },
		{ TICK,    31999, 0,                                  IS(OPEN),        0 },
		{ TICK,    32000, SAY(HELD),                          IS(HELD),        0 }, END } },
	{ "a contact that repeats itself says nothing", STRIKE, {
		{ CLOSES,      0, 0,                                  IS(LOCKED),      0 },
		{ OPENS,       0, SAY(FORCED),                        IS(FORCED),      0 },
		{ OPENS,       1, 0,                                  IS(FORCED),      0 }, END } },
	{ "who was missed comes back", STRIKE, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ TICK,     5000, OFF | SAY(UNUSED),                  IS(LOCKED),      0 },
		{ RELEASE,  9000, ON | SAY(UNUSED_OVER),              IS(RELEASED),14000 }, END } },
	{ "without a contact nobody is missed", { .has_no_contact = true }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ TICK,     5000, OFF,                                IS(LOCKED),      0 }, END } },

	{ "relocked as the leaf opens", { .relock = RELOCK_OPENING }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    2000, OFF | SAY(OPENED),                  IS(OPEN),        0 },
		{ TICK,    31999, 0,                                  IS(OPEN),        0 },
		{ TICK,    32000, SAY(HELD),                          IS(HELD),        0 }, END } },
	{ "relocked as the leaf opens, by the deadline at the latest", { .relock = RELOCK_OPENING }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ TICK,     5000, OFF | SAY(UNUSED),                  IS(LOCKED),      0 }, END } },
	{ "relocked as the leaf is shut again", { .relock = RELOCK_CLOSING }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ CLOSES,   2000, OFF | SAY(CLOSED),                  IS(LOCKED),      0 },
		{ OPENS,    2001, SAY(FORCED),                        IS(FORCED),      0 }, END } },
	{ "shut again after the deadline", { .relock = RELOCK_CLOSING }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ TICK,     5000, OFF,                                IS(OPEN),        0 },
		{ CLOSES,   6000, SAY(CLOSED),                        IS(LOCKED),      0 }, END } },
	{ "a code at a door falling shut lets its owner in", { .relock = RELOCK_CLOSING }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ RELEASE,  1500, ON,                                 IS(OPEN),     6500 },
		{ CLOSES,   2000, SAY(CLOSED),                        IS(RELEASED), 6500 },
		{ OPENS,    3000, SAY(OPENED),                        IS(OPEN),     6500 },
		{ CLOSES,   4000, OFF | SAY(CLOSED),                  IS(LOCKED),      0 }, END } },
	{ "the leaf does not end a hold", { .relock = RELOCK_OPENING }, {
		{ HOLD,        0, ON,                                 IS(RELEASED),100000 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),    100000 },
		{ CLOSES,   2000, SAY(CLOSED),                        IS(RELEASED),100000 }, END } },
	{ "nor does shutting it", { .relock = RELOCK_CLOSING }, {
		{ HOLD,        0, ON,                                 IS(RELEASED),100000 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),    100000 },
		{ CLOSES,   2000, SAY(CLOSED),                        IS(RELEASED),100000 },
		{ SECURE,   3000, OFF,                                IS(LOCKED),      0 }, END } },

	{ "a turnstile lets one pass", { .lock = LOCK_TURNSTILE }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    1000, OFF | SAY(OPENED),                  IS(OPEN),        0 },
		{ CLOSES,   1500, SAY(CLOSED),                        IS(LOCKED),      0 },
		{ OPENS,    2000, SAY(FORCED),                        IS(FORCED),      0 }, END } },
	{ "and two when two were released", { .lock = LOCK_TURNSTILE }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ RELEASE,   500, ON,                                 IS(RELEASED), 5500 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),     5500 },
		{ CLOSES,   1500, SAY(CLOSED),                        IS(RELEASED), 5500 },
		{ OPENS,    2000, OFF | SAY(OPENED),                  IS(OPEN),        0 }, END } },
	{ "one who did not pass is not let in with the next", { .lock = LOCK_TURNSTILE }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ TICK,     5000, OFF | SAY(UNUSED),                  IS(LOCKED),      0 },
		{ RELEASE,  6000, ON | SAY(UNUSED_OVER),              IS(RELEASED),11000 },
		{ OPENS,    7000, OFF | SAY(OPENED),                  IS(OPEN),        0 }, END } },
	{ "held, it is told anew after each", { .lock = LOCK_TURNSTILE }, {
		{ HOLD,        0, ON,                                 IS(RELEASED),100000 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),    100000 },
		{ CLOSES,   1500, DOOR_STRIKE_AGAIN | SAY(CLOSED),    IS(RELEASED),100000 }, END } },

	{ "a motor waits for the leaf, and the alarm does not", { .lock = LOCK_MOTOR }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ TICK,     5000, ON,                                 IS(OPEN),   605000 },
		{ TICK,    35000, SAY(HELD),                          IS(HELD),   605000 },
		{ TICK,   305000, ON,                                 IS(HELD),   905000 },
		{ CLOSES, 306000, OFF | SAY(CLOSED) | SAY(HELD_OVER), IS(LOCKED),      0 }, END } },
	{ "a motor with the leaf shut", { .lock = LOCK_MOTOR }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ TICK,     5000, OFF | SAY(UNUSED),                  IS(LOCKED),      0 }, END } },
	{ "a lockdown does not throw a bolt into the air", { .lock = LOCK_MOTOR, .relock = RELOCK_CLOSING }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ SECURE,   2000, ON,                                 IS(OPEN),   602000 },
		{ SECURE,   2500, 0,                                  IS(OPEN),   602000 },
		{ RELEASE,  3000, ON,                                 IS(OPEN),     8000 },
		{ CLOSES,   4000, SAY(CLOSED),                        IS(RELEASED), 8000 }, END } },
	{ "forced, a motor is told nothing", { .lock = LOCK_MOTOR }, {
		{ OPENS,    1000, SAY(FORCED),                        IS(FORCED),      0 },
		{ CLOSES,   2000, SAY(CLOSED) | SAY(FORCED_OVER),     IS(LOCKED),      0 }, END } },

	{ "a warning before the alarm", { .pre_alarm_ms = 10000 }, {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ TICK,     5000, OFF,                                IS(OPEN),        0 },
		{ TICK,    24999, 0,                                  IS(OPEN),        0 },
		{ TICK,    25000, SAY(PREALARM),                      IS(OPEN),        0 },
		{ TICK,    25001, 0,                                  IS(OPEN),        0 },
		{ TICK,    35000, SAY(HELD),                          IS(HELD),        0 }, END } },
	{ "a warning that was heard", { .pre_alarm_ms = 10000 }, {
		{ REX_ON,      0, SAY(REX),                           IS(LOCKED),      0 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),        0 },
		{ REX_OFF,  2000, 0,                                  IS(OPEN),        0 },
		{ TICK,    21000, SAY(PREALARM),                      IS(OPEN),        0 },
		{ CLOSES,  22000, SAY(CLOSED) | SAY(PREALARM_OVER),   IS(LOCKED),      0 }, END } },
	{ "a code during a warning", { .pre_alarm_ms = 30000 }, {
		{ REX_ON,      0, SAY(REX),                           IS(LOCKED),      0 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),        0 },
		{ REX_OFF,  1000, 0,                                  IS(OPEN),        0 },
		{ TICK,     1001, SAY(PREALARM),                      IS(OPEN),        0 },
		{ RELEASE, 10000, ON | SAY(PREALARM_OVER),            IS(OPEN),    15000 }, END } },

	{ "REX releases where it is set to, and misses nobody", { .rex_release_ms = 3000 }, {
		{ REX_ON,   1000, ON | SAY(REX),                      IS(RELEASED), 4000 },
		{ REX_OFF,  1200, 0,                                  IS(RELEASED), 4000 },
		{ TICK,     4000, OFF,                                IS(LOCKED),      0 }, END } },
	{ "as long as it is pressed", { .rex_release_ms = 3000 }, {
		{ REX_ON,   1000, ON | SAY(REX),                      IS(RELEASED), 4000 },
		{ TICK,     4000, ON,                                 IS(RELEASED), 7000 },
		{ OPENS,    5000, SAY(OPENED),                        IS(OPEN),     7000 },
		{ TICK,     7000, ON,                                 IS(OPEN),    10000 },
		{ CLOSES,   8000, SAY(CLOSED),                        IS(RELEASED),10000 },
		{ REX_OFF,  8000, 0,                                  IS(RELEASED),10000 },
		{ TICK,    10000, OFF,                                IS(LOCKED),      0 }, END } },
	{ "but not when it is stuck", { .rex_release_ms = 3000 }, {
		{ REX_ON,      0, ON | SAY(REX),                      IS(RELEASED), 3000 },
		{ TICK,    59999, ON,                                 IS(RELEASED),62999 },
		{ TICK,    60000, SAY(STUCK),                         IS(RELEASED),62999 },
		{ TICK,    62999, OFF,                                IS(LOCKED),      0 },
		{ OPENS,   70000, SAY(FORCED),                        IS(FORCED),      0 }, END } },
	{ "nor is the last of it drawn out when that is told late", { .rex_release_ms = 3000 }, {
		{ REX_ON,      0, ON | SAY(REX),                      IS(RELEASED), 3000 },
		{ TICK,    59999, ON,                                 IS(RELEASED),62999 },
		{ TICK,    62999, OFF | SAY(STUCK),                   IS(LOCKED),      0 }, END } },
	{ "told late, neither", { .rex_release_ms = 3000 }, {
		{ REX_ON,      0, ON | SAY(REX),                      IS(RELEASED), 3000 },
		{ TICK,   200000, ON | OFF | SAY(STUCK),              IS(LOCKED),      0 }, END } },

	{ "in a fire no opening is forced and none is held", STRIKE, {
		{ FIRE_ON,  1000, 0,                                  IS(LOCKED),      0 },
		{ FIRE_ON,  1001, 0,                                  IS(LOCKED),      0 },
		{ OPENS,    2000, SAY(OPENED),                        IS(OPEN),        0 },
		{ TICK,    90000, 0,                                  IS(OPEN),        0 },
		{ FIRE_OFF,99000, 0,                                  IS(OPEN),        0 },
		{ TICK,   128999, 0,                                  IS(OPEN),        0 },
		{ TICK,   129000, SAY(HELD),                          IS(HELD),        0 }, END } },
	{ "a fire ends the alarm of a forced door", STRIKE, {
		{ OPENS,    1000, SAY(FORCED),                        IS(FORCED),      0 },
		{ FIRE_ON,  2000, SAY(FORCED_OVER),                   IS(OPEN),        0 },
		{ CLOSES,   3000, SAY(CLOSED),                        IS(LOCKED),      0 },
		{ FIRE_OFF, 4000, 0,                                  IS(LOCKED),      0 },
		{ OPENS,    4001, SAY(FORCED),                        IS(FORCED),      0 }, END } },
	{ "and of a held one, and a warning", { .pre_alarm_ms = 10000 }, {
		{ REX_ON,      0, SAY(REX),                           IS(LOCKED),      0 },
		{ OPENS,       0, SAY(OPENED),                        IS(OPEN),        0 },
		{ REX_OFF,     1, 0,                                  IS(OPEN),        0 },
		{ TICK,    20000, SAY(PREALARM),                      IS(OPEN),        0 },
		{ FIRE_ON, 21000, SAY(PREALARM_OVER),                 IS(OPEN),        0 },
		{ FIRE_OFF,22000, 0,                                  IS(OPEN),        0 },
		{ TICK,    52000, SAY(HELD),                          IS(HELD),        0 },
		{ FIRE_ON, 53000, SAY(HELD_OVER),                     IS(OPEN),        0 }, END } },
};
/* clang-format on */

static void begin(struct door *door, const struct where *where, bool is_open, uint64_t now)
{
	struct door_setup setup = {
		.lock = where->lock,
		.relock = where->relock,
		.has_contact = !where->has_no_contact,
		.is_contact_open = is_open,
	};

	door_init(door, &setup, now);
	door->held_open_ms = HELD_MS;
	door->pre_alarm_ms = where->pre_alarm_ms;
	door->rex_release_ms = where->rex_release_ms;
}

static void every_story_ends_as_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct door door;

		begin(&door, &stories[i].where, false, 0);
		for (const struct deed *deed = stories[i].deeds; deed->at_ms != UINT64_MAX; deed++) {
			unsigned orders = play(&door, deed->what, deed->at_ms);

			if (orders != deed->orders || door.state != deed->state ||
				door.lock_until_mono_ms != deed->until_ms)
				fail_msg("%s: at %llu: orders %#x, state %s, lock until %llu",
					stories[i].name, (unsigned long long)deed->at_ms, orders,
					wire_door_word(door.state),
					(unsigned long long)door.lock_until_mono_ms);
		}
	}
}

static void a_door_found_open_at_start_is_open(void **state)
{
	struct door door;

	(void)state;
	begin(&door, &(struct where)STRIKE, true, 1000);
	assert_int_equal(door.state, WIRE_DOOR_OPEN);
	assert_int_equal(door_next_mono_ms(&door), 31000);
	assert_int_equal(door_tick(&door, 31000), DOOR_SAY_HELD);
	assert_int_equal(door_next_mono_ms(&door), UINT64_MAX);
	/* released while open: nobody is missed */
	assert_int_equal(door_release(&door, 32000, 1000), DOOR_STRIKE_ON);
	assert_int_equal(door_tick(&door, 33000), DOOR_STRIKE_OFF);
}

static void it_says_when_it_wants_to_be_woken(void **state)
{
	struct door door;

	(void)state;
	begin(&door, &(struct where)STRIKE, false, 0);
	assert_int_equal(door_next_mono_ms(&door), UINT64_MAX);
	door_rex(&door, 1000, true);
	assert_int_equal(door_next_mono_ms(&door), 61000);
	door_release(&door, 2000, 5000);
	assert_int_equal(door_next_mono_ms(&door), 7000);
	door_release(&door, 2000, 90000);
	assert_int_equal(door_next_mono_ms(&door), 61000);
	door_tick(&door, 61000);
	assert_int_equal(door_next_mono_ms(&door), 92000);
}

static void a_button_pressed_at_start_is_no_press_and_may_be_stuck(void **state)
{
	struct door_setup setup = { .is_rex_active = true };
	struct door door;

	(void)state;
	door_init(&door, &setup, 1000);
	door.rex_release_ms = 3000;
	assert_int_equal(door_rex(&door, 2000, true), 0);
	assert_int_equal(door.lock_until_mono_ms, 0);
	assert_int_equal(door_tick(&door, 61000), DOOR_SAY_STUCK);
}

static void draw_door(struct prng *chance, struct door *door)
{
	struct where where = {
		.lock = (enum board_lock)prng_below(chance, LOCK_TURNSTILE + 1),
		.relock = (enum board_relock)prng_below(chance, RELOCK_CLOSING + 1),
		.has_no_contact = prng_one_in(chance, 5),
		.pre_alarm_ms = (uint32_t)prng_below(chance, HELD_MS + 1),
		.rex_release_ms = prng_one_in(chance, 2) ? STRIKE_MS : 0,
	};

	begin(door, &where, prng_one_in(chance, 2), 0);
}

/* What nobody lists: from every state that chance reaches, everything that can happen. */
static void nothing_leaves_the_lock_released_past_its_deadline(void **state)
{
	struct prng chance;
	unsigned met[WIRE_DOOR_STATE_COUNT] = { 0 };

	(void)state;
	for (uint64_t seed = 0; seed < 400; seed++) {
		struct door door;
		uint64_t now = 0, until = 0;

		prng_init(&chance, seed);
		draw_door(&chance, &door);
		for (unsigned i = 0; i < 1000; i++) {
			enum what what = (enum what)prng_below(&chance, WHAT_COUNT);
			unsigned orders;
			bool was_pressed;

			now += prng_below(&chance, prng_one_in(&chance, 9) ? 100000 : 4000);
			if (what == HOLD && now >= 100000)
				what = TICK;
			met[door.state] |= 1u << what;
			was_pressed = door.is_rex_active;
			orders = play(&door, what, now);
			if (what == RELEASE)
				until = now + STRIKE_MS > until ? now + STRIKE_MS : until;
			if (what == HOLD)
				until = 100000 > until ? 100000 : until;
			if (door.rex_release_ms && (door.is_rex_active || was_pressed)) {
				uint64_t stuck = door.rex_since_mono_ms + DOOR_STUCK_MS;
				uint64_t end = (now < stuck ? now : stuck) + STRIKE_MS;

				until = end > until ? end : until;
			}
			if (what == SECURE)
				assert_int_equal(door.release_until_mono_ms, 0);
			assert_true(door.release_until_mono_ms <= until);
			assert_true(door.release_until_mono_ms == 0 || door.release_until_mono_ms > now);
			/* only a motor's bolt that waits for the leaf is told more than that */
			assert_true(
				door.lock_until_mono_ms == door.release_until_mono_ms ||
				(door.setup.lock == LOCK_MOTOR && door.is_contact_open &&
					door.release_until_mono_ms == 0 && door.lock_until_mono_ms > now));
			assert_true(door_next_mono_ms(&door) > now);
			assert_int_equal(door.state == WIRE_DOOR_LOCKED || door.state == WIRE_DOOR_RELEASED,
				!door.is_contact_open);
			assert_false(door.is_fire && what != FIRE_ON &&
				     (orders & (DOOR_SAY_FORCED | DOOR_SAY_HELD)));
			assert_false(door.is_fire &&
				     (door.state == WIRE_DOOR_FORCED || door.state == WIRE_DOOR_HELD));
			/* pressed where it releases, it has released */
			assert_true(!(orders & DOOR_SAY_REX) || door.rex_release_ms == 0 ||
				    door.release_until_mono_ms != 0);
		}
	}
	for (unsigned i = 0; i < WIRE_DOOR_STATE_COUNT; i++)
		assert_int_equal(met[i], (1u << WHAT_COUNT) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_story_ends_as_told),
		cmocka_unit_test(a_door_found_open_at_start_is_open),
		cmocka_unit_test(a_button_pressed_at_start_is_no_press_and_may_be_stuck),
		cmocka_unit_test(it_says_when_it_wants_to_be_woken),
		cmocka_unit_test(nothing_leaves_the_lock_released_past_its_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
