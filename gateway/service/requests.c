/* requests - from a submission to its end, one transaction per step; see service.h */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "gateway/service/inside.h"
#include "gateway/store/forms.h"

#define DECIDE_DAYS 2 /* working days in which staff decide: the soft hold's life */
#define LONGEST_MS                                                                                           \
	(400LL * WINDOW_DAY_MS) /* nothing on a board outlives this without being asked for again */
#define LATEST_MS (WIRE_TIME_MAX_MS - 2 * WINDOW_DAY_MS)

static const char teacher[] = "teacher";

int request_needs_text(const char *reason, bool is_needed, struct service_problem *problem)
{
	if (reason && *reason && !text_is_plain(reason, SERVICE_TEXT_MAX, true))
		return answer(
			problem, SERVICE_BAD_INPUT, "bad_reason", "reason", "Alasan tidak dapat dibaca.");
	if (is_needed && (!reason || !*reason))
		return answer(problem, SERVICE_BAD_INPUT, "reason_missing", "reason", "Tuliskan alasannya.");
	return 0;
}

/* ---- submit */

static int check_texts(
	const struct service_request *in, struct store_request *out, struct service_problem *problem)
{
	int r = form_copy_text(
		out->activity, sizeof(out->activity), in->activity, true, false, "activity", problem);

	if (r == 0)
		r = form_copy_text(out->organisation, sizeof(out->organisation), in->organisation, false,
			false, "organisation", problem);
	if (r == 0)
		r = form_copy_text(out->kind, sizeof(out->kind), in->kind, true, false, "kind", problem);
	if (r == 0)
		r = form_copy_text(
			out->letter, sizeof(out->letter), in->letter, false, true, "letter", problem);
	if (r == 0)
		r = form_copy_text(out->email, sizeof(out->email), in->email, false, false, "email", problem);
	if (r == 0 && in->email && !text_is_email(in->email))
		return answer(problem, SERVICE_BAD_INPUT, "bad_email", "email", "Alamat surel belum benar.");
	return r;
}

static int check_times(const struct service_request *in, int64_t now_ms, struct service_problem *problem)
{
	if (in->from_ms < 0 || in->until_ms > LATEST_MS || in->from_ms >= in->until_ms)
		return answer(problem, SERVICE_BAD_INPUT, "bad_times", "until_ms",
			"Waktu selesai harus sesudah waktu mulai.");
	if (in->until_ms <= now_ms)
		return answer(
			problem, SERVICE_BAD_INPUT, "in_the_past", "until_ms", "Waktu ini sudah lewat.");
	if (in->until_ms - in->from_ms > LONGEST_MS)
		return answer(problem, SERVICE_BAD_INPUT, "too_long", "until_ms", "Paling lama 400 hari.");
	return 0;
}

static int check_unit(struct service *service, const struct service_request *in, struct store_request *out,
	struct service_problem *problem)
{
	struct store_unit unit;
	int r = in->unit ? store_unit_read(service->store, in->unit, &unit) : STORE_NONE;

	if (r == STORE_NONE || (r == 0 && unit.removed_ms != 0))
		return answer(
			problem, SERVICE_BAD_INPUT, "unknown_unit", "unit", "Pilih ruang atau tempat tidur.");
	if (r != 0)
		return r;
	if (in->heads < 1 || in->heads > unit.capacity)
		return answer(problem, SERVICE_BAD_INPUT, "over_capacity", "heads",
			"Jumlah peserta melebihi kapasitas.");
	if (in->occupant_count < 1 || in->occupant_count > SERVICE_PEOPLE_MAX ||
		in->occupant_count > in->heads)
		return answer(problem, SERVICE_BAD_INPUT, "bad_people", "occupants",
			"Tuliskan penanggung jawab, dan tidak lebih banyak nama daripada peserta.");
	memcpy(out->unit, unit.id, sizeof(out->unit));
	out->before_min = unit.before_min;
	out->after_min = unit.after_min;
	out->heads = in->heads;
	return 0;
}

static int64_t decide_by(struct service *service, int64_t now_ms, int64_t until_ms)
{
	struct window holidays[WIRE_HOLIDAYS_MAX];
	size_t count = site_holidays(service, holidays);
	int64_t deadline_ms =
		window_working_days(now_ms, DECIDE_DAYS, service->site.settings.zone_min, holidays, count);

	return deadline_ms < until_ms ? deadline_ms : until_ms;
}

static int add_with_number(struct service *service, struct store_request *request)
{
	uint8_t random[NUMBER_RANDOM_BYTES];
	int r;

	do { /* one in 33 million is taken for each request there is */
		draw(service, random, sizeof(random));
		number_make(request->number, random);
		r = store_request_add(service->store, request);
	} while (r == STORE_TWIN);
	return r;
}

static int add_people(struct service *service, const struct store_request *request,
	const struct service_request *in, char link[LINK_CHARS + 1], struct service_problem *problem)
{
	uint8_t responsible[LINK_KEY_BYTES];
	struct store_occupant occupant;
	int r = 0;

	for (size_t i = 0; r == 0 && i < in->occupant_count; i++) {
		r = occupant_check(&in->occupants[i], i == 0, &occupant, problem);
		if (r != 0)
			return r;
		occupant.request = request->id;
		occupant.n = (unsigned)i + 1;
		r = occupant_put(service, &occupant, i == 0 ? NULL : responsible, link);
		if (i == 0)
			memcpy(responsible, occupant.link_public, sizeof(responsible));
	}
	return r;
}

static int submit(struct service *service, int64_t now_ms, const struct service_request *in,
	struct store_request *request, struct service_receipt *receipt, struct service_problem *problem)
{
	struct store_transition transition = { now_ms, request_act_word(REQUEST_ACT_SUBMIT), NULL,
		request_state_word(REQUEST_SUBMITTED), teacher, NULL };
	struct store_form form;
	int r = check_unit(service, in, request, problem);

	if (r == 0)
		r = form_check_kind(service, request, problem);
	if (r == 0)
		r = form_check(service, in->form, request, &form, problem);
	if (r != 0)
		return r;
	request->state = REQUEST_SUBMITTED;
	request->from_ms = in->from_ms;
	request->until_ms = in->until_ms;
	request->at_ms = now_ms;
	request->deadline_ms = decide_by(service, now_ms, in->until_ms);
	r = fits_open(service, request, problem);
	if (r == 0)
		r = add_with_number(service, request);
	form.request = request->id;
	if (r == 0)
		r = store_form_put(service->store, &form);
	if (r == 0)
		r = add_people(service, request, in, receipt->link, problem);
	if (r == 0)
		r = store_transition_add(service->store, request->id, &transition);
	memcpy(receipt->number, request->number, sizeof(receipt->number));
	return r == 0 ? change_note(service, CHANGE_REQUEST, request->id) : r;
}

int service_request_submit(struct service *service, int64_t now_ms, const struct service_request *in,
	struct service_receipt *receipt, struct service_problem *problem)
{
	struct store_request request = { 0 };
	int r = check_texts(in, &request, problem);

	if (r == 0)
		r = check_times(in, now_ms, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r == 0)
		r = end(service, submit(service, now_ms, in, &request, receipt, problem), now_ms, problem);
	if (r != 0)
		sodium_memzero(receipt, sizeof(*receipt));
	return r;
}

/* ---- steps */

int request_move(struct service *service, struct store_request *request, enum request_act act,
	enum request_state to, int64_t now_ms, const char *who, const char *reason)
{
	struct store_transition transition = { now_ms, request_act_word(act),
		request_state_word(request->state), request_state_word(to), who,
		reason && *reason ? reason : NULL };
	int r = store_request_set_state(service->store, request->id, to, transition.reason);

	if (r == 0)
		r = store_transition_add(service->store, request->id, &transition);
	request->state = to;
	return r == 0 ? change_note(service, CHANGE_REQUEST, request->id) : r;
}

static int step(enum request_state *to, const struct store_request *request, enum request_act act,
	enum request_by by, struct service_problem *problem)
{
	switch (request_step(to, request->state, act, by)) {
	case 0:
		return 0;
	case 1:
		return answer(problem, SERVICE_BAD_STATE, "bad_state", "",
			"Permohonan ini tidak lagi dalam keadaan yang memungkinkan tindakan itu.");
	default:
		return answer(problem, SERVICE_FORBIDDEN, "not_yours", "", "Tindakan ini bukan untuk Anda.");
	}
}

static int approve(struct service *service, struct store_request *request, int64_t now_ms, const char *who,
	struct service_problem *problem)
{
	int r;

	if (request->until_ms <= now_ms)
		return answer(
			problem, SERVICE_BAD_STATE, "in_the_past", "", "Waktu permohonan ini sudah lewat.");
	r = fits_unbooked(service, request, problem);
	if (r == 0)
		r = fits_open(service, request, problem);
	if (r == 0) /* had we looked wrongly, the triggers would speak */
		r = fits_said_no(request_move(service, request, REQUEST_ACT_APPROVE, REQUEST_APPROVED, now_ms,
					 who, NULL),
			problem);
	return r == 0 ? occupants_grant(service, request, now_ms, problem) : r;
}

int request_carry_out(struct service *service, struct store_request *request, enum request_act act,
	enum request_by by, int64_t now_ms, const char *who, const char *reason,
	struct service_problem *problem)
{
	bool did_open = request_opens(request->state);
	enum request_state to = request->state;
	int r = step(&to, request, act, by, problem);

	if (r != 0)
		return r;
	if (act == REQUEST_ACT_APPROVE)
		return approve(service, request, now_ms, who, problem);
	r = request_move(service, request, act, to, now_ms, who, reason);
	if (r == 0 && act == REQUEST_ACT_COMPLETE) /* staff have their days again */
		r = store_request_set_deadline(
			service->store, request->id, decide_by(service, now_ms, request->until_ms));
	/* What the clock ends has ended at the doors by itself: a new snapshot would say nothing new. */
	if (r == 0 && did_open && !request_opens(to) && by != REQUEST_BY_CLOCK)
		r = occupants_revoke(service, request->id, now_ms);
	return r;
}

int request_extend(struct service *service, struct store_request *request, int64_t until_ms,
	enum request_by by, int64_t now_ms, const char *who, struct service_problem *problem)
{
	struct store_request wanted = *request;
	enum request_state to;
	int r = step(&to, request, REQUEST_ACT_EXTEND, by, problem);

	if (r != 0)
		return r;
	if (until_ms <= request->from_ms || until_ms <= now_ms || until_ms > LATEST_MS ||
		until_ms - request->from_ms > LONGEST_MS)
		return answer(problem, SERVICE_BAD_INPUT, "bad_times", "until_ms",
			"Waktu selesai itu tidak mungkin.");
	wanted.until_ms = until_ms;
	r = fits_unbooked(service, &wanted, problem);
	if (r == 0)
		r = fits_open(service, &wanted, problem);
	if (r == 0)
		r = fits_said_no(store_request_set_end(service->store, request->id, until_ms), problem);
	if (r == 0)
		r = request_move(service, request, REQUEST_ACT_EXTEND, to, now_ms, who, NULL);
	return r == 0 ? occupants_set_end(service, request, until_ms) : r;
}

struct deed { /* what staff want done to a request */
	const char *number;
	enum request_act act;
	int64_t until_ms;
	const char *reason, *refusal;
};

static int read_request(struct service *service, const char *number, struct store_request *out,
	struct service_problem *problem)
{
	char spelt[NUMBER_CHARS + 1];
	int r = number_read(spelt, number) == 0 ? store_request_read(service->store, spelt, out) : STORE_NONE;

	return not_found(problem, r, "Nomor permohonan tidak ditemukan.");
}

static int note_refusal(struct service *service, const struct store_request *request, const char *refusal,
	struct service_problem *problem)
{
	int r = store_choice_find(service->store, "refusal", refusal);

	if (r == STORE_NONE)
		return answer(problem, SERVICE_BAD_INPUT, "unknown_choice", "refusal",
			"Alasan itu tidak ada dalam daftar.");
	return r == 0 ? store_request_set_refusal(service->store, request->id, refusal) : r;
}

static int act_on(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const struct deed *deed, struct service_problem *problem)
{
	const char *reason = deed->reason;
	enum request_act act = deed->act;
	int64_t until_ms = deed->until_ms;
	struct store_request request = { 0 };
	int r = read_request(service, deed->number, &request, problem);

	if (r == 0 && deed->refusal)
		r = note_refusal(service, &request, deed->refusal, problem);
	if (r == 0 && act == REQUEST_ACT_EXTEND)
		r = request_extend(
			service, &request, until_ms, REQUEST_BY_STAFF, now_ms, actor->name, problem);
	else if (r == 0)
		r = request_carry_out(
			service, &request, act, REQUEST_BY_STAFF, now_ms, actor->name, reason, problem);
	return r == 0 ? audit(service, actor, now_ms, request_act_word(act), request.number,
				reason ? reason : "")
		      : r;
}

static int staff_act(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const struct deed *deed, struct service_problem *problem)
{
	int r = may(actor, ROLE_ACT_DECIDE, problem);

	if (r == 0)
		r = request_needs_text(deed->reason, request_needs_reason(deed->act), problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, act_on(service, actor, now_ms, deed, problem), now_ms, problem);
}

int service_request_approve(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, struct service_problem *problem)
{
	return staff_act(service, actor, now_ms, &(struct deed){ number, REQUEST_ACT_APPROVE }, problem);
}

int service_request_act(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, enum request_act act, const char *reason, struct service_problem *problem)
{
	return staff_act(service, actor, now_ms, &(struct deed){ number, act, .reason = reason }, problem);
}

int service_request_refuse(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, const char *refusal, const char *reason, struct service_problem *problem)
{
	const struct deed deed = { number, REQUEST_ACT_REFUSE, .reason = reason, .refusal = refusal };

	return staff_act(service, actor, now_ms, &deed, problem);
}

int service_request_extend(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *number, int64_t until_ms, struct service_problem *problem)
{
	return staff_act(service, actor, now_ms,
		&(struct deed){ number, REQUEST_ACT_EXTEND, .until_ms = until_ms }, problem);
}

int service_note_read(
	struct service *service, const struct service_actor *actor, int64_t now_ms, const char *number)
{
	struct service_problem problem;
	int r = may(actor, ROLE_ACT_SEE_PEOPLE, &problem);

	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, audit(service, actor, now_ms, "read_request", number, ""), now_ms, &problem);
}
