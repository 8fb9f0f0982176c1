/* alarms - raised once, cleared by the board, acknowledged by people; see service.h and inside.h */
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

struct acked {
	bool is_there;
};

static int note_there(void *ctx, const struct store_alarm *alarm)
{
	(void)alarm;
	((struct acked *)ctx)->is_there = true;
	return 0;
}

static int ack(struct service *service, const struct service_actor *actor, int64_t now_ms, int64_t alarm,
	const char *note, struct service_problem *problem)
{
	struct acked acked = { false };
	int r = store_alarm_each(service->store, alarm, 0, note_there, &acked);

	if (r != 0)
		return r;
	if (!acked.is_there)
		return not_found(problem, STORE_NONE, "Peringatan tidak ditemukan.");
	r = store_alarm_ack(service->store, alarm, now_ms, actor->name, note && *note ? note : NULL);
	if (r == STORE_NONE) /* somebody was faster: it is seen to */
		return 0;
	if (r == 0)
		r = audit(service, actor, now_ms, "alarm_ack", "", note ? note : "");
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
