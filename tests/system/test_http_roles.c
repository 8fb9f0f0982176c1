/* Who may what: every route for every role, against a table written down by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/http/routes.h"
#include "tests/system/lib/house.h"

static struct house house;

/* One letter a role: desk, guard, manager, technician, auditor; "*": no log-in needed. Bodies are empty
 * objects, so that whoever may gets as far as being told what is missing, and nothing changes but what {} is
 * enough for. */
static const struct {
	const char *method, *path, *who;
} golden[] = {
	{ "GET", "/", "*" }, { "GET", "/t", "*" }, { "GET", "/staf", "*" }, { "GET", "/app.css", "*" },
	{ "GET", "/form.js", "*" }, { "GET", "/teacher.js", "*" }, { "GET", "/staff.js", "*" },
	{ "GET", "/shared.js", "*" }, { "GET", "/api/health", "*" }, { "GET", "/api/units", "*" },
	{ "POST", "/api/requests", "*" }, { "GET", "/api/link", "*" }, { "POST", "/api/link/cancel", "*" },
	{ "POST", "/api/link/finish", "*" }, { "POST", "/api/link/extend", "*" },
	{ "POST", "/api/link/complete", "*" }, { "POST", "/api/session", "*" },
	{ "GET", "/api/session", "dgmta" }, { "GET", "/api/requests", "dgm-a" },
	{ "GET", "/api/requests/{number}", "d-m-a" }, { "POST", "/api/requests/{number}/approve", "d-m--" },
	{ "POST", "/api/requests/{number}/refuse", "d-m--" },
	{ "POST", "/api/requests/{number}/needs", "d-m--" },
	{ "POST", "/api/requests/{number}/cancel", "d-m--" },
	{ "POST", "/api/requests/{number}/finish", "d-m--" },
	{ "POST", "/api/requests/{number}/extend", "d-m--" },
	{ "POST", "/api/requests/{number}/occupants", "d-m--" },
	{ "POST", "/api/requests/{number}/occupants/{occupant}/revoke", "d-m--" },
	{ "POST", "/api/requests/{number}/occupants/{occupant}/recode", "d-m--" },
	{ "POST", "/api/requests/{number}/occupants/{occupant}/relink", "d-m--" },
	{ "GET", "/api/units/{unit}/busy", "*" }, { "GET", "/api/holidays", "*" },
	{ "GET", "/api/choices", "*" }, { "GET", "/api/audit.csv", "--m-a" },
	{ "GET", "/api/figures", "--m-a" }, { "GET", "/api/retention", "--m-a" },
	{ "POST", "/api/retention", "--m--" }, { "GET", "/api/units/{unit}/busy.ics", "*" },
	{ "GET", "/api/link/rumah.ics", "*" }, { "GET", "/api/feed/{token}/rumah.ics", "*" },
	{ "POST", "/api/feed", "dgm-a" }, { "POST", "/api/feed/end", "dgmta" },
	{ "GET", "/api/link/views", "*" }, { "POST", "/api/link/problem", "*" },
	{ "GET", "/api/requests/{number}/suggestions", "dgm-a" },
	{ "GET", "/api/requests/{number}/views", "--m-a" }, { "GET", "/api/problems", "dgmta" },
	{ "POST", "/api/problems/{problem}/close", "dgmt-" }, { "GET", "/api/audit", "--m-a" },
	{ "POST", "/api/link/letter", "*" }, { "GET", "/api/requests/{number}/letter", "d-m-a" },
	{ "POST", "/api/choices", "d-m--" }, { "POST", "/api/units/{unit}/edit", "--mt-" },
	{ "POST", "/api/units/{unit}/remove", "--mt-" }, { "POST", "/api/units/{unit}/hours", "--mt-" },
	{ "POST", "/api/units/{unit}/close", "--mt-" }, { "GET", "/api/closures", "dgmta" },
	{ "POST", "/api/closures/{closure}/end", "--mt-" }, { "POST", "/api/holidays", "--mt-" },
	{ "POST", "/api/holidays/{from}/remove", "--mt-" }, { "POST", "/api/boards/{board}/move", "--mt-" },
	{ "POST", "/api/units", "--mt-" }, { "POST", "/api/boards", "--mt-" },
	{ "GET", "/api/doors", "dgmta" }, { "POST", "/api/doors/{board}/mode", "dgm--" },
	{ "POST", "/api/doors/{board}/action", "dgmt-" }, { "POST", "/api/standing", "--m--" },
	{ "POST", "/api/standing/{id}/revoke", "--m--" }, { "POST", "/api/standing/{id}/card", "--m--" },
	{ "POST", "/api/standing/{id}/card/remove", "--m--" },
	{ "POST", "/api/standing/{id}/relink", "--m--" }, { "GET", "/api/events", "dgmta" },
	{ "GET", "/api/alarms", "dgmta" }, { "POST", "/api/alarms/{alarm}/ack", "dgmt-" },
	{ "POST", "/api/staff", "--m--" }, { "GET", "/api/staff", "--m-a" },
	{ "POST", "/api/staff/{name}/disable", "--m--" }, { "POST", "/api/staff/{name}/enable", "--m--" },
	{ "POST", "/api/staff/{name}/reset", "--m--" }, { "POST", "/api/session/password", "dgmta" },
	{ "GET", "/api/live", "dgmta" },
	{ "DELETE", "/api/session", "dgmta" }, /* last: it ends the session */
};
#define GOLDEN (sizeof(golden) / sizeof(golden[0]))

static void every_route_is_in_the_table(void **state)
{
	(void)state;
	assert_int_equal(route_count, GOLDEN);
	for (size_t i = 0; i < route_count; i++) {
		bool is_there = false;

		for (size_t g = 0; g < GOLDEN; g++)
			is_there |= strcmp(routes[i].method, golden[g].method) == 0 &&
				    strcmp(routes[i].path, golden[g].path) == 0;
		if (!is_there)
			fail_msg("%s %s", routes[i].method, routes[i].path);
	}
}

/* Fills the {names} of a pattern in with things that exist (own) or do not. */
static void fill(char out[static 128], const char *pattern, const char *number, bool exists)
{
	size_t used = 0;

	while (*pattern && used < 100) {
		if (*pattern != '{') {
			out[used++] = *pattern++;
			continue;
		}
		used += (size_t)snprintf(out + used, 128 - used, "%s",
			strncmp(pattern, "{number}", 8) == 0  ? number
			: strncmp(pattern, "{board}", 7) == 0 ? (exists ? "pintu-1" : "pintu-8")
							      : "1");
		pattern = strchr(pattern, '}') + 1;
	}
	out[used] = '\0';
}

/* The status line only: the stream of /api/live has no end to wait for. */
static int ask(const struct session *session, size_t row, const char *path)
{
	bool is_post = strcmp(golden[row].method, "POST") == 0;
	struct reply reply;
	char text[512];
	int fd, len;

	if (strcmp(golden[row].path, "/api/live") != 0)
		return gateway_ask(
			&house.gateway, session, golden[row].method, path, is_post ? "{}" : NULL, NULL, NULL);
	len = snprintf(text, sizeof(text),
		"GET /api/live HTTP/1.1\r\nHost: localhost:%u\r\nCookie: %s\r\n\r\n", house.gateway.port,
		session ? session->cookie : "");
	gateway_raw(&house.gateway, text, (size_t)len, 300, &reply);
	fd = reply.status;
	free(reply.text);
	return fd;
}

static void roles_get_what_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < GOLDEN; i++) {
		for (unsigned role = 0; role < HOUSE_STAFF; role++) {
			bool is_allowed = golden[i].who[0] == '*' || golden[i].who[role] != '-';

			for (unsigned exists = 0; exists < 2; exists++) {
				char path[128];
				int status;

				if (strcmp(golden[i].method, "DELETE") == 0 && exists == 0)
					continue;
				fill(path, golden[i].path, exists ? house.number : "RG-0000-00", exists);
				status = ask(&house.staff[role], i, path);
				if ((status == 403) == is_allowed || status == 0 || status >= 500 ||
					(is_allowed && status == 401 && strncmp(path, "/api/link", 9) != 0))
					fail_msg("%s %s as %s: %d", golden[i].method, path, house_roles[role],
						status);
			}
		}
	}
}

static void nobody_gets_what_is_public(void **state)
{
	(void)state;
	for (size_t i = 0; i < GOLDEN; i++) {
		char path[128];
		int status;

		fill(path, golden[i].path, house.number, true);
		status = ask(NULL, i, path);
		if (golden[i].who[0] == '*' ? status == 403 || status >= 500 : status != 401)
			fail_msg("%s %s as nobody: %d", golden[i].method, path, status);
	}
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
		cmocka_unit_test(every_route_is_in_the_table),
		cmocka_unit_test(nobody_gets_what_is_public),
		cmocka_unit_test(roles_get_what_the_table_says),
	};

	return cmocka_run_group_tests(tests, make_house, remove_house);
}
