/* world - what stands around the simulated board in the guest: pulls the inputs of gpio-sim, and reads what
 * the kernel says of its lines. Everything that fails ends the program with a word on stderr. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define WORLD_LINES 32

struct world {
	int pulls[WORLD_LINES]; /* sysfs files, opened once: a pulse must be short */
	int marker;             /* the kernel's trace, to write into */
};

/* Reads /lines and $SIM, which the guest's agent exports. */
void world_open(struct world *world);
void world_close(struct world *world);

unsigned world_line(const char *name); /* its offset */
void world_pull(struct world *world, unsigned line, bool is_high);
bool world_level(unsigned line);
/* A line in the kernel's trace, among its own: on one clock with the edges. */
void world_mark(struct world *world, const char *what);
void world_wait_us(long us); /* awake, for pulses: sleeping takes longer than one */
uint64_t world_now_us(void);
