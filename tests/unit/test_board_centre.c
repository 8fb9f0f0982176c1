/* board: heads and acknowledgements, what goes out, and what somebody in between makes of it. */
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

/* --- heads --- */

static void a_head_is_believed_once_and_only_in_answer(void **state)
{
	struct board_input stranger = { .kind = INPUT_HEAD, .u.head.time_ms = NOW + DAY };

	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	fixture_link(&f, true);
	fixture_step(&f, &stranger);
	assert_int_equal(fixture_state(&f).clock.trust, WIRE_TRUST_FLOOR);
	assert_int_equal(EVENTS(&f, MESSAGE_REFUSED, WRONG_CHALLENGE), 1);
	fixture_head(&f);
	assert_int_equal(fixture_state(&f).clock.trust, WIRE_TRUST_TRUSTED);
	assert_int_equal(EVENTS(&f, CLOCK_CHANGED, NONE), 1);
	fixture_wait(&f, 60000 - 1);
	f.true_ms += DAY; /* the same answer with another time in it */
	fixture_head(&f);
	assert_true(fixture_state(&f).at_ms < NOW + HOUR);
	fixture_wait(&f, 2);
	f.true_ms -= DAY;
	fixture_head(&f); /* replays are counted in the same minute */
	assert_int_equal(f.orders[ORDER_SEND_HELLO], 2);
}

static void a_replayed_head_is_told(void **state)
{
	(void)state;
	open_with_two_guests();
	fixture_wait(&f, 59000);
	fixture_head(&f);
	assert_int_equal(EVENTS(&f, MESSAGE_REFUSED, REPLAYED), 1);
}

static void a_slow_head_proves_the_centre_and_not_the_time(void **state)
{
	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	fixture_link(&f, true);
	fixture_wait(&f, 2001);
	fixture_head(&f);
	assert_int_equal(fixture_state(&f).clock.trust, WIRE_TRUST_FLOOR);
	fixture_link(&f, false);
	fixture_wait(&f, 5 * MIN - 2002);
	assert_false(HAS_ALARM(&f, STALE));
	fixture_wait(&f, 1); /* five minutes after the question, not the answer */
	assert_true(HAS_ALARM(&f, STALE));
}

static void five_minutes_without_a_head_are_an_alarm(void **state)
{
	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	fixture_wait(&f, 5 * MIN - 1);
	assert_false(HAS_ALARM(&f, STALE));
	fixture_wait(&f, 1);
	assert_true(HAS_ALARM(&f, STALE));
	fixture_wait(&f, HOUR);
	assert_int_equal(EVENTS(&f, STALE, STALE_HEAD), 1);
	fixture_link(&f, true);
	fixture_head(&f);
	assert_false(HAS_ALARM(&f, STALE));
	assert_int_equal(EVENTS(&f, ALARM_CLEARED, STALE_HEAD), 1);
	fixture_wait(&f, 5 * MIN);
	assert_true(HAS_ALARM(&f, STALE));
}

static void a_head_withheld_past_its_freshness_makes_nothing_fresh(void **state)
{
	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	fixture_link(&f, true);
	fixture_link(&f, false);
	fixture_wait(&f, 5 * MIN);
	assert_true(HAS_ALARM(&f, STALE));
	fixture_head(&f);
	assert_true(HAS_ALARM(&f, STALE));
}

static void an_answer_to_the_question_before_takes_no_freshness_back(void **state)
{
	uint8_t before[WIRE_CHALLENGE_BYTES];

	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	fixture_link(&f, true);
	memcpy(before, f.last[ORDER_SEND_HELLO].u.hello.challenge, sizeof(before));
	fixture_wait(&f, 45000); /* unanswered, hellos come after 3, 9, 21 and 45 s */
	fixture_head(&f);
	memcpy(f.last[ORDER_SEND_HELLO].u.hello.challenge, before, sizeof(before));
	fixture_head(&f);
	fixture_link(&f, false);
	fixture_wait(&f, 5 * MIN - 1);
	assert_false(HAS_ALARM(&f, STALE));
}

static void without_fresh_heads_a_grant_ends_at_its_offline_end(void **state)
{
	(void)state;
	grants[0] = fixture_grant("11111111", NOW - HOUR, NOW + DAY);
	grants[0].offline_until_ms = NOW + HOUR;
	fixture_open(&f, grants, 1);
	fixture_link(&f, false);
	fixture_wait(&f, HOUR - 10000);
	fixture_press(&f, "11111111#");
	assert_true(f.is_strike_on);
	fixture_wait(&f, MIN);
	fixture_press(&f, "11111111#");
	assert_int_equal(EVENTS(&f, ACCESS_DENIED, OFFLINE_TOO_LONG), 1);
	fixture_link(&f, true);
	fixture_head(&f);
	fixture_press(&f, "11111111#");
	assert_true(f.is_strike_on);
}

static void a_head_that_names_another_snapshot_under_ours_is_an_alarm(void **state)
{
	struct board_input head = { .kind = INPUT_HEAD };

	(void)state;
	open_with_two_guests();
	for (unsigned i = 0; i < 2; i++) {
		fixture_wait(&f, 60000);
		memcpy(head.u.head.challenge, f.last[ORDER_SEND_HELLO].u.hello.challenge,
			WIRE_CHALLENGE_BYTES);
		head.u.head.time_ms = f.true_ms;
		head.u.head.epoch = 1;
		head.u.head.rev = 1;
		memcpy(head.u.head.digest, f.given_digest, WIRE_DIGEST_BYTES);
		head.u.head.digest[0] ^= (uint8_t)i;
		fixture_step(&f, &head);
		assert_int_equal(HAS_ALARM(&f, EQUIVOCATION), i);
	}
}

/* --- acknowledgements --- */

static void acknowledged_events_are_forgotten_and_only_those(void **state)
{
	(void)state;
	open_with_two_guests();
	fixture_press(&f, "11111111#");
	assert_int_equal(f.memory.acked, 0);
	fixture_ack(&f, 2);
	fixture_wait(&f, 1000);
	assert_int_equal(f.memory.acked, 2);
	assert_int_equal(fixture_state(&f).queue, f.memory.head - 2);
	/* in company of another store it costs no write of its own */
	fixture_ack(&f, 3);
	fixture_contact(&f, true);
	assert_int_equal(f.memory.acked, 3);
}

/* T16 */
static void acknowledgements_that_are_not_ours_forget_nothing(void **state)
{
	struct board_input ack = { .kind = INPUT_ACK };

	(void)state;
	open_with_two_guests();
	ack.u.ack.log = 78; /* another board's, or this one's before its card was swapped */
	ack.u.ack.upto = 2;
	fixture_step(&f, &ack);
	assert_int_equal(EVENTS(&f, MESSAGE_REFUSED, EQUIVOCATION), 1);
	ack.u.ack.log = 77;
	ack.u.ack.upto = f.memory.head + 1; /* the future */
	fixture_step(&f, &ack);
	fixture_wait(&f, 61000);
	fixture_clear(&f);
	ack.u.ack.upto = 2; /* the wrong chain */
	fixture_step(&f, &ack);
	fixture_wait(&f, 1000);
	assert_int_equal(f.memory.acked, 0);
	assert_int_equal(EVENTS(&f, MESSAGE_REFUSED, EQUIVOCATION), 1);
	assert_int_equal(f.orders[ORDER_FORGET], 1);
	/* the right one works after it */
	fixture_ack(&f, 2);
	fixture_wait(&f, 1000);
	assert_int_equal(f.memory.acked, 2);
}

static void while_the_disk_fails_the_order_to_forget_stands(void **state)
{
	(void)state;
	open_with_two_guests();
	fixture_ack(&f, 2);
	f.store_error = -5;
	fixture_wait(&f, 1000);
	assert_int_equal(f.memory.acked, 0);
	assert_true(HAS_ALARM(&f, STORAGE));
	f.store_error = 0;
	f.memory.acked = 2; /* the journal tries again with its next commit */
	fixture_contact(&f, true);
	assert_int_equal(fixture_state(&f).queue, f.memory.head - 2);
}

/* --- what the edge refused, and what goes out --- */

static void refused_messages_are_told_once_a_minute(void **state)
{
	(void)state;
	open_with_two_guests();
	for (unsigned i = 0; i < 1000; i++)
		fixture_kind(&f, INPUT_REFUSED);
	assert_int_equal(EVENTS(&f, MESSAGE_REFUSED, NONE), 1);
	fixture_wait(&f, 60000);
	fixture_kind(&f, INPUT_REFUSED);
	assert_int_equal(fixture_event(&f, WIRE_EVENT_MESSAGE_REFUSED)->n, 1000);
}

static void hello_and_state_go_on_link_up_and_every_minute(void **state)
{
	(void)state;
	open_with_two_guests();
	fixture_wait(&f, 10 * 60000);
	assert_in_range(f.orders[ORDER_SEND_HELLO], 10, 10);
	assert_in_range(f.orders[ORDER_SEND_STATE], 10, 13);
	fixture_link(&f, false);
	fixture_clear(&f);
	fixture_link(&f, true); /* back after a moment */
	assert_int_equal(f.orders[ORDER_SEND_HELLO], 1);
	assert_int_equal(f.orders[ORDER_SEND_STATE], 1);
	fixture_link(&f, false);
	fixture_clear(&f);
	fixture_wait(&f, 10 * 60000);
	fixture_contact(&f, true);
	assert_int_equal(f.orders[ORDER_SEND_HELLO], 0);
	assert_int_equal(f.orders[ORDER_SEND_STATE], 0);
	assert_int_equal(f.orders[ORDER_SEND_EVENTS], 0);
	fixture_link(&f, true);
	assert_int_equal(f.orders[ORDER_SEND_HELLO], 1);
	assert_int_equal(f.orders[ORDER_SEND_STATE], 1);
	assert_int_equal(f.orders[ORDER_SEND_EVENTS], 1);
	assert_int_equal(f.last[ORDER_SEND_HELLO].u.hello.rev, 1);
	assert_int_equal(f.last[ORDER_SEND_HELLO].u.hello.log, 77);
	assert_int_equal(f.last[ORDER_SEND_HELLO].u.hello.head, f.memory.head);
	assert_memory_equal(f.last[ORDER_SEND_HELLO].u.hello.hash, f.memory.hash, WIRE_HASH_BYTES);
}

/* A board may be on line for a while before the desk adds it, and its hello until then reaches nobody. */
static void a_first_snapshot_asks_for_the_time_at_once(void **state)
{
	struct wire_grant grant = fixture_grant("13572468", NOW, NOW + HOUR);
	struct wire_snapshot plan = fixture_plan(1, &grant, 1);

	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	fixture_link(&f, true);
	fixture_wait(&f, 1000);
	fixture_clear(&f);
	fixture_snapshot(&f, &plan);
	assert_int_equal(f.orders[ORDER_SEND_HELLO], 1);
	fixture_head(&f);
	fixture_clear(&f);
	plan.rev = 2;
	fixture_snapshot(&f, &plan);
	assert_int_equal(f.orders[ORDER_SEND_HELLO], 0); /* its time is known */
}

static void a_hello_without_an_answer_is_asked_again_sooner(void **state)
{
	(void)state;
	open_with_two_guests();
	fixture_link(&f, false);
	fixture_clear(&f);
	fixture_link(&f, true); /* the gateway itself comes back a little later */
	assert_int_equal(f.orders[ORDER_SEND_HELLO], 1);
	fixture_wait(&f, 2900);
	assert_int_equal(f.orders[ORDER_SEND_HELLO], 1);
	fixture_wait(&f, 200);
	assert_int_equal(f.orders[ORDER_SEND_HELLO], 2);
	fixture_wait(&f, 10 * 60000); /* 9, 21, 45, 93 s, then every minute */
	assert_in_range(f.orders[ORDER_SEND_HELLO], 14, 15);
	fixture_head(&f);
	fixture_clear(&f);
	fixture_wait(&f, 10 * 60000);
	assert_in_range(f.orders[ORDER_SEND_HELLO], 9, 10);
}

static void a_change_is_told_at_once_with_a_higher_number(void **state)
{
	uint64_t n;

	(void)state;
	open_with_two_guests();
	n = f.last[ORDER_SEND_STATE].u.state.n;
	fixture_contact(&f, true);
	assert_int_equal(f.orders[ORDER_SEND_STATE], 1);
	assert_int_equal(f.last[ORDER_SEND_STATE].u.state.n, n + 1);
	assert_int_equal(f.last[ORDER_SEND_STATE].u.state.door, WIRE_DOOR_FORCED);
	assert_true(f.last[ORDER_SEND_STATE].u.state.is_contact_open);
	assert_int_equal(fixture_state(&f).n, n + 1); /* looking takes no number */
}

static void only_stored_events_are_sent(void **state)
{
	(void)state;
	open_with_two_guests();
	fixture_ack(&f, f.memory.head);
	fixture_clear(&f);
	f.is_holding_stores = true;
	fixture_contact(&f, true);
	assert_int_equal(f.orders[ORDER_SEND_EVENTS], 0);
	fixture_answer_stores(&f);
	assert_int_equal(f.orders[ORDER_SEND_EVENTS], 1);
	assert_int_equal(f.last[ORDER_SEND_EVENTS].u.events.first, f.memory.head);
}

int main(void)
{
#define STORY(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
		STORY(a_head_is_believed_once_and_only_in_answer),
		STORY(a_replayed_head_is_told),
		STORY(a_slow_head_proves_the_centre_and_not_the_time),
		STORY(five_minutes_without_a_head_are_an_alarm),
		STORY(a_head_withheld_past_its_freshness_makes_nothing_fresh),
		STORY(an_answer_to_the_question_before_takes_no_freshness_back),
		STORY(without_fresh_heads_a_grant_ends_at_its_offline_end),
		STORY(a_head_that_names_another_snapshot_under_ours_is_an_alarm),
		STORY(acknowledged_events_are_forgotten_and_only_those),
		STORY(acknowledgements_that_are_not_ours_forget_nothing),
		STORY(while_the_disk_fails_the_order_to_forget_stands),
		STORY(refused_messages_are_told_once_a_minute),
		STORY(hello_and_state_go_on_link_up_and_every_minute),
		STORY(a_first_snapshot_asks_for_the_time_at_once),
		STORY(a_hello_without_an_answer_is_asked_again_sooner),
		STORY(a_change_is_told_at_once_with_a_higher_number),
		STORY(only_stored_events_are_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
