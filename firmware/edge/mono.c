#include "firmware/edge/mono.h"

#include <assert.h>
#include <time.h>

uint64_t mono_now_ms(void)
{
	struct timespec now;
	int r = clock_gettime(CLOCK_BOOTTIME, &now);

	assert(r == 0); /* Linux has had it since 2.6.39 */
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
