/* cards - a card beside the code of standing access; see service.h. The number is said by nobody but the one
 * who adds it: not in the audit, not in an answer. */
#include <sodium.h>
#include <string.h>

#include "gateway/service/inside.h"
#include "schemas/wire/card.h"

static int make_card(const struct service_card *in, struct wire_card *out, struct service_problem *problem)
{
	enum wire_card_layout layout;

	if (!in->layout || wire_card_read(&layout, in->layout) < 0)
		return answer(
			problem, SERVICE_BAD_INPUT, "bad_layout", "layout", "Jenis kartu ini tidak dikenal.");
	if (wire_card_make(out, layout, in->facility, in->number) < 0)
		return answer(problem, SERVICE_BAD_INPUT, "bad_number", "number",
			"Nomor ini tidak ada pada kartu jenis itu.");
	return 0;
}

/* Live standing access; an occupant's code ends too soon for a card to be worth handing out. */
static int find(struct service *service, const char *id, int64_t now_ms, struct service_problem *problem)
{
	struct store_grant grant;
	int r = store_grant_read(service->store, id, &grant);

	if (r == 0 && (grant.standing == 0 || grant.revoked_ms > 0 || grant.window.until_ms <= now_ms))
		r = STORE_NONE;
	sodium_memzero(&grant, sizeof(grant));
	return not_found(problem, r, "Izin tetap ini tidak ditemukan.");
}

static int put_at_door(
	struct service *service, const char *grant, struct board *board, const struct wire_card *card)
{
	uint8_t tag[WIRE_TAG_BYTES];
	int r;

	wire_card_tag(tag, board->keys.tag_key, card);
	r = store_tag_add(service->store, board->row.id, tag, grant);
	if (r == 0)
		r = store_grant_door_card(service->store, grant, board->row.id, tag, board->row.rev + 1);
	board->is_dirty = true;
	return r;
}

static int put_at_doors(struct service *service, const char *grant, const struct wire_card *card,
	struct service_problem *problem)
{
	struct doors doors;
	int r = doors_of_grant(service, grant, &doors);

	for (size_t i = 0; i < doors.count && r == 0; i++)
		r = put_at_door(service, grant, doors.list[i], card);
	if (r == STORE_TWIN)
		return answer(problem, SERVICE_CONFLICT, "card_taken", "number",
			"Kartu ini sudah dipakai orang lain di pintu itu.");
	return r;
}

static int keep(struct service *service, const char *grant, const struct wire_card *card, int64_t now_ms,
	struct service_problem *problem)
{
	uint8_t plain[1 + WIRE_CARD_BYTES], locked[STORE_CARD_BYTES];
	int r;

	plain[0] = card->bits;
	memcpy(plain + 1, card->number, WIRE_CARD_BYTES);
	secret_lock(service, locked, plain, sizeof(plain));
	sodium_memzero(plain, sizeof(plain));
	r = store_card_add(service->store, grant, locked, now_ms);
	if (r == STORE_TWIN)
		return answer(problem, SERVICE_CONFLICT, "has_card", "id",
			"Izin ini sudah punya kartu. Cabut dulu kartu yang lama.");
	return r;
}

static int add(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *id,
	const struct wire_card *card, struct service_problem *problem)
{
	int r = find(service, id, now_ms, problem);

	if (r == 0)
		r = keep(service, id, card, now_ms, problem);
	if (r == 0)
		r = put_at_doors(service, id, card, problem);
	return r == 0 ? audit(service, actor, now_ms, "card_add", id, "") : r;
}

int service_card_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *id, const struct service_card *in, struct service_problem *problem)
{
	struct wire_card card = { 0 };
	int r = may(actor, ROLE_ACT_STANDING, problem);

	if (r == 0)
		r = make_card(in, &card, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r == 0)
		r = end(service, add(service, actor, now_ms, id, &card, problem), now_ms, problem);
	sodium_memzero(&card, sizeof(card));
	return r;
}

int card_forget(struct service *service, const char *grant)
{
	int r = store_card_remove(service->store, grant);

	return r == 0 ? grant_touch(service, grant) : r;
}

static int take(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *id,
	const char *reason, struct service_problem *problem)
{
	int r = card_forget(service, id);

	if (r != 0)
		return not_found(problem, r, "Tidak ada kartu pada izin ini.");
	return audit(service, actor, now_ms, "card_remove", id, reason);
}

int service_card_remove(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *id, const char *reason, struct service_problem *problem)
{
	int r = may(actor, ROLE_ACT_STANDING, problem);

	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, take(service, actor, now_ms, id, reason, problem), now_ms, problem);
}
