/* The live stream of a rumah-gateway, see centre.h. */
#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/centre.h"
#include "tests/bench/samples.h"

struct watch {
	CURL *curl;
	void (*on_event)(void *ctx, const char *what, json_t *json);
	void *ctx;
	char what[32];
	char *line; /* not yet ended */
	size_t len, room;
};

static void take_line(struct watch *watch, const char *line)
{
	json_t *json;

	if (strncmp(line, "event: ", 7) == 0)
		snprintf(watch->what, sizeof(watch->what), "%s", line + 7);
	if (strncmp(line, "data: ", 6) != 0)
		return;
	json = json_loads(line + 6, 0, NULL);
	if (!json)
		broken("the live stream is no JSON");
	watch->on_event(watch->ctx, watch->what, json);
	json_decref(json);
}

static size_t take(char *bytes, size_t size, size_t count, void *ctx)
{
	struct watch *watch = ctx;

	for (size_t i = 0; i < size * count; i++) {
		if (watch->len == watch->room) {
			watch->room = watch->room ? 2 * watch->room : 4096;
			watch->line = realloc(watch->line, watch->room);
			if (!watch->line)
				broken("no memory");
		}
		watch->line[watch->len] = bytes[i] == '\n' ? '\0' : bytes[i];
		watch->len++;
		if (bytes[i] != '\n')
			continue;
		take_line(watch, watch->line);
		watch->len = 0;
	}
	return size * count;
}

static void *run(void *arg)
{
	struct watch *watch = arg;

	curl_easy_perform(watch->curl);
	return NULL;
}

void centre_watch(
	struct centre *centre, void (*on_event)(void *ctx, const char *what, json_t *json), void *ctx)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	char url[128];
	pthread_t thread;

	if (!watch || !(watch->curl = curl_easy_init()))
		broken("no memory");
	watch->on_event = on_event;
	watch->ctx = ctx;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/api/live", centre->port);
	curl_easy_setopt(watch->curl, CURLOPT_URL, url);
	curl_easy_setopt(watch->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(watch->curl, CURLOPT_COOKIE, centre->cookie);
	curl_easy_setopt(watch->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(watch->curl, CURLOPT_WRITEDATA, watch);
	if (pthread_create(&thread, NULL, run, watch) != 0)
		broken("no thread");
	pthread_detach(thread);
}
