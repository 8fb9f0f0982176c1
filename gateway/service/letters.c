/* letters - see letters.h */
#include "gateway/service/letters.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gateway/service/inside.h"
#include "gateway/store/forms.h"

int request_of_link(
	struct service *service, const char *link, struct store_request *out, struct service_problem *problem)
{
	char secret[LINK_CHARS + 1];
	uint8_t id[LINK_ID_BYTES];
	struct store_occupant occupant = { 0 };
	int r = STORE_NONE;

	*out = (struct store_request){ 0 };
	if (link_read(secret, link) == 0) {
		link_id(id, secret);
		r = store_occupant_find(service->store, id, &occupant);
	}
	sodium_memzero(secret, sizeof(secret));
	if (r == 0)
		r = store_request_read_id(service->store, occupant.request, out);
	if (r != 0)
		return not_found(problem, r, "Tautan ini tidak dikenal.");
	if (occupant.n != 1 || occupant.revoked_ms > 0)
		return answer(problem, SERVICE_FORBIDDEN, "not_responsible", "",
			"Hanya penanggung jawab yang dapat melakukan ini.");
	return 0;
}

static int find_request(
	struct service *service, const char *link, struct store_request *out, struct service_problem *problem)
{
	int r = request_of_link(service, link, out, problem);

	if (r == 0 && !request_waits(out->state) && !request_opens(out->state))
		return answer(problem, SERVICE_BAD_STATE, "bad_state", "",
			"Permohonan ini sudah selesai; surat tidak diterima lagi.");
	return r;
}

static int check_room(struct service *service, int64_t more)
{
	int64_t total = 0;
	int r = store_letter_total(service->store, &total);

	if (r == 0 && service->config.letters_quota > 0 && total + more > service->config.letters_quota)
		return -ENOSPC;
	return r;
}

int letters_may(struct service *service, const char *link, struct service_problem *problem)
{
	struct store_request request;
	int r = find_request(service, link, &request, problem);

	return r == 0 ? check_room(service, 1) : r;
}

static int put(struct service *service, int64_t now_ms, const char *link, const struct service_letter *letter,
	struct service_problem *problem)
{
	static const struct service_actor teacher = { .name = "teacher" };
	struct store_letter row = { .bytes = letter->bytes, .at_ms = now_ms };
	struct store_request request;
	int r = find_request(service, link, &request, problem);

	if (r == 0)
		r = check_room(service, letter->bytes);
	if (r != 0)
		return r;
	row.request = request.id;
	memcpy(row.hash, letter->hash, sizeof(row.hash));
	snprintf(row.type, sizeof(row.type), "%s", letter_word(letter->type));
	r = store_letter_put(service->store, &row);
	if (r == 0)
		r = audit(service, &teacher, now_ms, "letter_put", request.number, row.type);
	return r == 0 ? change_note(service, CHANGE_REQUEST, request.id) : r;
}

int letters_put(struct service *service, int64_t now_ms, const char *link,
	const struct service_letter *letter, struct service_problem *problem)
{
	int r = begin(service, now_ms);

	return r == 0 ? end(service, put(service, now_ms, link, letter, problem), now_ms, problem) : r;
}

static int find(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, struct service_letter *out, struct service_problem *problem)
{
	char spelt[NUMBER_CHARS + 1];
	struct store_request request;
	struct store_letter row;
	int r = number_read(spelt, number) == 0 ? store_request_read(service->store, spelt, &request)
						: STORE_NONE;

	if (r == 0)
		r = store_letter_read(service->store, request.id, &row);
	if (r != 0)
		return not_found(problem, r, "Surat permohonan ini belum ada.");
	memcpy(out->hash, row.hash, sizeof(out->hash));
	out->bytes = row.bytes;
	if (letter_word_read(&out->type, row.type) != 0)
		return -EUCLEAN;
	return audit(service, actor, now_ms, "read_letter", request.number, "");
}

int letters_find(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, struct service_letter *out, struct service_problem *problem)
{
	int r = may(actor, ROLE_ACT_SEE_PEOPLE, problem);

	if (r == 0)
		r = begin(service, now_ms);
	return r == 0 ? end(service, find(service, actor, now_ms, number, out, problem), now_ms, problem) : r;
}

int letters_is_known(struct service *service, const uint8_t hash[32], bool *is_known)
{
	return store_letter_is_known(service->store, hash, is_known);
}
