/* board: what the centre says, and what somebody in between makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/board_fixture.h"

#define MIN INT64_C(60000)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)
#define NOW FIXTURE_EPOCH_MS
#define EVENTS(f, type, why) fixture_events(f, WIRE_EVENT_##type, WIRE_REASON_##why)
#define HAS_ALARM(f, alarm) ((fixture_state(f).alarms & WIRE_ALARM_BIT(alarm)) != 0)

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

/* --- snapshots --- */

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
	fixture_press(&f, "11111111#"); /* revoked */
	fixture_wait(&f, 3000);
	fixture_press(&f, "22222222#");
	fixture_wait(&f, 3000);
	fixture_press(&f, "33333333#"); /* new, not stored */
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
	fixture_wait(&f, 60000);
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

/* --- actions --- */

static void act(const char *id, enum wire_action_what what)
{
	struct board_input input = fixture_action(&f, id, what);

	fixture_clear(&f);
	fixture_step(&f, &input);
}

static bool was_done(void)
{
	return f.orders[ORDER_SEND_DID] == 1 && f.last[ORDER_SEND_DID].u.did.is_done;
}

static void unlock_releases_for_the_strike_time(void **state)
{
	(void)state;
	open_with_two_guests();
	act("a", WIRE_ACTION_UNLOCK);
	assert_true(f.is_strike_on);
	assert_int_equal(f.strike_until_ms, f.now_ms + 5000);
	assert_true(was_done());
	assert_int_equal(EVENTS(&f, ACCESS_GRANTED, ACTION), 1);
	assert_int_equal(EVENTS(&f, ACTION_DONE, UNLOCK), 1);
	/* the same again is refused (S16) */
	fixture_wait(&f, 6000);
	act("a", WIRE_ACTION_UNLOCK);
	assert_false(f.is_strike_on);
	assert_false(was_done());
	assert_int_equal(f.last[ORDER_SEND_DID].u.did.reason, WIRE_REASON_REPLAYED);
	assert_int_equal(EVENTS(&f, ACTION_REFUSED, REPLAYED), 1);
	/* refused again: answered, and told once a minute */
	act("a", WIRE_ACTION_UNLOCK);
	assert_int_equal(f.orders[ORDER_SEND_DID], 1);
	assert_int_equal(f.event_count, 0);
}

/* T15 */
static void an_action_withheld_dies(void **state)
{
	struct board_input held, retained, other_boot;

	(void)state;
	open_with_two_guests();
	held = fixture_action(&f, "b", WIRE_ACTION_UNLOCK);
	fixture_wait(&f, 9000);
	fixture_step(&f, &held);
	assert_true(f.is_strike_on);
	fixture_wait(&f, 10000);
	held = fixture_action(&f, "c", WIRE_ACTION_UNLOCK);
	fixture_wait(&f, 11000);
	fixture_step(&f, &held);
	assert_false(f.is_strike_on);
	assert_int_equal(f.last[ORDER_SEND_DID].u.did.reason, WIRE_REASON_EXPIRED);

	retained = fixture_action(&f, "d", WIRE_ACTION_UNLOCK);
	retained.u.action.is_retained = true;
	fixture_step(&f, &retained);
	assert_false(f.is_strike_on);

	other_boot = fixture_action(&f, "e", WIRE_ACTION_UNLOCK);
	fixture_cut(&f);
	fixture_start(&f);
	fixture_link(&f, true);
	fixture_head(&f);
	fixture_step(&f, &other_boot);
	assert_false(f.is_strike_on);
	assert_int_equal(f.last[ORDER_SEND_DID].u.did.reason, WIRE_REASON_WRONG_CHALLENGE);
}

static void staff_open_during_a_lockout_and_clear_it(void **state)
{
	(void)state;
	open_with_two_guests();
	for (unsigned i = 0; i < 6; i++)
		fixture_press(&f, "99999999#");
	fixture_wait(&f, 30000);
	fixture_press(&f, "99999999#");
	assert_true(HAS_ALARM(&f, WRONG_CODES));
	act("a", WIRE_ACTION_UNLOCK);
	assert_true(f.is_strike_on);
	act("b", WIRE_ACTION_CLEAR_LOCKOUT);
	assert_true(was_done());
	assert_int_equal(fixture_state(&f).lockout_s, 0);
	assert_false(HAS_ALARM(&f, WRONG_CODES));
	assert_int_equal(EVENTS(&f, LOCKOUT_ENDED, CLEAR_LOCKOUT), 1);
	assert_int_equal(f.memory.failures, 0);
	act("c", WIRE_ACTION_CLEAR_LOCKOUT); /* nothing to clear is no fault */
	assert_true(was_done());
	assert_int_equal(EVENTS(&f, LOCKOUT_ENDED, CLEAR_LOCKOUT), 0);
}

static void the_other_actions_leave_the_strike_alone(void **state)
{
	static const struct {
		enum wire_action_what what;
		enum board_tone tone;
		enum wire_reason reason;
	} rows[] = {
		{ WIRE_ACTION_IDENTIFY, TONE_IDENTIFY, WIRE_REASON_IDENTIFY },
		{ WIRE_ACTION_SILENCE, TONE_SILENCE, WIRE_REASON_SILENCE },
		{ WIRE_ACTION_SELF_TEST, TONE_IDENTIFY, WIRE_REASON_SELF_TEST },
	};

	(void)state;
	open_with_two_guests();
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		act(&"abc"[i], rows[i].what);
		assert_true(was_done());
		assert_true(fixture_heard(&f, rows[i].tone));
		assert_int_equal(fixture_events(&f, WIRE_EVENT_ACTION_DONE, rows[i].reason), 1);
		assert_int_equal(f.orders[ORDER_STRIKE], 0);
	}
}

static void unlock_works_before_the_first_snapshot(void **state)
{
	(void)state;
	fixture_setup(&f);
	fixture_start(&f);
	fixture_link(&f, true);
	fixture_head(&f);
	act("a", WIRE_ACTION_UNLOCK);
	assert_true(f.is_strike_on);
	assert_int_equal(f.strike_until_ms, f.now_ms + 5000);
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
		STORY(unlock_releases_for_the_strike_time),
		STORY(an_action_withheld_dies),
		STORY(staff_open_during_a_lockout_and_clear_it),
		STORY(the_other_actions_leave_the_strike_alone),
		STORY(unlock_works_before_the_first_snapshot),
		STORY(refused_messages_are_told_once_a_minute),
		STORY(hello_and_state_go_on_link_up_and_every_minute),
		STORY(a_change_is_told_at_once_with_a_higher_number),
		STORY(only_stored_events_are_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
