/* A link that was lost: another one, another code, and the old ones dead everywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/unit/service_world.h"

static int relink(struct world *world, const char *number, unsigned n, char link[SERVICE_LINK_CHARS + 1])
{
	return service_occupant_relink(world->service, &world->desk, world->now_ms, number, n,
		"ponsel hilang", link, &world->problem);
}

static int see(struct world *world, const char *link, json_t **view)
{
	return service_link_view(world->service, world->now_ms, link, view, &world->problem);
}

static void a_lost_link_and_its_code_are_dead_at_once(void **state)
{
	char link[SERVICE_LINK_CHARS + 1], before[11], after[11], long_before[13], long_after[13];
	struct wire_snapshot old, new;
	struct wire_grant old_grants[64], new_grants[64];
	struct service_receipt receipt;
	struct world world;
	json_t *view;

	(void)state;
	world_open(&world, 95);
	receipt = world_approved(&world, "r1", 2, 4, 1);
	world_code(&world, receipt.link, before, long_before);
	world_snapshot(&world, "door", &old, old_grants);
	assert_int_equal(relink(&world, receipt.number, 1, link), 0);
	assert_string_not_equal(link, receipt.link);
	assert_int_equal(see(&world, receipt.link, &view), SERVICE_NOT_FOUND);
	world_code(&world, link, after, long_after);
	assert_string_not_equal(after, before);
	assert_string_not_equal(long_after, long_before);
	world_snapshot(&world, "door", &new, new_grants);
	assert_int_equal(new.grant_count, 1); /* the same grant, other tags */
	assert_memory_equal(new_grants[0].id, old_grants[0].id, WIRE_GRANT_ID_CHARS);
	assert_memory_not_equal(new_grants[0].tag, old_grants[0].tag, WIRE_TAG_BYTES);
	assert_memory_not_equal(new_grants[0].long_tag, old_grants[0].long_tag, WIRE_TAG_BYTES);
	world_close(&world);
}

static void a_link_of_a_request_that_waits_is_made_anew_without_a_code(void **state)
{
	char link[SERVICE_LINK_CHARS + 1], digits[11], long_digits[13];
	struct service_receipt receipt;
	struct world world;
	json_t *view;

	(void)state;
	world_open(&world, 96);
	receipt = world_submit(&world, "r1", 2, 4, 1);
	assert_int_equal(relink(&world, receipt.number, 1, link), 0);
	assert_int_equal(see(&world, receipt.link, &view), SERVICE_NOT_FOUND);
	assert_int_equal(see(&world, link, &view), 0);
	assert_int_equal(json_array_size(json_object_get(view, "codes")), 0);
	json_decref(view);
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, receipt.number, &world.problem),
		0);
	world_code(&world, link, digits, long_digits);
	world_close(&world);
}

static const char *link_of(json_t *view, size_t person)
{
	return json_string_value(
		json_object_get(json_array_get(json_object_get(view, "people"), person), "link"));
}

static void the_others_links_are_handed_on_by_who_is_responsible(void **state)
{
	char second[SERVICE_LINK_CHARS + 1], first[SERVICE_LINK_CHARS + 1];
	struct service_receipt receipt;
	struct world world;
	json_t *view;

	(void)state;
	world_open(&world, 97);
	receipt = world_approved(&world, "dorm", 2, 4, 2);
	assert_int_equal(relink(&world, receipt.number, 2, second), 0);
	assert_int_equal(see(&world, receipt.link, &view), 0);
	assert_string_equal(link_of(view, 1), second);
	json_decref(view);
	/* Sealed to a link that is gone, it shows up again only when it is made anew. */
	assert_int_equal(relink(&world, receipt.number, 1, first), 0);
	assert_int_equal(see(&world, first, &view), 0);
	assert_null(link_of(view, 1));
	json_decref(view);
	assert_int_equal(see(&world, second, &view), 0);
	json_decref(view);
	assert_int_equal(relink(&world, receipt.number, 2, second), 0);
	assert_int_equal(see(&world, first, &view), 0);
	assert_string_equal(link_of(view, 1), second);
	json_decref(view);
	world_close(&world);
}

static void standing_access_gets_another_link_too(void **state)
{
	char link[SERVICE_LINK_CHARS + 1], other[SERVICE_LINK_CHARS + 1], id[WIRE_GRANT_ID_CHARS + 1];
	static const char *const boards[] = { "door" };
	struct service_standing standing = { .name = "Petugas", .boards = boards, .board_count = 1 };
	struct world world;
	json_t *view;

	(void)state;
	world_open(&world, 98);
	standing.from_ms = world.now_ms;
	standing.until_ms = world.now_ms + 30 * DAY_MS;
	assert_int_equal(service_standing_add(world.service, &world.manager, world.now_ms, &standing, id,
				 link, &world.problem),
		0);
	assert_int_equal(service_standing_relink(world.service, &world.desk, world.now_ms, id, "hilang",
				 other, &world.problem),
		SERVICE_FORBIDDEN);
	assert_int_equal(service_standing_relink(world.service, &world.manager, world.now_ms, id, "hilang",
				 other, &world.problem),
		0);
	assert_int_equal(see(&world, link, &view), SERVICE_NOT_FOUND);
	assert_int_equal(see(&world, other, &view), 0);
	assert_int_equal(json_array_size(json_object_get(view, "codes")), 1);
	json_decref(view);
	assert_int_equal(service_standing_relink(world.service, &world.manager, world.now_ms,
				 "0000000000000000", "hilang", other, &world.problem),
		SERVICE_NOT_FOUND);
	world_close(&world);
}

static void nobody_gets_a_link_without_a_reason_or_of_what_is_over(void **state)
{
	char link[SERVICE_LINK_CHARS + 1];
	struct service_receipt receipt;
	struct world world;

	(void)state;
	world_open(&world, 99);
	receipt = world_approved(&world, "dorm", 2, 4, 2);
	assert_int_equal(service_occupant_relink(world.service, &world.desk, world.now_ms, receipt.number, 1,
				 NULL, link, &world.problem),
		SERVICE_BAD_INPUT);
	assert_int_equal(service_occupant_relink(world.service, &world.guard, world.now_ms, receipt.number, 1,
				 "hilang", link, &world.problem),
		SERVICE_FORBIDDEN);
	assert_int_equal(relink(&world, "RG-0000-00", 1, link), SERVICE_NOT_FOUND);
	assert_int_equal(relink(&world, receipt.number, 3, link), SERVICE_NOT_FOUND);
	assert_int_equal(service_occupant_revoke(world.service, &world.desk, world.now_ms, receipt.number, 2,
				 "pulang", &world.problem),
		0);
	assert_int_equal(relink(&world, receipt.number, 2, link), SERVICE_NOT_FOUND);
	assert_int_equal(service_request_act(world.service, &world.desk, world.now_ms, receipt.number,
				 REQUEST_ACT_CANCEL, "batal", &world.problem),
		0);
	assert_int_equal(relink(&world, receipt.number, 1, link), SERVICE_BAD_STATE);
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_lost_link_and_its_code_are_dead_at_once),
		T(a_link_of_a_request_that_waits_is_made_anew_without_a_code),
		T(the_others_links_are_handed_on_by_who_is_responsible),
		T(standing_access_gets_another_link_too),
		T(nobody_gets_a_link_without_a_reason_or_of_what_is_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
