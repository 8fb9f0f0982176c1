/* samples - durations of one measurement and what is said of them: median, 99th percentile, largest. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct samples { /* zeroed before use, samples_free() after */
	double *list;
	size_t count, room;
};

void samples_add(struct samples *samples, double value);
/* The value below which the share `quantile` (0..1) of them lies; NAN when there is none. Sorts. */
double samples_at(struct samples *samples, double quantile);
void samples_free(struct samples *samples);

uint64_t now_ns(void); /* CLOCK_MONOTONIC, the same for all processes */
double us_since(uint64_t since_ns);

/* Ends this measurement, and the run with it: what was to be measured did not work. Never for a missed goal.
 */
_Noreturn void broken(const char *format, ...) __attribute__((format(printf, 1, 2)));
