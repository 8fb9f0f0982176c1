/* calendar - see calendar.h */
#include "gateway/service/calendar.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/core/ical.h"
#include "gateway/service/inside.h"
#include "gateway/store/calendar.h"

#define BACK_MS (30 * WINDOW_DAY_MS)
#define AHEAD_MS (183 * WINDOW_DAY_MS)
#define FIRST_BYTES ((size_t)16 << 10)
#define LAST_BYTES ((size_t)16 << 20)

enum shows { SHOWS_OWN, SHOWS_BUSY, SHOWS_STAFF };

struct writing {
	struct service *service;
	struct ical ical;
	enum shows shows;
	/* What is asked of the store: */
	int64_t request;
	const char *unit;
	struct window span;
};

static enum ical_status status_of(const char *word)
{
	enum request_state state = REQUEST_CANCELLED;

	if (request_state_read(&state, word) != 0)
		return ICAL_CANCELLED;
	if (request_waits(state))
		return ICAL_TENTATIVE;
	return request_opens(state) || state == REQUEST_DONE ? ICAL_CONFIRMED : ICAL_CANCELLED;
}

/* Stable, and of no use to find the request by. */
static void busy_uid(const struct service *service, int64_t request, char out[40])
{
	const uint8_t *salt = service->site.settings.argon_salt;
	uint8_t hash[16], id[8];

	for (unsigned i = 0; i < sizeof(id); i++)
		id[i] = (uint8_t)((uint64_t)request >> (8 * i));
	crypto_generichash(
		hash, sizeof(hash), id, sizeof(id), salt, sizeof(service->site.settings.argon_salt));
	sodium_bin2hex(out, 40, hash, sizeof(hash));
}

static int write_entry(void *ctx, const struct store_entry *entry)
{
	struct writing *writing = ctx;
	const struct service *service = writing->service;
	char uid[80], hidden[40], summary[512];
	struct ical_event event = { .uid = uid,
		.sequence = entry->changes,
		.stamp_ms = entry->changed_ms,
		.from_ms = entry->from_ms,
		.until_ms = entry->until_ms,
		.status = status_of(entry->state) };

	busy_uid(service, entry->request, hidden);
	snprintf(uid, sizeof(uid), "%s@%s", writing->shows == SHOWS_BUSY ? hidden : entry->number,
		service->site.name);
	if (writing->shows == SHOWS_BUSY) {
		event.summary = "Terisi";
		ical_put(&writing->ical, &event);
		return 0;
	}
	snprintf(summary, sizeof(summary), "%s%s%s", entry->organisation ? entry->organisation : "",
		entry->organisation ? ": " : "", entry->activity);
	event.summary = summary;
	event.location = entry->unit_name;
	event.description = entry->number;
	ical_put(&writing->ical, &event);
	return 0;
}

static int walk(struct writing *writing)
{
	struct store *store = writing->service->store;

	if (writing->shows == SHOWS_OWN)
		return store_entry_of(store, writing->request, write_entry, writing);
	return store_entry_each(store, writing->unit, writing->span, write_entry, writing);
}

/* Writes into ever more room until all of it fits. */
static int write_all(struct writing *writing, const char *name, char **out, size_t *len)
{
	for (size_t room = FIRST_BYTES; room <= LAST_BYTES; room *= 4) {
		char *text = malloc(room);
		int r;

		if (!text)
			return -ENOMEM;
		ical_begin(&writing->ical, text, room, name);
		r = walk(writing);
		*len = ical_end(&writing->ical);
		if (r == 0 && *len > 0) {
			*out = text;
			return 0;
		}
		free(text);
		if (r != 0)
			return r < 0 ? r : -EUCLEAN;
	}
	return -EFBIG;
}

int calendar_of_link(
	struct service *service, const char *link, char **out, size_t *len, struct service_problem *problem)
{
	struct writing writing = { .service = service, .shows = SHOWS_OWN };
	struct store_request request;
	int r = request_of_link(service, link, &request, problem);

	writing.request = r == 0 ? request.id : 0;
	return r == 0 ? write_all(&writing, service->site.name, out, len) : r;
}

int calendar_of_unit(struct service *service, int64_t now_ms, const char *unit, char **out, size_t *len,
	struct service_problem *problem)
{
	struct writing writing = { .service = service,
		.shows = SHOWS_BUSY,
		.unit = unit,
		.span = { now_ms - BACK_MS, now_ms + AHEAD_MS } };
	struct store_unit row;
	int r = wire_name_ok(unit) ? store_unit_read(service->store, unit, &row) : STORE_NONE;

	if (r == 0 && row.removed_ms != 0)
		r = STORE_NONE;
	if (r != 0)
		return not_found(problem, r, "Unit itu tidak ada.");
	return write_all(&writing, row.name, out, len);
}

static void hash_token(uint8_t out[32], const char *token)
{
	crypto_generichash(
		out, 32, (const uint8_t *)token, strlen(token), (const uint8_t *)"rumah feed/1", 12);
}

int calendar_of_feed(struct service *service, int64_t now_ms, const char *token, char **out, size_t *len,
	struct service_problem *problem)
{
	struct writing writing = {
		.service = service, .shows = SHOWS_STAFF, .span = { now_ms - BACK_MS, now_ms + AHEAD_MS }
	};
	struct store_staff staff;
	uint8_t hash[32];
	int r;

	hash_token(hash, token);
	r = store_feed_find(service->store, hash, &staff);
	if (r == 0 && !role_may(staff.role, ROLE_ACT_SEE_LIST))
		r = STORE_NONE;
	if (r != 0)
		return not_found(problem, r, "Kalender itu tidak ada.");
	return write_all(&writing, service->site.name, out, len);
}

int calendar_feed_make(struct service *service, const struct service_actor *actor, int64_t now_ms,
	char token[SERVICE_LINK_CHARS + 1], struct service_problem *problem)
{
	struct new_link made;
	uint8_t hash[32];
	int r = may(actor, ROLE_ACT_SEE_LIST, problem);

	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	new_link_make(service, &made);
	hash_token(hash, made.secret);
	r = store_feed_put(service->store, actor->staff_id, hash, now_ms);
	if (r == 0)
		r = audit(service, actor, now_ms, "feed_make", actor->name, "");
	r = end(service, r, now_ms, problem);
	if (r == 0)
		memcpy(token, made.secret, sizeof(made.secret));
	sodium_memzero(&made, sizeof(made));
	return r;
}

int calendar_feed_end(struct service *service, const struct service_actor *actor, int64_t now_ms,
	struct service_problem *problem)
{
	int r = begin(service, now_ms);

	if (r != 0)
		return r;
	r = store_feed_remove(service->store, actor->staff_id);
	if (r == 0)
		r = audit(service, actor, now_ms, "feed_end", actor->name, "");
	else
		r = not_found(problem, r, "Anda tidak memiliki kalender langganan.");
	return end(service, r, now_ms, problem);
}
