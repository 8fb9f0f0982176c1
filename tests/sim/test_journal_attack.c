/* T01, S13: somebody at the keypad who can cut the power whenever he likes, in any operation of the disk. It
 * buys him no guess, and no second use of a one-time code whose first is on record. */
#include "tests/sim/door_rig.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/prng.h"

#define GUESSES_A_DAY 60
#define DAY_MS (24 * 60 * 60 * UINT64_C(1000))
#define HAND_MS 100 /* between keys: faster is an alarm of its own */
#define HEARD_MAX 512

static struct wire_grant make_grant(bool is_once)
{
	struct wire_grant grant = { .from_ms = 0,
		.until_ms = 4000000000000,
		.offline_until_ms = 4000000000000,
		.opens_at_floor = true,
		.is_once = is_once };

	memcpy(grant.id, "0123456789abcdef", sizeof(grant.id));
	return grant;
}

/* --- guesses --- */

enum cutting {
	NEVER,
	AT_OPERATION,        /* the n-th since he began to type */
	WHEN_IT_STAYED_SHUT, /* before the reject tone can sound */
	AT_THE_TONE,
	AT_RANDOM,
};

struct attacker {
	struct rig rig;
	struct prng prng;
	enum cutting cutting;
	uint64_t n;
	unsigned cuts_left;
	unsigned guesses;
	uint64_t at_ms[HEARD_MAX]; /* of each guess that was weighed */
	unsigned most;             /* within one day */
};

static enum crash_mode any_mode(struct attacker *attacker)
{
	return (enum crash_mode)prng_below(&attacker->prng, CRASH_MODES);
}

static void arm(struct attacker *attacker)
{
	uint64_t n = attacker->cutting == AT_RANDOM ? 1 + prng_below(&attacker->prng, 40) : attacker->n;

	if (attacker->cuts_left > 0 && (attacker->cutting == AT_OPERATION || attacker->cutting == AT_RANDOM))
		crash_disk_cut_at(attacker->rig.disk, n, any_mode(attacker));
}

static void cut(struct attacker *attacker)
{
	crash_disk_cut(attacker->rig.disk, any_mode(attacker));
}

static void note_guesses(struct attacker *attacker)
{
	struct rig *rig = &attacker->rig;
	unsigned within = 0;

	for (; rig->weighed > 0; rig->weighed--) {
		assert_true(attacker->guesses < HEARD_MAX);
		attacker->at_ms[attacker->guesses++] = rig->day_ms;
	}
	for (unsigned i = attacker->guesses; i > 0 && attacker->at_ms[i - 1] + DAY_MS > rig->day_ms; i--)
		within++;
	if (within > attacker->most)
		attacker->most = within;
}

/* Types one code that is not right, and listens. */
static void guess(struct attacker *attacker)
{
	struct rig *rig = &attacker->rig;
	char keys[16];

	snprintf(keys, sizeof(keys), "%06llu#", (unsigned long long)prng_below(&attacker->prng, 900000));
	rig->rejections = 0;
	arm(attacker);
	rig_press(rig, keys, HAND_MS);
	for (int i = 0; i < 500 && !rig_is_off(rig) && rig->weighed == 0; i++)
		rig_wait(rig, 10);
	if (attacker->cutting == WHEN_IT_STAYED_SHUT && attacker->cuts_left > 0)
		cut(attacker);
	for (int i = 0; i < 60 && !rig_is_off(rig) && rig->rejections == 0; i++)
		rig_wait(rig, 100);
	if (attacker->cutting == AT_THE_TONE && attacker->cuts_left > 0)
		cut(attacker);
	note_guesses(attacker);
	assert_int_equal(rig->releases, 0);
}

static unsigned spend_two_days(enum cutting cutting, uint64_t n, unsigned cuts, uint64_t commit_ms)
{
	static const char *const codes[] = {
		"987654"
	}; /* above all his guesses; the shortest, for which the record has least time */
	struct wire_grant grant = make_grant(false);
	static struct attacker attacker;
	struct rig *rig = &attacker.rig;

	memset(&attacker, 0, sizeof(attacker));
	attacker.cutting = cutting;
	attacker.n = n;
	attacker.cuts_left = cuts;
	prng_init(&attacker.prng, n + 1);
	rig_init(rig, n + 1, &grant, codes, 1);
	rig->commit_ms = commit_ms;
	while (rig->day_ms < 2 * DAY_MS) {
		if (rig_is_off(rig)) {
			attacker.cuts_left--;
			rig_boot(rig, any_mode(&attacker));
		} else if (rig_lockout_ms(rig) > 0) {
			rig_wait(rig, rig_lockout_ms(rig));
		} else {
			guess(&attacker);
		}
	}
	assert_true(attacker.guesses >= 40); /* who buys nothing at all would show nothing */
	rig_deinit(rig);
	return attacker.most;
}

static void test_power_cuts_buy_no_guesses(void **state)
{
	/* clang-format off */
	static const struct { const char *what; enum cutting cutting; uint64_t last; unsigned cuts; uint64_t commit_ms; } rows[] = {
		{ "never cuts the power",                NEVER,               0,   0,  20 },
		{ "cuts it when the door stays shut",    WHEN_IT_STAYED_SHUT, 1, 200,  20 },
		{ "and the card is as slow as his hand", WHEN_IT_STAYED_SHUT, 1, 200, 600 },
		{ "and the card is slower than that",    WHEN_IT_STAYED_SHUT, 1, 200, 1400 },
		{ "cuts it at the reject tone",          AT_THE_TONE,         1, 200,  20 },
		{ "cuts it in the n-th operation",       AT_OPERATION,       24,  10,  20 },
		{ "cuts it anywhere",                    AT_RANDOM,           4,  40,  20 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned most = 0;

		for (uint64_t n = rows[i].last > 0; n <= rows[i].last; n++) {
			unsigned guesses =
				spend_two_days(rows[i].cutting, n, rows[i].cuts, rows[i].commit_ms);

			if (guesses > GUESSES_A_DAY)
				fail_msg("%s: n=%ju: %u guesses", rows[i].what, (uintmax_t)n, guesses);
			most = guesses > most ? guesses : most;
		}
		print_message("%s: %u guesses a day at most\n", rows[i].what, most);
	}
}

/* --- one-time codes --- */

struct uses {
	unsigned all, after_commit;
};

/* Uses the code `times` times, each cut in another operation than the one before. Returns whether the first
 * was cut. */
static bool use_again_and_again(uint64_t n, enum crash_mode mode, struct uses *uses)
{
	static const char *const codes[] = { "12345678" };
	struct wire_grant grant = make_grant(true);
	static struct rig rig;
	bool was_cut = false;

	rig_init(&rig, n * CRASH_MODES + mode, &grant, codes, 1);
	for (unsigned i = 0; i < 4; i++) {
		bool was_committed = rig.is_use_committed;

		rig.releases = 0;
		crash_disk_cut_at(rig.disk, i == 3 ? 0 : n + 5 * i, mode);
		rig_press(&rig, "12345678#", 200);
		rig_wait(&rig, 2000);
		was_cut |= i == 0 && rig_is_off(&rig);
		uses->all += rig.releases;
		if (was_committed && rig.releases > 0)
			uses->after_commit++;
		rig_boot(&rig, (mode + i) % CRASH_MODES);
	}
	rig_deinit(&rig);
	return was_cut;
}

static void test_a_one_time_code_on_record_opens_never_again(void **state)
{
	struct uses uses = { 0 };
	bool was_cut = true;
	uint64_t n = 1;

	(void)state;
	for (; was_cut; n++)
		for (enum crash_mode mode = 0; mode < CRASH_MODES; mode++)
			was_cut = use_again_and_again(n, mode, &uses);
	print_message("%ju lives, %u uses\n", (uintmax_t)(n - 1) * CRASH_MODES, uses.all);
	assert_int_equal(uses.after_commit, 0);
	assert_true(uses.all >= (n - 1) * CRASH_MODES / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power_cuts_buy_no_guesses),
		cmocka_unit_test(test_a_one_time_code_on_record_opens_never_again),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
