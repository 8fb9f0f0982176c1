/* links - the teacher's own page: what a private link shows and may do; see service.h */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gateway/service/inside.h"

#define CODE_SHOWN_MS                                                                                        \
	WINDOW_DAY_MS /* before the window, to get it ready; after it, to see why it no longer opens */

struct found_link {
	char secret[LINK_CHARS + 1];
	bool is_standing;
	struct store_occupant occupant;
	struct store_request request;
	struct store_standing standing;
	bool has_grant;
	struct store_grant grant;
};

static int find_link(
	struct service *service, const char *link, struct found_link *out, struct service_problem *problem)
{
	uint8_t id[LINK_ID_BYTES];
	int r = STORE_NONE;

	memset(out, 0, sizeof(*out));
	if (link_read(out->secret, link) == 0) {
		link_id(id, out->secret);
		r = store_occupant_find(service->store, id, &out->occupant);
		if (r == 0)
			r = store_request_read_id(service->store, out->occupant.request, &out->request);
		else if (r == STORE_NONE) {
			r = store_standing_find(service->store, id, &out->standing);
			out->is_standing = r == 0;
		}
	}
	if (r != 0)
		return not_found(problem, r, "Tautan ini tidak dikenal.");
	r = out->is_standing ? store_grant_find(service->store, 0, out->standing.id, &out->grant)
			     : store_grant_find(service->store, out->occupant.id, 0, &out->grant);
	out->has_grant = r == 0;
	return r == STORE_NONE ? 0 : r;
}

static bool grant_is_over(const struct found_link *found, int64_t now_ms)
{
	return !found->has_grant || found->grant.revoked_ms > 0 || found->grant.window.until_ms <= now_ms;
}

/* The digits, for the one who holds the link. */
static int put_code(json_t *codes, const struct found_link *found, int64_t now_ms)
{
	char text[STORE_SEALED_MAX - LINK_SEAL_BYTES + 1];
	struct json_put code = { json_object(), false };
	const struct window *window = &found->grant.window;
	char *space;
	int r;

	if (!found->has_grant || found->grant.revoked_ms > 0 || now_ms < window->from_ms - CODE_SHOWN_MS ||
		now_ms >= window->until_ms + CODE_SHOWN_MS) {
		json_decref(code.json);
		return 0;
	}
	r = link_open(text, found->grant.sealed, found->grant.sealed_len, found->secret);
	space = r == 0 ? strchr(text, ' ') : NULL;
	if (!space) {
		json_decref(code.json);
		return -EUCLEAN;
	}
	*space = '\0';
	put_number(&code, "occupant", found->is_standing ? 1 : (int64_t)found->occupant.n);
	put_text(&code, "name", found->is_standing ? found->standing.name : found->occupant.name);
	put_text(&code, "digits", text);
	put_text(&code, "long_digits", space + 1);
	sodium_memzero(text, sizeof(text));
	return list_put(codes, &code);
}

struct people_put {
	const struct found_link *found;
	json_t *list;
};

static int put_person(void *ctx, const struct store_occupant *occupant)
{
	char secret[LINK_CHARS + 1];
	struct people_put *people = ctx;
	struct json_put put = { json_object(), false };

	put_number(&put, "occupant", occupant->n);
	put_text(&put, "name", occupant->name);
	put_flag(&put, "is_revoked", occupant->revoked_ms > 0);
	if (occupant->has_link_sealed && occupant->revoked_ms == 0 &&
		link_open(secret, occupant->link_sealed, sizeof(occupant->link_sealed),
			people->found->secret) == 0)
		put_text(&put, "link", secret);
	sodium_memzero(secret, sizeof(secret));
	return list_put(people->list, &put);
}

/* The responsible person hands the others their links, and does not see their codes. */
static int put_people(struct service *service, const struct found_link *found, struct json_put *put)
{
	struct people_put people = { found, json_array() };
	int r = store_occupant_each(service->store, found->request.id, put_person, &people);

	put_json(put, "people", people.list);
	return r;
}

static void put_may(const struct found_link *found, struct json_put *put)
{
	static const enum request_act acts[] = { REQUEST_ACT_CANCEL, REQUEST_ACT_FINISH, REQUEST_ACT_EXTEND,
		REQUEST_ACT_COMPLETE };
	json_t *list = json_array();
	enum request_state to;

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (!found->is_standing && found->occupant.n == 1 &&
			request_step(&to, found->request.state, acts[i], REQUEST_BY_TEACHER) == 0 &&
			json_array_append_new(list, json_string(request_act_word(acts[i]))) != 0)
			put->is_bad = true;
	}
	put_json(put, "may", list);
}

static int put_request(struct service *service, const struct found_link *found, struct json_put *put)
{
	const struct store_request *request = &found->request;
	struct window opens = window_taken((struct window){ request->from_ms, request->until_ms },
		request->before_min, request->after_min);
	struct store_unit unit;
	int r = store_unit_read(service->store, request->unit, &unit);

	if (r != 0)
		return r < 0 ? r : -EUCLEAN;
	put_text(put, "kind", "request");
	put_text(put, "name", found->occupant.name);
	put_text(put, "number", request->number);
	put_text(put, "state", request_state_word(request->state));
	put_text(put, "unit_name", unit.name);
	put_text(put, "activity", request->activity);
	put_text(put, "organisation", request->organisation);
	put_number(put, "from_ms", request->from_ms);
	put_number(put, "until_ms", request->until_ms);
	put_number(put, "opens_from_ms", opens.from_ms);
	put_number(put, "opens_until_ms", opens.until_ms);
	if (request_waits(request->state))
		put_number(put, "deadline_ms", request->deadline_ms);
	if (request->state == REQUEST_REFUSED || request->state == REQUEST_INCOMPLETE ||
		request->state == REQUEST_CANCELLED)
		put_text(put, "reason", request->reason);
	if (request_opens(request->state) && found->has_grant)
		put_number(put, "code_from_ms", found->grant.window.from_ms - CODE_SHOWN_MS);
	if (found->occupant.n != 1)
		return 0;
	r = form_put(service, request->id, put);
	return r == 0 ? put_people(service, found, put) : r;
}

static void put_weekly(const struct store_standing *standing, struct json_put *put)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < standing->weekly_count; i++) {
		const struct wire_weekly *hours = &standing->weekly[i];
		json_t *json = json_pack("{s:i, s:i, s:i}", "days", hours->days, "from_min", hours->from_min,
			"to_min", hours->to_min);

		if (json_array_append_new(list, json) != 0)
			put->is_bad = true;
	}
	put_json(put, "weekly", list);
}

static void put_standing(const struct found_link *found, struct json_put *put)
{
	const struct store_standing *standing = &found->standing;

	put_text(put, "kind", "standing");
	put_text(put, "name", standing->name);
	put_number(put, "from_ms", standing->window.from_ms);
	put_number(put, "until_ms", standing->window.until_ms);
	put_number(put, "opens_from_ms", standing->window.from_ms);
	put_number(put, "opens_until_ms", standing->window.until_ms);
	put_number(put, "code_from_ms", standing->window.from_ms - CODE_SHOWN_MS);
	put_weekly(standing, put);
}

static int put_view(
	struct service *service, const struct found_link *found, int64_t now_ms, struct json_put *put)
{
	json_t *codes = json_array();
	json_t *doors = NULL;
	int r = 0;

	put_number(put, "now_ms", now_ms);
	if (found->is_standing)
		put_standing(found, put);
	else
		r = put_request(service, found, put);
	put_flag(put, "is_over", grant_is_over(found, now_ms));
	if (r == 0)
		r = put_code(codes, found, now_ms);
	put_json(put, "codes", codes);
	if (r == 0)
		r = view_grant_doors(service, grant_is_over(found, now_ms) ? "" : found->grant.id, &doors);
	if (r == 0)
		put_json(put, "doors", doors);
	put_may(found, put);
	return r;
}

int service_link_view(struct service *service, int64_t now_ms, const char *link, json_t **out,
	struct service_problem *problem)
{
	struct json_put put = { json_object(), false };
	struct found_link found;
	int r = find_link(service, link, &found, problem);

	if (r == 0)
		r = put_view(service, &found, now_ms, &put);
	sodium_memzero(&found, sizeof(found));
	if (r == 0)
		return put_end(&put, out);
	service_view_wipe(put.json);
	json_decref(put.json);
	return r;
}

static void wipe_text(json_t *object, const char *key)
{
	json_t *text = json_object_get(object, key);

	if (text) /* jansson's copy is ours to overwrite: nobody else has it */
		sodium_memzero((char *)(uintptr_t)json_string_value(text), json_string_length(text));
}

void service_view_wipe(json_t *view)
{
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(view, "codes"), i, item)
	{
		wipe_text(item, "digits");
		wipe_text(item, "long_digits");
	}
	json_array_foreach(json_object_get(view, "people"), i, item) wipe_text(item, "link");
}

static int act_on(struct service *service, int64_t now_ms, const char *link, enum request_act act,
	int64_t until_ms, const char *reason, struct service_problem *problem)
{
	static const char who[] = "teacher";
	struct found_link found;
	int r = find_link(service, link, &found, problem);

	sodium_memzero(found.secret, sizeof(found.secret));
	if (r != 0)
		return r;
	if (found.is_standing || found.occupant.n != 1 || found.occupant.revoked_ms > 0)
		return answer(problem, SERVICE_FORBIDDEN, "not_responsible", "",
			"Hanya penanggung jawab yang dapat melakukan ini.");
	if (act == REQUEST_ACT_EXTEND)
		return request_extend(
			service, &found.request, until_ms, REQUEST_BY_TEACHER, now_ms, who, problem);
	return request_carry_out(
		service, &found.request, act, REQUEST_BY_TEACHER, now_ms, who, reason, problem);
}

int service_link_act(struct service *service, int64_t now_ms, const char *link, enum request_act act,
	int64_t until_ms, const char *reason, struct service_problem *problem)
{
	int r = request_needs_text(reason, false, problem);

	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, act_on(service, now_ms, link, act, until_ms, reason, problem), now_ms, problem);
}
