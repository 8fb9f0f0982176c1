#include "tests/bench/samples.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void samples_add(struct samples *samples, double value)
{
	if (samples->count == samples->room) {
		samples->room = samples->room ? 2 * samples->room : 1024;
		samples->list = realloc(samples->list, samples->room * sizeof(*samples->list));
		if (!samples->list)
			broken("no memory");
	}
	samples->list[samples->count++] = value;
}

static int compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

double samples_at(struct samples *samples, double quantile)
{
	if (samples->count == 0)
		return NAN;
	qsort(samples->list, samples->count, sizeof(*samples->list), compare);
	return samples->list[(size_t)(quantile * (double)(samples->count - 1) + 0.5)];
}

void samples_free(struct samples *samples)
{
	free(samples->list);
	*samples = (struct samples){ 0 };
}

uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

double us_since(uint64_t since_ns)
{
	return (double)(now_ns() - since_ns) / 1000.0;
}

void broken(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("bench: broken: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}
