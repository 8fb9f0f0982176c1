/* mono - the monotonic clock of a board: CLOCK_BOOTTIME, which goes on while the board sleeps. */
#ifndef RUMAH_EDGE_MONO_H
#define RUMAH_EDGE_MONO_H

#include <stdint.h>

uint64_t mono_now_ms(void);

#endif
