/* watch - a descriptor, or a moment, that the loop looks out for. Unlike the loop's own handles it may be
 * closed at any time, also from its own callback, and its owner may be freed in the next line: the callback
 * does not come again. One thread: the loop's. */
#ifndef RUMAH_DOOR_WATCH_H
#define RUMAH_DOOR_WATCH_H

#include <stdint.h>

struct uv_loop_s;
struct watch; /* opaque: watch_open_*() makes it, watch_close() frees it */

/* `ready` with 0 each time `fd` can be read; with -errno when it has failed, once, and then no more. The
 * descriptor stays the caller's, who closes the watch first. 0 or -errno. */
int watch_open_fd(
	struct watch **out, struct uv_loop_s *loop, int fd, void (*ready)(void *ctx, int error), void *ctx);
/* `due` when the moment of watch_set() has come, once for each. 0 or -errno. */
int watch_open_timer(struct watch **out, struct uv_loop_s *loop, void (*due)(void *ctx), void *ctx);
/* On CLOCK_BOOTTIME; past is at the next turn of the loop, UINT64_MAX never. */
void watch_set(struct watch *watch, uint64_t at_mono_ms);
void watch_close(struct watch *watch); /* takes NULL */

#endif
