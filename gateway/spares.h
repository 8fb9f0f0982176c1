/* spares - codes made ahead on the loop's pool, one at a time, so that an approval does not wait for
 * Argon2id. One thread: the loop's. */
#ifndef RUMAH_GATEWAY_SPARES_H
#define RUMAH_GATEWAY_SPARES_H

#include <stdbool.h>
#include <uv.h>

#include "gateway/service/service.h"

/* An approval takes spares, and then waits for its doors to confirm it: Argon2id must not take the processor
 * from that. */
#define SPARES_WAIT_MS 500

struct spares {
	uv_loop_t *loop; /* NULL: not yet */
	uv_timer_t soon;
	struct service *service;
	uv_work_t work;
	bool is_working, is_stopping;
	unsigned digits;
	struct wire_settings settings;
	struct service_spare spare;
	int result;
};

void spares_init(struct spares *spares, uv_loop_t *loop, struct service *service);
/* Makes one when one is wanted, and then the next. */
void spares_top_up(struct spares *spares);
/* The same, in SPARES_WAIT_MS. */
void spares_top_up_soon(struct spares *spares);
void spares_stop(struct spares *spares); /* the one in work is thrown away; takes one that was not begun */

#endif
