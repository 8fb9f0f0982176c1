#include "firmware/core/actions.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

void actions_init(struct actions *actions, const uint8_t seed[ACTIONS_SEED_BYTES])
{
	memset(actions, 0, sizeof(*actions));
	memcpy(actions->seed, seed, ACTIONS_SEED_BYTES);
}

const struct challenge *actions_ask(struct actions *actions, uint64_t now_mono_ms)
{
	uint8_t number[8];

	actions->previous = actions->newest;
	actions->asked++;
	for (unsigned i = 0; i < sizeof(number); i++)
		number[i] = (uint8_t)(actions->asked >> 8 * i);
	actions->newest = (struct challenge){ .sent_mono_ms = now_mono_ms, .is_asked = true };
	crypto_generichash(actions->newest.bytes, sizeof(actions->newest.bytes), number, sizeof(number),
		actions->seed, sizeof(actions->seed));
	return &actions->newest;
}

struct challenge *actions_find(struct actions *actions, const uint8_t bytes[WIRE_CHALLENGE_BYTES])
{
	struct challenge *both[] = { &actions->newest, &actions->previous };

	for (unsigned i = 0; i < 2; i++)
		if (both[i]->is_asked && memcmp(both[i]->bytes, bytes, WIRE_CHALLENGE_BYTES) == 0)
			return both[i];
	return NULL;
}

static enum wire_reason judge_expiry(const struct clock_reading *time, int64_t expires_ms)
{
	/* At the floor the bound is UINT32_MAX. */
	if (time->bound_ms > ACTIONS_BOUND_MS)
		return WIRE_REASON_CLOCK;
	if (time->wall_ms >= expires_ms)
		return WIRE_REASON_EXPIRED;
	if (expires_ms > time->wall_ms + ACTIONS_LIFE_MS + (int64_t)time->bound_ms)
		return WIRE_REASON_CLOCK; /* made for longer than an action may live, or by a clock ahead */
	return WIRE_REASON_NONE;
}

static enum wire_reason remember(struct actions *actions, uint64_t now_mono_ms, const char *id)
{
	int free_place = -1;

	for (int i = 0; i < ACTIONS_MAX; i++) {
		if (now_mono_ms >= actions->run[i].until_mono_ms)
			free_place = i;
		else if (strcmp(actions->run[i].id, id) == 0)
			return WIRE_REASON_REPLAYED;
	}
	if (free_place < 0)
		return WIRE_REASON_FLOOD;
	memcpy(actions->run[free_place].id, id, sizeof(actions->run[free_place].id));
	actions->run[free_place].until_mono_ms = now_mono_ms + ACTIONS_MEMORY_MS;
	return WIRE_REASON_NONE;
}

enum wire_reason actions_take(struct actions *actions, uint64_t now_mono_ms, const struct clock_reading *time,
	const struct wire_action *action, bool is_retained)
{
	enum wire_reason reason;

	if (is_retained)
		return WIRE_REASON_RETAINED;
	if (!actions_find(actions, action->challenge))
		return WIRE_REASON_WRONG_CHALLENGE;
	reason = judge_expiry(time, action->expires_ms);
	return reason != WIRE_REASON_NONE ? reason : remember(actions, now_mono_ms, action->id);
}
