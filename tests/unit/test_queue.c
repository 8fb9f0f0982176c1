#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "gateway/link/queue.h"

static struct queue queue;

static int make_queue(void **state)
{
	(void)state;
	return queue_init(&queue, 4, 100);
}

static int drop_queue(void **state)
{
	(void)state;
	queue_deinit(&queue);
	return 0;
}

static void messages_come_out_whole_and_in_order(void **state)
{
	struct queued *first, *second;

	(void)state;
	assert_int_equal(queue_put(&queue, "t/1", "a\0b", 3, true), 0);
	assert_int_equal(queue_put(&queue, "t/2", NULL, 0, false), 0);
	first = queue_take(&queue);
	second = first->next;
	assert_string_equal(first->topic, "t/1");
	assert_memory_equal(first->bytes, "a\0b", 3);
	assert_true(first->is_retained);
	assert_int_equal(second->len, 0);
	assert_null(second->next);
	assert_null(queue_take(&queue));
	free(first);
	free(second);
}

static void one_message_finds_room_whatever_its_size(void **state)
{
	char big[400] = { 0 };

	(void)state;
	assert_int_equal(queue_put(&queue, "t", big, sizeof(big), false), 0);
}

#define MESSAGES 20000

static void *put_many(void *arg)
{
	for (unsigned i = 0; i < MESSAGES; i++)
		if (queue_put(&queue, "t", &i, sizeof(i), false) != 0)
			return arg;
	return NULL;
}

static void a_full_queue_holds_the_writer_up_and_loses_nothing(void **state)
{
	pthread_t thread;
	void *failed;
	unsigned next = 0;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, put_many, &queue), 0);
	while (next < MESSAGES) {
		struct queued *queued = queue_take(&queue);

		for (unsigned count = 0; queued; count++) {
			struct queued *after = queued->next;
			unsigned number;

			assert_true(count < 4);
			memcpy(&number, queued->bytes, sizeof(number));
			assert_int_equal(number, next++);
			free(queued);
			queued = after;
		}
	}
	pthread_join(thread, &failed);
	assert_null(failed);
}

static void closing_lets_a_held_writer_go(void **state)
{
	const struct timespec pause = { 0, 20000000 };
	pthread_t thread;
	void *failed;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, put_many, &queue), 0);
	nanosleep(&pause, NULL); /* it stands at the fifth message by now; earlier is as well */
	queue_close(&queue);
	pthread_join(thread, &failed);
	assert_ptr_equal(failed, &queue);
	assert_int_equal(queue_put(&queue, "t", "x", 1, false), QUEUE_CLOSED);
	queue_pause(&queue, 60000); /* returns at once */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(messages_come_out_whole_and_in_order, make_queue, drop_queue),
		cmocka_unit_test_setup_teardown(
			one_message_finds_room_whatever_its_size, make_queue, drop_queue),
		cmocka_unit_test_setup_teardown(
			a_full_queue_holds_the_writer_up_and_loses_nothing, make_queue, drop_queue),
		cmocka_unit_test_setup_teardown(closing_lets_a_held_writer_go, make_queue, drop_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
