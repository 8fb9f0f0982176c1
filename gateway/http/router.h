/* router - which handler a method and a path belong to. Pure: one table in, one row out.
 *
 * A pattern is literal segments and {names}: "/api/requests/{number}/occupants". A name matches one segment
 * of 1 to 39 characters out of [A-Za-z0-9-]; anything else (percent signs, dots, empty segments, semicolons)
 * matches nothing, so that a path has exactly one spelling. */
#ifndef RUMAH_GATEWAY_ROUTER_H
#define RUMAH_GATEWAY_ROUTER_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway/core/roles.h"

#define ROUTE_PARAMS_MAX 3
#define ROUTE_PARAM_SIZE 40
#define ROUTE_PATH_MAX 200 /* bytes of a path; ours need 70 */

/* Who may use a route: everybody, every member of staff, or those whose role covers an act
 * (gateway/core/roles.h). */
enum route_who { ROUTE_PUBLIC, ROUTE_STAFF, ROUTE_ACT };

struct exchange;

struct route {
	const char *method; /* GET, POST or DELETE; HEAD goes where GET goes */
	const char *path;
	enum route_who who;
	enum role_act act; /* of ROUTE_ACT */
	void (*handle)(struct exchange *exchange);
	int what;        /* for handlers of several routes: which of them */
	bool takes_file; /* its body is multipart/form-data with one file, not JSON */
};

struct route_match {
	const struct route *route;
	unsigned param_count;
	char params[ROUTE_PARAMS_MAX][ROUTE_PARAM_SIZE]; /* in the pattern's order */
};

enum route_answer { ROUTE_NO_PATH = 1, ROUTE_NO_METHOD };

/* Returns 0 with *out set; ROUTE_NO_PATH; or ROUTE_NO_METHOD with the methods the path has in `allow`
 * ("GET, POST"). */
int route_find(struct route_match *out, char allow[static 32], const struct route *table, size_t count,
	const char *method, const char *path);

/* Whether a member of staff with this role may use the route. A role that is none may use nothing. */
bool route_allows(const struct route *route, const char *role);

#endif
