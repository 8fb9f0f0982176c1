#include "firmware/door/gpio_reader.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "firmware/door/watch.h"
#include "firmware/edge/log.h"
#include "firmware/edge/mono.h"

#define BATCH 64
#define BATCHES_MAX 8 /* of one turn of the loop */
#define NS_OF_MS 1000000u

struct gpio_reader {
	struct uv_loop_s *loop;
	const struct pins *pins;
	const char *consumer;
	struct gpio_faults *faults;
	struct gpio_lines *lines; /* NULL: cannot be had */
	struct watch *edges, *timer;
	struct wiegand wiegand;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now); /* as mono_now_ms() */
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* What a dropped frame says of the cable, or of how the reader was set up. */
static enum board_reader_fault fault_of(enum wiegand_fault fault)
{
	switch (fault) {
	case WIEGAND_OVERLAP:
	case WIEGAND_RINGING:
	case WIEGAND_TOO_LONG:
	case WIEGAND_LOST:
		return READER_FAULT_NOISE;
	case WIEGAND_LENGTH:
	case WIEGAND_PARITY:
	case WIEGAND_COMPLEMENT:
	case WIEGAND_NO_KEY:
	case WIEGAND_MISTAKE:
	case WIEGAND_FAULT_COUNT:
		break;
	}
	return READER_FAULT_FORM;
}

static void tell_keys(const struct port_events *events, const struct wiegand_reading *reading)
{
	for (unsigned i = 0; i < reading->key_count; i++)
		events->on_key(events->ctx, reading->keys[i], wiegand_key_ns(reading, i) / NS_OF_MS);
}

static void take_answer(
	struct gpio_reader *reader, enum wiegand_answer answer, struct wiegand_reading *reading)
{
	const struct port_events *events = reader->faults->events;

	switch (answer) {
	case WIEGAND_NOTHING:
		return;
	case WIEGAND_KEY:
		tell_keys(events, reading);
		break;
	case WIEGAND_CARD:
		events->on_card(events->ctx, reading->card.bits, reading->card.number);
		break;
	case WIEGAND_DROPPED:
		gpio_faults_pass(reader->faults, fault_of(reading->fault), mono_now_ms());
		break;
	case WIEGAND_LINES_LOW:
		gpio_faults_stand(reader->faults, FAULT_OF_READER, READER_FAULT_LINES_LOW, true);
		break;
	case WIEGAND_LINES_BACK:
		gpio_faults_stand(reader->faults, FAULT_OF_READER, READER_FAULT_LINES_LOW, false);
		break;
	case WIEGAND_ANSWER_COUNT:
		break;
	}
	sodium_memzero(reading, sizeof(*reading));
}

static void let_go(struct gpio_reader *reader)
{
	watch_close(reader->edges);
	reader->edges = NULL;
	gpio_lines_close(reader->lines);
	reader->lines = NULL;
	watch_set(reader->timer, UINT64_MAX);
}

static void lose(struct gpio_reader *reader, int error)
{
	log_line(LOG_ALARM, "gpio: the reader's lines have gone: line=%s error=%s", reader->pins->d0.ref,
		strerror(-error));
	let_go(reader);
	gpio_faults_stand(reader->faults, FAULT_OF_READER, READER_FAULT_LINES_LOW, true);
}

/* Somewhere around these edges others are missing: what stood before them and what ends with them is both
 * dropped. */
static void take_lost(struct gpio_reader *reader, uint64_t at_ns)
{
	struct wiegand_reading reading;

	take_answer(reader, wiegand_lost(&reader->wiegand, at_ns, &reading), &reading);
}

static void take_edges(struct gpio_reader *reader, const struct gpio_edge *edges, int count, bool has_gap)
{
	struct wiegand_reading reading;

	if (has_gap)
		take_lost(reader, edges[0].at_ns);
	for (int i = 0; i < count; i++)
		take_answer(reader,
			wiegand_feed(&reader->wiegand, edges[i].line == 0 ? WIEGAND_D0 : WIEGAND_D1,
				edges[i].at_ns, &reading),
			&reading);
	if (has_gap)
		take_lost(reader, edges[count - 1].at_ns);
}

/* 0 or -errno. */
static int drain(struct gpio_reader *reader)
{
	struct gpio_edge edges[BATCH];
	bool has_gap;
	int count = 0;

	for (unsigned i = 0; i < BATCHES_MAX; i++) {
		count = gpio_lines_read(reader->lines, edges, BATCH, &has_gap);
		if (count <= 0)
			break;
		take_edges(reader, edges, count, has_gap);
	}
	sodium_memzero(edges, sizeof(edges)); /* they are digits of a code */
	return count < 0 ? count : 0;
}

static void set_timer(struct gpio_reader *reader)
{
	uint64_t next_ns = wiegand_next_ns(&reader->wiegand);

	watch_set(reader->timer, next_ns == UINT64_MAX ? UINT64_MAX : next_ns / NS_OF_MS + 1);
}

static void on_edges(void *ctx, int error)
{
	struct gpio_reader *reader = ctx;
	int r = error < 0 ? error : drain(reader);

	if (r < 0)
		lose(reader, r);
	else
		set_timer(reader);
}

/* Silence, it seems: what is queued is heard first, and may move the moment on. */
static void on_due(void *ctx)
{
	struct gpio_reader *reader = ctx;
	struct wiegand_reading reading;
	uint64_t at_ns = now_ns(); /* before the levels: later edges are later */
	unsigned levels;
	int r = gpio_lines_levels(reader->lines, &levels);

	if (r == 0)
		r = drain(reader);
	if (r < 0) {
		lose(reader, r);
		return;
	}
	if (wiegand_next_ns(&reader->wiegand) <= at_ns)
		take_answer(reader, wiegand_levels(&reader->wiegand, levels & 1, levels & 2, at_ns, &reading),
			&reading);
	set_timer(reader);
}

/* 0, or -errno with a sentence in `message`. */
static int take(struct gpio_reader *reader, char message[static GPIO_MESSAGE_MAX])
{
	const struct gpio_want want = {
		.consumer = reader->consumer,
		.use = GPIO_PULSES,
		.bias = reader->pins->d0.bias,
		.count = 2,
		.refs = { reader->pins->d0.ref, reader->pins->d1.ref },
	};
	int r = gpio_lines_open(&reader->lines, &want, message);

	if (r < 0)
		return r;
	r = wiegand_init(&reader->wiegand, &reader->pins->reader);
	if (r == 0)
		r = watch_open_fd(
			&reader->edges, reader->loop, gpio_lines_fd(reader->lines), on_edges, reader);
	if (r < 0) {
		let_go(reader);
		memcpy(message, "cannot be watched", sizeof("cannot be watched"));
		return r;
	}
	set_timer(reader);
	return 0;
}

int gpio_reader_open(struct gpio_reader **out, struct uv_loop_s *loop, const struct pins *pins,
	const char *consumer, struct gpio_faults *faults)
{
	char message[GPIO_MESSAGE_MAX];
	struct gpio_reader *reader;
	int r;

	*out = NULL;
	if (!pins->d0.ref[0])
		return 0;
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	reader->loop = loop;
	reader->pins = pins;
	reader->consumer = consumer;
	reader->faults = faults;
	r = watch_open_timer(&reader->timer, loop, on_due, reader);
	if (r < 0) {
		free(reader);
		return r;
	}
	if (take(reader, message) < 0)
		log_line(LOG_ALARM, "gpio: the reader cannot be had: %s", message);
	*out = reader;
	return 0;
}

void gpio_reader_look(struct gpio_reader *reader)
{
	char message[GPIO_MESSAGE_MAX];
	unsigned levels;
	int r;

	if (!reader)
		return;
	if (reader->lines) {
		r = gpio_lines_levels(reader->lines, &levels);
		if (r < 0)
			lose(reader, r);
		return;
	}
	r = take(reader, message);
	if (r == 0)
		log_line(LOG_WARNING, "gpio: the reader is back: line=%s", reader->pins->d0.ref);
	gpio_faults_stand(reader->faults, FAULT_OF_READER, READER_FAULT_LINES_LOW, r < 0);
}

void gpio_reader_close(struct gpio_reader *reader)
{
	if (!reader)
		return;
	watch_close(reader->edges);
	gpio_lines_close(reader->lines);
	watch_close(reader->timer);
	sodium_memzero(reader, sizeof(*reader));
	free(reader);
}
