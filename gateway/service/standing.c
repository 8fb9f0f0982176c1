/* standing - weekly access for cleaners and guards; see service.h */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gateway/service/inside.h"

static int check_hours(
	const struct service_standing *in, struct store_standing *out, struct service_problem *problem)
{
	for (size_t i = 0; i < in->weekly_count; i++) {
		const struct wire_weekly *hours = &in->weekly[i];

		if (i == WIRE_WEEKLY_MAX || hours->days < 1 || hours->days > 127 || hours->from_min > 1439 ||
			hours->to_min < 1 || hours->to_min > 1440)
			return answer(problem, SERVICE_BAD_INPUT, "bad_hours", "weekly",
				"Jam mingguan belum benar.");
		out->weekly[i] = *hours;
	}
	out->weekly_count = (unsigned)in->weekly_count;
	return 0;
}

static int check(const struct service_standing *in, int64_t now_ms, struct store_standing *out,
	struct service_problem *problem)
{
	memset(out, 0, sizeof(*out));
	if (!in->name || !text_is_plain(in->name, sizeof(out->name) - 1, false))
		return answer(problem, SERVICE_BAD_INPUT, "bad_name", "name", "Tuliskan namanya.");
	if (in->from_ms < 0 || in->from_ms >= in->until_ms || in->until_ms <= now_ms ||
		in->until_ms > WIRE_TIME_MAX_MS)
		return answer(
			problem, SERVICE_BAD_INPUT, "bad_times", "until_ms", "Masa berlakunya belum benar.");
	snprintf(out->name, sizeof(out->name), "%s", in->name);
	out->is_always = in->is_always;
	out->opens_on_holidays = in->opens_on_holidays;
	out->window = (struct window){ in->from_ms, in->until_ms };
	out->made_ms = now_ms;
	return check_hours(in, out, problem);
}

static int find_doors(struct service *service, const struct service_standing *in, struct doors *out,
	struct service_problem *problem)
{
	out->count = 0;
	if (in->board_count < 1 || in->board_count > SERVICE_DOORS_MAX)
		return answer(problem, SERVICE_BAD_INPUT, "bad_boards", "boards", "Pilih pintunya.");
	for (size_t i = 0; i < in->board_count; i++) {
		struct board *board = board_find(service, in->boards[i]);

		for (size_t k = 0; k < i && board; k++) {
			if (out->list[k] == board)
				board = NULL;
		}
		if (!board)
			return answer(problem, SERVICE_BAD_INPUT, "unknown_board", "boards",
				"Salah satu pintu tidak dikenal atau disebut dua kali.");
		out->list[out->count++] = board;
	}
	return 0;
}

static int add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	struct store_standing *standing, const struct doors *doors, struct store_grant *grant,
	char link[LINK_CHARS + 1])
{
	struct new_link made;
	int r;

	new_link_make(service, &made);
	memcpy(standing->link_id, made.id, sizeof(made.id));
	memcpy(standing->link_public, made.public, sizeof(made.public));
	memcpy(link, made.secret, sizeof(made.secret));
	sodium_memzero(&made, sizeof(made));
	r = store_standing_add(service->store, standing);
	if (r != 0)
		return r;
	*grant = (struct store_grant){
		.standing = standing->id, .window = standing->window, .made_ms = now_ms
	};
	r = grant_give(service, grant, doors, standing->link_public);
	return r == 0 ? audit(service, actor, now_ms, "standing_add", grant->id, "") : r;
}

int service_standing_add(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const struct service_standing *in, char id[WIRE_GRANT_ID_CHARS + 1],
	char link[SERVICE_LINK_CHARS + 1], struct service_problem *problem)
{
	struct store_standing standing;
	struct store_grant grant;
	struct doors doors;
	int r = may(actor, ROLE_ACT_STANDING, problem);

	if (r == 0)
		r = check(in, now_ms, &standing, problem);
	if (r == 0)
		r = find_doors(service, in, &doors, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r == 0)
		r = end(service, add(service, actor, now_ms, &standing, &doors, &grant, link), now_ms,
			problem);
	if (r == 0)
		memcpy(id, grant.id, sizeof(grant.id));
	else
		sodium_memzero(link, SERVICE_LINK_CHARS + 1);
	return r;
}

static int revoke(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *id,
	const char *reason, struct service_problem *problem)
{
	struct store_grant grant;
	int r = store_grant_read(service->store, id, &grant);

	if (r == 0 && (grant.standing == 0 || grant.revoked_ms > 0))
		r = STORE_NONE;
	if (r != 0)
		return not_found(problem, r, "Izin tetap ini tidak ditemukan.");
	r = store_standing_revoke(service->store, grant.standing, now_ms);
	if (r == 0)
		r = grant_revoke(service, grant.id, now_ms);
	if (r == 0)
		r = card_forget(service, grant.id); /* it is somebody else's tomorrow */
	if (r == STORE_NONE)
		r = 0;
	return r == 0 ? audit(service, actor, now_ms, "standing_revoke", grant.id, reason) : r;
}

int service_standing_revoke(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *id, const char *reason, struct service_problem *problem)
{
	int r = may(actor, ROLE_ACT_STANDING, problem);

	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, revoke(service, actor, now_ms, id, reason, problem), now_ms, problem);
}
