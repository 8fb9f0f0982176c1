#include "firmware/door/gpio_search.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* Two clocks are not read at one moment; a board that slept was away for longer than a reader can be. */
#define SLEPT_NS 50000000u
#define TRIES 8

static int by_number(const struct dirent **a, const struct dirent **b)
{
	return strverscmp((*a)->d_name, (*b)->d_name);
}

static int is_chip(const struct dirent *entry)
{
	return strncmp(entry->d_name, "gpiochip", 8) == 0 &&
	       strlen(entry->d_name) < GPIO_PATH_MAX - strlen("/dev/");
}

/* A Raspberry Pi links one chip under a second name: only the device itself counts. */
static bool is_device(const char *path)
{
	struct stat info;

	return lstat(path, &info) == 0 && S_ISCHR(info.st_mode);
}

struct search { /* for one line, over all chips */
	struct gpio_ref ref;
	unsigned found, chips, too_far;
	int error; /* the first chip that could not be looked at */
	char path[GPIO_PATH_MAX];
	unsigned offset;
};

static void look_at(struct search *search, const char *path)
{
	unsigned offset;
	int r = gpio_chip_look(path, &search->ref, &offset);

	search->chips++;
	if (r == GPIO_HERE) {
		if (search->found++ == 0) {
			memcpy(search->path, path, strlen(path) + 1);
			search->offset = offset;
		}
	} else if (r == GPIO_TOO_FAR) {
		search->too_far++;
	} else if (r < 0 && search->error == 0) {
		search->error = r;
	}
}

static int look_everywhere(struct search *search)
{
	struct dirent **entries;
	int count = scandir("/dev", &entries, is_chip, by_number);

	if (count < 0)
		return -errno;
	for (int i = 0; i < count; i++) {
		char path[GPIO_PATH_MAX];
		int len = snprintf(path, sizeof(path), "/dev/%s", entries[i]->d_name);

		if (len > 0 && (size_t)len < sizeof(path) && is_device(path))
			look_at(search, path);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

static int judge(const struct search *search, const char *text, char *message)
{
	const char *what = search->ref.has_offset ? "chip" : "line";

	if (search->found == 1)
		return 0;
	if (search->found > 1) {
		snprintf(message, GPIO_MESSAGE_MAX,
			"%s: %u chips have a %s of this name: say which by chip:offset", text, search->found,
			what);
		return -ENOTUNIQ;
	}
	if (search->too_far > 0) {
		snprintf(message, GPIO_MESSAGE_MAX, "%s: that chip has not so many lines", text);
		return -ENOENT;
	}
	if (search->error < 0) {
		snprintf(message, GPIO_MESSAGE_MAX, "%s: not found on the chips that can be opened: %s", text,
			strerror(-search->error));
		return search->error;
	}
	snprintf(message, GPIO_MESSAGE_MAX, "%s: no %s of this name on the %u GPIO chips of this board", text,
		what, search->chips);
	return -ENOENT;
}

int gpio_search(struct gpio_place *place, const struct gpio_want *want, char message[static GPIO_MESSAGE_MAX])
{
	for (unsigned i = 0; i < want->count; i++) {
		struct search search = { 0 };
		int r;

		if (!gpio_ref_parse(&search.ref, want->refs[i])) {
			snprintf(message, GPIO_MESSAGE_MAX, "%.*s: neither a line's name nor chip:offset",
				GPIO_REF_MAX, want->refs[i]);
			return -EINVAL;
		}
		r = look_everywhere(&search);
		if (r < 0)
			snprintf(message, GPIO_MESSAGE_MAX, "/dev: cannot be read: %s", strerror(-r));
		else
			r = judge(&search, want->refs[i], message);
		if (r < 0)
			return r;
		if (i > 0 && strcmp(place->path, search.path) != 0) {
			snprintf(message, GPIO_MESSAGE_MAX,
				"%s is on %s and %s on %s: these must be on one chip", want->refs[0],
				place->path, want->refs[i], search.path);
			return -EXDEV;
		}
		memcpy(place->path, search.path, sizeof(place->path));
		place->offsets[i] = search.offset;
	}
	return 0;
}

int gpio_search_explain(const struct gpio_place *place, const struct gpio_want *want, int error,
	char message[static GPIO_MESSAGE_MAX])
{
	char consumer[GPIO_REF_MAX + 1];

	for (unsigned i = 0; i < want->count && error == -EBUSY; i++) {
		gpio_chip_consumer(place->path, place->offsets[i], consumer);
		if (!consumer[0])
			continue;
		snprintf(message, GPIO_MESSAGE_MAX, "%s (%s:%u) is in use by \"%s\"", want->refs[i],
			place->path, place->offsets[i], consumer);
		return error;
	}
	if (error == -EBUSY)
		snprintf(message, GPIO_MESSAGE_MAX, "%s (%s:%u) is in use, perhaps by a driver of the kernel",
			want->refs[0], place->path, place->offsets[0]);
	else
		snprintf(message, GPIO_MESSAGE_MAX, "%s (%s:%u) cannot be had: %s", want->refs[0],
			place->path, place->offsets[0], strerror(-error));
	return error;
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now); /* both exist on every kernel with GPIO events */
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The smallest difference of a few readings: whoever was interrupted between the two clocks saw a larger. */
static uint64_t measure_offset(void)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t monotonic = clock_ns(CLOCK_MONOTONIC);
		uint64_t offset = clock_ns(CLOCK_BOOTTIME) - monotonic;

		if (offset < best)
			best = offset;
	}
	return best;
}

void gpio_boot_offset(uint64_t *offset_ns)
{
	uint64_t offset = measure_offset();

	if (offset < *offset_ns || offset - *offset_ns > SLEPT_NS)
		*offset_ns = offset;
}
