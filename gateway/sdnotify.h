/* sdnotify - tells systemd how the service is: one datagram, no library. */
#ifndef RUMAH_GATEWAY_SDNOTIFY_H
#define RUMAH_GATEWAY_SDNOTIFY_H

/* Sends `state` ("READY=1", "STOPPING=1", "WATCHDOG=1"). Nothing happens when nobody listens. */
void sdnotify(const char *state);

#endif
