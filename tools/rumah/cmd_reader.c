/* rumah reader test: takes the two lines of a reader, listens, and says what is wrong with the cable. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "firmware/door/gpio_lines.h"
#include "tools/rumah/commands.h"
#include "tools/rumah/numbers.h"
#include "tools/rumah/reader_report.h"
#include "tools/rumah/screen.h"
#include "tools/rumah/term.h"

#define SECONDS 30
#define SECONDS_MAX 600
#define BATCH 64

static int take_lines(struct call *call, struct gpio_lines **out)
{
	static const char *const words[] = {
		[GPIO_BIAS_AS_IS] = "none", [GPIO_BIAS_UP] = "up", [GPIO_BIAS_DOWN] = "down"
	};
	const char *bias = args_option(&call->args, "bias");
	struct gpio_want want = {
		.consumer = "rumah reader test",
		.use = GPIO_PULSES,
		.count = 2,
		.refs = { args_option(&call->args, "d0"), args_option(&call->args, "d1") },
	};
	char message[GPIO_MESSAGE_MAX];
	int r;

	for (unsigned i = 0; bias && i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i], bias) == 0)
			want.bias = (enum gpio_bias)i;
	}
	r = gpio_lines_open(out, &want, message);
	if (r == -EBUSY)
		return call_fail(call, CALL_REFUSED, "busy", "%s. %s", message,
			T("Hentikan dulu rumah-door: systemctl stop rumah-door@NAMA",
				"Stop rumah-door first: systemctl stop rumah-door@NAME"));
	return r < 0 ? call_fail(call, CALL_REFUSED, "lines", "%s", message) : CALL_DONE;
}

/* 0, or -errno: the chip has gone. */
static int take_edges(struct reader_test *test, struct gpio_lines *lines)
{
	struct gpio_edge edges[BATCH];
	bool has_gap;
	int count = gpio_lines_read(lines, edges, BATCH, &has_gap);

	if (count > 0 && has_gap)
		reader_test_lost(test);
	for (int i = 0; i < count; i++)
		reader_test_feed(test, edges[i].line == 0 ? WIEGAND_D0 : WIEGAND_D1, edges[i].at_ns);
	sodium_memzero(edges, sizeof(edges)); /* keys, for whoever can read them */
	return count < 0 ? count : 0;
}

/* One dot a frame: that something came, and not what. */
static void show_progress(uint32_t *shown, const struct reader_test *test)
{
	for (; *shown < test->frames; ++*shown)
		fputc('.', stderr);
	fflush(stderr);
}

static int listen(struct reader_test *test, struct gpio_lines *lines, int64_t seconds, bool is_quiet)
{
	int64_t end_ms = call_mono_ms() + seconds * 1000, left_ms;
	enum screen_event event = SCREEN_TIME;
	uint32_t shown = 0;
	unsigned levels;
	char key;
	int r = screen_open(false);

	if (r < 0)
		return r;
	while (r == 0 && event != SCREEN_END && event != SCREEN_KEY &&
		(left_ms = end_ms - call_mono_ms()) > 0) {
		event = screen_wait(gpio_lines_fd(lines), (int)left_ms, &key);
		if (event == SCREEN_READY)
			r = take_edges(test, lines);
		if (!is_quiet)
			show_progress(&shown, test);
	}
	screen_close();
	if (r == 0)
		r = gpio_lines_levels(lines, &levels);
	if (r == 0)
		reader_test_end(test, levels & 1, levels & 2);
	if (!is_quiet)
		fputc('\n', stderr);
	return r;
}

int cmd_reader_test(struct call *call)
{
	struct reader_test test = { 0 };
	int64_t seconds = SECONDS;
	struct gpio_lines *lines;
	enum reader_finding finding;
	int r = number_option(call, &seconds, "seconds", 1, SECONDS_MAX);

	if (r == CALL_DONE)
		r = take_lines(call, &lines);
	if (r != CALL_DONE)
		return r;
	if (!call->is_json)
		fprintf(stderr,
			T("Tekan 1 2 3 4 5 satu per satu, atau tempelkan beberapa kartu (%lld detik; Enter "
			  "mengakhiri).\n",
				"Press 1 2 3 4 5 one by one, or show a few cards (%lld seconds; Enter ends "
				"it).\n"),
			(long long)seconds);
	r = listen(&test, lines, seconds, call->is_json);
	gpio_lines_close(lines);
	if (r < 0)
		return call_fail(call, CALL_REFUSED, "lines", "%s", strerror(-r));
	finding = reader_test_find(&test);
	if (call->is_json) {
		json_t *report = reader_report_json(&test);

		r = report ? call_print_json(call, report) : call_no_memory(call);
	} else {
		reader_report_print(&test, stdout);
		r = CALL_DONE;
	}
	sodium_memzero(&test, sizeof(test));
	return r == CALL_DONE && finding != READER_TEST_GOOD ? CALL_REFUSED : r;
}
