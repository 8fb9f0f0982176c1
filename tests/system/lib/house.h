/* house - what the HTTP tests live in: one gateway, five members of staff, a unit, a door, requests. */
#pragma once

#include "tests/system/lib/gateway.h"

enum { DESK, GUARD, MANAGER, TECHNICIAN, AUDITOR, HOUSE_STAFF };
extern const char *const house_roles[HOUSE_STAFF];

struct house {
	struct gateway gateway;
	struct session staff[HOUSE_STAFF];
	char passwords[HOUSE_STAFF][64];
	char number[16], link[32]; /* of a request that waits */
};

/* Returns 0; a failure ends the test. `program` is rumah-gateway's path. */
int house_make(struct house *house, const char *program);
void house_remove(struct house *house);
/* Asks for the room on that day of next year. */
void house_request(struct house *house, unsigned day, char number[static 16], char link[static 32]);
