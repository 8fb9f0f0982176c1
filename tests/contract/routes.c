/* Prints the gateway's routes as the code has them: method, path, and who may use it. */
#include <stdio.h>
#include <string.h>

#include "gateway/http/routes.h"

int main(void)
{
	static const char *const roles[] = {
#define X(name, word) word,
		ROLES(X)
#undef X
	};

	for (size_t i = 0; i < route_count; i++) {
		const struct route *route = &routes[i];

		if (strncmp(route->path, "/api/", 5) != 0)
			continue; /* pages are no interface */
		printf("%s %s", route->method, route->path);
		if (route->who == ROUTE_PUBLIC)
			printf(" public");
		else
			for (unsigned r = 0; r < ROLE_COUNT; r++)
				printf("%s%s", route_allows(route, roles[r]) ? " " : "",
					route_allows(route, roles[r]) ? roles[r] : "");
		printf("\n");
	}
	return 0;
}
