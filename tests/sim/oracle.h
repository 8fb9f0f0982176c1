/* oracle - what the parts of the oracle share: oracle.c watches the boards, oracle_lock.c their locks,
 * oracle_site.c the gateway. */
#ifndef TESTS_SIM_ORACLE_H
#define TESTS_SIM_ORACLE_H

#include "tests/sim/world.h"

#define DAY_MS (24ll * 3600 * 1000)
#define GUESSES_A_DAY 60
#define EDGE_MS 60000 /* firmware/core/grants.h: how unsure a clock may be at a window's edge */
#define IDS 256

struct published { /* one snapshot as the gateway signed it */
	uint64_t rev;
	size_t count;
	struct wire_grant *grants;
};

struct executed {
	char id[WIRE_ID_CHARS + 1];
	int64_t expires_ms;
	unsigned times;
};

struct oracle {
	struct {
		struct published *list;
		size_t count, room;
		uint64_t acked[2]; /* newest acknowledgement the gateway signed: log, upto */
	} boards[WORLD_BOARDS_MAX];
	struct executed actions[IDS];
	unsigned action_count;
	struct wire_grant grants[512];
	struct wire_settings settings; /* of the newest snapshot */
};

/* oracle_lock.c: S1 to S3, S19 and S21 of one step. */
void oracle_lock(struct board_node *node, const struct board_input *input, const struct board_orders *orders,
	const struct wire_state *state);

#endif
