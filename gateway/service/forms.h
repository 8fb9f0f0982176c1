/* forms - what a request says beyond unit and time, and the lists that it chooses from.
 * Outcomes as in service.h. */
#ifndef RUMAH_GATEWAY_FORMS_H
#define RUMAH_GATEWAY_FORMS_H

#include "gateway/service/service.h"

/* All may be left out: NULL, -1. Of NIP and NUPTK only a mask is kept; a NIK is refused wherever it stands.
 */
struct service_form {
	const char
		*applicant; /* perorangan or organisasi, which needs its name; NULL: as there is one or not */
	const char *programme; /* of the list */
	const char *accessibility, *equipment;
	int64_t women, men; /* together as many as come */
	const char *nip, *nuptk;
	const char *letter_way; /* upload, made (by the page, from the four below), later */
	const char *position, *address, *place, *reference;
};

struct service_choice {
	const char *list;           /* kind, programme, refusal */
	const char *id;             /* [a-z0-9_]{1,32} */
	const char *name, *name_en; /* Bahasa Indonesia, English */
	int64_t position;           /* lower comes first */
	bool is_active;             /* false: may not be chosen any more */
};
/* Adds to a list, or changes what is there. */
int forms_put_choice(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const struct service_choice *choice, struct service_problem *problem);
int forms_view_choices(struct service *service, json_t **out); /* public */

#endif
