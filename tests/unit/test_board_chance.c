/* board: two million inputs that nobody would think of, and what must hold after each.
 *
 * BOARD_CHANCE_SEEDS=n plays n seeds instead of SEEDS; every failure names its seed and step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/hash.h"
#include "tests/sim/prng.h"
#include "tests/unit/board_fixture.h"

#define SEEDS 500
#define STEPS 1000 /* deeds; each is two inputs and more */
#define REVS 512
#define GRANTS 3

/* Everything that decides, folded over the first seeds' lives: the same with gcc and clang, -O0 and -O2.
 * Where the core was meant to decide otherwise than before, put the new value here. */
#define GOLDEN_SEEDS 50
#define GOLDEN UINT64_C(0x304dbe4049d26875)

static const char *const codes[GRANTS] = { "11111111", "22222222", "33333333" };

struct life {
	struct fixture f;
	struct prng chance;
	struct wire_grant pool[REVS][GRANTS];
	struct wire_snapshot plans[REVS]; /* by rev */
	uint64_t newest_rev;              /* accepted */
	int64_t floor_ms;
	uint64_t state_rev;
	uint64_t inputs;
	bool is_partner_open;
	bool is_interlocked; /* during the whole of the last deed */
};

static struct life life;

/* --- deeds --- */

static uint64_t below(uint64_t n)
{
	return prng_below(&life.chance, n);
}

static void make_plan(uint64_t rev)
{
	struct wire_snapshot *plan = &life.plans[rev];
	size_t count = 0;

	for (unsigned i = 0; i < GRANTS; i++) {
		struct wire_grant *grant = &life.pool[rev][count];
		int64_t from_ms, until_ms;

		if (below(4) == 0)
			continue;
		/* one draw a statement: C evaluates arguments in any order */
		from_ms = life.f.true_ms - (int64_t)below(2 * HOUR) + HOUR / 2;
		until_ms = life.f.true_ms + HOUR + (int64_t)below(6 * HOUR);
		*grant = fixture_grant(codes[i], from_ms, until_ms);
		grant->offline_until_ms = grant->from_ms + (int64_t)below(4 * HOUR);
		if (below(2))
			fixture_give_card(grant, i);
		grant->is_once = below(3) == 0;
		grant->opens_at_floor = below(2) == 0;
		grant->is_always = below(3) == 0;
		grant->is_extended = below(3) == 0;
		grant->weekly_count = below(4) == 0;
		grant->weekly[0].days = (uint8_t)(1 + below(127));
		grant->weekly[0].from_min = (uint16_t)below(1440);
		grant->weekly[0].to_min = (uint16_t)(1 + below(1440));
		count++;
	}
	*plan = fixture_plan(rev, life.pool[rev], count);
	plan->mode = (enum wire_mode)below(8);
	if (plan->mode >= WIRE_MODE_COUNT)
		plan->mode = WIRE_MODE_NORMAL;
	plan->mode_until_ms =
		below(2) || plan->mode == WIRE_MODE_HOLD_OPEN ? life.f.true_ms + (int64_t)below(HOUR) : 0;
	plan->settings.rex_releases = below(4) == 0;
	plan->settings.held_open_ms = 1000 + (uint32_t)below(60000);
}

static void deed_snapshot(void)
{
	uint64_t rev =
		below(4) == 0 && life.newest_rev > 0 ? 1 + below(life.newest_rev) : life.newest_rev + 1;

	if (rev >= REVS)
		return;
	if (rev > life.newest_rev) {
		make_plan(rev);
		life.newest_rev = rev;
	}
	fixture_snapshot(&life.f, &life.plans[rev]);
}

static void deed_keys(void)
{
	static const char *const keys[] = { "1", "2", "#", "*", "99999999#", "123456#", "1234567890123456#",
		"111111110000#", "222222220000#", "999999999999#", "12345678901#" };
	uint64_t which = below(2 * sizeof(keys) / sizeof(keys[0]));

	if (which < sizeof(keys) / sizeof(keys[0])) {
		fixture_press(&life.f, keys[which]);
		return;
	}
	fixture_press(&life.f, codes[which % GRANTS]);
	fixture_press(&life.f, "#");
}

static void deed_card(void)
{
	fixture_card(&life.f, (uint32_t)below(2 * GRANTS)); /* about one in four is somebody's */
}

static void deed_burst(void)
{
	struct board_input key = { .kind = INPUT_KEY, .u.key.key = "0123456789*#"[below(12)] };

	for (uint64_t i = below(5); i > 0; i--) {
		key.u.key.at_mono_ms = life.f.now_ms - below(50);
		fixture_step(&life.f, &key);
		fixture_wait(&life.f, below(120));
	}
}

static void deed_line(void)
{
	struct board_input fault = { .kind = below(2) ? INPUT_LINE_FAULT : INPUT_READER };

	if (below(4) != 0) {
		enum board_line line = (enum board_line)below(LINE_COUNT);
		bool is_active = below(2);

		if (line == LINE_PARTNER)
			life.is_partner_open = is_active;
		fixture_line(&life.f, line, is_active);
		return;
	}
	if (fault.kind == INPUT_LINE_FAULT) {
		fault.u.line_fault.line = (enum board_line)below(LINE_COUNT);
		fault.u.line_fault.fault = (enum board_line_fault)below(LINE_FAULT_COUNT);
		fault.u.line_fault.is_active = below(2);
	} else {
		fault.u.reader.fault = (enum board_reader_fault)below(READER_FAULT_COUNT);
		fault.u.reader.is_active = below(2);
	}
	fixture_step(&life.f, &fault);
}

/* In a fire, or with a hand on the exit button: what has to be open is. */
static bool is_egress_refused(void)
{
	const struct fixture *f = &life.f;
	bool is_fire = fixture_state(f).alarms & WIRE_ALARM_BIT(FIRE);

	if (is_fire && (f->hardware.fire_releases || f->hardware.lock == LOCK_MAGNET) && !f->is_strike_on)
		return true;
	for (unsigned i = 0; i < f->event_count; i++)
		if (f->events[i].type == WIRE_EVENT_REX && f->events[i].reason == WIRE_REASON_REX_RELEASE &&
			!f->is_strike_on)
			return true;
	return false;
}

static bool is_interlocked(void)
{
	return life.is_partner_open && !(fixture_state(&life.f).alarms & WIRE_ALARM_BIT(FIRE));
}

static void deed_head(void)
{
	int64_t true_ms = life.f.true_ms;

	life.f.true_ms -= (int64_t)below(20); /* read on the way */
	if (below(20) == 0)
		life.f.last[ORDER_SEND_HELLO].u.hello.challenge[0] ^= 1;
	fixture_head(&life.f);
	life.f.true_ms = true_ms;
}

static void deed_ack(void)
{
	struct board_input ack = { .kind = INPUT_ACK };

	if (below(4) != 0) {
		fixture_ack(
			&life.f, life.f.memory.acked + below(life.f.memory.head - life.f.memory.acked + 1));
		return;
	}
	ack.u.ack.log = below(4) == 0 ? 1 : life.f.memory.log;
	ack.u.ack.upto = below(life.f.memory.head + 5);
	fixture_step(&life.f, &ack);
}

static void deed_action(void)
{
	char id[3] = "";
	struct board_input action;

	id[0] = "abcdefgh"[below(8)];
	id[1] = "abcdefgh"[below(8)];
	action = fixture_action(&life.f, id, (enum wire_action_what)below(WIRE_ACTION_COUNT));
	action.u.action.is_retained = below(10) == 0;
	action.u.action.action.expires_ms -= (int64_t)below(20000);
	fixture_step(&life.f, &action);
}

static void deed_clock(void)
{
	struct board_input clock = { .kind = INPUT_CLOCK };

	clock.u.clock.bound_ms = (uint32_t)below(3000);
	clock.u.clock.wall_ms = life.f.true_ms + (int64_t)below(2 * clock.u.clock.bound_ms + 1) -
				(int64_t)clock.u.clock.bound_ms;
	fixture_step(&life.f, &clock);
}

static void deed_answer(void)
{
	struct board_input stray = { .kind = below(2) ? INPUT_STORED : INPUT_STRETCHED };

	stray.u.stored.token = (uint32_t)below(2000); /* and entry: the same place */
	if (stray.kind == INPUT_STRETCHED || life.f.held_store_count == 0)
		fixture_step(&life.f, &stray);
	if (life.f.held_entry != 0)
		fixture_answer_stretch(&life.f);
	fixture_answer_stores(&life.f);
}

static void deed_cut(void)
{
	life.f.lines = life.f.wired & (unsigned)below(1u << LINE_COUNT);
	life.is_partner_open = life.f.lines & LINE_BIT(PARTNER);
	fixture_cut(&life.f);
	fixture_start(&life.f);
	life.f.is_holding_stores = false;
	if (life.f.memory.snapshot == NULL || life.f.memory.snapshot->rev < life.newest_rev)
		life.newest_rev = life.f.memory.snapshot ? life.f.memory.snapshot->rev : 0;
	life.state_rev = 0;
}

static void deed_hold(void)
{
	life.f.is_holding_stretch = below(4) == 0;
	if (below(2))
		life.f.is_holding_stores = true;
	else
		fixture_answer_stores(&life.f);
	life.f.store_error = below(4) == 0 ? -5 : 0;
}

static void one_deed(void)
{
	/* A deed of its own: the code that waited for it is weighed by what held until now. */
	if (life.f.held_store_count > FIXTURE_HELD - 6 || (life.f.is_holding_stores && below(3) == 0)) {
		fixture_answer_stores(&life.f);
		return;
	}
	switch (below(27)) {
	case 0:
		fixture_contact(&life.f, below(2));
		break;
	case 24:
	case 25:
		deed_line();
		break;
	case 1:
		fixture_rex(&life.f, below(2));
		break;
	case 2:
		if (!life.f.is_holding_stores)
			fixture_wait(&life.f, below(below(8) == 0 ? 2 * HOUR : 3 * MIN));
		break;
	case 3:
		fixture_link(&life.f, below(3) != 0);
		break;
	case 4:
	case 5:
		deed_snapshot();
		break;
	case 6:
	case 7:
		deed_head();
		break;
	case 8:
		deed_ack();
		break;
	case 9:
		deed_action();
		break;
	case 10:
		deed_clock();
		break;
	case 11:
		fixture_kind(&life.f, INPUT_REFUSED);
		break;
	case 12:
		deed_answer();
		break;
	case 13:
		if (below(4) == 0)
			deed_cut();
		break;
	case 14:
		deed_hold();
		break;
	case 15:
		deed_burst();
		break;
	case 16:
		deed_card();
		break;
	case 17:
		fixture_wait(&life.f, below(6000));
		break;
	default:
		deed_keys();
	}
}

/* --- what must hold --- */

static const struct wire_grant *grant_named(const char *id)
{
	const struct wire_snapshot *plan = &life.plans[life.newest_rev];

	for (size_t i = 0; life.newest_rev > 0 && i < plan->grant_count; i++)
		if (strcmp(plan->grants[i].id, id) == 0)
			return &plan->grants[i];
	return NULL;
}

/* S1, S4: who came in was in the newest snapshot that reached the board, in true time, give or take what the
 * clock said of itself and a minute. */
static bool is_right_to_open(const struct wire_event *event)
{
	const struct wire_grant *grant = grant_named(event->grant);
	int64_t edge_ms = event->bound_ms > 60000 ? 0 : 60000 + event->bound_ms;
	int64_t ago_ms = (int64_t)(life.f.now_ms - event->mono_ms), true_ms = life.f.true_ms - ago_ms;

	if (life.is_interlocked)
		return false;
	if (event->reason == WIRE_REASON_ACTION)
		return true;
	if (!grant)
		return false;
	return event->trust == WIRE_TRUST_FLOOR
		       ? grant->opens_at_floor
		       : grant->from_ms <= true_ms + edge_ms && grant->until_ms > true_ms - edge_ms;
}

static const char *what_is_wrong(void)
{
	struct wire_state state = fixture_state(&life.f);
	const struct fixture *f = &life.f;

	for (unsigned i = 0; i < f->event_count; i++)
		if (f->events[i].type == WIRE_EVENT_ACCESS_GRANTED && !is_right_to_open(&f->events[i]))
			return "it opened to somebody without a right";
	if (is_egress_refused())
		return "somebody cannot get out";
	if (state.is_released != f->is_strike_on)
		return "the state says otherwise than the strike";
	if (f->is_strike_on && state.mode != WIRE_MODE_HOLD_OPEN && f->strike_until_ms > f->now_ms + HOUR)
		return "a release without an end";
	if (f->memory.floor_ms < life.floor_ms)
		return "the floor went back";
	if (state.rev < life.state_rev)
		return "the snapshot went back";
	if (state.rev > life.newest_rev)
		return "a snapshot from nowhere";
	if (f->memory.failures > 60 + 5)
		return "more guesses than there are";
	life.floor_ms = f->memory.floor_ms;
	life.state_rev = state.rev;
	return NULL;
}

/* --- lives --- */

static uint64_t live(uint64_t seed)
{
	struct board_hardware hardware;
	uint64_t hash = HASH_START;

	prng_init(&life.chance, seed);
	fixture_setup(&life.f);
	life.newest_rev = life.state_rev = 0;
	life.floor_ms = 0;
	life.is_partner_open = false;
	hardware.lock = (enum board_lock)below(LOCK_TURNSTILE + 1);
	hardware.relock = (enum board_relock)below(RELOCK_CLOSING + 1);
	hardware.rex_releases = below(2);
	hardware.fire_releases = below(2);
	life.f.wired = (unsigned)below(1u << LINE_COUNT);
	fixture_fit(&life.f, &hardware);
	fixture_start(&life.f);
	for (unsigned step = 0; step < STEPS; step++) {
		const char *wrong;

		fixture_clear(&life.f);
		life.is_interlocked = is_interlocked();
		one_deed();
		life.is_interlocked &= is_interlocked();
		wrong = what_is_wrong();
		if (wrong)
			fail_msg("seed %llu, step %u: %s", (unsigned long long)seed, step, wrong);
		hash = hash_u64(hash, board_hash(life.f.board));
	}
	life.inputs += life.f.inputs;
	fixture_teardown(&life.f);
	return hash;
}

static void nothing_that_happens_breaks_a_promise(void **state)
{
	const char *wanted = getenv("BOARD_CHANCE_SEEDS");
	uint64_t seeds = wanted ? strtoull(wanted, NULL, 10) : SEEDS;

	(void)state;
	life.inputs = 0;
	for (uint64_t seed = 1; seed <= seeds; seed++)
		live(seed);
	print_message(
		"%llu seeds, %llu inputs\n", (unsigned long long)seeds, (unsigned long long)life.inputs);
	assert_true(wanted || life.inputs >= 2000000);
}

static void the_same_history_gives_the_same_board_everywhere(void **state)
{
	uint64_t first = HASH_START, second = HASH_START;

	(void)state;
	for (uint64_t seed = 1; seed <= GOLDEN_SEEDS; seed++)
		first = hash_u64(first, live(seed));
	for (uint64_t seed = 1; seed <= GOLDEN_SEEDS; seed++)
		second = hash_u64(second, live(seed));
	print_message("history: 0x%016llx\n", (unsigned long long)first);
	assert_true(first == second);
	assert_true(first == GOLDEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_history_gives_the_same_board_everywhere),
		cmocka_unit_test(nothing_that_happens_breaks_a_promise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
