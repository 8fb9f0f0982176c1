/* relink - another link for somebody who lost theirs, and with it another code; see service.h */
#include <sodium.h>
#include <string.h>

#include "gateway/service/inside.h"

/* Puts a new link into the person's row. Those who are not responsible have it sealed to the one who is. */
static int put_link(struct service *service, struct store_occupant *occupant, const struct new_link *made)
{
	struct store_occupant responsible;
	uint8_t random[32];
	int r = 0;

	memcpy(occupant->link_id, made->id, sizeof(occupant->link_id));
	memcpy(occupant->link_public, made->public, sizeof(occupant->link_public));
	if (occupant->n != 1) {
		r = store_occupant_read(service->store, occupant->request, 1, &responsible);
		if (r == 0) {
			draw(service, random, sizeof(random));
			r = link_seal(occupant->link_sealed, made->secret, LINK_CHARS,
				responsible.link_public, random);
			occupant->has_link_sealed = true;
			sodium_memzero(random, sizeof(random));
		}
	}
	return r == 0 ? store_occupant_set_link(service->store, occupant) : r;
}

static int read_person(struct service *service, const char *number, unsigned n, struct store_request *request,
	struct store_occupant *occupant, struct service_problem *problem)
{
	char spelt[NUMBER_CHARS + 1];
	int r = number_read(spelt, number) == 0 ? store_request_read(service->store, spelt, request)
						: STORE_NONE;

	if (r != 0)
		return not_found(problem, r, "Nomor permohonan tidak ditemukan.");
	if (!request_opens(request->state) && !request_waits(request->state))
		return answer(problem, SERVICE_BAD_STATE, "bad_state", "",
			"Permohonan ini sudah selesai; tautannya tidak diganti lagi.");
	r = store_occupant_read(service->store, request->id, n, occupant);
	if (r == 0 && occupant->revoked_ms > 0)
		r = STORE_NONE;
	return not_found(problem, r, "Orang itu tidak ada dalam permohonan ini.");
}

static int relink(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, unsigned n, const char *reason, const struct new_link *made,
	struct service_problem *problem)
{
	struct store_request request = { 0 };
	struct store_occupant occupant = { 0 };
	struct store_grant grant;
	int r = read_person(service, number, n, &request, &occupant, problem);

	if (r == 0)
		r = put_link(service, &occupant, made);
	if (r != 0)
		return r;
	r = store_grant_find(service->store, occupant.id, 0, &grant);
	if (r == 0 && grant.revoked_ms == 0)
		r = grant_recode(service, &grant, occupant.link_public);
	if (r == STORE_NONE) /* not approved: there is no code yet */
		r = 0;
	if (r == 0)
		r = audit(service, actor, now_ms, "occupant_relink", request.number, reason);
	return r == 0 ? change_note(service, CHANGE_REQUEST, request.id) : r;
}

/* The frame of both: begins, and says the link only after the commit. */
static int finish(struct service *service, int r, int64_t now_ms, struct new_link *made,
	char link[LINK_CHARS + 1], struct service_problem *problem)
{
	r = end(service, r, now_ms, problem);
	if (r == 0)
		memcpy(link, made->secret, sizeof(made->secret));
	sodium_memzero(made, sizeof(*made));
	return r;
}

int service_occupant_relink(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, unsigned occupant, const char *reason, char link[SERVICE_LINK_CHARS + 1],
	struct service_problem *problem)
{
	struct new_link made;
	int r = may(actor, ROLE_ACT_DECIDE, problem);

	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	new_link_make(service, &made);
	r = relink(service, actor, now_ms, number, occupant, reason, &made, problem);
	return finish(service, r, now_ms, &made, link, problem);
}

static int relink_standing(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *id, const char *reason, const struct new_link *made, struct service_problem *problem)
{
	struct store_standing standing;
	struct store_grant grant;
	int r = store_grant_read(service->store, id, &grant);

	if (r == 0 && (grant.standing == 0 || grant.revoked_ms > 0))
		r = STORE_NONE;
	if (r != 0)
		return not_found(problem, r, "Izin tetap ini tidak ditemukan.");
	standing.id = grant.standing;
	memcpy(standing.link_id, made->id, sizeof(standing.link_id));
	memcpy(standing.link_public, made->public, sizeof(standing.link_public));
	r = store_standing_set_link(service->store, &standing);
	if (r == 0)
		r = grant_recode(service, &grant, standing.link_public);
	return r == 0 ? audit(service, actor, now_ms, "standing_relink", grant.id, reason) : r;
}

int service_standing_relink(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *id, const char *reason, char link[SERVICE_LINK_CHARS + 1],
	struct service_problem *problem)
{
	struct new_link made;
	int r = may(actor, ROLE_ACT_STANDING, problem);

	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	new_link_make(service, &made);
	r = relink_standing(service, actor, now_ms, id, reason, &made, problem);
	return finish(service, r, now_ms, &made, link, problem);
}
