/* backlog: what goes when, what goes again, and what may be forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/core/backlog.h"
#include "tests/sim/prng.h"

static const uint8_t hash[WIRE_HASH_BYTES] = { 9 };

static struct backlog backlog_of(uint64_t head, uint64_t acked)
{
	struct backlog backlog;

	backlog_init(&backlog, 77, head, acked, hash);
	backlog_link(&backlog, true);
	return backlog;
}

static void assert_sends(struct backlog *backlog, uint64_t now, uint64_t first, uint32_t count)
{
	uint64_t got_first;
	uint32_t got_count;

	assert_true(backlog_send(backlog, now, &got_first, &got_count));
	assert_int_equal(got_first, first);
	assert_int_equal(got_count, count);
}

static void assert_sends_nothing(struct backlog *backlog, uint64_t now)
{
	uint64_t first;
	uint32_t count;

	assert_false(backlog_send(backlog, now, &first, &count));
}

static bool ack(struct backlog *backlog, uint64_t now, uint64_t upto)
{
	struct wire_ack message = { .log = 77, .upto = upto };

	return backlog_ack(backlog, now, &message);
}

static void one_event_goes_at_once(void **state)
{
	struct backlog backlog = backlog_of(0, 0);

	(void)state;
	assert_sends_nothing(&backlog, 0);
	assert_int_equal(backlog_next_mono_ms(&backlog), UINT64_MAX);
	backlog_stored(&backlog, 1, hash);
	assert_sends(&backlog, 10, 1, 1);
	assert_int_equal(backlog_next_mono_ms(&backlog), 10 + BACKLOG_RETRY_MS);
	/* the next ones wait for its acknowledgement and go together */
	backlog_stored(&backlog, 2, hash);
	backlog_stored(&backlog, 3, hash);
	assert_sends_nothing(&backlog, 20);
	assert_true(ack(&backlog, 30, 1));
	assert_sends(&backlog, 30, 2, 2);
}

static void a_flood_goes_in_whole_messages_four_at_a_time(void **state)
{
	struct backlog backlog = backlog_of(1000, 0);

	(void)state;
	assert_sends(&backlog, 0, 1, 64);
	assert_sends(&backlog, 0, 65, 64);
	assert_sends(&backlog, 0, 129, 64);
	assert_sends(&backlog, 0, 193, 64);
	assert_sends_nothing(&backlog, 0);
	assert_true(ack(&backlog, 5, 64));
	assert_sends(&backlog, 5, 257, 64);
	assert_sends_nothing(&backlog, 5);
	assert_true(ack(&backlog, 6, 320));
	assert_sends(&backlog, 6, 321, 64);
}

static void nothing_goes_while_offline(void **state)
{
	struct backlog backlog = backlog_of(10, 0);

	(void)state;
	assert_sends(&backlog, 0, 1, 10);
	backlog_link(&backlog, false);
	assert_sends_nothing(&backlog, 0);
	assert_int_equal(backlog_next_mono_ms(&backlog), UINT64_MAX);
	backlog_link(&backlog, true);
	assert_sends(&backlog, 0, 1, 10); /* again: who knows what arrived */
}

static void without_an_answer_it_goes_again_later_and_later(void **state)
{
	static const uint64_t gaps[] = { 2000, 4000, 8000, 16000, 32000, 60000, 60000 };
	struct backlog backlog = backlog_of(10, 3);
	uint64_t now = 0;

	(void)state;
	assert_sends(&backlog, now, 4, 7);
	for (unsigned i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++) {
		backlog_tick(&backlog, now + gaps[i] - 1);
		assert_sends_nothing(&backlog, now + gaps[i] - 1);
		now += gaps[i];
		backlog_tick(&backlog, now);
		assert_sends(&backlog, now, 4, 7);
	}
	/* an answer brings back the short wait; what is nearer, forgetting or sending again, comes first */
	assert_true(ack(&backlog, now, 5));
	assert_int_equal(backlog_next_mono_ms(&backlog), now + BACKLOG_FORGET_MS);
	backlog.forget_mono_ms = now + 3000;
	assert_int_equal(backlog_next_mono_ms(&backlog), now + BACKLOG_RETRY_MS);
	backlog_tick(&backlog, now + 2000);
	assert_sends(&backlog, now + 2000, 6, 5);
}

static void acknowledgements_that_cannot_be_ours(void **state)
{
	struct backlog backlog = backlog_of(10, 3);
	struct wire_ack foreign = { .log = 78, .upto = 5 };

	(void)state;
	assert_false(backlog_ack(&backlog, 0, &foreign));
	assert_false(ack(&backlog, 0, 11)); /* the future */
	assert_true(ack(&backlog, 0, 3));   /* old news */
	assert_true(ack(&backlog, 0, 0));
	assert_false(backlog_forget(&backlog, 99999, true));
	assert_int_equal(backlog.told, 3);
	/* one for events of an earlier boot that were not sent in this one */
	assert_true(ack(&backlog, 0, 9));
	assert_sends(&backlog, 0, 10, 1);
}

static void forgetting_waits_for_company(void **state)
{
	struct backlog backlog = backlog_of(1000, 0);

	(void)state;
	assert_true(ack(&backlog, 100, 1));
	assert_int_equal(backlog_next_mono_ms(&backlog), 100 + BACKLOG_FORGET_MS);
	assert_false(backlog_forget(&backlog, 100, false));
	assert_true(ack(&backlog, 200, 2));
	assert_false(backlog_forget(&backlog, 1099, false));
	assert_true(backlog_forget(&backlog, 1100, false));
	assert_int_equal(backlog.ordered, 2);
	assert_int_equal(backlog_next_mono_ms(&backlog), UINT64_MAX);
	assert_false(backlog_forget(&backlog, 9999, true)); /* one at a time */
	assert_true(backlog_forgot(&backlog, 2));
	assert_int_equal(backlog.acked, 2);

	assert_true(ack(&backlog, 2000, 3));
	assert_true(backlog_forget(&backlog, 2000, true)); /* another store is on its way */
	assert_true(backlog_forgot(&backlog, 3));

	assert_true(ack(&backlog, 3000, 3 + BACKLOG_WINDOW)); /* or it is worth one */
	assert_true(backlog_forget(&backlog, 3000, false));
}

static void an_acknowledgement_of_another_chain_forgets_nothing(void **state)
{
	struct backlog backlog = backlog_of(10, 2);

	(void)state;
	assert_sends(&backlog, 0, 3, 8);
	assert_true(ack(&backlog, 0, 10));
	assert_true(backlog_forget(&backlog, 0, true));
	assert_false(backlog_forgot(&backlog, 2)); /* the journal found another hash there */
	assert_int_equal(backlog.acked, 2);
	assert_sends(&backlog, 0, 3, 8); /* and all is told again */
	/* what the journal cannot have forgotten is not believed */
	assert_true(backlog_forgot(&backlog, 11));
	assert_int_equal(backlog.acked, 2);
}

static void a_head_that_is_not_newer_is_no_news(void **state)
{
	static const uint8_t other[WIRE_HASH_BYTES] = { 1 };
	struct backlog backlog = backlog_of(10, 2);

	(void)state;
	backlog_stored(&backlog, 10, other);
	backlog_stored(&backlog, 9, other);
	assert_int_equal(backlog.head, 10);
	assert_memory_equal(backlog.hash, hash, sizeof(hash));
	backlog_stored(&backlog, 11, other);
	assert_memory_equal(backlog.hash, other, sizeof(other));
}

/* A gateway behind a network that loses half of what passes gets everything, in order, in the end. */
static void everything_arrives_through_a_bad_network(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct backlog backlog = backlog_of(0, 0);
		uint64_t now = 0, have = 0, sent_max = 0;
		struct prng chance;

		prng_init(&chance, seed);
		while (have < 5000) {
			uint64_t first;
			uint32_t count;

			now += prng_below(&chance, 1000);
			if (backlog.head < 5000)
				backlog_stored(&backlog, backlog.head + prng_below(&chance, 100), hash);
			backlog_tick(&backlog, now);
			while (backlog_send(&backlog, now, &first, &count)) {
				assert_true(count >= 1 && count <= WIRE_EVENTS_MAX);
				assert_true(first + count - 1 <= backlog.head && first > backlog.told);
				assert_true(first + count - 1 - backlog.told <= BACKLOG_WINDOW);
				sent_max = first + count - 1 > sent_max ? first + count - 1 : sent_max;
				if (prng_one_in(&chance, 2) && first <= have + 1 && first + count - 1 > have)
					have = first + count - 1;
			}
			if (prng_one_in(&chance, 2))
				assert_true(ack(&backlog, now, have));
			if (prng_one_in(&chance, 100))
				backlog_link(&backlog, true);
			if (backlog_forget(&backlog, now, false))
				assert_true(backlog_forgot(&backlog, backlog.ordered));
			assert_true(backlog.acked <= have && have <= sent_max);
			assert_true(now < UINT64_C(100) * 3600 * 1000);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_event_goes_at_once),
		cmocka_unit_test(a_flood_goes_in_whole_messages_four_at_a_time),
		cmocka_unit_test(nothing_goes_while_offline),
		cmocka_unit_test(without_an_answer_it_goes_again_later_and_later),
		cmocka_unit_test(acknowledgements_that_cannot_be_ours),
		cmocka_unit_test(forgetting_waits_for_company),
		cmocka_unit_test(an_acknowledgement_of_another_chain_forgets_nothing),
		cmocka_unit_test(a_head_that_is_not_newer_is_no_news),
		cmocka_unit_test(everything_arrives_through_a_bad_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
