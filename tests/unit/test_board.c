/* board: start, the door's alarms, time, storage. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/clock.h"
#include "tests/unit/board_fixture.h"

static struct fixture f;
static struct wire_grant grants[1];

static int tear_down(void **state)
{
	(void)state;
	fixture_teardown(&f);
	return 0;
}

static void open_with_a_guest(void)
{
	grants[0] = fixture_grant("12345678", NOW - HOUR, NOW + DAY);
	fixture_open(&f, grants, 1);
}

static void give_mode(uint64_t rev, enum wire_mode mode, int64_t until_ms)
{
	struct wire_snapshot plan = fixture_plan(rev, grants, 1);

	plan.mode = mode;
	plan.mode_until_ms = until_ms;
	fixture_snapshot(&f, &plan);
}

/* --- birth --- */

static void what_a_board_cannot_be_made_of(void **state)
{
	static const struct {
		size_t grants_max;
		uint32_t drift_ppm;
		int r;
	} rows[] = {
		{ 0, 100, -EINVAL },
		{ WIRE_GRANTS_MAX + 1, 100, -EINVAL },
		{ 1, BOARD_DRIFT_MAX_PPM + 1, -EINVAL },
		{ 1, BOARD_DRIFT_MAX_PPM, 0 },
		{ WIRE_GRANTS_MAX, 0, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct board_config config = {
			.grants_max = rows[i].grants_max,
			.drift_ppm = rows[i].drift_ppm,
		};
		struct board *board = NULL;

		assert_int_equal(board_new(&board, &config), rows[i].r);
		assert_int_equal(board != NULL, rows[i].r == 0);
		board_free(board);
	}
}

static int callocs_left = -1; /* until one fails; -1: none does */

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	if (callocs_left == 0)
		return NULL;
	if (callocs_left > 0)
		callocs_left--;
	return __real_calloc(count, size);
}

static void no_room_is_said_and_nothing_leaks(void **state)
{
	struct board_config config = { .grants_max = 8 };
	struct board *board = NULL;

	(void)state;
	for (int n = 0; n < 2; n++) {
		callocs_left = n;
		assert_int_equal(board_new(&board, &config), -ENOMEM);
		callocs_left = -1;
		assert_null(board);
	}
	board_free(NULL);
}

static void a_start_says_how_much_is_waiting_and_moves_nothing(void **state)
{
	(void)state;
	open_with_a_guest();
	fixture_press(&f, "12345678#");
	fixture_cut(&f); /* with the strike on */
	fixture_clear(&f);
	fixture_start(&f);
	assert_int_equal(f.orders[ORDER_STRIKE], 0);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_BOOT)->n, (int64_t)f.memory.head - 1);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_BOOT)->trust, WIRE_TRUST_FLOOR);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_BOOT)->boot, fixture_state(&f).boot);
	assert_int_not_equal(fixture_state(&f).boot, 0);
	assert_int_equal(fixture_state(&f).door, WIRE_DOOR_LOCKED);
}

/* --- the door --- */

static void a_forced_door_is_loud_until_it_is_closed(void **state)
{
	(void)state;
	open_with_a_guest();
	fixture_contact(&f, true);
	assert_true(HAS_ALARM(&f, FORCED));
	assert_int_equal(f.tones[0], TONE_ALARM);
	assert_int_equal(EVENTS(&f, DOOR_FORCED, FORCED), 1);
	fixture_contact(&f, false);
	assert_false(HAS_ALARM(&f, FORCED));
	assert_int_equal(f.tones[1], TONE_SILENCE);
	assert_int_equal(EVENTS(&f, ALARM_CLEARED, FORCED), 1);
}

static void a_door_left_open_is_an_alarm(void **state)
{
	(void)state;
	open_with_a_guest();
	fixture_press(&f, "12345678#");
	fixture_contact(&f, true);
	fixture_wait(&f, 5000 + 30000);
	assert_true(HAS_ALARM(&f, HELD_OPEN));
	assert_int_equal(EVENTS(&f, HELD_OPEN, HELD), 1);
	fixture_contact(&f, false);
	assert_false(HAS_ALARM(&f, HELD_OPEN));
	assert_int_equal(EVENTS(&f, ALARM_CLEARED, HELD), 1);
}

static void a_request_to_leave_releases_only_where_the_lock_needs_it(void **state)
{
	struct wire_snapshot plan;

	(void)state;
	open_with_a_guest();
	fixture_rex(&f, true);
	fixture_rex(&f, false);
	assert_int_equal(f.orders[ORDER_STRIKE], 0); /* T06 */
	assert_int_equal(EVENTS(&f, REX, NONE), 1);
	plan = fixture_plan(2, grants, 1);
	plan.settings.rex_releases = true;
	plan.mode = WIRE_MODE_LOCKDOWN; /* also then: nobody is locked in */
	fixture_snapshot(&f, &plan);
	fixture_wait(&f, 1000);
	fixture_rex(&f, true);
	assert_true(f.is_strike_on);
	assert_int_equal(f.strike_until_ms, f.now_ms + 5000);
	assert_int_equal(EVENTS(&f, REX, REX_RELEASE), 1);
	fixture_wait(&f, 59000);
	assert_true(f.is_strike_on); /* as long as it is held down ... */
	fixture_wait(&f, 1000);
	assert_true(HAS_ALARM(&f, STUCK_INPUT)); /* ... by anybody */
	fixture_wait(&f, 5000);
	assert_false(f.is_strike_on);
	assert_false(fixture_heard(&f, TONE_ALARM)); /* for staff, not for the corridor */
	assert_int_equal(EVENTS(&f, STUCK_INPUT, STUCK), 1);
	fixture_rex(&f, false);
	assert_false(HAS_ALARM(&f, STUCK_INPUT));
	assert_int_equal(EVENTS(&f, ALARM_CLEARED, STUCK), 1);
}

static void a_new_limit_for_open_doors_holds_for_the_one_that_is_open(void **state)
{
	struct wire_snapshot plan;

	(void)state;
	open_with_a_guest();
	fixture_rex(&f, true);
	fixture_contact(&f, true);
	plan = fixture_plan(2, grants, 1);
	plan.settings.held_open_ms = 5000;
	fixture_snapshot(&f, &plan);
	fixture_wait(&f, 5000);
	assert_true(HAS_ALARM(&f, HELD_OPEN));
}

/* --- time --- */

static void trust_comes_and_goes_and_is_told(void **state)
{
	struct board_input vouched = { .kind = INPUT_CLOCK };

	(void)state;
	open_with_a_guest();
	fixture_link(&f, false);
	fixture_wait(&f, 16 * MIN);
	assert_int_equal(fixture_state(&f).clock.trust, WIRE_TRUST_HOLDOVER);
	assert_int_equal(EVENTS(&f, CLOCK_CHANGED, NONE), 1);
	/* within the bound nobody needs to know */
	fixture_link(&f, true);
	fixture_head(&f);
	assert_int_equal(EVENTS(&f, CLOCK_CHANGED, NONE), 2);
	fixture_wait(&f, 60000);
	fixture_head(&f);
	assert_int_equal(EVENTS(&f, CLOCK_CHANGED, NONE), 2);
	/* a step past it is told with its size, either way */
	f.true_ms += 5 * MIN;
	fixture_wait(&f, 60000);
	fixture_head(&f);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_CLOCK_CHANGED)->n, 5 * MIN);
	/* times that no clock shows, and one that the centre contradicts, change nothing (F12) */
	fixture_clear(&f);
	vouched.u.clock.wall_ms = -1;
	fixture_step(&f, &vouched);
	vouched.u.clock.wall_ms = INT64_MAX;
	fixture_step(&f, &vouched);
	vouched.u.clock.wall_ms = NOW + 3650 * DAY;
	fixture_step(&f, &vouched);
	assert_int_equal(f.event_count, 0);
	assert_int_equal(fixture_state(&f).clock.trust, WIRE_TRUST_TRUSTED);
}

static void times_that_no_clock_shows_are_not_taken(void **state)
{
	struct board_input vouched = { .kind = INPUT_CLOCK, .u.clock = { -1, 5000 } };

	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	fixture_step(&f, &vouched);
	vouched.u.clock.wall_ms = WIRE_TIME_MAX_MS + 1;
	fixture_step(&f, &vouched);
	assert_int_equal(fixture_state(&f).clock.trust, WIRE_TRUST_FLOOR);
}

static void two_vouched_times_that_differ_are_told(void **state)
{
	struct board_input vouched = { .kind = INPUT_CLOCK };

	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	vouched.u.clock.wall_ms = NOW + HOUR;
	vouched.u.clock.bound_ms = 1000;
	fixture_step(&f, &vouched);
	vouched.u.clock.wall_ms = NOW;
	fixture_step(&f, &vouched);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_CLOCK_CHANGED)->n, -HOUR);
}

static void a_wrong_battery_clock_is_put_right_by_the_centre(void **state)
{
	struct board_input vouched = { .kind = INPUT_CLOCK };

	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	vouched.u.clock.wall_ms = WIRE_TIME_MAX_MS;
	vouched.u.clock.bound_ms = 1000;
	fixture_step(&f, &vouched);
	fixture_wait(&f, DAY); /* past the year 9999, which no message can say */
	assert_int_equal(fixture_state(&f).at_ms, WIRE_TIME_MAX_MS);
	fixture_link(&f, true);
	fixture_head(&f);
	assert_int_equal(fixture_state(&f).at_ms, f.true_ms);
	assert_true(fixture_event(&f, WIRE_EVENT_CLOCK_CHANGED)->n < -DAY);
}

static void the_floor_is_kept_and_never_goes_back(void **state)
{
	int64_t floor_ms;

	(void)state;
	open_with_a_guest();
	assert_int_equal(f.memory.floor_ms, NOW); /* the first trusted time at once */
	fixture_wait(&f, 10 * MIN);
	assert_in_range(f.memory.floor_ms, NOW + 10 * MIN - CLOCK_FLOOR_EVERY_MS - 1000, NOW + 10 * MIN);
	floor_ms = f.memory.floor_ms;
	fixture_cut(&f);
	fixture_start(&f);
	assert_int_equal(fixture_state(&f).at_ms, floor_ms);
	fixture_link(&f, true);
	f.true_ms -= HOUR; /* a centre whose clock went back is not believed */
	fixture_head(&f);
	assert_int_equal(fixture_state(&f).clock.trust, WIRE_TRUST_FLOOR);
	assert_true(f.memory.floor_ms >= floor_ms);
}

static void expired_at_the_floor_stays_expired(void **state)
{
	(void)state;
	grants[0] = fixture_grant("12345678", NOW - HOUR, NOW + 5 * MIN);
	grants[0].opens_at_floor = true;
	fixture_open(&f, grants, 1);
	fixture_link(&f, false);
	fixture_wait(&f, 7 * MIN);
	fixture_cut(&f);
	fixture_start(&f);
	fixture_press(&f, "12345678#");
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, EXPIRED), 1);
}

/* --- storage --- */

static void an_answer_that_nobody_asked_for_changes_nothing(void **state)
{
	struct board_input stored = { .kind = INPUT_STORED };
	uint64_t before;

	(void)state;
	open_with_a_guest();
	stored.u.stored.head = 9999;
	before = board_hash(f.board);
	stored.u.stored.token = 0;
	fixture_step(&f, &stored);
	stored.u.stored.token = 1; /* long answered */
	fixture_step(&f, &stored);
	stored.u.stored.token = 1000; /* not asked yet */
	fixture_step(&f, &stored);
	assert_int_equal(board_hash(f.board), before);
}

static void looking_at_a_board_changes_nothing(void **state)
{
	uint64_t before;

	(void)state;
	open_with_a_guest();
	f.is_holding_stores = true;
	give_mode(2, WIRE_MODE_NORMAL, 0);
	before = board_hash(f.board);
	fixture_state(&f);
	assert_int_equal(board_hash(f.board), before);
	fixture_press(&f, "1");
	assert_int_not_equal(board_hash(f.board), before);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_board_cannot_be_made_of),
		cmocka_unit_test(no_room_is_said_and_nothing_leaks),
		STORY(a_start_says_how_much_is_waiting_and_moves_nothing),
		STORY(a_forced_door_is_loud_until_it_is_closed),
		STORY(a_door_left_open_is_an_alarm),
		STORY(a_request_to_leave_releases_only_where_the_lock_needs_it),
		STORY(a_new_limit_for_open_doors_holds_for_the_one_that_is_open),
		STORY(trust_comes_and_goes_and_is_told),
		STORY(times_that_no_clock_shows_are_not_taken),
		STORY(two_vouched_times_that_differ_are_told),
		STORY(a_wrong_battery_clock_is_put_right_by_the_centre),
		STORY(the_floor_is_kept_and_never_goes_back),
		STORY(expired_at_the_floor_stays_expired),
		STORY(an_answer_that_nobody_asked_for_changes_nothing),
		STORY(looking_at_a_board_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
