/* health - how the board itself is: what the operating system says of disk, temperature and clock. */
#ifndef RUMAH_DOOR_HEALTH_H
#define RUMAH_DOOR_HEALTH_H

#include <stdbool.h>

#include "schemas/wire/message.h"

/* Fills version, uptime_s, free_bytes of the file system of `dir`, and temp_mc (INT32_MIN: no sensor). */
void health_look(struct wire_health *health, const char *dir);
/* The kernel's wall clock and its error bound, when something (NTP, PTP) keeps it synchronised. */
bool health_kernel_clock(int64_t *wall_ms, uint32_t *bound_ms);

#endif
