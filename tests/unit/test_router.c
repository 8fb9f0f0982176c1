#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/http/router.h"

static const struct route table[] = {
	{ "GET", "/", ROUTE_PUBLIC, 0 },
	{ "GET", "/a", ROUTE_PUBLIC, 0 },
	{ "POST", "/a", ROUTE_STAFF, 0 },
	{ "DELETE", "/a", ROUTE_STAFF, 0 },
	{ "GET", "/a/{number}", ROUTE_ACT, ROLE_ACT_SEE_PEOPLE },
	{ "POST", "/a/{number}/approve", ROUTE_ACT, ROLE_ACT_DECIDE },
	{ "POST", "/a/{number}/people/{person}/revoke", ROUTE_ACT, ROLE_ACT_DECIDE },
};
#define ROUTES (sizeof(table) / sizeof(table[0]))

static const struct {
	const char *claim, *method, *path;
	int answer; /* of route_find() */
	int row;    /* of the table, when it is 0 */
	const char *first, *second, *allow;
} cases[] = {
	{ "the root is the root", "GET", "/", 0, 0 },
	{ "a path is found by its method", "POST", "/a", 0, 2 },
	{ "HEAD goes where GET goes", "HEAD", "/a", 0, 1 },
	{ "a segment is taken as a parameter", "GET", "/a/RG-7K3M-9Q", 0, 4, "RG-7K3M-9Q" },
	{ "two are taken in their order", "POST", "/a/x/people/12/revoke", 0, 6, "x", "12" },
	{ "a known path tells its methods", "PUT", "/a", ROUTE_NO_METHOD, 0, NULL, NULL,
		"GET, POST, DELETE" },
	{ "a method is spelt in capitals", "get", "/a", ROUTE_NO_METHOD, 0, NULL, NULL, "GET, POST, DELETE" },
	{ "an unknown path is none", "GET", "/b", ROUTE_NO_PATH },
	{ "a slash at the end is another path", "GET", "/a/", ROUTE_NO_PATH },
	{ "two slashes are another path", "GET", "//a", ROUTE_NO_PATH },
	{ "a parameter has no percent sign", "GET", "/a/%2e%2e", ROUTE_NO_PATH },
	{ "nor dots", "GET", "/a/..", ROUTE_NO_PATH },
	{ "nor a semicolon", "GET", "/a/x;jsessionid", ROUTE_NO_PATH },
	{ "nor a space", "GET", "/a/x y", ROUTE_NO_PATH },
	{ "nor bytes beyond ASCII", "GET", "/a/\xc3\xa9", ROUTE_NO_PATH },
	{ "39 characters are a parameter", "GET", "/a/abcdefghijklmnopqrstuvwxyzabcdefghijklm", 0, 4,
		"abcdefghijklmnopqrstuvwxyzabcdefghijklm" },
	{ "40 are none", "GET", "/a/abcdefghijklmnopqrstuvwxyzabcdefghijklmn", ROUTE_NO_PATH },
	{ "a path may not stop early", "POST", "/a/x/people", ROUTE_NO_PATH },
	{ "nor go on", "POST", "/a/x/approve/y", ROUTE_NO_PATH },
	{ "an absolute address is no path", "GET", "http://evil/a", ROUTE_NO_PATH },
	{ "nothing is no path", "GET", "", ROUTE_NO_PATH },
};

static void finds_the_row_of_a_method_and_a_path(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct route_match match = { 0 };
		char allow[32];
		int r = route_find(&match, allow, table, ROUTES, cases[i].method, cases[i].path);

		if (r != cases[i].answer)
			fail_msg("%s: answer %d", cases[i].claim, r);
		if (r == 0 && match.route != &table[cases[i].row])
			fail_msg("%s: row %ld", cases[i].claim, (long)(match.route - table));
		if (cases[i].first && strcmp(match.params[0], cases[i].first) != 0)
			fail_msg("%s: first parameter", cases[i].claim);
		if (cases[i].second && strcmp(match.params[1], cases[i].second) != 0)
			fail_msg("%s: second parameter", cases[i].claim);
		if (cases[i].allow && strcmp(allow, cases[i].allow) != 0)
			fail_msg("%s: Allow: %s", cases[i].claim, allow);
	}
}

static void a_path_of_any_length_is_refused_and_not_read_past(void **state)
{
	char path[4096];
	struct route_match match;
	char allow[32];

	(void)state;
	for (size_t len = 3; len < sizeof(path); len += 61) {
		memset(path, 'a', len);
		path[0] = '/';
		path[len] = '\0';
		assert_int_not_equal(route_find(&match, allow, table, ROUTES, "GET", path), 0);
	}
}

static void a_role_uses_what_its_acts_cover(void **state)
{
	static const struct {
		const char *role;
		int row, may;
	} rows[] = {
		{ "desk", 5, 1 },
		{ "manager", 5, 1 },
		{ "guard", 5, 0 },
		{ "auditor", 5, 0 },
		{ "auditor", 4, 1 },
		{ "technician", 4, 0 },
		{ "guard", 2, 1 },
		{ "", 2, 0 },
		{ "root", 2, 0 },
		{ "root", 5, 0 },
		{ "Manager", 5, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (route_allows(&table[rows[i].row], rows[i].role) != rows[i].may)
			fail_msg("%s on %s", rows[i].role, table[rows[i].row].path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_row_of_a_method_and_a_path),
		cmocka_unit_test(a_path_of_any_length_is_refused_and_not_read_past),
		cmocka_unit_test(a_role_uses_what_its_acts_cover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
