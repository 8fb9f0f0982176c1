/* accounts - members of staff after they were added: closed and opened again, a forgotten password, one's
 * own.
 *
 * A manager never learns a password that lasts: a reset makes a one-time one, which logs in once within
 * ACCOUNTS_ONCE_MS and then only as far as choosing one's own. Closing an account ends its sessions at once.
 * Somebody who may do these things always remains: the last manager is neither closed nor given another role.
 */
#ifndef RUMAH_GATEWAY_ACCOUNTS_H
#define RUMAH_GATEWAY_ACCOUNTS_H

#include "gateway/service/service.h"

#define ACCOUNTS_ONCE_MS (3 * 24 * 60 * 60 * 1000LL)

/* As Accounts of openapi.yaml. */
int accounts_view(struct service *service, json_t **out);
/* Closes or opens an account; the reason is written down. */
int accounts_set_disabled(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *name, bool is_disabled, const char *reason, struct service_problem *problem);
/* `password_hash` is of a one-time password that the caller tells the manager. Ends that person's sessions.
 */
int accounts_reset(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *name, const char *password_hash, const char *reason, struct service_problem *problem);

/* One's own password, in two steps since the hash is slow. Begin: the budget of guesses is looked at, `hash`
 * is what the present password is to be verified against. End: with the result, and the new one's hash (NULL
 * when it was wrong, which counts as a guess). Every other session of that person ends. */
int accounts_own_begin(struct service *service, const struct service_session *session, int64_t now_ms,
	char hash[128], struct service_problem *problem);
int accounts_own_end(struct service *service, const struct service_session *session, int64_t now_ms,
	const char *new_hash, struct service_problem *problem);

#endif
