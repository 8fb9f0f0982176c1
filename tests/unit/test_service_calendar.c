/* Calendars: one entry for ever by a link, busy and no more for anybody, all for staff with a token. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/service/accounts.h"
#include "gateway/service/calendar.h"
#include "tests/unit/service_world.h"

/* A copy that ends in zero; free(). */
static char *ended(char *text, size_t len)
{
	char *copy = calloc(1, len + 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	free(text);
	return copy;
}

static char *by_link(struct world *world, const char *link)
{
	char *text;
	size_t len;

	assert_int_equal(calendar_of_link(world->service, link, &text, &len, &world->problem), 0);
	return ended(text, len);
}

static void holds(char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("%s is not in\n%s", part, text);
	free(text);
}

static void an_entry_stays_itself_through_every_change(void **state)
{
	struct service_receipt receipt;
	char uid[64], *text;
	struct world world;
	size_t len = 0;

	(void)state;
	world_open(&world, 130);
	receipt = world_submit(&world, "r1", 2, 4, 1);
	snprintf(uid, sizeof(uid), "UID:%s@", receipt.number);
	holds(by_link(&world, receipt.link), "STATUS:TENTATIVE\r\n");
	holds(by_link(&world, receipt.link), "SEQUENCE:1\r\n");
	assert_int_equal(service_request_approve(
				 world.service, &world.desk, world.now_ms, receipt.number, &world.problem),
		0);
	holds(by_link(&world, receipt.link), "STATUS:CONFIRMED\r\n");
	holds(by_link(&world, receipt.link), uid);
	assert_int_equal(service_request_extend(world.service, &world.desk, world.now_ms, receipt.number,
				 world.now_ms + 5 * HOUR_MS, &world.problem),
		0);
	holds(by_link(&world, receipt.link), "SEQUENCE:3\r\n");
	holds(by_link(&world, receipt.link), "DTEND:20260105T050000Z\r\n");
	assert_int_equal(service_request_act(world.service, &world.desk, world.now_ms, receipt.number,
				 REQUEST_ACT_CANCEL, "sakit", &world.problem),
		0);
	text = by_link(&world, receipt.link);
	assert_non_null(strstr(text, uid));
	holds(text, "STATUS:CANCELLED\r\n");
	assert_int_equal(
		calendar_of_link(world.service, "nobody", &text, &len, &world.problem), SERVICE_NOT_FOUND);
	world_close(&world);
}

static char *of_unit(struct world *world, const char *unit)
{
	char *text;
	size_t len;

	assert_int_equal(
		calendar_of_unit(world->service, world->now_ms, unit, &text, &len, &world->problem), 0);
	return ended(text, len);
}

static void anybody_sees_that_a_unit_is_taken_and_no_more(void **state)
{
	size_t len = 0;
	struct service_receipt receipt;
	char *first, *second;
	struct world world;

	(void)state;
	world_open(&world, 131);
	receipt = world_approved(&world, "dorm-1", 2, 4, 1);
	world_submit(&world, "dorm-1", 6, 8, 1); /* what waits is not taken */
	first = of_unit(&world, "dorm-1");
	assert_non_null(strstr(first, "SUMMARY:Terisi\r\n"));
	assert_null(strstr(first, receipt.number));
	assert_null(strstr(first, "Rapat"));
	assert_null(strstr(strstr(first, "BEGIN:VEVENT") + 1, "BEGIN:VEVENT"));
	world_restart(&world);
	second = of_unit(&world, "dorm-1");
	assert_string_equal(first, second); /* the same entries after a restart */
	free(first);
	free(second);
	holds(of_unit(&world, "dorm"), "BEGIN:VEVENT"); /* who has a bed has the house */
	first = of_unit(&world, "dorm-2");
	assert_null(strstr(first, "BEGIN:VEVENT"));
	free(first);
	assert_int_equal(
		calendar_of_unit(world.service, world.now_ms, "nirwana", &first, &len, &world.problem),
		SERVICE_NOT_FOUND);
	world_close(&world);
}

static int feed(struct world *world, const char *token, char **text)
{
	size_t len;
	int r = calendar_of_feed(world->service, world->now_ms, token, text, &len, &world->problem);

	if (r == 0)
		*text = ended(*text, len);
	return r;
}

static void a_feed_ends_with_its_token_or_its_account(void **state)
{
	static const char hash[] = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA";
	char token[SERVICE_LINK_CHARS + 1], other[SERVICE_LINK_CHARS + 1], *text;
	struct service_session session;
	struct service_receipt receipt;
	struct world world;

	(void)state;
	world_open(&world, 132);
	receipt = world_approved(&world, "r1", 2, 4, 1);
	assert_int_equal(service_staff_put(world.service, &world.manager, world.now_ms, "ani", "desk", hash,
				 &world.problem),
		0);
	assert_int_equal(
		service_login_end(world.service, world.now_ms, "ani", true, &session, &world.problem), 0);
	assert_int_equal(
		calendar_feed_make(world.service, &session.actor, world.now_ms, token, &world.problem), 0);
	assert_int_equal(feed(&world, token, &text), 0);
	assert_null(strstr(text, "Sari"));
	holds(text, receipt.number);
	assert_int_equal(
		calendar_feed_make(world.service, &session.actor, world.now_ms, other, &world.problem), 0);
	assert_int_equal(feed(&world, token, &text), SERVICE_NOT_FOUND);
	assert_int_equal(feed(&world, other, &text), 0);
	free(text);
	assert_int_equal(accounts_set_disabled(world.service, &world.manager, world.now_ms, "ani", true,
				 "pindah", &world.problem),
		0);
	assert_int_equal(feed(&world, other, &text), SERVICE_NOT_FOUND);
	assert_int_equal(accounts_set_disabled(world.service, &world.manager, world.now_ms, "ani", false,
				 "kembali", &world.problem),
		0);
	assert_int_equal(feed(&world, other, &text), 0);
	free(text);
	assert_int_equal(calendar_feed_end(world.service, &session.actor, world.now_ms, &world.problem), 0);
	assert_int_equal(calendar_feed_end(world.service, &session.actor, world.now_ms, &world.problem),
		SERVICE_NOT_FOUND);
	assert_int_equal(feed(&world, other, &text), SERVICE_NOT_FOUND);
	world_close(&world);
}

static void many_bookings_fit(void **state)
{
	struct world world;
	char *text;

	(void)state;
	world_open(&world, 133);
	for (int i = 0; i < 80; i++)
		world_approved(&world, "r1", 10 * i + 1, 10 * i + 2, 1);
	text = of_unit(&world, "r1");
	assert_true(strlen(text) > 16 << 10 >> 1);
	holds(text, "END:VCALENDAR\r\n");
	world_close(&world);
}

#define T cmocka_unit_test
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_entry_stays_itself_through_every_change),
		T(anybody_sees_that_a_unit_is_taken_and_no_more),
		T(a_feed_ends_with_its_token_or_its_account),
		T(many_bookings_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
