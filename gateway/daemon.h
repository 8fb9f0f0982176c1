/* daemon - the running gateway: one loop that joins the service, the bus and HTTP. Decides nothing. */
#ifndef RUMAH_GATEWAY_DAEMON_H
#define RUMAH_GATEWAY_DAEMON_H

#include "gateway/config.h"
#include "gateway/service/service.h"

/* Runs until SIGTERM or SIGINT. Returns the process's exit status, after having said on stderr why. */
int daemon_run(const struct config *config);

/* Opens the service as the daemon does, for one act of the command line: nobody is told, nothing is sent. The
 * caller closes *out, then wipes *keys. 0, or -1 after having said why. */
struct keys;
int daemon_open_service(
	struct service **out, struct keys *keys, const struct config *config, struct service_config *with);

#endif
