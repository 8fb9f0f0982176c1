/* The back end over libgpiod 1.6: one descriptor a line for edges, 16 of them kept by the kernel, no numbers.
 * Lines of one request are put in order by their time stamps. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "firmware/door/gpio_lines.h"
#include "firmware/door/gpio_search.h"

#define KERNEL_QUEUE 16 /* events the kernel keeps for a line */
#define PULSES_KEPT (4 * GPIO_EVENTS_MIN)
#define LEVELS_KEPT (4 * KERNEL_QUEUE)
#define PASSES_MAX 64 /* a line that never falls silent must not hold the reader */

struct gpio_lines {
	struct gpiod_chip *chip;
	enum gpio_use use;
	unsigned count;
	struct gpiod_line_bulk bulk;
	struct gpiod_line *lines[GPIO_LINES_MAX];
	bool is_requested;
	int fd; /* of GPIO_LEVELS: an epoll over the lines'; of GPIO_PULSES: an eventfd of the thread's */
	int stop_fd;      /* GPIO_PULSES: wakes the thread */
	pthread_t thread; /* GPIO_PULSES */
	bool has_thread;
	atomic_bool is_stopping;
	uint64_t boot_offset_ns;

	pthread_mutex_t lock;   /* over what follows */
	struct gpio_edge *ring; /* of `size` edges; NULL: the use has none */
	unsigned size, first, waiting;
	bool has_gap;
	int error; /* why the thread ended */
};

static bool name_is(const char *have, const char *want)
{
	return have && strcmp(have, want) == 0;
}

int gpio_chip_look(const char *path, const struct gpio_ref *ref, unsigned *offset)
{
	struct gpiod_chip *chip;
	struct gpiod_line *line;
	int r = GPIO_NOT_HERE;

	errno = 0;
	chip = gpiod_chip_open(path);
	if (!chip)
		return errno ? -errno : -EIO;
	if (!ref->has_offset) {
		line = gpiod_chip_find_line(chip, ref->name);
		if (line) {
			*offset = gpiod_line_offset(line);
			r = GPIO_HERE;
		}
	} else if (name_is(gpiod_chip_name(chip), ref->name) || name_is(gpiod_chip_label(chip), ref->name)) {
		*offset = ref->offset;
		r = ref->offset < gpiod_chip_num_lines(chip) ? GPIO_HERE : GPIO_TOO_FAR;
	}
	gpiod_chip_close(chip);
	return r;
}

void gpio_chip_consumer(const char *path, unsigned offset, char consumer[static GPIO_REF_MAX + 1])
{
	struct gpiod_chip *chip = gpiod_chip_open(path);
	struct gpiod_line *line = chip ? gpiod_chip_get_line(chip, offset) : NULL;
	const char *name = line && gpiod_line_is_used(line) ? gpiod_line_consumer(line) : NULL;

	consumer[0] = 0;
	if (name)
		strncat(consumer, name, GPIO_REF_MAX);
	if (chip)
		gpiod_chip_close(chip);
}

static int set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ? -errno : 0;
}

static int request(struct gpio_lines *lines, const struct gpio_want *want)
{
	struct gpiod_line_request_config config = { .consumer = want->consumer };
	int levels[GPIO_LINES_MAX];

	switch (want->use) {
	case GPIO_INPUT:
		config.request_type = GPIOD_LINE_REQUEST_DIRECTION_INPUT;
		break;
	case GPIO_LEVELS:
		config.request_type = GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES;
		break;
	case GPIO_PULSES:
		config.request_type = GPIOD_LINE_REQUEST_EVENT_FALLING_EDGE;
		break;
	case GPIO_OUTPUT:
		config.request_type = GPIOD_LINE_REQUEST_DIRECTION_OUTPUT;
		config.flags = want->is_open_drain ? GPIOD_LINE_REQUEST_FLAG_OPEN_DRAIN : 0;
		break;
	}
	if (want->use != GPIO_OUTPUT && want->bias == GPIO_BIAS_UP)
		config.flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
	else if (want->use != GPIO_OUTPUT && want->bias == GPIO_BIAS_DOWN)
		config.flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
	for (unsigned i = 0; i < want->count; i++)
		levels[i] = (want->levels >> i) & 1;
	/* 0 is success here, not 1: taking it for failure has been done before. */
	if (gpiod_line_request_bulk(&lines->bulk, &config, levels) < 0)
		return errno ? -errno : -EIO;
	lines->is_requested = true;
	return 0;
}

static bool has_edges(const struct gpio_lines *lines)
{
	return lines->use == GPIO_LEVELS || lines->use == GPIO_PULSES;
}

/* Under the lock. */
static void keep(struct gpio_lines *lines, unsigned line, const struct gpiod_line_event *event)
{
	struct gpio_edge *edge;

	if (lines->waiting == lines->size) { /* the oldest falls, as in the newer kernel interface */
		lines->first = (lines->first + 1) % lines->size;
		lines->waiting--;
		lines->has_gap = true;
	}
	edge = &lines->ring[(lines->first + lines->waiting++) % lines->size];
	edge->line = line;
	edge->is_rising = event->event_type == GPIOD_LINE_EVENT_RISING_EDGE;
	edge->at_ns = (uint64_t)event->ts.tv_sec * 1000000000u + (uint64_t)event->ts.tv_nsec +
		      lines->boot_offset_ns;
}

/* Edges of one line, as many as there are at this moment. How many, or -errno. */
static int drain_line(struct gpio_lines *lines, unsigned i)
{
	struct gpiod_line_event events[KERNEL_QUEUE];
	int count = gpiod_line_event_read_multiple(lines->lines[i], events, KERNEL_QUEUE);

	if (count < 0)
		return errno == EAGAIN ? 0 : errno ? -errno : -EIO;
	if (count == KERNEL_QUEUE) /* it was full: what came meanwhile is lost */
		lines->has_gap = true;
	for (int k = 0; k < count; k++)
		keep(lines, i, &events[k]);
	return count;
}

static struct gpio_edge *ring_at(struct gpio_lines *lines, unsigned i)
{
	return &lines->ring[(lines->first + i) % lines->size];
}

/* Insertion sort: what waits is nearly in order, and is short. */
static void sort_from(struct gpio_lines *lines, unsigned begin)
{
	for (unsigned i = begin + 1; i < lines->waiting; i++) {
		struct gpio_edge edge = *ring_at(lines, i);
		unsigned k = i;

		for (; k > begin && ring_at(lines, k - 1)->at_ns > edge.at_ns; k--)
			*ring_at(lines, k) = *ring_at(lines, k - 1);
		*ring_at(lines, k) = edge;
	}
}

/* Reads every line until a whole pass finds nothing: only then is everything older than what is still to come
 * in hand, and putting it in order by time stamps is right. Under the lock. 0 or -errno. */
static int drain(struct gpio_lines *lines)
{
	unsigned begin = lines->waiting;
	int r = 0, found = 1;

	gpio_boot_offset(&lines->boot_offset_ns);
	for (unsigned pass = 0; pass < PASSES_MAX && found > 0; pass++) {
		found = 0;
		for (unsigned i = 0; i < lines->count; i++) {
			r = drain_line(lines, i);
			if (r < 0)
				return r;
			found += r;
		}
	}
	if (found > 0)
		lines->has_gap = true;
	sort_from(lines, begin < lines->waiting ? begin : 0);
	return 0;
}

static void wake(int fd)
{
	const uint64_t one = 1;
	ssize_t written = write(fd, &one, sizeof(one));

	(void)written; /* fails only when it is already at its brim, and then it wakes */
}

static void *empty_queues(void *arg)
{
	struct gpio_lines *lines = arg;
	struct pollfd fds[GPIO_LINES_MAX + 1];
	int r = 0;

	for (unsigned i = 0; i < lines->count; i++)
		fds[i] = (struct pollfd){ .fd = gpiod_line_event_get_fd(lines->lines[i]), .events = POLLIN };
	fds[lines->count] = (struct pollfd){ .fd = lines->stop_fd, .events = POLLIN };
	while (r == 0 && !lines->is_stopping) {
		if (poll(fds, lines->count + 1, -1) < 0 && errno != EINTR)
			r = -errno;
		for (unsigned i = 0; i < lines->count; i++) {
			if (fds[i].revents & (POLLERR | POLLHUP | POLLNVAL))
				r = -ENODEV;
		}
		pthread_mutex_lock(&lines->lock);
		if (r == 0)
			r = drain(lines);
		lines->error = r;
		if (lines->waiting > 0 || lines->has_gap || r < 0)
			wake(lines->fd);
		pthread_mutex_unlock(&lines->lock);
	}
	return NULL;
}

static int start_thread(struct gpio_lines *lines)
{
	sigset_t all, before;
	int r;

	lines->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	lines->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (lines->fd < 0 || lines->stop_fd < 0)
		return -errno;
	sigfillset(&all); /* signals are the loop's business */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&lines->thread, NULL, empty_queues, lines);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	lines->has_thread = r == 0;
	return -r;
}

static int watch_lines(struct gpio_lines *lines)
{
	lines->fd = epoll_create1(EPOLL_CLOEXEC);
	if (lines->fd < 0)
		return -errno;
	for (unsigned i = 0; i < lines->count; i++) {
		struct epoll_event event = { .events = EPOLLIN };

		if (epoll_ctl(lines->fd, EPOLL_CTL_ADD, gpiod_line_event_get_fd(lines->lines[i]), &event) < 0)
			return -errno;
	}
	return 0;
}

static int start_edges(struct gpio_lines *lines)
{
	lines->size = lines->use == GPIO_PULSES ? PULSES_KEPT : LEVELS_KEPT;
	lines->ring = calloc(lines->size, sizeof(*lines->ring));
	if (!lines->ring)
		return -ENOMEM;
	for (unsigned i = 0; i < lines->count; i++) {
		int r = set_nonblocking(gpiod_line_event_get_fd(lines->lines[i]));

		if (r < 0)
			return r;
	}
	return lines->use == GPIO_PULSES ? start_thread(lines) : watch_lines(lines);
}

static int take(struct gpio_lines *lines, const struct gpio_place *place, const struct gpio_want *want)
{
	int r;

	errno = 0;
	lines->chip = gpiod_chip_open(place->path);
	if (!lines->chip)
		return errno ? -errno : -EIO;
	gpiod_line_bulk_init(&lines->bulk);
	for (unsigned i = 0; i < lines->count; i++) {
		lines->lines[i] = gpiod_chip_get_line(lines->chip, place->offsets[i]);
		if (!lines->lines[i])
			return errno ? -errno : -EIO;
		gpiod_line_bulk_add(&lines->bulk, lines->lines[i]);
	}
	r = request(lines, want);
	if (r == 0 && has_edges(lines))
		r = start_edges(lines);
	return r;
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
	lines->use = want->use;
	lines->count = want->count;
	lines->fd = lines->stop_fd = -1;
	pthread_mutex_init(&lines->lock, NULL);
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
	int values[GPIO_LINES_MAX];

	for (unsigned i = 0; i < lines->count; i++)
		values[i] = (levels >> i) & 1;
	return gpiod_line_set_value_bulk(&lines->bulk, values) < 0 ? -errno : 0;
}

int gpio_lines_levels(struct gpio_lines *lines, unsigned *levels)
{
	unsigned found = 0;
	int values[GPIO_LINES_MAX];

	if (gpiod_line_get_value_bulk(&lines->bulk, values) < 0)
		return -errno;
	for (unsigned i = 0; i < lines->count; i++)
		found |= (values[i] ? 1u : 0u) << i;
	*levels = found;
	return 0;
}

int gpio_lines_fd(const struct gpio_lines *lines)
{
	return lines->fd;
}

int gpio_lines_read(struct gpio_lines *lines, struct gpio_edge *edges, unsigned max, bool *has_gap)
{
	uint64_t count;
	unsigned taken = 0;
	int r;

	pthread_mutex_lock(&lines->lock);
	r = lines->has_thread ? lines->error : drain(lines);
	*has_gap = lines->has_gap;
	lines->has_gap = false;
	for (; taken < max && lines->waiting > 0; lines->waiting--) {
		edges[taken++] = lines->ring[lines->first];
		lines->first = (lines->first + 1) % lines->size;
	}
	/* Nothing left: the descriptor sleeps until there is. */
	if (lines->has_thread && lines->waiting == 0 && r == 0)
		(void)!read(lines->fd, &count, sizeof(count));
	pthread_mutex_unlock(&lines->lock);
	return taken > 0 ? (int)taken : r;
}

void gpio_lines_close(struct gpio_lines *lines)
{
	if (!lines)
		return;
	if (lines->has_thread) {
		lines->is_stopping = true;
		wake(lines->stop_fd);
		pthread_join(lines->thread, NULL);
	}
	if (lines->fd >= 0)
		close(lines->fd);
	if (lines->stop_fd >= 0)
		close(lines->stop_fd);
	if (lines->is_requested)
		gpiod_line_release_bulk(&lines->bulk);
	if (lines->chip)
		gpiod_chip_close(lines->chip);
	pthread_mutex_destroy(&lines->lock);
	free(lines->ring);
	free(lines);
}
