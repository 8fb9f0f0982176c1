/* notify - tells systemd how we are: one datagram to $NOTIFY_SOCKET, nothing where there is none
 * (sd_notify(3) without its library). */
#ifndef RUMAH_EDGE_NOTIFY_H
#define RUMAH_EDGE_NOTIFY_H

#include <stdint.h>

void notify_ready(void);    /* READY=1 */
void notify_watchdog(void); /* WATCHDOG=1 */
void notify_stopping(void); /* STOPPING=1 */
/* Milliseconds within which WATCHDOG=1 is expected again; 0: nobody watches. */
uint64_t notify_watchdog_ms(void);

#endif
