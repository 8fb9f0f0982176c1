#include <stdio.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/gateway.h"
#include "tools/rumah/term.h"
#include "tools/rumah/when.h"

#define WRAP_AT 78

/* Words of `text`, wrapped, each line after the first begun with `indent` blanks. */
static void print_wrapped(const char *text, size_t column, size_t indent)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		/* [--from TIME] stays on one line */
		while (text[0] == '[' && text[len] && !memchr(text, ']', len))
			len += 1 + strcspn(text + len + 1, " ");
		if (column + 1 + len > WRAP_AT && column > indent) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		}
		printf("%s%.*s", column > indent ? " " : "", (int)len, text);
		column += len + 1;
		text += len;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void print_command(const struct command *command)
{
	const char *more = lang_pick(command->more);

	printf("%srumah %s%s", term_begin(TONE_STRONG), command->name, term_end(TONE_STRONG));
	if (command->usage[0]) {
		print_wrapped(command->usage, 7 + strlen(command->name), 8);
	} else {
		putchar('\n');
	}
	fputs("    ", stdout);
	print_wrapped(lang_pick(command->help), 4, 4);
	if (more) {
		fputs("    ", stdout);
		print_wrapped(more, 4, 4);
	}
}

static void print_all(void)
{
	char zone[WHEN_MAX];

	printf("%s\n\n", T("pemakaian: rumah PERINTAH [...]", "usage: rumah COMMAND [...]"));
	for (size_t i = 0; i < command_count; i++) {
		const struct command *command = &commands[i];

		printf("  %s%-16s%s %s\n", term_begin(TONE_STRONG), command->name, term_end(TONE_STRONG),
			lang_pick(command->help));
	}
	when_write_zone(zone, WHEN_WIB);
	printf(T("\nrumah help PERINTAH menjelaskan satu perintah. Untuk semua perintah:\n"
		 "  --json          jawaban untuk program\n"
		 "  --url URL       gerbangnya (biasanya yang dipakai saat masuk, atau %s)\n"
		 "  --zone ZONE     zona waktu: WIB, WITA, WIT, +07:00 (biasanya %s)\n"
		 "  --lang id|en    bahasa\n"
		 "Kode keluar: 0 beres, 1 ditolak, 2 salah pakai, 3 tidak ada yang menjawab.\n",
		       "\nrumah help COMMAND explains one command. All of them take:\n"
		       "  --json          answers for programs\n"
		       "  --url URL       the gateway (else that of the log-in, or %s)\n"
		       "  --zone ZONE     time zone: WIB, WITA, WIT, +07:00 (else %s)\n"
		       "  --lang id|en    language\n"
		       "Exit codes: 0 done, 1 refused, 2 misused, 3 nobody answers.\n"),
		GATEWAY_DEFAULT_URL, zone);
}

static int print_json(const struct call *call)
{
	json_t *list = json_array();

	for (size_t i = 0; i < command_count; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "name", commands[i].name, "usage",
						    commands[i].usage, "help", lang_pick(commands[i].help)));
	return call_print_json(call, json_pack("{s:o}", "commands", list));
}

/* Of "sim": all commands that begin so. */
int cmd_help(struct call *call)
{
	const char *first = args_word(&call->args, 0), *second = args_word(&call->args, 1);
	bool is_found = false;

	if (call->is_json)
		return print_json(call);
	for (size_t i = 0; first && i < command_count; i++) {
		const char *name = commands[i].name, *blank = strchr(name, ' ');
		size_t len = blank ? (size_t)(blank - name) : strlen(name);

		if (strlen(first) != len || memcmp(first, name, len) != 0)
			continue;
		if (blank && second && strcmp(second, blank + 1) != 0)
			continue;
		print_command(&commands[i]);
		is_found = true;
	}
	if (first && !is_found)
		return call_fail(call, CALL_MISUSED, "usage",
			T("tidak ada perintah \"%.40s\"; lihat: rumah help",
				"no command \"%.40s\"; see: rumah help"),
			first);
	if (!first)
		print_all();
	return CALL_DONE;
}

int cmd_version(struct call *call)
{
	if (call->is_json)
		return call_print_json(call, json_pack("{s:s}", "version", RUMAH_VERSION));
	puts("rumah " RUMAH_VERSION);
	return CALL_DONE;
}

int cmd_health(struct call *call)
{
	struct gateway_ask ask = { .method = "GET", .path = "/api/health" };
	char age[WHEN_MAX];
	json_t *answer;
	int r = gateway_do(call, &ask, &answer);

	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	when_write_age(age, call_int(answer, "uptime_s") * 1000);
	printf(T("gerbang %s bekerja, versi %s, sejak %s lalu; perantara pesan %s\n",
		       "gateway %s works, version %s, up for %s; broker %s\n"),
		call_text(answer, "site"), call_text(answer, "version"), age,
		call_is(answer, "is_broker_connected") ? T("terhubung", "connected")
						       : T("tidak terhubung", "not connected"));
	json_decref(answer);
	return CALL_DONE;
}
