/* roles - who among staff may do what: one table, and what is not in it is denied. Pure. */
#ifndef RUMAH_GATEWAY_ROLES_H
#define RUMAH_GATEWAY_ROLES_H

#include <stdbool.h>

#define ROLES(X)                                                                                             \
	X(DESK, "desk")                                                                                      \
	X(GUARD, "guard")                                                                                    \
	X(MANAGER, "manager")                                                                                \
	X(TECHNICIAN, "technician")                                                                          \
	X(AUDITOR, "auditor")
enum role {
#define X(name, word) ROLE_##name,
	ROLES(X)
#undef X
		ROLE_COUNT
};

enum role_act {
	ROLE_ACT_DECIDE,   /* approve, refuse, ask for more, cancel, extend, finish; people of a request */
	ROLE_ACT_STANDING, /* weekly access */
	ROLE_ACT_MODE,
	ROLE_ACT_DOOR, /* unlock and the other actions */
	ROLE_ACT_ALARM,
	ROLE_ACT_SITE,       /* units, boards, settings */
	ROLE_ACT_STAFF,      /* members of staff: add, close, open, reset */
	ROLE_ACT_SEE_LIST,   /* requests, without telephone numbers and letters */
	ROLE_ACT_SEE_PEOPLE, /* one request with all it has; logged */
	ROLE_ACT_SEE_DOORS,  /* doors, events, alarms */
	ROLE_ACT_LISTS,      /* kinds of activity, programmes, reasons for refusing */
	ROLE_ACT_SEE_AUDIT,  /* who did and who read what */
	ROLE_ACT_SEE_STAFF,  /* who has an account, and which role */
	ROLE_ACT_RETENTION,  /* how long what is kept */
	ROLE_ACT_COUNT
};

/* False for a role that is not in the list, "" included. */
bool role_may(const char *role, enum role_act act);
bool role_is_known(const char *role);

#endif
