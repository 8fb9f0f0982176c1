/* The back end over libgpiod 2: one request has one descriptor, one queue for all of its lines, and numbers
 * in which a gap shows. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/door/gpio_lines.h"
#include "firmware/door/gpio_search.h"

#define BATCH 64

struct gpio_lines {
	struct gpiod_line_request *request;
	struct gpiod_edge_event_buffer *events; /* NULL: the use has no edges */
	unsigned count;
	unsigned offsets[GPIO_LINES_MAX];
	unsigned long newest; /* number of the newest edge read; 0: none yet */
	uint64_t boot_offset_ns;
};

static int answer(void) /* what the library's last call failed with */
{
	return errno ? -errno : -EIO;
}

static bool name_is(const char *have, const char *want)
{
	return have && strcmp(have, want) == 0;
}

static int look(struct gpiod_chip *chip, const struct gpio_ref *ref, unsigned *offset)
{
	struct gpiod_chip_info *info;
	int at, r = GPIO_NOT_HERE;

	if (!ref->has_offset) {
		at = gpiod_chip_get_line_offset_from_name(chip, ref->name);
		if (at < 0)
			return errno == ENOENT ? GPIO_NOT_HERE : answer();
		*offset = (unsigned)at;
		return GPIO_HERE;
	}
	info = gpiod_chip_get_info(chip);
	if (!info)
		return answer();
	if (name_is(gpiod_chip_info_get_name(info), ref->name) ||
		name_is(gpiod_chip_info_get_label(info), ref->name)) {
		*offset = ref->offset;
		r = ref->offset < gpiod_chip_info_get_num_lines(info) ? GPIO_HERE : GPIO_TOO_FAR;
	}
	gpiod_chip_info_free(info);
	return r;
}

int gpio_chip_look(const char *path, const struct gpio_ref *ref, unsigned *offset)
{
	struct gpiod_chip *chip;
	int r;

	errno = 0;
	chip = gpiod_chip_open(path);
	if (!chip)
		return answer();
	r = look(chip, ref, offset);
	gpiod_chip_close(chip);
	return r;
}

void gpio_chip_consumer(const char *path, unsigned offset, char consumer[static GPIO_REF_MAX + 1])
{
	struct gpiod_chip *chip = gpiod_chip_open(path);
	struct gpiod_line_info *info = chip ? gpiod_chip_get_line_info(chip, offset) : NULL;
	const char *name = info && gpiod_line_info_is_used(info) ? gpiod_line_info_get_consumer(info) : NULL;

	consumer[0] = 0;
	if (name)
		strncat(consumer, name, GPIO_REF_MAX);
	gpiod_line_info_free(info);
	if (chip)
		gpiod_chip_close(chip);
}

static int set_bias(struct gpiod_line_settings *settings, enum gpio_bias bias)
{
	static const enum gpiod_line_bias biases[] = {
		[GPIO_BIAS_AS_IS] = GPIOD_LINE_BIAS_AS_IS,
		[GPIO_BIAS_UP] = GPIOD_LINE_BIAS_PULL_UP,
		[GPIO_BIAS_DOWN] = GPIOD_LINE_BIAS_PULL_DOWN,
	};

	return gpiod_line_settings_set_bias(settings, biases[bias]);
}

/* 0, or less with errno set. */
static int describe_input(struct gpiod_line_settings *settings, const struct gpio_want *want)
{
	enum gpiod_line_edge edge = GPIOD_LINE_EDGE_NONE;

	if (want->use == GPIO_LEVELS)
		edge = GPIOD_LINE_EDGE_BOTH;
	else if (want->use == GPIO_PULSES)
		edge = GPIOD_LINE_EDGE_FALLING;
	if (gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT) < 0 ||
		gpiod_line_settings_set_edge_detection(settings, edge) < 0 ||
		gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC) < 0)
		return -1;
	return set_bias(settings, want->bias);
}

static int describe_output(struct gpiod_line_settings *settings, bool is_open_drain)
{
	if (gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT) < 0)
		return -1;
	return gpiod_line_settings_set_drive(
		settings, is_open_drain ? GPIOD_LINE_DRIVE_OPEN_DRAIN : GPIOD_LINE_DRIVE_PUSH_PULL);
}

static enum gpiod_line_value value_of(unsigned levels, unsigned line)
{
	return (levels >> line) & 1 ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
}

/* Every line with the same settings, and outputs each with its level. 0, or less with errno set. */
static int describe(struct gpiod_line_config *config, struct gpiod_line_settings *settings,
	const struct gpio_place *place, const struct gpio_want *want)
{
	bool is_output = want->use == GPIO_OUTPUT;
	int r = is_output ? describe_output(settings, want->is_open_drain) : describe_input(settings, want);

	for (unsigned i = 0; i < want->count && r == 0; i++) {
		if (is_output)
			r = gpiod_line_settings_set_output_value(settings, value_of(want->levels, i));
		if (r == 0)
			r = gpiod_line_config_add_line_settings(config, &place->offsets[i], 1, settings);
	}
	return r;
}

static int request(struct gpio_lines *lines, struct gpiod_chip *chip, const struct gpio_place *place,
	const struct gpio_want *want)
{
	struct gpiod_line_settings *settings = gpiod_line_settings_new();
	struct gpiod_line_config *config = gpiod_line_config_new();
	struct gpiod_request_config *how = gpiod_request_config_new();
	int r = 0;

	errno = settings && config && how ? 0 : ENOMEM;
	if (errno || describe(config, settings, place, want) < 0) {
		r = answer();
	} else {
		gpiod_request_config_set_consumer(how, want->consumer);
		gpiod_request_config_set_event_buffer_size(how, (size_t)GPIO_EVENTS_MIN * want->count);
		lines->request = gpiod_chip_request_lines(chip, how, config);
		if (!lines->request)
			r = answer();
	}
	gpiod_request_config_free(how);
	gpiod_line_config_free(config);
	gpiod_line_settings_free(settings);
	return r;
}

static int take(struct gpio_lines *lines, const struct gpio_place *place, const struct gpio_want *want)
{
	struct gpiod_chip *chip;
	int fd, flags, r;

	errno = 0;
	chip = gpiod_chip_open(place->path);
	if (!chip)
		return answer();
	r = request(lines, chip, place, want);
	gpiod_chip_close(chip); /* the request stands without it */
	if (r < 0 || (want->use != GPIO_LEVELS && want->use != GPIO_PULSES))
		return r;
	lines->events = gpiod_edge_event_buffer_new(BATCH);
	if (!lines->events)
		return -ENOMEM;
	fd = gpiod_line_request_get_fd(lines->request);
	flags = fcntl(fd, F_GETFL);
	return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

int gpio_lines_open(
	struct gpio_lines **out, const struct gpio_want *want, char message[static GPIO_MESSAGE_MAX])
{
	struct gpio_place place;
	struct gpio_lines *lines;
	int r;

	assert(want->count > 0 && want->count <= GPIO_LINES_MAX);
	r = gpio_search(&place, want, message);
	if (r < 0)
		return r;
	lines = calloc(1, sizeof(*lines));
	if (!lines)
		return gpio_search_explain(&place, want, -ENOMEM, message);
	lines->count = want->count;
	memcpy(lines->offsets, place.offsets, sizeof(lines->offsets));
	r = take(lines, &place, want);
	if (r < 0) {
		gpio_lines_close(lines);
		return gpio_search_explain(&place, want, r, message);
	}
	*out = lines;
	return 0;
}

int gpio_lines_set(struct gpio_lines *lines, unsigned levels)
{
	enum gpiod_line_value values[GPIO_LINES_MAX];

	for (unsigned i = 0; i < lines->count; i++)
		values[i] = value_of(levels, i);
	return gpiod_line_request_set_values_subset(lines->request, lines->count, lines->offsets, values) < 0
		       ? answer()
		       : 0;
}

int gpio_lines_levels(struct gpio_lines *lines, unsigned *levels)
{
	enum gpiod_line_value values[GPIO_LINES_MAX];
	unsigned found = 0;

	if (gpiod_line_request_get_values_subset(lines->request, lines->count, lines->offsets, values) < 0)
		return answer();
	for (unsigned i = 0; i < lines->count; i++)
		found |= (values[i] == GPIOD_LINE_VALUE_ACTIVE ? 1u : 0u) << i;
	*levels = found;
	return 0;
}

int gpio_lines_fd(const struct gpio_lines *lines)
{
	return lines->events ? gpiod_line_request_get_fd(lines->request) : -1;
}

static unsigned line_at(const struct gpio_lines *lines, unsigned offset)
{
	unsigned i = 0;

	while (i + 1 < lines->count && lines->offsets[i] != offset)
		i++;
	return i;
}

int gpio_lines_read(struct gpio_lines *lines, struct gpio_edge *edges, unsigned max, bool *has_gap)
{
	int count =
		gpiod_line_request_read_edge_events(lines->request, lines->events, max < BATCH ? max : BATCH);

	*has_gap = false;
	if (count < 0)
		return errno == EAGAIN ? 0 : answer();
	gpio_boot_offset(&lines->boot_offset_ns);
	for (int i = 0; i < count; i++) {
		struct gpiod_edge_event *event =
			gpiod_edge_event_buffer_get_event(lines->events, (unsigned long)i);
		unsigned long number = gpiod_edge_event_get_global_seqno(event);

		if (number != lines->newest + 1)
			*has_gap = true;
		lines->newest = number;
		edges[i].line = line_at(lines, gpiod_edge_event_get_line_offset(event));
		edges[i].is_rising = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
		edges[i].at_ns = gpiod_edge_event_get_timestamp_ns(event) + lines->boot_offset_ns;
	}
	return count;
}

void gpio_lines_close(struct gpio_lines *lines)
{
	if (!lines)
		return;
	if (lines->request)
		gpiod_line_request_release(lines->request);
	gpiod_edge_event_buffer_free(lines->events);
	free(lines);
}
