/* world: what a person, a card or a bad cable does to the simulated board; for the scenarios.
 *
 *   world keys DIGITS [GAP_MS]      a Wiegand keypad with 8-bit frames, GAP_MS (250) from key to key
 *   world card BITS                 a Wiegand card, e.g. 01101…
 *   world burst LINE COUNT          COUNT changes as fast as they can be made; ends at the other level when
 * COUNT is odd world latency LINE COUNT        edge -> a program that waits for it, by the kernel's own
 * interface: "kernel US user US" a line
 *
 * The last falling edge of "keys" leaves the mark "last-edge" in the kernel's trace. */
#include <fcntl.h>
#include <linux/gpio.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/kernel/world.h"

#define PULSE_US 60 /* within SIA AC-01: 20 to 100 low */
#define BIT_US 1200 /* and from one bit to the next 0.2 to 20 ms */

static void send_bit(struct world *world, unsigned line)
{
	world_pull(world, line, false);
	world_wait_us(PULSE_US);
	world_pull(world, line, true);
}

static void send_bits(struct world *world, uint64_t bits, unsigned count, const char *mark)
{
	unsigned lines[2] = { world_line("door1-d0"), world_line("door1-d1") };

	for (unsigned i = count; i-- > 0;) {
		if (i == 0 && mark)
			world_mark(world, mark);
		send_bit(world, lines[bits >> i & 1]);
		if (i > 0)
			usleep(BIT_US);
	}
}

static unsigned key_bits(char key)
{
	unsigned nibble = key == '*' ? 10 : key == '#' ? 11 : (unsigned)(key - '0');

	return (~nibble & 15) << 4 | nibble;
}

static int send_keys(struct world *world, const char *keys, int gap_ms)
{
	for (; *keys; keys++) {
		if (!strchr("0123456789*#", *keys))
			return 2;
		send_bits(world, key_bits(*keys), 8, keys[1] ? NULL : "last-edge");
		if (keys[1])
			usleep((useconds_t)gap_ms * 1000);
	}
	return 0;
}

static int send_card(struct world *world, const char *bits)
{
	uint64_t value = 0;
	size_t count = strlen(bits);

	if (count > 64 || strspn(bits, "01") != count)
		return 2;
	for (size_t i = 0; i < count; i++)
		value = value << 1 | (bits[i] == '1');
	send_bits(world, value, (unsigned)count, NULL);
	return 0;
}

static int send_burst(struct world *world, const char *name, int count)
{
	unsigned line = world_line(name);
	bool is_high = world_level(line);

	for (int i = 0; i < count; i++)
		world_pull(world, line, is_high = !is_high);
	return 0;
}

static int request_edges(unsigned line)
{
	struct gpio_v2_line_request request = { .num_lines = 1, .consumer = "world" };
	char path[64];
	int chip, r;

	snprintf(path, sizeof(path), "/dev/%.40s", getenv("CHIP") ? getenv("CHIP") : "");
	chip = open(path, O_RDWR | O_CLOEXEC);
	request.offsets[0] = line;
	request.config.flags =
		GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING;
	r = chip < 0 ? -1 : ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request);
	if (r < 0) {
		perror(path);
		exit(1);
	}
	close(chip);
	return request.fd;
}

/* What a program can have at best on this kernel and processor: the probe beside every latency of ours. */
static int measure_latency(struct world *world, const char *name, int count)
{
	unsigned line = world_line(name);
	bool is_high = world_level(line);
	int fd = request_edges(line);

	for (int i = 0; i < count; i++) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		struct gpio_v2_line_event event;
		uint64_t pulled_us;

		usleep(3000);
		pulled_us = world_now_us();
		world_pull(world, line, is_high = !is_high);
		if (poll(&wait, 1, 2000) != 1 || read(fd, &event, sizeof(event)) != sizeof(event)) {
			fputs("world: an edge did not arrive\n", stderr);
			return 1;
		}
		printf("kernel %llu user %llu\n", (unsigned long long)(event.timestamp_ns / 1000 - pulled_us),
			(unsigned long long)(world_now_us() - pulled_us));
	}
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	struct world world;
	int r = 2;

	if (argc < 3)
		return 2;
	world_open(&world);
	if (strcmp(argv[1], "keys") == 0)
		r = send_keys(&world, argv[2], argc > 3 ? atoi(argv[3]) : 250);
	else if (strcmp(argv[1], "card") == 0)
		r = send_card(&world, argv[2]);
	else if (strcmp(argv[1], "burst") == 0 && argc > 3)
		r = send_burst(&world, argv[2], atoi(argv[3]));
	else if (strcmp(argv[1], "latency") == 0 && argc > 3)
		r = measure_latency(&world, argv[2], atoi(argv[3]));
	world_close(&world);
	return r;
}
