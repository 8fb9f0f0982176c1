#include "tools/rumah/selftest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tools/rumah/call.h"
#include "tools/rumah/words.h"

/* The keys in the order in which they are pressed: firmware/door/look.h has the same, and why. */
#define KEYS "1234567890*#"
#define KEY_COUNT (sizeof(KEYS) - 1)
#define LOCK_MS                                                                                              \
	6000 /* a lock that is to move has done so: the door itself calls it a fault after five seconds */
#define RELOCK_MS 3000
#define LAMP_MS 800

/* ---- what a picture says */
static bool is_line(const json_t *picture, const void *line)
{
	return call_is(json_object_get(picture, "lines"), line);
}

static bool is_not_line(const json_t *picture, const void *line)
{
	return !is_line(picture, line);
}

static bool is_wired(const json_t *picture, const char *line)
{
	return json_object_get(json_object_get(picture, "lines"), line) != NULL;
}

static bool is_released(const json_t *picture, const void *what)
{
	(void)what;
	return call_is(json_object_get(picture, "lock"), "is_released");
}

static bool is_at_rest(const json_t *picture, const void *what)
{
	return !is_released(picture, what);
}

static int64_t keys_right(const json_t *picture)
{
	return call_int(json_object_get(picture, "test"), "right");
}

static bool has_more_keys(const json_t *picture, const void *before)
{
	return keys_right(picture) > *(const int64_t *)before;
}

/* ---- answers */
__attribute__((format(printf, 3, 4))) static enum selftest_result end(
	struct selftest *test, enum selftest_result result, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	vsnprintf(test->note, sizeof(test->note), format, values);
	va_end(values);
	return result;
}

/* `late`: what it means that nothing came. */
static enum selftest_result judge(struct selftest *test, enum person_answer answer, const char *late)
{
	switch (answer) {
	case PERSON_YES:
		return SELFTEST_PASSED;
	case PERSON_NO:
	case PERSON_LATE:
		return end(test, SELFTEST_FAILED, "%s", late);
	case PERSON_SKIP:
		return SELFTEST_SKIPPED;
	case PERSON_END:
		return SELFTEST_ENDED;
	case PERSON_GONE:
		place_fail(test->call, test->place, -EPIPE);
		return SELFTEST_GONE;
	}
	return SELFTEST_FAILED;
}

static enum selftest_result await(
	struct selftest *test, const char *prompt, person_claim *is_so, const void *what, const char *late)
{
	return judge(test, person_await(&test->person, prompt, is_so, what, 0), late);
}

/* Tells the door something. What it refuses is the note, and leaves the check out. */
static enum selftest_result tell(struct selftest *test, json_t *command)
{
	json_t *answer = NULL;
	enum selftest_result result = SELFTEST_PASSED;
	int r = doorsock_send(test->hand, command);

	if (r == 0)
		r = doorsock_next(test->hand, &answer, DOORSOCK_TIMEOUT_MS);
	if (r < 0) {
		place_fail(test->call, test->place, r);
		return SELFTEST_GONE;
	}
	if (!call_is(answer, "ok"))
		result = end(test, SELFTEST_SKIPPED, "%s", call_text(answer, "error"));
	json_decref(answer);
	return result;
}

/* ---- checks */
static enum selftest_result check_line(struct selftest *test, const struct selftest_check *check)
{
	const char *nothing = T("tidak ada perubahan", "nothing changed");
	enum selftest_result result;

	if (!is_wired(test->person.picture, check->line))
		return SELFTEST_ABSENT;
	if (check->is_asked) {
		enum person_answer answer =
			person_ask(&test->person, T("Boleh diuji sekarang? Pusat akan melihatnya.",
							  "May it be tried now? The centre will see it."));

		if (answer != PERSON_YES)
			return answer == PERSON_NO ? SELFTEST_SKIPPED : judge(test, answer, "");
	}
	result = await(test, lang_pick(check->settle), is_not_line, check->line, nothing);
	if (result == SELFTEST_PASSED)
		result = await(test, lang_pick(check->activate), is_line, check->line, nothing);
	if (result == SELFTEST_PASSED)
		result = await(test, lang_pick(check->settle), is_not_line, check->line,
			T("tidak kembali", "did not come back"));
	return result;
}

static enum selftest_result check_keypad(struct selftest *test, const struct selftest_check *check)
{
	enum selftest_result result = tell(test, json_pack("{s:s}", "do", "keys"));
	char prompt[160];
	int64_t wrong;

	(void)check;
	for (int64_t right = 0; result == SELFTEST_PASSED && right < (int64_t)KEY_COUNT;) {
		snprintf(prompt, sizeof(prompt),
			T("Tekan tombol %c  (ke-%lld dari %zu)", "Press key %c  (%lld of %zu)"), KEYS[right],
			(long long)right + 1, KEY_COUNT);
		result = await(test, prompt, has_more_keys, &right, "");
		if (result == SELFTEST_FAILED)
			end(test, result, T("tombol %c tidak datang", "key %c did not come"), KEYS[right]);
		right = keys_right(test->person.picture);
	}
	wrong = call_int(json_object_get(test->person.picture, "test"), "wrong");
	if (wrong > 0 && (result == SELFTEST_PASSED || result == SELFTEST_FAILED)) {
		size_t len = strlen(test->note);

		result = SELFTEST_FAILED;
		snprintf(test->note + len, sizeof(test->note) - len,
			T("%s%lld kali datang tombol lain", "%sanother key came %lld times"), len ? "; " : "",
			(long long)wrong);
	}
	return result;
}

static enum selftest_result check_buzzer(struct selftest *test, const struct selftest_check *check)
{
	enum selftest_result result = tell(test, json_pack("{s:s, s:s}", "do", "tone", "tone", "identify"));

	(void)check;
	if (result != SELFTEST_PASSED)
		return result;
	return judge(test, person_ask(&test->person, T("Apakah bunyinya terdengar?", "Did you hear it?")),
		T("tidak terdengar", "not heard"));
}

static enum selftest_result check_lamp(struct selftest *test, const struct selftest_check *check)
{
	static const char *const lamps[] = { "released", "wait", "fault", "alarm", "ready" };
	enum selftest_result result = SELFTEST_PASSED;

	(void)check;
	for (size_t i = 0; result == SELFTEST_PASSED && i < sizeof(lamps) / sizeof(lamps[0]); i++) {
		result = tell(test, json_pack("{s:s, s:s}", "do", "lamp", "lamp", lamps[i]));
		if (result == SELFTEST_PASSED)
			result = judge(test,
				person_pause(&test->person, T("Lihat lampunya", "Look at the lamp"), LAMP_MS),
				"");
	}
	if (result == SELFTEST_PASSED)
		result = tell(test, json_pack("{s:s}", "do", "lamp"));
	if (result != SELFTEST_PASSED)
		return result;
	return judge(test,
		person_ask(&test->person, T("Apakah lampunya berganti-ganti?", "Did you see it change?")),
		T("tidak terlihat", "not seen"));
}

static enum selftest_result check_bolt(struct selftest *test, person_claim *is_so, const char *late)
{
	enum person_answer answer;

	if (!is_wired(test->person.picture, "bolt"))
		return SELFTEST_PASSED;
	answer = person_await(
		&test->person, T("Menunggu lidah kunci", "Waiting for the bolt"), is_so, "bolt", LOCK_MS);
	return judge(test, answer, late);
}

static enum selftest_result check_lock(struct selftest *test, const struct selftest_check *check)
{
	enum selftest_result result = await(
		test, lang_pick(check->activate), is_released, NULL, T("tidak dilepas", "was not released"));
	int64_t left_ms = call_int(json_object_get(test->person.picture, "lock"), "left_ms");

	if (result == SELFTEST_PASSED)
		result = check_bolt(test, is_not_line, T("lidah tidak masuk", "the bolt was not drawn back"));
	if (result == SELFTEST_PASSED)
		result = judge(test,
			person_await(&test->person, lang_pick(check->settle), is_at_rest, NULL,
				left_ms + RELOCK_MS),
			T("tidak mengunci lagi", "did not lock again"));
	if (result == SELFTEST_PASSED)
		result = check_bolt(test, is_line, T("lidah tidak keluar", "the bolt was not thrown"));
	if (result == SELFTEST_PASSED && !is_wired(test->person.picture, "bolt"))
		end(test, result, "%s", T("tanpa umpan balik lidah", "without a bolt that tells"));
	return result;
}

static enum selftest_result check_clock(struct selftest *test, const struct selftest_check *check)
{
	const char *trust = call_text(json_object_get(test->person.picture, "clock"), "trust");

	(void)check;
	return end(test, strcmp(trust, "floor") == 0 ? SELFTEST_FAILED : SELFTEST_PASSED, "%s",
		word_say(WORDS_TRUST, trust));
}

static enum selftest_result check_storage(struct selftest *test, const struct selftest_check *check)
{
	const json_t *alarm;
	size_t i;

	(void)check;
	json_array_foreach(json_object_get(test->person.picture, "alarms"), i, alarm)
	{
		if (json_string_value(alarm) && strcmp(json_string_value(alarm), "storage") == 0)
			return end(test, SELFTEST_FAILED, "%s", word_say(WORDS_ALARM, "storage"));
	}
	return SELFTEST_PASSED;
}

static enum selftest_result check_gateway(struct selftest *test, const struct selftest_check *check)
{
	(void)check;
	if (call_is(test->person.picture, "link"))
		return SELFTEST_PASSED;
	return end(test, SELFTEST_FAILED, "%s", T("tidak terhubung", "not connected"));
}

/* clang-format off */
/* In this order: the exit button excuses the opening of the leaf that follows. */
const struct selftest_check selftest_checks[] = {
	{ "clock",   { "jam", "clock" }, check_clock },
	{ "storage", { "penyimpanan", "storage" }, check_storage },
	{ "gateway", { "gerbang", "gateway" }, check_gateway },
	{ "buzzer",  { "bunyi", "buzzer" }, check_buzzer },
	{ "lamp",    { "lampu", "lamp" }, check_lamp },
	{ "keypad",  { "papan tombol", "keypad" }, check_keypad },
	{ "rex",     { "tombol keluar", "exit button" }, check_line, "rex", false,
	  { "Tekan tombol keluar sekarang", "Press the exit button now" }, { "Lepaskan tombol keluar", "Let the exit button go" } },
	{ "contact", { "daun pintu", "door leaf" }, check_line, "contact", false,
	  { "Tekan tombol keluar, lalu buka pintu", "Press the exit button, then open the door" },
	  { "Tutup pintu", "Shut the door" } },
	{ "lock",    { "kunci", "lock" }, check_lock, NULL, false,
	  { "Tekan *, lalu ketik kode Anda (atau minta dibukakan petugas)", "Press *, then type your code (or have the desk open)" },
	  { "Biarkan pintu tertutup sampai terkunci lagi", "Leave the door shut until it has locked again" } },
	{ "tamper",  { "kotak gawai", "box" }, check_line, "tamper", false,
	  { "Buka kotak gawai", "Open the box" }, { "Tutup kotak gawai", "Shut the box" } },
	{ "hold",    { "kunci penahan", "hold-open key" }, check_line, "hold", true,
	  { "Putar kunci penahan", "Turn the hold-open key" }, { "Kembalikan kunci penahan", "Turn the hold-open key back" } },
	{ "partner", { "pintu sebelah", "other door" }, check_line, "partner", true,
	  { "Buka pintu sebelah", "Open the other door" }, { "Tutup pintu sebelah", "Shut the other door" } },
	{ "fire",    { "alarm kebakaran", "fire alarm" }, check_line, "fire", true,
	  { "Aktifkan masukan kebakaran di panel", "Set the panel's fire output" }, { "Pulihkan panel kebakaran", "Reset the fire panel" } },
	{ "mains",   { "listrik PLN", "mains" }, check_line, "mains", true,
	  { "Cabut listrik PLN", "Pull the mains plug" }, { "Pasang kembali listrik PLN", "Put the mains plug back" } },
	{ "battery", { "baterai", "battery" }, check_line, "battery", true,
	  { "Aktifkan tanda baterai lemah", "Set the low-battery signal" }, { "Pulihkan tanda baterai", "Reset the low-battery signal" } },
};
/* clang-format on */
const size_t selftest_check_count = sizeof(selftest_checks) / sizeof(selftest_checks[0]);

const char *selftest_word(enum selftest_result result)
{
	static const char *const words[] = { [SELFTEST_PASSED] = "passed",
		[SELFTEST_FAILED] = "failed",
		[SELFTEST_SKIPPED] = "skipped",
		[SELFTEST_ABSENT] = "absent" };

	return words[result];
}
