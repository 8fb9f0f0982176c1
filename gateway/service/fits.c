/* fits - may a request have its unit then: bookings in the way, closures, opening hours; see inside.h */
#include <stdio.h>
#include <time.h>

#include "gateway/service/inside.h"
#include "gateway/store/units.h"

void spell_time(const struct service *service, int64_t at_ms, char *out, size_t size)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep",
		"Okt", "Nov", "Des" };
	time_t local_s = (time_t)(at_ms / 1000) + (time_t)service->site.settings.zone_min * 60;
	struct tm tm;

	gmtime_r(&local_s, &tm);
	snprintf(out, size, "%d %s %02d.%02d", tm.tm_mday, months[tm.tm_mon], tm.tm_hour, tm.tm_min);
}

struct first_rival {
	bool is_there;
	struct store_request request;
};

static int keep_rival(void *ctx, const struct store_request *rival)
{
	struct first_rival *first = ctx;

	if (!first->is_there)
		first->request = *rival;
	first->is_there = true;
	return 0;
}

int fits_unbooked(
	struct service *service, const struct store_request *request, struct service_problem *problem)
{
	struct first_rival first = { 0 };
	char text[sizeof(problem->text)], from[32], until[32];
	int r = store_rival_each(service->store, request, true, keep_rival, &first);

	if (r != 0 || !first.is_there)
		return r;
	spell_time(service, first.request.from_ms, from, sizeof(from));
	spell_time(service, first.request.until_ms, until, sizeof(until));
	snprintf(text, sizeof(text), "Sudah terisi oleh %s, %s s.d. %s.", first.request.number, from, until);
	return answer(problem, SERVICE_CONFLICT, "unit_taken", "", text);
}

struct first_closure {
	bool is_there;
	struct window window;
};

static int keep_closure(void *ctx, const struct store_closure *closure)
{
	struct first_closure *first = ctx;

	if (!first->is_there)
		first->window = closure->window;
	first->is_there = true;
	return 0;
}

static int unclosed(
	struct service *service, const struct store_request *request, struct service_problem *problem)
{
	struct first_closure first = { 0 };
	char text[sizeof(problem->text)], from[32], until[32];
	int r = store_closure_near(service->store, request->unit,
		(struct window){ request->from_ms, request->until_ms }, keep_closure, &first);

	if (r != 0 || !first.is_there)
		return r;
	spell_time(service, first.window.from_ms, from, sizeof(from));
	spell_time(service, first.window.until_ms, until, sizeof(until));
	snprintf(text, sizeof(text), "Ditutup untuk perawatan, %s s.d. %s.", from, until);
	return answer(problem, SERVICE_CONFLICT, "unit_closed", "", text);
}

size_t site_holidays(const struct service *service, struct window holidays[WIRE_HOLIDAYS_MAX])
{
	const struct wire_settings *settings = &service->site.settings;

	for (uint32_t i = 0; i < settings->holiday_count; i++)
		holidays[i] =
			(struct window){ settings->holidays[i].from_ms, settings->holidays[i].until_ms };
	return settings->holiday_count;
}

int unit_week(struct service *service, const char *unit, struct unit_week *out)
{
	int r = store_unit_hours_read(service->store, unit, &out->week);

	out->week.zone_min = service->site.settings.zone_min;
	out->week.holidays = out->holidays;
	out->week.holiday_count = site_holidays(service, out->holidays);
	return r;
}

static int within_hours(
	struct service *service, const struct store_request *request, struct service_problem *problem)
{
	struct store_unit unit;
	struct unit_week week;
	int r = store_unit_read(service->store, request->unit, &unit);

	if (r != 0 || !unit.keeps_hours)
		return r;
	r = unit_week(service, request->unit, &week);
	if (r == 0 && !hours_cover(&week.week, (struct window){ request->from_ms, request->until_ms }))
		return answer(problem, SERVICE_BAD_INPUT, "outside_hours", "from_ms",
			"Di luar jam buka unit ini. Silakan pilih waktu lain.");
	return r;
}

int fits_open(struct service *service, const struct store_request *request, struct service_problem *problem)
{
	int r = unclosed(service, request, problem);

	return r == 0 ? within_hours(service, request, problem) : r;
}

int fits_said_no(int r, struct service_problem *problem)
{
	if (r == STORE_TAKEN)
		return answer(
			problem, SERVICE_CONFLICT, "unit_taken", "", "Unit ini sudah terisi pada waktu itu.");
	if (r == STORE_CLOSED)
		return answer(problem, SERVICE_CONFLICT, "unit_closed", "",
			"Unit ini ditutup untuk perawatan pada waktu itu.");
	return r;
}
