/* health - how the board itself is: what the operating system says of disk and temperature. */
#ifndef RUMAH_DOOR_HEALTH_H
#define RUMAH_DOOR_HEALTH_H

#include "schemas/wire/message.h"

/* Fills version, uptime_s, free_bytes of the file system of `dir`, and temp_mc (INT32_MIN: no sensor). */
void health_look(struct wire_health *health, const char *dir);

#endif
