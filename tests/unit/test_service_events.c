/* Events as a bus brings them: twice, out of order, days late, or with another story. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/unit/service_world.h"

static struct wire_ack last_ack(struct world *world)
{
	const struct sent *sent = world_last(world, "door", WIRE_ACK);
	struct wire_ack ack;

	assert_non_null(sent);
	assert_int_equal(wire_ack_decode(&ack, sent->msg, sent->len), 0);
	return ack;
}

/* F16, F17: fifty messages of one to five events, each up to five times, in any order: all of them once. */
static void duplicates_and_reordering_store_each_event_once(void **state)
{
	struct wire_events events[50];
	struct world world;
	unsigned total = 0;

	(void)state;
	world_open(&world, 16);
	for (int i = 0; i < 50; i++) {
		unsigned count = 1 + (unsigned)prng_below(&world.prng, 5);

		board_make_events(&world, &world.door, count, WIRE_EVENT_DOOR_OPENED, NULL, &events[i]);
		total += count;
	}
	/* What is not acknowledged is sent again, as a board does: until all is. */
	for (int round = 0; round < 2000; round++) {
		board_send_events(&world, &world.door, &events[prng_below(&world.prng, 50)]);
		if (prng_one_in(&world.prng, 3))
			world_commit(&world);
	}
	for (int i = 0; i < 50; i++)
		board_send_events(&world, &world.door, &events[i]);
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, total);
	assert_memory_equal(last_ack(&world).hash, world.door.hash, WIRE_HASH_BYTES);
	assert_int_equal(world_event_count(&world), total);
	assert_int_equal(world_alarm_count(&world, "equivocation", false), 0);
	world_close(&world);
}

static void messages_that_overlap_are_taken_from_where_we_are(void **state)
{
	struct wire_events all, part;
	struct world world;

	(void)state;
	world_open(&world, 17);
	board_make_events(&world, &world.door, 60, WIRE_EVENT_DOOR_OPENED, NULL, &all);
	part = all;
	part.count = 40;
	board_send_events(&world, &world.door, &part);
	board_send_events(&world, &world.door, &all); /* 1 to 60: 41 to 60 are new */
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 60);
	assert_int_equal(world_event_count(&world), 60);
	world_close(&world);
}

static void a_hole_is_not_taken_and_the_board_is_told_where_we_are(void **state)
{
	struct wire_events first, lost, third;
	struct world world;

	(void)state;
	world_open(&world, 18);
	board_make_events(&world, &world.door, 3, WIRE_EVENT_DOOR_OPENED, NULL, &first);
	board_make_events(&world, &world.door, 3, WIRE_EVENT_DOOR_OPENED, NULL, &lost);
	board_make_events(&world, &world.door, 3, WIRE_EVENT_DOOR_OPENED, NULL, &third);
	board_send_events(&world, &world.door, &first);
	board_send_events(&world, &world.door, &third);
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 3);
	assert_int_equal(world_event_count(&world), 3);
	board_send_events(&world, &world.door, &lost);
	board_send_events(&world, &world.door, &third);
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 9);
	world_close(&world);
}

/* One is active; somebody looks at it, and with that it is over. */
static void see_equivocation(struct world *world)
{
	json_t *list = world_alarms_of(world);
	int64_t id = json_integer_value(json_object_get(json_array_get(list, 0), "id"));

	json_decref(list);
	assert_int_equal(world_alarm_count(world, "equivocation", true), 1);
	assert_int_equal(
		service_alarm_ack(world->service, &world->guard, world->now_ms, id, NULL, &world->problem),
		0);
	assert_int_equal(world_alarm_count(world, "equivocation", true), 0);
}

static void another_story_under_one_number_is_an_alarm(void **state)
{
	struct wire_events told, other, across, after;
	struct test_board twin;
	struct world world;

	(void)state;
	world_open(&world, 19);
	twin = world.door;
	board_make_events(&world, &world.door, 5, WIRE_EVENT_DOOR_OPENED, NULL, &told);
	board_make_events(&world, &twin, 5, WIRE_EVENT_REX, NULL, &other);
	across = other;
	board_make_events(&world, &twin, 5, WIRE_EVENT_REX, NULL, &after);
	for (unsigned i = 0; i < 3; i++)
		across.events[across.count++] = after.events[i];
	board_send_events(&world, &world.door, &told);
	world_commit(&world);

	board_send_events(&world, &world.door, &other); /* up to our head: one hash says so */
	see_equivocation(&world);
	board_send_events(&world, &world.door, &across); /* past it: nothing of it is taken */
	see_equivocation(&world);
	board_send_events(&world, &world.door, &after); /* after it: it follows on another story */
	see_equivocation(&world);
	other.count = 2;
	board_send_events(&world, &world.door, &other); /* before it: the rows say so */
	see_equivocation(&world);
	told.count = 2;
	board_send_events(&world, &world.door, &told); /* the same again is no other story */
	world_commit(&world);
	assert_int_equal(world_alarm_count(&world, "equivocation", true), 0);
	assert_int_equal(last_ack(&world).upto, 5);
	assert_int_equal(world_event_count(&world), 5);
	world_close(&world);
}

static void a_swapped_board_begins_another_log(void **state)
{
	struct wire_events events;
	struct world world;

	(void)state;
	world_open(&world, 20);
	board_make_events(&world, &world.door, 4, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	world.door.log = 77;
	world.door.seq = 0;
	wire_chain_start(world.door.hash, "door", 77);
	board_make_events(&world, &world.door, 2, WIRE_EVENT_BOOT, NULL, &events);
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_int_equal(world_count(&world, "door", WIRE_ACK), 2);
	assert_int_equal(last_ack(&world).log, 77);
	assert_int_equal(world_event_count(&world), 6);
	world_close(&world);
}

/* A gateway set back to an older database: the board has forgotten what it had our word for. */
static void events_forgotten_on_our_word_are_a_gap_and_not_a_stop(void **state)
{
	struct wire_hello hello = { 0 };
	struct wire_events events;
	struct world world;
	char msg[2048];

	(void)state;
	world_open(&world, 21);
	board_make_events(&world, &world.door, 3, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	board_make_events(&world, &world.door, 7, WIRE_EVENT_DOOR_OPENED, NULL,
		&events); /* acknowledged by whom we no longer are */
	board_make_events(&world, &world.door, 2, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 3);

	hello = (struct wire_hello){
		.boot = 1, .log = world.door.log, .head = 12, .acked = 10, .clock = { WIRE_TRUST_TRUSTED, 1 }
	};
	memcpy(hello.hash, world.door.hash, sizeof(hello.hash));
	world_say(&world, &world.door, WIRE_HELLO, msg, wire_hello_encode(msg, sizeof(msg), &hello),
		sizeof(msg));
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 12);
	assert_int_equal(world_event_count(&world), 5);
	assert_int_equal(world_alarm_count(&world, "log_gap", true), 1);
	world_close(&world);
}

static void old_events_are_history_and_not_alarms(void **state)
{
	struct wire_events events;
	struct world world;

	(void)state;
	world_open(&world, 22);
	board_make_events(&world, &world.door, 1, WIRE_EVENT_DOOR_FORCED, NULL, &events);
	world.now_ms += 3 * DAY_MS; /* F18 */
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_int_equal(world_alarm_count(&world, "forced", true), 0);
	assert_int_equal(
		world_alarm_count(&world, "forced", false), 1); /* L7: shown, and to be acknowledged */
	board_make_events(&world, &world.door, 1, WIRE_EVENT_DOOR_FORCED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_int_equal(world_alarm_count(&world, "forced", true), 1);
	world_close(&world);
}

static void what_was_ingested_survives_a_failed_act(void **state)
{
	struct wire_events events;
	struct world world;

	(void)state;
	world_open(&world, 35);
	board_make_events(&world, &world.door, 5, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, "RG-0000-00", &world.problem),
		SERVICE_NOT_FOUND);
	assert_int_equal(last_ack(&world).upto, 5);
	assert_int_equal(world_event_count(&world), 5);
	world_close(&world);
}

static void acknowledgements_go_on_after_a_restart(void **state)
{
	struct wire_events events;
	struct world world;

	(void)state;
	world_open(&world, 36);
	board_make_events(&world, &world.door, 5, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	world_restart(&world); /* before the commit: nothing was acknowledged, and nothing is there */
	assert_null(world_last(&world, "door", WIRE_ACK));
	assert_int_equal(world_event_count(&world), 0);
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	world_restart(&world);
	board_make_events(&world, &world.door, 5, WIRE_EVENT_DOOR_OPENED, NULL, &events);
	board_send_events(&world, &world.door, &events);
	world_commit(&world);
	assert_int_equal(last_ack(&world).upto, 10);
	assert_int_equal(world_event_count(&world), 10);
	world_close(&world);
}

/* One page: newest first, of that board, older than what it was to go on from, and no longer than asked. */
static void check_page(struct world *world, const char *board, int64_t before_id, unsigned limit)
{
	int64_t last = before_id > 0 ? before_id : INT64_MAX;
	json_t *page = NULL, *event;
	size_t i;

	assert_int_equal(service_view_events(world->service, board, before_id, limit, &page), 0);
	assert_true(json_array_size(json_object_get(page, "events")) <= limit);
	json_array_foreach(json_object_get(page, "events"), i, event)
	{
		int64_t id = json_integer_value(json_object_get(event, "id"));

		assert_true(id < last);
		last = id;
		if (board)
			assert_string_equal(json_string_value(json_object_get(event, "board")), board);
	}
	json_decref(page);
}

static void check_pages(struct world *world)
{
	static const char *const boards[] = { NULL, "door", "entrance", "nobody" };
	static const int64_t befores[] = { 0, 1, 7, 20, 1000, INT64_MAX };
	static const unsigned limits[] = { 1, 3, 500 };

	for (size_t b = 0; b < sizeof(boards) / sizeof(boards[0]); b++)
		for (size_t i = 0; i < sizeof(befores) / sizeof(befores[0]); i++)
			for (size_t n = 0; n < sizeof(limits) / sizeof(limits[0]); n++)
				check_page(world, boards[b], befores[i], limits[n]);
}

/* While events wait for their commit, after it, after a log's end, and after a start. */
static void a_page_of_events_is_there_whatever_is_asked_and_when(void **state)
{
	struct wire_events events;
	struct world world;

	(void)state;
	world_open(&world, 31);
	check_pages(&world);
	for (unsigned round = 0; round < 10; round++) {
		struct test_board *board = round % 3 == 2 ? &world.entrance : &world.door;

		if (round == 6) { /* its database is another now */
			board->log++;
			board->seq = 0;
			wire_chain_start(board->hash, board->id, board->log);
		}
		board_make_events(&world, board, 4, WIRE_EVENT_DOOR_OPENED, NULL, &events);
		board_send_events(&world, board, &events);
		check_pages(&world);
		if (round % 2 == 1)
			world_commit(&world);
		check_pages(&world);
		if (round == 7)
			world_restart(&world);
	}
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(duplicates_and_reordering_store_each_event_once),
		T(messages_that_overlap_are_taken_from_where_we_are),
		T(a_hole_is_not_taken_and_the_board_is_told_where_we_are),
		T(another_story_under_one_number_is_an_alarm),
		T(a_swapped_board_begins_another_log),
		T(events_forgotten_on_our_word_are_a_gap_and_not_a_stop),
		T(old_events_are_history_and_not_alarms),
		T(what_was_ingested_survives_a_failed_act),
		T(acknowledgements_go_on_after_a_restart),
		T(a_page_of_events_is_there_whatever_is_asked_and_when),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
