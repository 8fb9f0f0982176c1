/* The one state of a door that staff see, worst first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/core/doors.h"

#define NOW 10000000

/* clang-format off */
static const struct { const char *what; unsigned alarms; bool online, soon, open, released; enum wire_trust trust; enum wire_mode mode;
	enum doors_shown shown; const char *word; } rows[] = {
	{ "locked",             0, true, false, false, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_LOCKED, "terkunci" },
	{ "released",           0, true, false, false, true, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_UNLOCKED, "tidak_terkunci" },
	{ "open",               0, true, false, true, false, WIRE_TRUST_HOLDOVER, WIRE_MODE_NORMAL, DOORS_OPEN, "terbuka" },
	{ "kept open",          0, true, false, true, true, WIRE_TRUST_TRUSTED, WIRE_MODE_HOLD_OPEN, DOORS_KEPT_OPEN, "ditahan_terbuka" },
	{ "no clock",           0, true, false, false, false, WIRE_TRUST_FLOOR, WIRE_MODE_HOLD_OPEN, DOORS_CLOCK_UNSURE, "jam_belum_sinkron" },
	{ "code not there",     0, true, true, false, false, WIRE_TRUST_FLOOR, WIRE_MODE_NORMAL, DOORS_UNCONFIRMED, "kode_belum_sampai" },
	{ "faulty",             WIRE_ALARM_BIT(STORAGE), true, true, false, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_FAULTY, "gawai_bermasalah" },
	{ "off line",           0, false, true, true, true, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_OFFLINE, "luring" },
	{ "faulty, off line",   WIRE_ALARM_BIT(STUCK_INPUT), false, false, false, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_OFFLINE, "luring" },
	{ "held, off line",     WIRE_ALARM_BIT(HELD_OPEN), false, false, true, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_HELD_OPEN, "dibiarkan_terbuka" },
	{ "guessed",            WIRE_ALARM_BIT(WRONG_CODES) | WIRE_ALARM_BIT(HELD_OPEN), true, false, true, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_WRONG_CODES, "kode_salah_berulang" },
	{ "tampered",           WIRE_ALARM_BIT(INJECTION) | WIRE_ALARM_BIT(WRONG_CODES), true, false, false, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_TAMPERED, "gawai_diutak_atik" },
	{ "forced, cable cut",  WIRE_ALARM_BIT(FORCED) | WIRE_ALARM_BIT(INJECTION), false, false, true, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_FORCED, "terpaksa_dibuka" },
	{ "fire, off line",     WIRE_ALARM_BIT(FORCED) | WIRE_ALARM_BIT(FIRE), false, false, true, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_FIRE, "kebakaran" },
	{ "box open, cable cut", WIRE_ALARM_BIT(TAMPER) | WIRE_ALARM_BIT(BATTERY), false, false, false, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_TAMPERED, "gawai_diutak_atik" },
	{ "does not lock",      WIRE_ALARM_BIT(LOCK_FAULT), true, true, false, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_FAULTY, "gawai_bermasalah" },
	{ "on its battery",     WIRE_ALARM_BIT(POWER), true, false, false, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_FAULTY, "gawai_bermasalah" },
	{ "nobody entered",     WIRE_ALARM_BIT(UNUSED), true, false, false, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_LOCKED, "terkunci" },
	{ "stale alone",        WIRE_ALARM_BIT(STALE), true, false, false, false, WIRE_TRUST_TRUSTED, WIRE_MODE_NORMAL, DOORS_LOCKED, "terkunci" },
};
/* clang-format on */

static void the_worst_is_shown(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire_state said = { .is_contact_open = rows[i].open,
			.is_released = rows[i].released,
			.mode = rows[i].mode,
			.alarms = rows[i].alarms,
			.clock = { rows[i].trust, 0 } };
		struct doors_look look = { .state = &said,
			.now_ms = NOW,
			.heard_ms = rows[i].online ? NOW : NOW - DOORS_OFFLINE_MS - 1,
			.is_booked_soon = rows[i].soon };

		if (doors_show(&look) != rows[i].shown)
			fail_msg("%s: %s", rows[i].what, doors_word(doors_show(&look)));
		assert_string_equal(doors_word(rows[i].shown), rows[i].word);
	}
}

static void nothing_heard_is_off_line(void **state)
{
	struct wire_state said = { .clock = { WIRE_TRUST_TRUSTED, 0 } };
	struct doors_look look = { .now_ms = NOW, .heard_ms = NOW };

	(void)state;
	assert_int_equal(doors_show(&look), DOORS_OFFLINE); /* on line, and it has not said how the door is */
	look.state = &said;
	assert_int_equal(doors_show(&look), DOORS_LOCKED);
	look.heard_ms = NOW - DOORS_OFFLINE_MS;
	assert_true(doors_is_online(&look));
	look.heard_ms = NOW - DOORS_OFFLINE_MS - 1;
	assert_false(doors_is_online(&look));
	look.heard_ms = 0;
	look.now_ms = 5;
	assert_false(doors_is_online(&look));
	look.heard_ms = look.now_ms = NOW;
	look.is_link_lost = true;
	assert_int_equal(doors_show(&look), DOORS_OFFLINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worst_is_shown),
		cmocka_unit_test(nothing_heard_is_off_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
