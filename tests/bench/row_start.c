/* From the start of rumah-door's process to a door that takes codes: with many grants, and with a full
 * journal. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "schemas/wire/seal.h"
#include "schemas/wire/topic.h"
#include "tests/bench/memory.h"
#include "tests/bench/pins.h"
#include "tests/bench/plan.h"
#include "tests/bench/report.h"
#include "tests/bench/rows.h"
#include "tests/system/lib/process.h"

#define CODE "274951"
#define GAP_MS 110
#define STARTS 5

/* What no start can go without: a process, and one check of the snapshot's seal and form. */
static double time_least(
	const struct door *door, const struct parties *parties, const struct wire_snapshot *plan)
{
	struct wire_snapshot read = { .grants = calloc(plan->grant_count, sizeof(*plan->grants)),
		.grant_max = plan->grant_count };
	char program[PATH_MAX], topic[WIRE_TOPIC_SIZE], *sealed;
	size_t len;
	uint64_t since;
	pid_t pid;
	int r;

	sealed = plan_seal(plan, door->board, &parties->gateway, &len);
	wire_topic_make(topic, SITE, door->board, WIRE_SNAPSHOT);
	snprintf(program, sizeof(program), "%.4000s/firmware/door/rumah-door", world()->programs);
	since = now_ns();
	pid = fork();
	if (pid == 0) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(1);
		execl(program, program, "--version", (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &r, 0);
	if (r == 0)
		r = wire_unseal(sealed, len, topic, parties->gateway.sign_public);
	if (r == 0)
		r = wire_snapshot_decode(&read, sealed, len);
	if (r != 0)
		broken("a process, a seal or a snapshot is not good: %d", r);
	free(read.grants);
	free(sealed);
	return us_since(since) / 1000;
}

static bool heard_key(json_t *seen)
{
	json_t *tones = json_object_get(seen, "tones"), *tone;
	bool is_heard = false;
	size_t i;

	json_array_foreach(tones, i, tone) is_heard = is_heard || strcmp(json_string_value(tone), "key") == 0;
	json_decref(seen);
	return is_heard;
}

/* Until the first key of a code is taken; then the rest of the code shows that the door was really ready. */
static double time_start(struct door *door)
{
	uint64_t since = now_ns();
	struct pins *keypad, *watcher;
	double ms;

	door_start(door);
	keypad = pins_open(door->sim_socket, 20000);
	if (!keypad)
		broken("the door does not start: see %s/door.log", door->dir);
	pins_press(keypad, "2", GAP_MS);
	ms = us_since(since) / 1000;

	pins_say(keypad, "{\"do\":\"show\"}");
	if (!heard_key(pins_hear(keypad)))
		broken("the door did not take the first key");
	watcher = pins_open(door->sim_socket, 1000);
	pins_say(watcher, "{\"do\":\"watch\"}");
	nap_ms(GAP_MS);
	pins_press(keypad, &CODE "#"[1], GAP_MS);
	pins_await_strike(watcher, true);
	pins_close(keypad);
	pins_close(watcher);
	process_end(
		door->door, SIGKILL); /* as a power cut would: the start after it is the one that counts */
	door->door = 0;
	return ms;
}

static void measure(const char *what, const char *name, size_t grants, size_t events, double goal_ms)
{
	struct samples starts = { 0 }, least = { 0 };
	struct wire_snapshot plan;
	struct parties parties;
	struct door door;

	parties_meet(&parties, &door, name);
	plan_make(&plan, grants, 1, parties.tag_key);
	plan_set_code(&plan, grants / 2, CODE, parties.tag_key);
	memory_write(&door, &parties, &plan, events);
	for (unsigned i = 0; i < STARTS; i++) {
		samples_add(&least, time_least(&door, &parties, &plan));
		samples_add(&starts, time_start(&door));
	}
	report_row(&(struct row){ what, "ms", samples_at(&starts, 1), &starts,
		"a process, one seal and its decoding, p50", samples_at(&least, 0.5), GOAL_AT_MOST,
		goal_ms });
	plan_free(&plan);
	samples_free(&starts);
	samples_free(&least);
}

void row_start(void)
{
	measure("start to able to unlock, 10,000 grants: worst", "door-grants", 10000, 0, 500);
	measure("start with 1,000,000 events in the journal: worst", "door-events", 256, 1000000, 300);
}
