/* What a foreign page, an old session or a careless program may try: nothing changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/system/lib/house.h"

static struct house house;

/* Every route of staff that changes something, with a body that would be taken. #: the request's number. */
static const struct {
	const char *method, *path, *body;
} changes[] = {
	{ "POST", "/api/requests/#/approve", "{}" },
	{ "POST", "/api/requests/#/refuse", "{\"reason\":\"x\"}" },
	{ "POST", "/api/requests/#/needs", "{\"reason\":\"x\"}" },
	{ "POST", "/api/requests/#/cancel", "{\"reason\":\"x\"}" },
	{ "POST", "/api/requests/#/finish", "{}" },
	{ "POST", "/api/requests/#/extend", "{\"until_ms\":1900000000000}" },
	{ "POST", "/api/requests/#/occupants", "{\"name\":\"Budi\"}" },
	{ "POST", "/api/requests/#/occupants/1/revoke", "{\"reason\":\"x\"}" },
	{ "POST", "/api/requests/#/occupants/1/recode", "{}" },
	{ "POST", "/api/units", "{\"id\":\"ruang-9\",\"name\":\"9\",\"kind\":\"room\",\"capacity\":1}" },
	{ "POST", "/api/boards",
		"{\"id\":\"pintu-9\",\"name\":\"9\",\"units\":[\"ruang-1\"],"
		"\"sign\":\"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\","
		"\"agree\":\"hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=\"}" },
	{ "POST", "/api/doors/pintu-1/mode", "{\"mode\":\"lockdown\",\"reason\":\"x\"}" },
	{ "POST", "/api/doors/pintu-1/action", "{\"what\":\"unlock\",\"why\":\"test\"}" },
	{ "POST", "/api/standing",
		"{\"name\":\"x\",\"boards\":[\"pintu-1\"],\"from_ms\":1800000000000,\"until_ms\":"
		"1900000000000}" },
	{ "POST", "/api/standing/0123456789abcdef/revoke", "{\"reason\":\"x\"}" },
	{ "POST", "/api/alarms/1/ack", "{}" },
	{ "POST", "/api/staff", "{\"name\":\"eve\",\"role\":\"manager\",\"password\":\"aaaaaaaaaaaa\"}" },
	{ "DELETE", "/api/session", NULL },
};

static void path_of(char path[static 128], const char *pattern)
{
	const char *number = strchr(pattern, '#');

	if (number)
		snprintf(path, 128, "%.*s%s%s", (int)(number - pattern), pattern, house.number, number + 1);
	else
		snprintf(path, 128, "%s", pattern);
}

/* What a manager sees of all that could have changed. */
static char *picture(void)
{
	static const char *const views[] = { "/api/units", "/api/requests", "/api/alarms" };
	char path[64], *all = calloc(1, 1 << 16);
	struct reply reply;

	assert_non_null(all);
	for (size_t i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		assert_int_equal(gateway_ask(&house.gateway, &house.staff[MANAGER], "GET", views[i], NULL,
					 NULL, &reply),
			200);
		strncat(all, reply.body, 16000);
		free(reply.text);
	}
	snprintf(path, sizeof(path), "/api/requests/%s", house.number);
	assert_int_equal(
		gateway_ask(&house.gateway, &house.staff[MANAGER], "GET", path, NULL, NULL, &reply), 200);
	strncat(all, reply.body, 16000);
	free(reply.text);
	return all;
}

/* The mode and the wanted snapshot of the one door tell whether its board would hear anything new. */
static void door_of(char out[static 128])
{
	struct reply reply;
	const char *wanted;

	assert_int_equal(
		gateway_ask(&house.gateway, &house.staff[MANAGER], "GET", "/api/doors", NULL, NULL, &reply),
		200);
	wanted = strstr(reply.body, "\"wanted_rev\"");
	assert_non_null(wanted);
	snprintf(out, 128, "%.*s", (int)strcspn(wanted, ",}"), wanted);
	free(reply.text);
}

static struct session with_csrf(const char *csrf)
{
	struct session session = house.staff[MANAGER];

	snprintf(session.csrf, sizeof(session.csrf), "%s", csrf);
	return session;
}

static void no_technique_changes_anything(void **state)
{
	const struct session none = with_csrf(""), wrong = with_csrf("00000000000000000000000000"),
			     others = with_csrf(house.staff[DESK].csrf);
	const struct {
		const char *name;
		const struct session *session;
		const char *headers;
		int status; /* 0: whatever a wrong method gets */
	} techniques[] = {
		{ "without the token", &none, NULL, 403 },
		{ "with a wrong token", &wrong, NULL, 403 },
		{ "with another session's token", &others, NULL, 403 },
		{ "from another origin", &house.staff[MANAGER], "Origin: http://evil.tld\r\n", 403 },
		{ "from nowhere", &house.staff[MANAGER], "Origin: null\r\n", 403 },
		{ "across sites", &house.staff[MANAGER], "Sec-Fetch-Site: cross-site\r\n", 403 },
		{ "from a neighbour", &house.staff[MANAGER], "Sec-Fetch-Site: same-site\r\n", 403 },
		{ "as a form", &house.staff[MANAGER], "Content-Type: application/x-www-form-urlencoded\r\n",
			415 },
		{ "as plain text", &house.staff[MANAGER], "Content-Type: text/plain\r\n", 415 },
		{ "logged out", NULL, NULL, 401 },
	};
	char *before = picture(), *after, door_before[128], door_after[128], path[128];

	(void)state;
	door_of(door_before);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		path_of(path, changes[i].path);
		for (size_t t = 0; t < sizeof(techniques) / sizeof(techniques[0]); t++) {
			int status;

			if (!changes[i].body && techniques[t].status == 415)
				continue; /* it has no content */
			status = gateway_ask(&house.gateway, techniques[t].session, changes[i].method, path,
				changes[i].body, techniques[t].headers, NULL);
			if (status != techniques[t].status)
				fail_msg("%s %s %s: %d", changes[i].method, path, techniques[t].name, status);
		}
	}
	after = picture();
	door_of(door_after);
	assert_string_equal(before, after);
	assert_string_equal(door_before, door_after);
	free(before);
	free(after);
}

static void getting_changes_nothing(void **state)
{
	char *before = picture(), *after, path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		int status;

		path_of(path, changes[i].path);
		status = gateway_ask(&house.gateway, &house.staff[MANAGER], "GET", path, NULL, NULL, NULL);
		/* Some paths have something to look at; none has anything to do. */
		if (status != 405 && status != 200)
			fail_msg("GET %s: %d", path, status);
	}
	after = picture();
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void a_secret_in_the_address_is_no_secret(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "/api/link?link=%s", house.link);
	assert_int_equal(gateway_ask(&house.gateway, NULL, "GET", path, NULL, NULL, NULL), 400);
	snprintf(path, sizeof(path), "/api/link/%s", house.link);
	assert_int_equal(gateway_ask(&house.gateway, NULL, "GET", path, NULL, NULL, NULL), 404);
}

static void a_link_shows_its_own_request_only_to_who_has_it(void **state)
{
	char header[128];
	struct reply reply;

	(void)state;
	snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n", house.link);
	assert_int_equal(gateway_ask(&house.gateway, NULL, "GET", "/api/link", NULL, header, &reply), 200);
	assert_non_null(strstr(reply.body, house.number));
	assert_non_null(strstr(reply.text, "Cache-Control: no-store"));
	free(reply.text);
	snprintf(header, sizeof(header), "Authorization: Bearer 0123456789ABCDEFGHJKMNPQRS\r\n");
	assert_int_equal(gateway_ask(&house.gateway, NULL, "GET", "/api/link", NULL, header, NULL), 404);
	assert_int_equal(gateway_ask(&house.gateway, NULL, "GET", "/api/link", NULL, NULL, NULL), 401);
	/* Staff are no teachers. */
	assert_int_equal(
		gateway_ask(&house.gateway, &house.staff[MANAGER], "GET", "/api/link", NULL, NULL, NULL),
		401);
}

static void every_answer_carries_the_headers_that_keep_browsers_careful(void **state)
{
	static const char *const wanted[] = { "Cache-Control: no-store", "X-Content-Type-Options: nosniff",
		"Referrer-Policy: no-referrer", "Content-Security-Policy: default-src 'none'",
		"frame-ancestors 'none'" };
	static const char *const paths[] = { "/", "/t", "/staf", "/app.css", "/shared.js", "/api/health",
		"/api/doors", "/nowhere" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct reply reply;

		gateway_ask(&house.gateway, NULL, "GET", paths[i], NULL, NULL, &reply);
		for (size_t w = 0; w < sizeof(wanted) / sizeof(wanted[0]); w++)
			if (!strstr(reply.text, wanted[w]))
				fail_msg("%s lacks %s", paths[i], wanted[w]);
		assert_null(strstr(reply.text, "Access-Control"));
		free(reply.text);
	}
}

static void a_session_ends_for_good(void **state)
{
	struct session session;
	struct reply reply;

	(void)state;
	gateway_log_in(&house.gateway, "guard", house.passwords[GUARD], &session);
	assert_int_equal(
		gateway_ask(&house.gateway, &session, "GET", "/api/session", NULL, NULL, &reply), 200);
	assert_non_null(strstr(reply.body, "\"guard\""));
	free(reply.text);
	assert_int_equal(
		gateway_ask(&house.gateway, &session, "DELETE", "/api/session", NULL, NULL, &reply), 204);
	assert_non_null(strstr(reply.text, "Max-Age=0"));
	free(reply.text);
	assert_int_equal(gateway_ask(&house.gateway, &session, "GET", "/api/session", NULL, NULL, NULL), 401);
	assert_int_equal(gateway_ask(&house.gateway, &session, "GET", "/api/doors", NULL, NULL, NULL), 401);
}

static void the_cookie_is_out_of_reach_for_scripts_and_foreign_pages(void **state)
{
	char body[200];
	struct reply reply;

	(void)state;
	snprintf(body, sizeof(body), "{\"name\":\"desk\",\"password\":\"%s\"}", house.passwords[DESK]);
	assert_int_equal(gateway_ask(&house.gateway, NULL, "POST", "/api/session", body, NULL, &reply), 200);
	assert_non_null(strstr(reply.text, "; HttpOnly"));
	assert_non_null(strstr(reply.text, "; SameSite=Strict"));
	assert_non_null(strstr(reply.text, "; Path=/"));
	free(reply.text);
	/* Somebody else's page must not log a browser in as somebody else. */
	assert_int_equal(gateway_ask(&house.gateway, NULL, "POST", "/api/session", body,
				 "Origin: http://evil.tld\r\n", NULL),
		403);
}

static void a_name_is_not_told_from_a_password(void **state)
{
	static const char *const bodies[] = { "{\"name\":\"nobody\",\"password\":\"wrong\"}",
		"{\"name\":\"auditor\",\"password\":\"wrong\"}" };
	struct reply replies[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(gateway_ask(&house.gateway, NULL, "POST", "/api/session", bodies[i], NULL,
					 &replies[i]),
			401);
	assert_string_equal(replies[0].body, replies[1].body);
	free(replies[0].text);
	free(replies[1].text);
}

static void asking_without_end_is_slowed_down(void **state)
{
	static const char body[] = "{\"unit\":\"nirwana\",\"activity\":\"x\",\"kind\":\"rapat\",\"heads\":1,"
				   "\"from_ms\":1900000000000,\"until_ms\":1900003600000,"
				   "\"occupants\":[{\"name\":\"x\",\"phone\":\"081234567890\"}]}";
	struct reply reply = { 0 };

	(void)state;
	for (int i = 0; i < 30 && reply.status != 429; i++) {
		free(reply.text);
		gateway_ask(&house.gateway, NULL, "POST", "/api/requests", body, NULL, &reply);
	}
	assert_int_equal(reply.status, 429);
	assert_non_null(strstr(reply.text, "Retry-After: "));
	assert_non_null(strstr(reply.body, "\"retry_s\":"));
	free(reply.text);
	/* That is about requests: whoever has a link still sees it. */
	a_link_shows_its_own_request_only_to_who_has_it(state);
}

static int make_house(void **state)
{
	(void)state;
	return house_make(&house, PROGRAM);
}

static int remove_house(void **state)
{
	(void)state;
	house_remove(&house);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_technique_changes_anything),
		cmocka_unit_test(getting_changes_nothing),
		cmocka_unit_test(a_secret_in_the_address_is_no_secret),
		cmocka_unit_test(a_link_shows_its_own_request_only_to_who_has_it),
		cmocka_unit_test(every_answer_carries_the_headers_that_keep_browsers_careful),
		cmocka_unit_test(a_session_ends_for_good),
		cmocka_unit_test(the_cookie_is_out_of_reach_for_scripts_and_foreign_pages),
		cmocka_unit_test(a_name_is_not_told_from_a_password),
		cmocka_unit_test(asking_without_end_is_slowed_down),
	};

	return cmocka_run_group_tests(tests, make_house, remove_house);
}
