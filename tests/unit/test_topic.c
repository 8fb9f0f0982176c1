#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "schemas/wire/refusal.h"
#include "schemas/wire/topic.h"

#define NAME_32 "abcdefghijklmnopqrstuvwxyz012345"

static void test_names(void **state)
{
	static const struct {
		const char *name;
		bool is_ok;
	} rows[] = {
		{ "ab", true },
		{ "door-1", true },
		{ "0-", true },
		{ NAME_32, true },
		{ "gateway", true },
		{ "", false },
		{ "a", false },
		{ "-a", false },
		{ "Door", false },
		{ "do_or", false },
		{ "do or", false },
		{ NAME_32 "6", false },
		{ "a/b", false },
		{ "a+", false },
		{ "a#", false },
		{ "a.b", false },
		{ "pint\xc3\xbc", false },
		{ "ab\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (wire_name_ok(rows[i].name) != rows[i].is_ok)
			fail_msg("\"%s\"", rows[i].name);
}

static void test_every_kind_is_read_back_from_its_topic(void **state)
{
	char text[WIRE_TOPIC_SIZE];
	struct wire_topic topic;

	(void)state;
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++) {
		wire_topic_make(text, NAME_32, "door-1", kind);
		assert_int_equal(wire_topic_read(&topic, text), 0);
		assert_string_equal(topic.site, NAME_32);
		assert_string_equal(topic.board, "door-1");
		assert_int_equal(topic.kind, kind);
	}
	wire_topic_make(text, NAME_32, NAME_32, WIRE_SNAPSHOT); /* the longest there is */
	assert_int_equal(strlen(text) + 1, WIRE_TOPIC_SIZE);
}

static void test_topics_from_outside_are_refused_untouched(void **state)
{
	static const char *const topics[] = {
		"",
		"rumah",
		"rumah/",
		"rumah/site/door-1",
		"rumah/site/door-1/",
		"rumah/site/door-1/Head",
		"rumah/site/door-1/head/",
		"rumah/site/door-1/head ",
		"rumah/site/door-1/heads",
		"rumah/site/door-1/hea",
		"/rumah/site/door-1/head",
		"Rumah/site/door-1/head",
		"rumah/site//head",
		"rumah//door-1/head",
		"rumah/site/-door/head",
		"rumah/+/door-1/head",
		"rumah/site/+/head",
		"rumah/site/#",
		"#",
		"rumah/site/door-1/extra/head",
		("rumah/" NAME_32 "6/door-1/head"),
		("rumah/site/" NAME_32 "6/head"),
		"rumah/site/do\xc0\xaf/head",
		"$SYS/broker/uptime",
		"$share/g/rumah/site/door-1/head",
		"rumah/..//head",
	};
	struct wire_topic topic, before;

	(void)state;
	memset(&topic, 0x5a, sizeof(topic));
	before = topic;
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
		if (wire_topic_read(&topic, topics[i]) != WIRE_BAD_TOPIC)
			fail_msg("\"%s\"", topics[i]);
		assert_memory_equal(&topic, &before, sizeof(topic));
	}
}

static void test_only_a_snapshot_may_be_large(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < WIRE_KIND_COUNT; kind++)
		assert_int_equal(wire_kind_info(kind)->bytes_max, kind == WIRE_SNAPSHOT ? 4194304 : 65536);
	assert_false(wire_kind_info(WIRE_ACTION)->is_retained);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_every_kind_is_read_back_from_its_topic),
		cmocka_unit_test(test_topics_from_outside_are_refused_untouched),
		cmocka_unit_test(test_only_a_snapshot_may_be_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
