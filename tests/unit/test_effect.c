/* What each event at a door does at the centre. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "gateway/core/effect.h"

#define NOW 1000000000

static void every_event_has_its_effect(void **state)
{
	/* clang-format off */
	static const struct { const char *what; enum wire_event_type type; enum wire_reason reason; const char *grant;
		bool use, raise, clear; enum wire_alarm alarm; } rows[] = {
		{ "a grant is used", WIRE_EVENT_ACCESS_GRANTED, WIRE_REASON_CODE, "0123456789abcdef", true, false, false, 0 },
		{ "an action opens", WIRE_EVENT_ACCESS_GRANTED, WIRE_REASON_ACTION, "", false, false, false, 0 },
		{ "a denial", WIRE_EVENT_ACCESS_DENIED, WIRE_REASON_UNKNOWN_CODE, "", false, false, false, 0 },
		{ "forced", WIRE_EVENT_DOOR_FORCED, WIRE_REASON_NONE, "", false, true, false, WIRE_ALARM_FORCED },
		{ "held open", WIRE_EVENT_HELD_OPEN, WIRE_REASON_NONE, "", false, true, false, WIRE_ALARM_HELD_OPEN },
		{ "lockout", WIRE_EVENT_LOCKOUT_STARTED, WIRE_REASON_NONE, "", false, true, false, WIRE_ALARM_WRONG_CODES },
		{ "lockout over", WIRE_EVENT_LOCKOUT_ENDED, WIRE_REASON_NONE, "", false, false, true, WIRE_ALARM_WRONG_CODES },
		{ "injection", WIRE_EVENT_INJECTION_SUSPECTED, WIRE_REASON_NONE, "", false, true, false, WIRE_ALARM_INJECTION },
		{ "two truths", WIRE_EVENT_SNAPSHOT_REFUSED, WIRE_REASON_EQUIVOCATION, "", false, true, false, WIRE_ALARM_EQUIVOCATION },
		{ "an old one", WIRE_EVENT_SNAPSHOT_REFUSED, WIRE_REASON_ROLLBACK, "", false, false, false, 0 },
		{ "forced is over", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_FORCED, "", false, false, true, WIRE_ALARM_FORCED },
		{ "held is over", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_HELD, "", false, false, true, WIRE_ALARM_HELD_OPEN },
		{ "stale", WIRE_EVENT_STALE, WIRE_REASON_STALE_HEAD, "", false, true, false, WIRE_ALARM_STALE },
		{ "stale is over", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_STALE_HEAD, "", false, false, true, WIRE_ALARM_STALE },
		{ "disk", WIRE_EVENT_STORAGE_FAULT, WIRE_REASON_STORAGE, "", false, true, false, WIRE_ALARM_STORAGE },
		{ "disk is well", WIRE_EVENT_STORAGE_RESTORED, WIRE_REASON_STORAGE, "", false, false, true, WIRE_ALARM_STORAGE },
		{ "stuck", WIRE_EVENT_STUCK_INPUT, WIRE_REASON_NONE, "", false, true, false, WIRE_ALARM_STUCK_INPUT },
		{ "no longer stuck", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_STUCK, "", false, false, true, WIRE_ALARM_STUCK_INPUT },
		{ "a cable is cut", WIRE_EVENT_LINE_FAULT, WIRE_REASON_CUT, "", false, true, false, WIRE_ALARM_LINE_FAULT },
		{ "it is mended", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_LINE_FAULT, "", false, false, true, WIRE_ALARM_LINE_FAULT },
		{ "a reader is unplugged", WIRE_EVENT_READER_FAULT, WIRE_REASON_LINES_LOW, "", false, true, false, WIRE_ALARM_READER_FAULT },
		{ "it reads again", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_READER_FAULT, "", false, false, true, WIRE_ALARM_READER_FAULT },
		{ "the box is opened", WIRE_EVENT_ALARM_RAISED, WIRE_REASON_TAMPER, "", false, true, false, WIRE_ALARM_TAMPER },
		{ "it is shut", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_TAMPER, "", false, false, true, WIRE_ALARM_TAMPER },
		{ "fire", WIRE_EVENT_ALARM_RAISED, WIRE_REASON_FIRE, "", false, true, false, WIRE_ALARM_FIRE },
		{ "fire is out", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_FIRE, "", false, false, true, WIRE_ALARM_FIRE },
		{ "a lock does not follow", WIRE_EVENT_ALARM_RAISED, WIRE_REASON_LOCK_FAULT, "", false, true, false, WIRE_ALARM_LOCK_FAULT },
		{ "it does", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_LOCK_FAULT, "", false, false, true, WIRE_ALARM_LOCK_FAULT },
		{ "mains lost", WIRE_EVENT_ALARM_RAISED, WIRE_REASON_POWER, "", false, true, false, WIRE_ALARM_POWER },
		{ "mains back", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_POWER, "", false, false, true, WIRE_ALARM_POWER },
		{ "battery low", WIRE_EVENT_ALARM_RAISED, WIRE_REASON_BATTERY, "", false, true, false, WIRE_ALARM_BATTERY },
		{ "battery well", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_BATTERY, "", false, false, true, WIRE_ALARM_BATTERY },
		{ "no clock", WIRE_EVENT_ALARM_RAISED, WIRE_REASON_CLOCK, "", false, true, false, WIRE_ALARM_CLOCK },
		{ "a clock", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_CLOCK, "", false, false, true, WIRE_ALARM_CLOCK },
		{ "nobody entered", WIRE_EVENT_UNUSED, WIRE_REASON_NONE, "", false, false, false, 0 },
		{ "nor is anybody missed", WIRE_EVENT_ALARM_CLEARED, WIRE_REASON_UNUSED, "", false, false, false, 0 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire_event event = { .wall_ms = NOW, .type = rows[i].type, .reason = rows[i].reason };
		struct effect effect;

		snprintf(event.grant, sizeof(event.grant), "%s", rows[i].grant);
		effect = effect_of(&event, NOW);
		if (effect.is_use != rows[i].use || effect.is_raise != rows[i].raise ||
			effect.is_clear != rows[i].clear || effect.alarm != rows[i].alarm)
			fail_msg("%s", rows[i].what);
	}
}

static void an_old_event_calls_nobody(void **state)
{
	struct wire_event event = { .type = WIRE_EVENT_DOOR_FORCED, .wall_ms = NOW - EFFECT_LIVE_MS };

	(void)state;
	assert_true(effect_of(&event, NOW).is_live);
	assert_false(effect_of(&event, NOW + 1).is_live);
	assert_true(effect_of(&event, NOW - EFFECT_LIVE_MS - 60000)
			    .is_live); /* a door's clock may be ahead of ours */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_has_its_effect),
		cmocka_unit_test(an_old_event_calls_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
