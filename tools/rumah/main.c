/* rumah - what technicians and desk staff type. Reads the options that every command has, finds the command
 * in the table, reads its arguments and runs it. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/http.h"
#include "tools/rumah/session.h"
#include "tools/rumah/term.h"
#include "tools/rumah/when.h"

#define URL_CHARS_MAX 200

struct globals {
	const char *url, *lang, *zone;
	bool is_json, wants_help;
};

/* --name VALUE or --name=VALUE at argv[*at]: true with *value, NULL when it has none. */
static bool is_option(const char *name, char *const *argv, size_t argc, size_t *at, const char **value)
{
	size_t len = strlen(name);

	if (strncmp(argv[*at], name, len) != 0)
		return false;
	if (argv[*at][len] == '=') {
		*value = argv[*at] + len + 1;
		return true;
	}
	if (argv[*at][len])
		return false;
	*value = *at + 1 < argc ? argv[++*at] : NULL;
	return true;
}

/* Takes the global options out of argv, which keeps the rest; returns how many are left. */
static size_t take_globals(struct globals *globals, char **argv, size_t argc, const char **bad)
{
	size_t left = 0;

	for (size_t i = 0; i < argc; i++) {
		const char *option = argv[i];
		bool is_value = true;
		const char **to = NULL;

		if (strcmp(option, "--") == 0) {
			while (i < argc)
				argv[left++] = argv[i++];
			break;
		}
		if (is_option("--url", argv, argc, &i, &globals->url))
			to = &globals->url;
		else if (is_option("--lang", argv, argc, &i, &globals->lang))
			to = &globals->lang;
		else if (is_option("--zone", argv, argc, &i, &globals->zone))
			to = &globals->zone;
		else
			is_value = false;
		if (is_value && !*to)
			*bad = option;
		if (is_value)
			continue;
		if (strcmp(option, "--json") == 0)
			globals->is_json = true;
		else if (strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0)
			globals->wants_help = true;
		else
			argv[left++] = argv[i];
	}
	return left;
}

static int apply(struct call *call, const struct globals *globals, const char *bad)
{
	const char *zone = globals->zone ? globals->zone : getenv("RUMAH_ZONE");

	call->is_json = globals->is_json;
	call->url = globals->url ? globals->url : getenv("RUMAH_URL");
	if (call->url && !call->url[0])
		call->url = NULL;
	call->zone_min = WHEN_WIB;
	call->now_ms = call_clock_ms();
	if (lang_choose(globals->lang) < 0)
		return call_fail(
			call, CALL_MISUSED, "bad_lang", "%s", T("--lang: id atau en", "--lang: id or en"));
	if (bad)
		return call_fail(
			call, CALL_MISUSED, "usage", T("%s memerlukan nilai", "%s needs a value"), bad);
	if (call->url && strlen(call->url) > URL_CHARS_MAX)
		return call_fail(
			call, CALL_MISUSED, "usage", "%s", T("--url terlalu panjang", "--url is too long"));
	if (zone && zone[0] && when_zone(&call->zone_min, zone) < 0)
		return call_fail(call, CALL_MISUSED, "bad_zone", "%s",
			T("--zone: WIB, WITA, WIT, UTC atau seperti +07:00",
				"--zone: WIB, WITA, WIT, UTC or one like +07:00"));
	if (session_home(call->home, sizeof(call->home)) < 0)
		return call_fail(call, CALL_MISUSED, "no_home", "%s",
			T("tidak ada HOME maupun RUMAH_HOME untuk menyimpan sesi",
				"neither HOME nor RUMAH_HOME says where to keep the session"));
	return CALL_DONE;
}

static int run(struct call *call, char **argv, size_t argc, bool wants_help)
{
	char message[ARGS_MESSAGE_MAX];
	const struct command *command;
	size_t words = 0;

	if (argc == 0 || wants_help) {
		if (args_read(&call->args, "[COMMAND...]", argv, argc, message) != 0)
			call->args.word_count = 0;
		cmd_help(call);
		return argc == 0 && !wants_help ? CALL_MISUSED : CALL_DONE;
	}
	command = command_find(argv, argc, &words);
	if (!command)
		return call_fail(call, CALL_MISUSED, "usage",
			T("tidak ada perintah \"%.40s\"; lihat: rumah help",
				"no command \"%.40s\"; see: rumah help"),
			argv[0]);
	if (args_read(&call->args, command->usage, argv + words, argc - words, message) != 0)
		return call_fail(call, CALL_MISUSED, "usage",
			T("%s; lihat: rumah help %s", "%s; see: rumah help %s"), message, command->name);
	return command->run(call);
}

int main(int argc, char **argv)
{
	static struct call call;
	struct globals globals = { 0 };
	struct rlimit no_core = { 0, 0 };
	const char *bad = NULL;
	size_t left;
	int r;

	setlocale(LC_CTYPE, "");
	setrlimit(RLIMIT_CORE, &no_core); /* it would hold passwords and codes */
	term_init();
	left = take_globals(&globals, argv + 1, argc > 0 ? (size_t)argc - 1 : 0, &bad);
	r = apply(&call, &globals, bad);
	if (r == CALL_DONE)
		r = run(&call, argv + 1, left, globals.wants_help);
	http_close(call.http);
	if (fflush(stdout) != 0 && r == CALL_DONE)
		r = call_fail(&call, CALL_REFUSED, "output", "%s",
			T("keluaran tidak dapat ditulis", "cannot write the output"));
	return r;
}
