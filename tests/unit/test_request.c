/* Every state × act × actor of a request, against the edges written out here once more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "gateway/core/request.h"

#define T REQUEST_BY_TEACHER
#define S REQUEST_BY_STAFF
#define C REQUEST_BY_CLOCK
#define D REQUEST_BY_DOOR

/* clang-format off */
static const struct { const char *from, *act, *to; unsigned by; } edges[] = {
	{ "draf",             "submit",   "diajukan",         T | S },
	{ "draf",             "cancel",   "dibatalkan",       T | S },
	{ "diajukan",         "needs",    "perlu_dilengkapi", S },
	{ "diajukan",         "approve",  "disetujui",        S },
	{ "diajukan",         "refuse",   "ditolak",          S },
	{ "diajukan",         "cancel",   "dibatalkan",       T | S },
	{ "diajukan",         "lapse",    "kedaluwarsa",      C },
	{ "perlu_dilengkapi", "complete", "diajukan",         T | S },
	{ "perlu_dilengkapi", "refuse",   "ditolak",          S },
	{ "perlu_dilengkapi", "cancel",   "dibatalkan",       T | S },
	{ "perlu_dilengkapi", "lapse",    "kedaluwarsa",      C },
	{ "disetujui",        "check_in", "berlangsung",      D },
	{ "disetujui",        "extend",   "disetujui",        T | S },
	{ "disetujui",        "cancel",   "dibatalkan",       T | S },
	{ "disetujui",        "finish",   "selesai",          S },
	{ "disetujui",        "no_show",  "tidak_hadir",      C },
	{ "berlangsung",      "extend",   "berlangsung",      T | S },
	{ "berlangsung",      "cancel",   "dibatalkan",       T | S },
	{ "berlangsung",      "finish",   "selesai",          T | S | C },
	{ "tidak_hadir",      "check_in", "selesai",          D },
};
/* clang-format on */
#define EDGES (sizeof(edges) / sizeof(edges[0]))

static void every_state_act_and_actor(void **state)
{
	unsigned found = 0;

	(void)state;
	for (unsigned from = 0; from < REQUEST_STATE_COUNT; from++) {
		for (unsigned act = 0; act < REQUEST_ACT_COUNT; act++) {
			for (unsigned by = T; by <= D; by <<= 1) {
				enum request_state to = REQUEST_STATE_COUNT;
				int wanted = 1;
				size_t i = 0;

				while (i < EDGES && (strcmp(edges[i].from, request_state_word(from)) != 0 ||
							    strcmp(edges[i].act, request_act_word(act)) != 0))
					i++;
				if (i < EDGES)
					wanted = edges[i].by & by ? 0 : 2;
				assert_int_equal(request_step(&to, from, act, by), wanted);
				if (wanted == 0) {
					assert_string_equal(request_state_word(to), edges[i].to);
					found++;
				} else {
					assert_int_equal(to, REQUEST_STATE_COUNT);
				}
			}
		}
	}
	assert_int_equal(found, 31);
}

static void words_are_read_back(void **state)
{
	(void)state;
	for (unsigned i = 0; i < REQUEST_STATE_COUNT; i++) {
		enum request_state out = REQUEST_STATE_COUNT;

		assert_int_equal(request_state_read(&out, request_state_word(i)), 0);
		assert_int_equal(out, i);
	}
	for (unsigned i = 0; i < REQUEST_ACT_COUNT; i++) {
		enum request_act out = REQUEST_ACT_COUNT;

		assert_int_equal(request_act_read(&out, request_act_word(i)), 0);
		assert_int_equal(out, i);
	}
	{
		enum request_state state_out = REQUEST_DRAFT;
		enum request_act act_out = REQUEST_ACT_SUBMIT;

		assert_int_equal(request_state_read(&state_out, "pending"), -EINVAL);
		assert_int_equal(request_act_read(&act_out, "delete"), -EINVAL);
	}
}

static void what_holds_a_unit_also_opens_its_doors(void **state)
{
	static const char *const holding[] = { "disetujui", "berlangsung" };

	(void)state;
	for (unsigned i = 0; i < REQUEST_STATE_COUNT; i++) {
		bool holds = strcmp(request_state_word(i), holding[0]) == 0 ||
			     strcmp(request_state_word(i), holding[1]) == 0;

		assert_int_equal(request_holds(i), holds);
		assert_int_equal(request_opens(i), holds);
		assert_int_equal(request_waits(i), i == REQUEST_SUBMITTED || i == REQUEST_INCOMPLETE);
	}
}

static void a_refusal_wants_words(void **state)
{
	(void)state;
	for (unsigned i = 0; i < REQUEST_ACT_COUNT; i++)
		assert_int_equal(request_needs_reason(i),
			i == REQUEST_ACT_NEEDS || i == REQUEST_ACT_REFUSE || i == REQUEST_ACT_CANCEL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_act_and_actor),
		cmocka_unit_test(words_are_read_back),
		cmocka_unit_test(what_holds_a_unit_also_opens_its_doors),
		cmocka_unit_test(a_refusal_wants_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
