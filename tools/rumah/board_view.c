#include "tools/rumah/board_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/rumah/call.h"
#include "tools/rumah/line.h"
#include "tools/rumah/when.h"
#include "tools/rumah/words.h"

#define ROWS_MAX 16
#define LABEL 17 /* columns of a row's name and the gap after it */

/* clang-format off */
const struct board_line_words board_lines[] = {
	{ "contact", { "daun pintu", "door leaf" },           { "○ terbuka", "○ open" },        { "● tertutup", "● shut" },       TONE_WATCH, TONE_GOOD },
	{ "rex",     { "tombol keluar", "exit button" },      { "● ditekan", "● pressed" },     { "○ lepas", "○ not pressed" },   TONE_WATCH, TONE_PLAIN },
	{ "bolt",    { "lidah kunci", "bolt" },               { "● keluar", "● thrown" },       { "○ masuk", "○ drawn back" }, TONE_GOOD,  TONE_WATCH },
	{ "tamper",  { "kotak gawai", "box" },                { "▲ dibuka", "▲ open" },         { "● tertutup", "● shut" },         TONE_BAD,   TONE_GOOD },
	{ "fire",    { "alarm kebakaran", "fire alarm" },     { "▲ KEBAKARAN", "▲ FIRE" },      { "○ tenang", "○ quiet" },        TONE_BAD,   TONE_PLAIN },
	{ "mains",   { "listrik PLN", "mains" },              { "▲ padam", "▲ lost" },          { "● menyala", "● there" },       TONE_BAD,   TONE_GOOD },
	{ "battery", { "baterai", "battery" },                { "▲ lemah", "▲ low" },           { "● cukup", "● good" },          TONE_BAD,   TONE_GOOD },
	{ "hold",    { "kunci penahan", "hold-open key" },     { "● diputar", "● turned" },      { "○ mati", "○ off" },            TONE_WATCH, TONE_PLAIN },
	{ "partner", { "pintu sebelah", "other door" },       { "○ belum kunci", "○ not locked" },{ "● terkunci", "● locked" },       TONE_WATCH, TONE_GOOD },
};
/* clang-format on */
const size_t board_line_count = sizeof(board_lines) / sizeof(board_lines[0]);

struct panel {
	const char *title;
	struct line rows[ROWS_MAX];
	size_t count, width; /* between its borders */
};

/* ---- rows */
static struct line *add_row(struct panel *panel, const char *label)
{
	struct line *row = &panel->rows[panel->count < ROWS_MAX ? panel->count++ : ROWS_MAX - 1];

	line_start(row, panel->width - 1);
	line_add(row, TONE_PLAIN, " ");
	if (label) {
		line_add(row, TONE_FAINT, "%s", label);
		line_fill(row, " ", LABEL);
	}
	return row;
}

static void write_bytes(char out[32], int64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 1024 && unit + 1 < sizeof(units) / sizeof(units[0])) {
		value /= 1024;
		unit++;
	}
	snprintf(out, 32, "%.*f %s", unit > 0 && value < 10 ? 1 : 0, value, units[unit]);
	for (char *at = out; *at && !lang_is_english; at++)
		*at = *at == '.' ? ',' : *at;
}

/* "24 Nov 2026 09.00.31": a clock that is wrong is often wrong by years. */
static void write_full(char out[static 2 * WHEN_MAX], int64_t at_ms, int zone_min)
{
	time_t seconds = (time_t)(at_ms / 1000 + zone_min * 60);
	char exact[WHEN_MAX], zone[WHEN_MAX], *time;
	struct tm parts = { 0 };

	when_write_exact(exact, at_ms, zone_min);
	when_write_zone(zone, zone_min);
	gmtime_r(&seconds, &parts);
	time = strrchr(exact, ' ');
	snprintf(out, 2 * WHEN_MAX, "%.*s %d%s %.10s", (int)(time ? time - exact : 0), exact,
		parts.tm_year + 1900, time ? time : "", zone);
}

static void add_clock(struct panel *panel, const json_t *clock, const struct board_view *view)
{
	const char *trust = call_text(clock, "trust"), *source = call_text(clock, "source");
	int64_t at_ms = call_int(clock, "at_ms") + view->age_ms, bound_ms = call_int(clock, "bound_ms");
	bool is_floor = strcmp(trust, "floor") == 0;
	char at[2 * WHEN_MAX], age[WHEN_MAX];
	struct line *row = add_row(panel, T("jam", "clock"));

	write_full(at, at_ms, view->zone_min);
	line_add(row, TONE_STRONG, "%s", at);
	row = add_row(panel, "");
	line_add(row, word_tone(WORDS_TRUST, trust), "%s", word_say(WORDS_TRUST, trust));
	if (is_floor)
		line_add(row, TONE_PLAIN, "%s", T(", paling cepat", ", at the earliest"));
	else if (bound_ms < 10000)
		line_add(row, TONE_PLAIN, " ± %lld ms", (long long)bound_ms);
	else {
		when_write_age(age, bound_ms);
		line_add(row, TONE_PLAIN, " ± %s", age);
	}
	row = add_row(panel, T("jam sistem", "system clock"));
	if (strcmp(source, "none") == 0)
		line_add(row, TONE_PLAIN, "%s", T("tidak dipakai", "not used"));
	else
		line_add(row, call_is(clock, "is_vouched") ? TONE_GOOD : TONE_WATCH, "%s, %s", source,
			call_is(clock, "is_vouched") ? T("dipercaya", "vouched for")
						     : T("tidak dipercaya", "not vouched for"));
}

static void add_storage(struct panel *panel, const json_t *picture)
{
	int64_t queue = call_int(picture, "queue");
	char journal[32], free_space[32];
	struct line *row = add_row(panel, T("antrean", "queue"));

	line_add(row, queue > 0 ? TONE_WATCH : TONE_PLAIN, T("%lld kejadian", "%lld events"),
		(long long)queue);
	write_bytes(journal, call_int(picture, "journal_bytes"));
	write_bytes(free_space, call_int(picture, "free_bytes"));
	row = add_row(panel, T("jurnal", "journal"));
	line_add(row, TONE_PLAIN, T("%s, sisa %s", "%s, %s left"), journal, free_space);
}

static void add_board(struct panel *panel, const json_t *picture, const struct board_view *view)
{
	bool is_online = call_is(picture, "link");
	struct line *row;

	add_clock(panel, json_object_get(picture, "clock"), view);
	row = add_row(panel, T("gerbang", "gateway"));
	line_add(row, is_online ? TONE_GOOD : TONE_WATCH, "%s",
		is_online ? T("● terhubung", "● connected") : T("○ tidak terhubung", "○ not connected"));
	row = add_row(panel, T("daftar izin", "list of grants"));
	line_add(row, call_int(picture, "rev") > 0 ? TONE_PLAIN : TONE_WATCH, "%s%lld",
		call_int(picture, "rev") > 0 ? "" : T("belum ada: ", "none yet: "),
		(long long)call_int(picture, "rev"));
	add_storage(panel, picture);
	row = add_row(panel, T("pesan ditolak", "refused"));
	line_add(row, call_int(picture, "refused") > 0 ? TONE_WATCH : TONE_PLAIN, "%lld",
		(long long)call_int(picture, "refused"));
	if (json_object_get(picture, "cert_days")) {
		row = add_row(panel, T("sertifikat", "certificate"));
		line_add(row, call_int(picture, "cert_days") < 30 ? TONE_BAD : TONE_PLAIN,
			T("%lld hari lagi", "%lld days left"), (long long)call_int(picture, "cert_days"));
	}
	if (json_object_get(picture, "temp_mc")) {
		row = add_row(panel, T("suhu", "temperature"));
		line_add(row, TONE_PLAIN, "%lld °C", (long long)call_int(picture, "temp_mc") / 1000);
	}
}

static void add_lines(struct panel *panel, const json_t *picture)
{
	const json_t *lines = json_object_get(picture, "lines");
	const char *tone = call_text(picture, "tone"), *lamp = call_text(picture, "lamp");
	const char *shown = word_say(WORDS_LAMP, lamp), *colon = strstr(shown, ": "); /* "lamp: ready" */
	struct line *row;

	for (size_t i = 0; i < board_line_count; i++) {
		const struct board_line_words *words = &board_lines[i];
		bool is_active = call_is(lines, words->line);

		if (!json_object_get(lines, words->line))
			continue;
		row = add_row(panel, lang_pick(words->name));
		line_add(row, is_active ? words->active_tone : words->passive_tone, "%s",
			lang_pick(is_active ? words->active : words->passive));
	}
	row = add_row(panel, T("papan tombol", "keypad"));
	line_add(row, TONE_PLAIN, T("%lld tombol", "%lld keys"), (long long)call_int(picture, "keys"));
	row = add_row(panel, T("lampu", "lamp"));
	line_add(row, word_tone(WORDS_LAMP, lamp), "%s", colon ? colon + 2 : shown);
	row = add_row(panel, T("nada terakhir", "last tone"));
	line_add(row, word_tone(WORDS_TONE, tone), "%s",
		strcmp(tone, "none") == 0 ? "–" : word_say(WORDS_TONE, tone));
}

static void add_alarms(struct panel *panel, const json_t *picture)
{
	const json_t *alarm;
	size_t i;

	json_array_foreach(json_object_get(picture, "alarms"), i, alarm)
	{
		const char *word = json_string_value(alarm) ? json_string_value(alarm) : "?";

		line_add(add_row(panel, NULL), word_tone(WORDS_ALARM, word), "▲ %s",
			word_say(WORDS_ALARM, word));
	}
	if (call_int(picture, "lockout_s") > 0)
		line_add(add_row(panel, NULL), TONE_BAD,
			T("▲ papan tombol menunggu %lld detik", "▲ the keypad waits %lld seconds"),
			(long long)call_int(picture, "lockout_s"));
	if (panel->count == 0)
		line_add(add_row(panel, NULL), TONE_GOOD, "%s", T("tidak ada", "none"));
}

/* Door, lock, mode: what is looked for first. */
static void add_door(struct panel *panel, const json_t *picture, const struct board_view *view)
{
	const json_t *lock = json_object_get(picture, "lock");
	const char *state = call_text(picture, "door"), *mode = call_text(picture, "mode");
	const struct word *word = word_find(WORDS_DOOR, state);
	int64_t left_ms = call_int(lock, "left_ms") - view->age_ms;
	struct line *row = add_row(panel, NULL);
	char until[WHEN_MAX];

	line_add(row, word ? word->tone : TONE_PLAIN, "%s %s", word && word->icon ? word->icon : "?",
		word_say(WORDS_DOOR, state));
	line_add(row, TONE_PLAIN, "   ");
	if (call_is(lock, "is_released"))
		line_add(row, TONE_WATCH,
			T("◇ kunci dilepas, %lld detik lagi", "◇ lock released, %lld seconds left"),
			(long long)(left_ms > 0 ? (left_ms + 999) / 1000 : 0));
	else
		line_add(row, TONE_PLAIN, "%s", T("■ kunci diam", "■ lock at rest"));
	line_add(row, TONE_FAINT, T("  (%lld kali dilepas)", "  (released %lld times)"),
		(long long)call_int(lock, "releases"));
	if (strcmp(mode, "normal") == 0)
		return;
	row = add_row(panel, NULL);
	line_add(row, word_tone(WORDS_MODE, mode), T("mode: %s", "mode: %s"), word_say(WORDS_MODE, mode));
	if (call_int(picture, "mode_until_ms") > 0) {
		when_write_exact(until, call_int(picture, "mode_until_ms"), view->zone_min);
		line_add(row, TONE_PLAIN, T(" sampai %s", " until %s"), until);
	}
}

/* ---- the box */
static void write_rule(FILE *to, size_t width, const char *ends[2], const char *title, enum tone tone)
{
	struct line rule;

	line_start(&rule, width - 1);
	line_add(&rule, TONE_PLAIN, "%s", ends[0]);
	if (title[0])
		line_add(&rule, tone, " %s ", title);
	line_fill(&rule, "─", width - 1);
	fprintf(to, "%s%s", rule.text, ends[1]);
}

/* Two titles with a knot between them where a column begins or ends. */
static void write_split(FILE *to, const struct panel *left, const struct panel *right, const char *knot)
{
	struct line rule;

	line_start(&rule, left->width + 1);
	line_add(&rule, TONE_PLAIN, "├");
	line_add(&rule, TONE_FAINT, " %s ", left->title);
	line_fill(&rule, "─", left->width + 1);
	fprintf(to, "%s%s", rule.text, knot);
	line_start(&rule, right->width);
	line_add(&rule, TONE_FAINT, " %s ", right->title);
	line_fill(&rule, "─", right->width);
	fprintf(to, "%s┤\n", rule.text);
}

static void write_cell(FILE *to, struct panel *panel, size_t i)
{
	struct line empty, *row = i < panel->count ? &panel->rows[i] : &empty;

	line_start(&empty, panel->width);
	row->room = panel->width;
	line_fill(row, " ", panel->width);
	fprintf(to, "│%s", row->text);
}

static void write_rows(FILE *to, struct panel *panel)
{
	for (size_t i = 0; i < panel->count; i++) {
		write_cell(to, panel, i);
		fputs("│\n", to);
	}
}

static void write_pair(FILE *to, struct panel *left, struct panel *right)
{
	size_t rows = left->count > right->count ? left->count : right->count;

	write_split(to, left, right, "┬");
	for (size_t i = 0; i < rows; i++) {
		write_cell(to, left, i);
		write_cell(to, right, i);
		fputs("│\n", to);
	}
}

static void write_closing(FILE *to, struct panel *alarms, const struct panel *left, bool is_wide)
{
	static const char *const ends[] = { "├", "┤" };
	struct line rule;

	if (is_wide) {
		line_start(&rule, alarms->width + 1);
		line_add(&rule, TONE_PLAIN, "├");
		line_add(&rule, TONE_FAINT, " %s ", alarms->title);
		line_fill(&rule, "─", left->width + 1);
		line_add(&rule, TONE_PLAIN, "┴");
		line_fill(&rule, "─", alarms->width + 1);
		fprintf(to, "%s┤\n", rule.text);
	} else {
		write_rule(to, alarms->width + 2, (const char *[2]){ ends[0], ends[1] }, alarms->title,
			TONE_FAINT);
		fputc('\n', to);
	}
	write_rows(to, alarms);
}

static void write_title(FILE *to, const json_t *picture, const struct board_view *view, size_t width)
{
	char title[160], age[WHEN_MAX];
	struct line rule;

	when_write_age(age, call_int(picture, "uptime_s") * 1000 + view->age_ms);
	line_start(&rule, width - 1);
	line_add(&rule, TONE_PLAIN, "┌");
	line_add(&rule, TONE_STRONG, " %s ", call_text(picture, "board"));
	line_fill(&rule, "─", rule.columns + 1);
	if (view->is_connected) {
		snprintf(title, sizeof(title),
			T(" rumah-door %.20s, gawai menyala %s ", " rumah-door %.20s, board up %s "),
			call_text(picture, "version"), age);
		line_add(&rule, TONE_FAINT, "%s", title);
	} else {
		when_write_age(age, view->age_ms);
		snprintf(title, sizeof(title),
			T(" tidak menjawab; kabar %s lalu ", " no answer; this is %s old "), age);
		line_add(&rule, TONE_BAD, "%s", title);
	}
	line_fill(&rule, "─", width - 1);
	fprintf(to, "%s┐\n", rule.text);
}

char *board_view_draw(const json_t *picture, const struct board_view *view)
{
	size_t width = view->width < BOARD_VIEW_MIN ? BOARD_VIEW_MIN
		       : view->width > 100          ? 100
						    : view->width,
	       size;
	bool is_wide = width >= BOARD_VIEW_WIDE;
	struct panel *panels = calloc(4, sizeof(*panels)), *door = panels, *left = panels + 1,
		     *right = panels + 2, *alarms = panels + 3;
	char *text = NULL;
	FILE *to = panels ? open_memstream(&text, &size) : NULL;

	if (!to) {
		free(panels);
		return NULL;
	}
	door->width = alarms->width = width - 2;
	left->width = is_wide ? (width - 3) * 2 / 5 + 2 : width - 2;
	right->width = is_wide ? width - 3 - left->width : width - 2;
	left->title = T("saluran", "lines");
	right->title = T("gawai", "board");
	alarms->title = T("peringatan", "alarms");
	add_door(door, picture, view);
	add_lines(left, picture);
	add_board(right, picture, view);
	add_alarms(alarms, picture);

	write_title(to, picture, view, width);
	write_rows(to, door);
	if (is_wide) {
		write_pair(to, left, right);
	} else {
		for (struct panel *panel = left; panel <= right; panel++) {
			write_rule(to, width, (const char *[2]){ "├", "┤\n" }, panel->title, TONE_FAINT);
			write_rows(to, panel);
		}
	}
	write_closing(to, alarms, left, is_wide);
	write_rule(to, width, (const char *[2]){ "└", "┘" }, view->footer, TONE_FAINT);
	free(panels);
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
