/* What happened at the doors, and which alarms there are. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tools/rumah/commands.h"
#include "tools/rumah/gateway.h"
#include "tools/rumah/http.h"
#include "tools/rumah/numbers.h"
#include "tools/rumah/table.h"
#include "tools/rumah/when.h"
#include "tools/rumah/words.h"

#define EVENTS_AT_ONCE 500
#define EARLIEST_MS 1577836800000LL /* 2020: before any board was made */
#define EVENTS_FIRST 20             /* of --follow */

static int get_events(struct call *call, json_t **answer, int64_t before, int64_t limit)
{
	const char *board = args_option(&call->args, "board");
	char path[GATEWAY_PATH_MAX * 2], filter[GATEWAY_PATH_MAX] = "";
	int r = CALL_DONE;
	size_t len;

	if (board)
		r = gateway_path(call, filter, "&board=%s", board);
	if (r != CALL_DONE)
		return r;
	len = (size_t)snprintf(path, sizeof(path), "/api/events?limit=%lld%s", (long long)limit, filter);
	if (before > 0)
		snprintf(path + len, sizeof(path) - len, "&before=%lld", (long long)before);
	return gateway_get(call, answer, path);
}

/* Of the others the number is for machines: milliseconds of a clock's step, events found at start. */
static bool tells_number(const char *type)
{
	static const char *const types[] = { "lockout_started", "snapshot_applied", "snapshot_refused", "gap",
		"message_refused" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(type, types[i]) == 0)
			return true;
	}
	return false;
}

static void describe(const json_t *event, char *out, size_t size)
{
	const char *reason = word_say(WORDS_REASON, call_text(event, "reason"));
	const char *type = call_text(event, "type");
	size_t len = (size_t)snprintf(out, size, "%s", reason);

	if (len < size && call_int(event, "n") != 0 && tells_number(type))
		snprintf(out + len, size - len, "%s%lld", len ? " " : "", (long long)call_int(event, "n"));
}

/* A board without a clock that has not yet heard the time begins at 1970: no time that anybody should read.
 */
static void write_time(char out[static WHEN_MAX + 1], const struct call *call, const json_t *event)
{
	bool is_known = call_int(event, "wall_ms") >= EARLIEST_MS;

	if (is_known)
		when_write_exact(out, call_int(event, "wall_ms"), call->zone_min);
	else
		snprintf(out, WHEN_MAX, "%s", T("(belum ada jam)", "(no clock yet)"));
	if (is_known && strcmp(call_text(event, "trust"), "trusted") != 0)
		memcpy(out + strlen(out), "?", 2);
}

static void add_row(const struct call *call, struct table *table, const json_t *event)
{
	const char *type = call_text(event, "type");
	char at[WHEN_MAX + 1], why[128];

	write_time(at, call, event);
	describe(event, why, sizeof(why));
	table_add(table, TONE_PLAIN, at);
	table_add(table, TONE_PLAIN, call_text(event, "board"));
	table_add(table, word_tone(WORDS_EVENT, type), word_say(WORDS_EVENT, type));
	table_add(table, TONE_PLAIN, why);
	table_add(table, TONE_PLAIN, call_text(event, "number"));
}

static const char *const *titles(void)
{
	static const char *texts[6];

	texts[0] = T("WAKTU", "TIME");
	texts[1] = T("GAWAI", "BOARD");
	texts[2] = T("KEJADIAN", "EVENT");
	texts[3] = T("SEBAB", "WHY");
	texts[4] = T("PERMOHONAN", "REQUEST");
	return texts;
}

static int print_events(const struct call *call, const json_t *events)
{
	struct table *table = table_new(titles());
	const json_t *event;
	size_t i;

	if (!table)
		return call_no_memory(call);
	json_array_foreach(events, i, event) add_row(call, table, event);
	if (table_rows(table) == 0)
		puts(T("Belum ada kejadian.", "Nothing has happened."));
	else
		table_print(table, stdout, term_width());
	table_free(table);
	return CALL_DONE;
}

/* ---- --follow: each event once and in order, whatever the connection does */
struct follow {
	struct call *call;
	struct call second; /* asks for what was missed while the stream is in use */
	int64_t last_id;
	int outcome;
};

static volatile sig_atomic_t is_ended;

static void on_signal(int number)
{
	(void)number;
	is_ended = 1;
}

static void print_one(struct follow *follow, const json_t *event)
{
	const char *type = call_text(event, "type"), *board = args_option(&follow->call->args, "board");
	char at[WHEN_MAX + 1], why[128];

	if (call_int(event, "id") <= follow->last_id)
		return;
	follow->last_id = call_int(event, "id");
	if (board && strcmp(board, call_text(event, "board")) != 0)
		return;
	if (follow->call->is_json) {
		json_dumpf(event, stdout, JSON_COMPACT);
		putchar('\n');
	} else {
		write_time(at, follow->call, event);
		describe(event, why, sizeof(why));
		printf("%-16s  %-12s  %s%s%s%s%s  %s\n", at, call_text(event, "board"),
			term_begin(word_tone(WORDS_EVENT, type)), word_say(WORDS_EVENT, type),
			term_end(word_tone(WORDS_EVENT, type)), why[0] ? ": " : "", why,
			call_text(event, "number"));
	}
	fflush(stdout);
}

/* Pages back from the newest to the last that was printed, then prints forwards. */
static int print_missed(struct follow *follow)
{
	json_t *missed = json_array(), *answer, *event;
	int64_t before = 0, limit = follow->last_id > 0 ? EVENTS_AT_ONCE : EVENTS_FIRST;
	bool is_whole = false;
	size_t i;
	int r = CALL_DONE;

	while (r == CALL_DONE && !is_whole) {
		r = get_events(&follow->second, &answer, before, limit);
		if (r != CALL_DONE)
			break;
		is_whole = follow->last_id == 0 ||
			   json_array_size(json_object_get(answer, "events")) < (size_t)limit;
		json_array_foreach(json_object_get(answer, "events"), i, event)
		{
			before = call_int(event, "id");
			is_whole = is_whole || before <= follow->last_id;
			json_array_append(missed, event);
		}
		json_decref(answer);
	}
	for (i = json_array_size(missed); r == CALL_DONE && i > 0; i--)
		print_one(follow, json_array_get(missed, i - 1));
	json_decref(missed);
	return r;
}

static bool on_followed(void *ctx, const char *name, json_t *data)
{
	struct follow *follow = ctx;

	if (strcmp(name, "picture") == 0)
		follow->outcome = print_missed(follow);
	else if (strcmp(name, "event") == 0)
		print_one(follow, data);
	return follow->outcome == CALL_DONE && !is_ended;
}

static bool on_second(void *ctx, bool is_connected)
{
	(void)ctx, (void)is_connected;
	return !is_ended;
}

static int follow_events(struct call *call)
{
	struct follow follow = { .call = call, .second = *call };
	const struct gateway_live live = { on_followed, on_second, &follow };
	struct sigaction action = { .sa_handler = on_signal };
	int r;

	follow.second.http = NULL;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	r = gateway_live(call, &live);
	http_close(follow.second.http);
	if (is_ended)
		return CALL_DONE;
	return r == CALL_DONE ? follow.outcome : r;
}

int cmd_events(struct call *call)
{
	int64_t limit = 50;
	json_t *answer;
	int r = number_option(call, &limit, "limit", 1, EVENTS_AT_ONCE);

	if (r == CALL_DONE && args_has(&call->args, "follow"))
		return follow_events(call);
	if (r == CALL_DONE)
		r = get_events(call, &answer, 0, limit);
	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	r = print_events(call, json_object_get(answer, "events"));
	json_decref(answer);
	return r;
}

int cmd_alarms(struct call *call)
{
	const char *const columns[] = { T("NOMOR", "NUMBER"), T("GAWAI", "BOARD"), T("PERINGATAN", "ALARM"),
		T("MULAI", "BEGAN"), T("BERAKHIR", "ENDED"), T("DITANGANI", "SEEN TO"), NULL };
	char began[WHEN_MAX], ended[WHEN_MAX];
	struct table *table;
	json_t *answer, *alarm;
	size_t i;
	int r = gateway_get(call, &answer, "/api/alarms");

	if (r != CALL_DONE)
		return r;
	if (call->is_json)
		return call_print_json(call, answer);
	table = table_new(columns);
	json_array_foreach(json_object_get(answer, "alarms"), i, alarm)
	{
		const char *word = call_text(alarm, "alarm");
		bool is_over = call_int(alarm, "ended_ms") > 0;

		if (!table)
			break;
		when_write_exact(began, call_int(alarm, "began_ms"), call->zone_min);
		when_write_exact(ended, call_int(alarm, "ended_ms"), call->zone_min);
		table_addf(table, TONE_STRONG, "%lld", (long long)call_int(alarm, "id"));
		table_add(table, TONE_PLAIN, call_text(alarm, "board"));
		table_add(table, is_over ? TONE_PLAIN : word_tone(WORDS_ALARM, word),
			word_say(WORDS_ALARM, word));
		table_add(table, TONE_PLAIN, began);
		table_add(table, TONE_PLAIN, is_over ? ended : T("masih", "still on"));
		table_add(table, TONE_PLAIN, call_text(alarm, "acked_by"));
	}
	json_decref(answer);
	if (!table)
		return call_no_memory(call);
	if (table_rows(table) == 0)
		puts(T("Tidak ada peringatan.", "There are no alarms."));
	else
		table_print(table, stdout, term_width());
	table_free(table);
	return CALL_DONE;
}

int cmd_ack(struct call *call)
{
	const char *note = args_option(&call->args, "note");
	char path[GATEWAY_PATH_MAX];
	int64_t alarm = 0;
	int r;

	if (number_read(&alarm, args_word(&call->args, 0), 1, INT64_MAX) < 0)
		return call_fail(call, CALL_MISUSED, "usage", "%s",
			T("nomor peringatan adalah angka; lihat: rumah alarms",
				"an alarm's number is digits; see: rumah alarms"));
	snprintf(path, sizeof(path), "/api/alarms/%lld/ack", (long long)alarm);
	r = gateway_post(call, path, json_pack("{s:s*}", "note", note));
	return r == CALL_DONE ? call_done(call, "%s", T("Ditandai sudah ditangani.", "Marked as seen to."))
			      : r;
}
