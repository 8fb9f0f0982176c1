/* bolt: what the lock monitor shows, and what is made of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/core/bolt.h"

struct deed {
	uint64_t at_ms;
	bool is_wanted_thrown, is_thrown, is_asked;
	enum bolt_answer answer;
	uint64_t next_ms;
};

struct story {
	const char *name;
	struct deed deeds[12];
};

#define END                                                                                                  \
	{                                                                                                    \
		.at_ms = UINT64_MAX                                                                          \
	}
#define NEVER UINT64_MAX

/* clang-format off */
static const struct story stories[] = {
	{ "a bolt that follows", {
		{     0, true,  true,  true,  BOLT_NOTHING, NEVER },
		{  1000, false, true,  true,  BOLT_NOTHING, 6000 },
		{  1300, false, false, true,  BOLT_NOTHING, NEVER },
		{  6000, true,  false, true,  BOLT_NOTHING, 11000 },
		{ 10999, true,  false, true,  BOLT_NOTHING, 11000 },
		{ 11000, true,  true,  true,  BOLT_NOTHING, NEVER }, END } },
	{ "a bolt that jams: told again three times, then a fault until it agrees", {
		{     0, true,  false, true,  BOLT_NOTHING, 5000 },
		{  4999, true,  false, true,  BOLT_NOTHING, 5000 },
		{  5000, true,  false, true,  BOLT_FAULT,   15000 },
		{ 14999, true,  false, true,  BOLT_NOTHING, 15000 },
		{ 15000, true,  false, true,  BOLT_RETRY,   25000 },
		{ 25000, true,  false, true,  BOLT_RETRY,   NEVER },
		{ 99000, true,  false, true,  BOLT_NOTHING, NEVER },
		{ 99001, true,  true,  true,  BOLT_OVER,    NEVER },
		{ 99002, true,  true,  true,  BOLT_NOTHING, NEVER }, END } },
	{ "a bolt that does not draw back is a fault as well", {
		{     0, false, true,  true,  BOLT_NOTHING, 5000 },
		{  5000, false, true,  true,  BOLT_FAULT,   15000 },
		{  6000, true,  true,  true,  BOLT_OVER,    NEVER }, END } },
	{ "each order is waited for anew", {
		{     0, true,  false, true,  BOLT_NOTHING, 5000 },
		{  5000, true,  false, true,  BOLT_FAULT,   15000 },
		{ 15000, true,  false, true,  BOLT_RETRY,   25000 },
		{ 16000, false, false, true,  BOLT_OVER,    NEVER },
		{ 21000, true,  false, true,  BOLT_NOTHING, 26000 },
		{ 26000, true,  false, true,  BOLT_FAULT,   36000 }, END } },
	{ "with the leaf open it is not asked, and a fault goes on", {
		{     0, true,  false, true,  BOLT_NOTHING, 5000 },
		{  5000, true,  false, true,  BOLT_FAULT,   15000 },
		{  6000, true,  false, false, BOLT_NOTHING, NEVER },
		{ 60000, true,  false, false, BOLT_NOTHING, NEVER },
		{ 61000, true,  false, true,  BOLT_NOTHING, 66000 },
		{ 66000, true,  false, true,  BOLT_RETRY,   76000 },
		{ 67000, true,  true,  true,  BOLT_OVER,    NEVER }, END } },
	{ "a bolt that swings past both is waited for anew", {
		{     0, true,  false, true,  BOLT_NOTHING, 5000 },
		{  4000, false, true,  true,  BOLT_NOTHING, 9000 }, END } },
};
/* clang-format on */

static void every_story_ends_as_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct bolt bolt = { 0 };

		assert_true(bolt_next_mono_ms(&bolt) == NEVER);
		for (const struct deed *deed = stories[i].deeds; deed->at_ms != UINT64_MAX; deed++) {
			const struct bolt_look look = {
				.is_wanted_thrown = deed->is_wanted_thrown,
				.is_thrown = deed->is_thrown,
				.is_asked = deed->is_asked,
			};
			enum bolt_answer answer = bolt_follow(&bolt, deed->at_ms, &look);

			if (answer != deed->answer || bolt_next_mono_ms(&bolt) != deed->next_ms)
				fail_msg("%s: at %llu: answer %d, next %llu", stories[i].name,
					(unsigned long long)deed->at_ms, answer,
					(unsigned long long)bolt_next_mono_ms(&bolt));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_story_ends_as_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
