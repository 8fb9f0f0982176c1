/* debounce - from the level of a switch that chatters to the level it means. Pure: levels and times come in.
 *
 *           ┌┐┌┐┌─────────────────────┐┌┐
 *   raw  ───┘└┘└┘                     └┘└───────────────
 *                   ┌─────────────────────────┐
 *   told ───────────┘<- steady_ms             └─────────   after it was steady for so long, either way
 *
 * A switch that has not kept still for DEBOUNCE_CALM_MS in DEBOUNCE_BOUNCING_MS is broken, loose, or picks up
 * its cable's noise: told once, and once more when it has been quiet for DEBOUNCE_OVER_MS. Meanwhile what was
 * steady for long enough is told as ever: a request to exit is not held back for being worn out.
 *
 * Edges can be lost on their way here, so feed the level itself after each batch of them, too. */
#ifndef RUMAH_CORE_DEBOUNCE_H
#define RUMAH_CORE_DEBOUNCE_H

#include <stdbool.h>
#include <stdint.h>

#define DEBOUNCE_MS 50 /* reed contacts and push buttons chatter for 5 to 20; no hand is faster */
#define DEBOUNCE_MIN_MS 5
#define DEBOUNCE_MAX_MS 2000
#define DEBOUNCE_CALM_MS 1000     /* nobody opens and shuts a door faster, */
#define DEBOUNCE_BOUNCING_MS 8000 /* for so long */
#define DEBOUNCE_OVER_MS 10000

enum debounce_answer {              /* bits */
	DEBOUNCE_CHANGED = 1 << 0,  /* read is_high */
	DEBOUNCE_BOUNCING = 1 << 1, /* began */
	DEBOUNCE_CALM = 1 << 2,     /* is over */
};

struct debounce {     /* the caller's memory */
	bool is_high; /* what it means */
	bool is_bouncing;
	bool is_raw_high;
	uint32_t steady_ms;
	uint64_t raw_since_ms;      /* the newest edge */
	uint64_t restless_since_ms; /* the first edge that none but short pauses followed */
};

/* The level at the start is taken at its word. */
void debounce_init(struct debounce *debounce, bool is_high, uint32_t steady_ms, uint64_t now_ms);
/* The level became, or still is, is_high at at_ms; a time before the newest edge's counts as that. The answer
 * is about what was so until then: ask debounce_tick() for what is now. */
unsigned debounce_feed(struct debounce *debounce, bool is_high, uint64_t at_ms);
unsigned debounce_tick(struct debounce *debounce, uint64_t now_ms);
/* When debounce_tick() would answer if nothing changes; UINT64_MAX never. */
uint64_t debounce_next_ms(const struct debounce *debounce);

#endif
