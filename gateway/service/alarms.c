/* alarms - raised once, cleared by the board, acknowledged by people; see service.h and inside.h */
#include <stdio.h>
#include <string.h>

#include "gateway/service/inside.h"

int alarm_raise(
	struct service *service, struct board *board, const char *alarm, int64_t began_ms, int64_t ended_ms)
{
	int64_t id;
	int r = store_alarm_add(service->store, board->row.id, alarm, began_ms, ended_ms, &id);

	if (r == STORE_TWIN) /* it is on already */
		return 0;
	board->is_changed = true;
	return r == 0 ? change_note(service, CHANGE_ALARM, id) : r;
}

int alarm_clear(struct service *service, struct board *board, const char *alarm, int64_t at_ms)
{
	int64_t id;
	int r = store_alarm_end(service->store, board->row.id, alarm, at_ms, &id);

	if (r == STORE_NONE)
		return 0;
	board->is_changed = true;
	return r == 0 ? change_note(service, CHANGE_ALARM, id) : r;
}

struct named { /* an alarm, read before it is worked on */
	bool is_there;
	char board[WIRE_NAME_MAX + 1], alarm[32];
};

static int name_row(void *ctx, const struct store_alarm *alarm)
{
	struct named *named = ctx;

	named->is_there = true;
	snprintf(named->board, sizeof(named->board), "%s", alarm->board);
	snprintf(named->alarm, sizeof(named->alarm), "%s", alarm->alarm);
	return 0;
}

/* What a board says of itself, it also says to be over. What was noticed here about its past is over when
 * somebody has looked at it. */
static bool ends_when_seen(const struct board *board, const char *alarm)
{
	if (strcmp(alarm, ALARM_LOG_GAP) == 0)
		return true;
	return strcmp(alarm, wire_alarm_word(WIRE_ALARM_EQUIVOCATION)) == 0 &&
	       !(board->has_state && (board->state.alarms & WIRE_ALARM_BIT(EQUIVOCATION)));
}

static int ack(struct service *service, const struct service_actor *actor, int64_t now_ms, int64_t alarm,
	const char *note, struct service_problem *problem)
{
	struct named named = { false };
	struct board *board;
	int r = store_alarm_each(service->store, alarm, 0, name_row, &named);

	if (r != 0)
		return r;
	board = named.is_there ? board_find(service, named.board) : NULL;
	if (!board)
		return not_found(problem, STORE_NONE, "Peringatan tidak ditemukan.");
	r = store_alarm_ack(service->store, alarm, now_ms, actor->name, note && *note ? note : NULL);
	if (r == STORE_NONE) /* somebody was faster: it is seen to */
		return 0;
	if (r == 0 && ends_when_seen(board, named.alarm))
		r = alarm_clear(service, board, named.alarm, now_ms);
	if (r == 0)
		r = audit(service, actor, now_ms, "alarm_ack", named.board, note ? note : "");
	return r == 0 ? change_note(service, CHANGE_ALARM, alarm) : r;
}

int service_alarm_ack(struct service *service, const struct service_actor *actor, int64_t now_ms,
	int64_t alarm, const char *note, struct service_problem *problem)
{
	int r = may(actor, ROLE_ACT_ALARM, problem);

	if (r == 0)
		r = request_needs_text(note, false, problem);
	if (r == 0 && alarm < 1)
		return not_found(problem, STORE_NONE, "Peringatan tidak ditemukan.");
	if (r == 0)
		r = begin(service, now_ms);
	if (r != 0)
		return r;
	return end(service, ack(service, actor, now_ms, alarm, note, problem), now_ms, problem);
}
