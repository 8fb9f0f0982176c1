/* wallclock - the one source of time at the gateway's edge: milliseconds since 1970 UTC. */
#ifndef RUMAH_GATEWAY_WALLCLOCK_H
#define RUMAH_GATEWAY_WALLCLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t wallclock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now); /* cannot fail for this clock */
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
