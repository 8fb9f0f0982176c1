/* Cards of weekly access: given, taken, and whose number is nowhere to be read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/store/store.h"
#include "schemas/wire/card.h"
#include "tests/unit/service_world.h"

static const struct service_card hers = { "34", 1234, 56789 };

static void give(struct world *world, const char *name, char id[WIRE_GRANT_ID_CHARS + 1])
{
	static const char *const boards[] = { "door", "entrance" };
	const struct service_standing standing = { .name = name,
		.boards = boards,
		.board_count = 2,
		.from_ms = START_MS,
		.until_ms = START_MS + 100 * DAY_MS };
	char link[SERVICE_LINK_CHARS + 1];

	assert_int_equal(service_standing_add(world->service, &world->manager, world->now_ms, &standing, id,
				 link, &world->problem),
		0);
}

static int add(struct world *world, const char *id, const struct service_card *card)
{
	return service_card_add(world->service, &world->manager, world->now_ms, id, card, &world->problem);
}

static int take(struct world *world, const char *id)
{
	return service_card_remove(
		world->service, &world->manager, world->now_ms, id, "hilang", &world->problem);
}

/* Whether the newest snapshot of that board lets this card in, by the board's own reckoning. */
static bool opens(struct world *world, struct test_board *board, const struct service_card *in)
{
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	enum wire_card_layout layout;
	uint8_t tag[WIRE_TAG_BYTES];
	struct wire_card card;

	assert_int_equal(wire_card_read(&layout, in->layout), 0);
	assert_int_equal(wire_card_make(&card, layout, in->facility, in->number), 0);
	wire_card_tag(tag, board->keys.tag_key, &card);
	world_snapshot(world, board->id, &snapshot, grants);
	for (size_t i = 0; i < snapshot.grant_count; i++) {
		if (grants[i].has_card && memcmp(grants[i].card_tag, tag, sizeof(tag)) == 0)
			return true;
	}
	return false;
}

static void a_card_opens_every_door_of_its_grant_until_it_is_taken(void **state)
{
	char id[WIRE_GRANT_ID_CHARS + 1];
	struct wire_snapshot snapshot;
	struct wire_grant grants[64];
	struct world world;

	(void)state;
	world_open(&world, 70);
	give(&world, "Bu Ani", id);
	assert_false(opens(&world, &world.door, &hers));
	assert_int_equal(add(&world, id, &hers), 0);
	assert_true(opens(&world, &world.door, &hers));
	assert_true(opens(&world, &world.entrance, &hers));
	world_snapshot(&world, "door", &snapshot, grants);
	assert_int_equal(snapshot.grant_count, 1);
	assert_true(grants[0].has_long); /* the code stays */

	world_restart(&world);
	assert_int_equal(take(&world, id), 0);
	assert_false(opens(&world, &world.door, &hers));
	assert_false(opens(&world, &world.entrance, &hers));
	assert_int_equal(take(&world, id), SERVICE_NOT_FOUND);
	world_close(&world);
}

static void a_card_is_one_persons_at_a_door_and_free_when_it_is_taken(void **state)
{
	char first[WIRE_GRANT_ID_CHARS + 1], second[WIRE_GRANT_ID_CHARS + 1];
	const struct service_card other = { "34", 1234, 56790 };
	struct world world;

	(void)state;
	world_open(&world, 71);
	give(&world, "Bu Ani", first);
	give(&world, "Pak Budi", second);
	assert_int_equal(add(&world, first, &hers), 0);
	assert_int_equal(add(&world, first, &other), SERVICE_CONFLICT);
	assert_string_equal(world.problem.code, "has_card");
	assert_int_equal(add(&world, second, &hers), SERVICE_CONFLICT);
	assert_string_equal(world.problem.code, "card_taken");
	assert_int_equal(take(&world, first), 0);
	assert_int_equal(add(&world, second, &hers), 0);
	assert_true(opens(&world, &world.door, &hers));

	/* Access that ends gives its card back. */
	assert_int_equal(service_standing_revoke(world.service, &world.manager, world.now_ms, second,
				 "pensiun", &world.problem),
		0);
	assert_false(opens(&world, &world.door, &hers));
	assert_int_equal(add(&world, first, &hers), 0);
	assert_true(opens(&world, &world.door, &hers));
	world_close(&world);
}

static void what_is_no_card_or_no_access_is_refused(void **state)
{
	static const struct {
		struct service_card card;
		const char *code;
	} cards[] = {
		{ { NULL, 0, 1 }, "bad_layout" },
		{ { "35", 0, 1 }, "bad_layout" },
		{ { "26", 256, 1 }, "bad_number" },
		{ { "26", 1, 65536 }, "bad_number" },
		{ { "37-h10302", 1, 1 }, "bad_number" },
	};
	char id[WIRE_GRANT_ID_CHARS + 1];
	struct world world;

	(void)state;
	world_open(&world, 72);
	give(&world, "Bu Ani", id);
	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		assert_int_equal(add(&world, id, &cards[i].card), SERVICE_BAD_INPUT);
		assert_string_equal(world.problem.code, cards[i].code);
	}
	assert_int_equal(add(&world, "0000000000000000", &hers), SERVICE_NOT_FOUND);
	assert_int_equal(
		service_card_add(world.service, &world.desk, world.now_ms, id, &hers, &world.problem),
		SERVICE_FORBIDDEN);
	assert_int_equal(
		service_card_remove(world.service, &world.desk, world.now_ms, id, "x", &world.problem),
		SERVICE_FORBIDDEN);
	assert_int_equal(
		service_card_remove(world.service, &world.manager, world.now_ms, id, "", &world.problem),
		SERVICE_BAD_INPUT);
	world.now_ms += 101 * DAY_MS;
	assert_int_equal(add(&world, id, &hers), SERVICE_NOT_FOUND); /* it is over */
	world_close(&world);
}

static void a_new_code_leaves_the_card_alone(void **state)
{
	char id[WIRE_GRANT_ID_CHARS + 1], link[SERVICE_LINK_CHARS + 1];
	struct world world;

	(void)state;
	world_open(&world, 73);
	give(&world, "Bu Ani", id);
	assert_int_equal(add(&world, id, &hers), 0);
	assert_int_equal(service_standing_relink(world.service, &world.manager, world.now_ms, id, "hilang",
				 link, &world.problem),
		0);
	assert_true(opens(&world, &world.door, &hers));
	world_close(&world);
}

static bool has_bytes(const char *haystack, size_t len, const void *needle, size_t needle_len)
{
	return memmem(haystack, len, needle, needle_len) != NULL;
}

static void the_number_is_nowhere_in_the_database(void **state)
{
	char id[WIRE_GRANT_ID_CHARS + 1];
	struct wire_card card;
	struct world world;
	char *bytes = NULL;
	size_t len = 0;
	FILE *file;

	(void)state;
	world_open(&world, 74);
	give(&world, "Bu Ani", id);
	assert_int_equal(add(&world, id, &hers), 0);
	world_restart(&world); /* all of it is in the file */
	assert_int_equal(wire_card_make(&card, WIRE_CARD_34_H10306, hers.facility, hers.number), 0);
	file = fopen(world.path, "rb");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	len = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(len);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, len, file), len);
	fclose(file);
	assert_true(has_bytes(bytes, len, "Bu Ani", 6)); /* we look where things are */
	assert_false(has_bytes(bytes, len, "56789", 5));
	assert_false(has_bytes(bytes, len, card.number, 5));
	free(bytes);
	world_close(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_opens_every_door_of_its_grant_until_it_is_taken),
		cmocka_unit_test(a_card_is_one_persons_at_a_door_and_free_when_it_is_taken),
		cmocka_unit_test(what_is_no_card_or_no_access_is_refused),
		cmocka_unit_test(a_new_code_leaves_the_card_alone),
		cmocka_unit_test(the_number_is_nowhere_in_the_database),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
