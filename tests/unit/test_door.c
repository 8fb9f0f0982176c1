/* door: every row is one thing that happens at a door, and what must come of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/core/door.h"
#include "tests/sim/prng.h"

enum what { TICK, RELEASE, HOLD, SECURE, OPENS, CLOSES, REX_ON, REX_OFF };

struct deed {
	enum what what;
	uint64_t at_ms;
	unsigned orders;
	enum wire_door_state state;
	uint64_t until_ms; /* of the strike afterwards; 0: off */
};

struct story {
	const char *name;
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
	}
	return 0;
}

/* clang-format off */
#define ON DOOR_STRIKE_ON
#define OFF DOOR_STRIKE_OFF
#define SAY(what) DOOR_SAY_##what
#define IS(state) WIRE_DOOR_##state

static const struct story stories[] = {
	{ "a release goes unused", {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ TICK,     4999, 0,                                  IS(RELEASED), 5000 },
		{ TICK,     5000, OFF | SAY(UNUSED),                  IS(LOCKED),      0 },
		{ TICK,     5001, 0,                                  IS(LOCKED),      0 }, END } },
	{ "a guest comes in", {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    2000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ CLOSES,   3000, SAY(CLOSED),                        IS(RELEASED), 5000 },
		{ TICK,     5000, OFF,                                IS(LOCKED),      0 }, END } },
	{ "the door stays open past the strike and is closed", {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    2000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ TICK,     5000, OFF,                                IS(OPEN),        0 },
		{ CLOSES,   9000, SAY(CLOSED),                        IS(LOCKED),      0 }, END } },
	{ "two grants, one deadline: the second at 4 of 5", {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ RELEASE,  4000, ON,                                 IS(RELEASED), 9000 },
		{ TICK,     5000, 0,                                  IS(RELEASED), 9000 },
		{ TICK,     9000, OFF | SAY(UNUSED),                  IS(LOCKED),      0 }, END } },
	{ "a release called late begins anew", {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ RELEASE,  7000, ON | OFF | SAY(UNUSED),             IS(RELEASED),12000 }, END } },
	{ "an opening one millisecond after the deadline is forced", {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    5000, OFF | SAY(UNUSED) | SAY(FORCED),    IS(FORCED),      0 }, END } },
	{ "held open is told, and its end", {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    2000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ TICK,    32000, OFF,                                IS(OPEN),        0 },
		{ TICK,    34999, 0,                                  IS(OPEN),        0 },
		{ TICK,    35000, SAY(HELD),                          IS(HELD),        0 },
		{ RELEASE, 36000, ON,                                 IS(HELD),    41000 },
		{ TICK,    41000, OFF,                                IS(HELD),        0 },
		{ CLOSES,  50000, SAY(CLOSED) | SAY(HELD_OVER),       IS(LOCKED),      0 }, END } },
	{ "held open, closed while released", {
		{ REX_ON,      0, SAY(REX),                           IS(LOCKED),      0 },
		{ OPENS,     100, SAY(OPENED),                        IS(OPEN),        0 },
		{ REX_OFF,   200, 0,                                  IS(OPEN),        0 },
		{ TICK,    30100, SAY(HELD),                          IS(HELD),        0 },
		{ RELEASE, 36000, ON,                                 IS(HELD),    41000 },
		{ CLOSES,  37000, SAY(CLOSED) | SAY(HELD_OVER),       IS(RELEASED),41000 },
		{ TICK,    41000, OFF,                                IS(LOCKED),      0 }, END } },
	{ "forced, and closed", {
		{ OPENS,     100, SAY(FORCED),                        IS(FORCED),      0 },
		{ TICK,    90000, 0,                                  IS(FORCED),      0 },
		{ CLOSES,  90100, SAY(CLOSED) | SAY(FORCED_OVER),     IS(LOCKED),      0 }, END } },
	{ "forced, and somebody with a code comes", {
		{ OPENS,     100, SAY(FORCED),                        IS(FORCED),      0 },
		{ RELEASE,  1000, ON | SAY(FORCED_OVER),              IS(OPEN),     6000 },
		{ TICK,     6000, OFF,                                IS(OPEN),        0 },
		{ TICK,    36000, SAY(HELD),                          IS(HELD),        0 }, END } },
	{ "who asks to leave may open (T06: and releases nothing)", {
		{ REX_ON,   1000, SAY(REX),                           IS(LOCKED),      0 },
		{ REX_OFF,  1100, 0,                                  IS(LOCKED),      0 },
		{ OPENS,    6099, SAY(OPENED),                        IS(OPEN),        0 }, END } },
	{ "a request to leave excuses for five seconds", {
		{ REX_ON,   1000, SAY(REX),                           IS(LOCKED),      0 },
		{ REX_OFF,  1100, 0,                                  IS(LOCKED),      0 },
		{ OPENS,    6100, SAY(FORCED),                        IS(FORCED),      0 }, END } },
	{ "a button that chatters is told once a second", {
		{ REX_ON,   1000, SAY(REX),                           IS(LOCKED),      0 },
		{ REX_ON,   1050, 0,                                  IS(LOCKED),      0 },
		{ REX_OFF,  1100, 0,                                  IS(LOCKED),      0 },
		{ REX_OFF,  1150, 0,                                  IS(LOCKED),      0 },
		{ REX_ON,   1999, 0,                                  IS(LOCKED),      0 },
		{ REX_OFF,  1999, 0,                                  IS(LOCKED),      0 },
		{ REX_ON,   2000, SAY(REX),                           IS(LOCKED),      0 }, END } },
	{ "a stuck button is a fault and excuses nothing (F23)", {
		{ REX_ON,      0, SAY(REX),                           IS(LOCKED),      0 },
		{ TICK,    59999, 0,                                  IS(LOCKED),      0 },
		{ TICK,    60000, SAY(STUCK),                         IS(LOCKED),      0 },
		{ OPENS,   61000, SAY(FORCED),                        IS(FORCED),      0 },
		{ CLOSES,  62000, SAY(CLOSED) | SAY(FORCED_OVER),     IS(LOCKED),      0 },
		{ RELEASE, 63000, ON,                                 IS(RELEASED),68000 },
		{ REX_OFF, 64000, SAY(STUCK_OVER),                    IS(RELEASED),68000 },
		{ TICK,    68000, OFF | SAY(UNUSED),                  IS(LOCKED),      0 },
		{ OPENS,   68001, SAY(FORCED),                        IS(FORCED),      0 },
		{ CLOSES,  68002, SAY(CLOSED) | SAY(FORCED_OVER),     IS(LOCKED),      0 },
		{ REX_ON,  69000, SAY(REX),                           IS(LOCKED),      0 }, /* mended */
		{ OPENS,   69001, SAY(OPENED),                        IS(OPEN),        0 }, END } },
	{ "told late, nothing is left out", {
		{ REX_ON,      0, SAY(REX),                           IS(LOCKED),      0 },
		{ OPENS,     100, SAY(OPENED),                        IS(OPEN),        0 },
		{ RELEASE,   200, ON,                                 IS(OPEN),     5200 },
		{ TICK,    70000, OFF | SAY(HELD) | SAY(STUCK),       IS(HELD),        0 }, END } },
	{ "hold-open has an end and misses nobody", {
		{ HOLD,        0, ON,                                 IS(RELEASED),100000 },
		{ RELEASE,  1000, ON,                                 IS(RELEASED),100000 },
		{ OPENS,    2000, SAY(OPENED),                        IS(OPEN),    100000 },
		{ TICK,    99999, 0,                                  IS(OPEN),    100000 },
		{ CLOSES,  99999, SAY(CLOSED),                        IS(RELEASED),100000 },
		{ TICK,   100000, OFF,                                IS(LOCKED),      0 }, END } },
	{ "nobody comes through a held door", {
		{ HOLD,        0, ON,                                 IS(RELEASED),100000 },
		{ TICK,   100000, OFF,                                IS(LOCKED),      0 }, END } },
	{ "a lockdown ends a release at once", {
		{ SECURE,      0, 0,                                  IS(LOCKED),      0 },
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ SECURE,   1000, OFF,                                IS(LOCKED),      0 }, END } },
	{ "a lockdown with the door open", {
		{ RELEASE,     0, ON,                                 IS(RELEASED), 5000 },
		{ OPENS,    1000, SAY(OPENED),                        IS(OPEN),     5000 },
		{ SECURE,   2000, OFF,                                IS(OPEN),        0 },
		{ TICK,    31999, 0,                                  IS(OPEN),        0 },
		{ TICK,    32000, SAY(HELD),                          IS(HELD),        0 }, END } },
	{ "a contact that repeats itself says nothing", {
		{ CLOSES,      0, 0,                                  IS(LOCKED),      0 },
		{ OPENS,       0, SAY(FORCED),                        IS(FORCED),      0 },
		{ OPENS,       1, 0,                                  IS(FORCED),      0 }, END } },
};
/* clang-format on */

static void every_story_ends_as_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct door door;

		door_init(&door, false, HELD_MS, 0);
		for (const struct deed *deed = stories[i].deeds; deed->at_ms != UINT64_MAX; deed++) {
			unsigned orders = play(&door, deed->what, deed->at_ms);

			if (orders != deed->orders || door.state != deed->state ||
				door.release_until_mono_ms != deed->until_ms)
				fail_msg("%s: at %llu: orders %#x, state %s, strike until %llu",
					stories[i].name, (unsigned long long)deed->at_ms, orders,
					wire_door_word(door.state),
					(unsigned long long)door.release_until_mono_ms);
		}
	}
}

static void a_door_found_open_at_start_is_open(void **state)
{
	struct door door;

	(void)state;
	door_init(&door, true, HELD_MS, 1000);
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
	door_init(&door, false, HELD_MS, 0);
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

/* What nobody lists: from every state that chance reaches, everything that can happen. */
static void nothing_leaves_the_strike_on_past_its_deadline(void **state)
{
	struct prng chance;
	unsigned met[WIRE_DOOR_STATE_COUNT] = { 0 };

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct door door;
		uint64_t now = 0, until = 0;

		prng_init(&chance, seed);
		door_init(&door, prng_one_in(&chance, 2), HELD_MS, 0);
		for (unsigned i = 0; i < 1000; i++) {
			enum what what = (enum what)prng_below(&chance, 8);
			unsigned orders;

			now += prng_below(&chance, prng_one_in(&chance, 9) ? 100000 : 4000);
			if (what == HOLD && now >= 100000)
				what = TICK;
			met[door.state] |= 1u << what;
			orders = play(&door, what, now);
			if (orders & DOOR_STRIKE_ON) {
				uint64_t wanted = what == HOLD ? 100000 : now + STRIKE_MS;

				until = wanted > until ? wanted : until;
			}
			if (what == SECURE || now >= until)
				until = 0;
			assert_int_equal(door.release_until_mono_ms, until);
			assert_true(door_next_mono_ms(&door) > now);
			assert_int_equal(door.state == WIRE_DOOR_LOCKED || door.state == WIRE_DOOR_RELEASED,
				!door.is_contact_open);
		}
	}
	for (unsigned i = 0; i < WIRE_DOOR_STATE_COUNT; i++)
		assert_int_equal(met[i], 0xff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_story_ends_as_told),
		cmocka_unit_test(a_door_found_open_at_start_is_open),
		cmocka_unit_test(it_says_when_it_wants_to_be_woken),
		cmocka_unit_test(nothing_leaves_the_strike_on_past_its_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
