#include "firmware/door/gpio_inputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/core/debounce.h"
#include "firmware/door/watch.h"
#include "firmware/edge/log.h"
#include "firmware/edge/mono.h"

#define PAIR_MS 1000 /* a changeover switch is between its contacts for less */
#define BATCH 32
#define BATCHES_MAX 8 /* of one turn of the loop: a line that never falls silent must not hold it */

struct input {
	struct gpio_inputs *inputs;
	enum board_line line;
	const struct pin *pin;
	struct gpio_lines *lines; /* NULL: cannot be had */
	struct watch *edges, *timer;
	struct debounce debounce;
	struct debounce whole; /* of a pair: high while the two differ */
	bool is_told_cut;
};

struct gpio_inputs {
	struct uv_loop_s *loop;
	const char *consumer;
	const struct port_events *events;
	struct input list[LINE_COUNT];
};

static bool is_active(const struct input *input)
{
	return input->debounce.is_high == input->pin->is_active_high;
}

static void tell(struct input *input, unsigned answer)
{
	const struct port_events *events = input->inputs->events;

	if (answer & DEBOUNCE_CHANGED)
		events->on_line(events->ctx, input->line, is_active(input));
	if (answer & DEBOUNCE_BOUNCING)
		events->on_line_fault(events->ctx, input->line, LINE_FAULT_BOUNCING, true);
	if (answer & DEBOUNCE_CALM)
		events->on_line_fault(events->ctx, input->line, LINE_FAULT_BOUNCING, false);
}

static void let_go(struct input *input)
{
	watch_close(input->edges);
	input->edges = NULL;
	gpio_lines_close(input->lines);
	input->lines = NULL;
	watch_set(input->timer, UINT64_MAX);
}

static void tell_cut(struct input *input)
{
	const struct port_events *events = input->inputs->events;
	bool is_cut = !input->lines || !input->whole.is_high;

	if (input->is_told_cut == is_cut)
		return;
	input->is_told_cut = is_cut;
	events->on_line_fault(events->ctx, input->line, LINE_FAULT_CUT, is_cut);
}

static void lose(struct input *input, int error)
{
	log_line(LOG_ALARM, "gpio: an input has gone: line=%s error=%s", input->pin->ref, strerror(-error));
	let_go(input);
	tell_cut(input);
}

static bool is_whole(const struct input *input, unsigned levels)
{
	return !input->pin->pair[0] || levels == 1 || levels == 2;
}

static uint64_t next_ms(const struct input *input)
{
	uint64_t level = debounce_next_ms(&input->debounce), whole = debounce_next_ms(&input->whole);

	return level < whole ? level : whole;
}

/* What the level is now, whatever edges told: some are lost in a burst. */
static void settle(struct input *input)
{
	unsigned levels;
	uint64_t now;
	int r = gpio_lines_levels(input->lines, &levels);

	if (r < 0) {
		lose(input, r);
		return;
	}
	now = mono_now_ms();
	tell(input, debounce_feed(&input->debounce, levels & 1, now));
	tell(input, debounce_tick(&input->debounce, now));
	(void)debounce_feed(&input->whole, is_whole(input, levels), now);
	(void)debounce_tick(&input->whole, now);
	tell_cut(input);
	watch_set(input->timer, next_ms(input));
}

static void take_edge(struct input *input, const struct gpio_edge *edge)
{
	if (edge->line == 0) /* a pair is told by the levels */
		tell(input, debounce_feed(&input->debounce, edge->is_rising, edge->at_ns / 1000000));
}

static void on_edges(void *ctx, int error)
{
	struct input *input = ctx;
	struct gpio_edge edges[BATCH];
	bool has_gap;
	int r = error, count = 0;

	for (unsigned i = 0; i < BATCHES_MAX && r == 0; i++) {
		count = gpio_lines_read(input->lines, edges, BATCH, &has_gap);
		if (count <= 0)
			break;
		for (int k = 0; k < count; k++)
			take_edge(input, &edges[k]);
	}
	if (r == 0 && count < 0)
		r = count;
	if (r < 0)
		lose(input, r);
	else
		settle(input);
}

static void on_due(void *ctx)
{
	settle(ctx);
}

/* 0, or -errno with a sentence in `message`. */
static int take(struct input *input, char message[static GPIO_MESSAGE_MAX])
{
	const struct gpio_want want = {
		.consumer = input->inputs->consumer,
		.use = GPIO_LEVELS,
		.bias = input->pin->bias,
		.count = input->pin->pair[0] ? 2 : 1,
		.refs = { input->pin->ref, input->pin->pair },
	};
	int r = gpio_lines_open(&input->lines, &want, message);

	if (r < 0)
		return r;
	r = watch_open_fd(&input->edges, input->inputs->loop, gpio_lines_fd(input->lines), on_edges, input);
	if (r < 0) {
		let_go(input);
		memcpy(message, "cannot be watched", sizeof("cannot be watched"));
	}
	return r;
}

/* At the start, and after a chip came back: the level is taken at its word. */
static int begin(struct input *input, char message[static GPIO_MESSAGE_MAX])
{
	unsigned levels = 0;
	int r = take(input, message);

	if (r == 0)
		r = gpio_lines_levels(input->lines, &levels);
	if (r < 0)
		return r;
	debounce_init(&input->debounce, levels & 1, input->pin->ms, mono_now_ms());
	debounce_init(&input->whole, true, PAIR_MS, mono_now_ms());
	watch_set(input->timer, 0); /* whether it is */
	return 0;
}

static int open_input(struct gpio_inputs *inputs, enum board_line line, const struct pin *pin)
{
	struct input *input = &inputs->list[line];
	char message[GPIO_MESSAGE_MAX] = "cannot be read";
	int r;

	input->inputs = inputs;
	input->line = line;
	input->pin = pin;
	if (!pin->ref[0])
		return 0;
	r = watch_open_timer(&input->timer, inputs->loop, on_due, input);
	if (r < 0)
		return r;
	debounce_init(&input->debounce, !pin->is_active_high, pin->ms, mono_now_ms());
	debounce_init(&input->whole, true, PAIR_MS, mono_now_ms());
	if (begin(input, message) < 0) {
		log_line(LOG_ALARM, "gpio: an input cannot be had: %s", message);
		let_go(input);
	}
	return 0;
}

int gpio_inputs_open(struct gpio_inputs **out, struct uv_loop_s *loop, const struct pins *pins,
	const char *consumer, const struct port_events *events)
{
	struct gpio_inputs *inputs = calloc(1, sizeof(*inputs));

	if (!inputs)
		return -ENOMEM;
	inputs->loop = loop;
	inputs->consumer = consumer;
	inputs->events = events;
	for (enum board_line line = 0; line < LINE_COUNT; line++) {
		int r = open_input(inputs, line, &pins->lines[line]);

		if (r < 0) {
			gpio_inputs_close(inputs);
			return r;
		}
	}
	*out = inputs;
	return 0;
}

bool gpio_inputs_is_active(const struct gpio_inputs *inputs, enum board_line line)
{
	const struct input *input = &inputs->list[line];

	return input->pin->ref[0] && is_active(input);
}

unsigned gpio_inputs_wired(const struct gpio_inputs *inputs)
{
	unsigned wired = 0;

	for (unsigned line = 0; line < LINE_COUNT; line++) {
		if (inputs->list[line].pin->ref[0])
			wired |= 1u << line;
	}
	return wired;
}

static void come_back(struct input *input)
{
	const struct port_events *events = input->inputs->events;
	char message[GPIO_MESSAGE_MAX];
	bool was_active = is_active(input), was_bouncing = input->debounce.is_bouncing;

	if (begin(input, message) < 0) {
		let_go(input);
		tell_cut(input);
		return;
	}
	log_line(LOG_WARNING, "gpio: an input is back: line=%s", input->pin->ref);
	tell_cut(input);
	if (was_bouncing)
		tell(input, DEBOUNCE_CALM);
	if (is_active(input) != was_active)
		events->on_line(events->ctx, input->line, is_active(input));
}

void gpio_inputs_look(struct gpio_inputs *inputs)
{
	for (unsigned line = 0; line < LINE_COUNT; line++) {
		struct input *input = &inputs->list[line];

		if (!input->pin->ref[0])
			continue;
		if (input->lines)
			settle(input);
		else
			come_back(input);
	}
}

void gpio_inputs_close(struct gpio_inputs *inputs)
{
	if (!inputs)
		return;
	for (unsigned line = 0; line < LINE_COUNT; line++) {
		watch_close(inputs->list[line].edges);
		gpio_lines_close(inputs->list[line].lines);
		watch_close(inputs->list[line].timer);
	}
	free(inputs);
}
