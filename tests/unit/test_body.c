#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/http/body.h"

static const struct {
	const char *claim, *json;
	const char *code; /* NULL: taken */
	const char *field;
} cases[] = {
	{ "all members", "{\"name\":\"Sari\",\"n\":3,\"is\":true,\"list\":[1,2]}", NULL },
	{ "what is not needed may be absent", "{\"name\":\"Sari\"}", NULL },
	{ "what is needed may not", "{\"n\":3}", "missing", "name" },
	{ "an unknown member", "{\"name\":\"Sari\",\"untill_ms\":1}", "unknown_member", "" },
	{ "null is not a value", "{\"name\":null}", "wrong_type", "name" },
	{ "a number is no text", "{\"name\":1}", "wrong_type", "name" },
	{ "a real is no integer", "{\"name\":\"a\",\"n\":3.0}", "wrong_type", "n" },
	{ "text is no number", "{\"name\":\"a\",\"n\":\"3\"}", "wrong_type", "n" },
	{ "below its bound", "{\"name\":\"a\",\"n\":0}", "out_of_bounds", "n" },
	{ "above its bound", "{\"name\":\"a\",\"n\":10}", "out_of_bounds", "n" },
	{ "1 is not true", "{\"name\":\"a\",\"is\":1}", "wrong_type", "is" },
	{ "an object is no list", "{\"name\":\"a\",\"list\":{}}", "wrong_type", "list" },
	{ "a list too long", "{\"name\":\"a\",\"list\":[1,2,3]}", "out_of_bounds", "list" },
	{ "an empty text", "{\"name\":\"\"}", "out_of_bounds", "name" },
	{ "a text too long", "{\"name\":\"123456789\"}", "out_of_bounds", "name" },
	{ "bytes are counted, not letters", "{\"name\":\"\u00e9\u00e9\u00e9\u00e9\u00e9\"}", "out_of_bounds",
		"name" },
	{ "a control character", "{\"name\":\"a\\u0007\"}", "out_of_bounds", "name" },
	{ "a line feed is allowed", "{\"name\":\"a\\nb\"}", NULL },
};

static void a_table_says_what_may_stand_in_a_body(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct body_problem problem = { 0 };
		const char *name;
		int64_t n;
		bool is;
		const json_t *list;
		const struct member members[] = {
			{ "name", MEMBER_TEXT, true, 1, 8, &name },
			{ "n", MEMBER_INT, false, 1, 9, &n },
			{ "is", MEMBER_BOOL, false, 0, 0, &is },
			{ "list", MEMBER_ARRAY, false, 1, 2, &list },
		};
		json_t *json = NULL;
		int r;

		assert_int_equal(body_parse(&json, cases[i].json, strlen(cases[i].json), &problem), 0);
		r = body_read(json, members, 4, &problem);
		if (r != (cases[i].code != NULL))
			fail_msg("%s: %d", cases[i].claim, r);
		if (r != 0 && (strcmp(problem.code, cases[i].code) != 0 ||
				      strcmp(problem.field, cases[i].field) != 0))
			fail_msg("%s: %s of %s", cases[i].claim, problem.code, problem.field);
		json_decref(json);
	}
}

static void what_is_not_one_object_is_refused(void **state)
{
	static const char *const bodies[] = { "null", "[]", "1", "\"a\"", "{", "{}x", "{\"a\":1,\"a\":2}",
		"{\"a\":\"\xff\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\u0000\"}", "\xef\xbb\xbf{}",
		"{\"a\":NaN}", "{\"a\":0x10}", "{\"a\":1e999}", "{'a':1}", "{\"a\":1,}", " " };
	struct body_problem problem;
	json_t *json;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		if (body_parse(&json, bodies[i], strlen(bodies[i]), &problem) != 1)
			fail_msg("taken: %s", bodies[i]);
		assert_string_equal(problem.code, "not_json");
	}
}

static void an_empty_body_is_an_empty_object(void **state)
{
	struct body_problem problem;
	json_t *json;

	(void)state;
	assert_int_equal(body_parse(&json, NULL, 0, &problem), 0);
	assert_int_equal(json_object_size(json), 0);
	json_decref(json);
}

static void depth_costs_nothing_but_a_refusal(void **state)
{
	static char deep[BODY_MAX_BYTES];
	struct body_problem problem;
	json_t *json;

	(void)state;
	memset(deep, '[', sizeof(deep));
	assert_int_equal(body_parse(&json, deep, sizeof(deep), &problem), 1);
	assert_int_equal(body_parse(&json, deep, sizeof(deep) + 1, &problem), 1);
	assert_string_equal(problem.code, "too_large");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_says_what_may_stand_in_a_body),
		cmocka_unit_test(what_is_not_one_object_is_refused),
		cmocka_unit_test(an_empty_body_is_an_empty_object),
		cmocka_unit_test(depth_costs_nothing_but_a_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
