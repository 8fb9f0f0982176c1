/* actions, gate, used: once, soon, and bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/actions.h"
#include "firmware/core/gate.h"
#include "firmware/core/used.h"

#define NOW INT64_C(1760000000000)

static const uint8_t seed[ACTIONS_SEED_BYTES] = { 5 };

static struct wire_action action_of(const struct challenge *challenge, const char *id, int64_t expires_ms)
{
	struct wire_action action = { .expires_ms = expires_ms };

	memset(action.id, 'a', WIRE_ID_CHARS);
	memcpy(action.id, id, strlen(id));
	memcpy(action.challenge, challenge->bytes, WIRE_CHALLENGE_BYTES);
	return action;
}

static void only_the_newest_two_questions_are_ours(void **state)
{
	struct challenge first, second, third;
	struct actions actions, reborn;
	uint8_t zeros[WIRE_CHALLENGE_BYTES] = { 0 };

	(void)state;
	actions_init(&actions, seed);
	assert_null(actions_find(&actions, zeros)); /* nothing asked, nothing answered */
	first = *actions_ask(&actions, 10);
	assert_int_equal(actions_find(&actions, first.bytes)->sent_mono_ms, 10);
	second = *actions_ask(&actions, 20);
	assert_non_null(actions_find(&actions, first.bytes));
	third = *actions_ask(&actions, 30);
	assert_null(actions_find(&actions, first.bytes));
	assert_non_null(actions_find(&actions, second.bytes));
	assert_int_equal(actions_find(&actions, third.bytes)->sent_mono_ms, 30);
	assert_memory_not_equal(second.bytes, third.bytes, WIRE_CHALLENGE_BYTES);
	/* another boot has another seed, and asks other questions */
	actions_init(&reborn, (const uint8_t[ACTIONS_SEED_BYTES]){ 6 });
	assert_memory_not_equal(actions_ask(&reborn, 10)->bytes, first.bytes, WIRE_CHALLENGE_BYTES);
}

/* clang-format off */
static const struct {
	const char *name;
	int64_t expires_in_ms;
	uint32_t bound_ms;
	enum wire_trust trust;
	bool is_retained, is_foreign;
	enum wire_reason reason;
} rows[] = {
	{ "fresh",                       10000,   50, WIRE_TRUST_TRUSTED,  false, false, WIRE_REASON_NONE },
	{ "in its last millisecond",         1,   50, WIRE_TRUST_TRUSTED,  false, false, WIRE_REASON_NONE },
	{ "expired",                         0,   50, WIRE_TRUST_TRUSTED,  false, false, WIRE_REASON_EXPIRED },
	{ "days old",                -86400000,   50, WIRE_TRUST_TRUSTED,  false, false, WIRE_REASON_EXPIRED },
	{ "for as long as may be",       10050,   50, WIRE_TRUST_TRUSTED,  false, false, WIRE_REASON_NONE },
	{ "for longer",                  10051,   50, WIRE_TRUST_TRUSTED,  false, false, WIRE_REASON_CLOCK },
	{ "holdover that knows well",     5000, 2000, WIRE_TRUST_HOLDOVER, false, false, WIRE_REASON_NONE },
	{ "holdover that does not",       5000, 2001, WIRE_TRUST_HOLDOVER, false, false, WIRE_REASON_CLOCK },
	{ "no clock",                     5000, UINT32_MAX, WIRE_TRUST_FLOOR, false, false, WIRE_REASON_CLOCK },
	{ "retained",                    10000,   50, WIRE_TRUST_TRUSTED,  true,  false, WIRE_REASON_RETAINED },
	{ "asked by another boot",       10000,   50, WIRE_TRUST_TRUSTED,  false, true,  WIRE_REASON_WRONG_CHALLENGE },
};
/* clang-format on */

static void what_runs_and_what_does_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct clock_reading time = { NOW, rows[i].bound_ms, rows[i].trust };
		struct actions actions;
		struct wire_action action;
		enum wire_reason reason;

		actions_init(&actions, seed);
		action = action_of(actions_ask(&actions, 0), "x", NOW + rows[i].expires_in_ms);
		action.challenge[0] ^= rows[i].is_foreign;
		reason = actions_take(&actions, 1000, &time, &action, rows[i].is_retained);
		if (reason != rows[i].reason)
			fail_msg("%s: %s", rows[i].name, wire_reason_word(reason));
	}
}

static void an_action_runs_once_and_only_so_many(void **state)
{
	struct clock_reading time = { NOW, 50, WIRE_TRUST_TRUSTED };
	struct actions actions;
	struct wire_action action;
	char id[8];

	(void)state;
	actions_init(&actions, seed);
	actions_ask(&actions, 0);
	for (unsigned i = 0; i < ACTIONS_MAX; i++) {
		snprintf(id, sizeof(id), "%u-", i);
		action = action_of(&actions.newest, id, NOW + 5000);
		assert_int_equal(actions_take(&actions, 1000, &time, &action, false), WIRE_REASON_NONE);
		assert_int_equal(actions_take(&actions, 1000, &time, &action, false), WIRE_REASON_REPLAYED);
	}
	action = action_of(&actions.newest, "more", NOW + 5000);
	assert_int_equal(actions_take(&actions, 1000, &time, &action, false), WIRE_REASON_FLOOD);
	/* a minute later all of them have long expired, and there is room */
	assert_int_equal(actions_take(&actions, 1000 + ACTIONS_MEMORY_MS - 1, &time, &action, false),
		WIRE_REASON_FLOOD);
	assert_int_equal(
		actions_take(&actions, 1000 + ACTIONS_MEMORY_MS, &time, &action, false), WIRE_REASON_NONE);
}

static void a_gate_lets_one_through_a_minute_and_counts(void **state)
{
	struct gate gate = { 0 };
	int64_t n = -1;

	(void)state;
	assert_true(gate_pass(&gate, 0, &n));
	assert_int_equal(n, 1);
	assert_false(gate_pass(&gate, 1, &n));
	assert_false(gate_pass(&gate, GATE_MS - 1, &n));
	assert_true(gate_pass(&gate, GATE_MS, &n));
	assert_int_equal(n, 3);
}

static struct wire_grant grant_of(unsigned number, int64_t until_ms)
{
	struct wire_grant grant = { .until_ms = until_ms };

	snprintf(grant.id, sizeof(grant.id), "%016u", number);
	return grant;
}

static void used_grants_are_forgotten_only_when_nothing_can_open_them_again(void **state)
{
	struct wire_grant list[1];
	uint32_t slots[16];
	struct grants grants;
	struct used used = { 0 };
	struct wire_grant extra = grant_of(999, NOW + 1);
	char forgets[WIRE_GRANT_ID_CHARS + 1];

	(void)state;
	grants_init(&grants, list, 1, slots);
	for (unsigned i = 0; i < BOARD_USED_MAX; i++) {
		struct wire_grant grant = grant_of(i, i < 2 ? NOW : NOW + 1);
		int place = used_place(&used, NOW, &grants);

		assert_int_equal(place, i);
		assert_false(used_has(&used, grant.id));
		used_put(&used, place, &grant, forgets);
		assert_string_equal(forgets, "");
		assert_true(used_has(&used, grant.id));
	}
	assert_int_equal(used_place(&used, NOW - 1, &grants), -1); /* none has ended */
	assert_int_equal(used_place(&used, NOW, &grants), 0);
	list[0] = grant_of(0, NOW + 1000); /* it was extended */
	grants.count = 1;
	assert_int_equal(used_place(&used, NOW, &grants), 1);
	used_put(&used, 1, &extra, forgets);
	assert_string_equal(forgets, "0000000000000001");
	assert_false(used_has(&used, "0000000000000001"));
	assert_true(used_has(&used, extra.id));
	assert_int_equal(used.count, BOARD_USED_MAX);
	assert_int_equal(used_place(&used, NOW, &grants), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_newest_two_questions_are_ours),
		cmocka_unit_test(what_runs_and_what_does_not),
		cmocka_unit_test(an_action_runs_once_and_only_so_many),
		cmocka_unit_test(a_gate_lets_one_through_a_minute_and_counts),
		cmocka_unit_test(used_grants_are_forgotten_only_when_nothing_can_open_them_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
