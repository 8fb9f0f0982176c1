/* view_requests - requests as staff see them: Requests, Request, RequestWhole and DoorReady
 * of schemas/http/openapi.yaml */
#include <errno.h>
#include <string.h>

#include "gateway/service/inside.h"

#define RECENT_MS (30 * WINDOW_DAY_MS) /* ended requests stay in the list so long */

struct listing {
	struct service *service;
	json_t *list;
};

/* ---- is it at the doors? */

struct readiness {
	struct service *service;
	size_t count;
	struct board *boards[SERVICE_DOORS_MAX];
	bool is_ready[SERVICE_DOORS_MAX];
};

static int ready_row(void *ctx, const struct store_grant_door *door)
{
	struct readiness *ready = ctx;
	struct board *board = board_find(ready->service, door->board);
	size_t i = 0;

	if (!board)
		return -EUCLEAN;
	while (i < ready->count && ready->boards[i] != board)
		i++;
	if (i == SERVICE_DOORS_MAX)
		return 0;
	if (i == ready->count) {
		ready->boards[ready->count] = board;
		ready->is_ready[ready->count++] = true;
	}
	/* Ready is what the board has named with our digest, never what we sent. */
	ready->is_ready[i] = ready->is_ready[i] && door->rev <= board->row.confirmed_rev;
	return 0;
}

static int ready_list(const struct readiness *ready, json_t **out)
{
	json_t *list = json_array();
	int r = list ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < ready->count; i++) {
		struct json_put put = { json_object(), false };

		put_text(&put, "board", ready->boards[i]->row.id);
		put_text(&put, "name", ready->boards[i]->row.name);
		put_flag(&put, "is_ready", ready->is_ready[i]);
		r = list_put(list, &put);
	}
	if (r != 0)
		json_decref(list);
	else
		*out = list;
	return r;
}

int view_grant_doors(struct service *service, const char *grant, json_t **out)
{
	struct readiness ready = { .service = service };
	int r = store_grant_door_each(service->store, grant, ready_row, &ready);

	return r == 0 ? ready_list(&ready, out) : r;
}

struct grants_of { /* the live grants of a request, read before their doors are */
	struct service *service;
	size_t count;
	char ids[SERVICE_PEOPLE_MAX][WIRE_GRANT_ID_CHARS + 1];
};

static int grant_of_row(void *ctx, const struct store_occupant *occupant)
{
	struct grants_of *grants = ctx;
	struct store_grant grant;
	int r = store_grant_find(grants->service->store, occupant->id, 0, &grant);

	if (r == 0 && grant.revoked_ms == 0 && grants->count < SERVICE_PEOPLE_MAX)
		memcpy(grants->ids[grants->count++], grant.id, sizeof(grant.id));
	return r < 0 ? r : 0;
}

static int view_request_doors(struct service *service, const struct store_request *request, json_t **out)
{
	struct grants_of grants = { .service = service };
	struct readiness ready = { .service = service };
	int r = 0;

	if (request_opens(request->state))
		r = store_occupant_each(service->store, request->id, grant_of_row, &grants);
	for (size_t i = 0; r == 0 && i < grants.count; i++)
		r = store_grant_door_each(service->store, grants.ids[i], ready_row, &ready);
	return r == 0 ? ready_list(&ready, out) : r;
}

/* ---- one request */

static int put_base(struct service *service, const struct store_request *request, struct json_put *put)
{
	struct store_occupant responsible;
	struct store_unit unit;
	unsigned rivals = 0;
	json_t *doors = NULL;
	int r = store_unit_read(service->store, request->unit, &unit);

	if (r == 0)
		r = store_occupant_read(service->store, request->id, 1, &responsible);
	if (r == 0)
		r = store_rival_count(service->store, request, &rivals);
	if (r == 0)
		r = view_request_doors(service, request, &doors);
	if (r != 0)
		return r < 0 ? r : -EUCLEAN;
	put_text(put, "number", request->number);
	put_text(put, "state", request_state_word(request->state));
	put_text(put, "unit", request->unit);
	put_text(put, "unit_name", unit.name);
	put_text(put, "organisation", request->organisation);
	put_text(put, "activity", request->activity);
	put_text(put, "kind", request->kind);
	put_number(put, "heads", request->heads);
	put_text(put, "name", responsible.name);
	put_number(put, "from_ms", request->from_ms);
	put_number(put, "until_ms", request->until_ms);
	put_number(put, "at_ms", request->at_ms);
	if (request_waits(request->state))
		put_number(put, "deadline_ms", request->deadline_ms);
	put_number(put, "rival_count", rivals);
	put_json(put, "doors", doors);
	return 0;
}

int view_request(struct service *service, const struct store_request *request, json_t **out)
{
	struct json_put put = { json_object(), false };
	int r = put_base(service, request, &put);

	if (r == 0)
		return put_end(&put, out);
	json_decref(put.json);
	return r;
}

static int request_row(void *ctx, const struct store_request *request)
{
	struct listing *listing = ctx;
	json_t *json = NULL;
	int r = view_request(listing->service, request, &json);

	return list_add(listing->list, r, json);
}

int view_requests(struct service *service, enum request_state state, int64_t since_ms, json_t **out)
{
	struct listing listing = { service, json_array() };
	int r = listing.list ? store_request_each(service->store, state, since_ms, request_row, &listing)
			     : -ENOMEM;

	if (r != 0)
		json_decref(listing.list);
	else
		*out = listing.list;
	return r;
}

int service_view_requests(struct service *service, int64_t now_ms, const char *state, json_t **out)
{
	enum request_state wanted = REQUEST_STATE_COUNT;
	json_t *list = NULL;
	int r;

	if (state && request_state_read(&wanted, state) != 0)
		return SERVICE_BAD_INPUT;
	r = view_requests(service, wanted, now_ms - RECENT_MS, &list);
	return r == 0 ? list_wrap("requests", 0, list, out) : r;
}

/* ---- the whole of one request */

static int person_row(void *ctx, const struct store_occupant *occupant)
{
	struct listing *listing = ctx;
	struct json_put put = { json_object(), false };
	struct store_grant grant;
	int r = store_grant_find(listing->service->store, occupant->id, 0, &grant);

	put_number(&put, "occupant", occupant->n);
	put_text(&put, "name", occupant->name);
	put_text(&put, "phone", occupant->phone);
	put_flag(&put, "has_code", r == 0 && grant.revoked_ms == 0);
	put_flag(&put, "is_revoked", occupant->revoked_ms > 0);
	if (r < 0) {
		json_decref(put.json);
		return r;
	}
	return list_put(listing->list, &put);
}

static int transition_row(void *ctx, const struct store_transition *transition)
{
	struct json_put put = { json_object(), false };

	put_number(&put, "at_ms", transition->at_ms);
	put_text(&put, "act", transition->act);
	put_text(&put, "from", transition->from);
	put_text(&put, "to", transition->to);
	put_text(&put, "who", transition->who);
	put_text(&put, "reason", transition->reason);
	return list_put(((struct listing *)ctx)->list, &put);
}

static int rival_row(void *ctx, const struct store_request *rival)
{
	struct listing *listing = ctx;
	struct json_put put = { json_object(), false };
	struct store_unit unit;
	int r = store_unit_read(listing->service->store, rival->unit, &unit);

	if (r != 0) {
		json_decref(put.json);
		return r < 0 ? r : -EUCLEAN;
	}
	put_text(&put, "number", rival->number);
	put_text(&put, "state", request_state_word(rival->state));
	put_text(&put, "unit_name", unit.name);
	put_text(&put, "organisation", rival->organisation);
	put_number(&put, "from_ms", rival->from_ms);
	put_number(&put, "until_ms", rival->until_ms);
	return list_put(listing->list, &put);
}

static int put_lists(struct service *service, const struct store_request *request, struct json_put *put)
{
	struct listing people = { service, json_array() }, steps = { service, json_array() },
		       rivals = { service, json_array() };
	int r = store_occupant_each(service->store, request->id, person_row, &people);

	if (r == 0)
		r = store_transition_each(service->store, request->id, transition_row, &steps);
	if (r == 0)
		r = store_rival_each(service->store, request, true, rival_row, &rivals);
	if (r == 0)
		r = store_rival_each(service->store, request, false, rival_row, &rivals);
	put_json(put, "occupants", people.list);
	put_json(put, "transitions", steps.list);
	put_json(put, "rivals", rivals.list);
	return r;
}

int service_view_request(struct service *service, int64_t now_ms, const char *number, json_t **out)
{
	struct json_put put = { json_object(), false };
	char spelt[NUMBER_CHARS + 1];
	struct store_request request;
	int r = number_read(spelt, number) == 0 ? store_request_read(service->store, spelt, &request)
						: STORE_NONE;

	(void)now_ms;
	if (r == 0)
		r = put_base(service, &request, &put);
	else if (r == STORE_NONE)
		r = SERVICE_NOT_FOUND;
	if (r == 0) {
		put_text(&put, "email", request.email);
		put_text(&put, "letter", request.letter);
		r = form_put(service, request.id, &put);
	}
	if (r == 0) {
		r = put_lists(service, &request, &put);
	}
	if (r == 0)
		return put_end(&put, out);
	json_decref(put.json);
	return r;
}
