/* What rumah's usage lines accept, and that every line in the table is one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tools/rumah/args.h"
#include "tools/rumah/commands.h"

#define LINE "NUMBER [MORE...] --from TIME [--with NAME...] [--watch] [--how on|off]"

static const struct {
	const char *what, *usage;
	const char *argv[8];
	int want;
	const char *says; /* a part of the message */
} cases[] = {
	{ "a word and the option that must stand there", LINE, { "RG", "--from", "14.00" }, 0, "" },
	{ "options may stand first", LINE, { "--from", "14.00", "RG" }, 0, "" },
	{ "with an equals sign", LINE, { "RG", "--from=14.00" }, 0, "" },
	{ "an empty value is a value", LINE, { "RG", "--from=" }, 0, "" },
	{ "the word is missing", LINE, { "--from", "14.00" }, 1, "missing: NUMBER" },
	{ "the option is missing", LINE, { "RG" }, 1, "missing: --from TIME" },
	{ "its value is missing", LINE, { "RG", "--from" }, 1, "--from needs a value: TIME" },
	{ "an option that is not there", LINE, { "RG", "--form", "1" }, 1, "no option --form" },
	{ "a beginning of an option is none", LINE, { "RG", "--fro", "1" }, 1, "no option --fro" },
	{ "twice", LINE, { "RG", "--from", "1", "--from", "2" }, 1, "--from stands there twice" },
	{ "twice where it may", LINE, { "RG", "--from", "1", "--with", "a", "--with", "b" }, 0, "" },
	{ "a flag", LINE, { "RG", "--from", "1", "--watch" }, 0, "" },
	{ "a flag with a value", LINE, { "RG", "--from", "1", "--watch=1" }, 1, "--watch takes no value" },
	{ "a choice", LINE, { "RG", "--from", "1", "--how", "off" }, 0, "" },
	{ "no choice", LINE, { "RG", "--from", "1", "--how", "of" }, 1, "--how must be one of: on|off" },
	{ "more words where they may", LINE, { "RG", "b", "c", "--from", "1" }, 0, "" },
	{ "words after the dashes", LINE, { "--from", "1", "--", "--from" }, 0, "" },
	{ "no words at all", "", { "x" }, 1, "too many words" },
	{ "a choice as a word", "on|off [LINK]", { "on", "x" }, 0, "" },
	{ "no choice as a word", "on|off [LINK]", { "onn" }, 1, "must be one of: on|off" },
	{ "one word too many", "on|off [LINK]", { "on", "x", "y" }, 1, "too many words" },
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char message[ARGS_MESSAGE_MAX] = "";
		struct args args;
		size_t argc = 0;
		int r;

		while (argc < 8 && cases[i].argv[argc])
			argc++;
		r = args_read(&args, cases[i].usage, (char *const *)(uintptr_t)cases[i].argv, argc, message);
		if (r != cases[i].want || !strstr(message, cases[i].says))
			fail_msg("%s: %d \"%s\"", cases[i].what, r, message);
	}
}

static void test_values(void **state)
{
	const char *argv[] = { "--with", "Ani", "RG", "--from=besok 09.00", "--with=Budi", "--watch" };
	char message[ARGS_MESSAGE_MAX];
	struct args args;

	(void)state;
	assert_int_equal(args_read(&args, LINE, (char *const *)(uintptr_t)argv, 6, message), 0);
	assert_string_equal(args_word(&args, 0), "RG");
	assert_null(args_word(&args, 1));
	assert_string_equal(args_option(&args, "from"), "besok 09.00");
	assert_string_equal(args_option_at(&args, "with", 1), "Budi");
	assert_null(args_option_at(&args, "with", 2));
	assert_true(args_has(&args, "watch"));
	assert_false(args_has(&args, "how"));
}

/* A message names the option and never what stood behind it. */
static void test_values_stay_secret(void **state)
{
	const char *argv[] = { "--how", "48317265" };
	char message[ARGS_MESSAGE_MAX];
	struct args args;

	(void)state;
	assert_int_equal(args_read(&args, "[--how on|off]", (char *const *)(uintptr_t)argv, 2, message), 1);
	assert_null(strstr(message, "48317265"));
}

static void test_too_many(void **state)
{
	const char *argv[ARGS_MAX + 1];
	char message[ARGS_MESSAGE_MAX];
	struct args args;

	(void)state;
	for (size_t i = 0; i <= ARGS_MAX; i++)
		argv[i] = "x";
	assert_int_equal(args_read(&args, "WORD...", (char *const *)(uintptr_t)argv, ARGS_MAX, message), 0);
	assert_int_equal(
		args_read(&args, "WORD...", (char *const *)(uintptr_t)argv, ARGS_MAX + 1, message), 1);
	for (size_t i = 0; i <= ARGS_MAX; i++)
		argv[i] = "--x=1";
	assert_int_equal(
		args_read(&args, "[--x X...]", (char *const *)(uintptr_t)argv, ARGS_MAX + 1, message), 1);
}

/* Each command is found by its own name, has help in both languages, and a usage line that reads as one. */
static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count; i++) {
		char name[64], message[ARGS_MESSAGE_MAX];
		char *argv[2] = { name, NULL };
		char *blank;
		struct args args;
		size_t argc = 1, words;

		assert_true(strlen(commands[i].name) < sizeof(name));
		strncpy(name, commands[i].name, sizeof(name) - 1);
		name[sizeof(name) - 1] = 0;
		blank = strchr(name, ' ');
		if (blank) {
			*blank = 0;
			argv[argc++] = blank + 1;
		}
		assert_ptr_equal(command_find(argv, argc, &words), &commands[i]);
		assert_int_equal(words, argc);
		assert_non_null(commands[i].help.indonesian);
		assert_non_null(commands[i].help.english);
		assert_true(!commands[i].more.indonesian == !commands[i].more.english);
		assert_non_null(commands[i].run);
		args_read(&args, commands[i].usage, NULL, 0, message);
	}
}

/* Writes a line of roff; returns its length. */
static size_t write_line(char *to, const char *before, const char *text)
{
	char *at = to;

	for (; *before; before++)
		*at++ = *before;
	for (; *text; text++) {
		if (*text == '-')
			*at++ = '\\';
		*at++ = *text;
	}
	*at++ = '\n';
	*at = 0;
	return (size_t)(at - to);
}

/* rumah(1) has each command with its usage line, spelt as roff spells a dash. */
static void test_manual(void **state)
{
	static char page[1 << 16], wanted[512];
	FILE *file = fopen(RUMAH_MANUAL, "re");
	size_t len = file ? fread(page, 1, sizeof(page) - 1, file) : 0;

	(void)state;
	if (file)
		fclose(file);
	page[len] = 0;
	for (size_t i = 0; i < command_count; i++) {
		char *to = wanted;

		to += write_line(to, ".B rumah ", commands[i].name);
		if (commands[i].usage[0])
			write_line(to, "", commands[i].usage);
		if (!strstr(page, wanted))
			fail_msg("rumah.1 lacks: %s", wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_values_stay_secret),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_manual),
	};

	lang_is_english = true;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
