/* routes - the whole interface of schemas/http/openapi.yaml as one table: method, path, who, handler.
 * tests/contract compares it with the document. */
#ifndef RUMAH_GATEWAY_ROUTES_H
#define RUMAH_GATEWAY_ROUTES_H

#include "gateway/http/router.h"

extern const struct route routes[];
extern const size_t route_count;

#endif
