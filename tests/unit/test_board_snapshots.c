/* board: snapshots, the right ones and the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/board_fixture.h"

static struct fixture f;
static struct wire_grant grants[8];

static int tear_down(void **state)
{
	(void)state;
	fixture_teardown(&f);
	return 0;
}

static void open_with_two_guests(void)
{
	grants[0] = fixture_grant("11111111", NOW - HOUR, NOW + DAY);
	grants[1] = fixture_grant("22222222", NOW - HOUR, NOW + DAY);
	fixture_open(&f, grants, 2);
}

static void give(uint64_t rev, size_t count)
{
	struct wire_snapshot plan = fixture_plan(rev, grants, count);

	fixture_snapshot(&f, &plan);
}

static void a_snapshot_is_stored_applied_and_told(void **state)
{
	(void)state;
	open_with_two_guests();
	give(2, 1);
	assert_int_equal(EVENTS(&f, SNAPSHOT_APPLIED, NONE), 1);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_SNAPSHOT_APPLIED)->n, 2);
	assert_int_equal(f.stored_snapshot.rev, 2);
	assert_int_equal(f.last[ORDER_SEND_STATE].u.state.rev, 2);
	assert_memory_equal(f.last[ORDER_SEND_STATE].u.state.digest, f.given_digest, WIRE_DIGEST_BYTES);
	fixture_press(&f, "22222222#");
	assert_false(f.is_strike_on);
	fixture_press(&f, "11111111#");
	assert_true(f.is_strike_on);
}

static void an_older_one_is_refused_however_often_it_comes(void **state)
{
	(void)state;
	open_with_two_guests();
	give(3, 1);
	fixture_clear(&f);
	for (unsigned i = 0; i < 100; i++)
		give(1 + i % 2, 2);
	assert_int_equal(EVENTS(&f, SNAPSHOT_REFUSED, ROLLBACK), 1); /* told once a minute */
	assert_int_equal(fixture_state(&f).rev, 3);
	fixture_wait(&f, 60000);
	give(2, 2);
	assert_int_equal(EVENTS(&f, SNAPSHOT_REFUSED, ROLLBACK), 2);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_SNAPSHOT_REFUSED)->n, 2);
	fixture_press(&f, "22222222#");
	assert_false(f.is_strike_on);
}

static void the_epoch_comes_before_the_rev(void **state)
{
	struct wire_snapshot plan = fixture_plan(1, grants, 1);

	(void)state;
	open_with_two_guests();
	give(9, 2);
	plan.epoch = 2;
	fixture_snapshot(&f, &plan);
	assert_int_equal(fixture_state(&f).epoch, 2);
	assert_int_equal(fixture_state(&f).rev, 1);
	give(10, 2);
	assert_int_equal(fixture_state(&f).epoch, 2);
	assert_int_equal(EVENTS(&f, SNAPSHOT_REFUSED, ROLLBACK), 1);
}

static void the_same_again_is_no_news_and_another_under_its_name_an_alarm(void **state)
{
	struct board_input forged = { .kind = INPUT_SNAPSHOT };
	struct wire_snapshot plan = fixture_plan(1, grants, 2);

	(void)state;
	open_with_two_guests();
	give(1, 2);
	assert_int_equal(f.event_count, 0);
	forged.u.snapshot.snapshot = &plan;
	fixture_step(&f, &forged); /* digest of zeros */
	fixture_step(&f, &forged);
	assert_int_equal(EVENTS(&f, SNAPSHOT_REFUSED, EQUIVOCATION), 1);
	assert_true(HAS_ALARM(&f, EQUIVOCATION));
	give(2, 2);
	assert_false(HAS_ALARM(&f, EQUIVOCATION));
	assert_int_equal(EVENTS(&f, ALARM_CLEARED, EQUIVOCATION), 1);
}

static void more_grants_than_room_are_refused_whole(void **state)
{
	struct wire_snapshot plan = fixture_plan(2, grants, 9);

	(void)state;
	open_with_two_guests();
	fixture_snapshot(&f, &plan);
	assert_int_equal(EVENTS(&f, SNAPSHOT_REFUSED, TOO_MANY_GRANTS), 1);
	assert_int_equal(fixture_state(&f).rev, 1);
	fixture_press(&f, "22222222#");
	assert_true(f.is_strike_on);
}

static void revoked_holds_from_the_moment_it_is_heard_and_new_from_when_it_is_stored(void **state)
{
	(void)state;
	open_with_two_guests();
	f.is_holding_stores = true;
	grants[1] = fixture_grant("33333333", NOW - HOUR, NOW + DAY); /* in place of 22222222 */
	give(2, 2);
	f.is_holding_stores = false; /* what follows is stored; the snapshot's answer is still out */
	fixture_press(&f, "22222222#");
	assert_false(f.is_strike_on);
	assert_int_equal(fixture_state(&f).rev, 2); /* the later answer stood for the earlier */
	fixture_press(&f, "33333333#");
	assert_true(f.is_strike_on);
}

static void while_a_snapshot_is_being_stored_both_must_agree(void **state)
{
	(void)state;
	open_with_two_guests();
	f.is_holding_stores = true;
	grants[0] = fixture_grant("33333333", NOW - HOUR, NOW + DAY);
	grants[1].from_ms = NOW + HOUR; /* moved to later */
	give(2, 2);
	/* each waits three seconds for the record that it began, and the next for what became of it */
	fixture_press(&f, "11111111#"); /* revoked */
	fixture_wait(&f, 6000);
	fixture_press(&f, "22222222#");
	fixture_wait(&f, 6000);
	fixture_press(&f, "33333333#"); /* new, not stored */
	fixture_wait(&f, 3000);
	assert_int_equal(f.orders[ORDER_STRIKE], 0);
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, UNKNOWN_CODE), 2);
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, NOT_YET), 1);
	assert_int_equal(fixture_state(&f).rev, 1);
	fixture_answer_stores(&f);
	assert_int_equal(fixture_state(&f).rev, 2);
	fixture_press(&f, "33333333#");
	assert_true(f.is_strike_on);
}

static void in_both_it_opens(void **state)
{
	(void)state;
	open_with_two_guests();
	f.is_holding_stores = true;
	give(2, 1);
	fixture_press(&f, "11111111#");
	fixture_wait(&f, 3000);
	assert_true(f.is_strike_on);
}

static void revoked_while_its_code_is_worked_on_does_not_open(void **state)
{
	(void)state;
	open_with_two_guests();
	f.is_holding_stretch = true;
	fixture_press(&f, "22222222#");
	give(2, 1);
	fixture_answer_stretch(&f);
	assert_false(f.is_strike_on);
}

static void a_still_newer_snapshot_takes_the_place_of_the_one_being_stored(void **state)
{
	(void)state;
	open_with_two_guests();
	f.is_holding_stores = true;
	give(2, 2);
	give(2, 2); /* again: no news */
	assert_int_equal(EVENTS(&f, SNAPSHOT_APPLIED, NONE), 1);
	give(1, 2); /* older than the coming one */
	assert_int_equal(EVENTS(&f, SNAPSHOT_REFUSED, ROLLBACK), 1);
	f.held_store_count = 1;
	f.given_snapshot.rev = 2;
	{ /* the first is stored, the second on its way: the first alone is never applied */
		struct board_input stored = { .kind = INPUT_STORED };

		stored.u.stored.token = f.held_stores[0].orders.store_token;
		give(3, 1);
		fixture_step(&f, &stored);
	}
	assert_int_equal(fixture_state(&f).rev, 1);
	f.held_stores[0] = f.held_stores[f.held_store_count - 1];
	f.held_store_count = 1;
	fixture_answer_stores(&f);
	assert_int_equal(fixture_state(&f).rev, 3);
}

static void a_snapshot_that_cannot_be_stored_holds_all_the_same(void **state)
{
	(void)state;
	open_with_two_guests();
	f.store_error = -5;
	give(2, 1);
	assert_int_equal(fixture_state(&f).rev, 2);
	assert_true(HAS_ALARM(&f, STORAGE));
	fixture_press(&f, "22222222#");
	assert_false(f.is_strike_on);
}

static void at_start_the_stored_one_applies(void **state)
{
	(void)state;
	open_with_two_guests();
	fixture_cut(&f);
	fixture_start(&f);
	assert_int_equal(fixture_state(&f).rev, 1);
	fixture_cut(&f);
	f.stored_snapshot.grant_count = 9; /* the program was built for more, once */
	fixture_start(&f);
	assert_int_equal(fixture_state(&f).rev, 0);
	assert_int_equal(EVENTS(&f, SNAPSHOT_REFUSED, TOO_MANY_GRANTS), 1);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		STORY(a_snapshot_is_stored_applied_and_told),
		STORY(an_older_one_is_refused_however_often_it_comes),
		STORY(the_epoch_comes_before_the_rev),
		STORY(the_same_again_is_no_news_and_another_under_its_name_an_alarm),
		STORY(more_grants_than_room_are_refused_whole),
		STORY(revoked_holds_from_the_moment_it_is_heard_and_new_from_when_it_is_stored),
		STORY(while_a_snapshot_is_being_stored_both_must_agree),
		STORY(in_both_it_opens),
		STORY(revoked_while_its_code_is_worked_on_does_not_open),
		STORY(a_still_newer_snapshot_takes_the_place_of_the_one_being_stored),
		STORY(a_snapshot_that_cannot_be_stored_holds_all_the_same),
		STORY(at_start_the_stored_one_applies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
