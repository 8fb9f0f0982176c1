#include "tests/unit/fake_gpio.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "firmware/door/gpio_lines.h"
#include "firmware/door/gpio_ref.h"

#define LINES_MAX 32
#define EDGES_MAX 4096
#define HISTORY_MAX 64
#define JOINS_MAX 16

struct gpio_lines {
	enum gpio_use use;
	bool is_open_drain, has_gap, is_dead;
	unsigned count;
	unsigned at[GPIO_LINES_MAX]; /* in the table below */
	int fd;
	struct gpio_edge edges[EDGES_MAX];
	unsigned first, waiting;
};

static struct line {
	char ref[GPIO_REF_MAX + 1];
	bool is_high; /* of the wire, when nobody drives it */
	bool is_output, is_driven_high;
	struct gpio_lines *owner;
	unsigned requests, writes;
	char history[HISTORY_MAX];
	int refuse;
} table[LINES_MAX];

static struct {
	char row[GPIO_REF_MAX + 1], column[GPIO_REF_MAX + 1];
} joins[JOINS_MAX];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned failing_writes;
static bool is_live = true;

static struct line *find(const char *ref)
{
	for (unsigned i = 0; i < LINES_MAX; i++) {
		if (!table[i].ref[0]) {
			snprintf(table[i].ref, sizeof(table[i].ref), "%s", ref);
			table[i].is_high = true;
		}
		if (strcmp(table[i].ref, ref) == 0)
			return &table[i];
	}
	abort(); /* a test with more lines than a board */
}

static struct line *locked(const char *ref)
{
	pthread_mutex_lock(&lock);
	return find(ref);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void queue(struct line *line, bool is_rising, uint64_t at_ns)
{
	struct gpio_lines *owner = line->owner;
	const uint64_t one = 1;
	unsigned i = 0;

	if (!owner || owner->fd < 0 || (owner->use == GPIO_PULSES && is_rising))
		return;
	while (&table[owner->at[i]] != line)
		i++;
	if (owner->waiting == EDGES_MAX)
		abort();
	owner->edges[(owner->first + owner->waiting++) % EDGES_MAX] =
		(struct gpio_edge){ i, is_rising, at_ns };
	if (write(owner->fd, &one, sizeof(one)) < 0)
		abort();
}

static bool level(const struct line *line)
{
	for (unsigned i = 0; i < JOINS_MAX; i++) {
		const struct line *row;

		if (strcmp(joins[i].column, line->ref) != 0 || !joins[i].column[0])
			continue;
		row = find(joins[i].row);
		if (row->is_output && !row->is_driven_high)
			return false;
	}
	return line->is_output ? line->is_driven_high : line->is_high;
}

static void note(struct line *line)
{
	size_t len = strlen(line->history);
	char digit = line->is_driven_high ? '1' : '0';

	line->writes++;
	if (len + 1 < HISTORY_MAX && (len == 0 || line->history[len - 1] != digit))
		line->history[len] = digit;
}

/* What joins make of the columns is told as edges, too. */
static void change(void (*act)(struct line *line, bool value), struct line *line, bool value)
{
	bool before[LINES_MAX];

	for (unsigned i = 0; i < LINES_MAX; i++)
		before[i] = level(&table[i]);
	act(line, value);
	for (unsigned i = 0; i < LINES_MAX; i++) {
		if (table[i].ref[0] && !table[i].is_output && level(&table[i]) != before[i])
			queue(&table[i], !before[i], now_ns());
	}
}

static void set_wire(struct line *line, bool value)
{
	line->is_high = value;
}

static void set_output(struct line *line, bool value)
{
	line->is_driven_high = value;
	note(line);
}

void fake_gpio_reset(void)
{
	bool is_taken = false;

	pthread_mutex_lock(&lock);
	for (unsigned i = 0; i < LINES_MAX; i++)
		is_taken |= table[i].owner != NULL;
	memset(table, 0, sizeof(table));
	memset(joins, 0, sizeof(joins));
	failing_writes = 0;
	is_live = true;
	pthread_mutex_unlock(&lock);
	assert_false(is_taken);
}

void fake_gpio_drive(const char *ref, bool is_high)
{
	change(set_wire, locked(ref), is_high);
	pthread_mutex_unlock(&lock);
}

void fake_gpio_set_level(const char *ref, bool is_high)
{
	locked(ref)->is_high = is_high;
	pthread_mutex_unlock(&lock);
}

void fake_gpio_fall(const char *ref, uint64_t at_ns)
{
	queue(locked(ref), false, at_ns);
	pthread_mutex_unlock(&lock);
}

void fake_gpio_join(const char *row, const char *column, bool is_down)
{
	bool before;
	struct line *line = locked(column);

	find(row);
	before = level(line);
	for (unsigned i = 0; i < JOINS_MAX; i++) {
		bool is_it = strcmp(joins[i].row, row) == 0 && strcmp(joins[i].column, column) == 0;

		if (is_down && !joins[i].row[0]) {
			snprintf(joins[i].row, sizeof(joins[i].row), "%s", row);
			snprintf(joins[i].column, sizeof(joins[i].column), "%s", column);
			break;
		}
		if (!is_down && is_it)
			memset(&joins[i], 0, sizeof(joins[i]));
	}
	if (level(line) != before)
		queue(line, !before, now_ns());
	pthread_mutex_unlock(&lock);
}

bool fake_gpio_level(const char *ref)
{
	bool is_high = level(locked(ref));

	pthread_mutex_unlock(&lock);
	return is_high;
}

bool fake_gpio_is_taken(const char *ref)
{
	bool is_taken = locked(ref)->owner;

	pthread_mutex_unlock(&lock);
	return is_taken;
}

unsigned fake_gpio_requests(const char *ref)
{
	unsigned requests = locked(ref)->requests;

	pthread_mutex_unlock(&lock);
	return requests;
}

const char *fake_gpio_history(const char *ref)
{
	static char history[HISTORY_MAX];

	memcpy(history, locked(ref)->history, HISTORY_MAX);
	pthread_mutex_unlock(&lock);
	return history;
}

bool fake_gpio_last(const char *ref)
{
	bool is_high = locked(ref)->is_driven_high;

	pthread_mutex_unlock(&lock);
	return is_high;
}

unsigned fake_gpio_writes(const char *ref)
{
	unsigned writes = locked(ref)->writes;

	pthread_mutex_unlock(&lock);
	return writes;
}

void fake_gpio_refuse(const char *ref, int error)
{
	locked(ref)->refuse = error;
	pthread_mutex_unlock(&lock);
}

void fake_gpio_fail_writes(unsigned count)
{
	pthread_mutex_lock(&lock);
	failing_writes = count;
	pthread_mutex_unlock(&lock);
}

void fake_gpio_gap(const char *ref)
{
	locked(ref)->owner->has_gap = true;
	pthread_mutex_unlock(&lock);
}

void fake_gpio_live(bool value)
{
	pthread_mutex_lock(&lock);
	is_live = value;
	for (unsigned i = 0; i < LINES_MAX && !value; i++) {
		if (table[i].owner)
			table[i].owner->is_dead = true; /* stays so when the chip is back, as in the kernel */
	}
	pthread_mutex_unlock(&lock);
}

static int refuse(const struct gpio_want *want, char *message)
{
	for (unsigned i = 0; i < want->count; i++) {
		struct line *line = find(want->refs[i]);
		int r = line->owner ? -EBUSY : !is_live ? -ENOENT : line->refuse;

		if (r < 0) {
			snprintf(message, GPIO_MESSAGE_MAX, "%s is in use by \"somebody\"", want->refs[i]);
			return r;
		}
	}
	return 0;
}

int gpio_lines_open(
	struct gpio_lines **out, const struct gpio_want *want, char message[static GPIO_MESSAGE_MAX])
{
	struct gpio_lines *lines;
	int r;

	pthread_mutex_lock(&lock);
	r = refuse(want, message);
	if (r < 0) {
		pthread_mutex_unlock(&lock);
		return r;
	}
	lines = calloc(1, sizeof(*lines));
	assert_non_null(lines);
	lines->use = want->use;
	lines->is_open_drain = want->is_open_drain;
	lines->count = want->count;
	lines->fd = want->use == GPIO_LEVELS || want->use == GPIO_PULSES
			    ? eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)
			    : -1;
	for (unsigned i = 0; i < want->count; i++) {
		struct line *line = find(want->refs[i]);

		lines->at[i] = (unsigned)(line - table);
		line->owner = lines;
		line->requests++;
		line->is_output = want->use == GPIO_OUTPUT;
		if (line->is_output)
			change(set_output, line, (want->levels >> i) & 1);
	}
	pthread_mutex_unlock(&lock);
	*out = lines;
	return 0;
}

int gpio_lines_set(struct gpio_lines *lines, unsigned levels)
{
	int r = 0;

	pthread_mutex_lock(&lock);
	if (lines->is_dead)
		r = -ENODEV;
	else if (failing_writes > 0 && failing_writes--)
		r = -EIO;
	for (unsigned i = 0; i < lines->count && r == 0; i++)
		change(set_output, &table[lines->at[i]], (levels >> i) & 1);
	pthread_mutex_unlock(&lock);
	return r;
}

int gpio_lines_levels(struct gpio_lines *lines, unsigned *levels)
{
	int r;

	pthread_mutex_lock(&lock);
	r = lines->is_dead ? -ENODEV : 0;
	*levels = 0;
	for (unsigned i = 0; i < lines->count; i++)
		*levels |= (unsigned)level(&table[lines->at[i]]) << i;
	pthread_mutex_unlock(&lock);
	return r;
}

int gpio_lines_fd(const struct gpio_lines *lines)
{
	return lines->fd;
}

int gpio_lines_read(struct gpio_lines *lines, struct gpio_edge *edges, unsigned max, bool *has_gap)
{
	uint64_t count;
	unsigned taken = 0;

	pthread_mutex_lock(&lock);
	*has_gap = lines->has_gap;
	for (; taken < max && lines->waiting > 0; lines->waiting--) {
		edges[taken++] = lines->edges[lines->first];
		lines->first = (lines->first + 1) % EDGES_MAX;
	}
	if (taken > 0)
		lines->has_gap = false;
	if (lines->waiting == 0 && read(lines->fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
		abort();
	pthread_mutex_unlock(&lock);
	return (int)taken;
}

void gpio_lines_close(struct gpio_lines *lines)
{
	if (!lines)
		return;
	pthread_mutex_lock(&lock);
	for (unsigned i = 0; i < lines->count; i++) {
		table[lines->at[i]].owner = NULL;
		table[lines->at[i]].is_output = false;
	}
	pthread_mutex_unlock(&lock);
	if (lines->fd >= 0)
		close(lines->fd);
	free(lines);
}
