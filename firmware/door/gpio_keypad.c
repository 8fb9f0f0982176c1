#include "firmware/door/gpio_keypad.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/door/watch.h"
#include "firmware/edge/log.h"
#include "firmware/edge/mono.h"

#define BATCH 16
#define BATCHES_MAX 8 /* of one turn of the loop */
#define ALL_ROWS ((1u << MATRIX_ROWS) - 1)

struct gpio_keypad {
	struct uv_loop_s *loop;
	const struct pins *pins;
	const char *consumer;
	struct gpio_faults *faults;
	struct gpio_lines *rows, *columns; /* both or, when they cannot be had, neither */
	struct watch *edges, *timer;
	struct keypad_matrix matrix;
};

static void let_go(struct gpio_keypad *keypad)
{
	watch_close(keypad->edges);
	keypad->edges = NULL;
	gpio_lines_close(keypad->columns);
	gpio_lines_close(keypad->rows);
	keypad->columns = keypad->rows = NULL;
	watch_set(keypad->timer, UINT64_MAX);
}

static void lose(struct gpio_keypad *keypad, int error)
{
	log_line(LOG_ALARM, "gpio: the keypad's lines have gone: line=%s error=%s", keypad->pins->rows[0].ref,
		strerror(-error));
	let_go(keypad);
	gpio_faults_stand(keypad->faults, FAULT_OF_KEYPAD, READER_FAULT_LINES_LOW, true);
}

static void take_answer(struct gpio_keypad *keypad, enum keypad_matrix_answer answer, char key, uint64_t now)
{
	const struct port_events *events = keypad->faults->events;

	switch (answer) {
	case MATRIX_KEY:
		events->on_key(events->ctx, key, now);
		break;
	case MATRIX_REFUSED:
		gpio_faults_pass(keypad->faults, READER_FAULT_FORM, now);
		break;
	case MATRIX_STUCK:
		gpio_faults_stand(keypad->faults, FAULT_OF_KEYPAD, READER_FAULT_LINES_LOW, true);
		break;
	case MATRIX_FREE:
		gpio_faults_stand(keypad->faults, FAULT_OF_KEYPAD, READER_FAULT_LINES_LOW, false);
		break;
	case MATRIX_NOTHING:
	case MATRIX_ANSWER_COUNT:
		break;
	}
}

/* Driven is low; what is let go is pulled up by nobody but the columns' own resistors. */
static int drive_rows(struct gpio_keypad *keypad)
{
	return gpio_lines_set(keypad->rows, ~keypad_matrix_rows(&keypad->matrix) & ALL_ROWS);
}

/* Reads the columns for the rows that are driven, then drives the next. */
static void scan(struct gpio_keypad *keypad)
{
	unsigned levels, mask = (1u << keypad->pins->column_count) - 1;
	uint64_t now = mono_now_ms();
	enum keypad_matrix_answer answer;
	char key = 0;
	int r = gpio_lines_levels(keypad->columns, &levels);

	if (r < 0) {
		lose(keypad, r);
		return;
	}
	answer = keypad_matrix_step(&keypad->matrix, ~levels & mask, now, &key);
	r = drive_rows(keypad);
	take_answer(keypad, answer, key, now);
	sodium_memzero(&key, sizeof(key));
	if (r < 0)
		lose(keypad, r);
	else
		watch_set(keypad->timer, keypad_matrix_next_ms(&keypad->matrix));
}

static void on_due(void *ctx)
{
	scan(ctx);
}

/* Scanning makes edges of its own: only at rest do they mean that a key went down. */
static void on_edges(void *ctx, int error)
{
	struct gpio_keypad *keypad = ctx;
	struct gpio_edge edges[BATCH];
	bool has_gap;
	int r = error;

	for (unsigned i = 0; i < BATCHES_MAX && r == 0; i++) {
		int count = gpio_lines_read(keypad->columns, edges, BATCH, &has_gap);

		if (count == 0)
			break;
		r = count < 0 ? count : 0;
	}
	if (r < 0)
		lose(keypad, r);
	else if (keypad->matrix.state == MATRIX_STATE_IDLE)
		scan(keypad);
}

static int take_columns(struct gpio_keypad *keypad, char message[static GPIO_MESSAGE_MAX])
{
	struct gpio_want want = {
		.consumer = keypad->consumer,
		.use = GPIO_LEVELS,
		.bias = GPIO_BIAS_UP,
		.count = keypad->pins->column_count,
	};

	for (unsigned i = 0; i < want.count; i++)
		want.refs[i] = keypad->pins->columns[i].ref;
	return gpio_lines_open(&keypad->columns, &want, message);
}

static int take_rows(struct gpio_keypad *keypad, char message[static GPIO_MESSAGE_MAX])
{
	struct gpio_want want = {
		.consumer = keypad->consumer,
		.use = GPIO_OUTPUT,
		.is_open_drain = true,
		.count = MATRIX_ROWS,
	};

	for (unsigned i = 0; i < MATRIX_ROWS; i++)
		want.refs[i] = keypad->pins->rows[i].ref;
	return gpio_lines_open(&keypad->rows, &want, message);
}

/* 0, or -errno with a sentence in `message`. */
static int take(struct gpio_keypad *keypad, char message[static GPIO_MESSAGE_MAX])
{
	int r = take_columns(keypad, message);

	if (r == 0)
		r = take_rows(keypad, message);
	if (r < 0)
		goto fail;
	memcpy(message, "cannot be watched", sizeof("cannot be watched"));
	r = keypad_matrix_init(&keypad->matrix, keypad->pins->column_count);
	if (r == 0)
		r = drive_rows(keypad);
	if (r == 0)
		r = watch_open_fd(
			&keypad->edges, keypad->loop, gpio_lines_fd(keypad->columns), on_edges, keypad);
	if (r < 0)
		goto fail;
	watch_set(keypad->timer, keypad_matrix_next_ms(&keypad->matrix));
	return 0;
fail:
	let_go(keypad);
	return r;
}

int gpio_keypad_open(struct gpio_keypad **out, struct uv_loop_s *loop, const struct pins *pins,
	const char *consumer, struct gpio_faults *faults)
{
	char message[GPIO_MESSAGE_MAX];
	struct gpio_keypad *keypad;
	int r;

	*out = NULL;
	if (pins->column_count == 0)
		return 0;
	keypad = calloc(1, sizeof(*keypad));
	if (!keypad)
		return -ENOMEM;
	keypad->loop = loop;
	keypad->pins = pins;
	keypad->consumer = consumer;
	keypad->faults = faults;
	r = watch_open_timer(&keypad->timer, loop, on_due, keypad);
	if (r < 0) {
		free(keypad);
		return r;
	}
	if (take(keypad, message) < 0)
		log_line(LOG_ALARM, "gpio: the keypad cannot be had: %s", message);
	*out = keypad;
	return 0;
}

void gpio_keypad_look(struct gpio_keypad *keypad)
{
	char message[GPIO_MESSAGE_MAX];
	unsigned levels;
	int r;

	if (!keypad)
		return;
	if (keypad->rows) {
		r = gpio_lines_levels(keypad->columns, &levels);
		if (r < 0)
			lose(keypad, r);
		return;
	}
	r = take(keypad, message);
	if (r == 0)
		log_line(LOG_WARNING, "gpio: the keypad is back: line=%s", keypad->pins->rows[0].ref);
	gpio_faults_stand(keypad->faults, FAULT_OF_KEYPAD, READER_FAULT_LINES_LOW, r < 0);
}

void gpio_keypad_close(struct gpio_keypad *keypad)
{
	if (!keypad)
		return;
	watch_close(keypad->edges);
	gpio_lines_close(keypad->columns);
	gpio_lines_close(keypad->rows);
	watch_close(keypad->timer);
	sodium_memzero(keypad, sizeof(*keypad));
	free(keypad);
}
