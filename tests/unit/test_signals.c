/* signals, alarms: what the wires tell without their chatter, and what is heard and seen of what stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/core/alarms.h"
#include "firmware/core/signals.h"

static void a_signal_begins_at_once_and_is_over_after_a_quiet_minute(void **state)
{
	struct signals signals = { 0 };

	(void)state;
	assert_true(signals_next_mono_ms(&signals) == UINT64_MAX);
	assert_true(signals_set(&signals, 1000, SIGNAL_TAMPER, true));
	assert_false(signals_set(&signals, 1000, SIGNAL_TAMPER, true));
	assert_true(signals_stands(&signals, SIGNAL_TAMPER) && signals_is_active(&signals, SIGNAL_TAMPER));
	assert_true(signals_next_mono_ms(&signals) == UINT64_MAX); /* as long as it lasts */
	assert_false(signals_set(&signals, 5000, SIGNAL_TAMPER, false));
	assert_false(signals_is_active(&signals, SIGNAL_TAMPER));
	assert_int_equal(signals_next_mono_ms(&signals), 65000);
	assert_int_equal(signals_over(&signals, 64999), -1);
	assert_int_equal(signals_over(&signals, 65000), SIGNAL_TAMPER);
	assert_int_equal(signals_over(&signals, 65000), -1);
	assert_false(signals_stands(&signals, SIGNAL_TAMPER));
}

static void a_signal_that_chatters_is_one(void **state)
{
	struct signals signals = { 0 };
	unsigned began = 0;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		began += signals_set(&signals, 100 * i, SIGNAL_MAINS, i % 2 == 0);
	assert_int_equal(began, 1);
	assert_int_equal(signals_over(&signals, 99900 + SIGNAL_QUIET_MS - 1), -1);
	assert_int_equal(signals_over(&signals, 99900 + SIGNAL_QUIET_MS), SIGNAL_MAINS);
}

static void every_input_has_a_signal_of_its_own(void **state)
{
	struct signals signals = { 0 };

	(void)state;
	for (unsigned name = 0; name < SIGNAL_COUNT; name++)
		assert_true(signals_set(&signals, 0, name, true));
	assert_int_equal(SIGNAL_OF_LINE(LINE_COUNT - 1, LINE_FAULT_CUT), SIGNAL_COUNT - 1);
	assert_int_equal(SIGNAL_OF_READER(READER_FAULT_FORM), SIGNAL_LINE - 1);
	for (unsigned name = 0; name < SIGNAL_COUNT; name++)
		signals_set(&signals, name, name, false);
	assert_int_equal(signals_next_mono_ms(&signals), SIGNAL_QUIET_MS);
}

static void the_lamp_shows_what_the_person_must_know_first(void **state)
{
#define BIT(name) WIRE_ALARM_BIT(name)
	static const struct {
		struct alarms_look look;
		enum board_lamp lamp;
	} rows[] = {
		{ { 0 }, LAMP_READY },
		{ { .is_released = true, .alarms = BIT(TAMPER), .is_closed = true, .is_waiting = true },
			LAMP_RELEASED },
		{ { .alarms = BIT(FORCED), .is_closed = true, .is_waiting = true }, LAMP_ALARM },
		{ { .alarms = BIT(HELD_OPEN) }, LAMP_ALARM },
		{ { .alarms = BIT(TAMPER) }, LAMP_ALARM },
		{ { .alarms = BIT(FIRE) }, LAMP_ALARM },
		{ { .alarms = BIT(STORAGE), .is_closed = true, .is_waiting = true }, LAMP_CLOSED },
		{ { .alarms = BIT(STORAGE), .is_waiting = true }, LAMP_WAIT },
		{ { .alarms = BIT(LOCK_FAULT) }, LAMP_FAULT },
		{ { .alarms = BIT(STALE) }, LAMP_FAULT },
		{ { .alarms = BIT(UNUSED) }, LAMP_READY },
		{ { .alarms = BIT(UNUSED) | BIT(BATTERY) }, LAMP_FAULT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (alarms_lamp(&rows[i].look) != rows[i].lamp)
			fail_msg("row %zu: lamp %d", i, alarms_lamp(&rows[i].look));
	}
}

static void those_are_loud_that_somebody_at_the_door_can_end(void **state)
{
	unsigned loud = BIT(FORCED) | BIT(HELD_OPEN) | BIT(TAMPER);

	(void)state;
	for (unsigned alarm = 0; alarm < WIRE_ALARM_COUNT; alarm++)
		assert_int_equal(alarms_are_loud(1u << alarm), (loud & 1u << alarm) != 0);
	assert_false(alarms_are_loud(0));
}

static void every_alarm_ends_by_a_reason_of_its_own(void **state)
{
	bool is_met[WIRE_REASON_COUNT] = { false };

	(void)state;
	for (unsigned alarm = 0; alarm < WIRE_ALARM_COUNT; alarm++) {
		enum wire_reason reason = alarms_reason((enum wire_alarm)alarm);

		assert_true(reason != WIRE_REASON_NONE && !is_met[reason]);
		is_met[reason] = true;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_begins_at_once_and_is_over_after_a_quiet_minute),
		cmocka_unit_test(a_signal_that_chatters_is_one),
		cmocka_unit_test(every_input_has_a_signal_of_its_own),
		cmocka_unit_test(the_lamp_shows_what_the_person_must_know_first),
		cmocka_unit_test(those_are_loud_that_somebody_at_the_door_can_end),
		cmocka_unit_test(every_alarm_ends_by_a_reason_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
