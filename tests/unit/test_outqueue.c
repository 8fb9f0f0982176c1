/* outqueue, backoff: bounds of what goes between the two programs of a board, and of how often the broker is
 * tried. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/edge/outqueue.h"
#include "firmware/link/backoff.h"

static struct outqueue queue;
static uint8_t datagram[FRAME_MAX];
static uint8_t joined[WIRE_SNAPSHOT_MAX];

static int set_up(void **state)
{
	(void)state;
	queue = (struct outqueue){ 0 };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	outqueue_clear(&queue);
	return 0;
}

static bool put(enum wire_kind kind, const char *msg)
{
	return outqueue_put_message(&queue, FRAME_PUBLISH, kind, false, msg, strlen(msg));
}

/* Takes the next whole message off the queue, joined as the other end would; "" when none waits. */
static const char *take(enum wire_kind *kind)
{
	struct frame_joiner joiner;
	struct frame frame;
	size_t len;

	frame_joiner_init(&joiner, joined, sizeof(joined));
	while ((len = outqueue_peek(&queue, datagram)) > 0) {
		outqueue_sent(&queue);
		assert_int_equal(frame_read(&frame, datagram, len), 0);
		*kind = frame.kind;
		if (frame_joiner_add(&joiner, &frame) == 0) {
			joined[joiner.total] = 0;
			return (const char *)joined;
		}
	}
	return "";
}

static void messages_leave_in_order(void **state)
{
	enum wire_kind kind;

	(void)state;
	assert_true(put(WIRE_EVENT, "one"));
	assert_true(put(WIRE_EVENT, "two"));
	assert_true(put(WIRE_DID, "three"));
	assert_string_equal(take(&kind), "one");
	assert_string_equal(take(&kind), "two");
	assert_string_equal(take(&kind), "three");
	assert_int_equal(kind, WIRE_DID);
	assert_string_equal(take(&kind), "");
}

static void of_pictures_only_the_newest_waits(void **state)
{
	enum wire_kind kind;

	(void)state;
	assert_true(put(WIRE_STATE, "old"));
	assert_true(put(WIRE_EVENT, "event"));
	assert_true(put(WIRE_STATE, "newer"));
	assert_true(put(WIRE_HELLO, "hello"));
	assert_int_equal(queue.count, 3);
	assert_string_equal(take(&kind), "newer");
	assert_string_equal(take(&kind), "event");
	assert_string_equal(take(&kind), "hello");
	assert_int_equal(queue.bytes, 0);
}

static void a_picture_that_has_begun_to_go_is_finished(void **state)
{
	static char big[3 * FRAME_PIECE_MAX];
	enum wire_kind kind;
	struct frame frame;
	size_t len;

	(void)state;
	memset(big, 'a', sizeof(big));
	assert_true(outqueue_put_message(&queue, FRAME_DELIVER, WIRE_SNAPSHOT, true, big, sizeof(big)));
	len = outqueue_peek(&queue, datagram);
	outqueue_sent(&queue);
	assert_true(outqueue_put_message(&queue, FRAME_DELIVER, WIRE_SNAPSHOT, true, "new", 3));
	for (uint32_t offset = FRAME_PIECE_MAX; offset < sizeof(big); offset += FRAME_PIECE_MAX) {
		len = outqueue_peek(&queue, datagram);
		assert_int_equal(frame_read(&frame, datagram, len), 0);
		assert_int_equal(frame.offset, offset);
		assert_int_equal(frame.total, sizeof(big));
		outqueue_sent(&queue);
	}
	assert_string_equal(take(&kind), "new");
}

static void past_its_bounds_the_newcomer_is_dropped_and_counted(void **state)
{
	char *snapshot = calloc(1, WIRE_SNAPSHOT_MAX);
	enum wire_kind kind;

	(void)state;
	assert_non_null(snapshot);
	for (int i = 0; i < OUTQUEUE_MAX; i++)
		assert_true(put(WIRE_EVENT, "event"));
	assert_false(put(WIRE_EVENT, "one too many"));
	assert_false(outqueue_put_word(&queue, FRAME_ONLINE, 0));
	assert_int_equal(queue.dropped, 2);
	assert_string_equal(take(&kind), "event");
	assert_true(put(WIRE_EVENT, "again room"));
	outqueue_clear(&queue);

	for (size_t bytes = 0; bytes + WIRE_MESSAGE_MAX <= OUTQUEUE_BYTES_MAX && queue.count < OUTQUEUE_MAX;
		bytes += WIRE_MESSAGE_MAX)
		assert_true(outqueue_put_message(
			&queue, FRAME_DELIVER, WIRE_ACK, false, snapshot, WIRE_MESSAGE_MAX));
	assert_true(queue.bytes <= OUTQUEUE_BYTES_MAX);
	free(snapshot);
}

static void the_wait_is_a_random_part_of_a_bound_that_doubles(void **state)
{
	/* clang-format off */
	static const struct { uint32_t failures; uint64_t bound_ms; } rows[] = {
		{ 0, 1000 }, { 1, 2000 }, { 2, 4000 }, { 5, 32000 }, { 6, 60000 }, { 7, 60000 }, { 32, 60000 }, { UINT32_MAX, 60000 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct backoff backoff = { rows[i].failures };

		assert_int_equal(backoff_next_ms(&backoff, UINT32_MAX), rows[i].bound_ms);
		backoff.failures = rows[i].failures;
		assert_int_equal(backoff_next_ms(&backoff, 0), BACKOFF_LEAST_MS);
		backoff.failures = rows[i].failures;
		assert_in_range(backoff_next_ms(&backoff, UINT32_MAX / 2), rows[i].bound_ms / 2 - 1,
			rows[i].bound_ms / 2 + BACKOFF_LEAST_MS);
	}
}

static void success_begins_anew(void **state)
{
	struct backoff backoff = { 0 };

	(void)state;
	for (int i = 0; i < 10; i++)
		backoff_next_ms(&backoff, 1);
	backoff_reset(&backoff);
	assert_int_equal(backoff_next_ms(&backoff, UINT32_MAX), BACKOFF_FIRST_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		TEST(messages_leave_in_order),
		TEST(of_pictures_only_the_newest_waits),
		TEST(a_picture_that_has_begun_to_go_is_finished),
		TEST(past_its_bounds_the_newcomer_is_dropped_and_counted),
		TEST(the_wait_is_a_random_part_of_a_bound_that_doubles),
		TEST(success_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
