/* letters - which letter belongs to which request; the bytes are the caller's (gateway/http/files.h).
 * Outcomes as in service.h. */
#ifndef RUMAH_GATEWAY_LETTERS_H
#define RUMAH_GATEWAY_LETTERS_H

#include "gateway/core/letter.h"
#include "gateway/service/service.h"

struct service_letter {
	uint8_t hash[32]; /* BLAKE2b-256 of its bytes, by which its file is named */
	enum letter_type type;
	int64_t bytes;
};

/* Whether the responsible person may hand one in now: while the request waits or opens, and while there is
 * room. -ENOSPC: there is none. */
int letters_may(struct service *service, const char *link, struct service_problem *problem);
/* The file is there: from now on it is the request's letter, in place of one before. */
int letters_put(struct service *service, int64_t now_ms, const char *link,
	const struct service_letter *letter, struct service_problem *problem);
/* For staff, who are written down for it. */
int letters_find(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, struct service_letter *out, struct service_problem *problem);
/* Whether any request has a file: those nobody has may go. 0 or -errno. */
int letters_is_known(struct service *service, const uint8_t hash[32], bool *is_known);

#endif
