/* occupants - the people of a request: their links, and one grant each; see service.h and inside.h */
#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gateway/service/inside.h"

void new_link_make(struct service *service, struct new_link *out)
{
	uint8_t random[LINK_CHARS];

	draw(service, random, sizeof(random));
	link_make(out->secret, random);
	link_id(out->id, out->secret);
	link_public(out->public, out->secret);
	sodium_memzero(random, sizeof(random));
}

int occupant_check(const struct service_occupant *who, bool needs_phone, struct store_occupant *out,
	struct service_problem *problem)
{
	memset(out, 0, sizeof(*out));
	if (!who->name || !text_is_plain(who->name, sizeof(out->name) - 1, false))
		return answer(problem, SERVICE_BAD_INPUT, "bad_name", "occupants", "Tuliskan nama lengkap.");
	if (form_refuses_nik(who->name, "occupants", problem) != 0)
		return SERVICE_BAD_INPUT;
	snprintf(out->name, sizeof(out->name), "%s", who->name);
	if (!who->phone && needs_phone)
		return answer(problem, SERVICE_BAD_INPUT, "phone_missing", "occupants",
			"Tuliskan nomor WhatsApp penanggung jawab.");
	if (who->phone && text_phone(out->phone, who->phone) != 0)
		return answer(problem, SERVICE_BAD_INPUT, "bad_phone", "occupants",
			"Nomor telepon belum benar. Contoh: 0812 3456 7890.");
	return 0;
}

int occupant_put(struct service *service, struct store_occupant *occupant,
	const uint8_t responsible[LINK_KEY_BYTES], char link[LINK_CHARS + 1])
{
	struct new_link made;
	uint8_t random[32];
	int r = 0;

	new_link_make(service, &made);
	memcpy(occupant->link_id, made.id, sizeof(occupant->link_id));
	memcpy(occupant->link_public, made.public, sizeof(occupant->link_public));
	occupant->has_link_sealed = responsible != NULL;
	if (responsible) {
		draw(service, random, sizeof(random));
		r = link_seal(occupant->link_sealed, made.secret, LINK_CHARS, responsible, random);
		sodium_memzero(random, sizeof(random));
	} else {
		assert(link); /* who is responsible is told their link, and nobody else is */
		memcpy(link, made.secret, sizeof(made.secret));
	}
	sodium_memzero(&made, sizeof(made));
	return r == 0 ? store_occupant_add(service->store, occupant) : r;
}

struct people { /* of one request, read before they are worked on */
	size_t count;
	struct store_occupant list[SERVICE_PEOPLE_MAX];
};

static int read_person(void *ctx, const struct store_occupant *occupant)
{
	struct people *people = ctx;

	if (people->count == SERVICE_PEOPLE_MAX)
		return -EUCLEAN;
	people->list[people->count++] = *occupant;
	return 0;
}

static int read_people(struct service *service, int64_t request, struct people *out)
{
	out->count = 0;
	return store_occupant_each(service->store, request, read_person, out);
}

static int give(struct service *service, const struct store_request *request,
	const struct store_occupant *occupant, int64_t now_ms, const struct doors *doors)
{
	struct store_grant grant = { .occupant = occupant->id,
		.made_ms = now_ms,
		.window = window_taken((struct window){ request->from_ms, request->until_ms },
			request->before_min, request->after_min) };

	return grant_give(service, &grant, doors, occupant->link_public);
}

int occupants_grant(struct service *service, const struct store_request *request, int64_t now_ms,
	struct service_problem *problem)
{
	struct people people;
	struct doors doors;
	int r = doors_of_unit(service, request->unit, &doors, problem);

	if (r == 0)
		r = read_people(service, request->id, &people);
	for (size_t i = 0; r == 0 && i < people.count; i++) {
		if (people.list[i].revoked_ms == 0)
			r = give(service, request, &people.list[i], now_ms, &doors);
	}
	return r;
}

int occupants_revoke(struct service *service, int64_t request, int64_t now_ms)
{
	struct store_grant grant;
	struct people people;
	int r = read_people(service, request, &people);

	for (size_t i = 0; r == 0 && i < people.count; i++) {
		r = store_grant_find(service->store, people.list[i].id, 0, &grant);
		if (r == 0)
			r = grant_revoke(service, grant.id, now_ms);
		else if (r == STORE_NONE)
			r = 0;
	}
	return r;
}

int occupants_set_end(struct service *service, const struct store_request *request, int64_t until_ms)
{
	struct window window = window_taken(
		(struct window){ request->from_ms, until_ms }, request->before_min, request->after_min);
	struct store_grant grant;
	struct people people;
	int r = read_people(service, request->id, &people);

	for (size_t i = 0; r == 0 && i < people.count; i++) {
		r = store_grant_find(service->store, people.list[i].id, 0, &grant);
		if (r == 0 && grant.revoked_ms == 0)
			r = grant_set_end(service, grant.id, window.until_ms);
		else if (r == STORE_NONE)
			r = 0;
	}
	return r;
}

static int read_open_request(struct service *service, const char *number, struct store_request *out,
	struct service_problem *problem)
{
	char spelt[NUMBER_CHARS + 1];
	int r = number_read(spelt, number) == 0 ? store_request_read(service->store, spelt, out) : STORE_NONE;

	if (r != 0)
		return not_found(problem, r, "Nomor permohonan tidak ditemukan.");
	if (!request_opens(out->state))
		return answer(problem, SERVICE_BAD_STATE, "not_approved", "",
			"Permohonan ini tidak sedang disetujui.");
	return 0;
}

static int add(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *number,
	struct store_occupant *occupant, struct service_problem *problem)
{
	struct store_request request = { 0 };
	struct people people;
	struct doors doors;
	int r = read_open_request(service, number, &request, problem);

	if (r == 0)
		r = read_people(service, request.id, &people);
	if (r != 0)
		return r;
	if (people.count == SERVICE_PEOPLE_MAX)
		return answer(problem, SERVICE_TOO_MANY, "too_many_people", "occupants",
			"Jumlah penghuni sudah mencapai batas.");
	occupant->request = request.id;
	occupant->n = (unsigned)people.count + 1;
	r = occupant_put(service, occupant, people.list[0].link_public, NULL);
	if (r == 0)
		r = doors_of_unit(service, request.unit, &doors, problem);
	if (r == 0)
		r = give(service, &request, occupant, now_ms, &doors);
	if (r == 0)
		r = audit(service, actor, now_ms, "occupant_add", request.number, "");
	return r == 0 ? change_note(service, CHANGE_REQUEST, request.id) : r;
}

int service_occupant_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, const struct service_occupant *who, struct service_problem *problem)
{
	struct store_occupant occupant = { 0 };
	int r = may(actor, ROLE_ACT_DECIDE, problem);

	if (r == 0)
		r = occupant_check(who, false, &occupant, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, add(service, actor, now_ms, number, &occupant, problem), now_ms, problem);
}

/* The person and their live grant. */
static int read_person_grant(struct service *service, const struct store_request *request, unsigned n,
	struct store_occupant *occupant, struct store_grant *grant, struct service_problem *problem)
{
	int r = store_occupant_read(service->store, request->id, n, occupant);

	if (r == 0 && occupant->revoked_ms == 0)
		r = store_grant_find(service->store, occupant->id, 0, grant);
	else if (r == 0)
		r = STORE_NONE;
	return not_found(problem, r, "Penghuni ini tidak memiliki kode.");
}

static int revoke(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, unsigned n, const char *reason, struct service_problem *problem)
{
	struct store_occupant occupant;
	struct store_request request = { 0 };
	struct store_grant grant;
	int r = read_open_request(service, number, &request, problem);

	if (r == 0)
		r = read_person_grant(service, &request, n, &occupant, &grant, problem);
	if (r == 0)
		r = store_occupant_revoke(service->store, occupant.id, now_ms);
	if (r == 0)
		r = grant_revoke(service, grant.id, now_ms);
	if (r == 0)
		r = audit(service, actor, now_ms, "occupant_revoke", request.number, reason);
	return r == 0 ? change_note(service, CHANGE_REQUEST, request.id) : r;
}

int service_occupant_revoke(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, unsigned occupant, const char *reason, struct service_problem *problem)
{
	int r = may(actor, ROLE_ACT_DECIDE, problem);

	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(
		service, revoke(service, actor, now_ms, number, occupant, reason, problem), now_ms, problem);
}

static int recode(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, unsigned n, struct service_problem *problem)
{
	struct store_occupant occupant;
	struct store_request request = { 0 };
	struct store_grant grant;
	int r = read_open_request(service, number, &request, problem);

	if (r == 0)
		r = read_person_grant(service, &request, n, &occupant, &grant, problem);
	if (r == 0)
		r = grant_recode(service, &grant, occupant.link_public);
	if (r == 0)
		r = audit(service, actor, now_ms, "occupant_recode", request.number, "");
	return r == 0 ? change_note(service, CHANGE_REQUEST, request.id) : r;
}

int service_occupant_recode(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, unsigned occupant, struct service_problem *problem)
{
	int r = may(actor, ROLE_ACT_DECIDE, problem);

	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, recode(service, actor, now_ms, number, occupant, problem), now_ms, problem);
}
