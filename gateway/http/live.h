/* live - the stream of changes (server-sent events) to everyone who watches.
 *
 * A watcher gets a full picture, then each change. Its queue is bounded: whoever reads too slowly, or
 * whenever there is more news at once than the queue holds, gets one new picture in place of all that was
 * missed, and memory does not grow. A change is made into text once and shared by all queues. A watcher costs
 * one suspended connection and nothing while nothing happens. One thread: the loop's. */
#ifndef RUMAH_GATEWAY_LIVE_H
#define RUMAH_GATEWAY_LIVE_H

#include "gateway/http/server.h"

#define LIVE_QUEUE 64                /* changes that a watcher may be behind */
#define LIVE_QUEUE_BYTES (128 << 10) /* and their bytes; a picture may be larger */
#define LIVE_BEAT_MS 15000           /* between comments, so that both ends notice a dead line */
#define LIVE_STALLED_S 60            /* a watcher that takes no byte for this long is gone */

struct live;

int live_new(struct live **out, struct http *http); /* 0 or -errno */
/* Ends all streams and closes the timer. */
void live_stop(struct live *live);
void live_free(struct live *live); /* takes NULL; after the daemon was stopped */

/* Answers the request with a stream. */
enum MHD_Result live_attach(struct live *live, struct request *request);
void live_changed(struct live *live, uint64_t seq, const char *what, const json_t *json);

#endif
