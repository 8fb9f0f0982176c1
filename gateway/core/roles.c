/* roles - see roles.h */
#include "gateway/core/roles.h"

#include <string.h>

#define D (1u << ROLE_DESK)
#define G (1u << ROLE_GUARD)
#define M (1u << ROLE_MANAGER)
#define T (1u << ROLE_TECHNICIAN)
#define A (1u << ROLE_AUDITOR)

/* clang-format off */
static const unsigned table[ROLE_ACT_COUNT] = {
	[ROLE_ACT_DECIDE]     = D     | M,
	[ROLE_ACT_STANDING]   =         M,
	[ROLE_ACT_MODE]       = D | G | M,
	[ROLE_ACT_DOOR]       = D | G | M | T,
	[ROLE_ACT_ALARM]      = D | G | M | T,
	[ROLE_ACT_SITE]       =         M | T,
	[ROLE_ACT_STAFF]      =         M,
	[ROLE_ACT_SEE_LIST]   = D | G | M     | A,
	[ROLE_ACT_SEE_PEOPLE] = D     | M     | A,
	[ROLE_ACT_SEE_DOORS]  = D | G | M | T | A,
	[ROLE_ACT_LISTS]      = D     | M,
	[ROLE_ACT_SEE_AUDIT]  =         M     | A,
	[ROLE_ACT_SEE_STAFF]  =         M     | A,
	[ROLE_ACT_RETENTION]  =         M,
};
/* clang-format on */

static const char *const words[] = {
#define X(name, word) [ROLE_##name] = word,
	ROLES(X)
#undef X
};

static unsigned bit_of(const char *role)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++) {
		if (strcmp(role, words[i]) == 0)
			return 1u << i;
	}
	return 0;
}

bool role_may(const char *role, enum role_act act)
{
	return (table[act] & bit_of(role)) != 0;
}

bool role_is_known(const char *role)
{
	return bit_of(role) != 0;
}
