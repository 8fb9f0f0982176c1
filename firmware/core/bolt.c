#include "firmware/core/bolt.h"

#define NEVER UINT64_MAX

static enum bolt_answer agree(struct bolt *bolt)
{
	bool was_fault = bolt->is_fault;

	*bolt = (struct bolt){ 0 };
	return was_fault ? BOLT_OVER : BOLT_NOTHING;
}

static void differ(struct bolt *bolt, uint64_t now_mono_ms, bool is_wanted_thrown)
{
	bolt->is_differing = true;
	bolt->is_wanted_thrown = is_wanted_thrown;
	bolt->retries = 0;
	bolt->next_mono_ms = now_mono_ms + BOLT_PATIENCE_MS;
}

static enum bolt_answer retry(struct bolt *bolt, uint64_t now_mono_ms)
{
	bool was_fault = bolt->is_fault;

	bolt->is_fault = true;
	bolt->retries++;
	bolt->next_mono_ms = bolt->retries < BOLT_RETRIES ? now_mono_ms + BOLT_RETRY_MS : NEVER;
	return was_fault ? BOLT_RETRY : BOLT_FAULT;
}

enum bolt_answer bolt_follow(struct bolt *bolt, uint64_t now_mono_ms, const struct bolt_look *look)
{
	if (!look->is_asked) {
		bolt->is_differing = false;
		return BOLT_NOTHING;
	}
	if (look->is_thrown == look->is_wanted_thrown)
		return agree(bolt);
	if (!bolt->is_differing || bolt->is_wanted_thrown != look->is_wanted_thrown)
		differ(bolt, now_mono_ms, look->is_wanted_thrown);
	return now_mono_ms >= bolt->next_mono_ms ? retry(bolt, now_mono_ms) : BOLT_NOTHING;
}

uint64_t bolt_next_mono_ms(const struct bolt *bolt)
{
	return bolt->is_differing ? bolt->next_mono_ms : NEVER;
}
