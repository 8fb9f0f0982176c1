/* units - changes of units, their hours and the holidays; see units.h */
#include "gateway/service/units.h"

#include <stdio.h>
#include <string.h>

#include "gateway/service/inside.h"
#include "gateway/store/units.h"

static int read_unit(
	struct service *service, const char *id, struct store_unit *out, struct service_problem *problem)
{
	int r = wire_name_ok(id) ? store_unit_read(service->store, id, out) : STORE_NONE;

	if (r == 0 && out->removed_ms != 0)
		r = STORE_NONE;
	return not_found(problem, r, "Unit itu tidak ada.");
}

/* ---- what it is */

static int check_edit(const struct units_edit *edit, struct service_problem *problem)
{
	if (edit->name && !text_is_plain(edit->name, SERVICE_TEXT_MAX, false))
		return answer(problem, SERVICE_BAD_INPUT, "bad_name", "name", "Tuliskan namanya.");
	if (edit->description && *edit->description &&
		!text_is_plain(edit->description, SERVICE_TEXT_MAX, true))
		return answer(problem, SERVICE_BAD_INPUT, "bad_description", "description",
			"Keterangan tidak dapat dibaca.");
	if (edit->capacity == 0 || edit->capacity > 9999)
		return answer(
			problem, SERVICE_BAD_INPUT, "bad_capacity", "capacity", "Kapasitas 1 sampai 9999.");
	if (edit->before_min > 1440 || edit->after_min > 1440)
		return answer(problem, SERVICE_BAD_INPUT, "bad_buffer", "before_min",
			"Jeda paling lama satu hari.");
	return 0;
}

static void apply(struct store_unit *unit, const struct units_edit *edit)
{
	if (edit->name)
		snprintf(unit->name, sizeof(unit->name), "%s", edit->name);
	if (edit->description)
		snprintf(unit->description, sizeof(unit->description), "%s", edit->description);
	if (edit->capacity >= 0)
		unit->capacity = (unsigned)edit->capacity;
	if (edit->before_min >= 0)
		unit->before_min = (uint32_t)edit->before_min;
	if (edit->after_min >= 0)
		unit->after_min = (uint32_t)edit->after_min;
	if (edit->keeps_hours >= 0)
		unit->keeps_hours = edit->keeps_hours;
}

static int edit_unit(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *id, const struct units_edit *edit, struct service_problem *problem)
{
	char detail[SERVICE_TEXT_MAX + 128];
	struct store_unit unit = { 0 };
	int r = read_unit(service, id, &unit, problem);

	if (r != 0)
		return r;
	apply(&unit, edit);
	snprintf(detail, sizeof(detail), "%s: capacity=%u before_min=%u after_min=%u keeps_hours=%d",
		unit.name, unit.capacity, unit.before_min, unit.after_min, unit.keeps_hours);
	r = store_unit_write(service->store, &unit);
	return r == 0 ? audit(service, actor, now_ms, "unit_edit", unit.id, detail) : r;
}

int units_edit(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *unit,
	const struct units_edit *edit, struct service_problem *problem)
{
	int r = may(actor, ROLE_ACT_SITE, problem);

	if (r == 0)
		r = check_edit(edit, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, edit_unit(service, actor, now_ms, unit, edit, problem), now_ms, problem);
}

static int remove_unit(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *id, const char *reason, struct service_problem *problem)
{
	struct store_unit unit;
	int r = read_unit(service, id, &unit, problem);

	if (r == 0)
		r = store_unit_remove(service->store, id, now_ms);
	if (r == STORE_TAKEN)
		return answer(problem, SERVICE_CONFLICT, "unit_in_use", "",
			"Unit ini masih dipesan, diminta, atau memiliki bagian.");
	return r == 0 ? audit(service, actor, now_ms, "unit_remove", id, reason) : r;
}

int units_remove(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *unit,
	const char *reason, struct service_problem *problem)
{
	int r = may(actor, ROLE_ACT_SITE, problem);

	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, remove_unit(service, actor, now_ms, unit, reason, problem), now_ms, problem);
}

/* ---- closures */

static int close_unit(struct service *service, const struct service_actor *actor, int64_t now_ms,
	struct store_closure *closure, struct service_problem *problem)
{
	/* As a request without buffers: what is booked names itself. */
	struct store_request wanted = { .from_ms = closure->window.from_ms,
		.until_ms = closure->window.until_ms };
	struct store_unit unit;
	int r = read_unit(service, closure->unit, &unit, problem);

	if (r != 0)
		return r;
	r = store_closure_add(service->store, closure);
	if (r == STORE_TAKEN) {
		memcpy(wanted.unit, unit.id, sizeof(wanted.unit));
		r = fits_unbooked(service, &wanted, problem);
		return r == 0 ? fits_said_no(STORE_TAKEN, problem) : r;
	}
	return r == 0 ? audit(service, actor, now_ms, "unit_close", closure->unit, closure->reason) : r;
}

int units_close(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *unit,
	int64_t from_ms, int64_t until_ms, const char *reason, int64_t *id, struct service_problem *problem)
{
	struct store_closure closure = { .window = { from_ms, until_ms } };
	int r = may(actor, ROLE_ACT_SITE, problem);

	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r != 0)
		return r;
	if (from_ms < 0 || from_ms >= until_ms || until_ms <= now_ms || until_ms > WIRE_TIME_MAX_MS)
		return answer(problem, SERVICE_BAD_INPUT, "bad_times", "until_ms",
			"Waktu selesai harus sesudah waktu mulai, dan belum lewat.");
	snprintf(closure.unit, sizeof(closure.unit), "%s", unit);
	snprintf(closure.reason, sizeof(closure.reason), "%s", reason);
	r = begin(service, now_ms);
	if (r == 0)
		r = end(service, close_unit(service, actor, now_ms, &closure, problem), now_ms, problem);
	*id = closure.id;
	return r;
}

int units_reopen(struct service *service, const struct service_actor *actor, int64_t now_ms, int64_t closure,
	const char *reason, struct service_problem *problem)
{
	char subject[24];
	int r = may(actor, ROLE_ACT_SITE, problem);

	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	snprintf(subject, sizeof(subject), "%lld", (long long)closure);
	r = store_closure_end(service->store, closure, now_ms);
	if (r == 0)
		r = audit(service, actor, now_ms, "unit_reopen", subject, reason);
	else
		r = not_found(problem, r, "Penutupan itu tidak ada atau sudah berakhir.");
	return end(service, r, now_ms, problem);
}

/* ---- hours and holidays */

static int set_hours(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *id, const struct hours *list, size_t count, struct service_problem *problem)
{
	char detail[32];
	struct store_unit unit;
	int r = read_unit(service, id, &unit, problem);

	snprintf(detail, sizeof(detail), "%zu", count);
	if (r == 0)
		r = store_unit_hours_write(service->store, unit.id, list, count);
	return r == 0 ? audit(service, actor, now_ms, "unit_hours", unit.id, detail) : r;
}

int units_set_hours(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *unit, const struct hours *list, size_t count, struct service_problem *problem)
{
	int r = may(actor, ROLE_ACT_SITE, problem);

	if (r != 0)
		return r;
	for (size_t i = 0; i < count; i++) {
		if (count > HOURS_MAX || !hours_is_sound(&list[i]))
			return answer(problem, SERVICE_BAD_INPUT, "bad_hours", "weekly",
				"Jam buka itu tidak mungkin.");
	}
	r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, set_hours(service, actor, now_ms, unit, list, count, problem), now_ms, problem);
}

static int remove_holiday(struct service *service, const struct service_actor *actor, int64_t now_ms,
	int64_t from_ms, struct service_problem *problem)
{
	char subject[24];
	int r = store_holiday_remove(service->store, from_ms);

	if (r != 0)
		return not_found(problem, r, "Hari libur itu tidak tercatat.");
	snprintf(subject, sizeof(subject), "%lld", (long long)from_ms);
	r = audit(service, actor, now_ms, "holiday_remove", subject, "");
	if (r == 0)
		r = store_site_read(service->store, &service->site);
	for (size_t i = 0; i < service->board_count; i++)
		service->boards[i].is_dirty = true;
	return r;
}

int units_remove_holiday(struct service *service, const struct service_actor *actor, int64_t now_ms,
	int64_t from_ms, struct service_problem *problem)
{
	struct store_site before = service->site;
	int r = may(actor, ROLE_ACT_SITE, problem);

	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	r = end(service, remove_holiday(service, actor, now_ms, from_ms, problem), now_ms, problem);
	if (r != 0)
		service->site = before;
	return r;
}
