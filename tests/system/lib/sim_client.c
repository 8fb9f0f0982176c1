#include "tests/system/lib/sim_client.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/system/lib/process.h"

#define PATIENCE_MS 20000

int sim_connect(const char *path, int limit_ms)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	long long until = now_ms() + limit_ms;
	int fd, r;

	memcpy(address.sun_path, path, strnlen(path, sizeof(address.sun_path) - 1));
	do {
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
			return fd < 0 ? -errno : fd;
		r = -errno;
		close(fd);
		nap_ms(2);
	} while (now_ms() < until);
	return r;
}

int sim_ask(int fd, const char *command, char *answer, int size)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };
	int len = 0;

	if (send(fd, command, strlen(command), MSG_NOSIGNAL) < 0 || send(fd, "\n", 1, MSG_NOSIGNAL) < 0)
		return -errno;
	while (len < size - 1) {
		if (poll(&poller, 1, PATIENCE_MS) != 1)
			return -ETIMEDOUT;
		if (recv(fd, answer + len, 1, 0) != 1)
			return -ECONNRESET;
		if (answer[len] == '\n') {
			answer[len] = 0;
			return 0;
		}
		len++;
	}
	return -EMSGSIZE;
}

static void join_tones(char *out, size_t size, json_t *tones)
{
	size_t at = 0, i;
	json_t *tone;

	out[0] = 0;
	json_array_foreach(tones, i, tone) at +=
		(size_t)snprintf(out + at, size - at, "%s%s", i ? "," : "", json_string_value(tone));
}

int sim_look(int fd, struct sim_view *view)
{
	char answer[4096];
	json_t *shown, *tones;
	const char *contact;
	int strike, r = sim_ask(fd, "{\"do\":\"show\"}", answer, sizeof(answer));

	if (r < 0)
		return r;
	*view = (struct sim_view){ 0 };
	shown = json_loads(answer, 0, NULL);
	r = json_unpack(shown, "{s:b, s:I, s:I, s:I, s:s, s:o}", "strike", &strike, "strike_ms_left",
		&view->strike_ms_left, "last_on_ms", &view->last_on_ms, "releases", &view->releases,
		"contact", &contact, "tones", &tones);
	if (r == 0) {
		view->is_strike_on = strike;
		view->is_contact_open = strcmp(contact, "open") == 0;
		join_tones(view->tones, sizeof(view->tones), tones);
	}
	json_decref(shown);
	return r == 0 ? 0 : -EBADMSG;
}

int sim_press(int fd, const char *keys, int gap_ms)
{
	char command[256], answer[256];
	int r;

	snprintf(command, sizeof(command), "{\"do\":\"press\",\"keys\":\"%s\",\"gap_ms\":%d}", keys, gap_ms);
	r = sim_ask(fd, command, answer, sizeof(answer));
	if (r < 0)
		return r;
	return strcmp(answer, "{\"ok\":true}") == 0 ? 0 : -EINVAL;
}

bool sim_strike_within(int fd, bool on, int limit_ms)
{
	long long until = now_ms() + limit_ms;
	struct sim_view view;

	do {
		if (sim_look(fd, &view) < 0)
			return false;
		if (view.is_strike_on == on)
			return true;
		nap_ms(2);
	} while (now_ms() < until);
	return false;
}

bool sim_tone_within(int fd, const char *tone, int limit_ms)
{
	long long until = now_ms() + limit_ms;
	struct sim_view view;
	const char *newest;

	do {
		if (sim_look(fd, &view) < 0)
			return false;
		newest = strrchr(view.tones, ',');
		newest = newest ? newest + 1 : view.tones;
		if (strcmp(newest, tone) == 0)
			return true;
		nap_ms(2);
	} while (now_ms() < until);
	return false;
}
