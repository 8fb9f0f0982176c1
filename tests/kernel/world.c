#include "tests/kernel/world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void give_up(const char *what)
{
	perror(what);
	exit(1);
}

static int open_line(unsigned line, const char *file, int flags)
{
	const char *sim = getenv("SIM");
	char path[200];
	int fd;

	if (!sim) {
		fputs("world: no SIM in the environment\n", stderr);
		exit(1);
	}
	snprintf(path, sizeof(path), "%.150s/sim_gpio%u/%s", sim, line, file);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0)
		give_up(path);
	return fd;
}

void world_open(struct world *world)
{
	for (unsigned line = 0; line < WORLD_LINES; line++)
		world->pulls[line] = open_line(line, "pull", O_WRONLY);
	world->marker = open("/sys/kernel/tracing/trace_marker", O_WRONLY | O_CLOEXEC);
	if (world->marker < 0)
		give_up("trace_marker");
}

void world_close(struct world *world)
{
	for (unsigned line = 0; line < WORLD_LINES; line++)
		close(world->pulls[line]);
	close(world->marker);
}

unsigned world_line(const char *name)
{
	char row[120], found[32];
	FILE *plan = fopen("/lines", "re");
	unsigned offset;

	if (!plan)
		give_up("/lines");
	while (fgets(row, sizeof(row), plan)) {
		if (sscanf(row, "%u %31s", &offset, found) == 2 && strcmp(found, name) == 0) {
			fclose(plan);
			return offset;
		}
	}
	fprintf(stderr, "world: no line %s\n", name);
	exit(1);
}

void world_pull(struct world *world, unsigned line, bool is_high)
{
	const char *pull = is_high ? "pull-up" : "pull-down";

	if (pwrite(world->pulls[line], pull, strlen(pull), 0) < 0)
		give_up("pull");
}

bool world_level(unsigned line)
{
	int fd = open_line(line, "value", O_RDONLY);
	char level = '?';

	if (read(fd, &level, 1) != 1)
		give_up("value");
	close(fd);
	return level == '1';
}

void world_mark(struct world *world, const char *what)
{
	if (write(world->marker, what, strlen(what)) < 0)
		give_up("trace_marker");
}

uint64_t world_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void world_wait_us(long us)
{
	uint64_t until = world_now_us() + (uint64_t)us;

	while (world_now_us() < until)
		;
}
