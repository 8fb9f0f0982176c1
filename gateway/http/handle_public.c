#include <sodium.h>
#include <string.h>

#include "gateway/http/handle.h"
#include "gateway/http/pages.h"
#include "gateway/service/forms.h"

#define OCCUPANTS_MAX 64

void handle_page(struct exchange *exchange)
{
	const struct page *page = page_get((enum page_id)exchange->match.route->what);

	answer_page(exchange, page->type, page->bytes, page->len);
}

void handle_health(struct exchange *exchange)
{
	answer_json(exchange, 200, http_health_json(exchange->http));
}

void handle_units(struct exchange *exchange)
{
	json_t *view = NULL;
	int r = service_view_units(exchange->service, exchange->now_ms, &view);

	answer_view(exchange, r, view);
}

/* Reads the people of a request; false after having answered. */
static bool read_occupants(struct exchange *exchange, const json_t *from, struct service_occupant *to)
{
	for (size_t i = 0; i < json_array_size(from); i++) {
		const json_t *person = json_array_get(from, i);
		const struct member members[] = {
			TEXT("name", true, UTF8(100), &to[i].name),
			TEXT("phone", false, 20, &to[i].phone),
		};

		to[i] = (struct service_occupant){ 0 };
		if (!json_is_object(person)) {
			answer_problem(
				exchange, 422, "wrong_type", "occupants", "Daftar orang tidak sesuai.");
			return false;
		}
		if (!exchange_read_object(exchange, person, members, COUNT(members)))
			return false;
	}
	return true;
}

static void answer_receipt(struct exchange *exchange, struct service_receipt *receipt)
{
	answer_json(exchange, 201, json_pack("{s:s, s:s}", "number", receipt->number, "link", receipt->link));
	sodium_memzero(receipt, sizeof(*receipt));
}

void handle_request_submit(struct exchange *exchange)
{
	struct service_occupant occupants[OCCUPANTS_MAX];
	struct service_request request = { 0 };
	struct service_form form = { .women = -1, .men = -1 };
	struct service_problem problem = { 0 };
	struct service_receipt receipt;
	const char *website = "";
	const json_t *people;
	int64_t heads;
	const struct member members[] = {
		TEXT("unit", true, 32, &request.unit),
		TEXT("organisation", false, UTF8(200), &request.organisation),
		TEXT("activity", true, UTF8(200), &request.activity),
		TEXT("kind", true, 32, &request.kind),
		TEXT("email", false, 254, &request.email),
		TEXT("letter", false, SERVICE_TEXT_MAX, &request.letter),
		{ "from_ms", MEMBER_INT, true, 0, WIRE_TIME_MAX_MS, &request.from_ms },
		{ "until_ms", MEMBER_INT, true, 0, WIRE_TIME_MAX_MS, &request.until_ms },
		{ "heads", MEMBER_INT, true, 1, 9999, &heads },
		{ "occupants", MEMBER_ARRAY, true, 1, OCCUPANTS_MAX, &people },
		TEXT("applicant", false, 10, &form.applicant),
		TEXT("programme", false, 32, &form.programme),
		TEXT("accessibility", false, SERVICE_TEXT_MAX, &form.accessibility),
		TEXT("equipment", false, SERVICE_TEXT_MAX, &form.equipment),
		{ "women", MEMBER_INT, false, 0, 9999, &form.women },
		{ "men", MEMBER_INT, false, 0, 9999, &form.men },
		TEXT("nip", false, 40, &form.nip),
		TEXT("nuptk", false, 40, &form.nuptk),
		TEXT("letter_way", false, 6, &form.letter_way),
		TEXT("position", false, 200, &form.position),
		TEXT("address", false, SERVICE_TEXT_MAX, &form.address),
		TEXT("place", false, 200, &form.place),
		TEXT("reference", false, 200, &form.reference),
		{ "website", MEMBER_TEXT, false, 0, SERVICE_TEXT_MAX, &website },
	};
	uint32_t wait_s;
	int r;

	if (!exchange_read(exchange, members, COUNT(members)) || !read_occupants(exchange, people, occupants))
		return;
	wait_s = http_take_public(exchange->http, exchange->address);
	if (wait_s) {
		answer_too_many(exchange, wait_s);
		return;
	}
	if (*website) { /* nobody sees this field but programs that fill in all there are */
		answer_problem(exchange, 422, "must_be_empty", "website", "Isian ini harus dikosongkan.");
		return;
	}

	request.form = &form;
	request.heads = (unsigned)heads;
	request.occupants = occupants;
	request.occupant_count = json_array_size(people);
	r = service_request_submit(exchange->service, exchange->now_ms, &request, &receipt, &problem);
	if (r != 0)
		answer_refusal(exchange, r, &problem);
	else
		answer_receipt(exchange, &receipt);
}

bool has_link(struct exchange *exchange)
{
	if (exchange->link[0])
		return true;
	answer_problem(exchange, 401, "no_link", "", "Tautan pribadi tidak disertakan.");
	return false;
}

void handle_link_view(struct exchange *exchange)
{
	struct service_problem problem = { 0 };
	json_t *view = NULL;
	char *text;
	int r;

	if (!has_link(exchange))
		return;
	r = service_link_view(exchange->service, exchange->now_ms, exchange->link, &view, &problem);
	if (r != 0) {
		answer_refusal(exchange, r, &problem);
		return;
	}
	text = json_dumps(view, JSON_COMPACT);
	service_view_wipe(view);
	json_decref(view);
	answer_text(exchange, text);
}

void handle_link_act(struct exchange *exchange)
{
	enum request_act act = (enum request_act)exchange->match.route->what;
	struct service_problem problem = { 0 };
	const char *reason = NULL;
	int64_t until_ms = 0;
	const struct member members[] = {
		TEXT("reason", false, SERVICE_TEXT_MAX, &reason),
		{ "until_ms", MEMBER_INT, act == REQUEST_ACT_EXTEND, 0, WIRE_TIME_MAX_MS, &until_ms },
	};
	int r;

	if (!has_link(exchange) || !exchange_read(exchange, members, COUNT(members)))
		return;
	r = service_link_act(
		exchange->service, exchange->now_ms, exchange->link, act, until_ms, reason, &problem);
	answer_done(exchange, r, &problem);
}

void handle_choices(struct exchange *exchange)
{
	json_t *view = NULL;
	int r = forms_view_choices(exchange->service, &view);

	answer_view(exchange, r, view);
}

void handle_choice_put(struct exchange *exchange)
{
	struct service_choice choice = { .is_active = true };
	struct service_problem problem = { 0 };
	const struct member members[] = {
		TEXT("list", true, 16, &choice.list),
		TEXT("id", true, 32, &choice.id),
		TEXT("name", true, SERVICE_TEXT_MAX, &choice.name),
		TEXT("name_en", true, SERVICE_TEXT_MAX, &choice.name_en),
		{ "position", MEMBER_INT, false, 0, 9999, &choice.position },
		{ "is_active", MEMBER_BOOL, false, 0, 0, &choice.is_active },
	};
	int r;

	if (!exchange_read(exchange, members, COUNT(members)))
		return;
	r = forms_put_choice(
		exchange->service, &exchange->session.actor, exchange->now_ms, &choice, &problem);
	answer_done(exchange, r, &problem);
}
