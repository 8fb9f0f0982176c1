/* move - a board that becomes the door of other units; see units.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/service/inside.h"
#include "gateway/service/units.h"
#include "gateway/store/units.h"

struct astray { /* read before they are worked on */
	char (*ids)[WIRE_GRANT_ID_CHARS + 1];
	size_t count, room;
};

static int keep_id(void *ctx, const char *grant)
{
	struct astray *astray = ctx;
	void *grown;

	if (astray->count == astray->room) {
		grown = realloc(astray->ids, (astray->room ? 2 * astray->room : 64) * sizeof(*astray->ids));
		if (!grown)
			return -ENOMEM;
		astray->ids = grown;
		astray->room = astray->room ? 2 * astray->room : 64;
	}
	snprintf(astray->ids[astray->count++], sizeof(*astray->ids), "%s", grant);
	return 0;
}

/* People whose door this is no longer, or only now. */
static int set_right(struct service *service, struct board *board, bool is_missing, int64_t now_ms)
{
	struct astray astray = { 0 };
	int r = store_grant_astray_each(service->store, board->row.id, is_missing, now_ms, keep_id, &astray);

	for (size_t i = 0; r == 0 && i < astray.count; i++) {
		if (is_missing)
			r = grant_add_door(service, astray.ids[i], board);
		else
			r = store_grant_door_remove(service->store, astray.ids[i], board->row.id);
	}
	free(astray.ids);
	return r;
}

static int set_units(struct service *service, struct board *board, const char *const *units, size_t count,
	int64_t now_ms, struct service_problem *problem)
{
	int r = store_unit_door_clear(service->store, board->row.id);

	if (r == 0)
		r = board_attach_units(service, board->row.id, units, count, problem);
	if (r == 0)
		r = set_right(service, board, false, now_ms);
	if (r == 0)
		r = set_right(service, board, true, now_ms);
	board->is_dirty = true;
	return r;
}

int units_move_board(struct service *service, const struct service_actor *actor, int64_t now_ms,
	const char *board_id, const char *name, const char *const *units, size_t unit_count,
	const char *reason, struct service_problem *problem)
{
	struct board *board = board_find(service, board_id);
	char before[sizeof(board->row.name)];
	int r = may(actor, ROLE_ACT_SITE, problem);

	if (r == 0 && !board)
		return not_found(problem, STORE_NONE, "Pintu tidak ditemukan.");
	if (r == 0)
		r = request_needs_text(reason, true, problem);
	if (r == 0 && name && !text_is_plain(name, SERVICE_TEXT_MAX, false))
		return answer(problem, SERVICE_BAD_INPUT, "bad_name", "name", "Tuliskan namanya.");
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	memcpy(before, board->row.name, sizeof(before));
	if (name) {
		snprintf(board->row.name, sizeof(board->row.name), "%s", name);
		r = store_board_rename(service->store, board_id, name);
	}
	if (r == 0 && units)
		r = set_units(service, board, units, unit_count, now_ms, problem);
	if (r == 0)
		r = audit(service, actor, now_ms, "board_move", board_id, reason);
	board->is_changed = true;
	r = end(service, r, now_ms, problem);
	if (r != 0)
		memcpy(board->row.name, before, sizeof(before));
	return r;
}
