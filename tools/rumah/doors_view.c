#include "tools/rumah/doors_view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/rumah/call.h"
#include "tools/rumah/when.h"
#include "tools/rumah/words.h"

/* What a row shows: not the last known state of a door that nobody hears, which may long be another. */
static const char *shown_state(const json_t *door)
{
	const char *state = call_text(door, "state");

	if (!state[0])
		return "silent";
	return call_is(door, "is_online") ? state : "offline";
}

int doors_view_rank(const json_t *door)
{
	const char *state = shown_state(door);

	if (json_array_size(json_object_get(door, "alarms")) > 0 || strcmp(state, "forced") == 0)
		return 6;
	if (strcmp(state, "held") == 0)
		return 5;
	if (strcmp(state, "offline") == 0)
		return 4;
	if (call_int(door, "lockout_s") > 0)
		return 3;
	if (!call_is(door, "is_ready"))
		return 2;
	return strcmp(state, "locked") == 0 ? 0 : 1;
}

static int compare(const void *a, const void *b)
{
	const json_t *left = *(json_t *const *)a, *right = *(json_t *const *)b;
	int difference = doors_view_rank(right) - doors_view_rank(left);

	return difference ? difference : strcmp(call_text(left, "board"), call_text(right, "board"));
}

static void describe_rev(const json_t *door, char *out, size_t size)
{
	long long wanted = call_int(door, "wanted_rev"), confirmed = call_int(door, "confirmed_rev");

	if (call_is(door, "is_ready"))
		snprintf(out, size, "✓ %lld", confirmed);
	else
		snprintf(out, size, "… %lld/%lld", confirmed, wanted);
}

/* The state says it already. */
static bool is_shown_by_state(const json_t *door, const char *alarm)
{
	const char *state = shown_state(door);

	return strcmp(state, alarm) == 0 || (strcmp(state, "held") == 0 && strcmp(alarm, "held_open") == 0);
}

static void describe_notes(const json_t *door, char *out, size_t size)
{
	const json_t *alarm;
	size_t i, len = 0;
	const char *mode = call_text(door, "mode");

	out[0] = 0;
	json_array_foreach(json_object_get(door, "alarms"), i, alarm)
	{
		const char *word = json_string_value(alarm) ? json_string_value(alarm) : "?";

		if (len < size && !is_shown_by_state(door, word))
			len += (size_t)snprintf(
				out + len, size - len, "%s%s", len ? ", " : "", word_say(WORDS_ALARM, word));
	}
	if (len < size && call_int(door, "lockout_s") > 0)
		len += (size_t)snprintf(out + len, size - len, T("%stunggu %lld dtk", "%swait %lld s"),
			len ? ", " : "", (long long)call_int(door, "lockout_s"));
	if (len < size && mode[0] && strcmp(mode, "normal") != 0)
		snprintf(out + len, size - len, "%s%s", len ? ", " : "", word_say(WORDS_MODE, mode));
}

static void add_row(struct table *table, const json_t *door, int64_t now_ms)
{
	const char *state = shown_state(door);
	const struct word *word = word_find(WORDS_DOOR, state);
	char age[WHEN_MAX] = "", rev[64], notes[256];
	bool is_late = !call_is(door, "is_online");

	if (call_int(door, "heard_ms") > 0)
		when_write_age(age, now_ms - call_int(door, "heard_ms"));
	describe_rev(door, rev, sizeof(rev));
	describe_notes(door, notes, sizeof(notes));
	table_add(table, TONE_STRONG, call_text(door, "name"));
	table_add(table, TONE_FAINT, call_text(door, "board"));
	table_addf(table, word ? word->tone : TONE_PLAIN, "%s %s", word && word->icon ? word->icon : "?",
		word_say(WORDS_DOOR, state));
	table_add(table, is_late ? TONE_BAD : TONE_PLAIN, age);
	table_add(table, call_is(door, "is_ready") ? TONE_GOOD : TONE_WATCH, rev);
	table_addf(table, TONE_PLAIN, "%lld", (long long)call_int(door, "queue"));
	table_add(table, TONE_BAD, notes);
}

struct table *doors_view_table(const json_t *doors, int64_t now_ms)
{
	static const char *titles[8];
	size_t count = json_array_size(doors);
	json_t **sorted = calloc(count + 1, sizeof(json_t *));
	struct table *table;

	titles[0] = T("PINTU", "DOOR");
	titles[1] = T("GAWAI", "BOARD");
	titles[2] = T("KEADAAN", "STATE");
	titles[3] = T("KABAR", "HEARD");
	titles[4] = T("DAFTAR", "LIST");
	titles[5] = T("ANTRE", "QUEUE");
	titles[6] = T("PERHATIAN", "NOTE");
	table = sorted ? table_new(titles) : NULL;
	if (table) {
		for (size_t i = 0; i < count; i++)
			sorted[i] = json_array_get(doors, i);
		qsort(sorted, count, sizeof(json_t *), compare);
		for (size_t i = 0; i < count; i++)
			add_row(table, sorted[i], now_ms);
	}
	free(sorted);
	return table;
}

int doors_view_put(json_t *doors, json_t *door)
{
	for (size_t i = 0; i < json_array_size(doors); i++) {
		if (strcmp(call_text(json_array_get(doors, i), "board"), call_text(door, "board")) == 0)
			return json_array_set(doors, i, door) < 0 ? -ENOMEM : 0;
	}
	return json_array_append(doors, door) < 0 ? -ENOMEM : 0;
}
