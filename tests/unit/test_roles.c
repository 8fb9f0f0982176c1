/* T25: every role × every act, against the table written out here once more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/core/roles.h"

/* clang-format off */
static const struct { const char *role; const char *may; } golden[] = {
	/*               D S M D A S S L P D L A S R   decide standing mode door alarm site staff list people doors lists audit see-staff retention */
	{ "desk",       "1 0 1 1 1 0 0 1 1 1 1 0 0 0" },
	{ "guard",      "0 0 1 1 1 0 0 1 0 1 0 0 0 0" },
	{ "manager",    "1 1 1 1 1 1 1 1 1 1 1 1 1 1" },
	{ "technician", "0 0 0 1 1 1 0 0 0 1 0 0 0 0" },
	{ "auditor",    "0 0 0 0 0 0 0 1 1 1 0 1 1 0" },
	{ "",           "0 0 0 0 0 0 0 0 0 0 0 0 0 0" },
	{ "root",       "0 0 0 0 0 0 0 0 0 0 0 0 0 0" },
	{ "Manager",    "0 0 0 0 0 0 0 0 0 0 0 0 0 0" },
};
/* clang-format on */

static void every_role_and_act(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		for (unsigned act = 0; act < ROLE_ACT_COUNT; act++)
			assert_int_equal(role_may(golden[i].role, act), golden[i].may[2 * act] == '1');
		assert_int_equal(role_is_known(golden[i].role), i < ROLE_COUNT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_role_and_act) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
