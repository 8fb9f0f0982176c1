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
