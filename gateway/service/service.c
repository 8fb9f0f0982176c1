/* service - opening, boards in memory, and the frame of every act; see service.h and inside.h */
#include "gateway/service/service.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/service/inside.h"

#define SEQ_PER_START_BITS 32 /* the live stream's numbers rise over restarts, too */

int answer(struct service_problem *problem, int answer, const char *code, const char *field, const char *text)
{
	memset(problem, 0, sizeof(*problem));
	snprintf(problem->code, sizeof(problem->code), "%s", code);
	snprintf(problem->field, sizeof(problem->field), "%s", field);
	snprintf(problem->text, sizeof(problem->text), "%s", text);
	return answer;
}

int not_found(struct service_problem *problem, int r, const char *text)
{
	return r == STORE_NONE ? answer(problem, SERVICE_NOT_FOUND, "not_found", "", text) : r;
}

int may(const struct service_actor *actor, enum role_act act, struct service_problem *problem)
{
	if (role_may(actor->role, act))
		return 0;
	return answer(problem, SERVICE_FORBIDDEN, "forbidden", "", "Peran Anda tidak mencakup tindakan ini.");
}

void draw(struct service *service, void *buf, size_t len)
{
	service->config.random(service->config.ctx, buf, len);
}

int audit(struct service *service, const struct service_actor *actor, int64_t now_ms, const char *what,
	const char *subject, const char *detail)
{
	return store_audit_add(service->store, now_ms, actor->name, actor->role, what, subject, detail);
}

struct board *board_find(struct service *service, const char *id)
{
	size_t low = 0, high = service->board_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(service->boards[middle].row.id, id);

		if (order == 0)
			return &service->boards[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static int make_room(struct service *service)
{
	size_t room = service->board_room ? 2 * service->board_room : 16;
	struct board *boards;

	if (service->board_count < service->board_room)
		return 0;
	boards = calloc(room, sizeof(*boards));
	if (!boards)
		return -ENOMEM;
	if (service->board_count > 0)
		memcpy(boards, service->boards, service->board_count * sizeof(*boards));
	if (service->boards) { /* they hold keys: realloc() would leave a copy behind */
		sodium_memzero(service->boards, service->board_room * sizeof(*boards));
		free(service->boards);
	}
	service->boards = boards;
	service->board_room = room;
	return 0;
}

int board_remember(struct service *service, const struct store_board *row)
{
	size_t at = service->board_count;
	struct board *board;
	int r = make_room(service);

	if (r < 0)
		return r;
	while (at > 0 && strcmp(service->boards[at - 1].row.id, row->id) > 0)
		at--;
	board = &service->boards[at];
	memmove(board + 1, board, (service->board_count - at) * sizeof(*board));
	memset(board, 0, sizeof(*board));
	service->board_count++;
	board->row = *row;
	return wire_board_keys(&board->keys, service->config.identity->agree_secret, row->agree_public,
		row->agree_public, service->config.identity->agree_public);
}

static int recall_board(void *ctx, const struct store_board *row)
{
	return board_remember(ctx, row);
}

static int recall_states(struct service *service)
{
	for (size_t i = 0; i < service->board_count; i++) {
		struct board *board = &service->boards[i];
		int64_t heard_ms;
		int r = store_state_read(service->store, board->row.id, &board->state, &heard_ms);

		if (r < 0)
			return r;
		board->has_state = r == 0;
		board->heard_ms = r == 0 ? heard_ms : 0;
	}
	return 0;
}

static int recall_site(struct service *service)
{
	static const uint8_t none[sizeof(service->site.settings.argon_salt)];
	struct store_site *site = &service->site;
	int r = store_site_read(service->store, site);

	if (r < 0)
		return r;
	if (r == STORE_NONE) {
		memset(site, 0, sizeof(*site));
		site->settings = service->config.first_settings;
		site->settings.holiday_count = 0;
		if (memcmp(site->settings.argon_salt, none, sizeof(none)) == 0)
			draw(service, site->settings.argon_salt, sizeof(none));
	}
	snprintf(site->name, sizeof(site->name), "%s", service->config.site);
	site->starts++;
	service->seq = site->starts << SEQ_PER_START_BITS;
	return store_site_write(service->store, site);
}

int service_open(struct service **out, const struct service_config *config)
{
	struct service *service = calloc(1, sizeof(*service));
	int r = -ENOMEM;

	if (!service)
		return r;
	service->config = *config;
	service->message = malloc(WIRE_MESSAGE_MAX);
	service->events = malloc(sizeof(*service->events));
	if (!service->message || !service->events)
		goto fail;
	r = store_open(&service->store, config->path, config->vfs);
	if (r == 0)
		r = recall_site(service);
	if (r == 0)
		r = store_board_each(service->store, recall_board, service);
	if (r == 0)
		r = recall_states(service);
	if (r != 0)
		goto fail;
	*out = service;
	return 0;
fail:
	service_close(service);
	return r;
}

void service_close(struct service *service)
{
	if (!service)
		return;
	snapshots_dropped(service);
	store_close(service->store);
	if (service->boards)
		sodium_memzero(service->boards, service->board_room * sizeof(*service->boards));
	free(service->boards);
	free(service->changes);
	free(service->acks);
	free(service->message);
	free(service->events);
	sodium_memzero(service, sizeof(*service));
	free(service);
}

int begin(struct service *service, int64_t now_ms)
{
	/* What was ingested waits in a transaction of its own, which an act that fails must not undo. */
	int r = service_commit(service, now_ms);

	return r == 0 ? store_begin(service->store) : r;
}

static void forget_pending(struct service *service)
{
	service->change_count = service->event_changes = 0;
	service->ack_count = 0;
	for (size_t i = 0; i < service->board_count; i++)
		service->boards[i].is_changed = service->boards[i].wants_head =
			service->boards[i].wants_snapshot = false;
}

void drop(struct service *service)
{
	store_rollback(service->store);
	snapshots_dropped(service);
	forget_pending(service);
}

int end(struct service *service, int r, int64_t now_ms, struct service_problem *problem)
{
	if (r == 0)
		r = snapshots_make(service, now_ms, problem);
	if (r == 0)
		r = store_commit(service->store);
	if (r != 0) {
		drop(service);
		return r;
	}
	snapshots_applied(service);
	publish_after_commit(service, now_ms);
	changes_tell(service, now_ms);
	forget_pending(service);
	return 0;
}

int service_commit(struct service *service, int64_t now_ms)
{
	struct service_problem problem;

	service->now_ms = now_ms;
	if (store_is_open(service->store))
		return end(service, 0, now_ms, &problem);
	/* A hello changes nothing that is stored, and wants its answer all the same. */
	publish_after_commit(service, now_ms);
	changes_tell(service, now_ms);
	forget_pending(service);
	return 0;
}
