#include "tests/bench/pins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/samples.h"

struct pins {
	FILE *in;
	int fd;
};

static int connect_once(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = 10 };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path))
		broken("a socket's path is too long: %s", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		broken("no socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

struct pins *pins_open(const char *path, int limit_ms)
{
	const struct timespec nap = { .tv_nsec =
					      500000 }; /* half a millisecond: a start is measured by this */
	uint64_t since = now_ns();
	struct pins *pins = calloc(1, sizeof(*pins));

	if (!pins)
		broken("no memory");
	while ((pins->fd = connect_once(path)) < 0) {
		if (us_since(since) > limit_ms * 1000.0) {
			free(pins);
			return NULL;
		}
		nanosleep(&nap, NULL);
	}
	pins->in = fdopen(pins->fd, "r");
	if (!pins->in)
		broken("no memory");
	return pins;
}

void pins_close(struct pins *pins)
{
	if (!pins)
		return;
	fclose(pins->in);
	free(pins);
}

void pins_say(struct pins *pins, const char *command)
{
	char line[256];
	int len = snprintf(line, sizeof(line), "%s\n", command);

	if (len < 0 || len >= (int)sizeof(line) || send(pins->fd, line, (size_t)len, MSG_NOSIGNAL) != len)
		broken("the simulated pins do not take a command");
}

json_t *pins_hear(struct pins *pins)
{
	char line[4096];
	json_t *answer = NULL;

	if (fgets(line, sizeof(line), pins->in))
		answer = json_loads(line, 0, NULL);
	if (!json_is_true(json_object_get(answer, "ok")))
		broken("the simulated pins answer nothing good");
	return answer;
}

void pins_press(struct pins *pins, const char *keys, int gap_ms)
{
	char command[128];

	snprintf(command, sizeof(command), "{\"do\":\"press\",\"keys\":\"%s\",\"gap_ms\":%d}", keys, gap_ms);
	pins_say(pins, command);
	json_decref(pins_hear(pins));
}

uint64_t pins_await_strike(struct pins *pins, bool is_on)
{
	for (;;) {
		json_t *seen = pins_hear(pins);
		bool was_on = json_is_true(json_object_get(seen, "strike"));

		json_decref(seen);
		if (was_on == is_on)
			return now_ns();
	}
}
