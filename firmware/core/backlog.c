#include "firmware/core/backlog.h"

#include <string.h>

#define NEVER UINT64_MAX

static uint64_t in_flight(const struct backlog *backlog)
{
	return backlog->next - 1 - backlog->told;
}

static bool has_to_forget(const struct backlog *backlog)
{
	return backlog->ordered == 0 && backlog->told > backlog->acked;
}

static void start_over(struct backlog *backlog)
{
	backlog->next = backlog->told + 1;
}

void backlog_init(struct backlog *backlog, uint64_t log, uint64_t head, uint64_t acked,
	const uint8_t hash[WIRE_HASH_BYTES])
{
	*backlog = (struct backlog){
		.log = log,
		.head = head,
		.acked = acked,
		.told = acked,
		.retry_ms = BACKLOG_RETRY_MS,
	};
	memcpy(backlog->hash, hash, WIRE_HASH_BYTES);
	start_over(backlog);
}

void backlog_link(struct backlog *backlog, bool is_online)
{
	backlog->is_online = is_online;
	backlog->retry_ms = BACKLOG_RETRY_MS;
	start_over(backlog);
}

void backlog_stored(struct backlog *backlog, uint64_t head, const uint8_t hash[WIRE_HASH_BYTES])
{
	if (head <= backlog->head)
		return;
	backlog->head = head;
	memcpy(backlog->hash, hash, WIRE_HASH_BYTES);
}

bool backlog_forgot(struct backlog *backlog, uint64_t acked)
{
	bool is_whole = acked >= backlog->ordered;

	backlog->ordered = 0;
	if (acked > backlog->acked && acked <= backlog->told)
		backlog->acked = acked;
	if (!is_whole) {
		backlog->told = backlog->acked;
		start_over(backlog);
	}
	return is_whole;
}

bool backlog_ack(struct backlog *backlog, uint64_t now_mono_ms, const struct wire_ack *ack)
{
	if (ack->log != backlog->log || ack->upto > backlog->head)
		return false;
	if (ack->upto <= backlog->told)
		return true; /* said before */
	if (!has_to_forget(backlog))
		backlog->forget_mono_ms = now_mono_ms + BACKLOG_FORGET_MS;
	backlog->told = ack->upto;
	memcpy(backlog->told_hash, ack->hash, WIRE_HASH_BYTES);
	if (backlog->next <= backlog->told)
		start_over(backlog);
	backlog->retry_ms = BACKLOG_RETRY_MS;
	backlog->retry_mono_ms = now_mono_ms + backlog->retry_ms;
	return true;
}

void backlog_tick(struct backlog *backlog, uint64_t now_mono_ms)
{
	if (in_flight(backlog) == 0 || now_mono_ms < backlog->retry_mono_ms)
		return;
	backlog->retry_ms =
		2 * backlog->retry_ms < BACKLOG_RETRY_MAX_MS ? 2 * backlog->retry_ms : BACKLOG_RETRY_MAX_MS;
	start_over(backlog);
}

bool backlog_send(struct backlog *backlog, uint64_t now_mono_ms, uint64_t *first, uint32_t *count)
{
	uint64_t flying = in_flight(backlog), waiting = backlog->head + 1 - backlog->next;

	if (!backlog->is_online || waiting == 0)
		return false;
	if (waiting > WIRE_EVENTS_MAX)
		waiting = WIRE_EVENTS_MAX;
	if (flying + waiting > BACKLOG_WINDOW || (flying > 0 && waiting < WIRE_EVENTS_MAX))
		return false;
	if (flying == 0)
		backlog->retry_mono_ms = now_mono_ms + backlog->retry_ms;
	*first = backlog->next;
	*count = (uint32_t)waiting;
	backlog->next += waiting;
	return true;
}

bool backlog_forget(struct backlog *backlog, uint64_t now_mono_ms, bool is_storing)
{
	if (!has_to_forget(backlog))
		return false;
	if (!is_storing && now_mono_ms < backlog->forget_mono_ms &&
		backlog->told - backlog->acked < BACKLOG_WINDOW)
		return false;
	backlog->ordered = backlog->told;
	return true;
}

uint64_t backlog_next_mono_ms(const struct backlog *backlog)
{
	uint64_t next = NEVER;

	if (in_flight(backlog) > 0)
		next = backlog->retry_mono_ms;
	if (has_to_forget(backlog) && backlog->forget_mono_ms < next)
		next = backlog->forget_mono_ms;
	return next;
}
