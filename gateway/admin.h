/* admin - the acts of the command line that need the database's own machine. Each returns the process's exit
 * status after having said what it did, or why not. */
#ifndef RUMAH_GATEWAY_ADMIN_H
#define RUMAH_GATEWAY_ADMIN_H

#include "gateway/config.h"

/* Makes the keys that are missing and prints the path of identity.pub, which boards need. */
int admin_init(const struct config *config);
/* Adds a member of staff, or sets role and password anew; prints the password, which is random, this once. */
int admin_staff(const struct config *config, const char *name, const char *role);

#endif
