#include "tools/rumah/person.h"

#include <errno.h>
#include <unistd.h>

#include "tools/rumah/call.h"
#include "tools/rumah/lang.h"
#include "tools/rumah/line.h"
#include "tools/rumah/screen.h"
#include "tools/rumah/term.h"

#define TICK_MS 250
#define FIRST_MS 5000
#define PLAIN_WIDTH 80

/* Takes all pictures that have come; the newest stays. 0 or -errno. */
static int hear(struct person *person)
{
	json_t *picture;
	int r;

	while ((r = doorsock_next(person->eyes, &picture, 0)) == 0) {
		json_decref(person->picture);
		person->picture = picture;
	}
	return r == -ETIMEDOUT ? 0 : r;
}

int person_init(struct person *person, FILE *to, struct doorsock *eyes, int64_t wait_ms)
{
	*person = (struct person){ .to = to, .is_tty = isatty(fileno(to)), .eyes = eyes, .wait_ms = wait_ms };
	return doorsock_next(eyes, &person->picture, FIRST_MS);
}

void person_deinit(struct person *person)
{
	json_decref(person->picture);
	person->picture = NULL;
}

/* On a terminal one line that is drawn again each second, never wider than it; else it is said once. */
static void show(struct person *person, const char *text, const char *hint, int64_t left_ms, bool is_first)
{
	unsigned width = term_width();
	struct line line;

	if (!person->is_tty) {
		if (is_first)
			fprintf(person->to, "  %s\n", text);
		fflush(person->to);
		return;
	}
	line_start(&line, (width > 0 ? width : PLAIN_WIDTH) - 1);
	line_add(&line, TONE_STRONG, "%3lld", (long long)(left_ms + 999) / 1000);
	line_add(&line, TONE_PLAIN, "  %s", text);
	if (hint[0])
		line_add(&line, TONE_FAINT, "  (%s)", hint);
	fprintf(person->to, "\r%s\033[K", line.text);
	fflush(person->to);
}

static void wipe(struct person *person)
{
	if (person->is_tty)
		fputs("\r\033[K", person->to);
	fflush(person->to);
}

static bool is_one_of(char key, const char *keys)
{
	for (; *keys; keys++) {
		if (key == *keys)
			return true;
	}
	return false;
}

/* What a key says; PERSON_LATE: nothing. */
static enum person_answer read_key(char key, bool is_question)
{
	if (is_one_of(key, "qQ\003"))
		return PERSON_END;
	if (is_one_of(key, "sSlL")) /* skip, lewati */
		return PERSON_SKIP;
	if (is_question && is_one_of(key, "yY"))
		return PERSON_YES;
	if (is_question && is_one_of(key, "nNtT")) /* no, tidak */
		return PERSON_NO;
	return PERSON_LATE;
}

/* One turn of waiting; PERSON_LATE: go on. */
static enum person_answer turn(struct person *person, int64_t left_ms, bool is_question)
{
	char key = 0;
	int r;

	switch (screen_wait(doorsock_fd(person->eyes), (int)(left_ms < TICK_MS ? left_ms : TICK_MS), &key)) {
	case SCREEN_READY:
		r = hear(person);
		return r < 0 ? PERSON_GONE : PERSON_LATE;
	case SCREEN_KEY:
		return read_key(key, is_question);
	case SCREEN_NO_KEYS:
		return is_question ? PERSON_SKIP : PERSON_LATE;
	case SCREEN_END:
		return PERSON_END;
	case SCREEN_TIME:
		break;
	}
	return PERSON_LATE;
}

enum person_answer person_await(
	struct person *person, const char *prompt, person_claim *is_so, const void *what, int64_t for_ms)
{
	int64_t until_ms = call_mono_ms() + (for_ms ? for_ms : person->wait_ms), left_ms;
	enum person_answer answer = PERSON_LATE;
	bool is_first = true;

	while (answer == PERSON_LATE && (left_ms = until_ms - call_mono_ms()) > 0) {
		if (is_so(person->picture, what)) {
			answer = PERSON_YES;
			break;
		}
		show(person, prompt, T("s lewati", "s skips"), left_ms, is_first);
		is_first = false;
		answer = turn(person, left_ms, false);
	}
	wipe(person);
	return answer;
}

enum person_answer person_ask(struct person *person, const char *question)
{
	int64_t until_ms = call_mono_ms() + person->wait_ms, left_ms;
	enum person_answer answer = PERSON_LATE;
	bool is_first = true;

	while (answer == PERSON_LATE && (left_ms = until_ms - call_mono_ms()) > 0) {
		show(person, question, T("y/t, s lewati", "y/n, s skips"), left_ms, is_first);
		is_first = false;
		answer = turn(person, left_ms, true);
	}
	wipe(person);
	return answer == PERSON_LATE ? PERSON_SKIP : answer; /* nobody says that he heard nothing */
}

enum person_answer person_pause(struct person *person, const char *text, int64_t for_ms)
{
	int64_t until_ms = call_mono_ms() + for_ms, left_ms;
	enum person_answer answer = PERSON_LATE;
	bool is_first = true;

	while (answer == PERSON_LATE && (left_ms = until_ms - call_mono_ms()) > 0) {
		show(person, text, "", left_ms, is_first);
		is_first = false;
		answer = turn(person, left_ms, false);
	}
	wipe(person);
	return answer == PERSON_LATE ? PERSON_YES : answer;
}
