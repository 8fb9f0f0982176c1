/* cert - how long our certificate still lives. Through libcrypto, which libmosquitto has loaded anyway:
 * reading X.509 by hand would be the larger risk. */
#ifndef RUMAH_LINK_CERT_H
#define RUMAH_LINK_CERT_H

#include <stdint.h>

/* Whole days until the certificate in the PEM file `path` ends, 0 when it has. 0 or -errno. */
int cert_days_left(const char *path, uint32_t *days);

#endif
