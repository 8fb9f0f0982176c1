/* From the last key to the strike in the real rumah-door, Argon2id and all, as the simulated pins show it. */
#include <string.h>

#include "tests/bench/memory.h"
#include "tests/bench/pins.h"
#include "tests/bench/plan.h"
#include "tests/bench/report.h"
#include "tests/bench/rows.h"
#include "tests/system/lib/process.h"

#define CODE "274951"
#define ENTRIES 10
#define GAP_MS 110

static double time_hash(const struct wire_snapshot *plan)
{
	uint8_t s[WIRE_STRETCHED_BYTES];
	uint64_t since = now_ns();

	if (wire_stretch(s, CODE, strlen(CODE), &plan->settings) != 0)
		broken("a code cannot be stretched");
	return us_since(since) / 1000;
}

/* The time the command with the last key takes to the door is counted too. */
static double time_entry(struct pins *keypad, struct pins *watcher)
{
	uint64_t since;
	double ms;

	pins_press(keypad, CODE, GAP_MS);
	nap_ms(GAP_MS);
	since = now_ns();
	pins_say(keypad, "{\"do\":\"press\",\"keys\":\"#\"}");
	ms = (double)(pins_await_strike(watcher, true) - since) / 1e6;
	json_decref(pins_hear(keypad));
	pins_await_strike(watcher, false);
	return ms;
}

void row_door(void)
{
	struct samples entries = { 0 }, hashes = { 0 };
	struct pins *keypad, *watcher;
	struct wire_snapshot plan;
	struct parties parties;
	struct door door;

	parties_meet(&parties, &door, "door-hash");
	plan_make(&plan, 256, 1, parties.tag_key);
	plan_set_code(&plan, 100, CODE, parties.tag_key);
	memory_write(&door, &parties, &plan, 0);
	door_start(&door);
	keypad = pins_open(door.sim_socket, 10000);
	watcher = pins_open(door.sim_socket, 10000);
	if (!keypad || !watcher)
		broken("the door does not start: see %s/door.log", door.dir);
	pins_say(watcher, "{\"do\":\"watch\"}");
	for (unsigned i = 0; i < ENTRIES; i++) {
		samples_add(&hashes, time_hash(&plan));
		samples_add(&entries, time_entry(keypad, watcher));
	}
	report_row(&(struct row){ "last key to strike, rumah-door, hash and all: p99", "ms",
		samples_at(&entries, 0.99), &entries, "Argon2id 4 MiB, 3 passes alone, p50",
		samples_at(&hashes, 0.5), GOAL_AT_MOST, 100 });
	pins_close(keypad);
	pins_close(watcher);
	door_end(&door);
	plan_free(&plan);
	samples_free(&entries);
	samples_free(&hashes);
}
